//! An allow list says which links of a message may leave the app and be opened in the browser or the mail program.
//!
//! Whoever writes a message chooses its links, and what opens them is outside of the app. So only what is expected of
//! a link in a chat passes, and what passes is the parsed form: a name in look-alike letters shows as `xn--…` in the
//! browser's address bar, and nothing unparsed reaches another program.

use url::Url;

use crate::api::error::AppError;

/// Browsers are at ease up to about this; nobody types or reads longer ones.
const MAX_BYTES: usize = 8192;

/// The parts of a mail that a link may fill in. `attach` is the reason for the list: some mail programs obey it.
const MAIL_FIELDS: [&str; 5] = ["subject", "body", "to", "cc", "bcc"];

/// Checks a link and brings it into its normal form.
pub(crate) fn checked(link: &str) -> Result<String, AppError> {
    if link.len() > MAX_BYTES || link.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(AppError::LinkRefused);
    }
    let url = Url::parse(link).map_err(|_| AppError::LinkRefused)?;
    let allowed = match url.scheme() {
        // `https://bank.example@evil.example` leads to the second name: in a chat that is a trick.
        "http" | "https" => url.has_host() && url.username().is_empty() && url.password().is_none(),
        "mailto" => {
            url.path().contains('@')
                && url.query_pairs().all(|(field, _)| MAIL_FIELDS.contains(&field.to_lowercase().as_str()))
        }
        _ => false,
    };
    if allowed { Ok(url.into()) } else { Err(AppError::LinkRefused) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_a_chat_pass_in_their_normal_form() {
        for (link, opened) in [
            ("https://example.org", "https://example.org/"),
            ("HTTP://Example.org:8080/a?b=c#d", "http://example.org:8080/a?b=c#d"),
            ("http://192.168.1.23:8080/#k=secret", "http://192.168.1.23:8080/#k=secret"),
            ("http://[fd00::1]:8080/", "http://[fd00::1]:8080/"),
            ("https://zh.wikipedia.org/wiki/火", "https://zh.wikipedia.org/wiki/%E7%81%AB"),
            ("https://аpple.com/", "https://xn--pple-43d.com/"),
            ("mailto:ming@example.org", "mailto:ming@example.org"),
            (
                "mailto:ming@example.org?Subject=hi&cc=li@example.org",
                "mailto:ming@example.org?Subject=hi&cc=li@example.org",
            ),
        ] {
            assert_eq!(checked(link).as_deref(), Ok(opened), "{link}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for link in [
            "",
            "example.org",
            "//example.org",
            "http://",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,hello",
            "tauri://localhost/",
            "hearth://192.168.1.23:8080",
            "ssh://example.org",
            "smb://example.org/share",
            "ms-msdt:/id",
            "vbscript:x",
            "https://user@example.org/",
            "https://user:word@example.org/",
            "https://bank.example%2f@evil.example/",
            "https://example.org/\u{0}",
            "https://example.org/ --flag",
            " https://example.org/",
            "https://exa\tmple.org/",
            "mailto:",
            "mailto:nobody",
            "mailto:ming@example.org?attach=/etc/passwd",
            "mailto:ming@example.org?subject=hi&Attachment=/etc/passwd",
        ] {
            assert_eq!(checked(link), Err(AppError::LinkRefused), "{link}");
        }
        assert!(checked(&format!("https://example.org/{}", "a".repeat(MAX_BYTES))).is_err());
    }
}
