//! A host asks for its own addresses to be dialled.

use hearth_protocol::{Probe, ProbeNonce, ProbeOutcome, ProbeResult, Probed};

use super::*;

fn nonce(n: u128) -> ProbeNonce {
    ProbeNonce::from_random(n)
}

fn probe(n: u128, candidates: &[&str]) -> ServerFrame {
    let candidates = candidates.iter().map(|&candidate| candidate.to_owned()).collect();
    ServerFrame::Probe(Probe { nonce: nonce(n), candidates })
}

fn reached(n: u128, candidate: &str) -> Probed {
    let outcome = ProbeOutcome::Reached;
    Probed {
        nonce: nonce(n),
        results: vec![ProbeResult { candidate: candidate.to_owned(), outcome, near: true }],
    }
}

fn errand(n: u128, candidates: &[&str]) -> Effect {
    let candidates = candidates
        .iter()
        .map(|&candidate| (candidate.to_owned(), candidate.parse().expect("an address")))
        .collect();
    Effect::Dial(Errand { nonce: nonce(n), candidates })
}

const OWN: &str = "192.168.1.23:8080";

#[test]
fn the_candidates_are_dialled_and_what_came_of_it_is_told() {
    let mut rig = Rig::in_room();
    let candidates = [OWN, "chat.example.org:8080", "127.0.0.1:8080", "192.168.1.1:22", "192.168.1.23", ""];
    assert_eq!(rig.frame(&probe(1, &candidates)), [errand(1, &[OWN])], "no name, and nothing but its own");
    let answer = reached(1, OWN);
    assert_eq!(sent(&rig.event(Event::Probed(answer.clone()))), [ClientFrame::Probed(answer.clone())]);
    assert_eq!(rig.event(Event::Probed(answer)), [], "once");
}

#[test]
fn nothing_to_dial_is_told_at_once() {
    let mut rig = Rig::in_room();
    let nothing = Probed { nonce: nonce(1), results: Vec::new() };
    assert_eq!(sent(&rig.frame(&probe(1, &["127.0.0.1:8080"]))), [ClientFrame::Probed(nothing)]);
}

#[test]
fn who_asks_too_often_or_for_too_much_is_not_answered() {
    let mut rig = Rig::in_room();
    assert_eq!(rig.frame(&probe(1, &[OWN; 9])), []);
    assert_eq!(rig.frame(&probe(2, &[OWN; 8])), [errand(2, &[OWN; 8])]);
    rig.now += Duration::from_secs(59);
    assert_eq!(rig.frame(&probe(3, &[OWN])), []);
    rig.now += Duration::from_secs(1);
    assert_eq!(rig.frame(&probe(4, &[OWN])), [errand(4, &[OWN])]);
    assert_eq!(rig.event(Event::Probed(reached(2, OWN))), [], "it has asked for something else since");
}

#[test]
fn another_link_is_not_told_what_the_last_one_asked() {
    let mut rig = Rig::in_room();
    rig.frame(&probe(1, &[OWN]));
    rig.event(Event::LinkLost(ConnectError::LinkBroken));
    rig.event(Event::Command(RoomCommand::Reconnect));
    rig.event(Event::LinkUp(Dialect::V1));
    rig.frame(&welcome("a", 10, 10));
    assert_eq!(rig.event(Event::Probed(reached(1, OWN))), []);
    assert_eq!(rig.frame(&probe(2, &[OWN])), [], "and a new link does not shorten the pause");
}
