//! Small networks of computers, as network namespaces (ip-netns(8)): one for a switch, one for each computer at it. They
//! are apart from the machine's own networks and from those of other tests, and are gone when they are dropped.

use std::fs::File;
use std::io::Write;
use std::ops::RangeInclusive;
use std::os::fd::AsFd;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

/// The interface of each computer: the name decides what an address is taken for.
const INTERFACE: &str = "eth0";

/// Networks that this process has made.
static MADE: AtomicUsize = AtomicUsize::new(0);

/// A switch, and computers at it.
#[derive(Debug)]
pub struct Network {
    name: String,
    switch: Space,
}

/// A computer in a network of its own.
#[derive(Debug)]
pub struct Computer {
    space: Space,
    /// The other end of its cable.
    port: String,
    switch: String,
}

/// A network namespace. Whatever is in it goes with it.
#[derive(Debug)]
struct Space(String);

impl Network {
    /// A network without computers. Needs root, as in CI.
    pub fn new() -> Self {
        let name = format!("hearth-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let switch = Space::new(format!("{name}-switch"));
        switch.ip("link add br0 type bridge mcast_snooping 0");
        switch.ip("link set br0 up");
        Self { name, switch }
    }

    /// A computer with these addresses, such as `10.77.0.1/24`.
    pub fn computer(&self, name: &str, addresses: &[&str]) -> Computer {
        let space = Space::new(format!("{}-{name}", self.name));
        let (port, switch) = (format!("to-{name}"), self.switch.0.clone());
        space.ip("link set lo up");
        space.ip(&format!("link add {INTERFACE} type veth peer name {port} netns {switch}"));
        self.switch.ip(&format!("link set {port} master br0 up"));
        let computer = Computer { space, port, switch };
        for address in addresses {
            computer.add(address);
        }
        computer.space.ip(&format!("link set {INTERFACE} up"));
        computer
    }

    /// A cable to this machine itself, which has this interface and address for as long as the network is there.
    pub fn plug_this_machine(&self, interface: &str, address: &str) {
        run("ip", &format!("link add {interface} type veth peer name to-here netns {}", self.switch.0));
        self.switch.ip("link set to-here master br0 up");
        run("ip", &format!("address add {address} dev {interface}"));
        run("ip", &format!("link set {interface} up"));
    }
}

impl Default for Network {
    fn default() -> Self {
        Self::new()
    }
}

impl Computer {
    /// What leads to this computer when it stands before a program and its flags.
    pub fn way(&self) -> Vec<String> {
        ["ip", "netns", "exec", &self.space.0].map(str::to_owned).to_vec()
    }

    /// Moves the thread of a test to this computer: from now on its sockets are there, and so are the programs that it
    /// starts. What listens on this machine is out of its reach.
    pub fn enter(&self) {
        let space = File::open(Path::new("/run/netns").join(&self.space.0)).expect("iproute2 keeps it there");
        move_into_link_name_space(space.as_fd(), Some(LinkNameSpaceType::Network)).expect("it needs root");
    }

    /// Makes it a computer on which the loopback address is nobody's own: what is sent there comes back all the same.
    pub fn disown_loopback(&self) {
        for address in ["127.0.0.0/8", "127.0.0.1"] {
            self.space.ip(&format!("route add local {address} dev lo table 100"));
            self.space.ip(&format!("route del local {address} dev lo table local"));
        }
        self.space.ip("rule add pref 1 lookup 100");
    }

    /// Bounds the ports that programs are given which ask for none.
    pub fn give_only_ports(&self, ports: RangeInclusive<u16>) {
        let range = format!("net.ipv4.ip_local_port_range={} {}", ports.start(), ports.end());
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.space.0, "sysctl", "--quiet", "--write", &range]);
        assert!(command.status().is_ok_and(|status| status.success()), "{range}");
    }

    /// A cable to one more network.
    pub fn plug(&self, network: &Network, interface: &str, addresses: &[&str]) {
        let switch = &network.switch;
        let port = format!("to-{interface}-{}", MADE.fetch_add(1, Ordering::Relaxed));
        self.space.ip(&format!("link add {interface} type veth peer name {port} netns {}", switch.0));
        switch.ip(&format!("link set {port} master br0 up"));
        for address in addresses {
            self.space.ip(&format!("address add {address} dev {interface}"));
        }
        self.space.ip(&format!("link set {interface} up"));
    }

    /// What is not in its networks goes by way of this one.
    pub fn route_by(&self, router: &str) {
        self.space.ip(&format!("route add default via {router}"));
    }

    /// Makes it a router, which passes on what is not for itself.
    pub fn pass_on(&self) {
        run("ip", &format!("netns exec {} sysctl --quiet --write net.ipv4.ip_forward=1", self.space.0));
    }

    /// Adds rules to its packet filter, as nft(8) reads them.
    pub fn filter(&self, rules: &str) {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.space.0, "nft", "--file", "-"]).stdin(Stdio::piped());
        let mut nft = command.spawn().expect("iproute2 and nftables are installed");
        let mut stdin = nft.stdin.take().expect("it is piped");
        stdin.write_all(rules.as_bytes()).expect("it reads");
        drop(stdin);
        assert!(nft.wait().expect("it ends").success(), "rules: {rules}");
    }

    /// Its packet filter's rules.
    pub fn rules(&self) -> String {
        let mut command = Command::new("ip");
        let listed = command.args(["netns", "exec", &self.space.0, "nft", "list", "ruleset"]).output();
        String::from_utf8(listed.expect("nftables is installed").stdout).expect("text")
    }

    /// Gives it one more address.
    pub fn add(&self, address: &str) {
        // An address of IPv6 would otherwise be looked for in the network for a second before it counts.
        let at_once = if address.contains(':') { " nodad" } else { "" };
        self.space.ip(&format!("address add {address} dev {INTERFACE}{at_once}"));
    }

    /// Takes an address from it.
    pub fn remove(&self, address: &str) {
        self.space.ip(&format!("address del {address} dev {INTERFACE}"));
    }

    /// Whether it can reach only those that are not kept apart themselves, as guests of many a wireless network.
    pub fn keep_apart(&self, apart: bool) {
        let switch = if apart { "on" } else { "off" };
        let Self { port, switch: space, .. } = self;
        run("bridge", &format!("-n {space} link set dev {port} isolated {switch}"));
    }
}

impl Space {
    fn new(name: String) -> Self {
        run("ip", &format!("netns add {name}"));
        Self(name)
    }

    fn ip(&self, what: &str) {
        run("ip", &format!("-n {} {what}", self.0));
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        let _ = Command::new("ip").args(["netns", "delete", &self.0]).status();
    }
}

fn run(program: &str, arguments: &str) {
    let output = Command::new(program).args(arguments.split(' ')).output().expect("iproute2 is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "network namespaces need root: {program} {arguments}: {said}");
}
