//! What the server has seen and done.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::Value;

use super::script::Script;

/// Requests remembered.
const REQUESTS_KEPT: usize = 256;

/// What happened so far. `started` = `finished` + `refused` + `aborted` + those still running.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    pub started: u64,
    /// Responses sent to the end of their script, scripted failures included.
    pub finished: u64,
    /// Answered with an error status or a redirect.
    pub refused: u64,
    /// Responses whose client went away first, before the first byte too.
    pub aborted: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RequestSeen {
    pub path: String,
    /// Lower-cased names. Of a header that came twice the last.
    pub headers: BTreeMap<String, String>,
    pub body: Value,
    /// When the request had come whole.
    pub at: Instant,
}

#[derive(Debug, Default)]
pub(super) struct Record {
    started: AtomicU64,
    finished: AtomicU64,
    refused: AtomicU64,
    aborted: AtomicU64,
    seen: Mutex<VecDeque<RequestSeen>>,
    left: Mutex<Vec<Instant>>,
    /// How often each script has failed, for [`super::Fail::times`].
    failures: Mutex<HashMap<String, u32>>,
}

impl Record {
    pub(super) fn stats(&self) -> Stats {
        Stats {
            started: self.started.load(Ordering::Relaxed),
            finished: self.finished.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            aborted: self.aborted.load(Ordering::Relaxed),
        }
    }

    pub(super) fn seen(&self) -> Vec<RequestSeen> {
        lock(&self.seen).iter().cloned().collect()
    }

    pub(super) fn left(&self) -> Vec<Instant> {
        lock(&self.left).clone()
    }

    pub(super) fn remember(&self, request: RequestSeen) {
        let mut seen = lock(&self.seen);
        if seen.len() == REQUESTS_KEPT {
            seen.pop_front();
        }
        seen.push_back(request);
    }

    /// Counts a failure of this script; false once it has failed as often as it says.
    pub(super) fn may_fail(&self, script: &Script) -> bool {
        let Some(times) = script.fail.times else { return true };
        let name = serde_json::to_string(script).unwrap_or_default();
        let mut failures = lock(&self.failures);
        let failed = failures.entry(name).or_default();
        *failed = failed.saturating_add(1);
        *failed <= times
    }

    /// The client has hung up before the response had an end.
    pub(super) fn client_left(&self) {
        lock(&self.left).push(Instant::now());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A response under way. Dropped without an outcome it counts as aborted.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) record: Arc<Record>,
    counted: bool,
}

impl Running {
    pub(super) fn start(record: Arc<Record>) -> Self {
        record.started.fetch_add(1, Ordering::Relaxed);
        Self { record, counted: false }
    }

    pub(super) fn finish(&mut self) {
        if !std::mem::replace(&mut self.counted, true) {
            self.record.finished.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn refuse(&mut self) {
        if !std::mem::replace(&mut self.counted, true) {
            self.record.refused.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.counted {
            self.record.client_left();
            self.record.aborted.fetch_add(1, Ordering::Relaxed);
        }
    }
}
