//! What models have used: by workspace, day (UTC) and model. Written by the settlement of each run, in its transaction.

use lexi_types::{Date, Timestamp, Usage, WorkspaceId};

use crate::Result;
use crate::db::{Row, Tx, statements};

statements! {
    ADD = "INSERT INTO model_usage (workspace_id, day, model, runs, input_tokens, output_tokens, cached_tokens,
          cost_micros, unpriced_runs) VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8)
        ON CONFLICT (workspace_id, day, model) DO UPDATE SET runs = model_usage.runs + 1,
          input_tokens = model_usage.input_tokens + excluded.input_tokens,
          output_tokens = model_usage.output_tokens + excluded.output_tokens,
          cached_tokens = model_usage.cached_tokens + excluded.cached_tokens,
          cost_micros = model_usage.cost_micros + excluded.cost_micros,
          unpriced_runs = model_usage.unpriced_runs + excluded.unpriced_runs";
    BY_DAY = "SELECT day, model, runs, input_tokens, output_tokens, cached_tokens, cost_micros, unpriced_runs
        FROM model_usage WHERE workspace_id = $1 AND day BETWEEN $2 AND $3 ORDER BY day, model";
    // For whoever runs the server, never for a key.
    ALL_BY_DAY = "SELECT day, model, SUM(runs), SUM(input_tokens), SUM(output_tokens), SUM(cached_tokens),
          SUM(cost_micros), SUM(unpriced_runs)
        FROM model_usage WHERE day BETWEEN $1 AND $2 GROUP BY day, model ORDER BY day, model";
}

/// The most that one run counts as, of tokens or of cost: no number of a provider may bring a sum to its limits.
const PER_RUN_MAX: i64 = 1_000_000_000_000;

/// What one model used in one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelUse {
    /// As configured: `builtin`, `openai:gpt-…`.
    pub model: String,
    pub usage: Usage,
    /// What the provider takes for it, in millionths of a US dollar; `None` where a price is not known.
    pub cost_micros: Option<i64>,
}

/// All of a run's models together. The cost is known where every one's is.
pub(crate) fn total(models: &[ModelUse]) -> (Usage, Option<i64>) {
    let mut usage = Usage::default();
    for model in models {
        usage += model.usage;
    }
    // A run that asked no model has no price rather than none to pay.
    let costs = models.iter().map(|model| model.cost_micros);
    let cost = costs.reduce(|sum, cost| Some(sum?.saturating_add(cost?))).flatten();
    (usage, cost.map(price))
}

/// A provider's count as it is kept.
pub(crate) fn tokens(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(PER_RUN_MAX).min(PER_RUN_MAX)
}

fn price(micros: i64) -> i64 {
    micros.clamp(0, PER_RUN_MAX)
}

/// One more run, for each model that it used.
pub(crate) async fn add(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    models: &[ModelUse],
    now: Timestamp,
) -> Result<()> {
    for used in models {
        let params = [
            workspace.into(),
            now.date().into(),
            (&used.model).into(),
            tokens(used.usage.input_tokens).into(),
            tokens(used.usage.output_tokens).into(),
            tokens(used.usage.cached_tokens).into(),
            used.cost_micros.map_or(0, price).into(),
            used.cost_micros.is_none().into(),
        ];
        tx.execute(ADD, &params).await?;
    }
    Ok(())
}

/// What one model used on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageDay {
    pub day: Date,
    pub model: String,
    pub runs: i64,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub cached_tokens: i64,
    /// Of the runs whose price is known; `None` when that is none of them.
    pub cost_micros: Option<i64>,
    pub unpriced_runs: i64,
}

fn read(row: &Row) -> Result<UsageDay> {
    let (runs, unpriced_runs) = (row.int(2)?, row.int(7)?);
    Ok(UsageDay {
        day: row.parse(0)?,
        model: row.string(1)?,
        runs,
        input_tokens: row.int(3)?,
        output_tokens: row.int(4)?,
        cached_tokens: row.int(5)?,
        cost_micros: Some(row.int(6)?).filter(|_| unpriced_runs < runs),
        unpriced_runs,
    })
}

/// From the first day to the last, both with what was used on them: oldest first, then by model.
pub async fn by_day(tx: &mut Tx<'_>, workspace: WorkspaceId, from: Date, to: Date) -> Result<Vec<UsageDay>> {
    tx.rows(BY_DAY, &[workspace.into(), from.into(), to.into()]).await?.iter().map(read).collect()
}

/// The same over all workspaces together.
pub async fn all_by_day(tx: &mut Tx<'_>, from: Date, to: Date) -> Result<Vec<UsageDay>> {
    tx.rows(ALL_BY_DAY, &[from.into(), to.into()]).await?.iter().map(read).collect()
}

/// Rows together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UsageSums {
    pub runs: i64,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub cached_tokens: i64,
    /// Of the runs whose price is known; `None` when that is none of them, though there are runs.
    pub cost_micros: Option<i64>,
    pub unpriced_runs: i64,
}

/// The sums of these rows; of a single one its own.
pub fn sums<'a>(days: impl IntoIterator<Item = &'a UsageDay>) -> UsageSums {
    let (mut sums, mut cost) = (UsageSums::default(), 0i64);
    for day in days {
        sums.runs += day.runs;
        sums.input_tokens += day.input_tokens;
        sums.output_tokens += day.output_tokens;
        sums.cached_tokens += day.cached_tokens;
        sums.unpriced_runs += day.unpriced_runs;
        cost = cost.saturating_add(day.cost_micros.unwrap_or(0));
    }
    let none_has_a_price = sums.runs > 0 && sums.unpriced_runs == sums.runs;
    UsageSums { cost_micros: Some(cost).filter(|_| !none_has_a_price), ..sums }
}

/// How many days one look may span.
pub const DAYS_MAX: i32 = 366;
const DAYS_DEFAULT: i32 = 30;

/// From one day to another, both with what was used on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub from: Date,
    pub to: Date,
}

/// The days cannot be looked at so; `from` is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDays {
    #[error("must not be after the last day, {0}")]
    Backwards(Date),
    #[error("must be at most {DAYS_MAX} days before the last day, {0}, with both of them counted")]
    TooMany(Date),
}

impl Days {
    /// Without a last day up to today, without a first one thirty days.
    pub fn new(from: Option<Date>, to: Option<Date>, today: Date) -> std::result::Result<Self, InvalidDays> {
        let to = to.unwrap_or(today);
        let from = from.unwrap_or_else(|| to.plus_days(1 - DAYS_DEFAULT));
        if from > to {
            return Err(InvalidDays::Backwards(to));
        }
        if from < to.plus_days(1 - DAYS_MAX) {
            return Err(InvalidDays::TooMany(to));
        }
        Ok(Self { from, to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_have_a_price_where_a_row_has_one() {
        let row = |cost_micros: Option<i64>, runs| UsageDay {
            day: "2026-11-23".parse().unwrap(),
            model: "m".to_owned(),
            runs,
            input_tokens: 10,
            output_tokens: 1,
            cached_tokens: 2,
            cost_micros,
            unpriced_runs: if cost_micros.is_none() { runs } else { 0 },
        };
        assert_eq!(sums([]).cost_micros, Some(0));
        assert_eq!(sums(&[row(None, 2)]).cost_micros, None);
        let both = sums(&[row(None, 2), row(Some(7), 1)]);
        assert_eq!((both.runs, both.cost_micros, both.unpriced_runs, both.input_tokens), (3, Some(7), 2, 20));
    }

    #[test]
    fn days_are_thirty_by_default_and_bounded() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let today = day("2026-11-23");
        let days = |from: Option<&str>, to: Option<&str>| {
            let days = Days::new(from.map(day), to.map(day), today);
            days.map(|days| format!("{} {}", days.from, days.to))
        };
        assert_eq!(days(None, None).unwrap(), "2026-10-25 2026-11-23");
        assert_eq!(days(Some("2026-11-23"), None).unwrap(), "2026-11-23 2026-11-23");
        assert_eq!(days(None, Some("2024-03-01")).unwrap(), "2024-02-01 2024-03-01");
        assert_eq!(days(Some("2024-01-01"), Some("2024-12-31")).unwrap(), "2024-01-01 2024-12-31");
        assert_eq!(
            days(Some("2023-12-31"), Some("2024-12-31")),
            Err(InvalidDays::TooMany(day("2024-12-31")))
        );
        assert_eq!(days(Some("2026-11-24"), None), Err(InvalidDays::Backwards(today)));
    }
}
