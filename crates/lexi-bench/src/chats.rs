//! Chats over HTTP: how many per second, and how long until the head, the first frame and the end of each.

use std::time::{Duration, Instant};

use anyhow::bail;
use bytes::Bytes;
use hdrhistogram::Histogram;
use http_body_util::BodyExt;
use lexi_types::sse::Parser;
use tokio::task::JoinSet;

use crate::connection::Connection;
use crate::server::Server;

const LONGEST: Duration = Duration::from_mins(1);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) alone: bool,
    tools: bool,
}

pub(crate) const CASES: [Case; 4] = [
    Case { name: "no tool, many at once", alone: false, tools: false },
    Case { name: "one tool, many at once", alone: false, tools: true },
    Case { name: "no tool, alone", alone: true, tools: false },
    Case { name: "one tool, alone", alone: true, tools: true },
];

impl Case {
    fn body(self) -> Bytes {
        Bytes::from_static(if self.tools {
            br#"{"message": "How many active deals do we have?"}"#
        } else {
            br#"{"message": "Hello", "allow_tools": false}"#
        })
    }
}

/// What the chats of one slice took.
#[derive(Debug)]
pub(crate) struct Took {
    pub(crate) chats: u64,
    pub(crate) frames: u64,
    pub(crate) elapsed: Duration,
    /// Of the server's processor, for each chat.
    pub(crate) processor: Option<f64>,
    pub(crate) head: Histogram<u64>,
    pub(crate) first_frame: Histogram<u64>,
    pub(crate) done: Histogram<u64>,
}

impl Took {
    fn new() -> anyhow::Result<Self> {
        let longest = u64::try_from(LONGEST.as_nanos())?;
        let times = || Histogram::new_with_bounds(1000, longest, 3);
        Ok(Self {
            chats: 0,
            frames: 0,
            elapsed: Duration::ZERO,
            processor: None,
            head: times()?,
            first_frame: times()?,
            done: times()?,
        })
    }

    fn add(&mut self, other: &Self) -> anyhow::Result<()> {
        self.chats += other.chats;
        self.frames += other.frames;
        self.head.add(&other.head)?;
        self.first_frame.add(&other.first_frame)?;
        self.done.add(&other.done)?;
        Ok(())
    }
}

/// Every connection asks again as soon as it has its answer.
pub(crate) async fn run(
    server: &Server,
    case: Case,
    connections: usize,
    slice: Duration,
) -> anyhow::Result<Took> {
    let mut open = Vec::new();
    for _ in 0..if case.alone { 1 } else { connections } {
        open.push(Connection::open(server.address, &server.key).await?);
    }
    let before = server.processor_seconds();
    let started = Instant::now();
    let mut crowd = JoinSet::new();
    for mut connection in open {
        crowd.spawn(async move {
            let mut took = Took::new()?;
            while started.elapsed() < slice {
                tokio::time::timeout(LONGEST, chat(&mut connection, case, &mut took)).await??;
            }
            anyhow::Ok(took)
        });
    }
    let mut all = Took::new()?;
    while let Some(took) = crowd.join_next().await {
        all.add(&took??)?;
    }
    all.elapsed = started.elapsed();
    let used = server.processor_seconds().zip(before).map(|(after, before)| after - before);
    all.processor = used.map(|seconds| seconds / all.chats.max(1) as f64);
    Ok(all)
}

/// One chat, from before its request to `[DONE]`. An answer that is not whole is an error: it would count as a fast one.
async fn chat(connection: &mut Connection, case: Case, took: &mut Took) -> anyhow::Result<()> {
    let started = Instant::now();
    let mut response = connection.post(case.body()).await?;
    record(&mut took.head, started)?;
    let mut parser = Parser::default();
    let (mut frames, mut tool_steps, mut charged, mut ended) = (0, 0, false, false);
    while let Some(piece) = response.body_mut().frame().await {
        let Ok(bytes) = piece?.into_data() else { continue };
        for frame in parser.push(&bytes) {
            if frames == 0 {
                record(&mut took.first_frame, started)?;
            }
            frames += 1;
            tool_steps += u32::from(frame.event == "tool_step");
            charged |= frame.event == "done";
            if frame.data == "[DONE]" {
                ended = true;
                record(&mut took.done, started)?;
            }
        }
    }
    let wanted = if case.tools { 2 } else { 0 };
    if !ended || !charged || tool_steps != wanted {
        bail!(
            "{}: an answer of {frames} frames, {tool_steps} of them about tools, [DONE]: {ended}",
            case.name
        );
    }
    took.chats += 1;
    took.frames += frames;
    Ok(())
}

fn record(times: &mut Histogram<u64>, since: Instant) -> anyhow::Result<()> {
    times.saturating_record(u64::try_from(since.elapsed().as_nanos())?);
    Ok(())
}
