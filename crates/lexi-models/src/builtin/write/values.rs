//! What a field is to be, spelt as the workspace spells it.

use std::ops::Range;

use lexi_types::records::RecordType;
use serde_json::{Value, json};

use super::read::Refusal;
use super::{Set, named};
use crate::Briefing;
use crate::builtin::field::Field;
use crate::builtin::format::{joined, plain, thousands};
use crate::builtin::lexicon;
use crate::builtin::spelling::stem;
use crate::builtin::tag::{Measured, Role, State, Tag};
use crate::builtin::tokens::{self, Lexis};
use crate::builtin::words::{Words, fold};

/// A field, if it is said which, and the words that say what it is to be.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub field: Option<Field>,
    pub span: Range<usize>,
}

/// What was set, in words.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub field: String,
    pub value: String,
}

impl Told {
    fn new(field: &Field, value: impl Into<String>) -> Self {
        Self { field: field.noun(), value: value.into() }
    }
}

/// The statuses that contacts have where none of them has one yet.
const USUAL: &[&str] = &["Lead", "Qualified", "Proposal", "Won", "Lost", "Client", "Customer", "Prospect"];

pub(super) struct Values<'a> {
    pub words: &'a Words,
    pub lexis: &'a Lexis<'a>,
}

impl Values<'_> {
    /// Sets the field of records of this type. `None` where the words cannot be meant so at all.
    pub(super) fn set(
        &self,
        kind: RecordType,
        setting: &Setting,
        set: &mut Set,
    ) -> Option<Result<Told, Refusal>> {
        use RecordType::{Company, Contact, Deal};
        let span = &setting.span;
        let text = self.words.slice(span.clone());
        let Some(field) = &setting.field else { return self.position(kind, &text, set) };
        let put = |set: &mut Set, key: &str, value: Value| drop(set.fields.insert(key.to_owned(), value));
        let told = match (kind, field) {
            (Contact, Field::Status | Field::Stage) => return Some(self.contact_status(&text, set)),
            (Deal, Field::Stage) => return Some(self.stage(&text, set)),
            (Deal, Field::Status) => {
                return match status(&text) {
                    Some(status) => {
                        put(set, "status", json!(status));
                        Some(Ok(Told::new(field, status)))
                    }
                    // "the status of the deal to Negotiation": people say status for stage.
                    None => Some(self.stage(&text, set)),
                };
            }
            (Contact | Deal, Field::Owner) => match named::user(self.words, span, self.lexis.briefing)? {
                Ok(user) => {
                    put(set, "owner", json!(user.id));
                    Told::new(field, plain(&user.full_name))
                }
                Err(refusal) => return Some(Err(refusal)),
            },
            (Contact | Deal, Field::Priority) => {
                let level = fold(&text);
                let level = ["high", "medium", "low"].into_iter().find(|known| *known == level);
                let Some(level) = level else {
                    return Some(Err(Refusal::of(format!(
                        "There is no priority “{}”. There are: high, medium and low. Nothing was changed.",
                        plain(&text)
                    ))));
                };
                put(set, "priority", json!(level));
                Told::new(field, level)
            }
            (Contact | Deal, Field::FollowUp) | (Deal, Field::CloseDate) => {
                let Some(day) = tokens::day_to_come(self.words, span, self.lexis.briefing.today) else {
                    return Some(Err(Refusal::of(format!(
                        "I did not understand “{}” as a day, so nothing was changed. Please write it like 2026-12-01 or “5 December”.",
                        plain(&text)
                    ))));
                };
                let key = if *field == Field::FollowUp { "next_follow_up_date" } else { "closed_date" };
                put(set, key, json!(day.to_string()));
                Told::new(field, day.to_string())
            }
            (Deal, Field::Value) => return self.amount(span, set),
            (Deal, Field::Probability) => return self.probability(span, set),
            (Deal, Field::PracticeArea) => return Some(self.known(kind, field, "matter_type", &text, set)),
            (Deal, Field::FeeModel) => return Some(self.known(kind, field, "fee_model", &text, set)),
            (Deal, Field::Pipeline) => return Some(self.pipeline(&text, set)),
            (Contact, Field::Email) => {
                let address = text.contains('@') && !text.contains(char::is_whitespace);
                if !address {
                    return Some(Err(Refusal::of(format!(
                        "“{}” is no e-mail address, so nothing was changed.",
                        plain(&text)
                    ))));
                }
                put(set, "email", json!(text));
                Told::new(field, plain(&text))
            }
            (Contact, Field::Phone) => {
                // With the sign before it, which is no part of a word.
                let number = self.words.written(span.clone());
                let digits = number.chars().filter(char::is_ascii_digit).count();
                let fits = number
                    .chars()
                    .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '-' | '/' | '(' | ')' | '.'));
                if digits < 5 || !fits {
                    return Some(Err(Refusal::of(format!(
                        "“{}” is no phone number, so nothing was changed.",
                        plain(&text)
                    ))));
                }
                put(set, "phone", json!(number));
                Told::new(field, plain(&number))
            }
            (Contact, Field::JobTitle) => self.written(span, field, "job_title", set)?,
            (Contact, Field::Company) => self.written(span, field, "company_name", set)?,
            (Company, Field::City) => self.written(span, field, "city", set)?,
            (Company, Field::Country) => self.written(span, field, "country", set)?,
            (Company, Field::Industry) => self.written(span, field, "industry", set)?,
            (Company, Field::Website) => self.written(span, field, "website", set)?,
            (Contact | Deal | Company, Field::Tag) => {
                let tag = self.tag(kind, span)?;
                set.tags.push(tag.clone());
                Told::new(field, plain(&tag))
            }
            (Contact, Field::Custom(name)) => {
                let known = self.lexis.briefing.vocabulary.values(kind, &format!("custom.{name}"));
                let value = match spelt(known, &text) {
                    Some(value) => value,
                    None => return Some(Err(unknown(&field.noun(), &text, known))),
                };
                let custom = set.fields.entry("custom_fields").or_insert_with(|| json!({}));
                if let Some(custom) = custom.as_object_mut() {
                    custom.insert(name.clone(), json!(value));
                }
                Told::new(field, plain(&value))
            }
            _ => {
                return Some(Err(Refusal {
                    rank: 4,
                    say: format!(
                        "I cannot set the {} of a {}, so nothing was changed.",
                        field.noun(),
                        kind.as_str()
                    ),
                }));
            }
        };
        Some(Ok(told))
    }

    /// A value that says itself of which field it is: a stage or a status.
    fn position(&self, kind: RecordType, text: &str, set: &mut Set) -> Option<Result<Told, Refusal>> {
        match kind {
            RecordType::Contact => Some(self.contact_status(text, set)),
            RecordType::Deal => Some(match (self.stage_named(text), status(text)) {
                (None, Some(status)) => {
                    set.fields.insert("status".to_owned(), json!(status));
                    Ok(Told::new(&Field::Status, status))
                }
                _ => self.stage(text, set),
            }),
            _ => None,
        }
    }

    pub(super) fn contact_status(&self, text: &str, set: &mut Set) -> Result<Told, Refusal> {
        let known = self.lexis.briefing.vocabulary.values(RecordType::Contact, "status");
        let role = role(text).map(Role::status);
        let value = spelt(known, text).or_else(|| spelt(known, role?)).or_else(|| {
            let usual: Vec<String> = USUAL.iter().map(|status| (*status).to_owned()).collect();
            known.is_empty().then(|| spelt(&usual, text)).flatten()
        });
        let Some(value) = value else { return Err(unknown("status", text, known)) };
        set.fields.insert("status".to_owned(), json!(value));
        Ok(Told::new(&Field::Status, plain(&value)))
    }

    fn stage_named(&self, text: &str) -> Option<String> {
        let stages = self.lexis.briefing.pipelines.iter().flat_map(|pipeline| &pipeline.stages);
        let key = fold(text);
        stages.into_iter().find(|stage| fold(&stage.name) == key).map(|stage| stage.name.clone())
    }

    fn stage(&self, text: &str, set: &mut Set) -> Result<Told, Refusal> {
        let Some(stage) = self.stage_named(text) else {
            let mut known: Vec<String> = Vec::new();
            for stage in self.lexis.briefing.pipelines.iter().flat_map(|pipeline| &pipeline.stages) {
                if !known.contains(&stage.name) {
                    known.push(stage.name.clone());
                }
            }
            return Err(unknown("stage", text, &known));
        };
        set.fields.insert("stage".to_owned(), json!(stage));
        Ok(Told::new(&Field::Stage, plain(&stage)))
    }

    fn pipeline(&self, text: &str, set: &mut Set) -> Result<Told, Refusal> {
        let known: Vec<String> = self.lexis.briefing.pipelines.iter().map(|p| p.name.clone()).collect();
        let Some(value) = spelt(&known, text) else { return Err(unknown("pipeline", text, &known)) };
        set.fields.insert("pipeline".to_owned(), json!(value));
        Ok(Told::new(&Field::Pipeline, plain(&value)))
    }

    fn known(
        &self,
        kind: RecordType,
        field: &Field,
        key: &str,
        text: &str,
        set: &mut Set,
    ) -> Result<Told, Refusal> {
        let known = self.lexis.briefing.vocabulary.values(kind, key);
        let Some(value) = spelt(known, text) else { return Err(unknown(&field.noun(), text, known)) };
        set.fields.insert(key.to_owned(), json!(value));
        Ok(Told::new(field, plain(&value)))
    }

    fn amount(&self, span: &Range<usize>, set: &mut Set) -> Option<Result<Told, Refusal>> {
        let (value, of, currency) = tokens::amount_in(self.words, span)?;
        if of == Measured::Percent || value < 0.0 {
            return None;
        }
        let number = whole(value)?;
        set.fields.insert("estimated_value".to_owned(), number.clone());
        if let Some(code) = currency {
            set.fields.insert("currency".to_owned(), json!(code));
        }
        let digits = number.to_string();
        let shown = if digits.contains('.') { digits } else { thousands(&digits) };
        let shown = currency.map_or(shown.clone(), |code| format!("{code} {shown}"));
        Some(Ok(Told::new(&Field::Value, shown)))
    }

    fn probability(&self, span: &Range<usize>, set: &mut Set) -> Option<Result<Told, Refusal>> {
        let (value, of, _) = tokens::amount_in(self.words, span)?;
        let fits =
            of != Measured::Money && (0.0..=100.0).contains(&value) && value.fract().abs() < f64::EPSILON;
        if !fits {
            return Some(Err(Refusal::of(
                "A probability is a whole number from 0 to 100 %, so nothing was changed.".to_owned(),
            )));
        }
        let number = whole(value)?;
        let shown = format!("{number} %");
        set.fields.insert("probability".to_owned(), number);
        Some(Ok(Told::new(&Field::Probability, shown)))
    }

    /// Words that are taken as they are written: in quotes, or capital at the beginning, and never a second request.
    fn written(&self, span: &Range<usize>, field: &Field, key: &str, set: &mut Set) -> Option<Told> {
        let text = self.content(span)?;
        set.fields.insert(key.to_owned(), json!(text));
        Some(Told::new(field, plain(&text)))
    }

    fn content(&self, span: &Range<usize>) -> Option<String> {
        let quoted = span.len() == 1 && self.words.get(span.start).is_some_and(|w| w.quoted);
        let text = self.words.slice(span.clone());
        let website = text.contains('.') && !text.contains(char::is_whitespace);
        if !quoted && !website {
            let name = named::looks_like_a_name(self.words, span);
            let again = span
                .clone()
                .any(|at| self.words.is(at, &["and", "then"]) && self.words.is(at + 1, lexicon::COMMANDS));
            if !name || again {
                return None;
            }
        }
        (!text.is_empty()).then_some(text)
    }

    /// A tag that there is, or a new one in quotes or of one word.
    fn tag(&self, kind: RecordType, span: &Range<usize>) -> Option<String> {
        let text = self.words.slice(span.clone());
        let known = self.lexis.briefing.vocabulary.values(kind, "tag");
        if let Some(tag) = spelt(known, &text) {
            return Some(tag);
        }
        let small =
            ["a", "an", "the", "it", "this", "that", "note", "tag", "label", "task", "contact", "deal"];
        (span.len() == 1 && !self.words.is(span.start, &small)).then_some(text)
    }
}

/// Of the values that there are, the one that is written so.
fn spelt(known: &[String], text: &str) -> Option<String> {
    let key = fold(text);
    known
        .iter()
        .find(|value| fold(value) == key)
        .or_else(|| known.iter().find(|value| fold(&value.replace('_', " ")) == key))
        .cloned()
}

fn unknown(field: &str, text: &str, known: &[String]) -> Refusal {
    let names: Vec<String> = known.iter().take(20).map(|value| plain(value)).collect();
    let there =
        if names.is_empty() { String::new() } else { format!(" There are: {}.", joined(&names, "and")) };
    Refusal {
        rank: 2,
        say: format!("There is no {field} “{}” here, so nothing was changed.{there}", plain(text)),
    }
}

fn status(text: &str) -> Option<&'static str> {
    match fold(text).as_str() {
        "won" | "closed won" => Some("won"),
        "lost" | "closed lost" => Some("lost"),
        "active" | "open" => Some("active"),
        _ => None,
    }
}

pub(super) fn role(text: &str) -> Option<Role> {
    let folded = stem(&fold(text));
    match lexicon::longest(|at| (at == 0).then_some(folded.as_str()))? {
        (1, Tag::Role(role)) => Some(role),
        _ => None,
    }
}

/// Whether records that come there count as lost.
pub(super) fn means_lost(text: &str, briefing: &Briefing) -> bool {
    let key = fold(text);
    let word = matches!(
        lexicon::longest(|at| (at == 0).then_some(key.as_str())),
        Some((1, Tag::State(State::Lost)))
    );
    let stages = briefing.pipelines.iter().flat_map(|pipeline| &pipeline.stages);
    let stage = stages.into_iter().any(|stage| fold(&stage.name) == key && stage.stage_type == "lost");
    word || stage || key == "closed lost" || key == "dead"
}

/// An amount with at most two decimals.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and far below the limit of i64")]
fn whole(value: f64) -> Option<Value> {
    if value.fract().abs() < f64::EPSILON && value.abs() < 1e15 {
        return Some(json!(value as i64));
    }
    let cents = value * 100.0;
    ((cents - cents.round()).abs() < 1e-6).then(|| json!(value))
}
