//! Deep links are `hearth://` links that are opened elsewhere: in a browser, a mail, another program. The page asks
//! before anything is entered, since whoever made the link is not the one who clicks on it.

use std::sync::Arc;

use hearth_client::Invitation;
use tauri::{App, AppHandle, Manager, Url};
use tauri_plugin_deep_link::DeepLinkExt;

use crate::api::rooms::OpenedLink;
use crate::desktop::window;
use crate::shell::Shell;

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
        shell.state().set_opened(Some(read(url.as_str())));
    }
}

/// What the page shows of a link. It may hold a secret, so it stands in no log.
pub(crate) fn read(link: &str) -> OpenedLink {
    let short = if link.len() <= LONGEST { link } else { "" };
    match Invitation::parse(short) {
        Ok(Invitation { address, .. }) => {
            OpenedLink { link: short.to_owned(), address: Some(address.to_string()), problem: None }
        }
        Err(problem) => OpenedLink { link: String::new(), address: None, problem: Some(problem) },
    }
}

#[cfg(test)]
mod tests {
    use hearth_client::AddressError;

    use super::*;

    #[test]
    fn a_link_is_shown_without_its_secret() {
        let link = "hearth://192.168.1.23:8080#k=AAECAwQFBgcICQoLDA0ODw&p=_____________________w";
        let opened = read(link);
        assert_eq!(opened.link, link);
        assert_eq!(opened.address.as_deref(), Some("wss://192.168.1.23:8080"));
        assert_eq!(opened.problem, None);
    }

    #[test]
    fn words_that_came_with_a_link_are_no_part_of_it() {
        let room = "hearth://192.168.1.23:8080#k=AAECAwQFBgcICQoLDA0ODw&p=_____________________w";
        for behind in ["。", "快来", "%E3%80%82", "）", " "] {
            let link = format!("{room}{behind}");
            assert_eq!(read(&link).address.as_deref(), Some("wss://192.168.1.23:8080"), "{link}");
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
            let opened = read(link);
            assert_eq!((opened.address, opened.problem), (None, Some(problem)), "{link}");
            assert_eq!(opened.link, "", "there is nothing to enter by");
        }
    }
}
