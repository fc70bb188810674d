//! Which family of Linux this is, by its package manager.

use std::process::Command;

use crate::command::cmd;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Distro {
    Debian,
    /// Debian's packages, but for Chromium, which has other names there.
    Ubuntu,
    Fedora,
    Arch,
    Unknown,
}

impl Distro {
    pub(crate) fn here() -> Self {
        Self::of(&std::fs::read_to_string("/etc/os-release").unwrap_or_default())
    }

    /// Reads the text of `/etc/os-release`: `ID` names a distribution and `ID_LIKE` its ancestors, nearest first.
    fn of(os_release: &str) -> Self {
        let value = |key: &str| {
            let line = os_release.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
            line.unwrap_or_default().trim_matches('"').to_owned()
        };
        let names = format!("{} {}", value("ID"), value("ID_LIKE"));
        let known = names.split_whitespace().find_map(|name| match name {
            "debian" => Some(Self::Debian),
            "ubuntu" => Some(Self::Ubuntu),
            "fedora" | "rhel" => Some(Self::Fedora),
            "arch" => Some(Self::Arch),
            _ => None,
        });
        known.unwrap_or(Self::Unknown)
    }

    /// The line that installs packages, as one types it; `None` when the package manager is not known.
    pub(crate) fn install_line(self, packages: &[&str]) -> Option<String> {
        let packages = packages.join(" ");
        match self {
            Self::Debian | Self::Ubuntu => {
                Some(format!("sudo apt-get install --no-install-recommends {packages}"))
            }
            Self::Fedora => Some(format!("sudo dnf install {packages}")),
            Self::Arch => Some(format!("sudo pacman -S --needed {packages}")),
            Self::Unknown => None,
        }
    }
}

/// `apt-get` that asks nothing and waits for another one to end; with sudo only when needed.
pub(crate) fn apt_get(args: &[&str], root: bool) -> Command {
    let apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--option", "DPkg::Lock::Timeout=300"];
    let (program, rest) = if root { (apt[0], &apt[1..]) } else { ("sudo", &apt[..]) };
    cmd(program, rest.iter().chain(args))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_is_known_by_its_name_or_its_ancestor() {
        assert_eq!(Distro::of("NAME=\"Debian GNU/Linux\"\nID=debian\n"), Distro::Debian);
        assert_eq!(Distro::of("ID=ubuntu\nID_LIKE=debian\n"), Distro::Ubuntu);
        assert_eq!(Distro::of("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"), Distro::Ubuntu);
        assert_eq!(Distro::of("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"), Distro::Fedora);
        assert_eq!(Distro::of("ID=manjaro\nID_LIKE=arch\n"), Distro::Arch);
        assert_eq!(Distro::of("ID=nixos\n"), Distro::Unknown);
        assert_eq!(Distro::of(""), Distro::Unknown);
    }

    #[test]
    fn sudo_is_used_only_when_not_root() {
        assert_eq!(apt_get(&["update"], true).get_program(), "env");
        assert_eq!(apt_get(&["update"], false).get_program(), "sudo");
    }
}
