//! Standbys worked by hand: 25 of N clients have come after 25/N of a round of 2 hours, or of 168.

use super::super::Group;
use super::super::testing::{Case, group, name, near};
use super::*;

fn standbys(records: &[(&str, u16, u16)], clients: Group) -> Vec<Standby> {
    let case = Case::new().domain("test", records);
    case.clients(clients).simulation().standbys()
}

/// Two share the second priority with 7/10 and 3/10, a third has the last one to itself.
#[test]
fn several_tiers() {
    let records = [
        ("a.test", 0, 0),
        ("b.test", 10, 3),
        ("c.test", 10, 1),
        ("d.test", 20, 0),
        (".", 5, 0),
    ];
    let standbys = standbys(&records, group("test", 100, 0, 0));
    let told: Vec<(Vec<Name>, f64)> = standbys
        .iter()
        .map(|standby| (standby.waits_for.clone(), standby.waits[0].clients))
        .collect();
    assert_eq!(told.len(), 3);
    for ((before, clients), (names, expected)) in told.iter().zip([
        (&["a.test"][..], 70.0),
        (&["a.test"], 30.0),
        (&["a.test", "b.test", "c.test"], 100.0),
    ]) {
        let names: Vec<Name> = names.iter().copied().map(name).collect();
        assert_eq!(*before, names);
        near(*clients, expected);
    }
    // b: 2 · 25/70 and 168 · 25/70 = 60. c: 168 · 25/30 = 140. d: 168/4 = 42.
    near(standbys[0].waits[0].if_not_activated.unwrap(), 50.0 / 70.0);
    near(standbys[0].waits[0].if_activated.unwrap(), 60.0);
    near(standbys[1].waits[0].if_activated.unwrap(), 140.0);
    near(standbys[2].waits[0].if_not_activated.unwrap(), 0.5);
    near(standbys[2].waits[0].if_activated.unwrap(), 42.0);
}

#[test]
fn too_few_never_reach_it() {
    let standbys = standbys(
        &[("a.test", 0, 0), ("b.test", 10, 0)],
        group("test", 20, 4, 0),
    );
    let waits = &standbys[0].waits;
    assert_eq!(waits[0].threshold, Threshold::Windows);
    assert_eq!(waits[0].if_activated, None);
    near(waits[0].clients, 24.0);
    // 5 of 24 for servers: 168 · 5/24 = 35.
    assert_eq!(waits[1].threshold, Threshold::Server);
    near(waits[1].if_activated.unwrap(), 35.0);
    assert_eq!(waits.len(), 2, "no Office asks");
}

/// With a down, b is asked by clients of the first domain; the second domain has it after c.
#[test]
fn every_set_says_who_comes_first() {
    let simulation = Case::new()
        .domain("one.test", &[("a.test", 0, 0), ("b.test", 10, 0)])
        .domain("two.test", &[("c.test", 0, 0), ("b.test", 1, 0)])
        .clients(group("one.test", 30, 0, 0))
        .clients(group("two.test", 20, 0, 0))
        .simulation();
    let standbys = simulation.standbys();
    assert_eq!(standbys.len(), 1);
    assert_eq!(standbys[0].waits_for, [name("a.test"), name("c.test")]);
    near(standbys[0].waits[0].clients, 50.0);
}

/// 2 clients that ignore the numbers come with 1/1 too once a is silent.
#[test]
fn old_clients_come_like_the_others() {
    let clients = Group {
        legacy: 2,
        ..group("test", 50, 0, 0)
    };
    let standbys = standbys(&[("a.test", 0, 0), ("b.test", 10, 0)], clients);
    near(standbys[0].waits[0].clients, 50.0);
}
