//! What has to come from the system's own packages: what it is for, how to see that it is there, where to get it.

use anyhow::{Result, bail};

use super::distro::{Distro, apt_get};
use crate::command::{Run, cmd, installed, is_root};

/// Something that has to be on the machine.
pub(crate) struct Need {
    /// What it is, and why it is needed.
    why: &'static str,
    sign: Sign,
    debian: &'static str,
    fedora: &'static str,
    arch: &'static str,
}

/// How to see that it is there.
enum Sign {
    /// One of these programs is in `PATH`.
    Program(&'static [&'static str]),
    /// pkg-config knows one of these libraries.
    Library(&'static [&'static str]),
    /// A Debian package of this name is installed.
    Package(&'static str),
    /// Python can import these modules.
    PythonModules(&'static str),
}

use Sign::{Library, Package, Program, PythonModules};

const fn need(why: &'static str, sign: Sign, [debian, fedora, arch]: [&'static str; 3]) -> Need {
    Need { why, sign, debian, fedora, arch }
}

/// Needed only by tests, which run on Debian and Ubuntu: they install the .deb.
const fn test_need(why: &'static str, sign: Sign, debian: &'static str) -> Need {
    need(why, sign, [debian, "", ""])
}

/// To build anything: the host alone needs no more.
pub(crate) const BUILD_ANY: &[Need] =
    &[need("a C compiler and linker", Program(&["cc"]), ["build-essential", "gcc", "base-devel"])];

/// To build the app.
pub(crate) const BUILD_APP: &[Need] = &[
    need(
        "pkg-config, which finds the libraries",
        Program(&["pkg-config"]),
        ["pkg-config", "pkgconf-pkg-config", "pkgconf"],
    ),
    need(
        "WebKitGTK, the web view that shows the page",
        Library(&["webkit2gtk-4.1"]),
        ["libwebkit2gtk-4.1-dev", "webkit2gtk4.1-devel", "webkit2gtk-4.1"],
    ),
    need(
        "librsvg, which draws icons",
        Library(&["librsvg-2.0"]),
        ["librsvg2-dev", "librsvg2-devel", "librsvg"],
    ),
    need(
        "AppIndicator, the icon in the tray",
        Library(&["ayatana-appindicator3-0.1", "appindicator3-0.1"]),
        ["libayatana-appindicator3-dev", "libappindicator-gtk3-devel", "libayatana-appindicator"],
    ),
];

/// To make the packages.
pub(crate) const PACKAGE: &[Need] = &[
    need("dpkg-deb, which makes the .deb", Program(&["dpkg-deb"]), ["dpkg", "dpkg", "dpkg"]),
    need(
        "dpkg-shlibdeps, which finds what the .deb depends on",
        Program(&["dpkg-shlibdeps"]),
        ["dpkg-dev", "dpkg-dev", "dpkg"],
    ),
];

/// To run all tests.
pub(crate) const TEST: &[Need] = &[
    test_need("Xvfb, a screen without a monitor", Program(&["xvfb-run"]), "xvfb"),
    test_need("xauth, which opens that screen to the tests alone", Program(&["xauth"]), "xauth"),
    test_need("a session bus, for the tray and for a second start", Program(&["dbus-run-session"]), "dbus"),
    test_need(
        "dbus-launch, for programs that look for a bus of their own",
        Program(&["dbus-launch"]),
        "dbus-x11",
    ),
    test_need("a window manager, as a real desktop has", Program(&["openbox"]), "openbox"),
    test_need(
        "the WebDriver of WebKitGTK, which works the app's windows",
        Program(&["WebKitWebDriver"]),
        "webkit2gtk-driver",
    ),
    test_need("xdotool, which finds and moves windows", Program(&["xdotool"]), "xdotool"),
    test_need("xprop, which reads what a window tells the desktop", Program(&["xprop"]), "x11-utils"),
    test_need("ibus, by which Chinese and Koreans type", Program(&["ibus-daemon"]), "ibus"),
    test_need("its way into GTK", Package("ibus-gtk3"), "ibus-gtk3"),
    test_need("its engine for pinyin", Package("ibus-libpinyin"), "ibus-libpinyin"),
    test_need("its engine for Hangul", Package("ibus-hangul"), "ibus-hangul"),
    test_need(
        "AT-SPI, by which the page is read while an input method composes",
        Package("at-spi2-core"),
        "at-spi2-core",
    ),
    test_need("ImageMagick, which takes pictures of the screen", Program(&["import"]), "imagemagick"),
    test_need("a Chinese font", Package("fonts-noto-cjk"), "fonts-noto-cjk"),
    test_need("a font of emoji", Package("fonts-noto-color-emoji"), "fonts-noto-color-emoji"),
    test_need("Chromium, for the web clients", Program(super::CHROMIUM), "chromium"),
    test_need("the WebDriver of Chromium", Program(&["chromedriver"]), "chromium-driver"),
    test_need("strace, which shows what reaches the disk before what", Program(&["strace"]), "strace"),
    test_need("faketime, which makes a clock jump", Program(&["faketime"]), "faketime"),
    test_need("ip, which makes networks of their own for the tests", Program(&["ip"]), "iproute2"),
    test_need("xdg-open, by which desktops open links", Program(&["xdg-open", "xdg-mime"]), "xdg-utils"),
    test_need("nftables, a packet filter that stands in the way", Program(&["nft"]), "nftables"),
    test_need("miniupnpd, a router that gives ports", Package("miniupnpd-nftables"), "miniupnpd-nftables"),
    test_need("rpm, which reads the .rpm", Program(&["rpm"]), "rpm"),
    test_need(
        "Python with venv, for the WebSocket conformance suite",
        PythonModules("venv, ensurepip"),
        "python3-venv",
    ),
];

/// Installs what is missing, where the package manager is apt; elsewhere says what to install, and fails. Windows and
/// macOS bring everything that the app needs.
pub(crate) fn install(needs: &[&[Need]]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let missing: Vec<&Need> = needs.iter().copied().flatten().filter(|need| !need.is_met()).collect();
    if missing.is_empty() {
        println!("system packages: nothing is missing");
        return Ok(());
    }
    let distro = Distro::here();
    println!("missing on this system:");
    for need in &missing {
        let package = need.package(distro);
        println!("  {:<30} {}", if package.is_empty() { "(for the tests only)" } else { package }, need.why);
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package(distro)).collect();
    if !matches!(distro, Distro::Debian | Distro::Ubuntu) {
        bail!("{}", advice(distro, &packages));
    }
    install_with_apt(&packages)?;
    match missing.iter().find(|need| !need.is_met()) {
        Some(need) => {
            bail!("{} is installed, and still there is no sign of {}", need.package(distro), need.why)
        }
        None => Ok(()),
    }
}

/// What to do where packages are not installed for the user: the line to type for those that have a name there, and what
/// cannot be had at all.
fn advice(distro: Distro, packages: &[&str]) -> String {
    let named: Vec<&str> = packages.iter().copied().filter(|name| !name.is_empty()).collect();
    let mut advice = match distro.install_line(&named) {
        _ if named.is_empty() => String::new(),
        Some(line) => format!("install them with this line, then try again:\n  {line}\n"),
        None => {
            "install them (those are Debian's names) with your package manager, then try again\n".to_owned()
        }
    };
    if named.len() < packages.len() {
        advice += "the whole of the tests runs on Debian and Ubuntu only; `cargo xtask check` and `cargo xtask run` work here too";
    }
    advice.trim_end().to_owned()
}

fn install_with_apt(packages: &[&str]) -> Result<()> {
    let root = is_root()?;
    if !root && !installed("sudo") {
        let packages = packages.join(" ");
        bail!(
            "there is no sudo here: run this as root, then try again:\n  apt-get install --no-install-recommends {packages}"
        );
    }
    apt_get(&["update"], root).run()?;
    apt_get(&["install", "--yes", "--no-install-recommends"], root).args(packages).run()
}

impl Need {
    fn is_met(&self) -> bool {
        match self.sign {
            Program(names) => names.iter().any(|name| installed(name)),
            Library(names) => names.iter().any(|name| cmd("pkg-config", ["--exists", name]).succeeds()),
            Package(name) => is_package_installed(name),
            PythonModules(names) => cmd("python3", ["-c", &format!("import {names}")]).succeeds(),
        }
    }

    /// The package that brings it; empty where the tests that need it do not run.
    fn package(&self, distro: Distro) -> &'static str {
        match (distro, self.debian) {
            (Distro::Ubuntu, "chromium") => "chromium-browser",
            (Distro::Ubuntu, "chromium-driver") => "chromium-chromedriver",
            (Distro::Debian | Distro::Ubuntu | Distro::Unknown, name) => name,
            (Distro::Fedora, _) => self.fedora,
            (Distro::Arch, _) => self.arch,
        }
    }
}

/// A package that was removed is still known, with its configuration: only this status means that it is there.
fn is_package_installed(name: &str) -> bool {
    let mut query = cmd("dpkg-query", ["--show", "--showformat", "${db:Status-Status}", name]);
    query.output().is_ok_and(|output| output.stdout == b"installed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ubuntu_has_its_own_names_for_chromium() {
        let names = |distro| TEST.iter().map(move |need| need.package(distro));
        assert!(names(Distro::Debian).any(|name| name == "chromium"));
        assert!(names(Distro::Ubuntu).any(|name| name == "chromium-browser"));
        assert!(!names(Distro::Ubuntu).any(|name| name == "chromium"));
    }

    #[test]
    fn what_builds_the_app_has_a_name_everywhere() {
        for need in BUILD_ANY.iter().chain(BUILD_APP).chain(PACKAGE) {
            for distro in [Distro::Debian, Distro::Ubuntu, Distro::Fedora, Distro::Arch, Distro::Unknown] {
                assert!(!need.package(distro).is_empty(), "{} on {distro:?}", need.why);
            }
        }
    }

    #[test]
    fn where_the_tests_do_not_run_there_is_still_a_line_for_what_can_be_had() {
        let missing = |distro| {
            let needs = [BUILD_ANY, BUILD_APP, TEST].into_iter().flatten();
            advice(distro, &needs.map(|need| need.package(distro)).collect::<Vec<_>>())
        };
        for (distro, line) in [
            (
                Distro::Fedora,
                "  sudo dnf install gcc pkgconf-pkg-config webkit2gtk4.1-devel librsvg2-devel libappindicator-gtk3-devel\n",
            ),
            (
                Distro::Arch,
                "  sudo pacman -S --needed base-devel pkgconf webkit2gtk-4.1 librsvg libayatana-appindicator\n",
            ),
        ] {
            let advice = missing(distro);
            assert!(advice.contains(line), "{advice}");
            assert!(advice.contains("Debian and Ubuntu only"), "{advice}");
        }
        assert_eq!(advice(Distro::Arch, &["rpm"]).lines().count(), 2, "nothing else to say");
        assert!(advice(Distro::Fedora, &[""]).starts_with("the whole of the tests"), "no line for nothing");
        assert!(advice(Distro::Unknown, &["librsvg2-dev"]).contains("Debian's names"));
    }

    #[test]
    fn what_is_not_there_is_noticed() {
        let absent = |sign| !need("", sign, ["", "", ""]).is_met();
        assert!(absent(Program(&["no-such-program"])));
        assert!(absent(Library(&["no-such-library"])));
        assert!(absent(Package("no-such-package")));
        assert!(absent(PythonModules("no_such_module")));
    }
}
