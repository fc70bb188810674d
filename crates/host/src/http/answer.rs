//! HTTP answers: their body, and the headers that each of them has (the security headers among them), put on in one place.

use std::io;

use bytes::Bytes;
use hearth_protocol::{REFUSAL_HEADER, RefusalCode};
use http::header::{CONNECTION, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{Either, Full};

/// An answer's body: the whole of it, or a stream.
pub(crate) type Answer = Either<Full<Bytes>, UnsyncBoxBody<Bytes, io::Error>>;

/// A mark on an answer, behind which more may be asked over the same connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeepAlive;

/// On every answer.
const PROTECTION: [(&str, &str); 3] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// On every answer that says nothing else of these itself.
const UNLESS_SAID: [(&str, &str); 2] = [
    ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ("cache-control", "no-store"),
];

/// On every answer but those with [`KeepAlive`].
const LAST: (&str, &str) = ("connection", "close");

/// The answer as it goes out, with the headers that all have. What is said to a WebSocket is not for anybody to look at.
pub(crate) fn finished(mut answer: Response<Answer>) -> Response<Answer> {
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        return answer;
    }
    let goes_on = answer.extensions_mut().remove::<KeepAlive>().is_some();
    let headers = answer.headers_mut();
    for (name, value) in PROTECTION {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in UNLESS_SAID {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if !goes_on {
        headers.insert(CONNECTION, HeaderValue::from_static(LAST.1));
    }
    answer
}

/// What is on every answer that says nothing itself, as it goes over the wire.
pub(crate) fn on_every_answer() -> String {
    let all = PROTECTION.iter().chain([&LAST]).chain(&UNLESS_SAID);
    all.flat_map(|(name, value)| [*name, ": ", value, "\r\n"]).collect()
}

/// A refusal, in words for people and in a header for programs.
pub(crate) fn refused(status: StatusCode, code: RefusalCode) -> Response<Answer> {
    let words = match code {
        RefusalCode::Origin => {
            "这个网页不在允许之列：请主持人用 --allow-origin 或“允许老式聊天网页连接”放行。\n\
             This web page's origin is not let in: the host can allow it with --allow-origin or in the app."
        }
        RefusalCode::HostName => {
            "这台主机不叫这个名字：请用它的 IP 地址，或请主持人设置 --public-name。\n\
             This host does not go by that name: use its IP address, or ask for --public-name."
        }
        RefusalCode::RoomFull => "房间已满，请稍后再试。\nThe room is full. Try again later.",
        RefusalCode::AddressLimit => {
            "来自这个地址的连接太多了。\nThere are too many connections from this address."
        }
        RefusalCode::InviteNeeded => {
            "这个房间要有邀请才能进：请用主持人给的链接，在围炉应用或浏览器里打开。\n\
             This room needs an invitation: open the link that its owner gives you, in the Hearth app or in a browser."
        }
        _ => "请求被拒绝。\nThe request was refused.",
    };
    let mut answer = plain(status, words);
    answer.headers_mut().insert(REFUSAL_HEADER, HeaderValue::from_static(code.as_str()));
    answer
}

/// The body of an answer that is there as a whole.
pub(crate) fn whole(bytes: impl Into<Bytes>) -> Answer {
    Either::Left(Full::new(bytes.into()))
}

/// An answer that says no more than its status.
pub(crate) fn status(status: StatusCode) -> Response<Answer> {
    plain(status, status.as_str())
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
    let mut answer = Response::new(whole(text));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}
