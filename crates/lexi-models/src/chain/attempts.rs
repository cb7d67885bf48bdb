//! One answer of a chain: whom to ask, how often, and what of it may be shown.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::time::sleep;

use super::breaker::Leave;
use super::{Link, Patience};
use crate::{Cause, Finish, ModelError, ModelEvent, ModelRequest, ModelStream, Then};

/// However often a model is asked.
const PAUSE_MAX: Duration = Duration::from_secs(10);

pub(super) struct Attempts {
    links: Arc<[Link]>,
    patience: Patience,
    request: ModelRequest,
    /// Whom this run is to ask first.
    preferred: usize,
    /// Who is still to be asked, by position in the chain.
    order: VecDeque<usize>,
    /// How often the one in front has been asked.
    asked: u32,
    current: Option<Current>,
    ready: VecDeque<ModelEvent>,
    last_error: Option<ModelError>,
    /// What is done before the next attempt.
    pause: Option<Duration>,
    /// How it ended, to be told after all events.
    end: Option<Result<(), ModelError>>,
}

/// The attempt that is running.
struct Current {
    at: usize,
    stream: ModelStream,
    leave: Option<Leave>,
    /// Something of it has been passed on: it cannot be taken back any more.
    shown: bool,
    /// What came before there was something to show.
    held: Vec<ModelEvent>,
    calls: bool,
}

impl Attempts {
    pub(super) fn new(links: Arc<[Link]>, patience: Patience, request: ModelRequest) -> Self {
        let mut order: VecDeque<usize> = (0..links.len()).collect();
        let begun = request.begun_with.as_deref();
        let preferred = links.iter().position(|link| begun == Some(&*link.name)).unwrap_or(0);
        order.retain(|other| *other != preferred);
        order.push_front(preferred);
        Self {
            preferred,
            links,
            patience,
            request,
            order,
            asked: 0,
            current: None,
            ready: VecDeque::new(),
            last_error: None,
            pause: None,
            end: None,
        }
    }

    pub(super) async fn next(&mut self) -> Result<Option<ModelEvent>, ModelError> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(Some(event));
            }
            if let Some(end) = &mut self.end {
                return std::mem::replace(end, Ok(())).map(|()| None);
            }
            if let Some(pause) = self.pause.take() {
                sleep(pause).await;
            }
            let Some(current) = &mut self.current else {
                self.begin();
                continue;
            };
            match current.stream.next().await {
                Some(Ok(event)) => self.take(event),
                Some(Err(error)) => self.failed(error),
                None => self.failed(self.error(Cause::Broken, "ended without a word")),
            }
        }
    }

    /// Asks the one in front, or the next who is not left out.
    fn begin(&mut self) {
        let mut leave = None;
        while leave.is_none()
            && let Some(at) = self.order.front()
        {
            let link = self.links.get(*at);
            leave = link.and_then(|link| link.breaker.ask());
            if leave.is_none() {
                self.order.pop_front();
                self.asked = 0;
            }
        }
        let at = match (&leave, self.order.front()) {
            (Some(_), Some(at)) => *at,
            // All are left out: a request is not refused for that. The first is tried, once.
            _ if self.last_error.is_none() && !self.links.is_empty() => {
                self.asked = self.patience.attempts_max;
                leave = self.links.get(self.preferred).map(|link| link.breaker.insist());
                self.preferred
            }
            _ => {
                let none = self.error(Cause::Unreachable, "there is no model to ask");
                self.end = Some(Err(self.last_error.take().unwrap_or(none)));
                return;
            }
        };
        let Some(link) = self.links.get(at) else { return };
        self.asked += 1;
        let stream = link.model.stream(self.request.clone());
        self.current = Some(Current { at, stream, leave, shown: false, held: Vec::new(), calls: false });
    }

    fn take(&mut self, event: ModelEvent) {
        let Some(current) = &mut self.current else { return };
        let shows = matches!(event, ModelEvent::Text(_) | ModelEvent::Thinking(_));
        current.calls |= matches!(event, ModelEvent::ToolCall(_));
        let last = matches!(event, ModelEvent::Finish(_));
        if last && !current.shown && !current.calls {
            let no_room = matches!(event, ModelEvent::Finish(Finish::Length));
            let what = if no_room { "had no room for a word of answer" } else { "gave an empty answer" };
            return self.failed(self.error(Cause::Empty, what));
        }
        if shows || last {
            if !current.shown {
                current.shown = true;
                self.ready.extend(by(&self.links, current.at));
                self.ready.extend(current.held.drain(..));
            }
            self.ready.push_back(event);
        } else if current.shown {
            self.ready.push_back(event);
        } else {
            current.held.push(event);
        }
        if last {
            if let Some(leave) = self.current.take().and_then(|current| current.leave) {
                leave.succeeded();
            }
            self.end = Some(Ok(()));
        }
    }

    /// After a failure: the same model again, the next one, or the end.
    fn failed(&mut self, error: ModelError) {
        let Some(mut current) = self.current.take() else { return };
        if let Some(leave) = current.leave.take() {
            if error.cause.is_of_the_model() {
                leave.failed();
            } else {
                leave.succeeded();
            }
        }
        if current.shown {
            self.end = Some(Err(error));
            return;
        }
        // The provider has counted what it did, and is paid for that.
        let mut usage =
            current.held.drain(..).filter(|event| matches!(event, ModelEvent::Usage(_))).peekable();
        if usage.peek().is_some() {
            self.ready.extend(by(&self.links, current.at));
            self.ready.extend(usage);
        }
        let may_ask = |at: usize| self.links.get(at).is_some_and(|link| link.breaker.may_ask());
        let again = self.pause_before_next(&error).filter(|_| may_ask(current.at));
        let others = self.order.iter().any(|at| *at != current.at && may_ask(*at));
        let then = match again {
            Some(pause) => Then::Again(pause),
            None if others => {
                self.order.retain(|at| *at != current.at);
                self.asked = 0;
                Then::Next
            }
            None => {
                self.ready.extend(by(&self.links, current.at));
                self.end = Some(Err(error));
                return;
            }
        };
        self.pause = again;
        if let Some(link) = self.links.get(current.at) {
            let model = Arc::clone(&link.name);
            self.ready.push_back(ModelEvent::Failed { model, error: error.clone(), then });
        }
        self.last_error = Some(error);
    }

    /// How long to wait for the same model; `None` where it is not asked again.
    fn pause_before_next(&self, error: &ModelError) -> Option<Duration> {
        let empty_once = error.cause == Cause::Empty && self.asked < 2;
        if !(error.retry || empty_once) || self.asked >= self.patience.attempts_max {
            return None;
        }
        if error.retry_after.is_some_and(|asked| asked > self.patience.retry_after_max) {
            return None;
        }
        let own =
            self.patience.first_pause.saturating_mul(2_u32.saturating_pow(self.asked.saturating_sub(1)));
        Some(spread(own.min(PAUSE_MAX)).max(error.retry_after.unwrap_or_default()))
    }

    fn error(&self, cause: Cause, what: &str) -> ModelError {
        let name =
            self.current.as_ref().and_then(|current| self.links.get(current.at)).map(|link| &*link.name);
        let message = format!("{} {what}", name.unwrap_or("the chain of models:"));
        ModelError { cause, message, retry: false, retry_after: None }
    }
}

fn by(links: &[Link], at: usize) -> Option<ModelEvent> {
    links.get(at).map(|link| ModelEvent::By(Arc::clone(&link.name)))
}

/// Between half and the whole of a pause, so that those who failed together do not come back together.
fn spread(pause: Duration) -> Duration {
    let chance = RandomState::new().hash_one(0_u8) % 1000;
    let part = u32::try_from(chance).unwrap_or_default();
    pause / 2 + pause / 2 * part / 1000
}
