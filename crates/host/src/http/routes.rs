//! Plain HTTP on the room's port: health, and the guest page for browsers.

use std::net::SocketAddr;

use hearth_protocol::REACH_HEADER;
use http::header::{ALLOW, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING};
use http::{HeaderValue, Method, Request, Response, StatusCode};

use crate::http::answer::{self, Answer};
use crate::http::own_names::OwnNames;
use crate::http::{guest_page, origin};

/// Answers a request that is not for a WebSocket.
pub(crate) fn answer<B>(
    request: &Request<B>,
    secure: bool,
    names: impl FnOnce() -> OwnNames,
    room: &str,
) -> Response<Answer> {
    let host = host_of(request);
    if let Err(code) = origin::check_host(host, secure, names) {
        return answer::refused(StatusCode::MISDIRECTED_REQUEST, code);
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut answer = answer::plain(StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD");
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    let path = request.uri().path();
    let host = host.unwrap_or_default();
    if path == "/healthz" {
        return answer::json(r#"{"status":"ok"}"#.into());
    }
    if let Some(file) = guest_page::find(path) {
        let mut answer = file.answer(request.headers(), host);
        // A page takes its files over the same connection. Whoever sends something with the question does not.
        if request.headers().contains_key(CONTENT_LENGTH) || request.headers().contains_key(TRANSFER_ENCODING)
        {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        return answer;
    }
    match path {
        "/" => answer::body(
            StatusCode::OK,
            "text/html; charset=utf-8",
            in_words(room, if secure { "wss" } else { "ws" }, host),
        ),
        _ => answer::plain(StatusCode::NOT_FOUND, "404"),
    }
}

/// The name in an absolute address counts, and the header is ignored then (RFC 9112, section 3.2.2).
fn host_of<B>(request: &Request<B>) -> Option<&str> {
    match request.uri().authority() {
        Some(authority) => Some(authority.as_str()),
        None => request.headers().get(HOST).and_then(|host| host.to_str().ok()),
    }
}

/// Answers a member's client that dials us because we asked it to. `arrive` is told by which address it says that it came,
/// and says whether its nonce is one of ours.
pub(crate) fn reached<B>(
    request: &Request<B>,
    nonce: &str,
    secure: bool,
    names: impl FnOnce() -> OwnNames,
    arrive: impl FnOnce(Option<SocketAddr>) -> bool,
) -> Response<Answer> {
    let host = host_of(request);
    if let Err(code) = origin::check_host(host, secure, names) {
        return answer::refused(StatusCode::MISDIRECTED_REQUEST, code);
    }
    let echo = HeaderValue::from_str(nonce).ok().filter(|_| request.method() == Method::GET);
    match echo.filter(|_| arrive(host.and_then(|host| host.parse().ok()))) {
        Some(nonce) => {
            let mut answer = answer::plain(StatusCode::NO_CONTENT, "");
            *answer.body_mut() = Answer::default();
            answer.headers_mut().remove(CONTENT_TYPE);
            answer.headers_mut().insert(REACH_HEADER, nonce);
            answer
        }
        None => answer::plain(StatusCode::NOT_FOUND, "404"),
    }
}

/// The page of a host that was built without the guest page.
fn in_words(room: &str, scheme: &str, host: &str) -> String {
    let (room, host) = (escaped(room), escaped(host));
    format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{room} · 围炉 Hearth</title>\
         <style>body{{font:16px/1.7 system-ui,sans-serif;max-width:36em;margin:15vh auto;padding:0 1.5em;\
         color:#26221d;background:#fcfbf9}}code{{background:#f3efe8;border-radius:6px;padding:2px 8px}}\
         @media(prefers-color-scheme:dark){{body{{color:#ece6de;background:#1a1816}}code{{background:#262220}}}}\
         </style><h1>{room}</h1><p>这里是一个围炉聊天室。请在围炉应用的“加入房间”里输入 \
         <code>{scheme}://{host}</code></p><p lang=\"en\">This is a Hearth chat room. In the Hearth app, choose \
         “Join a room” and enter <code>{scheme}://{host}</code></p></html>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_without_the_guest_page_says_in_words_how_to_come_in() {
        let page = in_words("读书会 <script>alert(1)</script> & \"co\"", "ws", "192.168.1.23:8080");
        assert!(page.contains("<code>ws://192.168.1.23:8080</code>"), "{page}");
        assert!(page.contains("聊天室") && page.contains("chat room"), "in both languages");
        assert!(page.contains("读书会 &lt;script&gt;") && !page.contains("<script"), "{page}");
    }
}
