//! How fast a zone file is edited and its diff made: `cargo bench --bench diff`.

use divan::Bencher;
use kmsplan::plan::edit::{Edit, NewRecord, ZoneEdits, edit};
use kmsplan::plan::{Options, Plan};
use kmsplan::render::{self, Sink};
use kmsplan::snapshot::Zone;

mod zones;
use zones::{At, Form, HOSTS, ZoneFile, host, topology};

const RECORDS: usize = 100_000;

fn main() {
    divan::main();
}

/// Six edits of records that stand together: two change, two go, two come.
fn edits(zone: &Zone) -> Vec<Edit<'_>> {
    let (owner, records) = zone.kms.first_key_value().expect("KMS records");
    let (kept, old) = records.split_at(2);
    let set = kept.iter().zip(HOSTS).map(|(record, wanted)| Edit::Set {
        record,
        priority: wanted.1,
        weight: wanted.2,
        ttl: None,
        make_static: false,
    });
    let remove = old.iter().map(|record| Edit::Remove { record });
    let add = HOSTS[2..].iter().map(|wanted| Edit::Add {
        owner,
        record: NewRecord {
            priority: wanted.1,
            weight: wanted.2,
            port: 1688,
            target: host(wanted.0),
            ttl: 3600,
        },
    });
    set.chain(remove).chain(add).collect()
}

/// The edit and its diff, in which the lines before the hunks are counted.
#[divan::bench(args = [At::Begin, At::Middle, At::End])]
fn six_edits(bencher: Bencher<'_, '_>, at: At) {
    let file = ZoneFile::of_records(Form::Plain, RECORDS, at);
    let snapshot = file.read(&topology(&["contoso.com".to_owned()]));
    let zone = &snapshot.zones[0];
    let edits = [ZoneEdits {
        zone,
        edits: edits(zone),
    }];
    bencher.bench(|| edit(&snapshot, &edits, None));
}

/// The same from the plan to what is printed.
#[divan::bench]
fn plan_and_diff(bencher: Bencher<'_, '_>) {
    let file = ZoneFile::of_records(Form::Plain, RECORDS, At::Middle);
    let topology = topology(&["contoso.com".to_owned()]);
    let snapshot = file.read(&topology);
    bencher.bench(|| {
        let plan = Plan::make(&topology, &snapshot, &Options::default());
        render::diff(&plan, Sink::File)
    });
}
