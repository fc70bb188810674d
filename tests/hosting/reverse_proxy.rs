//! The files that `docs/operating.md` gives for nginx and Caddy, run in front of a real host: the guest page, both dialects
//! and the app come through, pages of others do not, and the host hears who asks.

use std::fs;
use std::path::{Path, PathBuf};

use hearth_client::{ConnectError, Tuning};
use hearth_tests::headless::Headless;
use hearth_tests::http::{Answer, exchange_over};
use hearth_tests::{Authority, Guest, PATIENCE, Program, RawClient, free_port, place};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::timeout;

/// The name in the files, and the one that leads here.
const NAME: &str = "chat.example.org";
const HERE: &str = "localhost";

#[tokio::test]
async fn a_room_behind_nginx() {
    let site = Site::new("nginx.conf").await;
    let server = site.write(
        "server.conf",
        &format!(
            "daemon off; pid {0}/pid; error_log stderr; events {{}} http {{ access_log off; \
             client_body_temp_path {0}/a; proxy_temp_path {0}/b; fastcgi_temp_path {0}/c; uwsgi_temp_path {0}/d; \
             scgi_temp_path {0}/e; include {0}/nginx.conf; }}",
            site.folder.path().display()
        ),
    );
    let given = site.given.replace("listen 443 ssl", &format!("listen {} ssl", site.port));
    let given = swap_certificates(&given, &site);
    site.write("nginx.conf", &given);
    let mut command = Command::new(unpacked("usr/sbin/nginx"));
    command.args(["-p", &site.folder.path().to_string_lossy(), "-e", "stderr", "-c"]).arg(server);
    site.serves(Program::start(&mut command).expect("nginx starts")).await;
}

#[tokio::test]
async fn a_room_behind_caddy() {
    let site = Site::new("Caddyfile").await;
    let tls = format!("{HERE}:{} {{\n\ttls {} {}", site.port, site.certificate.display(), site.key.display());
    // A certificate that the test knows, in place of one from the internet.
    let given = site.given.replace(&format!("{HERE} {{"), &tls);
    let given = format!("{{\n\tadmin off\n\tauto_https off\n}}\n{given}");
    let file = site.write("Caddyfile", &given);
    let mut command = Command::new(unpacked("usr/bin/caddy"));
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(file);
    command.env("HOME", site.folder.path()).env("XDG_DATA_HOME", site.folder.path());
    command.env("XDG_CONFIG_HOME", site.folder.path());
    site.serves(Program::start(&mut command).expect("caddy starts")).await;
}

/// A host, and what a server in front of it needs.
struct Site {
    folder: TempDir,
    host: Headless,
    /// The file from the repository, for this name and this host.
    given: String,
    port: u16,
    authority: Authority,
    certificate: PathBuf,
    key: PathBuf,
}

impl Site {
    async fn new(file: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let host = Headless::start(&["--public-name", HERE]).await;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/proxy").join(file);
        let given = fs::read_to_string(path).expect("the file");
        assert!(given.contains(NAME) && given.contains("127.0.0.1:8080"), "what is put in its place");
        let given = given.replace(NAME, HERE).replace("127.0.0.1:8080", host.address());
        let authority = Authority::new();
        let (certificate, key) = authority.certify_in(HERE, folder.path());
        Self { folder, host, given, port: free_port(), authority, certificate, key }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).expect("written");
        path
    }

    /// Everybody comes in by the server in front.
    async fn serves(mut self, _server: Program) {
        let front = format!("{HERE}:{}", self.port);
        let listening = async {
            while TcpStream::connect((HERE, self.port)).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, listening).await.expect("it listens");

        let page = self.get(&front, "").await;
        assert_eq!(page.status, 200);
        assert!(
            page.header("content-security-policy").is_some_and(|policy| policy.contains(&front)),
            "{page:?}"
        );
        let foreign = self
            .get(
                &front,
                "Origin: https://evil.example\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
            )
            .await;
        assert_eq!((foreign.status, foreign.header("hearth-refusal")), (403, Some("origin")));

        let url = format!("wss://{front}");
        let mut ming = Guest::try_join(&url, "阿明", self.trusting()).await;
        timeout(PATIENCE, ming.client().joined()).await.expect("in time").expect("the app comes in");
        let (mut wei, _) = RawClient::enter(self.host.url(), "Wei").await;
        wei.post("从里面").await;
        ming.hear("从里面").await;
        ming.post("从外面 🔥").await;
        wei.hear("从外面 🔥").await;

        // Whoever does not know who signed the certificate is told so.
        let stranger = Guest::refused(&url, Tuning::default()).await;
        assert!(matches!(stranger, ConnectError::Certificate { .. }), "{stranger:?}");
        self.host.program().terminate().await;
    }

    fn trusting(&self) -> Tuning {
        Tuning { roots: vec![self.authority.root()], ..Tuning::default() }
    }

    async fn get(&self, front: &str, headers: &str) -> Answer {
        let connection = if headers.is_empty() { "Connection: close\r\n" } else { "" };
        let request = format!("GET / HTTP/1.1\r\nHost: {front}\r\n{connection}{headers}\r\n");
        let tls = self.authority.connect(HERE, self.port).await.expect("TLS");
        let answer = exchange_over(tls, request.as_bytes()).await.expect("an answer");
        Answer::parse(&answer).unwrap_or_else(|| panic!("no HTTP: {answer}"))
    }
}

fn swap_certificates(given: &str, site: &Site) -> String {
    let of = |path: &Path| path.display().to_string();
    given
        .replace(&format!("/etc/letsencrypt/live/{HERE}/fullchain.pem"), &of(&site.certificate))
        .replace(&format!("/etc/letsencrypt/live/{HERE}/privkey.pem"), &of(&site.key))
}

fn unpacked(program: &str) -> PathBuf {
    let path = place("HEARTH_UNPACKED", ".tools/unpacked").join(program);
    assert!(path.exists(), "{} is there: `cargo xtask test` unpacks it", path.display());
    path
}
