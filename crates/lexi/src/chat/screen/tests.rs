use lexi_types::sse::Frame;
use lexi_types::{Grounding, MessageId, Usage};

use super::*;
use crate::chat::shown::Shown;

const PLAIN: Looks = Looks { json: false, clean: false, color: false, live: false };

fn text(delta: &str) -> Event {
    Event::Text { delta: delta.into(), conversation_id: ConversationId::new() }
}

fn step(status: ToolStatus, summary: Option<&str>) -> Event {
    Event::ToolStep {
        tool: "contacts.get".into(),
        status,
        summary: summary.map(str::to_owned),
        call_id: "call_1".into(),
        is_error: summary.map(|_| false),
        records: None,
        task_id: None,
        requires_approval: None,
    }
}

fn done(finish_reason: FinishReason) -> Event {
    let usage = Usage::default();
    Event::Done {
        credits_remaining: 4838,
        message_id: MessageId::new(),
        credits_charged: 2,
        finish_reason,
        usage,
        grounding: Grounding::default(),
    }
}

fn play(looks: Looks, events: &[Event]) -> (String, String, String) {
    let (out, notes, both) = (Shown::default(), Shown::default(), Shown::default());
    for (o, n) in [(&out, &notes), (&both, &both)] {
        let mut screen = Screen::new(Box::new(o.clone()), Box::new(n.clone()), looks);
        for event in events {
            screen.event(event).unwrap();
            screen.done(event, false, None).unwrap();
        }
    }
    (out.text(), notes.text(), both.text())
}

#[test]
fn figures_that_nothing_supports_are_named() {
    let mut event = done(FinishReason::Stop);
    if let Event::Done { grounding, .. } = &mut event {
        *grounding = Grounding { figures: 3, unsupported: vec!["7 %".to_owned(), "EUR 9".to_owned()] };
    }
    let (_, notes, _) = play(PLAIN, &[event]);
    assert!(notes.starts_with("not found in the records: 7 %, EUR 9\n"), "{notes}");
}

#[test]
fn the_answer_alone_goes_to_the_output() {
    let events = [
        Event::Thinking { text: "Looking up".into() },
        Event::Thinking { text: " the contact...".into() },
        step(ToolStatus::Started, None),
        step(ToolStatus::Completed, Some("Found 1 contact")),
        text("Jane Doe is"),
        text(" in Proposal."),
        done(FinishReason::Stop),
    ];
    let (out, notes, both) = play(PLAIN, &events);
    assert_eq!(out, "Jane Doe is in Proposal.\n");
    assert_eq!(
        notes,
        "Looking up the contact...\n… contacts.get\n✓ contacts.get  Found 1 contact\n2 credits used · 4,838 credits left\n"
    );
    assert_eq!(
        both,
        "Looking up the contact...\n… contacts.get\n✓ contacts.get  Found 1 contact\nJane Doe is in Proposal.\n2 credits used · 4,838 credits left\n"
    );
}

#[test]
fn a_step_in_the_middle_of_the_text_gets_a_line_of_its_own() {
    let events =
        [text("One"), step(ToolStatus::Completed, Some("s")), text("Two\n"), done(FinishReason::Canceled)];
    let (out, _, both) = play(PLAIN, &events);
    assert_eq!(out, "OneTwo\n");
    assert_eq!(both, "One\n✓ contacts.get  s\nTwo\ncanceled · 2 credits used · 4,838 credits left\n");
}

#[test]
fn colors_only_where_wanted_and_no_control_characters_on_a_terminal() {
    let events = [step(ToolStatus::Completed, Some("\x1b[2Js")), text("a\x1b[31mb")];
    let (out, notes, _) = play(Looks { clean: true, color: true, ..PLAIN }, &events);
    assert_eq!(
        (out.as_str(), notes.as_str()),
        ("a[31mb", "\x1b[32m✓\x1b[0m contacts.get  \x1b[2m[2Js\x1b[0m\n")
    );
    let (out, notes, _) = play(PLAIN, &events);
    assert_eq!(out, "a\x1b[31mb", "a file gets the answer as it was sent");
    assert!(!notes.contains('\x1b'));
}

#[test]
fn json_lines_carry_the_data_as_it_was_sent() {
    let out = Shown::default();
    let looks = Looks { json: true, ..PLAIN };
    let mut screen = Screen::new(Box::new(out.clone()), Box::new(io::sink()), looks);
    let data = "{\"delta\": \"a\", \"x\": 1.0}".to_owned();
    screen.frame(&ClientFrame::Frame(Frame { id: Some("3".into()), event: "text".into(), data })).unwrap();
    screen.frame(&ClientFrame::Restarted).unwrap();
    let shown = out.text();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[0], r#"{"id": 3, "event": "text", "data": {"delta": "a", "x": 1.0}}"#);
    assert!(lines.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()));
}
