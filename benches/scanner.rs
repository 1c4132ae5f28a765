//! How fast a zone file is read: `cargo bench --bench scanner`.

use divan::Bencher;
use divan::counter::BytesCount;
use kmsplan::snapshot::Snapshot;

mod zones;
use zones::{At, Form, ZoneFile, topology};

const RECORDS: usize = 100_000;

fn main() {
    divan::main();
}

/// A zone of a hundred thousand records with four KMS records among them, from a file.
#[divan::bench(args = [Form::Plain, Form::Parentheses, Form::Quoted, Form::Windows, Form::Utf16])]
fn read(bencher: Bencher<'_, '_>, form: Form) {
    let zone = ZoneFile::of_records(form, RECORDS, At::Middle);
    let topology = topology(&["contoso.com".to_owned()]);
    bencher
        .counter(BytesCount::new(zone.size))
        .bench(|| -> Snapshot { zone.read(&topology) });
}
