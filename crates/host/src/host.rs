//! Starting a host: its parts are made from the bottom up, and each is handed what it may use.

use std::io;
use std::sync::Arc;

use hearth_log::{Log, LogError};
use hearth_protocol::{RoomInfo, Seq, room_name};
use jiff::Timestamp;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::access::gate::Gate;
use crate::access::policy::{AccessChange, AccessPolicy, AccessState};
use crate::base::clock::Clock;
use crate::base::fresh::Fresh;
use crate::base::random::random;
use crate::base::stopping::Stopping;
use crate::config::{HostConfig, NAMELESS};
use crate::error::StartError;
use crate::fanout::fanout::Fanout;
use crate::fanout::writer;
use crate::host_handle::HostHandle;
use crate::http::door::Door;
use crate::http::router::Router;
use crate::http::routing_table::RoutingTable;
use crate::http::{listener, routes};
use crate::hub::handle::{Ends, Handle};
use crate::hub::hub::{self, Hub};
use crate::hub::policy_store;
use crate::net::connection_limits::ConnectionLimits;
use crate::net::listen::listen;
use crate::net::room_key::RoomKey;
use crate::reach::mdns::{self, Announcement};
use crate::reach::reachability::Reachability;
use crate::reach::{addresses, port_mapping, visits};
use crate::room::members::REMEMBERED;
use crate::room::room::Room;
use crate::status::Sources;
use crate::ws::connection;
use crate::ws::context::{Context, Serve};

/// The entry to this crate.
#[derive(Debug)]
pub struct Host;

impl Host {
    /// Listens and serves in background tasks of the current runtime. The log is the host's from here on:
    /// [`HostHandle::stop`] closes it.
    pub async fn start(config: HostConfig, log: Arc<dyn Log>) -> Result<HostHandle, StartError> {
        Self::start_with(config, log, connection::serve).await
    }

    pub(crate) async fn start_with(
        config: HostConfig,
        log: Arc<dyn Log>,
        serve: Serve,
    ) -> Result<HostHandle, StartError> {
        let unreadable = |error: LogError| StartError::Unreadable { message: error.to_string() };
        let known = log.members(REMEMBERED).await.map_err(unreadable)?;
        let newest = log.read_before(Seq::MAX, 1).await.map_err(unreadable)?;
        let last_sign = newest.entries.last().map(|entry| entry.at);
        let room_key = RoomKey::of(&*log).await;
        let room_key = room_key.map_err(|error| StartError::System { message: error.to_string() })?;
        let policy = policy(&config, &*log).await.map_err(unreadable)?;
        let listener = listen(config.bind, config.port, config.limits.send_buffer);
        let listener = listener.map_err(|error| start_error(&error, &config))?;
        let addr = listener.local_addr().map_err(|error| start_error(&error, &config))?;

        let routes = RoutingTable::new(routes::routes());
        let routes = routes.map_err(|error| StartError::System { message: error.to_string() })?;

        let HostConfig { name, allow_origins, public_names, certificate, announce, limits, .. } = config;
        let name = room_name(&name).unwrap_or_else(|| NAMELESS.to_owned());
        let key = room_key.hash.clone();
        let (clock, stopping) = (Clock::start(), Stopping::new());
        let connection_limits = ConnectionLimits::new(limits.max_clients, limits.max_per_address);
        let visit = watch::Sender::new(visits::known(&*log).await);
        let owner = hub::known_owner(&*log).await;
        let pins = log.pins().await.unwrap_or_default();
        let keeping = visits::keep(visit.subscribe(), Arc::clone(&log));
        let fanout = Arc::new(Fanout::new(log, limits.tape_bytes));
        let (hub, Ends { requests, arrivals }) = Handle::new(&policy);
        let reach = Arc::new(Reachability::new(addr));
        let announcement = watch::Sender::new(Announcement {
            on: announce,
            name: name.clone(),
            key: Some(key.clone()),
            invite: policy.state().access.closed,
        });
        let (found, addresses) = watch::channel(addresses::of_host(addr));
        let look_again = Arc::new(Notify::new());
        let mut sources = Sources::of(&hub, &reach, addresses.clone(), visit.subscribe());
        let (seen, status) = watch::channel(sources.status());

        let info = RoomInfo { name: name.clone(), key: Some(key.clone()), owner };
        let gate = Gate::new(policy, hub.pass().clone());
        let mut room = Room::new(info, limits.grace, gate, known, last_sign, Fresh::random, clock.now());
        room.set_pins(pins);
        let mut tasks = JoinSet::new();
        tasks.spawn(addresses::watch(addr, found, Arc::clone(&look_again)));
        tasks.spawn(sources.follow(seen));
        tasks.spawn(visits::follow(arrivals, Arc::clone(&reach), visit));
        tasks.spawn(keeping);
        tasks.spawn(follow_access(hub.access(), announcement.clone()));
        let announcer = tokio::spawn(mdns::run(announcement.subscribe(), addresses, stopping.clone()));
        tasks.spawn(Hub::new(Arc::clone(&hub), Arc::clone(&fanout), clock, room).run(requests));
        tasks.spawn(writer::run(Arc::clone(&fanout), limits.clone(), clock));
        // Not among the tasks: it has something to give back at the end, and ends by itself.
        let mapper = tokio::spawn(port_mapping::run(Arc::clone(&reach), stopping.clone()));
        let context = Context { hub, fanout, reach, limits, clock, stopping };
        let context = Arc::new(context);
        let door = Door {
            room: name,
            public_names,
            allow_origins,
            room_key,
            certificate,
            connection_limits: Arc::clone(&connection_limits),
            context: Arc::clone(&context),
            serve,
        };
        tasks.spawn(listener::run(listener, Router::new(Arc::new(door), routes)));
        tracing::info!(%addr, "hosting");
        Ok(HostHandle {
            context,
            key,
            connection_limits,
            tasks,
            status,
            look_again,
            announcement,
            announcer,
            mapper,
        })
    }
}

/// The local network is told whether a room needs an invitation.
async fn follow_access(
    mut access: watch::Receiver<Arc<AccessState>>,
    announcement: watch::Sender<Announcement>,
) {
    while access.changed().await.is_ok() {
        let closed = access.borrow_and_update().access.closed;
        announcement.send_if_modified(|announced| std::mem::replace(&mut announced.invite, closed) != closed);
    }
}

/// Who may come in, before anybody does.
async fn policy(config: &HostConfig, log: &dyn Log) -> Result<AccessPolicy, LogError> {
    let mut policy = policy_store::load(log).await?;
    let Some(closed) = config.closed.filter(|closed| *closed != policy.locks.closed) else {
        return Ok(policy);
    };
    let close = AccessChange::Close(closed);
    if let Err(error) = policy_store::change(&mut policy, close, log, Timestamp::now(), random).await {
        // Whoever says that it is closed means it, also where that cannot be kept.
        tracing::warn!(%error, "who may come in is not kept");
        policy.locks.closed |= closed;
    }
    Ok(policy)
}

fn start_error(error: &io::Error, config: &HostConfig) -> StartError {
    match error.kind() {
        io::ErrorKind::AddrInUse => StartError::PortTaken { port: config.port },
        io::ErrorKind::PermissionDenied => StartError::PortForbidden { port: config.port },
        io::ErrorKind::AddrNotAvailable => StartError::AddressNotLocal { address: config.bind.to_string() },
        _ => StartError::System { message: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use hearth_log::{MEMORY_LOG_BYTES, MemoryLog};
    use hearth_protocol::LogId;

    use super::*;
    use crate::reach::outside::Outside;

    #[tokio::test]
    async fn the_status_follows_all_that_can_change() {
        let log = Arc::new(MemoryLog::new(LogId::from_random(1), MEMORY_LOG_BYTES));
        let config = HostConfig { bind: Ipv4Addr::LOCALHOST.into(), port: 0, ..HostConfig::default() };
        let host = Host::start(config, log).await.expect("the host starts");
        let mut status = host.status();
        assert!(!status.borrow_and_update().access.access.closed);
        assert_eq!(status.borrow().addresses, addresses::of_host(host.addr()));
        host.set_access(true).await.expect("stored");
        status.wait_for(|status| status.access.access.closed).await.expect("it runs");
        host.set_outside(true);
        status.wait_for(|status| status.outside == Outside::OnlyHere).await.expect("it runs");
        host.stop().await;
        status.wait_for(|_| false).await.expect_err("nothing changes any more");
    }
}
