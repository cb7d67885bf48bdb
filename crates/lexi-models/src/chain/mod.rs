//! Several models in order, taken for one: the first answers; when it fails before anything of its answer was shown, it is
//! asked again, and then the next one is. A model that keeps failing is left out for a while.

mod attempts;
mod breaker;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;

use crate::{Health, Model, ModelRequest, ModelStream};
use attempts::Attempts;
use breaker::Breaker;

/// How long a failing model is borne with.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How often one model is asked for one answer.
    pub attempts_max: u32,
    /// Before the second attempt; doubled for each one after it, and never quite the same.
    pub first_pause: Duration,
    /// A provider that asks for a longer pause than this is not waited for.
    pub retry_after_max: Duration,
    /// After so many failures in a row a model is left out …
    pub failures_max: u32,
    /// … for so long, and twice as long after each probe that fails.
    pub left_out: Duration,
    pub left_out_max: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts_max: 3,
            first_pause: Duration::from_millis(300),
            retry_after_max: Duration::from_secs(15),
            failures_max: 5,
            left_out: Duration::from_secs(30),
            left_out_max: Duration::from_secs(300),
        }
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Chain {
    links: Arc<[Link]>,
    patience: Patience,
    label: String,
}

struct Link {
    name: Arc<str>,
    model: Arc<dyn Model>,
    breaker: Breaker,
}

impl Chain {
    /// The first is the one that answers as long as it works.
    pub fn new(models: Vec<Arc<dyn Model>>, patience: Patience) -> Self {
        let link = |model: Arc<dyn Model>| Link {
            name: model.name().into(),
            breaker: Breaker::new(patience.failures_max, patience.left_out, patience.left_out_max),
            model,
        };
        let label = models.iter().map(|model| model.name()).collect::<Vec<_>>().join(", ");
        Self { links: models.into_iter().map(link).collect(), patience, label }
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain").field("models", &self.label).field("patience", &self.patience).finish()
    }
}

impl Model for Chain {
    fn name(&self) -> &str {
        &self.label
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let attempts = Attempts::new(Arc::clone(&self.links), self.patience, request);
        stream::unfold(Some(attempts), |attempts| async {
            let mut attempts = attempts?;
            match attempts.next().await {
                Ok(event) => event.map(|event| (Ok(event), Some(attempts))),
                Err(error) => Some((Err(error), None)),
            }
        })
        .boxed()
    }

    fn health(&self) -> Vec<Health> {
        let health = |link: &Link| Health { model: link.name.to_string(), skipped: link.breaker.is_open() };
        self.links.iter().map(health).collect()
    }
}
