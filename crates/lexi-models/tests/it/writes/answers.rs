//! What is said of a write: what was proposed or done, and why nothing was.

use std::sync::Arc;

use lexi_models::ModelMessage;
use serde_json::{Value, json};

use super::office::{NADIA, RAJ, WRITES, asking, calls, office};
use crate::support::{Turn, called, request, said, turn};

async fn after(text: &str, steps: &[(&str, Value, bool)]) -> Turn {
    let mut messages = vec![said(text)];
    for (at, (tool, result, is_error)) in steps.iter().enumerate() {
        messages.extend(called(&format!("call_{at}"), tool, result.clone(), *is_error));
    }
    turn(asking(office(), messages)).await
}

#[tokio::test]
async fn answers_say_what_was_proposed_or_done() {
    let jane = json!({"contact": {"id": "c-jane", "full_name": "Jane Doe"}});
    let changes = json!([{"type": "contact", "verb": "update", "id": "c-jane", "name": "Jane Doe",
        "before": {"status": "Lead", "owner_user_id": NADIA}, "after": {"status": "Won", "owner_user_id": RAJ}}]);
    let proposed = json!({"status": "proposed", "done": false, "task_id": "0198-t", "requires_approval": true, "changes": changes, "total": 1});
    let text = "Set the status of Jane Doe to Won and assign her to Raj";
    let turn =
        after(text, &[("contacts.get", jane.clone(), false), ("contacts.update", proposed, false)]).await;
    assert_eq!(
        turn.text(),
        "I have proposed to set the status of **Jane Doe** to **Won** and the owner to **Raj Patel**:\n\n- **Jane Doe**: owner Nadia Moreau → Raj Patel, status Lead → Won\n\nIt waits for approval (task `0198-t`); nothing has been changed yet."
    );
    let done = json!({"status": "done", "done": true, "changed": 1, "records": [{"id": "c-jane", "full_name": "Jane Doe"}]});
    let turn = after(text, &[("contacts.get", jane.clone(), false), ("contacts.update", done, false)]).await;
    assert!(turn.text().starts_with("Done: set the status of **Jane Doe** to **Won**"));
    let error = json!({"error": "conflict", "message": "The record has changed meanwhile."});
    let turn = after(text, &[("contacts.get", jane, false), ("contacts.update", error, true)]).await;
    assert_eq!(turn.text(), "Nothing was changed: The record has changed meanwhile.");
}

#[tokio::test]
async fn what_is_not_one_record_is_not_changed() {
    let text = "Update the status of Jane Doe to won";
    let several = json!({"error": "ambiguous_reference", "message": "…", "candidates": [
        {"id": "1", "name": "Jane Doe", "detail": "Acme"}, {"id": "2", "name": "Jane Doe", "detail": "Globex"}]});
    let answer = after(text, &[("contacts.get", several, true)]).await.text();
    assert!(answer.contains("nothing was changed") && answer.contains("- **Jane Doe** (Globex)"), "{answer}");
    let other = json!({"contact": {"id": "c-1", "full_name": "Jane Dole"}});
    let answer = after(text, &[("contacts.get", other, false)]).await.text();
    assert!(answer.contains("nothing was changed") && answer.contains("Jane Dole"), "{answer}");
    let none = json!({"error": "not_found", "message": "There is none."});
    let answer = after(text, &[("contacts.get", none, true)]).await.text();
    assert!(answer.starts_with("I found no contact called “Jane Doe”"), "{answer}");
}

#[tokio::test]
async fn too_many_or_none_are_not_changed() {
    let text = "reassign all of Nadia's qualified customers to Raj";
    let ids: Vec<Value> = (0..50).map(|id| json!({"id": format!("c-{id}")})).collect();
    for (total, says) in [(51, "At most 50"), (4000, "At most 100"), (0, "There is no contact")] {
        let listed = if total == 0 { json!([]) } else { json!(ids) };
        let result = json!({"total": total, "contacts": listed, "filters": {"owner": "Nadia Moreau"}});
        let answer = after(text, &[("contacts.search", result, false)]).await.text();
        assert!(answer.contains(says), "{total}: {answer}");
    }
}

#[tokio::test]
async fn a_key_that_may_not_write_is_told_so() {
    let mut office = office();
    office.missing = vec![("contacts.update".to_owned(), "write:contacts".to_owned())];
    let text = "Update the status of Jane Doe to won";
    let answer = turn(request(office.clone(), vec![said(text)])).await.text();
    assert!(answer.contains("it lacks the scope `write:contacts`"), "{answer}");
    let mut asking = asking(self::office(), vec![said(text)]);
    asking.tools = Arc::new([]);
    let answer = turn(asking).await.text();
    assert!(answer.starts_with("Tools are off"), "{answer}");
    let mut asking = self::asking(self::office(), vec![said(text)]);
    asking.tools = asking.tools.iter().filter(|tool| tool.name != "contacts.update").cloned().collect();
    let answer = turn(asking).await.text();
    assert!(answer.contains("`contacts.update` is not allowed"), "{answer}");
}

#[tokio::test]
async fn a_write_needs_a_call_that_is_left() {
    let mut asking = asking(office(), vec![said("Update the status of Jane Doe to won")]);
    asking.tool_calls_left = 1;
    assert!(turn(asking).await.text().starts_with("Too few tool calls are left"));
}

#[tokio::test]
async fn mine_is_nobodys_without_a_person() {
    let mut office = office();
    office.user = None;
    let (calls, answer) = calls(&office, "set the priority of all my open deals to high").await;
    assert!(calls.is_empty() && answer.contains("stands for no person"), "{answer}");
    let (calls, answer) = self::calls(&office, "reassign Jane Doe to me").await;
    assert!(calls.is_empty() && answer.contains("stands for no person"), "{answer}");
}

#[tokio::test]
async fn no_question_goes_on_from_an_order() {
    let messages = vec![
        said("Update the status of Jane Doe to won"),
        ModelMessage::answer_of("Done.".to_owned()),
        said("and the lost ones?"),
    ];
    let next = turn(asking(office(), messages)).await;
    assert_eq!(next, Turn::Call("deals.search".to_owned(), json!({"status": "lost", "limit": 20})));
}

#[tokio::test]
async fn examples_of_writes_are_given_where_something_may_be_written_and_they_work() {
    let mut office = office();
    office.samples.deal = Some("Windmere renewal".to_owned());
    let help = turn(asking(office.clone(), vec![said("help")])).await.text();
    let (_, writes) = help.split_once("I can also write").unwrap();
    let examples: Vec<&str> = writes.lines().filter_map(|line| line.strip_prefix("- ")).collect();
    assert_eq!(examples.len(), 3, "{help}");
    for example in examples {
        let (calls, answer) = calls(&office, example).await;
        assert!(calls.last().is_some_and(|(tool, _)| WRITES.contains(&tool.as_str())), "{example}: {answer}");
    }
    let help = turn(request(office, vec![said("help")])).await.text();
    assert!(!help.contains("write"), "{help}");
}
