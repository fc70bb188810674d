//! The ports to listen on are tried in this order.

use hearth_protocol::is_refused_by_browsers;

/// How many ports above the wanted one are tried before the system picks one: near the usual port, people can still
/// remember and type it.
const NEARBY: u16 = 20;

/// The port that was asked for, the ones next to it, and at last 0 for any that is free. None that guests with a browser could
/// not open.
pub(crate) fn to_try(asked: u16) -> impl Iterator<Item = u16> {
    let near = (asked..=asked.saturating_add(NEARBY)).filter(move |_| asked != 0);
    near.filter(|port| !is_refused_by_browsers(*port)).chain([0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wanted_port_comes_first_and_any_free_one_last() {
        let ports: Vec<_> = to_try(8080).collect();
        assert_eq!(ports.len(), 22);
        assert_eq!((ports[0], ports[1], ports[20], ports[21]), (8080, 8081, 8100, 0));
    }

    #[test]
    fn ports_end_at_65535() {
        assert_eq!(to_try(65534).collect::<Vec<_>>(), [65534, 65535, 0]);
        assert_eq!(to_try(65535).collect::<Vec<_>>(), [65535, 0]);
    }

    #[test]
    fn ports_that_no_browser_opens_are_passed_over() {
        assert_eq!(to_try(6664).take(3).collect::<Vec<_>>(), [6664, 6670, 6671]);
        assert_eq!(to_try(10079).take(2).collect::<Vec<_>>(), [10079, 10081]);
        assert!((1024..=u16::MAX).flat_map(to_try).all(|port| !is_refused_by_browsers(port)));
    }

    #[test]
    fn who_asks_for_any_port_gets_any() {
        assert_eq!(to_try(0).collect::<Vec<_>>(), [0]);
    }
}
