//! Readers of all forms, and what must hold whatever they read.

use kmsplan::snapshot::evidence::{self, EvidenceFile};
use kmsplan::snapshot::{FileId, Format};
use kmsplan::topology::Topology;
use kmsplan::{domains, snapshot};

use crate::input::{self, complained, name};
use crate::{after, memory};

/// Reads a source in one of some forms, or in the one that is detected; what is read becomes a plan, an audit, a draft.
///
/// # Panics
/// If reading takes more memory than what grows with the input, or if what is made of it breaks a promise.
pub fn source(data: &[u8], forms: &[Format]) {
    let Some((options, text)) = input::options(data, forms) else {
        return;
    };
    if input::generates_many(text) {
        return;
    }
    if let Ok(snapshot) = memory::linear(text.len(), || input::read(text, &options)) {
        after::work(&snapshot);
    }
}

/// Reads what was seen on a host or node. The first octet tells the file's name.
///
/// # Panics
/// If it takes more memory than what grows with the input.
pub fn seen(data: &[u8]) {
    let Some((&named, bytes)) = data.split_first() else {
        return;
    };
    let path = match named % 4 {
        0 => "evidence/kms01.contoso.com.txt",
        1 => "evidence/_vlmcs._tcp.contoso.com.txt",
        2 => "evidence/kms01.reg",
        _ => "seen",
    };
    let file = FileId(0);
    let files = [EvidenceFile { file, path, bytes }];
    let hosts = [name("kms01.contoso.com"), name("kms02.contoso.com")];
    let read = memory::linear(bytes.len(), || evidence::read(&files, &hosts));
    if let Err(complaints) = read {
        assert!(!complaints.is_empty(), "refused without a reason");
        for complaint in complaints {
            if let Some(span) = complaint.span {
                assert!(
                    span.start <= span.end && span.end <= bytes.len(),
                    "{span:?}"
                );
            }
        }
    }
}

/// Reads a topology in one of its notations, or a list of domains, as the first octet says.
///
/// # Panics
/// If it takes more memory than what grows with the input.
pub fn topology(data: &[u8]) {
    let Some((&form, bytes)) = data.split_first() else {
        return;
    };
    let path = match form % 4 {
        0 => "kms.toml",
        1 => "kms.json",
        2 => "kms.yaml",
        _ => {
            let read = memory::linear(bytes.len(), || domains::read("namespaces.csv", bytes));
            return read.map_or_else(|complaints| complained(&complaints), drop);
        }
    };
    match memory::linear(bytes.len(), || Topology::read(path, bytes)) {
        Ok(topology) => {
            let nothing = snapshot::Snapshot::default();
            let plan =
                kmsplan::plan::Plan::make(&topology, &nothing, &kmsplan::plan::Options::default());
            let text = kmsplan::render::TextOptions { colour: false };
            input::harmless(&kmsplan::render::text(&plan, &text));
        }
        Err(complaints) => complained(&complaints),
    }
}
