//! A host on a free port.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::Deref;
use std::sync::Arc;

use hearth_host::{Host, HostConfig, HostHandle, Limits};
use hearth_log::{Log, MEMORY_LOG_BYTES, MemoryLog};
use hearth_protocol::LogId;

/// A host on a free port of this computer. Dropping it stops it.
#[derive(Debug)]
pub struct TestHost(HostHandle);

/// A configuration for tests: loopback, any free port, no rate.
pub fn quick() -> HostConfig {
    HostConfig {
        name: "读书会".to_owned(),
        bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
        port: 0,
        limits: Limits::default().at_rate(None),
        ..HostConfig::default()
    }
}

/// The same of a closed room.
pub fn closed() -> HostConfig {
    HostConfig { closed: Some(true), ..quick() }
}

impl TestHost {
    /// Starts a host with the usual test configuration and an empty memory log.
    pub async fn start() -> Self {
        Self::with(quick()).await
    }

    /// Starts a host with an empty memory log.
    pub async fn with(config: HostConfig) -> Self {
        let id = LogId::from_random(uuid::Uuid::new_v4().as_u128());
        Self::over(config, Arc::new(MemoryLog::new(id, MEMORY_LOG_BYTES))).await
    }

    /// Starts a host over a log.
    pub async fn over(config: HostConfig, log: Arc<dyn Log>) -> Self {
        Self(Host::start(config, log).await.expect("the host starts"))
    }

    /// Its address for clients.
    pub fn url(&self) -> String {
        format!("ws://{}", self.0.addr())
    }

    /// Stops it politely.
    pub async fn stop(self) {
        self.0.stop().await;
    }
}

impl Deref for TestHost {
    type Target = HostHandle;

    fn deref(&self) -> &HostHandle {
        &self.0
    }
}
