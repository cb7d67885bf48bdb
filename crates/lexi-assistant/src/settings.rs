//! The limits of a run. Every one is configuration; these are the defaults.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::Price;

#[derive(Debug, Clone)]
pub struct Settings {
    /// Credits: one for the answer and one for each tool call, this many at most.
    pub credits_per_run_max: i64,
    pub tool_rounds_max: usize,
    pub tool_arguments_bytes_max: usize,
    pub answer_bytes_max: usize,
    /// History sent to the model, in estimated tokens; `history.rs` says what is left out first.
    pub history_tokens_max: usize,
    pub run_time_max: Duration,
    /// How long a run may go without a sign of life from its server before it is taken for lost.
    pub lease: Duration,
    /// How long an idempotency key and its stream are kept.
    pub replay_kept: Duration,
    /// How long a person has to decide on what Lexi proposes.
    pub approval_kept: Duration,
    /// Whether a run ends when its last reader goes away.
    pub cancel_on_disconnect: bool,
    pub streams_per_key_max: usize,
    pub streams_max: usize,
    /// By the name of the model, `openai:…`.
    pub prices: BTreeMap<String, Price>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            credits_per_run_max: 5,
            tool_rounds_max: 8,
            tool_arguments_bytes_max: 64 * 1024,
            answer_bytes_max: 1024 * 1024,
            history_tokens_max: 12_000,
            run_time_max: Duration::from_secs(600),
            lease: Duration::from_secs(60),
            replay_kept: Duration::from_secs(24 * 3600),
            approval_kept: Duration::from_secs(7 * 24 * 3600),
            cancel_on_disconnect: false,
            streams_per_key_max: 32,
            streams_max: 4096,
            prices: BTreeMap::new(),
        }
    }
}
