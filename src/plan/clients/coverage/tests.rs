//! What clients find as they go through their search list.

use super::super::testing::{Case, Record, group, name};
use super::*;

const ONE: &[Record<'_>] = &[("a.test", 0, 0)];

/// What a group with this search list finds before and after: one.test is emptied, two.test filled, nobody knows
/// what stands in dark.test, and other.test is not the plan's.
fn finds(search: &[&str]) -> (Finds, Finds) {
    let clients = Group {
        search: search.iter().copied().map(name).collect(),
        ..group("clients.test", 1, 1, 1)
    };
    let simulation = Case::new()
        .change("one.test", Some(ONE), Some(&[]))
        .change("two.test", Some(&[]), Some(ONE))
        .change("dark.test", None, None)
        .looked_up("other.test", Some(ONE))
        .looked_up("one.test", Some(ONE))
        .clients(clients)
        .simulation();
    let (_, before, after) = &simulation.groups[0];
    (before.clone(), after.clone())
}

#[test]
fn the_first_domain_with_records_counts() {
    let set = |domain| Finds::Set(name(domain));
    assert_eq!(
        finds(&["one.test", "two.test"]),
        (set("one.test"), set("two.test"))
    );
    assert_eq!(
        finds(&["two.test", "other.test"]),
        (set("other.test"), set("two.test"))
    );
    // What stands in one.test now is not what stands there afterwards.
    assert_eq!(finds(&["one.test"]), (set("one.test"), Finds::Nothing));
    assert_eq!(finds(&["two.test"]), (Finds::Nothing, set("two.test")));
}

/// A record with the target `.` ends the search: it is an answer.
#[test]
fn a_target_that_is_a_dot_offers_nothing() {
    let none = [(".", 0, 0)];
    let beside = [(".", 0, 0), ("a.test", 5, 0)];
    let clients = Group {
        search: vec![name("one.test"), name("two.test")],
        ..group("clients.test", 1, 1, 1)
    };
    let simulation = Case::new()
        .change("one.test", Some(&beside), Some(&none))
        .change("two.test", Some(ONE), Some(ONE))
        .clients(clients)
        .simulation();
    let (_, before, after) = &simulation.groups[0];
    assert_eq!(*before, Finds::Set(name("one.test")));
    assert_eq!(*after, Finds::NotOffered(name("one.test")));
    assert!(
        after.is_no_host()
            && simulation
                .loads(crate::plan::clients::When::After, &[])
                .is_empty()
    );
}

#[test]
fn what_nobody_knows_ends_the_search() {
    let unknown = || Finds::Unknown(name("dark.test"));
    assert_eq!(finds(&["dark.test", "other.test"]), (unknown(), unknown()));
    assert_eq!(
        finds(&["one.test", "dark.test"]),
        (Finds::Set(name("one.test")), unknown())
    );
    assert_eq!(
        finds(&["never.heard.of.test"]).0,
        Finds::Unknown(name("never.heard.of.test"))
    );
}
