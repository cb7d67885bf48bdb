//! A model without a model: it understands a grammar of questions about CRM records, calls the same tools as any other and
//! words the answer from their results. No network, no chance: the same request gives the same events.
//!
//! A question goes through four rooms. `words` and `tokens` cut it into what is known: phrases of the grammar (`lexicon`),
//! dates and amounts, and words of this workspace (its stages, people, places, tags, names). `read` makes a
//! [`question::Question`] of the tokens and names what it could not place. `follow_up` completes it from the question
//! before. `plan` turns it into tool calls, and `answer` words their results.
//!
//! Its tokens are words, counted at blanks.

mod answer;
mod examples;
mod field;
mod follow_up;
mod format;
mod lexicon;
mod plan;
mod question;
mod read;
mod spelling;
mod tag;
mod tokens;
mod turn;
mod words;
mod write;

use futures_util::stream::{self, StreamExt};

use crate::{Model, ModelEvent, ModelRequest, ModelStream};
use tokens::KnownWords;

/// Its name among the models.
pub const NAME: &str = "builtin";

#[derive(Debug, Clone, Default)]
pub struct Builtin {
    words: KnownWords,
}

impl Model for Builtin {
    fn name(&self) -> &'static str {
        NAME
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let words = self.words.clone();
        let events = stream::once(async move { turn::events(&request, &words) });
        events
            .flat_map(stream::iter)
            .then(|event: ModelEvent| async move {
                tokio::task::yield_now().await;
                Ok(event)
            })
            .boxed()
    }
}
