//! How fast plans of one, a hundred and a thousand domains are printed: `cargo bench --bench renderers`.

use divan::Bencher;
use divan::counter::ItemsCount;
use kmsplan::plan::{Options, Plan};
use kmsplan::render::{self, TextOptions};

mod zones;
use zones::{ZoneFile, topology};

const DOMAINS: [usize; 3] = [1, 100, 1000];

fn main() {
    divan::main();
}

/// A plan of so many domains: in each two records change, two go and two come.
fn plan(domains: usize) -> Plan {
    let names: Vec<String> = (0..domains)
        .map(|number| format!("d{number}.contoso.com"))
        .collect();
    let topology = topology(&names);
    let snapshot = ZoneFile::of_domains(domains).read(&topology);
    let plan = Plan::make(&topology, &snapshot, &Options::default());
    let summary = plan.summary();
    assert_eq!(summary.add + summary.change + summary.remove, 6 * domains);
    plan
}

fn print(bencher: Bencher<'_, '_>, domains: usize, output: impl Fn(&Plan) -> String + Sync) {
    let plan = plan(domains);
    bencher
        .counter(ItemsCount::new(domains))
        .bench(|| output(&plan));
}

#[divan::bench(args = DOMAINS, max_time = 2)]
fn text(bencher: Bencher<'_, '_>, domains: usize) {
    print(bencher, domains, |plan| {
        render::text(plan, &TextOptions::default())
    });
}

#[divan::bench(args = DOMAINS, max_time = 2)]
fn markdown(bencher: Bencher<'_, '_>, domains: usize) {
    print(bencher, domains, |plan| render::markdown(plan, None));
}

#[divan::bench(args = DOMAINS, max_time = 2)]
fn json(bencher: Bencher<'_, '_>, domains: usize) {
    print(bencher, domains, render::json);
}

#[divan::bench(args = DOMAINS, max_time = 2)]
fn html(bencher: Bencher<'_, '_>, domains: usize) {
    print(bencher, domains, render::html);
}
