//! The routes of a host: health, the guest page for browsers and the sign at its door, what probes find, and the owner's API.

use futures_util::FutureExt;
use hearth_protocol::{REACH_HEADER, REACH_PATH};
use http::{HeaderValue, Response, StatusCode};

use crate::http::answer::{self, Answer};
use crate::http::door_sign::{self, SIGN_PATH};
use crate::http::routing_table::{Asked, Route, anybody, owner, prober};
use crate::http::{guest_page, owner_api};
use crate::reach::probes;

/// All of them.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/healthz", anybody, |_| answer::json(r#"{"status":"ok"}"#.into())),
        Route::get(SIGN_PATH, anybody, door_sign::shown),
        Route::any(REACH_PATH, prober, reached),
        Route::any(format!("{REACH_PATH}{{*nonce}}"), prober, reached),
        Route::post(owner_api::OWNER_PATH, owner, owner_api::QUESTION, |asked, body| {
            owner_api::answer(asked, body).boxed()
        }),
    ];
    routes.extend(guest_page::routes());
    // Behind the guest page, if that was built in.
    routes.push(Route::get("/", anybody, page_in_words));
    routes
}

/// Answers a prober, and notes by which address it says that it came.
fn reached(asked: &Asked) -> Response<Answer> {
    let nonce = probes::nonce_in(asked.parts.uri.path()).unwrap_or_default();
    let candidate = asked.host().parse().ok();
    let (peer, local) = (asked.caller.peer.ip(), asked.caller.reached_at);
    let arrived = asked.door.context.reach.prober.arrive(nonce, candidate, peer, local);
    // The probe may just have ended.
    match HeaderValue::from_str(nonce).ok().filter(|_| arrived) {
        Some(nonce) => {
            let mut answer = Response::new(answer::whole(""));
            *answer.status_mut() = StatusCode::NO_CONTENT;
            answer.headers_mut().insert(REACH_HEADER, nonce);
            answer
        }
        None => answer::status(StatusCode::NOT_FOUND),
    }
}

fn page_in_words(asked: &Asked) -> Response<Answer> {
    let scheme = if asked.caller.secure { "wss" } else { "ws" };
    let page = in_words(&asked.door.room, scheme, asked.host());
    answer::body(StatusCode::OK, "text/html; charset=utf-8", page)
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
