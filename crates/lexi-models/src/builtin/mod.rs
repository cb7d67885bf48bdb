//! A model without a model: it understands a small grammar of questions about CRM records, calls the same tools as any
//! other and words the answer from their results. No network, no chance: the same request gives the same events.
//!
//! Its tokens are words, counted at blanks.

mod answer;
mod examples;
mod follow_up;
mod format;
mod parse;
mod plan;
mod question;
mod turn;
mod words;

use futures_util::stream::{self, StreamExt};

use crate::{Model, ModelEvent, ModelRequest, ModelStream};

#[derive(Debug, Clone, Copy, Default)]
pub struct Builtin;

impl Model for Builtin {
    fn name(&self) -> &'static str {
        "builtin"
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let events = stream::once(async move { turn::events(&request) });
        events
            .flat_map(stream::iter)
            .then(|event: ModelEvent| async move {
                tokio::task::yield_now().await;
                Ok(event)
            })
            .boxed()
    }
}
