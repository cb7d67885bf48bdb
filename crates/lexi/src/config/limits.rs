//! The limits of runs and of requests.

use std::time::Duration;

use anyhow::bail;
use lexi_api::ApiSettings;
use lexi_assistant::Settings;
use lexi_store::limits::{RateLimits, TierLimits};

use super::Sources;

const MEBIBYTE: usize = 1024 * 1024;

pub(super) fn assistant(sources: &mut Sources) -> anyhow::Result<Settings> {
    let default = Settings::default();
    Ok(Settings {
        credits_per_run_max: sources.number("credits_per_run_max", default.credits_per_run_max, 1, 1000)?,
        tool_rounds_max: sources.number("tool_rounds_max", default.tool_rounds_max, 1, 100)?,
        tool_arguments_bytes_max: sources.number(
            "tool_arguments_bytes_max",
            default.tool_arguments_bytes_max,
            1024,
            MEBIBYTE,
        )?,
        answer_bytes_max: sources.number(
            "answer_bytes_max",
            default.answer_bytes_max,
            1024,
            16 * MEBIBYTE,
        )?,
        history_tokens_max: sources.number(
            "history_tokens_max",
            default.history_tokens_max,
            0,
            10_000_000,
        )?,
        run_time_max: Duration::from_secs(sources.number("run_time_max_s", 600, 1, 86_400)?),
        lease: Duration::from_secs(sources.number("lease_s", 60, 3, 3600)?),
        replay_kept: Duration::from_secs(sources.number("replay_kept_h", 24, 1, 24 * 365)? * 3600),
        approval_kept: Duration::from_secs(sources.number("approval_days", 7, 1, 365)? * 24 * 3600),
        cancel_on_disconnect: match sources.text("on_disconnect").as_deref() {
            None | Some("continue") => false,
            Some("cancel") => true,
            Some(_) => bail!("on_disconnect must be continue or cancel"),
        },
        streams_per_key_max: sources.number(
            "streams_per_key_max",
            default.streams_per_key_max,
            1,
            100_000,
        )?,
        streams_max: sources.number("streams_max", default.streams_max, 1, 1_000_000)?,
        // Those of the models, which the model's settings name.
        prices: default.prices,
    })
}

pub(super) fn api(sources: &mut Sources) -> anyhow::Result<ApiSettings> {
    let default = ApiSettings::default();
    let rates = default.rate_limits;
    let mut rate = |name, default| sources.number(name, default, 1, 1_000_000_000);
    let rate_limits = RateLimits {
        standard: TierLimits {
            per_minute: rate("rate_standard_per_minute", rates.standard.per_minute)?,
            per_day: rate("rate_standard_per_day", rates.standard.per_day)?,
        },
        high: TierLimits {
            per_minute: rate("rate_high_per_minute", rates.high.per_minute)?,
            per_day: rate("rate_high_per_day", rates.high.per_day)?,
        },
    };
    Ok(ApiSettings {
        body_bytes_max: sources.number("body_bytes_max", default.body_bytes_max, 1024, 64 * MEBIBYTE)?,
        body_timeout: Duration::from_secs(sources.number("body_timeout_s", 30, 1, 3600)?),
        keep_alive: Duration::from_secs(sources.number("keep_alive_s", 15, 1, 3600)?),
        rate_limits,
    })
}
