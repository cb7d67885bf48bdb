//! Requests whose words are content: notes, logged activities, tasks. What stands in them is never a command.

use std::ops::Range;

use lexi_types::name_key;
use lexi_types::records::RecordType;
use serde_json::{Map, json};

use super::named;
use super::pattern::Bound;
use super::read::{Reader, Refusal};
use super::slot::Slot;
use super::{Act, Create, Named, Order, Target};
use crate::builtin::format::plain;
use crate::builtin::tokens;

const TITLE_CHARS_MAX: usize = 80;

impl Reader<'_> {
    pub(super) fn note(&self, bound: &Bound) -> Option<Result<Order, Refusal>> {
        let (name, text) = (self.name(bound)?, self.text(bound)?);
        let name = match name {
            Ok(name) => name,
            Err(refusal) => return Some(Err(refusal)),
        };
        let fields =
            Map::from_iter([("title".to_owned(), json!(title(&text))), ("content".to_owned(), json!(text))]);
        let told = (format!("add a note to **{}**", plain(&name.text)), String::new());
        Some(Ok(self.content(RecordType::Note, "notes.create", fields, vec![name], told)))
    }

    pub(super) fn log(&self, bound: &Bound) -> Option<Result<Order, Refusal>> {
        let name = match self.name(bound)? {
            Ok(name) => name,
            Err(refusal) => return Some(Err(refusal)),
        };
        let kind = activity(&self.values.words.slice(span(bound, Slot::Activity)?))?;
        let noun = if kind == "email" { "E-mail" } else { kind };
        let mut title = format!("{noun} with {}", name.text);
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let mut fields =
            Map::from_iter([("type".to_owned(), json!(kind)), ("title".to_owned(), json!(title))]);
        if let Some(text) = self.text(bound) {
            fields.insert("description".to_owned(), json!(text));
        }
        let article = if kind == "email" { "an e-mail" } else { &format!("a {kind}") };
        let told = (format!("log {article} with **{}**", plain(&name.text)), String::new());
        Some(Ok(self.content(RecordType::Activity, "activities.log", fields, vec![name], told)))
    }

    pub(super) fn task(&self, bound: &Bound) -> Option<Result<Order, Refusal>> {
        let words = self.values.words;
        let briefing = self.values.lexis.briefing;
        let body = span(bound, Slot::Text)?;
        let user = match span(bound, Slot::User) {
            Some(span) => match named::user(words, &span, briefing)? {
                Ok(user) => Some(user),
                Err(refusal) => return Some(Err(refusal)),
            },
            None => briefing.user.clone(),
        };
        let said = span(bound, Slot::Day).and_then(|span| tokens::day_to_come(words, &span, briefing.today));
        // "… on Friday", at the end.
        let behind = (body.start + 1..body.end).find_map(|at| {
            let day = tokens::day_to_come(words, &(at..body.end), briefing.today)?;
            Some((at, day))
        });
        let (end, due) = match (said, behind) {
            (Some(day), _) => (body.end, Some(day)),
            (None, Some((at, day))) => (at, Some(day)),
            (None, None) => (body.end, None),
        };
        let mut title = if end == body.end { words.rest(body.start) } else { words.slice(body.start..end) };
        title =
            title.trim_end_matches(['.', '!', '?', ',']).trim().trim_matches(['"', '“', '”', '„']).to_owned();
        if title.is_empty() {
            return None;
        }
        if let Some(first) = title.chars().next() {
            title = first.to_uppercase().chain(title.chars().skip(1)).collect();
        }
        let parents = match self.mentioned(&(body.start..end)) {
            Ok(parents) => parents,
            Err(refusal) => return Some(Err(refusal)),
        };
        let mut told = format!("create the task “{}”", plain(&title));
        let mut fields = Map::from_iter([("title".to_owned(), json!(title))]);
        if let Some(day) = due {
            fields.insert("due_date".to_owned(), json!(day.to_string()));
            told.push_str(&format!(", due {day}"));
        }
        if let Some(user) = user {
            fields.insert("assignee".to_owned(), json!(user.id));
            told.push_str(&format!(", for {}", plain(&user.full_name)));
        }
        Some(Ok(self.content(RecordType::Task, "tasks.create", fields, parents, (told, String::new()))))
    }

    fn content(
        &self,
        kind: RecordType,
        tool: &'static str,
        fields: super::Arguments,
        parents: Vec<Named>,
        told: (String, String),
    ) -> Order {
        let create = Create { kind, tool, fields, parents, may_exist: false };
        Order { act: Act::Create(create), target: Target::New, told }
    }

    /// The records that a task speaks of: at most one of each type.
    fn mentioned(&self, span: &Range<usize>) -> Result<Vec<Named>, Refusal> {
        let words = self.values.words;
        let briefing = self.values.lexis.briefing;
        let mut found: Vec<Named> = Vec::new();
        let mut at = span.start;
        while at < span.end {
            let this = words
                .is(at, &["this", "that"])
                .then(|| named::record(words, &(at..at + 2), self.values.lexis));
            if let Some(Some(record)) = this.filter(|_| at + 2 <= span.end) {
                found.push(record?);
                at += 2;
                continue;
            }
            let longest = (at + 1..=span.end.min(at + 8)).rev().find_map(|end| {
                let kinds = named::kinds_of(&words.slice(at..end), briefing);
                let capital = words.get(at).is_some_and(|w| w.capital);
                (!kinds.is_empty() && (capital || end > at + 1)).then_some((end, kinds))
            });
            let colleague = self.values.lexis.colleague_at(words, at).map(|(length, _)| length);
            match (longest, colleague) {
                (Some((end, kinds)), other) if other.is_none_or(|length| end - at > length) => {
                    found.push(Named { text: words.slice(at..end), kinds, id: None });
                    at = end;
                }
                (_, other) => at += other.unwrap_or(1).max(1),
            }
        }
        found.dedup_by_key(|named| name_key(&named.text));
        let twice = found.iter().enumerate().any(|(place, one)| {
            found.iter().skip(place + 1).any(|other| other.kinds.iter().any(|kind| one.kinds.contains(kind)))
        });
        if twice || found.len() > 2 {
            let names: Vec<String> = found.iter().map(|named| format!("“{}”", plain(&named.text))).collect();
            return Err(Refusal::of(format!(
                "I am not sure to which of {} the task belongs, so nothing was created. Please name one.",
                crate::builtin::format::joined(&names, "and")
            )));
        }
        Ok(found)
    }

    fn name(&self, bound: &Bound) -> Option<Result<Named, Refusal>> {
        named::record(self.values.words, &span(bound, Slot::Name)?, self.values.lexis)
    }

    fn text(&self, bound: &Bound) -> Option<String> {
        let start = span(bound, Slot::Text)?.start;
        let text = self.values.words.rest(start);
        let inner =
            text.strip_prefix(['"', '“', '„', '«']).and_then(|t| t.strip_suffix(['"', '”', '“', '»']));
        Some(inner.unwrap_or(&text).trim().to_owned())
    }
}

pub(super) fn span(bound: &Bound, slot: Slot) -> Option<Range<usize>> {
    bound.iter().find(|(known, _)| *known == slot).map(|(_, span)| span.clone())
}

pub(super) fn activity(text: &str) -> Option<&'static str> {
    Some(match crate::builtin::words::fold(text).as_str() {
        "call" | "phone call" | "telephone call" => "call",
        "meeting" | "appointment" => "meeting",
        "email" | "e mail" | "mail" => "email",
        _ => return None,
    })
}

/// The first words, as a title.
fn title(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let sentence = line.split(". ").next().unwrap_or(line).trim_end_matches('.').trim();
    if sentence.chars().count() <= TITLE_CHARS_MAX {
        return sentence.to_owned();
    }
    let cut: String = sentence.chars().take(TITLE_CHARS_MAX).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{whole}…")
}
