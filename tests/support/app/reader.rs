//! What a screen reader is told of the page (AT-SPI), in the app that was started plainly: the web view puts it on the bus by
//! itself, as soon as it is told of one. It is asked and not listened to, so that nothing in the page goes another way.

use std::fs;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};
use zbus::Connection;
use zbus::fdo::DBusProxy;
use zbus::names::OwnedBusName;
use zbus::zvariant::{DynamicType, OwnedObjectPath, OwnedValue, Type};

use super::{PlainApp, page};
use crate::PATIENCE;

/// Where the web view puts its page.
const PAGES: &str = "/org/a11y/webkit/accessible";
const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";
const TEXT: &str = "org.a11y.atspi.Text";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const INTROSPECTABLE: &str = "org.freedesktop.DBus.Introspectable";

// What things are (`AtspiRole`), and how they are (`AtspiStateType`).
const LIST_ITEM: u32 = 32;
const BUTTON: u32 = 43;
const PARAGRAPH: u32 = 73;
const ENTRY: u32 = 79;
const SECTION: u32 = 85;
const LIST_BOX: u32 = 98;
const FOCUSED: u32 = 12;
const SEVERAL_ROWS: u32 = 17;
const SELECTED: u32 = 23;

/// Who reads the page of an app.
#[derive(Debug)]
pub struct Reader {
    bus: Connection,
    app: u32,
}

/// The message box, as a screen reader knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageBox {
    /// What stands in it, with what is being composed.
    pub text: String,
    /// Whether the keyboard is there.
    pub focused: bool,
    /// What is offered at the caret, and whether it is chosen.
    pub offers: Vec<(String, bool)>,
    /// The names of the buttons around it.
    pub buttons: Vec<String>,
    /// What else is to be read in the window.
    pub said: Vec<String>,
}

impl MessageBox {
    /// Whether something that is said in the room has this in it.
    pub fn hears(&self, said: &str) -> bool {
        self.said.iter().any(|text| text.contains(said))
    }
}

impl Reader {
    /// What has to be in the environment of an app that is to be read.
    pub fn environment() -> (&'static str, String) {
        ("WEBKIT_A11Y_BUS_ADDRESS", std::env::var("DBUS_SESSION_BUS_ADDRESS").expect("a session bus"))
    }

    /// Reads the page of this app.
    pub async fn of(app: &PlainApp) -> Self {
        Self { bus: Connection::session().await.expect("a session bus"), app: app.process() }
    }

    /// Waits until the message box is as it should be. What was seen last is the error.
    pub async fn until(&self, is_so: impl Fn(&MessageBox) -> bool) -> Result<MessageBox, String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.look().await {
                Ok(Some(seen)) if is_so(&seen) => return Ok(seen),
                last if Instant::now() > deadline => return Err(format!("{last:?}")),
                _ => sleep(page::LOOK).await,
            }
        }
    }

    /// Looks once; nothing where there is no box. What goes away while one looks is an error.
    async fn look(&self) -> zbus::Result<Option<MessageBox>> {
        let Some(view) = self.web_view().await? else { return Ok(None) };
        let told: String = self.ask(&view, PAGES, INTROSPECTABLE, "Introspect", &()).await?;
        let page = told.split("<node name=\"").nth(1).and_then(|rest| rest.split('"').next());
        let Some(page) = page else { return Ok(None) };
        let (mut seen, mut found) = (MessageBox::default(), false);
        // What lies ahead, and whether it is in a list of offers.
        let mut ahead = vec![(format!("{PAGES}/{page}"), false)];
        while let Some((path, offered)) = ahead.pop() {
            let role: u32 = self.ask(&view, &path, ACCESSIBLE, "GetRole", &()).await?;
            match role {
                ENTRY if self.is(&view, &path, SEVERAL_ROWS).await? => {
                    seen.text = self.ask(&view, &path, TEXT, "GetText", &(0, -1)).await?;
                    seen.focused |= self.is(&view, &path, FOCUSED).await?;
                    found = true;
                }
                LIST_ITEM if offered => {
                    // What is chosen has it for the box.
                    seen.focused |= self.is(&view, &path, FOCUSED).await?;
                    let chosen = self.is(&view, &path, SELECTED).await?;
                    seen.offers.push((self.name(&view, &path).await?, chosen));
                }
                BUTTON => seen.buttons.push(self.name(&view, &path).await?),
                PARAGRAPH | SECTION => {
                    seen.said.push(self.ask(&view, &path, TEXT, "GetText", &(0, -1)).await?);
                }
                _ => {}
            }
            let below: Vec<(String, OwnedObjectPath)> =
                self.ask(&view, &path, ACCESSIBLE, "GetChildren", &()).await?;
            let offered = offered || role == LIST_BOX;
            ahead.extend(below.into_iter().rev().map(|(_, path)| (path.to_string(), offered)));
        }
        Ok(found.then_some(seen))
    }

    /// The name of the app's web view on the bus, which has a process of its own.
    async fn web_view(&self) -> zbus::Result<Option<OwnedBusName>> {
        let bus = DBusProxy::new(&self.bus).await?;
        for name in bus.list_names().await? {
            if !name.contains(".WebProcess-") {
                continue;
            }
            let process = bus.get_connection_unix_process_id(name.as_ref()).await?;
            let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
            if status.lines().any(|line| line == format!("PPid:\t{}", self.app)) {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    async fn is(&self, view: &OwnedBusName, path: &str, state: u32) -> zbus::Result<bool> {
        let states: Vec<u32> = self.ask(view, path, ACCESSIBLE, "GetState", &()).await?;
        Ok(states.first().is_some_and(|states| (states >> state) & 1 == 1))
    }

    async fn name(&self, view: &OwnedBusName, path: &str) -> zbus::Result<String> {
        let name: OwnedValue = self.ask(view, path, PROPERTIES, "Get", &(ACCESSIBLE, "Name")).await?;
        Ok(name.try_into()?)
    }

    async fn ask<B, T>(
        &self,
        view: &OwnedBusName,
        path: &str,
        of: &str,
        what: &str,
        with: &B,
    ) -> zbus::Result<T>
    where
        B: Serialize + DynamicType + Sync,
        T: DeserializeOwned + Type,
    {
        let answer = self.bus.call_method(Some(view), path, Some(of), what, with).await?;
        answer.body().deserialize()
    }
}
