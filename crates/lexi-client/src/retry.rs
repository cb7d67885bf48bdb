//! When to ask again, and how long to wait before.

use std::time::Duration;

use crate::ClientError;

#[derive(Debug, Clone)]
pub struct Retry {
    /// Tries in a row that bring no new frame.
    pub tries_max: u32,
    /// The pause before the first retry; it doubles with each.
    pub base: Duration,
    pub cap: Duration,
    /// A server that asks for a longer pause than this is taken at its word: the error goes to the caller.
    pub pause_max: Duration,
    /// How often a lost run may be started afresh within one stream.
    pub restarts_max: u32,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            tries_max: 6,
            base: Duration::from_millis(200),
            cap: Duration::from_secs(5),
            pause_max: Duration::from_secs(15),
            restarts_max: 3,
        }
    }
}

impl Retry {
    /// The pause before try number `tried + 1`, or `None` when it is time to give up. Half of the pause is random, so
    /// that clients cut off together do not come back together.
    pub(crate) fn pause(&self, tried: u32, asked: Option<Duration>) -> Option<Duration> {
        if tried >= self.tries_max || asked.is_some_and(|asked| asked > self.pause_max) {
            return None;
        }
        let full = self.base.saturating_mul(2u32.saturating_pow(tried.min(16))).min(self.cap);
        let pause = full.mul_f64(rand::random_range(0.5..=1.0));
        Some(pause.max(asked.unwrap_or_default()))
    }
}

/// What the failed try says about another one.
pub(crate) struct Circumstances {
    /// The request carries an `Idempotency-Key`.
    pub(crate) keyed: bool,
    /// The server has answered before: now it is a known server that is away, not a wrong address.
    pub(crate) known: bool,
}

/// Whether the same request may succeed, and do no harm, when sent again.
pub(crate) fn worth_another_try(error: &ClientError, circumstances: &Circumstances) -> bool {
    match error {
        // Refused before any work: safe even without a key.
        ClientError::Api(error) if matches!(error.status, 429 | 503) => true,
        ClientError::Api(error) => circumstances.keyed && matches!(error.status, 408 | 500 | 502 | 504),
        ClientError::Connect { .. } => circumstances.known,
        ClientError::Transport(_) | ClientError::Cut { .. } => circumstances.keyed,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_pause_is_bounded_and_never_shorter_than_asked(tried in 0u32..40, asked in proptest::option::of(0u64..60)) {
            let retry = Retry::default();
            let asked = asked.map(Duration::from_secs);
            match retry.pause(tried, asked) {
                None => prop_assert!(tried >= retry.tries_max || asked.unwrap() > retry.pause_max),
                Some(pause) => {
                    prop_assert!(pause >= asked.unwrap_or(retry.base.mul_f64(0.5)));
                    prop_assert!(pause <= retry.cap.max(asked.unwrap_or_default()));
                }
            }
        }
    }

    #[test]
    fn only_harmless_requests_are_repeated() {
        let refusal = |status| ClientError::from(crate::ApiError::from_body(status, b"", None, None));
        let keyless = Circumstances { keyed: false, known: true };
        let keyed = Circumstances { keyed: true, known: true };
        assert!(worth_another_try(&refusal(503), &keyless));
        assert!(!worth_another_try(&refusal(500), &keyless));
        assert!(worth_another_try(&refusal(500), &keyed));
        for status in [400, 401, 402, 403, 404, 409, 413] {
            assert!(!worth_another_try(&refusal(status), &keyed), "{status}");
        }
    }
}
