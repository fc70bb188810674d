//! The app's state is what the window shows: it has one lock, never held across an await. The page is told of every
//! change while the lock is held, so that it hears of changes in the order in which they happened.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::PathBuf;

use hearth_client::{Invitation, JoinAddress};
use hearth_protocol::KeyHash;
use tauri::ipc::Channel;

use crate::api::app::{AppState, AppUpdate};
use crate::api::hosting::{Hosting, OwnRoom};
use crate::api::rooms::{NearbyRoom, OpenedLink, Room, RoomId, RoomKey};
use crate::api::settings::Settings;
use crate::state::attention::Attention;
use crate::state::open_room::{Attempt, OpenRoom};
use crate::state::quitting::Quitting;
use crate::state::recent::Recent;
use crate::state::remembered::{Remembered, RememberedRoom};

/// Everything that the commands share.
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) hosting: Hosting,
    /// Those that the user is in, the hosted one first.
    pub(crate) rooms: Vec<OpenRoom>,
    pub(crate) own_rooms: Vec<OwnRoom>,
    pub(crate) nearby: Vec<NearbyRoom>,
    /// A link that was opened and not answered yet.
    pub(crate) opened: Option<OpenedLink>,
    /// What was exported last.
    pub(crate) exported: Option<PathBuf>,
    /// Where the page hears of rooms of one's own that are not hosted, and only read.
    pub(crate) readings: HashMap<RoomKey, Channel>,
    /// Remembered rooms that wait for a nickname.
    pub(crate) unopened: Vec<RememberedRoom>,
    /// How much is unread, and what the desktop was told of it.
    pub(crate) attention: Attention,
    recent: Recent,
    /// One at a time: a new attempt calls off the one before.
    pub(crate) attempt: Option<Attempt>,
    page: Option<Channel<AppUpdate>>,
    numbers: u64,
    pub(crate) quitting: Quitting,
}

/// What is known of the room that a link leads to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// It is open.
    Open(RoomKey),
    /// At its address was one of another key.
    OtherKey,
    /// Nothing.
    No,
}

impl State {
    pub(crate) fn new(settings: Settings, remembered: Remembered) -> Self {
        Self {
            settings,
            hosting: Hosting::Off,
            rooms: Vec::new(),
            own_rooms: Vec::new(),
            nearby: Vec::new(),
            opened: None,
            exported: None,
            readings: HashMap::new(),
            attention: Attention::default(),
            unopened: remembered.rooms,
            recent: Recent::new(remembered.left),
            attempt: None,
            page: None,
            numbers: 0,
            quitting: Quitting::default(),
        }
    }

    /// A number that was not used before.
    pub(crate) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// Takes the page's channel, in place of an earlier one, and tells it everything.
    pub(crate) fn subscribe(&mut self, page: Channel<AppUpdate>) {
        self.page = Some(page);
        self.tell(AppUpdate::State {
            app: Box::new(AppState {
                settings: self.settings.clone(),
                hosting: self.hosting.clone(),
                rooms: self.listed(),
                own_rooms: self.own_rooms.clone(),
                nearby: self.listed_nearby(),
                recent: self.recent.shown(),
                opened: self.opened.clone(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            }),
        });
    }

    /// Whether there is a page that can be told and asked.
    pub(crate) fn has_page(&self) -> bool {
        self.page.is_some()
    }

    pub(crate) fn tell(&self, update: AppUpdate) {
        if let Some(page) = &self.page
            && let Err(error) = page.send(update)
        {
            // The window is gone; so is who would have to know.
            tracing::debug!(%error, "the page was not told");
        }
    }

    pub(crate) fn tell_rooms(&self) {
        self.tell(AppUpdate::Rooms { rooms: self.listed() });
        self.tell_nearby();
    }

    /// Which of the rooms on this network the user is in may have changed.
    pub(crate) fn tell_nearby(&self) {
        if !self.nearby.is_empty() {
            self.tell(AppUpdate::Nearby { nearby: self.listed_nearby() });
        }
    }

    pub(crate) fn set_settings(&mut self, settings: Settings) {
        if self.settings != settings {
            self.settings = settings;
            self.tell(AppUpdate::Settings { settings: self.settings.clone() });
        }
    }

    pub(crate) fn set_hosting(&mut self, hosting: Hosting) {
        if self.hosting != hosting {
            self.hosting = hosting;
            self.follow_hosting();
            self.tell(AppUpdate::Nearby { nearby: self.listed_nearby() });
            self.tell(AppUpdate::Hosting { hosting: self.hosting.clone() });
        }
    }

    /// The hosted room is shown at the address that is best for others; the last one, while there is none.
    fn follow_hosting(&mut self) {
        let Hosting::On { room, addresses, .. } = &self.hosting else { return };
        let best = addresses.first().map(|best| best.url.clone());
        let shown = self.rooms.iter_mut().find(|open| open.key == *room);
        if let (Some(best), Some(shown)) = (best, shown)
            && best != shown.url()
        {
            shown.best = Some(best);
            self.tell_rooms();
        }
    }

    pub(crate) fn set_opened(&mut self, opened: Option<OpenedLink>) {
        if self.opened != opened {
            self.opened = opened;
            self.tell(AppUpdate::Opened { opened: self.opened.clone() });
        }
    }

    pub(crate) fn set_nearby(&mut self, nearby: Vec<NearbyRoom>) {
        if self.nearby != nearby {
            self.nearby = nearby;
            self.tell(AppUpdate::Nearby { nearby: self.listed_nearby() });
        }
    }

    /// Rooms on this network that are not one's own, with those marked that the user is in.
    fn listed_nearby(&self) -> Vec<NearbyRoom> {
        let own = match &self.hosting {
            Hosting::On { fragment, .. } => Some(fragment.as_str()),
            _ => None,
        };
        let is_own = |room: &&NearbyRoom| room.link.split_once('#').map(|(_, fragment)| fragment) == own;
        let marked = |room: &NearbyRoom| {
            let key = Invitation::parse(&room.link).ok().and_then(|link| link.key);
            let open =
                key.and_then(|key| self.rooms.iter().find(|room| room.known_key().as_ref() == Some(&key)));
            let is_hosted = open.is_some_and(|open| open.hosted);
            (!is_hosted).then(|| NearbyRoom { open: open.map(|open| open.key.clone()), ..room.clone() })
        };
        self.nearby.iter().filter(|room| own.is_none() || !is_own(room)).filter_map(marked).collect()
    }

    /// The rooms that were left lately.
    pub(crate) fn recent(&self) -> &Recent {
        &self.recent
    }

    /// Changes them, and tells the page if `change` says that it did.
    pub(crate) fn change_recent(&mut self, change: impl FnOnce(&mut Recent) -> bool) {
        if change(&mut self.recent) {
            self.tell(AppUpdate::Recent { recent: self.recent.shown() });
        }
    }

    pub(crate) fn set_own_rooms(&mut self, own_rooms: Vec<OwnRoom>) {
        if self.own_rooms != own_rooms {
            self.own_rooms = own_rooms;
            self.tell(AppUpdate::OwnRooms { own_rooms: self.own_rooms.clone() });
            self.tell_rooms();
        }
    }

    /// One of them was used: it is the one used last.
    pub(crate) fn set_own_room(&mut self, room: OwnRoom) {
        let others: Vec<_> = self.own_rooms.iter().filter(|own| own.id != room.id).cloned().collect();
        self.set_own_rooms([vec![room], others].concat());
    }

    /// The rooms of one's own that can be read, and are not hosted.
    fn resting(&self) -> impl Iterator<Item = (RoomKey, &OwnRoom)> {
        let sound = self.own_rooms.iter().filter(|own| own.problem.is_none());
        let keyed = sound.map(|own| (own.id.key(), own));
        keyed.filter(|(key, _)| !self.rooms.iter().any(|room| room.key == *key))
    }

    /// Which of them has this key.
    pub(crate) fn resting_at(&self, key: &RoomKey) -> Option<RoomId> {
        self.resting().find(|(resting, _)| resting == key).map(|(_, own)| own.id.clone())
    }

    /// The room that is hosted here.
    pub(crate) fn hosted(&self) -> Option<&OpenRoom> {
        self.rooms.iter().find(|room| room.hosted)
    }

    pub(crate) fn room(&mut self, key: &RoomKey) -> Option<&mut OpenRoom> {
        self.rooms.iter_mut().find(|room| room.key == *key)
    }

    /// Which of the open rooms a link leads to: that of its key, wherever it is; without a key that at its address, by TLS or
    /// without. The hosted one is found under every address of its own.
    pub(crate) fn known(&self, address: &JoinAddress, key: Option<&KeyHash>) -> Known {
        let own = self.is_own(address);
        let same =
            |at: &JoinAddress| (&at.host, at.port, &at.path) == (&address.host, address.port, &address.path);
        let mut there = self.rooms.iter().filter(|room| same(&room.address) || (own && room.hosted));
        let Some(key) = key else {
            return there.next().map_or(Known::No, |room| Known::Open(room.key.clone()));
        };
        if let Some(open) = self.of_key(key) {
            return Known::Open(open);
        }
        if there.any(|room| room.known_key().is_some()) { Known::OtherKey } else { Known::No }
    }

    /// The open room whose host has this key.
    pub(crate) fn of_key(&self, key: &KeyHash) -> Option<RoomKey> {
        let room = self.rooms.iter().find(|room| room.known_key().as_ref() == Some(key));
        room.map(|room| room.key.clone())
    }

    /// Whether any open room is known by a key.
    pub(crate) fn knows_keys(&self) -> bool {
        self.rooms.iter().any(|room| room.known_key().is_some())
    }

    fn is_own(&self, address: &JoinAddress) -> bool {
        let Hosting::On { port, addresses, .. } = &self.hosting else {
            return false;
        };
        let here = address.port == *port && address.host == "localhost";
        // By TLS or without, it is the same place.
        let same = |own: JoinAddress| own.host == address.host && own.port == address.port;
        here || addresses.iter().any(|own| JoinAddress::parse(&own.url).is_ok_and(same))
    }

    pub(crate) fn add(&mut self, room: OpenRoom) {
        let place = if room.hosted { 0 } else { self.rooms.len() };
        self.readings.remove(&room.key);
        self.rooms.insert(place, room);
        self.tell_rooms();
    }

    pub(crate) fn remove(&mut self, key: &RoomKey) -> Option<OpenRoom> {
        let place = self.rooms.iter().position(|room| room.key == *key)?;
        let room = self.rooms.remove(place);
        self.tell_rooms();
        Some(room)
    }

    /// What is to be known at the next start. The room of one's own is not among it: it is hosted anew.
    pub(crate) fn remembered(&self) -> Remembered {
        let open = self.rooms.iter().filter(|room| !room.hosted).map(OpenRoom::remembered);
        Remembered { rooms: open.chain(self.unopened.iter().cloned()).collect(), left: self.recent.rooms() }
    }

    fn listed(&self) -> Vec<Room> {
        let shown = |room: &OpenRoom| Room {
            key: room.key.clone(),
            url: room.url(),
            name: room.name.clone(),
            hosted: room.hosted,
            own: room.key.own(),
            // One's own is given away by the addresses that it is hosted at.
            link: (!room.hosted).then(|| room.link()),
        };
        let read = |(key, own): (RoomKey, &OwnRoom)| Room {
            key,
            url: String::new(),
            name: Some(own.name.clone()),
            hosted: false,
            own: Some(own.id.clone()),
            link: None,
        };
        self.rooms.iter().map(shown).chain(self.resting().map(read)).collect()
    }
}
