//! Servers that run in Node.

use tokio::process::Command;

use crate::program::{Program, place};

/// A server of `tests/node`, on a port of this computer that was free.
#[derive(Debug)]
pub struct NodeServer {
    program: Program,
    script: &'static str,
    flags: &'static [&'static str],
    url: String,
}

impl NodeServer {
    /// Starts a script with these flags.
    pub async fn start(script: &'static str, flags: &'static [&'static str]) -> Self {
        let (program, url) = start(script, "0", flags).await;
        Self { program, script, flags, url }
    }

    /// Its address for clients.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Kills it, as a crash would.
    pub async fn kill(&mut self) {
        self.program.kill().await;
    }

    /// Starts it again where it was.
    pub async fn start_again(&mut self) {
        let port = self.url.rsplit(':').next().expect("a port").to_owned();
        let (program, url) = start(self.script, &port, self.flags).await;
        assert_eq!(url, self.url, "the same address as before");
        self.program = program;
    }
}

async fn start(script: &str, port: &str, flags: &[&str]) -> (Program, String) {
    let folder = place("HEARTH_NODE_SERVERS", "tests/node");
    assert!(folder.join("node_modules").is_dir(), "`npm ci` was run in {}", folder.display());
    let mut command = Command::new("node");
    command.current_dir(folder).arg(script).arg(port).args(flags);
    let mut program = Program::start(&mut command).expect("node starts");
    let url = program.after("listening on ").await;
    (program, url)
}
