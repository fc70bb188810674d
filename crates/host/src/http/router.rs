//! The router: which part of the host answers a request.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either, Ready, ready};
use http::{Request, Response};
use hyper::body::Incoming;

use crate::http::answer::Answer;
use crate::http::door::Door;
use crate::http::{owner_api, routes, upgrade};
use crate::reach::probes;

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    pub(crate) peer: SocketAddr,
    /// The address of this computer that they have come in on.
    pub(crate) reached_at: IpAddr,
    /// By TLS.
    pub(crate) secure: bool,
}

/// An answer that is there at once, or takes a while.
pub(crate) type Answering = Either<Ready<Response<Answer>>, BoxFuture<'static, Response<Answer>>>;

/// Answers a request.
pub(crate) fn answer(mut request: Request<Incoming>, caller: Caller, door: &Arc<Door>) -> Answering {
    let Caller { peer, reached_at, secure } = caller;
    let names = || door.names(reached_at);
    if upgrade::wants_upgrade(request.headers()) {
        Either::Left(ready(upgrade::upgrade(&mut request, peer, names, door)))
    } else if let Some(nonce) = probes::nonce_in(request.uri().path()) {
        let prober = &door.context.reach.prober;
        let arrive = |candidate| prober.arrive(nonce, candidate, peer.ip(), reached_at);
        Either::Left(ready(routes::reached(&request, nonce, secure, names, arrive)))
    } else if owner_api::is_for_owner(&request, peer.ip(), reached_at) {
        Either::Right(owner_api::answer(request, names(), Arc::clone(door)).boxed())
    } else {
        Either::Left(ready(routes::answer(&request, secure, names, &door.room)))
    }
}
