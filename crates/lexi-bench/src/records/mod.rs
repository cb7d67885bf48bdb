//! Many records: how fast they go in, and how fast they are found and summed up afterwards.

mod load;
mod office;
mod questions;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use hdrhistogram::Histogram;
use lexi_crm::{Access, Crm};
use lexi_store::{OpenOptions, Store, workspaces};
use lexi_types::{KeyId, ScopeSet, Timestamp};

use crate::disk::Disk;
use crate::report::{Row, Section};
use crate::stats::Spread;
use office::Dice;
pub(crate) use office::Sizes;
use questions::{QUESTIONS, Question};

const FIRM: &str = "Bench";
/// Each question is asked so often, or for so long if it is slow, but a few times at least.
const ASKED: usize = 300;
const ASKED_LEAST: usize = 20;
const LONGEST: Duration = Duration::from_secs(20);

pub(crate) async fn measure(binary: &Path, disk: &Disk, sizes: Sizes) -> anyhow::Result<[Section; 2]> {
    let folder = disk.sub("records")?;
    let database = folder.join("lexi.db");
    let store = Store::open_sqlite(&database, OpenOptions::default()).await?;
    let made = store.write(|tx| Box::pin(workspaces::create(tx, FIRM, Timestamp::now()))).await?;
    let workspace = made.context("the workspace is not new")?.id;
    drop(store);

    let mut rows = Vec::new();
    for export in office::write(&folder, sizes)? {
        let loaded = load::import(binary, &database, FIRM, &export)?;
        let numbers = [
            f64::from(loaded.rows) / loaded.seconds,
            loaded.seconds,
            loaded.peak_bytes / 1e6,
            loaded.disk_bytes / 1e6,
        ];
        let name = format!("{} {}", loaded.rows, loaded.kind);
        rows.push(Row { name, values: numbers.into_iter().map(|n| Some(Spread::exact(n))).collect() });
    }
    let imports = Section {
        title: "Importing".to_owned(),
        notes: vec![
            "`lexi import` of one CSV file after the other into one database, in this order. Contacts and deals name \
             their company and owner, which are looked up for each row."
                .to_owned(),
        ],
        columns: vec!["rows/s", "seconds", "peak memory MB", "database afterwards MB"],
        rows,
    };

    let store = Store::open_sqlite(&database, OpenOptions::default()).await?;
    let crm = Crm::new(store);
    let access = Access { workspace, key_id: KeyId::new(), scopes: ScopeSet::all(), user_id: None };
    let mut rows = Vec::new();
    for question in QUESTIONS {
        rows.push(ask(&crm, &access, question, sizes).await?);
    }
    let answers = Section {
        title: "Questions on these records".to_owned(),
        notes: vec![
            "Milliseconds of one tool call in this process, from its JSON arguments to its JSON result with the exact \
             total; other words each time. `found` is the total of the average call."
                .to_owned(),
        ],
        columns: vec!["p50 ms", "p99 ms", "highest ms", "found", "calls"],
        rows,
    };
    Ok([imports, answers])
}

async fn ask(crm: &Crm, access: &Access, question: &Question, sizes: Sizes) -> anyhow::Result<Row> {
    let mut dice = Dice::new(10);
    let mut times = Histogram::<u64>::new(3)?;
    let mut found = 0.0;
    let started = Instant::now();
    while times.len() < ASKED_LEAST as u64 || (times.len() < ASKED as u64 && started.elapsed() < LONGEST) {
        let arguments = (question.arguments)(&mut dice, sizes).to_string();
        let asked = Instant::now();
        let outcome = crm.call_tool(access, question.tool, &arguments).await?;
        times.record(u64::try_from(asked.elapsed().as_nanos())?)?;
        if outcome.is_error {
            bail!("{} {arguments} failed: {}", question.tool, outcome.summary);
        }
        found += outcome.result.get("total").and_then(serde_json::Value::as_f64).unwrap_or_default();
    }
    let calls = times.len() as f64;
    let milliseconds = |quantile| times.value_at_quantile(quantile) as f64 / 1e6;
    let values = [milliseconds(0.5), milliseconds(0.99), milliseconds(1.0), found / calls, calls];
    Ok(Row {
        name: question.name.to_owned(),
        values: values.into_iter().map(|n| Some(Spread::exact(n))).collect(),
    })
}
