//! The parts of the report. Whatever is compared is measured in the same repetition, one after the other.

use std::path::Path;
use std::time::Duration;

use hdrhistogram::Histogram;

use crate::chats::{self, Took};
use crate::disk::Disk;
use crate::memory::{self, Memory};
use crate::options::Effort;
use crate::report::{Row, Section};
use crate::server::Server;
use crate::stats::{Spread, ratios};
use crate::{admissions, commits, frames};

/// A chat is two writes: admitted, settled.
const WRITES_PER_CHAT: f64 = 2.0;
const FRAMES_SLICE: Duration = Duration::from_millis(100);

fn row(name: &str, values: Vec<Option<Spread>>) -> Row {
    Row { name: name.to_owned(), values }
}

/// The plain commit rate of the disk, and admissions beside it.
pub(crate) async fn store(disk: &Disk, effort: Effort, writers: usize) -> anyhow::Result<[Section; 2]> {
    let (mut grouped, mut batches, mut single) = (Vec::new(), Vec::new(), Vec::new());
    let mut rates = admissions::CASES.map(|_| Vec::new());
    for _ in 0..effort.repetitions {
        let plain = commits::grouped(&disk.sub("grouped")?, writers, effort.slice).await?;
        grouped.push(plain.rows_per_second);
        batches.push(plain.rows_per_commit);
        single.push(commits::single(&disk.sub("single")?, effort.slice)?);
        for (case, rates) in admissions::CASES.into_iter().zip(&mut rates) {
            rates.push(admissions::rate(&disk.sub("store")?, case, writers, effort.slice).await?);
        }
    }
    let plain = Section {
        title: "The disk alone".to_owned(),
        notes: vec![format!(
            "SQLite without Lexi, WAL, synchronous=FULL, one row of 64 bytes a write; {writers} writers wait at once."
        )],
        columns: vec!["rows/s", "rows per commit", "to one commit per row"],
        rows: vec![
            row(
                "what waits is committed together",
                vec![Spread::of(&grouped), Spread::of(&batches), Spread::of(&ratios(&grouped, &single))],
            ),
            row(
                "one commit per row",
                vec![Spread::of(&single), Some(Spread::exact(1.0)), Some(Spread::exact(1.0))],
            ),
        ],
    };
    let rows = admissions::CASES.into_iter().zip(&rates).map(|(case, rates)| {
        let writes_each = if case.settle { WRITES_PER_CHAT } else { 1.0 };
        let writes: Vec<f64> = rates.iter().map(|rate| rate * writes_each).collect();
        let base = if case.one_task { &single } else { &grouped };
        row(case.name, vec![Spread::of(rates), Spread::of(&writes), Spread::of(&ratios(&writes, base))])
    });
    let admissions = Section {
        title: "The store alone".to_owned(),
        notes: vec![format!(
            "Runs with idempotency claims through `Store::write`, {writers} tasks. The last column is writes/s beside the \
             plain rate above: that of one commit per row where there is one task, else that of rows committed together."
        )],
        columns: vec!["runs/s", "writes/s", "of the plain rate"],
        rows: rows.collect(),
    };
    Ok([plain, admissions])
}

/// Chats over HTTP against the real program.
pub(crate) async fn http(
    binary: &Path,
    disk: &Disk,
    effort: Effort,
    writers: usize,
    connections: usize,
) -> anyhow::Result<[Section; 2]> {
    let settings = ["streams_per_key_max=100000".to_owned(), "streams_max=100000".to_owned()];
    let server = Server::start(binary, &disk.sub("http")?, &settings).await?;
    let mut plain = Vec::new();
    let mut took = chats::CASES.map(|_| Vec::new());
    for repetition in 0..effort.repetitions {
        let base = commits::grouped(&disk.sub("grouped")?, writers, effort.slice).await?;
        plain.push(base.rows_per_second);
        for (case, took) in chats::CASES.into_iter().zip(&mut took) {
            if repetition == 0 {
                // Connections, statements and caches of the first seconds are not what a day is made of.
                chats::run(&server, case, connections, effort.slice / 2).await?;
            }
            took.push(chats::run(&server, case, connections, effort.http_slice).await?);
        }
    }
    let memory = server.memory_bytes()?;
    Ok([throughput(&took, &plain, connections, memory), latency(&took)])
}

fn throughput(
    took: &[Vec<Took>; chats::CASES.len()],
    plain: &[f64],
    connections: usize,
    memory: f64,
) -> Section {
    let rows = chats::CASES.into_iter().zip(took).map(|(case, took)| {
        let of = |value: fn(&Took) -> f64| took.iter().map(value).collect::<Vec<f64>>();
        let rates = of(|took| took.chats as f64 / took.elapsed.as_secs_f64());
        let writes: Vec<f64> = rates.iter().map(|rate| rate * WRITES_PER_CHAT).collect();
        let beside = if case.alone { None } else { Spread::of(&ratios(&writes, plain)) };
        let processor = took.iter().filter_map(|took| took.processor.map(|seconds| seconds * 1e3));
        let frames = of(|took| took.frames as f64 / took.chats.max(1) as f64);
        row(
            case.name,
            vec![Spread::of(&rates), beside, Spread::of(&processor.collect::<Vec<_>>()), Spread::of(&frames)],
        )
    });
    Section {
        title: "Chats over HTTP".to_owned(),
        notes: vec![format!(
            "`lexi serve` with the builtin model on the demonstration firm; {connections} kept-alive connections, each asking \
             again as soon as it has its answer; the client uses the same processor. Each chat is two durable writes; the \
             second column is those beside the plain rate of rows committed together. The server's memory afterwards: {:.1} MB.",
            memory / 1e6
        )],
        columns: vec!["chats/s", "writes, of the plain rate", "server processor ms/chat", "frames/chat"],
        rows: rows.collect(),
    }
}

fn latency(took: &[Vec<Took>; chats::CASES.len()]) -> Section {
    let rows = chats::CASES.into_iter().zip(took).map(|(case, took)| {
        let times: [fn(&Took) -> &Histogram<u64>; 3] =
            [|took| &took.head, |took| &took.first_frame, |took| &took.done];
        let values = times.iter().flat_map(|times| {
            [0.5, 0.99].map(|quantile| {
                let of = |took| times(took).value_at_quantile(quantile) as f64 / 1e6;
                Spread::of(&took.iter().map(of).collect::<Vec<f64>>())
            })
        });
        row(case.name, values.collect())
    });
    Section {
        title: "Time of a chat over HTTP".to_owned(),
        notes: vec!["Milliseconds from before the request is sent.".to_owned()],
        columns: vec![
            "head p50",
            "head p99",
            "first frame p50",
            "first frame p99",
            "[DONE] p50",
            "[DONE] p99",
        ],
        rows: rows.collect(),
    }
}

/// Encoding and parsing alone.
pub(crate) fn sse(effort: Effort) -> Section {
    let rows = frames::measures().into_iter().map(|(name, measure)| {
        let times: Vec<f64> = (0..effort.repetitions).map(|_| measure(FRAMES_SLICE)).collect();
        row(name, vec![Spread::of(&times)])
    });
    Section { title: "Frames".to_owned(), notes: Vec::new(), columns: vec!["ns/frame"], rows: rows.collect() }
}

/// Once: memory does not depend on who else uses the machine.
pub(crate) async fn memory(binary: &Path, disk: &Disk, effort: Effort) -> anyhow::Result<Section> {
    let with_tools = memory::measure(binary, &disk.sub("memory")?, effort.streams, true).await?;
    let without = memory::measure(binary, &disk.sub("memory")?, effort.streams, false).await?;
    let megabytes = |bytes: f64| Some(Spread::exact(bytes / 1e6));
    let open = |memory: &Memory| {
        vec![megabytes(memory.with_streams), Some(Spread::exact(memory.per_stream() / 1e3))]
    };
    Ok(Section {
        title: "Memory of the server".to_owned(),
        notes: vec![
            "Resident. A silent stream waits for the first word of a model over HTTP: it is a client's connection, a run, \
             and a connection to the model with the request that was sent on it."
                .to_owned(),
        ],
        columns: vec!["MB", "KB a stream"],
        rows: vec![
            row("idle", vec![megabytes(with_tools.idle), None]),
            row("idle after 50 chats", vec![megabytes(with_tools.used), None]),
            row(&format!("{} silent streams, tools offered", with_tools.streams), open(&with_tools)),
            row(&format!("{} silent streams, no tools offered", without.streams), open(&without)),
        ],
    })
}
