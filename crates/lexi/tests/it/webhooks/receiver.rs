//! The receiver of `tests/webhooks/receiver.py`, to be listened to.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

const WAIT: Duration = Duration::from_secs(30);

pub(super) struct Receiver {
    pub(super) port: u16,
    folder: TempDir,
    lines: Lines<BufReader<ChildStdout>>,
    process: Child,
}

impl Receiver {
    pub(super) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secrets"), "").unwrap();
        let (process, lines, port) = run(0, folder.path()).await;
        Self { port, folder, lines, process }
    }

    /// Takes it away: nobody listens any more.
    pub(super) async fn stop(&mut self) {
        self.process.kill().await.unwrap();
    }

    /// Puts another in its place.
    pub(super) async fn restart(&mut self) {
        let (process, lines, port) = run(self.port, self.folder.path()).await;
        (self.process, self.lines, self.port) = (process, lines, port);
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(super) fn knows(&self, secret: &str) {
        let path = self.folder.path().join("secrets");
        let known = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, format!("{known}{secret}\n")).unwrap();
    }

    /// What is answered on `/flaky`.
    pub(super) fn answer(&self, status: u16) {
        // Never half of it.
        let (new, path) = (self.folder.path().join("status.new"), self.folder.path().join("status"));
        std::fs::write(&new, status.to_string()).unwrap();
        std::fs::rename(new, path).unwrap();
    }

    /// The next delivery.
    #[expect(clippy::expect_used, reason = "a test that gets no delivery has failed")]
    pub(super) async fn next(&mut self) -> Value {
        let line = tokio::time::timeout(WAIT, self.lines.next_line()).await;
        let line = line.expect("a delivery in time").unwrap().expect("a receiver");
        serde_json::from_str(&line).unwrap()
    }

    /// Whether nothing comes for a while.
    pub(super) async fn is_silent(&mut self, bound: Duration) -> bool {
        tokio::time::timeout(bound, self.lines.next_line()).await.is_err()
    }
}

async fn run(port: u16, folder: &Path) -> (Child, Lines<BufReader<ChildStdout>>, u16) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    assert!(
        root.join(".venv/.installed").exists(),
        "the receiver's library is not installed; run scripts/setup-tests.sh (make test does)"
    );
    let mut process = Command::new(root.join(".venv/bin/python"))
        .arg(root.join("tests/webhooks/receiver.py"))
        .arg(port.to_string())
        .arg(folder)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let port = tokio::time::timeout(WAIT, lines.next_line()).await.unwrap().unwrap().unwrap();
    (process, lines, port.parse().unwrap())
}
