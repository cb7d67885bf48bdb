//! What the models of a workspace have used, by day.

use std::str::FromStr;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use lexi_store::usage::{self, Days, UsageDay, UsageSums};
use lexi_types::{Date, MicroUsd, Timestamp};
use serde::Serialize;

use crate::app::Api;
use crate::auth::{AdminCredits, Auth};
use crate::errors::{ApiError, ApiResult};
use crate::query::Params;

const A_DAY: &str = "must be a day, YYYY-MM-DD";

pub(crate) async fn by_day(
    State(api): State<Api>,
    auth: Auth<AdminCredits>,
    params: Params,
) -> ApiResult<Response> {
    let day = |name| Ok::<_, ApiError>(params.parse::<Day>(name, A_DAY)?.map(|day| day.0));
    let days = Days::new(day("from")?, day("to")?, Timestamp::now().date())
        .map_err(|invalid| ApiError::field("from", invalid.to_string()))?;
    let workspace = auth.access.workspace;
    let read = api.inner.store.read(move |tx| Box::pin(usage::by_day(tx, workspace, days.from, days.to)));
    Ok(Json(Data { data: UsageReport::new(&read.await?) }).into_response())
}

/// `YYYY-MM-DD` and nothing else that could be read as a day.
struct Day(Date);

impl FromStr for Day {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let plain = |day: &Date| text.len() == "YYYY-MM-DD".len() && day.to_string() == text;
        text.parse().ok().filter(plain).map(Self).ok_or(())
    }
}

/// Written as it is: through a `Value` the amounts would become floats.
#[derive(Serialize)]
struct Data {
    data: UsageReport,
}

/// Rows and their sums, as they are written for programs.
#[derive(Debug, Serialize)]
pub struct UsageReport {
    usage: Vec<Row>,
    totals: Sums,
}

#[derive(Debug, Serialize)]
struct Row {
    day: Date,
    model: String,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Debug, Serialize)]
struct Sums {
    runs: i64,
    input_tokens: i64,
    output_tokens: i64,
    cached_tokens: i64,
    /// Null where no run has a price.
    cost_usd: Option<MicroUsd>,
    unpriced_runs: i64,
}

impl UsageReport {
    pub fn new(days: &[UsageDay]) -> Self {
        let row = |day: &UsageDay| Row {
            day: day.day,
            model: day.model.clone(),
            sums: Sums::from(usage::sums([day])),
        };
        Self { usage: days.iter().map(row).collect(), totals: usage::sums(days).into() }
    }
}

impl From<UsageSums> for Sums {
    fn from(sums: UsageSums) -> Self {
        Self {
            runs: sums.runs,
            input_tokens: sums.input_tokens,
            output_tokens: sums.output_tokens,
            cached_tokens: sums.cached_tokens,
            cost_usd: sums.cost_micros.map(MicroUsd::from_micros),
            unpriced_runs: sums.unpriced_runs,
        }
    }
}
