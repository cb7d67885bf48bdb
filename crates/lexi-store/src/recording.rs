//! What is asked of a database, written down to be explained: for whoever looks at how fast a question is.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::db::Value;
use crate::{Result, Store};

/// The statements of the reads of one store.
#[derive(Debug, Clone, Default)]
pub struct Recording(Arc<Mutex<Vec<Noted>>>);

#[derive(Debug)]
struct Noted {
    sql: String,
    /// Those that it was first asked with.
    params: Vec<Value>,
    calls: u64,
    took: Duration,
}

/// How the database answers a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub sql: String,
    /// How often it was asked, and how long that took altogether.
    pub calls: u64,
    pub took: Duration,
    /// In the words of the database.
    pub steps: Vec<String>,
}

impl Recording {
    pub(crate) fn note(&self, sql: &str, params: &[Value], took: Duration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.iter_mut().find(|noted| noted.sql == sql) {
            Some(noted) => {
                noted.calls += 1;
                noted.took += took;
            }
            None => {
                all.push(Noted { sql: sql.to_owned(), params: params.to_vec(), calls: 1, took });
            }
        }
    }

    /// Takes what was written down so far, and has the database explain it: what took the longest comes first.
    pub async fn plans(&self, store: &Store) -> Result<Vec<Plan>> {
        let mut all = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        all.sort_by_key(|noted| std::cmp::Reverse(noted.took));
        let explaining = store.read(move |tx| {
            Box::pin(async move {
                let mut plans = Vec::with_capacity(all.len());
                for Noted { sql, params, calls, took } in all {
                    let rows = tx.rows(&format!("EXPLAIN QUERY PLAN {sql}"), &params).await?;
                    let steps = rows.iter().map(|row| row.string(3)).collect::<Result<_>>()?;
                    plans.push(Plan { sql, calls, took, steps });
                }
                Ok(plans)
            })
        });
        explaining.await
    }
}
