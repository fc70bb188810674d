//! A network of its own for a command (a network namespace), which looks like one at home.

use std::process::Command;

use anyhow::Result;

use crate::command::{behind, cmd, is_root};

/// The network has one computer, in two places. Nobody else is there: the usual port is free, no address of the machine gets
/// into a picture, and no other room is found. Who asks for a name is told at once that there is none.
const AT_HOME: &str = r#"
ip link set lo up &&
ip link add eth0 type veth peer name cable &&
ip address add 192.168.1.23/24 dev eth0 &&
ip address add 192.168.1.40/24 dev eth0 &&
ip link set cable up && ip link set eth0 up &&
ip route add default dev eth0 &&
for server in $(sed -n 's/^nameserver //p' /etc/resolv.conf); do
  case $server in 127.*) ;; *) ip route add unreachable "$server" ;; esac
done
exec "$0" "$@""#;

/// The same command on such a network. Whoever is not root becomes it there, and nowhere else.
pub(crate) fn at_home(command: &Command) -> Result<Command> {
    let become_root: &[&str] = if is_root()? { &[] } else { &["--map-root-user"] };
    let mut network = cmd("unshare", become_root);
    network.args(["--net", "--", "sh", "-c", AT_HOME]);
    Ok(behind(network, command))
}
