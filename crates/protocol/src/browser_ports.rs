//! The ports that no browser opens (port blocking): a host that listens there has no guests but those with the app.

/// The bad ports of the Fetch standard (<https://fetch.spec.whatwg.org/#port-blocking>), in their order. They belong to protocols
/// whose servers might take an HTTP request for an order.
const REFUSED: &[u16] = &[
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
    109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
    526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
    3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/// Whether browsers refuse to open this port. 0 stands for any that is free, and is not refused.
pub fn is_refused_by_browsers(port: u16) -> bool {
    REFUSED.binary_search(&port).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ports_of_other_protocols_are_refused_and_those_beside_them_are_not() {
        assert!(REFUSED.is_sorted(), "it is searched by halves");
        for port in [1, 22, 25, 4045, 4190, 5060, 5061, 6000, 6665, 6666, 6667, 6669, 6679, 6697, 10080] {
            assert!(is_refused_by_browsers(port), "{port}");
        }
        for port in [0, 80, 443, 1024, 5062, 6001, 6664, 6670, 8080, 8081, 10081, 65535] {
            assert!(!is_refused_by_browsers(port), "{port}");
        }
    }
}
