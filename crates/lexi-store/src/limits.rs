//! Rate windows: per key, a minute and a UTC day. They are counted in memory and a copy lands on disk every second, so
//! that a restart forgives at most that much and no request waits for a disk to be counted.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lexi_types::{KeyId, RateTier, Timestamp, WorkspaceId};

use crate::Result;
use crate::db::{Tx, statements};

statements! {
    SAVE = "INSERT INTO rate_windows (workspace_id, key_id, seconds, started_at, used) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (workspace_id, key_id, seconds) DO UPDATE SET started_at = excluded.started_at, used = excluded.used";
    LOAD = "SELECT workspace_id, key_id, seconds, started_at, used FROM rate_windows
        WHERE started_at + seconds * 1000000 > $1";
}

pub const MINUTE_SECONDS: i64 = 60;
pub const DAY_SECONDS: i64 = 86_400;
/// What an unmetered key is told: counted against a number that it does not reach.
const UNMETERED: i64 = i32::MAX as i64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TierLimits {
    pub per_minute: i64,
    pub per_day: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    pub standard: TierLimits,
    pub high: TierLimits,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            standard: TierLimits { per_minute: 50, per_day: 1_000 },
            high: TierLimits { per_minute: 200, per_day: 10_000 },
        }
    }
}

impl RateLimits {
    fn of(&self, tier: RateTier) -> TierLimits {
        match tier {
            RateTier::Standard => self.standard,
            RateTier::High => self.high,
            RateTier::Unmetered => TierLimits { per_minute: UNMETERED, per_day: UNMETERED },
        }
    }
}

/// How a key stands, in the window nearest to exhaustion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateState {
    pub allowed: bool,
    pub limit: i64,
    pub remaining: i64,
    /// When that window starts anew.
    pub reset: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateWindow {
    pub workspace: WorkspaceId,
    pub key: KeyId,
    pub seconds: i64,
    pub started_at: Timestamp,
    pub used: i64,
}

impl RateWindow {
    fn new(workspace: WorkspaceId, key: KeyId, seconds: i64) -> Self {
        Self { workspace, key, seconds, started_at: Timestamp::default(), used: 0 }
    }

    /// Starts anew when its time is over. Windows are aligned to the clock, so that all nodes agree on them.
    fn roll(&mut self, now: Timestamp) {
        let start = now.unix_seconds().div_euclid(self.seconds) * self.seconds * 1_000_000;
        if start > self.started_at.micros() {
            self.started_at = Timestamp::from_micros(start);
            self.used = 0;
        } else if self.started_at.micros() - start > self.seconds * 1_000_000 {
            // The clock was far ahead once. What is counted stays counted, but not until that far day.
            self.started_at = Timestamp::from_micros(start);
        }
        // A clock set back a little refills nothing.
    }

    fn state(&self, limit: i64) -> RateState {
        RateState {
            allowed: self.used < limit,
            limit,
            remaining: (limit - self.used).max(0),
            reset: self.started_at.plus(Duration::from_secs(self.seconds.unsigned_abs())),
        }
    }
}

#[derive(Debug)]
struct KeyWindows {
    minute: RateWindow,
    day: RateWindow,
    unsaved: bool,
}

/// Counts requests of keys.
#[derive(Debug)]
pub struct RateCounters {
    limits: RateLimits,
    keys: Mutex<HashMap<KeyId, KeyWindows>>,
}

impl RateCounters {
    pub fn new(limits: RateLimits, saved: Vec<RateWindow>) -> Self {
        let mut keys = HashMap::new();
        for window in saved {
            let entry =
                keys.entry(window.key).or_insert_with(|| KeyWindows::new(window.workspace, window.key));
            match window.seconds {
                MINUTE_SECONDS => entry.minute = window,
                DAY_SECONDS => entry.day = window,
                _ => {}
            }
        }
        Self { limits, keys: Mutex::new(keys) }
    }

    /// Counts one request, unless a window is used up: a refused request uses nothing.
    pub fn count(&self, workspace: WorkspaceId, key: KeyId, tier: RateTier, now: Timestamp) -> RateState {
        let limits = self.limits.of(tier);
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let windows = keys.entry(key).or_insert_with(|| KeyWindows::new(workspace, key));
        windows.minute.roll(now);
        windows.day.roll(now);
        let allowed = windows.minute.used < limits.per_minute && windows.day.used < limits.per_day;
        if allowed {
            windows.minute.used += 1;
            windows.day.used += 1;
            windows.unsaved = true;
        }
        let (minute, day) = (windows.minute.state(limits.per_minute), windows.day.state(limits.per_day));
        // When both are used up, the day is what one has to wait for.
        let nearest = if day.remaining <= minute.remaining
            && (day.remaining == 0 || day.remaining < minute.remaining)
        {
            day
        } else {
            minute
        };
        RateState { allowed, ..nearest }
    }

    /// What has changed since the last call, to be saved.
    pub fn take_unsaved(&self) -> Vec<RateWindow> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let mut windows = Vec::new();
        for key in keys.values_mut().filter(|key| key.unsaved) {
            key.unsaved = false;
            windows.extend([key.minute, key.day]);
        }
        windows
    }
}

impl KeyWindows {
    fn new(workspace: WorkspaceId, key: KeyId) -> Self {
        Self {
            minute: RateWindow::new(workspace, key, MINUTE_SECONDS),
            day: RateWindow::new(workspace, key, DAY_SECONDS),
            unsaved: false,
        }
    }
}

pub async fn save(tx: &mut Tx<'_>, windows: &[RateWindow]) -> Result<()> {
    for w in windows {
        let params = [w.workspace.into(), w.key.into(), w.seconds.into(), w.started_at.into(), w.used.into()];
        tx.execute(SAVE, &params).await?;
    }
    Ok(())
}

/// The windows that are still open.
pub async fn load(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<RateWindow>> {
    let read = |row: &crate::Row| {
        Ok(RateWindow {
            workspace: row.parse(0)?,
            key: row.parse(1)?,
            seconds: row.int(2)?,
            started_at: row.time(3)?,
            used: row.int(4)?,
        })
    };
    tx.rows(LOAD, &[now.into()]).await?.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counters() -> RateCounters {
        let tiny = TierLimits { per_minute: 3, per_day: 5 };
        RateCounters::new(RateLimits { standard: tiny, high: tiny }, Vec::new())
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_minute_fills_and_starts_anew_and_then_the_day_fills() {
        let (counters, ws, key) = (counters(), WorkspaceId::new(), KeyId::new());
        let count = |time: &str| counters.count(ws, key, RateTier::Standard, at(time));
        let first = count("2026-11-23T09:00:10Z");
        assert_eq!((first.allowed, first.limit, first.remaining), (true, 3, 2));
        assert_eq!(first.reset, at("2026-11-23T09:01:00Z"));
        assert!(count("2026-11-23T09:00:20Z").allowed && count("2026-11-23T09:00:30Z").allowed);
        let refused = count("2026-11-23T09:00:59Z");
        assert_eq!((refused.allowed, refused.remaining), (false, 0));
        let fourth = count("2026-11-23T09:01:00Z");
        assert_eq!((fourth.allowed, fourth.limit, fourth.remaining), (true, 5, 1));
        assert_eq!(fourth.reset, at("2026-11-24T00:00:00Z"));
        assert!(count("2026-11-23T09:01:01Z").allowed);
        let day = count("2026-11-23T09:05:00Z");
        assert_eq!((day.allowed, day.limit, day.reset), (false, 5, at("2026-11-24T00:00:00Z")));
        assert!(count("2026-11-24T00:00:00Z").allowed);
    }

    #[test]
    fn a_clock_set_back_refills_nothing() {
        let (counters, ws, key) = (counters(), WorkspaceId::new(), KeyId::new());
        for _ in 0..3 {
            counters.count(ws, key, RateTier::Standard, at("2026-11-23T09:10:00Z"));
        }
        assert!(!counters.count(ws, key, RateTier::Standard, at("2026-11-23T09:09:00Z")).allowed);
    }

    #[test]
    fn a_clock_that_was_far_ahead_locks_nobody_out_until_then() {
        let (counters, ws, key) = (counters(), WorkspaceId::new(), KeyId::new());
        for _ in 0..3 {
            counters.count(ws, key, RateTier::Standard, at("2036-01-01T00:00:30Z"));
        }
        let now = counters.count(ws, key, RateTier::Standard, at("2026-11-23T09:10:00Z"));
        assert_eq!((now.allowed, now.reset), (false, at("2026-11-23T09:11:00Z")));
        assert!(counters.count(ws, key, RateTier::Standard, at("2026-11-23T09:11:00Z")).allowed);
    }

    #[test]
    fn unmetered_is_counted_and_never_refused_and_saved_windows_return() {
        let (counters, ws, key) = (counters(), WorkspaceId::new(), KeyId::new());
        let now = at("2026-11-23T09:10:00Z");
        for _ in 0..10 {
            assert!(counters.count(ws, key, RateTier::Unmetered, now).allowed);
        }
        let saved = counters.take_unsaved();
        assert!(saved.iter().all(|w| w.used == 10) && saved.len() == 2);
        assert!(counters.take_unsaved().is_empty());
        let restarted = RateCounters::new(RateLimits::default(), saved);
        assert_eq!(restarted.count(ws, key, RateTier::Standard, now).remaining, 39);
    }
}
