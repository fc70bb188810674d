//! What a classic guest says, which is read slower beyond its rate (rate limiting, by backpressure).

use hearth_protocol::classic::ClassicMessage;

use super::{Connection, Next};
use crate::hub::request::Request;

impl Connection {
    /// A classic guest cannot be told to wait: one who says too much is read slower, and nothing of it is lost.
    pub(super) async fn hear_classic(&mut self, text: &str) -> Next {
        match ClassicMessage::parse(text) {
            Ok(message) => {
                self.spoke = true;
                self.ask(Request::Classic { outbound: self.outbound.clone(), message }).await;
            }
            // Among them a bare "加入聊天": the guest joins with the first line that says who they are.
            Err(reason) => tracing::debug!(connection = self.conn().0, %reason, "a classic line was ignored"),
        }
        let now = self.context.clock.since_start();
        match self.rate.as_mut().map(|rate| rate.owe(now)) {
            Some(wait) if !wait.is_zero() => Next::Pause(wait),
            _ => Next::Read,
        }
    }
}
