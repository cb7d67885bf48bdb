//! A running Lexi: the real program on a database of its own, with a workspace, a key and credits; to be asked, killed and
//! started again.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use lexi_store::credits::{self, Audit, LedgerKind};
use lexi_store::keys::{self, NewKey};
use lexi_store::{OpenOptions, Store, workspaces};
use lexi_types::{RateTier, ScopeSet, Timestamp, WorkspaceId};
use tempfile::TempDir;

use crate::Http;

const START_WAIT: Duration = Duration::from_secs(30);

/// What a server is started with.
#[derive(Debug, Clone)]
pub struct Setup {
    pub binary: PathBuf,
    /// `name=value` of the configuration.
    pub settings: Vec<String>,
    pub credits: i64,
}

impl Setup {
    pub fn new(binary: impl Into<PathBuf>) -> Self {
        Self { binary: binary.into(), settings: Vec::new(), credits: 1000 }
    }

    #[must_use]
    pub fn set(mut self, setting: &str) -> Self {
        self.settings.push(setting.to_owned());
        self
    }

    /// Answers come from a scripted model server.
    #[must_use]
    pub fn model(self, url: &str) -> Self {
        self.set("model=openai:scripted").set(&format!("model_base_url={url}"))
    }

    #[must_use]
    pub fn credits(self, credits: i64) -> Self {
        Self { credits, ..self }
    }

    pub async fn start(self) -> Lexi {
        Lexi::start(self).await
    }
}

#[derive(Debug)]
pub struct Lexi {
    setup: Setup,
    folder: TempDir,
    process: Option<Child>,
    logs: Arc<Mutex<String>>,
    pub url: String,
    pub store: Store,
    pub workspace: WorkspaceId,
    pub key: String,
}

#[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a test that cannot be set up has failed")]
impl Lexi {
    async fn start(setup: Setup) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open_sqlite(&folder.path().join("lexi.db"), OpenOptions::default())
            .await
            .expect("a database");
        let mut lexi = Self {
            setup,
            folder,
            process: None,
            logs: Arc::default(),
            url: String::new(),
            store,
            workspace: WorkspaceId::new(),
            key: String::new(),
        };
        lexi.workspace = lexi.new_workspace("Firm").await;
        if lexi.setup.credits > 0 {
            lexi.grant(lexi.workspace, lexi.setup.credits).await;
        }
        lexi.key = lexi.new_key(lexi.workspace, &ScopeSet::all().to_string(), RateTier::Unmetered).await;
        lexi.launch();
        lexi
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("lexi.db")
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn http(&self) -> Http {
        Http::new(&self.url, &self.key)
    }

    /// Everything that the server has logged so far.
    pub fn logs(&self) -> String {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A command of the program on this database.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.setup.binary);
        command
            .env_clear()
            .args(arguments)
            .arg("--database")
            .arg(format!("sqlite:{}", self.database().display()));
        command.current_dir(self.folder.path());
        command
    }

    /// Starts the program and waits until it listens.
    pub fn launch(&mut self) {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0", "--set", "log_format=json"]);
        for setting in &self.setup.settings {
            command.args(["--set", setting]);
        }
        self.launch_with(command);
    }

    /// Starts a command that becomes the server.
    pub fn launch_with(&mut self, mut command: Command) {
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let lines = BufReader::new(process.stderr.take().expect("its log")).lines();
        let (heard, hear) = mpsc::channel();
        let logs = Arc::clone(&self.logs);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some(address) = listening(&line) {
                    let _nobody_waits = heard.send(address);
                }
                let mut logs = logs.lock().unwrap_or_else(PoisonError::into_inner);
                logs.push_str(&line);
                logs.push('\n');
            }
        });
        self.process = Some(process);
        let address = hear.recv_timeout(START_WAIT);
        self.url = format!("http://{}", address.unwrap_or_else(|_| self.did_not_start()));
    }

    #[expect(clippy::panic, reason = "a test that cannot be set up has failed")]
    fn did_not_start(&self) -> String {
        panic!("lexi did not start:\n{}", self.logs())
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _gone_already = process.kill();
            let _reaped = process.wait();
        }
    }

    /// The process, to be signalled.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Child::id)
    }

    pub fn signal(&self, name: &str) {
        if let Some(pid) = self.pid() {
            let sent = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status();
            assert!(sent.is_ok_and(|status| status.success()), "kill -{name}");
        }
    }

    /// Waits for the process to end by itself; its exit code.
    pub async fn wait(&mut self, bound: Duration) -> Option<i32> {
        let deadline = tokio::time::Instant::now() + bound;
        while tokio::time::Instant::now() < deadline {
            if let Some(process) = &mut self.process
                && let Ok(Some(status)) = process.try_wait()
            {
                self.process = None;
                return status.code();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        None
    }

    pub fn restart(&mut self) {
        self.kill();
        self.launch();
    }

    pub async fn new_workspace(&self, name: &str) -> WorkspaceId {
        let (name, now) = (name.to_owned(), Timestamp::now());
        let made =
            self.store.write(move |tx| Box::pin(async move { workspaces::create(tx, &name, now).await }));
        made.await.expect("a workspace").expect("a new name").id
    }

    pub async fn grant(&self, workspace: WorkspaceId, amount: i64) {
        let now = Timestamp::now();
        let granted = self
            .store
            .write(move |tx| Box::pin(credits::adjust(tx, workspace, LedgerKind::Grant, amount, now)))
            .await;
        granted.expect("a grant").expect("room in the balance");
    }

    pub async fn new_key(&self, workspace: WorkspaceId, scopes: &str, tier: RateTier) -> String {
        self.new_key_until(workspace, scopes, tier, None).await
    }

    pub async fn new_key_until(
        &self,
        workspace: WorkspaceId,
        scopes: &str,
        tier: RateTier,
        expires_at: Option<Timestamp>,
    ) -> String {
        let new = NewKey {
            name: "test".to_owned(),
            description: None,
            scopes: ScopeSet::parse_list(scopes).expect("scopes"),
            tier,
            user_id: None,
            created_by: None,
            expires_at,
        };
        let now = Timestamp::now();
        let made =
            self.store.write(move |tx| Box::pin(async move { keys::create(tx, workspace, &new, now).await }));
        made.await.expect("a key").1
    }

    /// The account beside what the ledger and the open runs say.
    pub async fn audit(&self) -> Audit {
        let workspace = self.workspace;
        self.store.read(move |tx| Box::pin(credits::audit(tx, workspace))).await.expect("an audit")
    }
}

/// The address in the log line that says that the server listens.
fn listening(line: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    value.pointer("/fields/address")?.as_str().map(str::to_owned)
}

impl Drop for Lexi {
    fn drop(&mut self) {
        self.kill();
    }
}
