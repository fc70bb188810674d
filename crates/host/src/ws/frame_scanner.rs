//! The scanner of WebSocket frames: it sees them as their bytes pass, wherever reads and writes divide them (RFC 6455,
//! section 5.2). Pure.

/// The longest header of a frame: two bytes, eight of length, four of mask.
const LONGEST_HEADER: usize = 14;

/// Where a stream of frames stands.
///
/// ```text
///   Header ── whole ──▶ Payload ── passed ──▶ Header
/// ```
#[derive(Debug, Default)]
pub(crate) struct FrameScanner {
    /// What has come of the header.
    header: [u8; LONGEST_HEADER],
    known: usize,
    /// What is still to come of the payload.
    payload: u64,
}

impl FrameScanner {
    /// Tells of each frame that begins in these bytes, by its first byte: the end bit and the opcode.
    pub(crate) fn frames(&mut self, mut bytes: &[u8], mut begins: impl FnMut(u8)) {
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.payload > 0 {
                let passed = usize::try_from(self.payload).unwrap_or(usize::MAX).min(bytes.len());
                self.payload -= passed as u64;
                bytes = &bytes[passed..];
                continue;
            }
            if self.known == 0 {
                begins(byte);
            }
            self.header[self.known] = byte;
            self.known += 1;
            if self.known == self.header_size() {
                self.payload = self.payload_size();
                self.known = 0;
            }
            bytes = rest;
        }
    }

    /// How long the header is, as far as it tells.
    fn header_size(&self) -> usize {
        let length = match self.header[1] & 0x7f {
            _ if self.known < 2 => return 2,
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mask = if self.header[1] & 0x80 == 0 { 0 } else { 4 };
        2 + length + mask
    }

    fn payload_size(&self) -> u64 {
        let long = |bytes: &[u8]| bytes.iter().fold(0, |size, byte| (size << 8) | u64::from(*byte));
        match self.header[1] & 0x7f {
            126 => long(&self.header[2..4]),
            127 => long(&self.header[2..10]),
            short => u64::from(short),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A frame from a client, masked with zeros.
    pub(crate) fn frame(payload: usize) -> Vec<u8> {
        let length = match payload {
            ..126 => vec![u8::try_from(payload).expect("short") | 0x80],
            126..65536 => [&[0xfe][..], &u16::try_from(payload).expect("middle").to_be_bytes()].concat(),
            _ => [&[0xff][..], &(payload as u64).to_be_bytes()].concat(),
        };
        [&[0x82][..], &length, &[0; 4], &vec![0x81; payload]].concat()
    }

    fn begun(scanner: &mut FrameScanner, bytes: &[u8]) -> Vec<u8> {
        let mut begun = Vec::new();
        scanner.frames(bytes, |first| begun.push(first));
        begun
    }

    #[test]
    fn frames_are_seen_wherever_the_reads_divide_them() {
        let sizes = [0, 1, 125, 126, 300, 65535, 65536, 0, 0, 70000, 5];
        let bytes: Vec<u8> = sizes.iter().flat_map(|size| frame(*size)).collect();
        for read in [1, 2, 3, 7, 1024, bytes.len()] {
            let mut scanner = FrameScanner::default();
            let seen: Vec<u8> = bytes.chunks(read).flat_map(|read| begun(&mut scanner, read)).collect();
            assert_eq!(seen, [0x82; 11], "{read} bytes a read");
            assert_eq!((scanner.known, scanner.payload), (0, 0), "at the end of a frame");
        }
    }

    #[test]
    fn a_frame_without_a_mask_is_one_frame_too() {
        let frames = [0x81, 2, b'a', b'b', 0x8a, 0, 0x88, 2, 3, 0xe8];
        assert_eq!(begun(&mut FrameScanner::default(), &frames), [0x81, 0x8a, 0x88]);
    }
}
