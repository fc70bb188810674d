//! The guest page: static files for browsers, with their caching (by `ETag`) and compression. They are packed in by
//! `build.rs`, and found by their whole path and by nothing else.

use std::io::Read as _;

use flate2::read::GzDecoder;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, ETAG, IF_NONE_MATCH, VARY};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use crate::http::answer::{self, Answer};
use crate::http::routing_table::{Route, anybody};

/// Files under this have a hash of their content in their name.
const HASHED: &str = "/assets/";

/// One that is hashed never changes; any other is asked for again, and mostly has not.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

/// A file of the page.
#[derive(Debug)]
pub(crate) struct File {
    /// Such as `/assets/index-4f2a.js`; `/` is the page itself.
    path: &'static str,
    kind: &'static str,
    tag: &'static str,
    /// Its content. No other form of it is kept, as all browsers take this one.
    gzip: &'static [u8],
}

static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/guest_page.rs"));

/// The routes of the page: one for each file, by its whole path, so that no other path leads anywhere. A page takes its files
/// over the same connection.
pub(crate) fn routes() -> impl Iterator<Item = Route> {
    FILES.iter().map(|file| {
        // Braces have a meaning in the routing table, and none in the name of a file.
        let path = file.path.replace('{', "{{").replace('}', "}}");
        Route::get(path, anybody, |asked| file.answer(&asked.parts.headers, asked.host())).keep_alive()
    })
}

impl File {
    /// The answer to whoever calls the host by this name, which is one of ours.
    pub(crate) fn answer(&self, asked: &HeaderMap, host: &str) -> Response<Answer> {
        let known = asked.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let is_known = known.flat_map(|tags| tags.split(',')).any(|tag| {
            let tag = tag.trim();
            tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.tag
        });
        let mut answer = Response::new(answer::whole(""));
        let headers = answer.headers_mut();
        headers.insert(ETAG, HeaderValue::from_static(self.tag));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        let lasts = if self.path.starts_with(HASHED) { FOR_GOOD } else { ASK_AGAIN };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(lasts));
        if let Ok(policy) = HeaderValue::from_str(&policy(host)) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
        if is_known {
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
            return answer;
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        if takes_gzip(asked) {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            *answer.body_mut() = answer::whole(self.gzip);
        } else {
            *answer.body_mut() = answer::whole(self.unpacked());
        }
        answer
    }

    fn unpacked(&self) -> Vec<u8> {
        let mut plain = Vec::new();
        GzDecoder::new(self.gzip).read_to_end(&mut plain).expect("what the build has packed can be unpacked");
        plain
    }
}

/// What the page may do: nothing but show itself and talk to this host. Older engines do not count a WebSocket among what
/// comes from the page's own origin, so it is named.
fn policy(host: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self' ws://{host} wss://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
         object-src 'none'"
    )
}

/// Whether gzip is among what is taken, and not with a weight of nothing (RFC 9110, section 12.5.3).
fn takes_gzip(asked: &HeaderMap) -> bool {
    let values = asked.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip") || name == "*");
        let weight = parts.find_map(|part| part.strip_prefix("q=")).and_then(|weight| weight.parse().ok());
        named && weight.is_none_or(|weight: f32| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    /// `plain`, as `gzip` packs it.
    const GZIP: &[u8] =
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03+\xc8I\xcc\xcc\x03\x00\xcfb \x19\x05\x00\x00\x00";

    fn file(path: &'static str) -> File {
        File { path, kind: "text/plain", tag: "\"1\"", gzip: GZIP }
    }

    fn ask(file: &File, headers: &[(&'static str, &str)]) -> Response<Answer> {
        let mut asked = HeaderMap::new();
        for (name, value) in headers {
            asked.append(*name, HeaderValue::from_str(value).expect("a value"));
        }
        file.answer(&asked, "192.168.1.23:8080")
    }

    #[test]
    fn what_is_known_is_not_sent_again() {
        for known in ["\"1\"", "W/\"1\"", "\"0\", \"1\"", "*"] {
            assert_eq!(
                ask(&file("/"), &[("if-none-match", known)]).status(),
                StatusCode::NOT_MODIFIED,
                "{known}"
            );
        }
        for unknown in ["\"2\"", "1", ""] {
            assert_eq!(ask(&file("/"), &[("if-none-match", unknown)]).status(), StatusCode::OK, "{unknown}");
        }
    }

    #[tokio::test]
    async fn it_is_compressed_for_those_who_can_read_that() {
        for (accepted, gzip) in [
            ("gzip, deflate", true),
            ("br;q=1.0, GZIP;q=0.5", true),
            ("*", true),
            ("gzip;q=0", false),
            ("br", false),
        ] {
            let answer = ask(&file("/"), &[("accept-encoding", accepted)]);
            assert_eq!(answer.headers().contains_key(CONTENT_ENCODING), gzip, "{accepted}");
            let body = answer.into_body().collect().await.expect("a body").to_bytes();
            assert_eq!(body, if gzip { GZIP } else { b"plain" }, "{accepted}");
        }
        assert!(!ask(&file("/"), &[]).headers().contains_key(CONTENT_ENCODING));
    }

    #[test]
    fn only_what_is_named_by_its_content_is_kept_for_good() {
        let lasts = |path| ask(&file(path), &[]).headers()[CACHE_CONTROL].to_str().expect("text").to_owned();
        assert_eq!(lasts("/assets/index-4f2a.js"), FOR_GOOD);
        assert_eq!(lasts("/"), ASK_AGAIN);
    }
}
