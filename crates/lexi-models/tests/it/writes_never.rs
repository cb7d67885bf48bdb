//! A wrong write is worse than a refusal: whatever stands in a message, nothing is written that was not understood whole.

use proptest::prelude::*;
use serde_json::json;

use crate::robust::near_question;
use crate::support::{Turn, called, said, turn};
use crate::writes::{NOT_WRITTEN, WRITES, asking, calls, found, office};

/// Requests without free text: a word more makes another request of each.
const CLOSED: &[&str] = &[
    "Update the status of Cameron Anderson to qualified in the crm",
    "Quinn Thomas has moved to lead status. Can you update that in the crm?",
    "We've got a new customer that's moved to proposal status. Can you update Kerry Brown to proposal in the crm?",
    "move Windmere renewal to Negotiation",
    "set the value of Windmere renewal to EUR 25,000",
    "Set the follow-up of Jane Doe to 5 December",
    "reassign Windmere renewal to Nadia",
    "Add the tag VIP to Jane Doe",
    "Mark Jane Doe as lost",
    "can you add Morgan Wilson to the crm? They're a new lead and need to be assigned to Nadia",
    "Add Avery White as a new lead in the crm and assign them to Raj",
    "We've got a new lead called Jordan Moore. Can you add them to the crm and assign them to Akira?",
    "I need to move all of Sofia's customers that are interested in services and are either qualified or in proposal to Raj. Can you make that change in the crm?",
    "Raj is taking over all of Sofia's customers that are interested in training and are either qualified or in proposal. Can you reassign them in the crm?",
    "Give Raj all of Nadia's customers that are interested in consulting and are either qualified or in proposal in the crm",
    "We no longer need to keep all of Sofia's customers that are in the won stage and interested in services. Can you delete them from the crm?",
    "set the status of all of Raj's qualified customers to lost",
    "reassign all of Nadia's open deals to Raj",
];

/// Words that turn a request into something else.
const TURNS: &[&str] = &[
    "not",
    "never",
    "don't",
    "if",
    "unless",
    "should",
    "would",
    "maybe",
    "except",
    "without",
    "hypothetically",
    "almost",
    "no",
    "nobody",
    "or",
    "why",
    "whether",
];

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn writes(text: &str) -> Vec<String> {
    let (calls, _) = wait(calls(&office(), text));
    calls.into_iter().map(|(tool, _)| tool).filter(|tool| WRITES.contains(&tool.as_str())).collect()
}

fn with_word(text: &str, word: &str, at: usize) -> String {
    let mut words: Vec<&str> = text.split(' ').collect();
    words.insert(at % (words.len() + 1), word);
    words.join(" ")
}

/// Every question with a known answer.
fn asked() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../eval");
    let files =
        std::fs::read_dir(folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let asks = |text: String| -> Vec<String> {
        let lines = text.lines().filter_map(|line| line.strip_prefix("ask = \"")?.strip_suffix('"'));
        lines.map(|ask| ask.replace("\\\"", "\"")).collect()
    };
    files.flat_map(asks).collect()
}

#[test]
fn every_request_without_the_strange_word_is_a_write() {
    for text in CLOSED {
        assert_eq!(writes(text).len(), 1, "{text}");
    }
}

#[test]
fn no_question_with_a_known_answer_is_a_write_and_the_tools_that_write_change_none() {
    let asked = asked();
    assert!(asked.len() > 600, "{}", asked.len());
    for text in asked {
        let with = wait(turn(asking(office(), vec![said(&text)])));
        let without = wait(turn(crate::support::request(office(), vec![said(&text)])));
        let refused = |turn: &Turn| matches!(turn, Turn::Text(text) if text.contains("nothing was changed"));
        assert!(with == without || refused(&with) && refused(&without), "{text}: {with:?} {without:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn questions_are_never_writes(text in near_question()) {
        prop_assert_eq!(writes(&text), Vec::<String>::new(), "{}", text);
    }

    #[test]
    fn a_strange_word_is_never_passed_over(
        text in prop::sample::select(CLOSED),
        word in "x[qzvk]{2,4}[aeiou]x",
        at in 0usize..60,
    ) {
        let text = with_word(text, &word, at);
        prop_assert_eq!(writes(&text), Vec::<String>::new(), "{}", text);
    }

    #[test]
    fn a_word_that_turns_the_meaning_is_never_passed_over(
        text in prop::sample::select(CLOSED),
        word in prop::sample::select(TURNS),
        at in 0usize..60,
    ) {
        let text = with_word(text, word, at);
        prop_assert_eq!(writes(&text), Vec::<String>::new(), "{}", text);
    }

    #[test]
    fn what_is_asked_in_quotes_is_never_a_write(text in prop::sample::select(CLOSED)) {
        for quoted in [format!("\"{text}\""), format!("What does “{text}” mean?"), format!("He wrote: {text}")] {
            prop_assert_eq!(writes(&quoted), Vec::<String>::new(), "{}", quoted);
        }
    }

    #[test]
    fn an_answer_never_says_done_without_a_tool_that_said_so(
        text in prop::sample::select(NOT_WRITTEN),
        results in prop::collection::vec((prop::sample::select(WRITES), any::<bool>()), 0..4),
    ) {
        let mut messages = vec![said(text)];
        for (at, (tool, is_error)) in results.iter().enumerate() {
            let result = json!({"error": "conflict", "message": "No."});
            messages.extend(called(&at.to_string(), tool, result, *is_error));
        }
        if let Turn::Text(answer) = wait(turn(asking(office(), messages))) {
            prop_assert!(!answer.starts_with("Done") && !answer.contains("I have proposed"), "{}", answer);
        }
    }
}

#[test]
fn what_is_looked_up_is_canned_here() {
    assert!(found("contacts.get", &json!({"name": "Nobody"})).1);
}
