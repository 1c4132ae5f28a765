//! Loads worked by hand. Two records at weights 3 and 1 have the shares (3·2+1)/10 and (1·2+1)/10.

use super::super::testing::{Case, group, name, near, of, set};
use super::super::{Group, thresholds::Threshold};
use super::*;
use crate::plan::clients::{Chance, Srv};

const SHARED: &[(&str, u16, u16)] = &[("a.test", 0, 3), ("b.test", 0, 1)];

fn probability(load: &Load, threshold: Threshold) -> f64 {
    let mut reached = load.reached.iter();
    let reached = reached.find(|reached| reached.threshold == threshold);
    reached.unwrap().probability
}

/// The shares are 151/202, 51/202 and none; 460 Windows machines and 380 installations of Office ask.
#[test]
fn the_well_known_case() {
    let records = [
        ("kms01.test", 10, 75),
        ("kms02.test", 10, 25),
        ("kms03.test", 20, 75),
    ];
    let case = Case::new().domain("test", &records);
    let simulation = case.clients(group("test", 400, 60, 380)).simulation();
    let loads = simulation.loads(When::After, &[]);
    // 460 · 151/202 = 69460/202, 380 · 151/202 = 57380/202.
    near(of(&loads, "kms01.test").windows, 343.861_386_138_613_86);
    near(of(&loads, "kms01.test").office, 284.059_405_940_594_06);
    // 460 · 51/202 = 23460/202, 380 · 51/202 = 19380/202.
    near(of(&loads, "kms02.test").windows, 116.138_613_861_386_14);
    near(of(&loads, "kms02.test").office, 95.940_594_059_405_94);
    near(of(&loads, "kms03.test").windows, 0.0);
    assert!(
        of(&loads, "kms02.test")
            .reached
            .iter()
            .all(Reached::is_enough)
    );
    // With kms01 down all of them ask kms02, with both down kms03.
    let down = simulation.loads(When::After, &[name("kms01.test")]);
    near(of(&down, "kms02.test").windows, 460.0);
    let down = simulation.loads(When::After, &[name("kms01.test"), name("kms02.test")]);
    near(of(&down, "kms03.test").office, 380.0);
}

/// Of 6 at 3/10 five or six come: 6 · 0.3⁵ · 0.7 + 0.3⁶.
#[test]
fn few_clients_may_not_be_enough() {
    let case = Case::new().domain("test", SHARED);
    let loads = case
        .clients(group("test", 0, 0, 6))
        .simulation()
        .loads(When::After, &[]);
    let load = of(&loads, "b.test");
    near(load.office, 1.8);
    near(probability(load, Threshold::Office), 0.010_935);
    assert_eq!(load.reached.len(), 1, "nobody needs the other thresholds");
}

/// Four requests in 30 days miss b with 0.7⁴ = 0.2401.
#[test]
fn without_caching_each_renewal_may_ask_another_host() {
    let clients = Group {
        caching: false,
        ..group("test", 0, 0, 6)
    };
    let case = Case::new().domain("test", SHARED).clients(clients);
    let loads = case.simulation().loads(When::After, &[]);
    near(of(&loads, "b.test").office, 6.0 * 0.7599);
    near(of(&loads, "a.test").office, 6.0 * (1.0 - 0.0081));
}

/// 10 clients of one domain and 5 servers whose search list leads there count together: 15 · 0.7 on a.
#[test]
fn groups_that_find_one_set_add_up() {
    let second = Group {
        search: vec![name("empty.test"), name("test")],
        ..group("empty.test", 0, 5, 0)
    };
    let simulation = Case::new()
        .domain("empty.test", &[])
        .domain("test", SHARED)
        .clients(second)
        .clients(group("test", 10, 0, 0))
        .simulation();
    let loads = simulation.loads(When::After, &[]);
    let load = of(&loads, "a.test");
    near(load.windows, 10.5);
    near(probability(load, Threshold::Windows), 0.0);
    // All but the outcomes with at most 4 of 15 at 0.7.
    near(probability(load, Threshold::Server), 0.999_327_765_930_193);
    assert_eq!(simulation.asking(&name("a.test"), Threshold::Windows), 15);
}

/// b waits in one domain and is alone in the other: it counts the clients of the second.
#[test]
fn a_host_may_have_another_rank_in_each_domain() {
    let simulation = Case::new()
        .domain("one.test", &[("a.test", 0, 0), ("b.test", 10, 0)])
        .domain("two.test", &[("b.test", 0, 0)])
        .clients(group("one.test", 100, 0, 0))
        .clients(group("two.test", 30, 0, 0))
        .simulation();
    let loads = simulation.loads(When::After, &[]);
    near(of(&loads, "a.test").windows, 100.0);
    near(of(&loads, "b.test").windows, 30.0);
    near(probability(of(&loads, "b.test"), Threshold::Windows), 1.0);
    assert!(simulation.standbys().is_empty());
}

/// Of 4 clients 2 ignore the numbers: one half of those asks the standby.
#[test]
fn old_clients_ask_any_record() {
    let clients = Group {
        legacy: 2,
        ..group("test", 3, 1, 0)
    };
    let case = Case::new().domain("test", &[("a.test", 0, 0), ("b.test", 10, 0)]);
    let simulation = case.clients(clients).simulation();
    let loads = simulation.loads(When::After, &[]);
    near(of(&loads, "a.test").windows, 3.0);
    near(of(&loads, "b.test").windows, 1.0);
    assert_eq!(simulation.asking(&name("b.test"), Threshold::Server), 4);
    assert_eq!(simulation.standbys().len(), 1);
}

#[test]
fn clients_that_are_served_otherwise_are_not_counted() {
    let clients = Group {
        adba: true,
        ..group("test", 400, 60, 380)
    };
    let case = Case::new().domain("test", SHARED).clients(clients);
    assert!(case.simulation().loads(When::After, &[]).is_empty());
}

/// Three records at weight 1 have a third each, and two of them are of one host.
#[test]
fn a_host_on_two_ports_counts_once() {
    let records = [("a.test", 0, 1), ("a.test:1788", 0, 1), ("b.test", 0, 1)];
    let case = Case::new().domain("test", &records);
    let simulation = case.clients(group("test", 30, 0, 0)).simulation();
    let loads = simulation.loads(When::After, &[]);
    assert_eq!(loads.len(), 2);
    near(of(&loads, "a.test").windows, 20.0);
}

/// Nobody answers for the target `.`, so the next priority serves all.
#[test]
fn a_target_that_offers_nothing_is_no_host() {
    let case = Case::new().domain("test", &[(".", 0, 5), ("a.test", 10, 0)]);
    let simulation = case.clients(group("test", 30, 0, 0)).simulation();
    let loads = simulation.loads(When::After, &[]);
    assert_eq!(loads.len(), 1);
    near(loads[0].windows, 30.0);
    assert!(simulation.standbys().is_empty());
}

/// Of 10 at 7/10 five or more come with 0.9527, at 5/8 with 0.8560: weight 3 beside 1 is the first that is enough.
#[test]
fn the_smallest_weight_worked_by_hand() {
    let equal = [("a.test", 0, 1), ("b.test", 0, 1)];
    let weight = |office| {
        let case = Case::new().domain("test", &equal);
        let simulation = case.clients(group("test", 0, 0, office)).simulation();
        simulation.smallest_weight(&name("a.test"), Threshold::Office)
    };
    assert_eq!(weight(10), Some(3));
    assert_eq!(weight(4), None);
    // Weight 0 beside 1 still gets one of two draws.
    assert_eq!(weight(1000), Some(0));
}

/// The weight is meant in every domain: alone in one, beside b in the other.
#[test]
fn the_smallest_weight_counts_all_domains() {
    let simulation = Case::new()
        .domain("one.test", &[("a.test", 0, 1), ("b.test", 0, 1)])
        .domain("two.test", &[("a.test", 5, 1), ("b.test", 0, 1)])
        .clients(group("one.test", 0, 0, 10))
        .clients(group("two.test", 0, 0, 1000))
        .simulation();
    let a = simulation.smallest_weight(&name("a.test"), Threshold::Office);
    assert_eq!(a, Some(3), "where it waits no weight helps");
    let b = simulation.smallest_weight(&name("b.test"), Threshold::Office);
    assert_eq!(b, Some(0));
}

/// What the search by halving rests on.
#[test]
fn a_share_never_falls_with_the_weight() {
    let sets = [
        set(&[("a.test", 0, 1), ("b.test", 0, 1)]),
        set(&[("a.test", 0, 1), ("b.test", 0, 0), ("c.test", 0, 0)]),
        set(&[("a.test", 0, 1), ("b.test", 0, 7), ("c.test", 0, 0)]),
        set(&[("a.test", 0, 1), ("a.test:1788", 0, 1), ("b.test", 0, 2)]),
        set(&[("a.test", 0, 1), ("a.test:1788", 0, 1), ("b.test", 0, 0)]),
        set(&[("a.test", 0, 1), (".", 0, 4), ("b.test", 0, 2)]),
        set(&[("a.test", 0, 1), (".", 0, 0), ("b.test", 0, 0)]),
    ];
    for set in sets {
        let mut last = Chance::NEVER;
        for weight in (0..60).chain([1000, 65_534, 65_535]) {
            let records = set.records().iter().cloned().map(|record| {
                let own = record.target == name("a.test");
                Srv {
                    weight: if own { weight } else { record.weight },
                    ..record
                }
            });
            let share = Set::of(records.collect()).share_of(&name("a.test"), &[]);
            assert!(share >= last, "{set:?} at {weight}");
            assert_eq!(share, set.tuning(&name("a.test")).part(weight).tuned);
            last = share;
        }
    }
}

#[test]
fn a_new_host_is_told_from_one_that_was_there() {
    let before = [("a.test", 0, 0)];
    let after = [("a.test", 0, 0), ("b.test", 0, 0)];
    let simulation = Case::new()
        .change("test", Some(&before), Some(&after))
        .clients(group("test", 30, 0, 0))
        .simulation();
    assert!(simulation.is_new(&name("b.test")) && !simulation.is_new(&name("a.test")));
    assert!(simulation.has_caching_clients(&name("b.test")));
    assert!(!simulation.has_caching_clients(&name("c.test")));
    // Before the change nobody knows b.
    assert_eq!(simulation.loads(When::Before, &[]).len(), 1);
}
