//! Leaves a failing model out for a while, then lets one request probe it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Cheap to clone; clones share their state.
#[derive(Debug, Clone)]
pub(super) struct Breaker {
    state: Arc<Mutex<State>>,
    failures_max: u32,
    left_out: Duration,
    left_out_max: Duration,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Left out until then; after it one request at a time may try.
    until: Option<Instant>,
    /// How often the time was set since the last success.
    times: u32,
    probing: bool,
}

/// Leave to ask the model once. Whoever drops it without a word has learnt nothing.
#[derive(Debug)]
pub(super) struct Leave {
    breaker: Breaker,
    probe: bool,
    told: bool,
}

impl Breaker {
    pub(super) fn new(failures_max: u32, left_out: Duration, left_out_max: Duration) -> Self {
        Self { state: Arc::default(), failures_max, left_out, left_out_max }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Left out at this moment, but for the one who probes.
    pub(super) fn is_open(&self) -> bool {
        !self.may_ask()
    }

    pub(super) fn may_ask(&self) -> bool {
        let state = self.lock();
        state.until.is_none_or(|until| Instant::now() >= until && !state.probing)
    }

    /// `None` while the model is left out.
    pub(super) fn ask(&self) -> Option<Leave> {
        let mut state = self.lock();
        let probe = match state.until {
            None => false,
            Some(until) if Instant::now() >= until && !state.probing => true,
            Some(_) => return None,
        };
        state.probing |= probe;
        Some(Leave { breaker: self.clone(), probe, told: false })
    }

    /// Leave in spite of everything, where there is nobody else to ask.
    pub(super) fn insist(&self) -> Leave {
        Leave { breaker: self.clone(), probe: false, told: false }
    }
}

impl Leave {
    pub(super) fn succeeded(mut self) {
        self.told = true;
        *self.breaker.lock() = State::default();
    }

    pub(super) fn failed(mut self) {
        self.told = true;
        let mut state = self.breaker.lock();
        state.failures = state.failures.saturating_add(1);
        let again = self.probe || state.until.is_none();
        if again && (self.probe || state.failures >= self.breaker.failures_max) {
            let factor = 2_u32.saturating_pow(state.times.min(16));
            let left_out = self.breaker.left_out.saturating_mul(factor).min(self.breaker.left_out_max);
            state.until = Some(Instant::now() + left_out);
            state.times += 1;
        }
        state.probing &= !self.probe;
    }
}

impl Drop for Leave {
    fn drop(&mut self) {
        if self.probe && !self.told {
            self.breaker.lock().probing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaker() -> Breaker {
        Breaker::new(2, Duration::from_secs(30), Duration::from_secs(100))
    }

    async fn pass(seconds: u64) {
        tokio::time::advance(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_after_failures_in_a_row_and_lets_one_probe_through() {
        let breaker = breaker();
        breaker.ask().unwrap().failed();
        breaker.ask().unwrap().succeeded();
        breaker.ask().unwrap().failed();
        assert!(!breaker.is_open());
        breaker.ask().unwrap().failed();
        assert!(breaker.ask().is_none());
        pass(30).await;
        let probe = breaker.ask().unwrap();
        assert!(breaker.ask().is_none(), "one at a time");
        drop(probe);
        breaker.ask().unwrap().succeeded();
        assert!(!breaker.is_open());
    }

    #[tokio::test(start_paused = true)]
    async fn each_failed_probe_doubles_the_time_up_to_its_limit() {
        let breaker = breaker();
        breaker.ask().unwrap().failed();
        breaker.ask().unwrap().failed();
        for seconds in [30, 60, 100, 100] {
            pass(seconds - 1).await;
            assert!(breaker.ask().is_none(), "{seconds}");
            pass(1).await;
            breaker.ask().unwrap().failed();
        }
        // Who insists does not put the time off.
        breaker.insist().failed();
        pass(100).await;
        assert!(breaker.ask().is_some());
    }
}
