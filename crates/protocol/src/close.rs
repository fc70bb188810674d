//! Close codes (RFC 6455, section 7.4).

/// Why a host or a client ends a WebSocket connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseCode {
    /// 1000: the person left on purpose. Their leaving is told at once.
    Normal,
    /// 1001: the host stops, or the page goes away.
    GoingAway,
    /// 1002: not by the WebSocket protocol.
    Protocol,
    /// 1007: text that is not UTF-8.
    NotUtf8,
    /// 1008: flooding, or a peer that stopped reading.
    Policy,
    /// 1009: a message beyond the frame limit.
    TooBig,
    /// 1011: the host cannot go on, for instance since its disk is full.
    Internal,
    /// 4000: no hello within five seconds, or something else before it.
    HelloExpected,
    /// 4001: the room has no place left.
    RoomFull,
    /// 4002: the hello was refused; the frame before says why.
    HelloRefused,
}

impl CloseCode {
    /// The number on the wire.
    pub const fn get(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::GoingAway => 1001,
            Self::Protocol => 1002,
            Self::NotUtf8 => 1007,
            Self::Policy => 1008,
            Self::TooBig => 1009,
            Self::Internal => 1011,
            Self::HelloExpected => 4000,
            Self::RoomFull => 4001,
            Self::HelloRefused => 4002,
        }
    }

    /// The meaning of a number, where it has one here.
    pub const fn from_number(code: u16) -> Option<Self> {
        Some(match code {
            1000 => Self::Normal,
            1001 => Self::GoingAway,
            1002 => Self::Protocol,
            1007 => Self::NotUtf8,
            1008 => Self::Policy,
            1009 => Self::TooBig,
            1011 => Self::Internal,
            4000 => Self::HelloExpected,
            4001 => Self::RoomFull,
            4002 => Self::HelloRefused,
            _ => return None,
        })
    }
}
