//! Zones of one or more files: made of choices, kept in a folder, read by kmsplan and by a reader that is not ours.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use domain::base::iana::{Class, Rtype};
use domain::base::name::Name as WireName;
use domain::base::rdata::RecordData as _;
use domain::rdata::ZoneRecordData;
use domain::zonefile::inplace::{Entry, Zonefile};
use kmsplan::diagnostic::Diagnostics;
use kmsplan::snapshot::{Options, Snapshot};
use tempfile::TempDir;

use crate::generator::{self, APEX, Choices, chosen};

/// The file that a zone made here is read from.
pub const MAIN: &str = generator::MAIN;

/// Files by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The files of a zone, made of choices: each octet is one.
pub fn made(octets: &[u8], plain: bool) -> Files {
    chosen(Choices::Told(octets.to_vec().into_iter()), plain).0
}

/// A folder in memory where the system has that.
pub struct Folder(TempDir);

impl Folder {
    /// An empty one.
    ///
    /// # Panics
    /// If there is none to be had.
    pub fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        Self(folder.expect("there is a place for files"))
    }

    /// Puts files there.
    ///
    /// # Panics
    /// If they cannot be written.
    pub fn write(&self, files: &Files) {
        for (file, octets) in files {
            fs::write(self.0.path().join(file), octets).expect("files can be written");
        }
    }

    /// Reads the zone of a file.
    ///
    /// # Errors
    /// What `kmsplan` complains about.
    ///
    /// # Panics
    /// If the folder's name is not UTF-8.
    pub fn read(&self, file: &str) -> Result<Snapshot, Diagnostics> {
        let path = self.0.path().join(file);
        let path = path.to_str().expect("it is UTF-8").to_owned();
        Snapshot::read(&[path], &Options::default())
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

/// Records as another reader has them: KMS records, and all others, SOA records without their serial. TTLs are left
/// out: that reader takes those that are not written from the record before, as RFC 1035 says, in spite of `$TTL`
/// (RFC 2308).
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// Whether some are missing here that `$GENERATE` makes.
    pub more: bool,
    /// Owner, priority, weight, port, target.
    pub kms: BTreeSet<String>,
    /// Owner, type, data.
    pub others: BTreeSet<String>,
}

/// The zone of one file as `domain` reads it; `None` where it does not. `$GENERATE`, which it does not know, is left
/// out; a zone of several files is not read.
pub fn judged(text: &[u8]) -> Option<Records> {
    let (mut told, mut more) = (Vec::new(), false);
    for line in text.split_inclusive(|octet| *octet == b'\n') {
        if line.starts_with(b"$INCLUDE") {
            return None;
        }
        if line.starts_with(b"$GENERATE") {
            more = true;
        } else {
            told.extend_from_slice(line);
        }
    }
    // That reader panics where a file ends in text without a line end.
    told.push(b'\n');
    let mut zone = Zonefile::load(&mut told.as_slice()).ok()?;
    zone.set_origin(WireName::bytes_from_str(APEX).ok()?);
    zone.set_default_class(Class::IN);
    let mut records = Records {
        more,
        ..Records::default()
    };
    while let Some(entry) = zone.next_entry().ok()? {
        let Entry::Record(record) = entry else {
            return None;
        };
        let owner = record.owner().to_string().to_ascii_lowercase();
        match record.data() {
            ZoneRecordData::Srv(data) if owner.starts_with("_vlmcs._tcp.") => {
                let (priority, weight, port) = (data.priority(), data.weight(), data.port());
                let target = data.target().to_string().to_ascii_lowercase();
                let record = format!("{owner} {priority} {weight} {port} {target}");
                records.kms.insert(record);
            }
            // In the form of RFC 3597.
            data if data.rtype() == Rtype::SRV && owner.starts_with("_vlmcs._tcp.") => {
                records.kms.insert(format!("{owner} {data}"));
            }
            ZoneRecordData::Soa(data) => {
                records.others.insert(format!(
                    "{owner} SOA {} {} {} {} {} {}",
                    data.mname(),
                    data.rname(),
                    data.refresh().as_secs(),
                    data.retry().as_secs(),
                    data.expire().as_secs(),
                    data.minimum().as_secs()
                ));
            }
            data => {
                let other = format!("{owner} {} {data}", data.rtype());
                records.others.insert(other);
            }
        }
    }
    Some(records)
}
