//! A place for icons in the tray, as desktops have it: somebody on the session bus who is told of each icon, shows it, and
//! tells it what was chosen from its menu (the `StatusNotifierItem` specification, and `com.canonical.dbusmenu`).

#![allow(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    clippy::used_underscore_binding,
    reason = "what is called by way of the bus has the shape that zbus wants"
)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use zbus::message::Header;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, Proxy, connection, interface};

use crate::PATIENCE;

/// How often is looked.
const LOOK: Duration = Duration::from_millis(50);

/// Where an icon is: who shows it, and under which path.
type Icon = (String, String);

/// A tray. Dropping it takes it from the desktop.
#[derive(Debug)]
pub struct Tray {
    bus: Connection,
    icons: Arc<Mutex<Vec<Icon>>>,
}

/// An item of a menu, with its properties and the items below it.
type Item = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

impl Tray {
    /// Puts a tray on this desktop.
    pub async fn begin() -> Self {
        let icons = Arc::default();
        let watcher = Watcher { icons: Arc::clone(&icons) };
        let builder =
            connection::Builder::session().and_then(|bus| bus.serve_at("/StatusNotifierWatcher", watcher));
        let builder = builder.and_then(|bus| bus.name("org.kde.StatusNotifierWatcher"));
        let bus = builder.expect("a session bus").build().await.expect("nobody else shows a tray here");
        Self { bus, icons }
    }

    /// Waits until an icon is there, and its menu says this. Gives the items of the menu.
    pub async fn see(&self, words: &str) -> Vec<String> {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = Vec::new();
        loop {
            if let Ok(items) = self.items().await {
                seen = items.into_iter().map(|(_, label)| label).collect();
                if seen.iter().any(|label| label.contains(words)) {
                    return seen;
                }
            }
            assert!(Instant::now() < deadline, "the tray's menu says {words:?} in time: {seen:?}");
            sleep(LOOK).await;
        }
    }

    /// Chooses an item of the menu.
    pub async fn choose(&self, words: &str) {
        self.see(words).await;
        let items = self.items().await.expect("a menu");
        let (id, _) = items.into_iter().find(|(_, label)| label.contains(words)).expect("the item");
        let menu = self.menu().await.expect("a menu");
        let chosen = menu.call_method("Event", &(id, "clicked", Value::from(0), 0_u32)).await;
        chosen.expect("it can be chosen");
    }

    async fn items(&self) -> zbus::Result<Vec<(i32, String)>> {
        let all: &[&str] = &["label"];
        let (_, (_, _, below)): (u32, Item) = self.menu().await?.call("GetLayout", &(0, -1, all)).await?;
        let items = below.into_iter().filter_map(|item| Item::try_from(item).ok());
        let label = |properties: &HashMap<String, OwnedValue>| {
            properties.get("label").and_then(|label| label.downcast_ref::<String>().ok()).unwrap_or_default()
        };
        Ok(items.map(|(id, properties, _)| (id, label(&properties))).collect())
    }

    async fn menu(&self) -> zbus::Result<Proxy<'static>> {
        let icon = self.icons.lock().unwrap_or_else(PoisonError::into_inner).last().cloned();
        let (owner, path) = icon.ok_or(zbus::Error::InterfaceNotFound)?;
        let icon = Proxy::new(&self.bus, owner.clone(), path, "org.kde.StatusNotifierItem").await?;
        let menu: OwnedObjectPath = icon.get_property("Menu").await?;
        Proxy::new(&self.bus, owner, menu, "com.canonical.dbusmenu").await
    }
}

/// What icons meet on the bus.
struct Watcher {
    icons: Arc<Mutex<Vec<Icon>>>,
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    /// An icon is there. It says its path, or the name of who shows it under the usual one.
    fn register_status_notifier_item(&mut self, service: String, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        let icon = if service.starts_with('/') {
            (sender, service)
        } else {
            (service, "/StatusNotifierItem".to_owned())
        };
        self.icons.lock().unwrap_or_else(PoisonError::into_inner).push(icon);
    }

    fn register_status_notifier_host(&mut self, _service: String) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        let icons = self.icons.lock().unwrap_or_else(PoisonError::into_inner);
        icons.iter().map(|(owner, path)| format!("{owner}{path}")).collect()
    }
}
