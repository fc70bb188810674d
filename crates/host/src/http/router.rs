//! The router: it checks by which name the host is called, decides who asks, and has the route answer; every answer leaves
//! through it.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either, Ready, ready};
use http::header::{ALLOW, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming;

use crate::http::answer::{self, Answer, KeepAlive};
use crate::http::asker::{Asker, Caller};
use crate::http::body::Paced;
use crate::http::door::Door;
use crate::http::routing_table::{Asked, Found, Handler, RoutingTable};
use crate::http::visit::VisitClock;
use crate::http::{origin, upgrade};

/// An answer that is there at once, or takes a while.
type Answering = Either<Ready<Response<Answer>>, BoxFuture<'static, Response<Answer>>>;

/// The router of a host.
pub(crate) struct Router {
    pub(crate) door: Arc<Door>,
    table: RoutingTable,
}

impl Router {
    pub(crate) fn new(door: Arc<Door>, table: RoutingTable) -> Arc<Self> {
        Arc::new(Self { door, table })
    }

    /// Answers a request, with the headers that every answer has.
    pub(crate) fn answer(
        self: &Arc<Self>,
        request: Request<Incoming>,
        caller: Caller,
        visit: &VisitClock,
    ) -> impl Future<Output = Response<Answer>> + use<> {
        self.bare(request, caller, visit).map(answer::finished)
    }

    fn bare(
        self: &Arc<Self>,
        mut request: Request<Incoming>,
        caller: Caller,
        visit: &VisitClock,
    ) -> Answering {
        let names = || self.door.names(caller.reached_at);
        if upgrade::wants_upgrade(request.headers()) {
            return at_once(upgrade::upgrade(&mut request, caller, names, &self.door));
        }
        let (parts, body) = request.into_parts();
        if let Err(code) = origin::check_host(origin::host_of(&parts), caller.secure, names) {
            return at_once(answer::refused(StatusCode::MISDIRECTED_REQUEST, code));
        }
        let door = Arc::clone(&self.door);
        match Asker::of(&parts, caller, &door) {
            Ok(asker) => self.route(Asked { asker, caller, parts, door }, body, visit),
            Err(token) => {
                let (router, visit) = (Arc::clone(self), visit.clone());
                let answer = async move {
                    let asker = Asker::by_token(token, &door.context.hub).await;
                    router.route(Asked { asker, caller, parts, door }, body, &visit).await
                };
                Either::Right(answer.boxed())
            }
        }
    }

    fn route(&self, asked: Asked, body: Incoming, visit: &VisitClock) -> Answering {
        tracing::debug!(asker = %asked.asker, peer = %asked.caller.peer, method = %asked.parts.method, "a request");
        let route = match self.table.find(&asked) {
            Found::Route(route) => route,
            Found::Denied(status) => return at_once(answer::status(status)),
            Found::Nothing => return at_once(answer::status(StatusCode::NOT_FOUND)),
            Found::Methods(methods) => return at_once(not_allowed(&methods)),
        };
        let keeps_alive = route.keeps_alive;
        match &route.handler {
            Handler::Plain(handler) => {
                let mut answer = handler(&asked);
                // What is sent with the question is not read, and nothing can be asked behind it.
                if keeps_alive && !has_body(&asked.parts.headers) {
                    answer.extensions_mut().insert(KeepAlive);
                }
                at_once(answer)
            }
            Handler::Reading(bounds, handler) => {
                let answering = handler(asked, Paced::new(body, *bounds, visit.stand()));
                let answer = async move {
                    match answering.await {
                        Ok(mut answer) => {
                            if keeps_alive {
                                answer.extensions_mut().insert(KeepAlive);
                            }
                            answer
                        }
                        Err(error) => {
                            tracing::debug!(%error, "a request's body was not read");
                            answer::status(error.status())
                        }
                    }
                };
                Either::Right(answer.boxed())
            }
        }
    }
}

fn at_once(answer: Response<Answer>) -> Answering {
    Either::Left(ready(answer))
}

fn not_allowed(methods: &[&Method]) -> Response<Answer> {
    let methods: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    let methods = methods.join(", ");
    let mut answer = answer::plain(StatusCode::METHOD_NOT_ALLOWED, &methods);
    if let Ok(methods) = HeaderValue::from_str(&methods) {
        answer.headers_mut().insert(ALLOW, methods);
    }
    answer
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING)
}

#[cfg(test)]
mod tests;
