//! Movement worked by hand: after d of 7 days d/7 of those have asked that ask at all.

use super::super::testing::{Case, Record, name};
use super::*;

const BEFORE: &[Record<'_>] = &[("a.test", 0, 0), ("b.test", 0, 0)];

fn movement(case: Case) -> Movement {
    let simulation = case.simulation();
    simulation.movement(&simulation.served[0]).unwrap()
}

/// The part of a host on each of the first eight days, in fourteenths.
fn fourteenths(movement: &Movement, days: &[Day], host: &str) -> Vec<Chance> {
    let at = movement.hosts.iter().position(|it| *it == name(host));
    let parts = days.iter().take(8).map(|day| day.parts[at.unwrap()]);
    parts.collect()
}

fn of_14(parts: [u128; 8]) -> Vec<Chance> {
    parts.iter().map(|part| Chance::of(*part, 14)).collect()
}

/// a serves half. b goes and is switched off: its half moves to a, a seventh of it each day, cached or not.
#[test]
fn clients_of_a_silent_host_move_within_a_week() {
    let after = [("a.test", 0, 0)];
    let case = Case::new().change("test", Some(BEFORE), Some(&after));
    let movement = movement(case.host("a.test", 1688).retired("b.test", false));
    for days in [&movement.with_caching, &movement.without_caching] {
        let rising = of_14([7, 8, 9, 10, 11, 12, 13, 14]);
        assert_eq!(fourteenths(&movement, days, "a.test"), rising);
        let falling = of_14([7, 6, 5, 4, 3, 2, 1, 0]);
        assert_eq!(fourteenths(&movement, days, "b.test"), falling);
        assert_eq!(days.len(), 29);
        assert_eq!(days[28].parts[0], Chance::CERTAIN);
    }
    assert!(movement.with_leaving_off.is_none());
}

/// The same with b running on, as a host does that is not the topology's: clients that keep their host stay with it.
#[test]
fn clients_of_a_leaving_host_stay_while_it_answers() {
    let after = [("a.test", 0, 0)];
    let case = Case::new().change("test", Some(BEFORE), Some(&after));
    let movement = movement(case.host("a.test", 1688));
    let stay = of_14([7; 8]);
    assert_eq!(
        fourteenths(&movement, &movement.with_caching, "b.test"),
        stay
    );
    let falling = of_14([7, 6, 5, 4, 3, 2, 1, 0]);
    let off = movement.with_leaving_off.as_deref().unwrap();
    assert_eq!(fourteenths(&movement, off, "b.test"), falling);
    assert_eq!(
        fourteenths(&movement, &movement.without_caching, "b.test"),
        falling
    );
}

/// c is new beside a and takes half of those that choose anew.
#[test]
fn a_new_host_gets_only_those_that_choose_anew() {
    let (before, after) = ([("a.test", 0, 0)], [("a.test", 0, 0), ("c.test", 0, 0)]);
    let movement = movement(Case::new().change("test", Some(&before), Some(&after)));
    let none = of_14([0; 8]);
    assert_eq!(
        fourteenths(&movement, &movement.with_caching, "c.test"),
        none
    );
    let rising = of_14([0, 1, 2, 3, 4, 5, 6, 7]);
    let days = &movement.without_caching;
    assert_eq!(fourteenths(&movement, days, "c.test"), rising);
}

/// A host that listens on another port afterwards is silent where its clients look for it.
#[test]
fn clients_of_the_old_port_move() {
    let (before, after) = ([("a.test", 0, 0)], [("a.test:1788", 0, 0)]);
    let case = Case::new().change("test", Some(&before), Some(&after));
    let movement = movement(case.host("a.test", 1788));
    let all = of_14([14; 8]);
    assert_eq!(
        fourteenths(&movement, &movement.with_caching, "a.test"),
        all
    );
    assert!(movement.with_leaving_off.is_none());
}

#[test]
fn nothing_moves_where_nothing_changes_or_nothing_was() {
    for (before, after) in [
        (Some(BEFORE), Some(BEFORE)),
        (Some(&[][..]), Some(BEFORE)),
        (None, Some(BEFORE)),
        (Some(BEFORE), None),
    ] {
        let simulation = Case::new().change("test", before, after).simulation();
        assert!(simulation.movement(&simulation.served[0]).is_none());
    }
}
