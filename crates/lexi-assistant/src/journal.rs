//! The log of one run's frames. The run appends, any number of readers follow at their own pace: a slow reader never
//! slows the run, and a reader costs no copy because a frame is encoded once and shared.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use lexi_types::{Event, encode_frame};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

#[derive(Debug)]
pub(crate) struct Journal {
    log: Mutex<Log>,
    /// Counts appends; readers wait for it to move.
    moved: watch::Sender<usize>,
    readers: AtomicUsize,
    /// Frames carry `id: n` when the request had an idempotency key.
    with_ids: bool,
}

#[derive(Debug, Default)]
struct Log {
    frames: Vec<Bytes>,
    end: Option<End>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The last frame is there.
    Closed,
    /// There will be no last frame: this server has lost the run, and a retry runs afresh.
    Cut,
}

/// The stream breaks off here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the run was given up by its server")]
pub struct Cut;

impl Journal {
    pub(crate) fn new(with_ids: bool) -> Self {
        Self { log: Mutex::default(), moved: watch::Sender::new(0), readers: AtomicUsize::new(0), with_ids }
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        // Nothing panics while it is held; a poisoned lock still holds whole frames.
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn encode(&self, log: &Log, event: &Event) -> Bytes {
        encode_frame(self.with_ids.then(|| log.frames.len() as u64 + 1), event)
    }

    pub(crate) fn append(&self, event: &Event) {
        let mut log = self.lock();
        if log.end.is_some() {
            return;
        }
        let frame = self.encode(&log, event);
        log.frames.push(frame);
        drop(log);
        self.moved.send_modify(|count| *count += 1);
    }

    /// The whole stream as it will read with `last` at its end, which is not shown yet.
    pub(crate) fn with_last(&self, last: &Event) -> Vec<u8> {
        let log = self.lock();
        let last = self.encode(&log, last);
        let mut all = Vec::with_capacity(log.frames.iter().map(Bytes::len).sum::<usize>() + last.len());
        for frame in &log.frames {
            all.extend_from_slice(frame);
        }
        all.extend_from_slice(&last);
        all
    }

    pub(crate) fn close(&self) {
        self.end(End::Closed);
    }

    pub(crate) fn cut(&self) {
        self.end(End::Cut);
    }

    fn end(&self, end: End) {
        self.lock().end.get_or_insert(end);
        self.moved.send_modify(|count| *count += 1);
    }

    pub(crate) async fn closed(&self) {
        let mut moved = self.moved.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail before the log is closed.
        while self.lock().end.is_none() && moved.changed().await.is_ok() {}
    }
}

/// Follows one run: live, or from what is stored of it. Gives whole frames, each once, in order.
#[derive(Debug)]
pub struct Reader {
    next: usize,
    source: Source,
}

#[derive(Debug)]
enum Source {
    Live { journal: Arc<Journal>, moved: watch::Receiver<usize>, abandon: Option<CancellationToken> },
    Stored(Vec<Bytes>),
}

impl Reader {
    /// After `seen` frames. `abandon` is pulled when the last reader goes before the end.
    pub(crate) fn live(journal: &Arc<Journal>, seen: u64, abandon: Option<CancellationToken>) -> Self {
        journal.readers.fetch_add(1, Ordering::AcqRel);
        let source = Source::Live { journal: Arc::clone(journal), moved: journal.moved.subscribe(), abandon };
        Self { next: usize::try_from(seen).unwrap_or(usize::MAX), source }
    }

    pub(crate) fn stored(frames: Vec<Bytes>, seen: u64) -> Self {
        Self { next: usize::try_from(seen).unwrap_or(usize::MAX), source: Source::Stored(frames) }
    }

    /// The next frame; `None` after the last. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Bytes, Cut>> {
        match &mut self.source {
            Source::Stored(frames) => {
                let frame = frames.get(self.next).cloned();
                self.next = self.next.saturating_add(1);
                frame.map(Ok)
            }
            Source::Live { journal, moved, .. } => loop {
                moved.mark_unchanged();
                let (frame, end) = {
                    let log = journal.lock();
                    (log.frames.get(self.next).cloned(), log.end)
                };
                if let Some(frame) = frame {
                    self.next += 1;
                    return Some(Ok(frame));
                }
                match end {
                    Some(End::Closed) => return None,
                    Some(End::Cut) => return Some(Err(Cut)),
                    None => {}
                }
                if moved.changed().await.is_err() {
                    return None;
                }
            },
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let Source::Live { journal, abandon, .. } = &self.source else { return };
        let last = journal.readers.fetch_sub(1, Ordering::AcqRel) == 1;
        if let Some(cancel) = abandon.as_ref().filter(|_| last) {
            cancel.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thinking(text: &str) -> Event {
        Event::Thinking { text: text.to_owned() }
    }

    async fn rest(mut reader: Reader) -> Vec<Bytes> {
        let mut frames = Vec::new();
        while let Some(frame) = reader.next().await {
            frames.push(frame.unwrap());
        }
        frames
    }

    #[tokio::test]
    async fn every_reader_sees_every_frame_once_whenever_it_comes() {
        let journal = Arc::new(Journal::new(true));
        let early = Reader::live(&journal, 0, None);
        let early = async { rest(early).await };
        let write = async {
            for n in 0..50 {
                journal.append(&thinking(&n.to_string()));
                tokio::task::yield_now().await;
            }
            let late = Reader::live(&journal, 47, None);
            journal.close();
            journal.append(&thinking("after the end"));
            rest(late).await
        };
        let (early, late) = tokio::join!(early, write);
        assert_eq!(early.len(), 50);
        assert_eq!(late, early[47..]);
        assert!(early[49].starts_with(b"id: 50\n"));
    }

    #[tokio::test]
    async fn a_cut_log_shows_what_there_is_and_then_breaks_off() {
        let journal = Arc::new(Journal::new(false));
        let mut reader = Reader::live(&journal, 0, None);
        journal.append(&thinking("a"));
        journal.cut();
        journal.close();
        assert!(reader.next().await.unwrap().is_ok());
        assert_eq!(reader.next().await, Some(Err(Cut)));
    }

    #[tokio::test]
    async fn the_last_reader_to_go_cancels_where_that_is_asked_for() {
        let journal = Arc::new(Journal::new(false));
        let cancel = CancellationToken::new();
        let (one, two) = (
            Reader::live(&journal, 0, Some(cancel.clone())),
            Reader::live(&journal, 0, Some(cancel.clone())),
        );
        drop(one);
        assert!(!cancel.is_cancelled());
        drop(two);
        assert!(cancel.is_cancelled());
    }
}
