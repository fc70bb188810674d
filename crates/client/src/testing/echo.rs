//! An echo client: it says back what it hears, over the connection that a room uses: for conformance suites.

use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use crate::{
    address::JoinAddress,
    error::ConnectError,
    link::{connect::Dialer, tls::Trust},
    timing::Timing,
};

/// Says back every message of up to `max_message` bytes until the server ends the connection. Gives the texts that it
/// heard.
#[expect(clippy::disallowed_methods, reason = "this is the driver of a session that is nothing but the link")]
pub async fn echo(address: JoinAddress, max_message: usize) -> Result<Vec<String>, ConnectError> {
    let dialer = Dialer::new(address, Timing::default(), Trust::with(Vec::new()), Instant::now());
    let mut link = dialer.connect_plainly(max_message).await?;
    let mut heard = Vec::new();
    while let Some(message) = link.next_message().await {
        match message {
            Message::Text(text) => {
                heard.push(text.to_string());
                link.send(Message::Text(text));
            }
            Message::Binary(bytes) => link.send(Message::Binary(bytes)),
            _ => {}
        }
    }
    Ok(heard)
}
