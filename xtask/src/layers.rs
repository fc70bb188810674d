//! The layers of the workspace, of each crate and of the page, in one table, and the proof that imports go down only.

mod house;
mod page;
mod rust;

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::command::{Run, cmd};
use crate::workspace;

/// Which crates of ours each crate may use, its tests included. `host` and `client` never see each other: what needs
/// both stands in `tests/`.
const MAY_USE: [(&str, &[&str]); 7] = [
    ("hearth-protocol", &[]),
    ("hearth-store", &["hearth-protocol"]),
    ("hearth-log", &["hearth-protocol", "hearth-store"]),
    ("hearth-host", &["hearth-log", "hearth-protocol", "hearth-store"]),
    ("hearth-headless", &["hearth-host", "hearth-log", "hearth-protocol", "hearth-store"]),
    ("hearth-client", &["hearth-protocol", "hearth-store"]),
    ("hearth-bench", &["hearth-client", "hearth-host", "hearth-log", "hearth-protocol", "hearth-store"]),
];

/// The floors of a crate or of the page, from the ground up: a file imports from its own floor and from those below, and no
/// imports make a circle. A floor is a folder or a file; those in one line are beside each other.
struct Plan {
    name: &'static str,
    /// The first file of the crate; of the page, its folder.
    root: &'static str,
    floors: &'static [&'static [&'static str]],
    /// Folders and files without clock, file, socket and runtime, which come in as arguments there.
    pure: &'static [&'static str],
}

const FLOORS: [Plan; 10] = [
    Plan {
        name: "hearth-protocol",
        root: "crates/protocol/src/lib.rs",
        floors: &[
            &["ids", "limits", "dialect", "browser_ports", "links", "visible", "half_signs", "emoji"],
            &["nickname", "text", "invite", "person", "probe", "close", "markdown"],
            &["refusal", "mentions"],
            &["unknown"],
            &["body"],
            &["entry", "act"],
            &["standing"],
            &["frame"],
            &["codec"],
            &["classic"],
        ],
        pure: &[""],
    },
    Plan {
        name: "hearth-store",
        root: "crates/store/src/lib.rs",
        floors: &[
            &["error", "hits", "seq_column"],
            &["fold"],
            &["words"],
            &["query"],
            &["encoding"],
            &["meta", "rows"],
            &["open", "set_aside", "writer", "reader"],
            &["index"],
            &["erase"],
            &["migrate"],
            &["schema"],
        ],
        pure: &["fold", "words", "query"],
    },
    Plan {
        name: "hearth-log",
        root: "crates/log/src/lib.rs",
        floors: &[&["log"], &["memory", "sqlite"], &["export"], &["verify"]],
        pure: &[],
    },
    Plan {
        name: "hearth-host",
        root: "crates/host/src/lib.rs",
        floors: &[
            &["base"],
            &["access"],
            &["net"],
            &["room"],
            &["fanout"],
            &["hub"],
            &["reach"],
            &["ws"],
            &["http"],
            &["config", "error", "status"],
            &["host", "host_handle"],
            &["testing"],
        ],
        pure: &["room", "access", "fanout/cursor", "fanout/replay", "fanout/tape"],
    },
    Plan {
        name: "hearth-headless",
        root: "crates/headless/src/main.rs",
        floors: &[
            &["exit", "links", "terminal"],
            &["cli"],
            &["settings", "data_folder"],
            &["archive", "running_host"],
            &["doctor_words", "owner_commands"],
        ],
        pure: &[],
    },
    Plan {
        name: "hearth-client",
        root: "crates/client/src/lib.rs",
        floors: &[
            &["joins_shown", "strip"],
            &["address", "credentials", "timing", "error", "command"],
            &["update"],
            &["record"],
            &["session"],
            &["cache"],
            &["link"],
            &["locate"],
            &["room"],
            &["testing"],
        ],
        pure: &["session"],
    },
    Plan {
        name: "hearth-bench",
        root: "crates/bench/src/main.rs",
        floors: &[
            &["stats", "process", "machine", "frames", "naive"],
            &["peer", "report", "ledger", "wire"],
            &["crowd"],
            &["calm", "durable", "fanout", "idle", "join", "past", "tls"],
        ],
        pure: &[],
    },
    Plan {
        name: "hearth (the desktop shell)",
        root: "src-tauri/src/lib.rs",
        floors: &[
            &["api"],
            &["files"],
            &["state"],
            &["shell"],
            &["save"],
            &["desktop"],
            &["nearby"],
            &["rooms"],
            &["hosting"],
            &["settings"],
            &["quit"],
            &["commands"],
            &["app"],
        ],
        pure: &[],
    },
    Plan {
        name: "xtask",
        root: "xtask/src/main.rs",
        floors: &[
            &["command", "tally"],
            &["workspace", "wire", "screen", "network", "profile", "release", "layers"],
            &["setup", "report"],
            &["versions"],
            &["audit", "package", "check"],
            &["test", "run", "first_paint", "picture", "bench"],
        ],
        pure: &[],
    },
    Plan {
        name: "the page",
        root: "ui/src",
        floors: &[
            &["paraglide", "assets"],
            &["wire"],
            &["transport/refusal.ts"],
            &["transport/transport.ts"],
            &["transport/guest/session"],
            &["transport/guest/browser"],
            &["transport/guest", "transport/desktop.ts"],
            &["transport"],
            &["model/base"],
            &["model/text"],
            &["model/room"],
            &["model/hosting"],
            &["model/rooms.svelte.ts"],
            &["model"],
            &["view/base", "view/style"],
            &["view/words"],
            &["view/parts"],
            &["view/room"],
            &["view/joining"],
            &["view/hosting"],
            &["view/settings", "view/rail", "view/guest"],
            &["view/app-only"],
            &["view"],
            &["guest.ts", "main.ts", "start.ts"],
        ],
        pure: &[],
    },
];

/// What is out of bounds in pure code. Spans of time and addresses are plain values, and are not.
const IMPURE: [&[&str]; 8] = [
    &["tokio"],
    &["std", "fs"],
    &["std", "net"],
    &["std", "time"],
    &["std", "process"],
    &["std", "thread"],
    &["std", "env"],
    &["getrandom"],
];
const VALUES: [&[&str]; 5] = [
    &["std", "time", "Duration"],
    &["std", "net", "IpAddr"],
    &["std", "net", "Ipv4Addr"],
    &["std", "net", "Ipv6Addr"],
    &["std", "net", "SocketAddr"],
];

/// Checks the law of the house: between crates, and between the files of each.
pub(crate) fn check() -> Result<()> {
    let mut wrongs = between_crates()?;
    for plan in &FLOORS {
        let found = inside(plan)?;
        println!("{}: {} floors, {} wrongs", plan.name, plan.floors.len(), found.len());
        wrongs.extend(found);
    }
    if wrongs.is_empty() {
        return Ok(());
    }
    bail!("imports go down only, see ARCHITECTURE.md:\n  {}", wrongs.join("\n  "))
}

fn inside(Plan { root, floors, pure, .. }: &Plan) -> Result<Vec<String>> {
    let root = Path::new(root);
    if root.is_dir() {
        return Ok(page::read(root)?.wrongs(floors));
    }
    let krate = rust::read(root)?;
    let mut wrongs = krate.house.wrongs(floors);
    let is_pure = |place: &house::Place| {
        let place = place.join("/");
        pure.iter()
            .any(|pure| place.strip_prefix(pure).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    };
    let begins =
        |path: &[String], with: &[&str]| path.iter().zip(with).filter(|(a, b)| a == b).count() == with.len();
    let is_impure = |path: &[String]| {
        IMPURE.iter().any(|banned| begins(path, banned)) && !VALUES.iter().any(|value| begins(path, value))
    };
    for (place, path) in &krate.outside {
        if is_pure(place) && is_impure(path) {
            let file =
                krate.house.files.get(place).map_or_else(String::new, |file| file.display().to_string());
            wrongs.push(format!("{file} is pure, and uses {}", path.join("::")));
        }
    }
    Ok(wrongs)
}

/// Asks Cargo for the tree of every crate, on all platforms and with all features.
fn between_crates() -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for krate in workspace::crates()? {
        let (_, may_use) = MAY_USE.iter().find(|(name, _)| *name == krate).with_context(|| {
            format!("{krate} has no place yet: say in xtask/src/layers.rs what it may use")
        })?;
        let tree =
            ["tree", "--package", &krate, "--edges", "normal,build,dev", "--target", "all", "--all-features"];
        let tree = cmd("cargo", tree).args(["--prefix", "none", "--format", "{p}"]).read()?;
        let trespasses = trespasses(&krate, may_use, &tree);
        println!("{krate}: {} packages, {} that it must not use", tree.lines().count(), trespasses.len());
        wrong.extend(trespasses.into_iter().map(|other| format!("{krate} uses {other}")));
    }
    Ok(wrong)
}

/// The packages in the tree of a crate that it must not use. A line of the tree begins with the name of a package.
fn trespasses(krate: &str, may_use: &[&str], tree: &str) -> Vec<String> {
    let mut found: Vec<String> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != krate && !may_use.contains(name))
        .filter(|name| is_ours(name) || is_window_system(name))
        .map(str::to_owned)
        .collect();
    found.sort();
    found.dedup();
    found
}

fn is_ours(package: &str) -> bool {
    package == "hearth" || package.starts_with("hearth-")
}

fn is_window_system(package: &str) -> bool {
    ["tauri", "wry", "tao", "gtk", "webkit2gtk"].contains(&package) || package.starts_with("tauri-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_may_use_what_is_below_it_and_nothing_else_of_ours() {
        let tree = "hearth-host v0.1.0 (/src)\nhearth-log v0.1.0 (/src)\nserde v1.0.0\nhearth-client v0.1.0 (/src) (*)\n";
        assert_eq!(trespasses("hearth-host", &["hearth-log"], tree), ["hearth-client"]);
    }

    #[test]
    fn the_window_system_is_out_of_bounds() {
        let tree = "hearth-log v0.1.0\ntauri-utils v2.0.0\ntauri v2.0.0\ntauri v2.0.0 (*)\ntauriel v1.0.0\n";
        assert_eq!(trespasses("hearth-log", &[], tree), ["tauri", "tauri-utils"]);
    }

    #[test]
    fn pure_code_has_spans_of_time_and_addresses_and_no_clocks_and_sockets() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        write("lib.rs", "mod room; mod hub;");
        write("hub.rs", "use tokio::sync::mpsc; use std::fs::File;");
        write(
            "room.rs",
            "use std::time::Duration; use std::net::{IpAddr, TcpStream}; fn f() { std::time::Instant::now(); }",
        );
        let root = folder.path().join("lib.rs").display().to_string().leak();
        let plan = Plan { name: "a crate", root, floors: &[&["room"], &["hub"]], pure: &["room"] };
        let wrongs: Vec<String> = inside(&plan).expect("it is read");
        let uses: Vec<&str> = wrongs.iter().filter_map(|wrong| wrong.rsplit(' ').next()).collect();
        assert_eq!(uses, ["std::net::TcpStream", "std::time::Instant::now"], "{wrongs:?}");
    }
}
