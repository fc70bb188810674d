use super::*;

const LAN: Newcomer<'static> = Newcomer { port: 8080, interface: Some("eth0"), v6: false };

/// Rules as `nft` prints them, in one table `inet filter` whose chain `input` drops what it does not accept.
fn nft(policy: &str, chains: &[(&str, &[&str])]) -> Rules {
    let mut items = vec![
        r#"{"metainfo": {"version": "1.0.6"}}"#.to_owned(),
        r#"{"table": {"family": "inet", "name": "filter"}}"#.to_owned(),
    ];
    for (name, rules) in chains {
        let hook = if *name == "input" {
            format!(r#", "type": "filter", "hook": "input", "prio": 0, "policy": "{policy}""#)
        } else {
            String::new()
        };
        items
            .push(format!(r#"{{"chain": {{"family": "inet", "table": "filter", "name": "{name}"{hook}}}}}"#));
        items.extend(rules.iter().map(|rule| {
            format!(
                r#"{{"rule": {{"family": "inet", "table": "filter", "chain": "{name}", "expr": [{rule}]}}}}"#
            )
        }));
    }
    Rules::Read(nft::parse(&format!(r#"{{"nftables": [{}]}}"#, items.join(","))).expect("rules"))
}

fn closed(rule: &str) -> Firewall {
    Firewall::Closed { rule: rule.to_owned() }
}

const LOOPBACK: &str =
    r#"{"match": {"op": "==", "left": {"meta": {"key": "iif"}}, "right": "lo"}}, {"accept": null}"#;
const KNOWN: &str = r#"{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": ["established", "related"]}}, {"counter": {}}, {"accept": null}"#;
const KNOWN_BY_MAP: &str = r#"{"vmap": {"key": {"ct": {"key": "state"}}, "data": {"set": [["invalid", {"drop": null}], ["established", {"accept": null}]]}}}"#;
const PING: &str = r#"{"match": {"op": "==", "left": {"payload": {"protocol": "icmp", "field": "type"}}, "right": "echo-request"}}, {"limit": {"rate": 5}}, {"accept": null}"#;

fn tcp_ports(ports: &str, then: &str) -> String {
    format!(
        r#"{{"match": {{"op": "==", "left": {{"payload": {{"protocol": "tcp", "field": "dport"}}}}, "right": {ports}}}}}, {{{then}}}"#
    )
}

#[test]
fn no_rules_are_no_firewall() {
    assert_eq!(Rules::Read(nft::parse(r#"{"nftables": []}"#).expect("none")).verdict(LAN), Firewall::Open);
    assert_eq!(nft::parse("Operation not permitted"), None);
    assert_eq!(Rules::Unreadable.verdict(LAN), Firewall::Unreadable);
}

#[test]
fn what_is_not_let_in_is_kept_out() {
    let ssh = tcp_ports("22", r#""accept": null"#);
    let usual = [LOOPBACK, KNOWN, KNOWN_BY_MAP, PING, &ssh];
    assert_eq!(nft("drop", &[("input", &usual)]).verdict(LAN), closed("inet filter input"));
    assert_eq!(nft("accept", &[("input", &usual)]).verdict(LAN), Firewall::Open);
    for ports in [
        "8080",
        r#"{"set": [22, 8080]}"#,
        r#"{"set": [22, {"range": [8000, 9000]}]}"#,
        r#"{"range": [1, 65535]}"#,
    ] {
        let ours = tcp_ports(ports, r#""accept": null"#);
        let rules = nft("drop", &[("input", &[LOOPBACK, KNOWN, &ours])]);
        assert_eq!(rules.verdict(LAN), Firewall::Open, "{ports}");
        assert_eq!(rules.verdict(Newcomer { v6: true, ..LAN }), Firewall::Open, "{ports}");
    }
    let refused = tcp_ports("8080", r#""reject": {"type": "tcp reset"}"#);
    assert_eq!(nft("accept", &[("input", &[&refused])]).verdict(LAN), closed("inet filter input"));
}

#[test]
fn interfaces_and_families_are_told_apart() {
    let vpn =
        r#"{"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": "wg*"}}, {"accept": null}"#;
    let rules = nft("drop", &[("input", &[vpn])]);
    assert_eq!(rules.verdict(LAN), closed("inet filter input"));
    assert_eq!(rules.verdict(Newcomer { interface: Some("wg0"), ..LAN }), Firewall::Open);
    assert_eq!(rules.verdict(Newcomer { interface: None, ..LAN }), Firewall::Unclear);
    let v6 =
        r#"{"match": {"op": "==", "left": {"meta": {"key": "nfproto"}}, "right": "ipv6"}}, {"accept": null}"#;
    let rules = nft("drop", &[("input", &[v6])]);
    assert_eq!(rules.verdict(LAN), closed("inet filter input"));
    assert_eq!(rules.verdict(Newcomer { v6: true, ..LAN }), Firewall::Open);
}

#[test]
fn chains_lead_into_one_another() {
    let jump = r#"{"jump": {"target": "services"}}"#;
    let ours = tcp_ports("8080", r#""accept": null"#);
    assert_eq!(nft("drop", &[("input", &[jump]), ("services", &[&ours])]).verdict(LAN), Firewall::Open);
    let back = tcp_ports("8080", r#""return": null"#);
    let rules = nft("accept", &[("input", &[jump]), ("services", &[&back, r#"{"drop": null}"#])]);
    assert_eq!(rules.verdict(LAN), Firewall::Open);
    let rules = nft("accept", &[("input", &[jump]), ("services", &[r#"{"drop": null}"#])]);
    assert_eq!(rules.verdict(LAN), closed("inet filter services"));
    let round = nft("accept", &[("input", &[jump]), ("services", &[jump])]);
    assert_eq!(round.verdict(LAN), Firewall::Unclear, "a circle ends");
}

#[test]
fn what_is_not_understood_is_not_guessed() {
    let neighbours = r#"{"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": {"prefix": {"addr": "10.0.0.0", "len": 8}}}}"#;
    let strange = r#"{"fib": {"result": "type"}}"#;
    for condition in [neighbours, strange] {
        let rule = format!(r#"{condition}, {{"accept": null}}"#);
        assert_eq!(nft("drop", &[("input", &[&rule])]).verdict(LAN), Firewall::Unclear, "{condition}");
    }
    let banned = format!(r#"{neighbours}, {{"drop": null}}"#);
    assert_eq!(nft("accept", &[("input", &[&banned])]).verdict(LAN), Firewall::Open, "but for some");
    let drop = format!(r#"{strange}, {{"drop": null}}"#);
    assert_eq!(nft("accept", &[("input", &[&drop])]).verdict(LAN), Firewall::Unclear);
}

/// As `ufw` leaves them, with ssh let in.
const UFW: &str = "\
-P INPUT DROP
-P FORWARD DROP
-P OUTPUT ACCEPT
-N ufw-before-input
-N ufw-user-input
-N ufw-after-logging-input
-N ufw-not-local
-A INPUT -j ufw-before-input
-A INPUT -j ufw-user-input
-A INPUT -j ufw-after-logging-input
-A ufw-before-input -i lo -j ACCEPT
-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-before-input -m conntrack --ctstate INVALID -j DROP
-A ufw-before-input -p icmp -m icmp --icmp-type 8 -j ACCEPT
-A ufw-before-input -p udp -m udp --sport 67 --dport 68 -j ACCEPT
-A ufw-after-logging-input -m limit --limit 3/min -j LOG --log-prefix \"[UFW BLOCK] \"
-A ufw-user-input -p tcp -m tcp --dport 22 -j ACCEPT
";

#[test]
fn the_rules_of_ufw_are_read() {
    let rules = |listing: &str| Rules::Read(vec![iptables::parse(listing, false).expect("rules")]);
    assert_eq!(rules(UFW).verdict(LAN), closed("iptables INPUT"));
    let with = |rule: &str| rules(&format!("{UFW}-A ufw-user-input {rule}\n")).verdict(LAN);
    assert_eq!(with("-p tcp -m tcp --dport 8080 -j ACCEPT"), Firewall::Open);
    assert_eq!(with("-p tcp -m multiport --dports 80,8000:9000 -j ACCEPT"), Firewall::Open);
    assert_eq!(with("-p udp -m udp --dport 8080 -j ACCEPT"), closed("iptables INPUT"));
    assert_eq!(with("-s 192.168.1.0/24 -p tcp -m tcp --dport 8080 -j ACCEPT"), Firewall::Unclear);
    assert_eq!(with("! -i eth1 -p tcp -m tcp --dport 8080 -j ACCEPT"), Firewall::Open);
    assert_eq!(iptables::parse("Permission denied (you must be root)", false), None);
}
