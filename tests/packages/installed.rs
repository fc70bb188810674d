//! What people install: the packages go in with dpkg, work from where they put things, and come out again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hearth_tests::{App, Desktop, Home, Look, Program, RawClient, free_port, http, place};

#[tokio::test]
async fn the_app_is_installed_talks_and_is_removed() {
    let bytes = package_file("hearth").metadata().expect("a package").len();
    // That of a debug build is larger, and still to hold nothing that does not belong in it.
    let too_large = if std::env::var_os("HEARTH_RELEASE").is_some() { 8_000_000 } else { 20_000_000 };
    assert!(bytes < too_large, "it is small enough to hand around: {bytes} bytes");
    let package = Installed::from("hearth");
    let desktop = package.file(|file| file.ends_with(".desktop"));
    assert!(desktop.starts_with("/usr/share/applications"), "menus look there: {}", desktop.display());
    let entry = fs::read_to_string(&desktop).expect("a desktop entry");
    let value =
        |key: &str| entry.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('=')).unwrap_or("");
    if let Ok(checked) = Command::new("desktop-file-validate").arg(&desktop).output() {
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    }
    assert!(value("Categories").contains("Chat;"), "it has its place in the menu:\n{entry}");
    assert!(value("Name[zh_CN]").contains("围炉"), "it goes by its Chinese name too:\n{entry}");
    assert_eq!(value("MimeType"), "x-scheme-handler/hearth;", "it opens the links:\n{entry}");
    let icon = format!("apps/{}.png", value("Icon"));
    for size in ["32x32", "128x128"] {
        let place = format!("hicolor/{size}/{icon}");
        package.file(|file| file.ends_with(&place));
    }

    let program = PathBuf::from("/usr/bin").join(value("Exec").split(' ').next().expect("a program"));
    let home = Home::of("阿明", Look::ZH);
    let app = App::start_program("阿明", home.into(), &program).await;
    // By its class a desktop knows which icon belongs to a window.
    let process = app.process().expect("it runs").to_string();
    let class = format!("^{}$", value("StartupWMClass"));
    let search = ["search", "--onlyvisible", "--all", "--pid", &process, "--class", &class];
    app.wait(&format!("the window is of the class {class}"), || {
        Desktop::xdotool(&search).is_some_and(|windows| !windows.is_empty())
    })
    .await;

    let url = app.host(free_port()).await;
    let (mut guest, _) = RawClient::enter(&url, "小李").await;
    app.see_text("system-line", "阿明、小李进来了").await;
    app.say("从安装好的围炉来 🔥").await;
    assert_eq!(guest.line().await, ("阿明".into(), "从安装好的围炉来 🔥".into()));
    guest.post("收到 👍").await;
    app.see_line("小李", "收到 👍", "stored").await;
    app.shot("package-installed-zh-light").await;

    drop(app);
    drop(package);
    assert!(!program.exists() && !desktop.exists(), "nothing is left of it");
}

#[tokio::test]
async fn the_headless_host_is_installed_answers_and_is_removed() {
    let package = Installed::from("hearth-host");
    let program = package.file(|file| file == "/usr/bin/hearth-host");
    package.file(|file| file.ends_with("/hearth-host.service"));

    let home = Home::new(Look::EN);
    let mut command = tokio::process::Command::new(&program);
    command.args(["--port", "0", "--memory"]).envs(home.environment());
    let mut host = Program::start(&mut command).expect("it starts");
    let url = host.after("listening on ").await;
    let port = url.rsplit(':').next().expect("a port");
    let address = format!("127.0.0.1:{port}");
    assert_eq!(http::get(&address, "/healthz").await.status, 200);
    let (mut ming, _) = RawClient::enter(&format!("ws://{address}"), "阿明").await;
    ming.post("有人吗？").await;
    assert_eq!(ming.line().await.1, "有人吗？");
    host.terminate().await;
    assert_eq!(ming.close_code().await, Some(1001));
    assert!(host.ended().await.success());

    drop(package);
    assert!(!program.exists(), "nothing is left of it");
}

#[test]
fn the_rpm_holds_the_program_and_its_place_in_the_menu() {
    let package = the_one_package("the .rpm", |file| {
        file.starts_with("hearth-") && Path::new(file).extension().is_some_and(|kind| kind == "rpm")
    });
    let files = run(Command::new("rpm").args(["--query", "--list", "--package"]).arg(&package));
    let files = files.expect("rpm reads it");
    let holds = |what: &str, like: &dyn Fn(&str) -> bool| {
        assert_eq!(files.lines().filter(|file| like(file)).count(), 1, "{what} is in it once:\n{files}");
    };
    holds("the program", &|file| file == "/usr/bin/hearth");
    holds("the entry of the menu", &|file| {
        file.starts_with("/usr/share/applications/") && file.ends_with(".desktop")
    });
    holds("the icon", &|file| file.ends_with("/hicolor/128x128/apps/hearth.png"));
    let needs = run(Command::new("rpm").args(["--query", "--requires", "--package"]).arg(&package));
    let needs = needs.expect("rpm reads it");
    assert!(needs.contains("libwebkit2gtk-4.1.so.0"), "what it depends on is said:\n{needs}");
}

/// A package on this machine. Dropping it removes it, with its settings.
struct Installed {
    name: &'static str,
}

impl Installed {
    /// Installs the package of this name from the folder of packages.
    fn from(name: &'static str) -> Self {
        let status =
            run(Command::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", name]));
        assert!(
            !status.is_ok_and(|status| status == "installed"),
            "{name} is installed here already, and this test would remove it: run `dpkg --purge {name}` first"
        );
        let file = package_file(name);
        // From here on: what is half installed is removed as well.
        let installed = Self { name };
        if let Err(output) = run(as_root("dpkg").arg("--install").arg(&file)) {
            panic!("{} cannot be installed:\n{output}", file.display());
        }
        installed
    }

    /// The one file of the package that is like this. It must be there.
    fn file(&self, like: impl Fn(&str) -> bool) -> PathBuf {
        let list = run(Command::new("dpkg").args(["--listfiles", self.name])).expect("a list of files");
        let found: Vec<&str> = list.lines().filter(|file| like(file)).collect();
        assert_eq!(found.len(), 1, "one such file is in {}: {found:?} of\n{list}", self.name);
        assert!(Path::new(found[0]).is_file(), "{} is there", found[0]);
        found[0].into()
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        let removed = run(as_root("dpkg").args(["--purge", self.name]));
        if let Err(output) = removed
            && !std::thread::panicking()
        {
            panic!("{} cannot be removed:\n{output}", self.name);
        }
    }
}

fn package_file(name: &str) -> PathBuf {
    let architecture = run(Command::new("dpkg").arg("--print-architecture")).expect("dpkg runs");
    let (start, end) = (format!("{name}_"), format!("_{}.deb", architecture.trim()));
    the_one_package(&format!("{start}…{end}"), |file| file.starts_with(&start) && file.ends_with(&end))
}

fn the_one_package(what: &str, is_it: impl Fn(&str) -> bool) -> PathBuf {
    let folder = place("HEARTH_PACKAGES", "dist");
    let files = fs::read_dir(&folder).unwrap_or_else(|error| {
        panic!("{}: {error}; `cargo xtask package` makes the packages", folder.display());
    });
    let files = files.flatten().map(|entry| entry.path());
    let mut found = files.filter(|path| is_it(&path.file_name().unwrap_or_default().to_string_lossy()));
    match (found.next(), found.next()) {
        (Some(file), None) => file,
        (None, _) => panic!("{what} is not in {}; `cargo xtask package` makes it", folder.display()),
        _ => panic!("more than one of {what} is in {}", folder.display()),
    }
}

/// Installing is for root, or for who may become root without being asked anything.
fn as_root(program: &str) -> Command {
    if run(Command::new("id").arg("--user")).is_ok_and(|id| id.trim() == "0") {
        return Command::new(program);
    }
    let may = run(Command::new("sudo").args(["--non-interactive", "true"]));
    assert!(
        may.is_ok(),
        "packages are installed by root: run this as root, or allow sudo without a password"
    );
    let mut command = Command::new("sudo");
    command.args(["--non-interactive", program]);
    command
}

/// Runs it to its end: what it printed if it succeeded, or else all that it printed.
fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(stdout) } else { Err(stdout + &String::from_utf8_lossy(&output.stderr)) }
}
