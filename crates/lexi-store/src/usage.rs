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
