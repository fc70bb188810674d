//! The ports to listen on are tried in this order.

use hearth_protocol::is_refused_by_browsers;

/// How many ports above the wanted one are tried before the system picks one: near the usual port, people can still
/// remember and type it.
const NEARBY: u16 = 20;

/// The port that the room had until now, where people look for it; the one that was asked for, the ones next to it, and at
/// last 0 for any that is free. None that guests with a browser could not open.
pub(crate) fn to_try(asked: u16, before: Option<u16>) -> impl Iterator<Item = u16> {
    let near = (asked..=asked.saturating_add(NEARBY)).filter(move |port| asked != 0 && Some(*port) != before);
    before.into_iter().chain(near).filter(|port| !is_refused_by_browsers(*port)).chain([0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wanted_port_comes_first_and_any_free_one_last() {
        let ports: Vec<_> = to_try(8080, None).collect();
        assert_eq!(ports.len(), 22);
        assert_eq!((ports[0], ports[1], ports[20], ports[21]), (8080, 8081, 8100, 0));
    }

    #[test]
    fn ports_end_at_65535() {
        assert_eq!(to_try(65534, None).collect::<Vec<_>>(), [65534, 65535, 0]);
        assert_eq!(to_try(65535, None).collect::<Vec<_>>(), [65535, 0]);
    }

    #[test]
    fn ports_that_no_browser_opens_are_passed_over() {
        assert_eq!(to_try(6664, None).take(3).collect::<Vec<_>>(), [6664, 6670, 6671]);
        assert_eq!(to_try(10079, None).take(2).collect::<Vec<_>>(), [10079, 10081]);
        assert!(
            (1024..=u16::MAX).flat_map(|asked| to_try(asked, None)).all(|port| !is_refused_by_browsers(port))
        );
    }

    #[test]
    fn who_asks_for_any_port_gets_any() {
        assert_eq!(to_try(0, None).collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn a_room_comes_back_where_it_was() {
        let ports = |asked, before| to_try(asked, Some(before)).collect::<Vec<_>>();
        assert_eq!(ports(65533, 65534), [65534, 65533, 65535, 0]);
        assert_eq!(ports(0, 49152), [49152, 0]);
        assert_eq!(ports(65535, 65535), [65535, 0]);
    }
}
