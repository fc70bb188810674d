//! The parser of what `nft --json list ruleset` prints (libnftables-json(5)).

use std::ops::RangeInclusive;

use serde_json::Value;

use super::{Action, Chain, Condition, Filter, Rule};

/// The filters that newcomers pass; `None` when this is not what `nft` prints.
pub(super) fn parse(json: &str) -> Option<Vec<Filter>> {
    let ruleset: Value = serde_json::from_str(json).ok()?;
    let items = ruleset["nftables"].as_array()?;
    let chains = || items.iter().map(|item| &item["chain"]).filter(|chain| chain.is_object());
    let entries = chains().filter(|chain| {
        matches!(chain["hook"].as_str(), Some("input" | "prerouting" | "ingress"))
            && chain["type"] == "filter"
    });
    let filter = |entry: &Value| Filter {
        table: format!("{} {}", text(&entry["family"]), text(&entry["table"])),
        entry: text(&entry["name"]),
        drops: entry["policy"] == "drop",
        chains: chains()
            .filter(|chain| is_same_table(chain, entry))
            .map(|chain| read(chain, items))
            .collect(),
    };
    Some(entries.map(filter).collect())
}

fn is_same_table(one: &Value, other: &Value) -> bool {
    one["family"] == other["family"] && one["table"] == other["table"]
}

fn read(chain: &Value, items: &[Value]) -> Chain {
    let rules = items.iter().map(|item| &item["rule"]);
    let own = rules.filter(|rule| is_same_table(rule, chain) && rule["chain"] == chain["name"]);
    // A table of one family sees nobody of the other.
    let family = match chain["family"].as_str() {
        Some("ip") => Some(Condition::IsV6(false)),
        Some("ip6") => Some(Condition::IsV6(true)),
        _ => None,
    };
    let mut rules: Vec<Rule> = own.map(rule).collect();
    if let Some(family) = family {
        for rule in &mut rules {
            rule.conditions.push(family.clone());
        }
    }
    Chain { name: text(&chain["name"]), rules }
}

fn rule(rule: &Value) -> Rule {
    let mut conditions = Vec::new();
    let mut action = Action::Nothing;
    for expression in rule["expr"].as_array().into_iter().flatten() {
        let Some((kind, value)) = expression.as_object().and_then(|object| object.iter().next()) else {
            continue;
        };
        match kind.as_str() {
            "match" => conditions.push(condition(value)),
            "accept" => action = Action::Accept,
            "drop" | "reject" => action = Action::Drop,
            "jump" => action = Action::Jump(text(&value["target"])),
            "goto" => action = Action::Goto(text(&value["target"])),
            "return" => action = Action::Return,
            "counter" | "log" | "notrack" | "comment" | "mangle" | "meter" | "set" => {}
            // By the state of a connection newcomers are told only when they are named.
            "vmap" if is_state(&value["key"]) => {
                let listed = value["data"]["set"].as_array().into_iter().flatten();
                let new: Vec<_> = listed.filter(|pair| pair[0] == "new").collect();
                action = match new.first().map(|pair| &pair[1]) {
                    None => Action::Nothing,
                    Some(verdict) if verdict.get("accept").is_some() => Action::Accept,
                    Some(verdict) if verdict.get("drop").is_some() => Action::Drop,
                    Some(_) => Action::Unknown,
                };
            }
            "vmap" => action = Action::Unknown,
            _ => conditions.push(Condition::Unknown),
        }
    }
    Rule { conditions, action }
}

fn is_state(key: &Value) -> bool {
    key["ct"]["key"] == "state"
}

fn condition(value: &Value) -> Condition {
    let (left, right) = (&value["left"], &value["right"]);
    let positive = match value["op"].as_str() {
        Some("==" | "in") => true,
        Some("!=") => false,
        _ => return Condition::Unknown,
    };
    let named = |name: &str| listed(right).any(|listed| listed == name);
    let meta = left["meta"]["key"].as_str();
    let payload = (left["payload"]["protocol"].as_str(), left["payload"]["field"].as_str());
    match (meta, payload) {
        (Some("iif" | "iifname"), _) => match right.as_str() {
            Some(name) => Condition::Interface(name.to_owned(), positive),
            None => Condition::Unknown,
        },
        (Some("l4proto"), _) | (_, (Some("ip"), Some("protocol")) | (Some("ip6"), Some("nexthdr"))) => {
            Condition::Always((named("tcp") || has_number(right, 6)) == positive)
        }
        (Some("nfproto"), _) => Condition::IsV6(named("ipv6") == positive),
        (_, (Some("tcp" | "th"), Some("dport"))) => {
            ports(right).map_or(Condition::Unknown, |ports| Condition::Port(ports, positive))
        }
        // What comes by TCP has none of these.
        (_, (Some("udp" | "icmp" | "icmpv6" | "igmp" | "sctp" | "dccp" | "esp" | "ah"), _)) => {
            Condition::Always(false)
        }
        (_, (Some("ip" | "ip6"), Some("saddr"))) => Condition::Source,
        _ if is_state(left) => Condition::Always(named("new") == positive),
        _ => Condition::Unknown,
    }
}

/// A value, a list of them, or a set.
fn listed(right: &Value) -> impl Iterator<Item = &Value> {
    let many = right["set"].as_array().or_else(|| right.as_array());
    many.into_iter().flatten().chain(many.is_none().then_some(right))
}

fn has_number(right: &Value, number: u64) -> bool {
    listed(right).any(|listed| listed.as_u64() == Some(number))
}

fn ports(right: &Value) -> Option<Vec<RangeInclusive<u16>>> {
    let port = |value: &Value| u16::try_from(value.as_u64()?).ok();
    let range = |listed: &Value| match listed["range"].as_array().map(Vec::as_slice) {
        Some([from, to]) => Some(port(from)?..=port(to)?),
        _ => port(listed).map(|port| port..=port),
    };
    listed(right).map(range).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
