//! The links that people pass on: where a room is, the key of its host, and what opens its door.
//!
//! ```text
//! http://HOST:PORT/#k=SECRET&p=KEY     any browser opens the guest page, which reads `k`; the app reads both
//! hearth://HOST:PORT#k=SECRET&p=KEY    opens the app
//! http://HOST:PORT/#p=KEY&l=PLACE-LOG  leads to a line: its place, and the beginning of its log's id; the page reads `l`
//! ```
//!
//! All of them stand in the fragment, which browsers send to nobody (RFC 3986, section 3.5).

use hearth_protocol::{KeyHash, Secret};

use super::{AddressError, JoinAddress};

/// Where a room is, and what came with that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Where it is. With a key, by TLS.
    pub address: JoinAddress,
    /// The key by which its host is known.
    pub key: Option<KeyHash>,
    /// The secret of an invitation.
    pub secret: Option<Secret>,
}

impl Invitation {
    /// Reads a link, or an address as [`JoinAddress::parse`] takes it.
    pub(super) fn read(link: &str) -> Result<Self, AddressError> {
        let mut address = JoinAddress::parse(link)?;
        let (mut key, mut secret) = (None, None);
        let fragment = link.split_once(['#', '＃']).map_or("", |(_, fragment)| fragment);
        for part in fragment.split('&') {
            match part.split_once('=') {
                Some(("k", value)) => {
                    secret = Some(Secret::of_invitation(word(value)).map_err(|_| AddressError::Link)?);
                }
                Some(("p", value)) => key = Some(KeyHash::new(word(value)).map_err(|_| AddressError::Link)?),
                _ => {}
            }
        }
        address.secure |= key.is_some();
        Ok(Self { address, key, secret })
    }

    /// Whether a link says of itself that it leads into a room: by its scheme, or by what is behind `#`. Other web addresses
    /// may do so too.
    pub fn leads_to_room(link: &str) -> bool {
        let scheme = link.split_once("://").map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
        match scheme.as_str() {
            "hearth" | "ws" | "wss" => true,
            "http" | "https" => Self::read(link)
                .is_ok_and(|read| read.key.is_some() || read.secret.is_some() || leads_to_line(link)),
            _ => false,
        }
    }

    /// The link for any browser and for the app.
    pub fn web_link(&self) -> String {
        self.link("http", "/")
    }

    /// The link that opens the app.
    pub fn app_link(&self) -> String {
        self.link("hearth", "")
    }

    fn link(&self, scheme: &str, path: &str) -> String {
        let JoinAddress { host, port, .. } = &self.address;
        let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        let fragment = fragment(self.secret.as_ref(), self.key.as_ref());
        let hash = if fragment.is_empty() { "" } else { "#" };
        format!("{scheme}://{host}:{port}{path}{hash}{fragment}")
    }
}

/// Whether a link leads to a line of a room.
fn leads_to_line(link: &str) -> bool {
    let fragment = link.split_once(['#', '＃']).map_or("", |(_, fragment)| fragment);
    fragment.split('&').filter_map(|part| part.strip_prefix("l=")).any(|line| {
        let is_place =
            |place: &str| (1..=15).contains(&place.len()) && place.bytes().all(|b| b.is_ascii_digit());
        let is_log =
            |log: &str| (1..=8).contains(&log.len()) && log.bytes().all(|b| b.is_ascii_alphanumeric());
        word(line).split_once('-').is_some_and(|(place, log)| is_place(place) && is_log(log))
    })
}

/// What of a value is one: words that were taken for a part of the link may stand behind it, as `%E5%BF%AB` too.
fn word(value: &str) -> &str {
    let ends = |c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_';
    &value[..value.find(ends).unwrap_or(value.len())]
}

/// What stands behind `#` in a link.
pub fn fragment(secret: Option<&Secret>, key: Option<&KeyHash>) -> String {
    let secret = secret.map(|secret| format!("k={}", secret.reveal()));
    let key = key.map(|key| format!("p={key}"));
    secret.into_iter().chain(key).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "AAECAwQFBgcICQoLDA0ODw";
    const KEY: &str = "_____________________w";

    #[test]
    fn links_for_browsers_and_for_the_app_are_read_alike() {
        for text in [
            format!("http://192.168.1.23:8080/#k={SECRET}&p={KEY}"),
            format!(" hearth://192.168.1.23:8080#p={KEY}&k={SECRET}&later=x\n"),
            format!("192.168.1.23#k={SECRET}&p={KEY}"),
        ] {
            let read = Invitation::parse(&text).expect("a link");
            assert_eq!(read.address.to_string(), "wss://192.168.1.23:8080", "{text}");
            assert_eq!(read.key, KeyHash::new(KEY).ok());
            assert_eq!(read.secret, Secret::of_invitation(SECRET).ok());
            assert_eq!(Invitation::parse(&read.web_link()).as_ref(), Ok(&read));
            assert_eq!(Invitation::parse(&read.app_link()), Ok(read));
        }
        let open = Invitation::parse("[fd00::5]:8081").expect("an address");
        assert_eq!(open.web_link(), "http://[fd00::5]:8081/");
        assert_eq!(open.app_link(), "hearth://[fd00::5]:8081");
    }

    #[test]
    fn a_link_that_was_cut_off_is_none() {
        for cut in
            [format!("h#k={}", &SECRET[..9]), format!("h#k={SECRET}&p={}", &KEY[..20]), "h#k=".to_owned()]
        {
            assert_eq!(Invitation::parse(&cut), Err(AddressError::Link), "{cut}");
        }
        assert_eq!(Invitation::parse("http://h:8080/#about").expect("an address").secret, None);
    }

    #[test]
    fn a_link_to_a_line_leads_into_a_room() {
        for line in ["l=120-0190a000", "p=_____________________w&l=7-a", "l=120-0190a000。", "later=x&l=1-b"]
        {
            assert!(Invitation::leads_to_room(&format!("http://192.168.1.23:8080/#{line}")), "{line}");
        }
        for other in [
            "l=120",
            "l=-0190a000",
            "l=x-0190a000",
            "l=120-0190a0001",
            "l=1234567890123456-a",
            "ll=1-a",
            "L10-L20",
        ] {
            assert!(!Invitation::leads_to_room(&format!("https://code.example/file#{other}")), "{other}");
        }
    }

    #[test]
    fn what_is_said_about_a_link_does_not_give_its_secret_away() {
        let read = Invitation::parse(&format!("h#k={SECRET}")).expect("a link");
        assert!(!format!("{read:?}{}", read.address).contains(SECRET));
    }
}
