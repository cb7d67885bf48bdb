//! What people and models are told of a run's progress and failures. Only what is known here: never a provider's own
//! sentence, which may repeat the key or the conversation.

use std::time::Duration;

use lexi_models::{Cause, Then, ToolCall};
use lexi_types::ErrorCode;

use crate::ending::Ending;

pub(crate) const BUDGET_USED_UP: &str =
    "The tool budget of this answer is used up. Answer now from what you have, and say what is missing.\n";
pub(crate) const TOOLS_FAILED: &str =
    "The tools have failed several times. Answer now from what you have, and say what could not be read.\n";
pub(crate) const STORE_UNREACHABLE: &str = "The records could not be reached. Please ask again.";
pub(crate) const PREPARING: &str = "Preparing what you asked for...";
pub(crate) const NO_END: &str =
    "The language model did not come to an end. Nothing was charged; please ask again.";

/// A shorter wait needs no word.
const WAIT_WORTH_A_WORD: Duration = Duration::from_secs(1);

/// A line for whoever waits, of what is being looked up.
pub(crate) fn looking_up(calls: &[&ToolCall]) -> String {
    let mut things: Vec<&str> = Vec::new();
    for call in calls {
        let thing = thing(&call.name);
        if !things.contains(&thing) {
            things.push(thing);
        }
    }
    let list = match things.as_slice() {
        [] => "the records".to_owned(),
        [one] => (*one).to_owned(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    };
    format!("Looking up {list}...")
}

fn thing(tool: &str) -> &'static str {
    match tool {
        "contacts.get" => "the contact",
        "companies.get" => "the company",
        "deals.get" => "the deal",
        "matters.get" => "the matter",
        "contacts.search" | "contacts.aggregate" => "contacts",
        "companies.search" | "companies.aggregate" => "companies",
        "deals.search" | "deals.aggregate" => "the deals in your pipeline",
        "matters.search" | "matters.aggregate" => "matters",
        "notes.search" | "notes.aggregate" => "notes",
        "tasks.search" | "tasks.aggregate" => "tasks",
        "activities.aggregate" => "activities",
        "activities.timeline" => "what happened",
        "search.text" => "notes and other texts",
        "pipelines.list" => "the pipelines",
        _ => "the records",
    }
}

/// After an attempt that failed: what is done now, where that takes a moment.
pub(crate) fn while_waiting(cause: Cause, then: Then) -> Option<String> {
    let what = match cause {
        Cause::Busy | Cause::Overloaded => "is busy",
        Cause::Timeout => "did not answer in time",
        Cause::Unreachable => "cannot be reached",
        Cause::Declined => "would not answer",
        Cause::Empty => "gave no answer",
        _ => "failed",
    };
    match then {
        Then::Next => Some(format!("The language model {what}. Asking another one...")),
        Then::Again(pause) if pause >= WAIT_WORTH_A_WORD => {
            Some(format!("The language model {what}. Asking again in {} s...", pause.as_secs_f64().ceil()))
        }
        Then::Again(_) => None,
    }
}

/// The end of a run whose model failed.
pub(crate) const fn failure(cause: Cause) -> Ending {
    let code =
        if matches!(cause, Cause::Timeout) { ErrorCode::ProviderTimeout } else { ErrorCode::ProviderError };
    Ending::failed(
        code,
        match cause {
            Cause::Timeout => {
                "The language model did not answer in time. Nothing was charged; please ask again."
            }
            Cause::Key | Cause::NoSuchModel | Cause::Address | Cause::NoTools | Cause::Tls | Cause::Spent => {
                "The language model is not set up as it should be. Nothing was charged; whoever runs this server \
                 finds the reason with `lexi doctor`."
            }
            Cause::TooLong => {
                "The conversation is too long for the language model. Nothing was charged; please begin a new one."
            }
            Cause::Declined => "The language model would not answer this. Nothing was charged.",
            Cause::Empty => "The language model gave no answer. Nothing was charged; please ask again.",
            Cause::Busy | Cause::Overloaded | Cause::Unreachable => {
                "The language model is not available. Nothing was charged; please ask again in a moment."
            }
            Cause::Rejected | Cause::Broken => {
                "The language model failed. Nothing was charged; please ask again."
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_up_is_named_once() {
        let call = |name: &str| ToolCall { name: name.to_owned(), ..ToolCall::default() };
        let line = |names: &[&str]| {
            let calls: Vec<_> = names.iter().map(|name| call(name)).collect();
            looking_up(&calls.iter().collect::<Vec<_>>())
        };
        assert_eq!(line(&["contacts.get"]), "Looking up the contact...");
        assert_eq!(
            line(&["deals.search", "tasks.search", "deals.aggregate", "notes.search"]),
            "Looking up the deals in your pipeline, tasks and notes..."
        );
        assert_eq!(line(&["made.up"]), "Looking up the records...");
    }

    #[test]
    fn a_short_pause_needs_no_word() {
        assert_eq!(while_waiting(Cause::Busy, Then::Again(Duration::from_millis(300))), None);
        let said = while_waiting(Cause::Busy, Then::Again(Duration::from_millis(2300)));
        assert_eq!(said.as_deref(), Some("The language model is busy. Asking again in 3 s..."));
    }
}
