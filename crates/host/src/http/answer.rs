//! HTTP answers: their body, and the headers that protect whoever looks at one.

use hearth_protocol::{REFUSAL_HEADER, RefusalCode};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body_util::Full;

/// An answer's body.
pub(crate) type Answer = Full<bytes::Bytes>;

/// On every answer.
const PROTECTION: [(&str, &str); 3] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// On every answer but the page's files. After one, nothing more is to be said over this connection.
const SHORT: [(&str, &str); 3] = [
    ("connection", "close"),
    ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ("cache-control", "no-store"),
];

/// Adds what protects whoever looks at an answer.
pub(crate) fn protect(headers: &mut HeaderMap) {
    for (name, value) in PROTECTION {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// What is on every answer but the page's files, as it goes over the wire.
pub(crate) fn on_every_answer() -> String {
    let lines = PROTECTION.iter().chain(&SHORT).flat_map(|(name, value)| [*name, ": ", value, "\r\n"]);
    lines.collect()
}

/// A refusal, in words for people and in a header for programs.
pub(crate) fn refused(status: StatusCode, code: RefusalCode) -> Response<Answer> {
    let words = match code {
        RefusalCode::Origin => {
            "这个网页不在允许之列：请房主用 --allow-origin 或“允许其他来源的网页连接”放行。\n\
             This web page's origin is not let in: the host can allow it with --allow-origin or in the app."
        }
        RefusalCode::HostName => {
            "这台主机不叫这个名字：请用它的 IP 地址，或请房主设置 --public-name。\n\
             This host does not go by that name: use its IP address, or ask for --public-name."
        }
        RefusalCode::RoomFull => "房间已满，请稍后再试。\nThe room is full. Try again later.",
        RefusalCode::AddressLimit => {
            "来自这个地址的连接太多了。\nThere are too many connections from this address."
        }
        RefusalCode::InviteNeeded => {
            "这个房间要凭邀请进入：请用房主给的链接，在围炉应用或浏览器里打开。\n\
             This room needs an invitation: open the link that its owner gives you, in the Hearth app or in a browser."
        }
        _ => "请求被拒绝。\nThe request was refused.",
    };
    let mut answer = plain(status, words);
    answer.headers_mut().insert(REFUSAL_HEADER, HeaderValue::from_static(code.as_str()));
    answer
}

/// A short answer as text.
pub(crate) fn plain(status: StatusCode, text: &str) -> Response<Answer> {
    body(status, "text/plain; charset=utf-8", format!("{text}\n"))
}

/// A short answer as JSON.
pub(crate) fn json(text: String) -> Response<Answer> {
    body(StatusCode::OK, "application/json", text)
}

/// A short answer of this kind.
pub(crate) fn body(status: StatusCode, kind: &'static str, text: String) -> Response<Answer> {
    let mut answer = Response::new(Answer::from(text));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    protect(answer.headers_mut());
    for (name, value) in SHORT {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}
