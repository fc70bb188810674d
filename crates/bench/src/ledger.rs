//! Who has sent what, and who has received it: that every client gets every message once and in the same order. Pure.
//!
//! All clients are counted. Which message a line is, is read by a few of them only, the *samples*: reading every line
//! of every client would cost more than serving it.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

/// A message's number, in the order of sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number(pub(crate) u32);

/// The account of one run.
#[derive(Debug)]
pub(crate) struct Ledger {
    sent: Vec<Sent>,
    lines: Vec<Line>,
    /// How many lines each client has received.
    received: Vec<u32>,
    /// The lines, from the first on, that everybody has.
    done: usize,
    /// From sending to a sample, and to the last client, in microseconds.
    pub(crate) to_sample: Vec<u32>,
    pub(crate) to_last: Vec<u32>,
}

#[derive(Debug)]
struct Sent {
    at: Instant,
    sender: usize,
    line: Option<usize>,
}

/// A place in the order in which the server sends.
#[derive(Debug, Default)]
struct Line {
    number: Option<Number>,
    receivers: usize,
}

impl Ledger {
    pub(crate) fn new(clients: usize) -> Self {
        Self {
            sent: Vec::new(),
            lines: Vec::new(),
            received: vec![0; clients],
            done: 0,
            to_sample: Vec::new(),
            to_last: Vec::new(),
        }
    }

    /// The number of the message that is sent next.
    pub(crate) fn next(&self) -> Number {
        Number(micros_or_max(self.sent.len() as u128))
    }

    /// It is sent.
    pub(crate) fn sent(&mut self, sender: usize, at: Instant) {
        self.sent.push(Sent { at, sender, line: None });
    }

    /// A client received a line; a sample has read its number. Gives the sender when now everybody has it.
    pub(crate) fn received(
        &mut self,
        client: usize,
        number: Option<Number>,
        now: impl Fn() -> Instant,
    ) -> Result<Option<usize>> {
        let at = self.received[client] as usize;
        self.received[client] += 1;
        ensure!(at < self.sent.len(), "client {client} received more than was sent");
        if at == self.lines.len() {
            self.lines.push(Line::default());
        }
        if let Some(number) = number {
            self.place(client, number, at)?;
            self.to_sample.push(micros(now() - self.sent[number.0 as usize].at));
        }
        let line = &mut self.lines[at];
        line.receivers += 1;
        if line.receivers < self.received.len() {
            return Ok(None);
        }
        self.done = at + 1;
        let Some(number) = line.number else { bail!("no sample among the clients") };
        let sent = &self.sent[number.0 as usize];
        self.to_last.push(micros(now() - sent.at));
        Ok(Some(sent.sender))
    }

    fn place(&mut self, client: usize, number: Number, at: usize) -> Result<()> {
        let Some(sent) = self.sent.get_mut(number.0 as usize) else {
            bail!("client {client} received message {}, which was never sent", number.0)
        };
        match sent.line {
            None => sent.line = Some(at),
            Some(line) => {
                ensure!(line == at, "client {client} received message {} twice or displaced", number.0);
            }
        }
        let line = &mut self.lines[at];
        match line.number {
            None => line.number = Some(number),
            Some(before) => ensure!(before == number, "client {client} sees another order than others"),
        }
        Ok(())
    }

    /// How many messages were sent.
    pub(crate) fn messages(&self) -> usize {
        self.sent.len()
    }

    /// Whether everybody has everything.
    pub(crate) fn is_settled(&self) -> bool {
        self.done == self.sent.len()
    }

    /// Deliveries that are still owed.
    pub(crate) fn missing(&self) -> usize {
        let received: usize = self.received.iter().map(|&lines| lines as usize).sum();
        self.sent.len() * self.received.len() - received
    }
}

fn micros(time: Duration) -> u32 {
    micros_or_max(time.as_micros())
}

fn micros_or_max(value: u128) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const N0: Option<Number> = Some(Number(0));
    const N1: Option<Number> = Some(Number(1));

    /// Two messages sent to two clients, of whom both may be samples.
    fn ledger() -> (Ledger, Instant) {
        let start = Instant::now();
        let mut ledger = Ledger::new(2);
        ledger.sent(7, start);
        ledger.sent(8, start);
        (ledger, start)
    }

    #[test]
    fn a_message_is_done_when_the_last_client_has_it() {
        let (mut ledger, start) = ledger();
        let now = || start + Duration::from_micros(50);
        // The server took them in another order than they were sent: that is its right.
        assert_eq!(ledger.received(0, N1, now).expect("in order"), None);
        assert_eq!(ledger.received(1, None, now).expect("in order"), Some(8));
        assert!(!ledger.is_settled());
        assert_eq!(ledger.missing(), 2);
        assert_eq!(ledger.received(1, None, now).expect("in order"), None);
        assert_eq!(ledger.received(0, N0, now).expect("in order"), Some(7));
        assert!(ledger.is_settled());
        assert_eq!((ledger.to_last, ledger.to_sample), (vec![50, 50], vec![50, 50]));
    }

    #[test]
    fn surplus_repetition_and_disorder_are_faults() {
        let (mut ledger, start) = ledger();
        let now = || start;
        ledger.received(0, N0, now).expect("in order");
        assert!(ledger.received(0, N0, now).is_err(), "twice");
        assert!(ledger.received(1, N1, now).is_err(), "another order");
        assert!(ledger.received(0, None, now).is_err(), "more than was sent");
        assert!(ledger.received(1, Some(Number(2)), now).is_err(), "never sent");
    }
}
