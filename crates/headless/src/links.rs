//! The links that are given away: for any browser and for the app, or for the app alone where no browser opens the port.

use std::net::SocketAddr;

use hearth_host::HostAddress;
use hearth_protocol::{KeyHash, Secret, is_refused_by_browsers};

/// So many are told: the best ones. Whoever needs another address knows their network.
const LINKS: usize = 3;

/// The link to a room at an address. With the host's key the app knows the host by it, and speaks TLS; browsers do not look at it.
pub(crate) fn link(at: &str, secret: Option<&Secret>, key: Option<&KeyHash>) -> String {
    let secret = secret.map(|secret| format!("k={}", secret.reveal()));
    let key = key.map(|key| format!("p={key}"));
    let fragment = secret.into_iter().chain(key).collect::<Vec<_>>().join("&");
    if is_for_apps_alone(at) {
        format!("hearth://{at}#{fragment}")
    } else {
        format!("http://{at}/#{fragment}")
    }
}

/// For whom a link with this address is not, in a line each.
pub(crate) fn limits_in_words(at: &str) -> String {
    let mut words = String::new();
    if at.parse::<SocketAddr>().is_ok_and(|at| at.ip().to_canonical().is_loopback()) {
        words.push_str(
            "the link works on this computer only; --at HOST:PORT says where others reach the host\n",
        );
    }
    if is_for_apps_alone(at) {
        words.push_str(
            "the link works in the Hearth app only, since no browser opens that port; start the host with another --port, such as 8080\n",
        );
    }
    words
}

/// Whether no browser opens the port of an address.
fn is_for_apps_alone(at: &str) -> bool {
    let port = at.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    port.is_some_and(is_refused_by_browsers)
}

/// The links that others can use, the best one first.
pub(crate) fn for_others(addresses: &[HostAddress], key: &KeyHash) -> Vec<String> {
    let shared = addresses.iter().filter(|address| address.kind.is_shared()).take(LINKS);
    shared.map(|address| link(&address.at.to_string(), None, Some(key))).collect()
}

/// What is said of how a room is joined that is served there.
pub(crate) fn in_words(listening: SocketAddr, links: &[String]) -> Vec<String> {
    let mut words: Vec<_> = links.iter().map(|link| format!("join by {link}")).collect();
    if links.is_empty() && !listening.ip().to_canonical().is_loopback() {
        words.push(NO_NETWORK.to_owned());
    }
    let port = listening.port();
    if is_refused_by_browsers(port) {
        words.push(format!(
            "no browser opens port {port}, which is reserved for another protocol: guests without the Hearth app cannot join there; \
             choose another port (--port), such as 8080"
        ));
    }
    words
}

/// What is said where there is no address to pass on.
pub(crate) const NO_NETWORK: &str = "nobody else can join yet: this computer is in no network; plug in a cable or connect to Wi-Fi, and \
                                     the links are shown here";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_for_all_or_for_the_app_where_no_browser_opens_the_port() {
        let key = KeyHash::of_sha256(&[7; 32]);
        let secret = Secret::from_random(1);
        let of = |at: &str| link(at, None, Some(&key));
        assert_eq!(of("192.168.1.23:8080"), format!("http://192.168.1.23:8080/#p={key}"));
        assert_eq!(of("192.168.1.23:6666"), format!("hearth://192.168.1.23:6666#p={key}"));
        assert_eq!(of("[fd00::6666]:8080"), format!("http://[fd00::6666]:8080/#p={key}"));
        let invitation = link("chat.example.org:10080", Some(&secret), Some(&key));
        assert_eq!(invitation, format!("hearth://chat.example.org:10080#k={}&p={key}", secret.reveal()));
    }

    #[test]
    fn for_whom_a_link_is_not_is_said() {
        for for_all in ["192.168.1.23:8080", "[fd00::1]:8080", "chat.example.org:9000", "chat.example.org"] {
            assert_eq!(limits_in_words(for_all), "", "{for_all}");
        }
        for here in ["127.0.0.1:8080", "[::1]:8080", "[::ffff:127.0.0.1]:8080"] {
            assert!(limits_in_words(here).starts_with("the link works on this computer only"), "{here}");
        }
        assert!(limits_in_words("192.168.1.23:6666").contains("no browser opens that port"));
        assert_eq!(limits_in_words("127.0.0.1:6666").lines().count(), 2);
    }

    #[test]
    fn what_keeps_people_out_is_said() {
        let at = |text: &str| text.parse().expect("an address");
        let links = ["http://192.168.1.23:8080/#p=x".to_owned()];
        assert_eq!(in_words(at("[::]:8080"), &links), ["join by http://192.168.1.23:8080/#p=x"]);
        assert_eq!(in_words(at("[::]:8080"), &[]), [NO_NETWORK]);
        assert_eq!(in_words(at("127.0.0.1:8080"), &[]), [""; 0], "as its owner wishes");
        let refused = in_words(at("127.0.0.1:6666"), &[]);
        assert!(refused.len() == 1 && refused[0].contains("no browser opens port 6666"), "{refused:?}");
    }
}
