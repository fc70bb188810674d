//! A locator: it knows where the host of a room may be, at the address that the user gave, where it was reached last, and where its key is
//! announced on this network now. What is announced is not proven; the key is what a host is known by.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use hearth_protocol::{Dialect, KeyHash};
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};

use super::nearby::{Nearby, NearbyRoom};
use crate::{
    address::JoinAddress,
    error::ConnectError,
    link::{connect::Dialer, socket::Link},
};

/// Where to try: at this address of the network, or at the room's own.
pub(crate) type Place = Option<SocketAddr>;

/// How long a place has before the next one is tried beside it.
const STAGGER: Duration = Duration::from_millis(250);

/// So many announced places are tried in one attempt. A host has a few; whoever makes more up is not waited for.
const MOST_PLACES: usize = 6;

/// However fast announcements change, after one that called for an attempt they are not listened to for so long; and each
/// time that it led to nothing, for twice as long as before. Somebody who makes them up could keep us busy otherwise.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What an attempt led to.
pub(crate) struct Reached {
    pub(crate) link: Link,
    pub(crate) dialect: Dialect,
    pub(crate) place: Place,
}

/// Where the host of a room may be.
#[derive(Debug)]
pub(crate) struct Locator {
    rooms: Option<watch::Receiver<Vec<NearbyRoom>>>,
    key: Option<KeyHash>,
    /// The room's own address, as far as it is one and no name.
    own: Option<SocketAddr>,
    /// Where it was reached last.
    last: Place,
    /// Where its key is announced.
    announced: Vec<SocketAddr>,
    /// Whether something is announced that the session does not know of.
    news: bool,
    /// Until when it is not told,
    quiet: Option<Instant>,
    /// and for how long the next time.
    pause: Duration,
}

impl Locator {
    pub(crate) fn new(nearby: Option<&Nearby>, key: Option<KeyHash>, address: &JoinAddress) -> Self {
        let own = of_network(address);
        let rooms = nearby.map(Nearby::heard);
        Self { rooms, key, own, last: None, announced: Vec::new(), news: false, quiet: None, pause: PAUSE }
    }

    /// The user has given another address. The one before may be right all the same, if that link was an old one.
    pub(crate) fn given(&mut self, address: &JoinAddress) {
        let own = of_network(address);
        if own != self.own {
            self.last = self.last.or(self.own);
            self.own = own;
        }
    }

    /// The key of the host became known.
    pub(crate) fn know(&mut self, key: Option<&KeyHash>) {
        if key.is_some() && self.key.as_ref() != key {
            self.key = key.cloned();
        }
    }

    /// The key of the host, as far as it is known.
    pub(crate) fn key(&self) -> Option<KeyHash> {
        self.key.clone()
    }

    /// Where to try, in this order.
    pub(crate) fn places(&mut self) -> Vec<Place> {
        self.refresh();
        // They are tried now.
        self.news = false;
        let mut places: Vec<Place> = self.last.map(Some).into_iter().chain([None]).collect();
        let known = [self.last, self.own];
        let others = self.announced.iter().filter(|place| !known.contains(&Some(**place)));
        places.extend(others.take(MOST_PLACES).copied().map(Some));
        places
    }

    /// An attempt led there.
    pub(crate) fn reached(&mut self, place: Place) {
        self.last = place;
        self.pause = PAUSE;
    }

    /// Whether the host is announced where it was reached.
    pub(crate) fn is_where_we_are(&self) -> bool {
        self.last.or(self.own).is_some_and(|place| self.announced.contains(&place))
    }

    /// The address where it was reached last.
    pub(crate) fn address(&self, dialer: &Dialer) -> JoinAddress {
        self.last.map_or_else(|| dialer.address().clone(), JoinAddress::announced)
    }

    /// Waits until the host is announced where it was not before. May be dropped at any time without loss.
    #[expect(clippy::disallowed_methods, reason = "this belongs to the driver, where the clocks are read")]
    pub(crate) async fn sighted(&mut self) {
        while !self.news {
            match &mut self.rooms {
                Some(rooms) if self.key.is_some() => {
                    if rooms.changed().await.is_err() {
                        self.rooms = None;
                    }
                }
                _ => return std::future::pending().await,
            }
            self.refresh();
        }
        if let Some(quiet) = self.quiet {
            sleep_until(quiet).await;
        }
        self.news = false;
        self.quiet = Some(Instant::now() + self.pause);
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }

    fn refresh(&mut self) {
        let (Some(rooms), Some(key)) = (&mut self.rooms, &self.key) else { return };
        let now: Vec<_> = rooms
            .borrow_and_update()
            .iter()
            .filter(|room| room.key.as_ref() == Some(key))
            .flat_map(NearbyRoom::places)
            .collect();
        self.news |= now.iter().any(|place| !self.announced.contains(place));
        self.announced = now;
    }
}

/// An address as far as it is one of the network, and no name.
fn of_network(address: &JoinAddress) -> Option<SocketAddr> {
    address.host.parse().ok().map(|ip: IpAddr| SocketAddr::new(ip, address.port))
}

/// Tries the places one after the other, without waiting long for any, all within the time of an attempt. The first that lets
/// us in counts. What is wrong at the first place is what is wrong, unless a later one is the host and says more.
#[expect(clippy::disallowed_methods, reason = "this belongs to the driver, where the clocks are read")]
pub(crate) async fn reach(
    dialer: Arc<Dialer>,
    key: Option<KeyHash>,
    places: Vec<Place>,
) -> Result<Reached, ConnectError> {
    let until = Instant::now() + dialer.within();
    let mut places = places.into_iter().enumerate();
    let mut attempts = FuturesUnordered::new();
    let (mut first, mut telling) = (None, None);
    loop {
        if let Some((rank, place)) = places.next() {
            attempts.push(attempt(&dialer, key.as_ref(), rank, place, until));
        }
        let more = places.len() > 0;
        tokio::select! {
            outcome = attempts.next(), if !attempts.is_empty() => match outcome {
                Some((_, Ok(reached))) => return Ok(reached),
                Some((0, Err(error))) if error.may_have_moved() => first = Some(error),
                Some((0, Err(error))) => return Err(error),
                Some((_, Err(error))) if error.may_have_moved() || error.is_final() => {}
                Some((_, Err(error))) => telling = Some(error),
                None => {}
            },
            () = sleep(STAGGER), if more => {}
        }
        if attempts.is_empty() && !more {
            return Err(telling.or(first).unwrap_or(ConnectError::Cancelled));
        }
    }
}

async fn attempt(
    dialer: &Arc<Dialer>,
    key: Option<&KeyHash>,
    rank: usize,
    place: Place,
    until: Instant,
) -> (usize, Result<Reached, ConnectError>) {
    let elsewhere = place.zip(key).map(|(place, key)| Arc::new(dialer.at(place, key)));
    let there = elsewhere.unwrap_or_else(|| Arc::clone(dialer));
    let outcome = there.connect(until).await;
    (rank, outcome.map(|(link, dialect)| Reached { link, dialect, place }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(n: u8) -> SocketAddr {
        SocketAddr::from(([10, 0, 0, n], 8080))
    }

    fn room(key: &KeyHash, n: u8) -> NearbyRoom {
        let (name, addresses) = ("茶".to_owned(), vec![at(n).ip()]);
        NearbyRoom { name, addresses, port: 8080, key: Some(key.clone()), invite: false }
    }

    fn locator(key: Option<&KeyHash>) -> (watch::Sender<Vec<NearbyRoom>>, Locator) {
        let (board, heard) = watch::channel(Vec::new());
        let address = JoinAddress::parse("10.0.0.1:8080").expect("an address");
        (board, Locator::new(Some(&Nearby::of(heard)), key.cloned(), &address))
    }

    async fn is_sighted(locator: &mut Locator) -> bool {
        tokio::time::timeout(Duration::from_millis(1), locator.sighted()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_right_key_leads_elsewhere() {
        let (mine, other) = (KeyHash::of_sha256(&[1; 32]), KeyHash::of_sha256(&[2; 32]));
        let (board, mut found) = locator(Some(&mine));
        assert_eq!(found.places(), [None]);
        board.send_replace(vec![room(&other, 7)]);
        assert!(!is_sighted(&mut found).await);
        assert_eq!(found.places(), [None]);
        board.send_replace(vec![room(&other, 7), room(&mine, 2)]);
        assert!(is_sighted(&mut found).await && !found.is_where_we_are());
        assert_eq!(found.places(), [None, Some(at(2))]);
        found.reached(Some(at(2)));
        assert!(found.is_where_we_are());
        assert_eq!(found.places(), [Some(at(2)), None], "where it was last comes first");
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_key_nothing_that_is_announced_counts() {
        let key = KeyHash::of_sha256(&[1; 32]);
        let (board, mut found) = locator(None);
        board.send_replace(vec![room(&key, 2)]);
        assert!(!is_sighted(&mut found).await);
        assert_eq!(found.places(), [None]);
        found.know(Some(&key));
        assert_eq!(found.places(), [None, Some(at(2))]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_that_is_given_is_tried_beside_the_one_before() {
        let key = KeyHash::of_sha256(&[1; 32]);
        let (_board, mut found) = locator(Some(&key));
        let given = |n: u8| JoinAddress::parse(&at(n).to_string()).expect("an address");
        found.given(&given(1));
        assert_eq!(found.places(), [None]);
        found.given(&given(2));
        assert_eq!(found.places(), [Some(at(1)), None]);
        found.reached(None);
        assert_eq!(found.places(), [None], "the one that was given is the right one");
    }

    #[tokio::test(start_paused = true)]
    async fn its_own_address_is_tried_once_and_a_flood_is_bounded() {
        let key = KeyHash::of_sha256(&[1; 32]);
        let (board, mut found) = locator(Some(&key));
        board.send_replace(vec![room(&key, 1)]);
        assert_eq!(found.places(), [None]);
        assert!(found.is_where_we_are());
        board.send_replace((1..100).map(|n| room(&key, n)).collect());
        assert!(is_sighted(&mut found).await);
        assert_eq!(found.places().len(), 1 + MOST_PLACES);
        board.send_replace(vec![room(&key, 200)]);
        assert!(!is_sighted(&mut found).await, "not again so soon");
        tokio::time::advance(PAUSE).await;
        assert!(is_sighted(&mut found).await);
    }
}
