//! The browser of mDNS: the task that listens.

use std::time::Duration;

use if_addrs::IfAddr;
use mdns_sd::{IfKind, Receiver, ServiceDaemon, ServiceEvent};
use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior, interval, sleep, sleep_until, timeout},
};

use super::{
    NearbyRoom,
    heard::{Heard, LAST_CHANCE},
    reading,
};

/// The kind of service that a room is. It stands in docs/protocol.md.
const SERVICE: &str = "_hearth._tcp.local.";

/// How often this computer's own networks are looked at, in seconds.
const LOOK_AT_NETWORKS: u32 = 2;

/// How often it is asked, while somebody looks, whether the rooms are still there. The records of an announcement are good
/// for two minutes and more, and a computer that lost its power says no goodbye.
const ASK: Duration = Duration::from_millis(1500);

/// How long a room has to answer; it is asked twice, a second apart. With [`ASK`] and [`LAST_CHANCE`] it makes a second less
/// than the 5 s within which a room is to be gone: a busy computer is late with all of it.
const ANSWER: Duration = Duration::from_millis(1900);
const _: () = assert!(ASK.as_millis() + ANSWER.as_millis() + LAST_CHANCE.as_millis() <= 4000);

/// So many are asked at a time. With more rooms than these, one that vanished is seen later.
const ASKED_AT_ONCE: usize = 20;

/// All rooms are called upon this often, for those whose announcement was lost on the way.
const CALL: Duration = Duration::from_secs(20);

/// How long what could not be set up is left alone.
const SET_UP_AGAIN: Duration = Duration::from_secs(10);

/// Records that may be held: more than there are on any network of good will. The library knows no bound of its own.
const MOST_RECORDS: i64 = 5000;

/// Listens until nobody can look at either list any more.
pub(super) async fn run(shown: watch::Sender<Vec<NearbyRoom>>, heard: watch::Sender<Vec<NearbyRoom>>) {
    let nobody_looks = async {
        // The handles hold this one: without them nobody can begin to look.
        heard.closed().await;
        shown.closed().await;
    };
    tokio::select! {
        () = nobody_looks => {}
        () = listen_on(&shown, &heard) => {}
    }
}

/// Listens, and after a failure again.
async fn listen_on(shown: &watch::Sender<Vec<NearbyRoom>>, heard: &watch::Sender<Vec<NearbyRoom>>) {
    let mut rooms = Heard::default();
    loop {
        let Err(error) = listen(&mut rooms, shown, heard).await;
        tracing::warn!(%error, "rooms on this network are not heard of for a while");
        rooms.doubt_all(now());
        rooms.expire(now());
        publish(&rooms, shown, heard);
        sleep(SET_UP_AGAIN).await;
    }
}

async fn listen(
    rooms: &mut Heard,
    shown: &watch::Sender<Vec<NearbyRoom>>,
    heard: &watch::Sender<Vec<NearbyRoom>>,
) -> Result<std::convert::Infallible, mdns_sd::Error> {
    let ear = Ear::open()?;
    let mut events = ear.0.browse(SERVICE)?;
    let (mut asks, mut calls) = (interval(ASK), interval(CALL));
    asks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    calls.set_missed_tick_behavior(MissedTickBehavior::Delay);
    calls.reset();
    loop {
        let due = rooms.due();
        let call = tokio::select! {
            event = events.recv_async() => match event {
                Ok(event) => take(rooms, event),
                // So much has come that the library has ended it.
                Err(_) => true,
            },
            () = sleep_until(due.unwrap_or_else(now)), if due.is_some() => {
                rooms.expire(now());
                false
            }
            _ = asks.tick() => {
                if shown.receiver_count() > 0 {
                    ear.ask(rooms.next_to_ask(ASKED_AT_ONCE))?;
                }
                ear.is_not_flooded().await?;
                false
            }
            _ = calls.tick() => true,
        };
        if call {
            let before = std::mem::replace(&mut events, ear.0.browse(SERVICE)?);
            take_rest(rooms, &before).await;
        }
        publish(rooms, shown, heard);
    }
}

/// Takes an event. Gives whether all rooms are to be called upon, since one may be gone or only unheard.
fn take(rooms: &mut Heard, event: ServiceEvent) -> bool {
    match event {
        ServiceEvent::ServiceResolved(service) => {
            rooms.resolved(service.get_fullname(), reading::room(&service, &here()));
            false
        }
        ServiceEvent::ServiceRemoved(_, name) => rooms.removed(&name, now()),
        _ => false,
    }
}

/// What had come before the call. The library ends its side as soon as it has heard of the call.
async fn take_rest(rooms: &mut Heard, events: &Receiver<ServiceEvent>) {
    let rest = async {
        while let Ok(event) = events.recv_async().await {
            take(rooms, event);
        }
    };
    if timeout(ASK, rest).await.is_err() {
        tracing::debug!("the library for multicast DNS is busy");
    }
}

fn publish(rooms: &Heard, shown: &watch::Sender<Vec<NearbyRoom>>, heard: &watch::Sender<Vec<NearbyRoom>>) {
    let list = rooms.list();
    for watch in [shown, heard] {
        watch.send_if_modified(|known| {
            let changed = *known != list;
            if changed {
                known.clone_from(&list);
            }
            changed
        });
    }
}

fn here() -> Vec<IfAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    interfaces.into_iter().filter(|interface| !interface.is_loopback()).map(|own| own.addr).collect()
}

#[expect(clippy::disallowed_methods, reason = "the task is where the clock is read")]
fn now() -> Instant {
    Instant::now()
}

/// One who listens to multicast. Dropping it ends that.
struct Ear(ServiceDaemon);

impl Ear {
    /// On all networks but this computer's own inside: what is hosted here is heard on the others.
    fn open() -> Result<Self, mdns_sd::Error> {
        let ear = Self(ServiceDaemon::new()?);
        ear.0.set_ip_check_interval(LOOK_AT_NETWORKS)?;
        ear.0.disable_interface(vec![IfKind::LoopbackV4, IfKind::LoopbackV6])?;
        Ok(ear)
    }

    /// Asks whether these are still there.
    fn ask(&self, names: Vec<String>) -> Result<(), mdns_sd::Error> {
        names.into_iter().try_for_each(|name| self.0.verify(name, ANSWER))
    }

    async fn is_not_flooded(&self) -> Result<(), mdns_sd::Error> {
        let metrics = self.0.get_metrics()?.recv_async().await.unwrap_or_default();
        let held: i64 =
            metrics.iter().filter(|(name, _)| name.starts_with("cached-")).map(|(_, count)| count).sum();
        if held > MOST_RECORDS {
            return Err(mdns_sd::Error::Msg(format!("{held} records are a flood")));
        }
        Ok(())
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        // Its thread would go on otherwise. One that has ended already does not mind.
        let _ = self.0.shutdown();
    }
}
