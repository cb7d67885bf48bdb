//! A server process as a customer runs it: the release build, its default log, a database of its own.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use lexi_crm::demo;
use lexi_store::credits::{self, LedgerKind};
use lexi_store::keys::{self, NewKey};
use lexi_store::{OpenOptions, Store, workspaces};
use lexi_types::{Date, RateTier, ScopeSet, Timestamp};

const START_WAIT: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
    pub(crate) key: String,
}

/// The program to measure. It is not built here: a debug build measured by mistake is worse than an error.
pub(crate) fn binary(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => std::env::current_exe()?.with_file_name("lexi"),
    };
    if !path.is_file() {
        bail!(
            "there is no {}; build it with `cargo build --release -p lexi`, or name it with --lexi",
            path.display()
        );
    }
    Ok(std::fs::canonicalize(path)?)
}

impl Server {
    /// On the made-up firm in `folder`, with an unmetered key and enough credits.
    pub(crate) async fn start(binary: &Path, folder: &Path, settings: &[String]) -> anyhow::Result<Self> {
        let key = prepare(&folder.join("lexi.db")).await?;
        let log = folder.join("lexi.log");
        let mut command = Command::new(binary);
        command.env_clear().current_dir(folder);
        command.args(["serve", "--listen", "127.0.0.1:0", "--database", "sqlite:lexi.db"]);
        command.args(["--set", "log_format=json"]);
        for setting in settings {
            command.args(["--set", setting]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&log)?);
        let process = command.spawn().with_context(|| format!("cannot start {}", binary.display()))?;
        let mut server = Self { process, address: SocketAddr::from(([127, 0, 0, 1], 0)), key };
        server.address = server.listening(&log).await?;
        Ok(server)
    }

    /// Waits for the log line that says so.
    async fn listening(&mut self, log: &Path) -> anyhow::Result<SocketAddr> {
        let started = Instant::now();
        while started.elapsed() < START_WAIT && self.process.try_wait()?.is_none() {
            let text = std::fs::read_to_string(log)?;
            let address = text.lines().find_map(|line| {
                let line: serde_json::Value = serde_json::from_str(line).ok()?;
                line.pointer("/fields/address")?.as_str()?.parse().ok()
            });
            if let Some(address) = address {
                return Ok(address);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("the server did not start: {}", std::fs::read_to_string(log)?)
    }

    /// Resident memory.
    pub(crate) fn memory_bytes(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))
            .context("the memory of a process is read from /proc, which this system does not have")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes = line.and_then(|rest| rest.split_whitespace().next());
        Ok(kibibytes.context("/proc shows no VmRSS")?.parse::<f64>()? * 1024.0)
    }

    /// Processor time used so far, in user code and in the kernel.
    pub(crate) fn processor_seconds(&self) -> Option<f64> {
        // Linux counts it in hundredths of a second, whatever the kernel's own tick is.
        const TICKS_PER_SECOND: f64 = 100.0;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).ok()?;
        // The name in parentheses may hold blanks; what follows it is numbered from the state, field 3.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let (user, kernel) = (fields.next()?.parse::<f64>().ok()?, fields.next()?.parse::<f64>().ok()?);
        Some((user + kernel) / TICKS_PER_SECOND)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone_already = self.process.kill();
        let _reaped = self.process.wait();
    }
}

async fn prepare(database: &Path) -> anyhow::Result<String> {
    let store = Store::open_sqlite(database, OpenOptions::default()).await?;
    let now = Timestamp::now();
    let made = store.write(move |tx| Box::pin(workspaces::create(tx, demo::FIRM_NAME, now))).await?;
    let workspace = made.context("the workspace is not new")?.id;
    let today = Date::new(2026, 3, 2).context("a day of the calendar")?;
    demo::load(&store, workspace, &demo::generate(demo::SEED, today), &mut |_, _| {}).await?;
    let new = NewKey {
        name: "bench".to_owned(),
        description: None,
        scopes: ScopeSet::all(),
        tier: RateTier::Unmetered,
        user_id: None,
        created_by: None,
        expires_at: None,
    };
    let made = store.write(move |tx| {
        Box::pin(async move {
            credits::adjust(tx, workspace, LedgerKind::Grant, credits::GRANT_MAX, now).await?;
            keys::create(tx, workspace, &new, now).await
        })
    });
    Ok(made.await?.1)
}
