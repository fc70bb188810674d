//! Deep links are `hearth://` links that are opened elsewhere: in a browser, a mail, another program. The page asks
//! before anything is entered, since whoever made the link is not the one who clicks on it.

use std::sync::Arc;

use hearth_client::Invitation;
use tauri::{App, AppHandle, Manager, Url};
use tauri_plugin_deep_link::DeepLinkExt;

use crate::api::rooms::{OpenedLink, RoomKey};
use crate::desktop::window;
use crate::shell::Shell;
use crate::state::app::Known;

/// Links longer than this are nobody's.
const LONGEST: usize = 2048;

/// Takes the link that this start is for, if it is for one, and those that come later.
pub(crate) fn begin(app: &App, shell: &Shell) {
    let links = app.deep_link();
    match links.get_current() {
        Ok(urls) => take(shell, urls.unwrap_or_default()),
        Err(error) => tracing::warn!(%error, "whether a link was opened cannot be told"),
    }
    let handle = app.handle().clone();
    links.on_open_url(move |event| opened(&handle, event.urls()));
}

fn opened(app: &AppHandle, urls: Vec<Url>) {
    let arguments: Vec<String> = urls.iter().map(Url::to_string).collect();
    take(app.state::<Arc<Shell>>().inner(), urls);
    window::bring_up(app, &arguments);
}

fn take(shell: &Shell, urls: Vec<Url>) {
    if let Some(url) = urls.into_iter().next() {
        open(shell, url.as_str());
    }
}

/// Tells the page of a link.
pub(crate) fn open(shell: &Shell, link: &str) {
    let mut state = shell.state();
    let opened = read(link, |invitation| match state.known(&invitation.address, invitation.key.as_ref()) {
        Known::Open(room) => Some(room),
        Known::OtherKey | Known::No => None,
    });
    state.set_opened(Some(opened));
}

/// What the page shows of a link. It may hold a secret, so it stands in no log. `known`: the open room that it leads to.
fn read(link: &str, known: impl FnOnce(&Invitation) -> Option<RoomKey>) -> OpenedLink {
    let short = if link.len() <= LONGEST { link } else { "" };
    match Invitation::parse(short) {
        Ok(invitation) => OpenedLink {
            link: short.to_owned(),
            address: Some(invitation.address.to_string()),
            problem: None,
            room: if invitation.secret.is_some() { None } else { known(&invitation) },
        },
        Err(problem) => OpenedLink { link: String::new(), address: None, problem: Some(problem), room: None },
    }
}

#[cfg(test)]
mod tests {
    use hearth_client::AddressError;

    use super::*;

    #[test]
    fn a_link_is_shown_without_its_secret() {
        let link = "hearth://192.168.1.23:8080#k=AAECAwQFBgcICQoLDA0ODw&p=_____________________w";
        let opened = read(link, |_| None);
        assert_eq!(opened.link, link);
        assert_eq!(opened.address.as_deref(), Some("wss://192.168.1.23:8080"));
        assert_eq!(opened.problem, None);
    }

    #[test]
    fn words_that_came_with_a_link_are_no_part_of_it() {
        let room = "hearth://192.168.1.23:8080#k=AAECAwQFBgcICQoLDA0ODw&p=_____________________w";
        for behind in ["。", "快来", "%E3%80%82", "）", " "] {
            let link = format!("{room}{behind}");
            assert_eq!(read(&link, |_| None).address.as_deref(), Some("wss://192.168.1.23:8080"), "{link}");
        }
    }

    #[test]
    fn what_is_no_link_says_why() {
        for (link, problem) in [
            ("hearth://192.168.1.23:8080#k=AAEC", AddressError::Link),
            ("hearth://", AddressError::Host),
            ("hearth://h:99999", AddressError::Port),
            (&format!("hearth://h#{}", "x".repeat(LONGEST)), AddressError::Empty),
        ] {
            let opened = read(link, |_| None);
            assert_eq!((opened.address, opened.problem), (None, Some(problem)), "{link}");
            assert_eq!(opened.link, "", "there is nothing to enter by");
        }
    }

    #[test]
    fn a_link_that_opens_no_door_leads_straight_into_the_room_where_the_user_is() {
        let room = || RoomKey("room-1".to_owned());
        let key = "p=_____________________w";
        for (link, leads) in [
            (format!("hearth://192.168.1.23:8080#{key}&l=120-0190a000"), Some(room())),
            ("hearth://192.168.1.23:8080#l=120-0190a000".to_owned(), Some(room())),
            (format!("hearth://192.168.1.23:8080#k=AAECAwQFBgcICQoLDA0ODw&{key}&l=120-0190a000"), None),
        ] {
            assert_eq!(read(&link, |_| Some(room())).room, leads, "{link}");
            assert_eq!(read(&link, |_| None).room, None);
        }
    }
}
