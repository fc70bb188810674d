//! The routing table: for each path and method, who may ask, what body a request may have, and what answers it.
//!
//! Paths are looked up by `matchit`, which axum's router is made of. The rest of axum (tower's services, extractors, a body of
//! its own) would stand between hyper's connection and us, who drive it by hand for the upgrade to WebSocket; and it is
//! several times as much program for a handful of routes.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::request::Parts;
use http::{Method, Response, StatusCode};
use matchit::InsertError;

use crate::http::answer::Answer;
use crate::http::asker::{Asker, Caller};
use crate::http::body::{BodyError, Bounds, Paced};
use crate::http::door::Door;
use crate::http::origin;

static GET: [Method; 2] = [Method::GET, Method::HEAD];
static POST: [Method; 1] = [Method::POST];

/// A request, without its body.
pub(crate) struct Asked {
    pub(crate) asker: Asker,
    pub(crate) caller: Caller,
    pub(crate) parts: Parts,
    pub(crate) door: Arc<Door>,
}

impl Asked {
    /// The name that the host is called by, which is one of its own.
    pub(crate) fn host(&self) -> &str {
        origin::host_of(&self.parts).unwrap_or_default()
    }
}

/// Whether somebody may ask (authorization).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permission {
    Granted,
    /// They are told so by this.
    Denied(StatusCode),
    /// For them the route is not there.
    Hidden,
}

/// All may ask.
pub(crate) fn anybody(_: &Asked) -> Permission {
    Permission::Granted
}

/// The owner may ask. Whoever is elsewhere does not see that there is anything.
pub(crate) fn owner(asked: &Asked) -> Permission {
    match asked.asker {
        Asker::Owner => Permission::Granted,
        _ if asked.caller.is_here(&asked.parts.headers) => Permission::Denied(StatusCode::UNAUTHORIZED),
        _ => Permission::Hidden,
    }
}

/// A prober may ask. Anybody else is told that it is not found, in whatever way they ask.
pub(crate) fn prober(asked: &Asked) -> Permission {
    match asked.asker {
        Asker::Prober => Permission::Granted,
        _ => Permission::Denied(StatusCode::NOT_FOUND),
    }
}

type MayAsk = fn(&Asked) -> Permission;
type Plain = dyn Fn(&Asked) -> Response<Answer> + Send + Sync;
type Reading = dyn Fn(Asked, Paced) -> BoxFuture<'static, Result<Response<Answer>, BodyError>> + Send + Sync;

/// What answers a request.
pub(crate) enum Handler {
    /// It answers at once, and takes no body.
    Plain(Box<Plain>),
    /// It reads a body within these bounds: as a stream, or as a whole.
    Reading(Bounds, Box<Reading>),
}

/// A line of the table.
pub(crate) struct Route {
    path: String,
    /// None: any.
    methods: &'static [Method],
    may_ask: MayAsk,
    pub(crate) handler: Handler,
    /// Whether more may be asked over the same connection.
    pub(crate) keeps_alive: bool,
}

impl Route {
    /// `GET` and `HEAD` of a path, whose pattern is matchit's.
    pub(crate) fn get(
        path: impl Into<String>,
        may_ask: MayAsk,
        handler: impl Fn(&Asked) -> Response<Answer> + Send + Sync + 'static,
    ) -> Self {
        Self { methods: &GET, ..Self::any(path, may_ask, handler) }
    }

    /// Any method.
    pub(crate) fn any(
        path: impl Into<String>,
        may_ask: MayAsk,
        handler: impl Fn(&Asked) -> Response<Answer> + Send + Sync + 'static,
    ) -> Self {
        let handler = Handler::Plain(Box::new(handler));
        Self { path: path.into(), methods: &[], may_ask, handler, keeps_alive: false }
    }

    /// `POST`, with a body.
    pub(crate) fn post(
        path: impl Into<String>,
        may_ask: MayAsk,
        bounds: Bounds,
        handler: impl Fn(Asked, Paced) -> BoxFuture<'static, Result<Response<Answer>, BodyError>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let handler = Handler::Reading(bounds, Box::new(handler));
        Self { path: path.into(), methods: &POST, may_ask, handler, keeps_alive: false }
    }

    /// The same, and more may be asked over the same connection.
    pub(crate) fn keep_alive(self) -> Self {
        Self { keeps_alive: true, ..self }
    }

    fn takes(&self, method: &Method) -> bool {
        self.methods.is_empty() || self.methods.contains(method)
    }
}

/// What a table has for a request.
pub(crate) enum Found<'a> {
    /// A route.
    Route(&'a Route),
    /// One, which is not for them.
    Denied(StatusCode),
    /// Nothing of this method, but of these.
    Methods(Vec<&'a Method>),
    /// Nothing.
    Nothing,
}

/// A table of routes.
pub(crate) struct RoutingTable(matchit::Router<Vec<Route>>);

impl RoutingTable {
    /// The table of these routes. Of two for the same requests the first counts.
    pub(crate) fn new(routes: impl IntoIterator<Item = Route>) -> Result<Self, InsertError> {
        let mut by_path: BTreeMap<String, Vec<Route>> = BTreeMap::new();
        for route in routes {
            by_path.entry(route.path.clone()).or_default().push(route);
        }
        let mut paths = matchit::Router::new();
        for (path, routes) in by_path {
            paths.insert(path, routes)?;
        }
        Ok(Self(paths))
    }

    /// Looks a request up.
    pub(crate) fn find(&self, asked: &Asked) -> Found<'_> {
        let routes = self.0.at(asked.parts.uri.path()).map_or(&[][..], |found| found.value.as_slice());
        let mut methods = Vec::new();
        for route in routes {
            match ((route.may_ask)(asked), route.takes(&asked.parts.method)) {
                (Permission::Granted, true) => return Found::Route(route),
                (Permission::Granted, false) => {
                    let more = route.methods.iter().filter(|method| !methods.contains(method));
                    methods.extend(more.collect::<Vec<_>>());
                }
                (Permission::Denied(status), true) => return Found::Denied(status),
                (Permission::Denied(_), false) | (Permission::Hidden, _) => {}
            }
        }
        if !methods.is_empty() {
            Found::Methods(methods)
        } else if GET.contains(&asked.parts.method) {
            Found::Nothing
        } else {
            // What is not there cannot be changed either.
            Found::Methods(GET.iter().collect())
        }
    }
}
