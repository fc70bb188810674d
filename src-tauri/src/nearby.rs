//! Nearby rooms are discovered on this network (multicast DNS) while the user wants that, and the page is told of them.

use std::sync::Arc;

use hearth_client::{Invitation, JoinAddress, Nearby, NearbyRoom as Heard, Tuning};

use crate::api::rooms::NearbyRoom;
use crate::shell::Shell;

/// Listens to the rooms on this network if the user wants that, or no longer. Wants a runtime around it.
pub(crate) fn listen(shell: &Shell) {
    let wanted = shell.settings().nearby;
    shell.listening.send_if_modified(|nearby| {
        let news = nearby.is_some() != wanted;
        if news {
            *nearby = wanted.then(Nearby::start);
        }
        news
    });
}

/// How rooms are entered: a host that moves is found again by its key.
pub(crate) fn tuning(shell: &Shell) -> Tuning {
    Tuning { nearby: shell.listening.borrow().clone(), ..Tuning::default() }
}

/// Tells the page which rooms there are, for as long as the app lives.
pub(crate) async fn run(shell: Arc<Shell>) {
    let mut listening = shell.listening.subscribe();
    loop {
        let heard = listening.borrow_and_update().as_ref().map(Nearby::rooms);
        let Some(mut rooms) = heard else {
            shell.state().set_nearby(Vec::new());
            if listening.changed().await.is_err() {
                return;
            }
            continue;
        };
        loop {
            let shown = rooms.borrow_and_update().iter().filter_map(shown).collect();
            shell.state().set_nearby(shown);
            tokio::select! {
                changed = rooms.changed() => if changed.is_err() { return },
                changed = listening.changed() => match changed {
                    Ok(()) => break,
                    Err(_) => return,
                },
            }
        }
    }
}

fn shown(room: &Heard) -> Option<NearbyRoom> {
    let place = room.places().next()?;
    let address = JoinAddress::parse(&place.to_string()).ok()?;
    let link = Invitation { address, key: room.key.clone(), secret: None }.web_link();
    Some(NearbyRoom {
        name: room.name.clone(),
        address: place.to_string(),
        link,
        open: None,
        invite: room.invite,
    })
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use serde_json::Value;

    #[test]
    fn the_bundle_for_macos_says_what_the_network_is_for() {
        let top = Path::new(env!("CARGO_MANIFEST_DIR"));
        let read = |path: &str| fs::read_to_string(top.join(path)).expect("it is there");
        let config: Value = serde_json::from_str(&read("tauri.conf.json")).expect("JSON");
        let plist = read(config["bundle"]["macOS"]["infoPlist"].as_str().expect("a path"));
        // Without the words nobody is asked, and what is not named here is never heard of.
        for needed in ["NSLocalNetworkUsageDescription", "NSBonjourServices", "<string>_hearth._tcp</string>"]
        {
            assert!(plist.contains(needed), "{needed}");
        }
    }
}
