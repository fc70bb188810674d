//! The load generator: all clients, in one thread, as cheap as clients can be: what serving costs shall be measured, not what reading does.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use hearth_protocol::classic::{ClassicMessage, JOIN_TEXT};
use hearth_protocol::{Act, ClientFrame, Dialect, Hello, PostId};
use mio::{Events, Interest, Poll, Token};

use crate::frames::{self, Frame, PING, PONG, TEXT};
use crate::ledger::Number;
use crate::wire::{Door, PATIENCE, Wire};

/// Handshakes under way at once: a door may refuse a crowd, and here everybody shall come in.
const AT_THE_DOOR: usize = 100;

/// One read takes at most this much: several of the largest frames.
const READ_BYTES: usize = 256 * 1024;

/// A message's text in bytes; as a classic message, all of it is some 128.
const TEXT_BYTES: usize = 64;

/// One client in so many reads what it gets; the others count it.
const SAMPLE_EVERY: usize = 64;

/// Clients of one server.
#[derive(Debug)]
pub(crate) struct Crowd {
    poll: Poll,
    events: Events,
    buffer: Box<[u8]>,
    clients: Vec<Client>,
    door: Door,
    dialect: Dialect,
    bytes: u64,
}

#[derive(Debug)]
struct Client {
    wire: Wire,
    /// The beginning of a frame whose end has not come.
    rest: Vec<u8>,
}

/// A text frame that a client received.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heard<'a> {
    pub(crate) client: usize,
    dialect: Dialect,
    text: &'a [u8],
}

impl Crowd {
    /// Connects so many clients, as fast as they are let in. Those of v1 say hello and are welcomed.
    pub(crate) fn connect(door: Door, count: usize) -> Result<Self> {
        let dialect = door.dialect();
        let mut crowd = Self {
            poll: Poll::new()?,
            events: Events::with_capacity(1024),
            buffer: vec![0; READ_BYTES].into(),
            clients: Vec::with_capacity(count),
            door,
            dialect,
            bytes: 0,
        };
        let mut unwelcome = if dialect == Dialect::V1 { count } else { 0 };
        while crowd.len() < count {
            crowd.let_in(AT_THE_DOOR.min(count - crowd.len()))?;
            // Those inside read on while others come.
            crowd.count_welcomes(Instant::now(), &mut unwelcome)?;
        }
        let end = Instant::now() + PATIENCE;
        while unwelcome > 0 {
            ensure!(Instant::now() < end, "{unwelcome} of {count} were not welcomed");
            crowd.count_welcomes(end, &mut unwelcome)?;
        }
        Ok(crowd)
    }

    fn let_in(&mut self, some: usize) -> Result<()> {
        let knocked: Vec<_> = (0..some).map(|_| self.door.knock()).collect::<Result<_>>()?;
        for knocked in knocked {
            let n = self.len();
            let (wire, rest) = self.door.enter(knocked).with_context(|| format!("client {n}"))?;
            let mut client = Client { wire, rest };
            self.poll.registry().register(&mut client.wire.tcp, Token(n), Interest::READABLE)?;
            self.clients.push(client);
            if self.dialect == Dialect::V1 {
                self.say(n, hello(n).as_bytes())?;
            }
        }
        Ok(())
    }

    fn count_welcomes(&mut self, end: Instant, unwelcome: &mut usize) -> Result<()> {
        self.turn(end, |heard| {
            *unwelcome -= usize::from(heard.is_welcome());
            Ok(())
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.clients.len()
    }

    /// How many bytes a client has received on average.
    pub(crate) fn mean_bytes(&self) -> f64 {
        let kib = u32::try_from(self.bytes / 1024).unwrap_or(u32::MAX);
        let clients = u32::try_from(self.len()).unwrap_or(u32::MAX);
        f64::from(kib) * 1024.0 / f64::from(clients)
    }

    /// Clients of the classic dialect say that they have come.
    pub(crate) fn join_classic(&mut self, clients: impl Iterator<Item = usize>) -> Result<()> {
        for client in clients {
            let text = classic(client, JOIN_TEXT.to_owned());
            self.say(client, text.as_bytes())?;
        }
        Ok(())
    }

    /// Reads until nothing has come for so long, and forgets it.
    pub(crate) fn settle(&mut self, quiet: Duration) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        let mut still = false;
        while !still {
            ensure!(Instant::now() < end, "the server does not come to rest");
            still = true;
            self.turn(Instant::now() + quiet, |_| {
                still = false;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// A client sends a message with a number in it.
    pub(crate) fn post(&mut self, client: usize, number: Number) -> Result<()> {
        let text = format!("{:.<TEXT_BYTES$}", format!("#{:08}", number.0));
        let text = match self.dialect {
            Dialect::V1 => {
                let id = PostId::new(uuid::Uuid::now_v7());
                hearth_protocol::encode(&ClientFrame::Act(Act::post(id, text)))
            }
            Dialect::Classic => classic(client, text),
        };
        self.say(client, text.as_bytes())
    }

    fn say(&mut self, client: usize, text: &[u8]) -> Result<()> {
        self.clients[client].send(TEXT, text).with_context(|| format!("client {client} cannot send"))
    }

    /// Waits until `end` for something to read, and hands on every text frame that is whole.
    pub(crate) fn turn(&mut self, end: Instant, mut hear: impl FnMut(Heard<'_>) -> Result<()>) -> Result<()> {
        let wait = end.saturating_duration_since(Instant::now());
        match self.poll.poll(&mut self.events, Some(wait)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            polled => polled?,
        }
        let dialect = self.dialect;
        for event in &self.events {
            let Token(n) = event.token();
            let client = &mut self.clients[n];
            self.bytes += client
                .read(&mut self.buffer, |text| hear(Heard { client: n, dialect, text }))
                .with_context(|| format!("client {n}"))?;
        }
        Ok(())
    }
}

impl Client {
    fn send(&mut self, opcode: u8, payload: &[u8]) -> Result<()> {
        let mut bytes = Vec::with_capacity(payload.len() + 14);
        frames::put(opcode, payload, &mut bytes);
        // Far less is in flight than a socket's buffer holds.
        ensure!(self.wire.write(&bytes)? == bytes.len(), "its socket is full");
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8], mut hear: impl FnMut(&[u8]) -> Result<()>) -> Result<u64> {
        let mut total = 0;
        loop {
            let rest = self.rest.len();
            buffer[..rest].copy_from_slice(&self.rest);
            let read = match self.wire.read(&mut buffer[rest..]) {
                Ok(0) => bail!("the server closed the connection"),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(total),
                Err(error) => return Err(error.into()),
            };
            total += read as u64;
            let filled = rest + read;
            let mut bytes = &buffer[..filled];
            while let Some(frame) = frames::take(&mut bytes) {
                match frame {
                    Frame { opcode: TEXT, payload } => hear(payload)?,
                    Frame { opcode: PING, payload } => self.send(PONG, payload)?,
                    Frame { opcode, payload } => {
                        bail!("a frame of kind {opcode}: {}", String::from_utf8_lossy(payload))
                    }
                }
            }
            self.rest.clear();
            self.rest.extend_from_slice(bytes);
            // A read that did not fill the buffer has emptied the socket, and epoll tells what comes later (epoll(7)).
            if filled < buffer.len() && self.wire.is_open() {
                return Ok(total);
            }
        }
    }
}

impl Heard<'_> {
    fn is_welcome(self) -> bool {
        self.text.starts_with(br#"{"type":"welcome""#)
    }

    /// Whether it is a line of talk: in v1, acks and changes of the roster come between.
    pub(crate) fn is_line(self) -> bool {
        match self.dialect {
            Dialect::V1 => self.text.starts_with(br#"{"type":"entry""#),
            Dialect::Classic => true,
        }
    }

    /// The number of the message, read by samples only.
    pub(crate) fn number(self) -> Result<Option<Number>> {
        if !self.client.is_multiple_of(SAMPLE_EVERY) {
            return Ok(None);
        }
        let digits =
            self.text.iter().position(|&byte| byte == b'#').and_then(|at| self.text.get(at + 1..at + 9));
        let number = digits.and_then(|digits| str::from_utf8(digits).ok()?.parse().ok());
        let number =
            number.with_context(|| format!("no message of ours: {}", String::from_utf8_lossy(self.text)))?;
        Ok(Some(Number(number)))
    }
}

fn hello(client: usize) -> String {
    let nickname = format!("guest {client}");
    let hello = Hello::new(nickname);
    hearth_protocol::encode(&ClientFrame::Hello(hello))
}

fn classic(client: usize, message: String) -> String {
    let nickname = format!("guest {client}");
    hearth_protocol::encode(&ClassicMessage {
        nickname,
        message,
        time: "11-22 20:15:42".to_owned(),
        status: None,
    })
}
