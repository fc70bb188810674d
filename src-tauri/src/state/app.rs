//! The app's state is what the window shows: it has one lock, never held across an await. The page is told of every
//! change while the lock is held, so that it hears of changes in the order in which they happened.

use std::path::PathBuf;

use hearth_client::JoinAddress;
use tauri::ipc::Channel;

use crate::api::app::{AppState, AppUpdate};
use crate::api::hosting::{Hosting, OwnRoom};
use crate::api::rooms::{NearbyRoom, OpenedLink, Room, RoomKey};
use crate::api::settings::Settings;
use crate::state::open_room::{Attempt, OpenRoom};
use crate::state::recent::Recent;
use crate::state::remembered::{Remembered, RememberedRoom};

/// Everything that the commands share.
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) hosting: Hosting,
    /// The hosted room first.
    pub(crate) rooms: Vec<OpenRoom>,
    pub(crate) own_rooms: Vec<OwnRoom>,
    pub(crate) nearby: Vec<NearbyRoom>,
    /// A link that was opened and not answered yet.
    pub(crate) opened: Option<OpenedLink>,
    /// What was exported last.
    pub(crate) exported: Option<PathBuf>,
    /// Remembered rooms that wait for a nickname.
    pub(crate) unopened: Vec<RememberedRoom>,
    recent: Recent,
    /// One at a time: a new attempt calls off the one before.
    pub(crate) attempt: Option<Attempt>,
    page: Option<Channel<AppUpdate>>,
    numbers: u64,
    quitting: bool,
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
            unopened: remembered.rooms,
            recent: Recent::new(remembered.left),
            attempt: None,
            page: None,
            numbers: 0,
            quitting: false,
        }
    }

    /// A number that was not used before.
    pub(crate) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// The app quits from now on. Whether it did already.
    pub(crate) fn begin_quitting(&mut self) -> bool {
        std::mem::replace(&mut self.quitting, true)
    }

    /// Whether the app may end by itself now.
    pub(crate) fn is_quitting(&self) -> bool {
        self.quitting
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

    /// Rooms on this network that are not one's own.
    fn listed_nearby(&self) -> Vec<NearbyRoom> {
        let own = match &self.hosting {
            Hosting::On { fragment, .. } => Some(fragment.as_str()),
            _ => None,
        };
        let is_own = |room: &&NearbyRoom| room.link.split_once('#').map(|(_, fragment)| fragment) == own;
        self.nearby.iter().filter(|room| own.is_none() || !is_own(room)).cloned().collect()
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
        }
    }

    /// The room that is hosted here.
    pub(crate) fn hosted(&self) -> Option<&OpenRoom> {
        self.rooms.iter().find(|room| room.hosted)
    }

    pub(crate) fn room(&mut self, key: &RoomKey) -> Option<&mut OpenRoom> {
        self.rooms.iter_mut().find(|room| room.key == *key)
    }

    /// The room at an address. The hosted one is found under every address of its own.
    pub(crate) fn room_at(&mut self, address: &JoinAddress) -> Option<&mut OpenRoom> {
        let own = self.is_own(address);
        self.rooms.iter_mut().find(|room| room.address == *address || (own && room.hosted))
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
        };
        self.rooms.iter().map(shown).collect()
    }
}

#[cfg(test)]
mod tests {
    use hearth_client::{Credentials, RoomClient, RoomOptions};
    use hearth_host::{Access, AddressKind, Outside, Storage, WayIn};
    use hearth_protocol::Nickname;
    use tauri::async_runtime::spawn;

    use super::*;
    use crate::api::hosting::{Reach, RoomId, ShareAddress};

    const LOOPBACK: &str = "ws://127.0.0.1:8080";

    fn hosted_room(key: &RoomKey) -> OpenRoom {
        let address = JoinAddress::parse(LOOPBACK).expect("an address");
        let client = RoomClient::join(RoomOptions {
            address: address.clone(),
            nickname: Nickname::new("阿明").expect("a nickname"),
            token: None,
            key: None,
            credentials: Credentials::default(),
            keep_trying: true,
            keep: None,
            only_lines: false,
        });
        OpenRoom {
            key: key.clone(),
            address,
            pin: None,
            secret: None,
            best: None,
            name: Some("围炉夜话".to_owned()),
            hosted: true,
            file: None,
            kept: None,
            token: None,
            client,
            watcher: spawn(async {}),
            forwarder: None,
        }
    }

    fn on(room: &RoomKey, urls: &[&str]) -> Hosting {
        let shared =
            |url: &&str| ShareAddress { url: (*url).to_owned(), page: String::new(), kind: AddressKind::Lan };
        Hosting::On {
            port: 8080,
            asked_port: 8080,
            reach: Reach::Network,
            foreign_pages: false,
            access: Access::default(),
            invites: Vec::new(),
            fragment: String::new(),
            addresses: urls.iter().map(shared).collect(),
            way_in: WayIn::Addresses,
            outside: Outside::Off,
            room: room.clone(),
            id: RoomId("a-room".to_owned()),
            storage: Storage::Fine,
        }
    }

    #[tokio::test]
    async fn the_hosted_room_is_shown_where_others_reach_it_best() {
        let key = RoomKey("room-1".to_owned());
        let mut state = State::new(Settings::default(), Remembered::default());
        state.add(hosted_room(&key));
        let shown = |state: &State| state.listed()[0].url.clone();
        assert_eq!(shown(&state), LOOPBACK);
        state.set_hosting(on(&key, &["ws://192.168.1.23:8080", LOOPBACK]));
        assert_eq!(shown(&state), "ws://192.168.1.23:8080");
        state.set_hosting(on(&key, &["ws://10.0.0.7:8080"]));
        assert_eq!(shown(&state), "ws://10.0.0.7:8080", "the computer is in another network");
        state.set_hosting(on(&key, &[]));
        assert_eq!(shown(&state), "ws://10.0.0.7:8080", "it is in none, and may be back in the same");
        assert_eq!(state.remembered(), Remembered::default(), "it is hosted anew, and not joined");
    }
}
