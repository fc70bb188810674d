//! What others speak, and what is written down: the tutorial's programs, the WebSocket standard, the vectors.

/// Both ends of our connections hold to RFC 6455.
mod autobahn;
/// The tutorial's kind of web page talks in our room.
mod classic_client;
/// An old app meets a host of today, an old host an app of today, and after an update everything is there.
mod old_and_new;
/// Whatever can be said can be read again, and nothing that comes makes us fall.
mod protocol_properties;
/// Our client talks in the tutorial's room.
mod tutorial_server;
/// The golden vectors hold, as they do for the page.
mod vectors;
