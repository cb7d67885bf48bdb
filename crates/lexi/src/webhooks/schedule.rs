//! When a failed delivery is tried again, and when it is given up.

use std::time::Duration;

use lexi_store::deliveries::Then;
use lexi_types::Timestamp;
use rand::RngExt;

/// The pauses between attempts, in first pauses: 5 s, 30 s, 2 min, 10 min, 30 min, 1 h, and 2 h from then on.
const PAUSES: [u32; 7] = [1, 6, 24, 120, 360, 720, 1440];
const GIVEN_UP_AFTER: Duration = Duration::from_secs(24 * 3600);
/// The longest pause that a receiver may ask for.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3600);
/// Receivers that failed together are not asked again together.
const JITTER: f64 = 0.2;

/// What is next after a failed attempt, the how manieth it was, of an event of `created_at`.
pub(super) fn after_failure(
    first: Duration,
    attempt: i64,
    retry_after: Option<Duration>,
    created_at: Timestamp,
    now: Timestamp,
) -> Then {
    let jitter = rand::rng().random_range(1.0 - JITTER..=1.0 + JITTER);
    let pause = pause(first, attempt).mul_f64(jitter);
    // Never sooner than the receiver asks.
    let pause = pause.max(retry_after.unwrap_or_default().min(RETRY_AFTER_MAX));
    let next = now.plus(pause);
    if next > created_at.plus(GIVEN_UP_AFTER) { Then::GiveUp } else { Then::Retry(next) }
}

fn pause(first: Duration, attempt: i64) -> Duration {
    let index = usize::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(PAUSES.len() - 1);
    first.saturating_mul(PAUSES.get(index).copied().unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Duration = Duration::from_secs(5);

    #[test]
    fn pauses_grow_to_two_hours() {
        let pauses: Vec<_> = (1..=9).map(|attempt| pause(FIRST, attempt).as_secs()).collect();
        assert_eq!(pauses, [5, 30, 120, 600, 1800, 3600, 7200, 7200, 7200]);
    }

    #[test]
    fn the_next_attempt_is_within_a_fifth_of_the_pause() {
        let now = Timestamp::from_micros(1_000_000_000_000);
        for attempt in 1..=7 {
            let pause = pause(FIRST, attempt);
            let mut seen = std::collections::BTreeSet::new();
            for _ in 0..50 {
                let Then::Retry(at) = after_failure(FIRST, attempt, None, now, now) else {
                    panic!("given up")
                };
                assert!(at >= now.plus(pause.mul_f64(0.799)) && at <= now.plus(pause.mul_f64(1.201)), "{at}");
                seen.insert(at);
            }
            assert!(seen.len() > 1, "no jitter");
        }
    }

    #[test]
    fn a_day_of_failures_is_some_sixteen_attempts_and_then_the_end() {
        let created = Timestamp::from_micros(1_000_000_000_000);
        let (mut now, mut attempts) = (created, 1);
        while let Then::Retry(at) = after_failure(FIRST, attempts, None, created, now) {
            assert!(at > now && at <= created.plus(GIVEN_UP_AFTER));
            (now, attempts) = (at, attempts + 1);
        }
        assert!((14..=22).contains(&attempts), "{attempts} attempts");
        assert!(now > created.plus(Duration::from_secs(20 * 3600)), "given up early");
        // An event that waited a day for the server itself still had its one attempt.
        assert_eq!(after_failure(FIRST, 1, None, created, created.plus(GIVEN_UP_AFTER)), Then::GiveUp);
    }

    #[test]
    fn a_receiver_may_ask_for_more_time_within_an_hour() {
        let now = Timestamp::from_micros(1_000_000_000_000);
        let asked = |seconds| after_failure(FIRST, 1, Some(Duration::from_secs(seconds)), now, now);
        assert_eq!(asked(600), Then::Retry(now.plus(Duration::from_secs(600))));
        assert_eq!(asked(86_400), Then::Retry(now.plus(Duration::from_secs(3600))));
        let Then::Retry(soon) = asked(0) else { panic!("given up") };
        assert!(soon >= now.plus(Duration::from_secs(4)), "no sooner than without it");
    }
}
