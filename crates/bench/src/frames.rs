//! WebSocket frames as a client sees them (RFC 6455, section 5.2), as cheap as counting them allows. Pure.

/// A text frame's opcode.
pub(crate) const TEXT: u8 = 1;
/// A ping's.
pub(crate) const PING: u8 = 9;
/// A pong's.
pub(crate) const PONG: u8 = 10;

const FIN: u8 = 0x80;
const MASKED: u8 = 0x80;
/// Lengths that say how many bytes the true one takes: two, or eight.
const IN_TWO: u8 = 0x7e;
const IN_EIGHT: u8 = 0x7f;

/// A whole frame from a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) opcode: u8,
    pub(crate) payload: &'a [u8],
}

/// Takes the first frame off, if it is there as a whole.
pub(crate) fn take<'a>(bytes: &mut &'a [u8]) -> Option<Frame<'a>> {
    let (&[first, second], rest) = bytes.split_first_chunk()?;
    let (len, rest) = match second {
        IN_TWO => {
            let (len, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_be_bytes(*len)), rest)
        }
        IN_EIGHT => {
            let (len, rest) = rest.split_first_chunk()?;
            (usize::try_from(u64::from_be_bytes(*len)).ok()?, rest)
        }
        // A server never masks, so the bit above the length is not set.
        len => (usize::from(len), rest),
    };
    let (payload, rest) = rest.split_at_checked(len)?;
    *bytes = rest;
    Some(Frame { opcode: first & 0x0f, payload })
}

/// Adds a client's frame. Its mask is zero, which changes no byte: the mask guards against proxies that are not here.
pub(crate) fn put(opcode: u8, payload: &[u8], out: &mut Vec<u8>) {
    out.push(FIN | opcode);
    if let Ok(short) = u8::try_from(payload.len())
        && short < IN_TWO
    {
        out.push(MASKED | short);
    } else if let Ok(medium) = u16::try_from(payload.len()) {
        out.push(MASKED | IN_TWO);
        out.extend_from_slice(&medium.to_be_bytes());
    } else {
        out.push(MASKED | IN_EIGHT);
        out.extend_from_slice(&(payload.len() as u64).to_be_bytes());
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_all_three_lengths_are_taken_whole_or_not_at_all() {
        for len in [0, 125, 126, 65_535, 65_536] {
            let mut masked = Vec::new();
            put(TEXT, &vec![b'x'; len], &mut masked);
            // What a server sends is the same without the mask.
            let header = masked.len() - len - 4;
            let mut bytes = masked;
            bytes.drain(header..header + 4);
            bytes[1] &= !MASKED;
            for cut in 0..bytes.len().min(12) {
                assert_eq!(take(&mut &bytes[..cut]), None, "{cut} bytes of a frame of {len}");
            }
            bytes.push(0x8a);
            let mut rest = &bytes[..];
            let frame = take(&mut rest).expect("a frame");
            assert_eq!((frame.opcode, frame.payload.len(), rest), (TEXT, len, &[0x8a][..]));
        }
    }
}
