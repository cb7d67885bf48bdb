//! The words of the workspace's own records ("litigation", "Berlin", "VIP"), and what records lack ("without owner").

use std::cmp::Reverse;

use lexi_types::records::RecordType;

use super::Reader;
use crate::builtin::question::Entity;
use crate::builtin::words::Words;

/// What stands behind such a word without saying more: "software *companies*", "the logistics *industry*".
const TAILS: &[&str] = &[
    "companies",
    "company",
    "industry",
    "sector",
    "area",
    "practice",
    "work",
    "law",
    "fee",
    "fees",
    "tag",
    "priority",
];
/// What may stand before it: "who *speak* German", "*tagged* urgent".
const HEADS: &[&str] = &["speak", "speaks", "speaking", "tagged", "tag", "priority"];

/// Fields that are understood elsewhere, or that hold words too common to be taken anywhere.
const ELSEWHERE: &[&str] = &["stage", "pipeline", "status", "type", "size"];

const WITHOUT: &[&str] = &[
    "without any",
    "without",
    "with no",
    "have no",
    "has no",
    "having no",
    "lacking",
    "missing",
    "dont have any",
    "dont have",
    "do not have any",
    "do not have",
    "no",
];

/// What may be lacking: the related records, or the field.
const LACKS: &[(&str, Lack)] = &[
    ("open deals", Lack::Related("open_deals")),
    ("open deal", Lack::Related("open_deals")),
    ("deals", Lack::Related("deals")),
    ("deal", Lack::Related("deals")),
    ("notes", Lack::Related("notes")),
    ("note", Lack::Related("notes")),
    ("open tasks", Lack::Related("open_tasks")),
    ("tasks", Lack::Related("tasks")),
    ("task", Lack::Related("tasks")),
    ("open matters", Lack::Related("open_matters")),
    ("matters", Lack::Related("matters")),
    ("matter", Lack::Related("matters")),
    ("contacts", Lack::Related("contacts")),
    ("activities", Lack::Related("activities")),
    ("owner", Lack::Field("owner")),
    ("value", Lack::Field("value")),
    ("amount", Lack::Field("value")),
    ("company", Lack::Field("company")),
    ("contact", Lack::Field("contact")),
    ("email address", Lack::Field("email")),
    ("email", Lack::Field("email")),
    ("phone number", Lack::Field("phone")),
    ("phone", Lack::Field("phone")),
    ("follow up date", Lack::Field("follow_up_date")),
    ("follow up", Lack::Field("follow_up_date")),
    ("follow-up date", Lack::Field("follow_up_date")),
    ("follow-up", Lack::Field("follow_up_date")),
    ("industry", Lack::Field("industry")),
    ("website", Lack::Field("website")),
    ("due date", Lack::Field("due_date")),
    ("assignee", Lack::Field("assignee")),
    ("responsible lawyer", Lack::Field("responsible")),
    ("tags", Lack::Field("tag")),
];

#[derive(Debug, Clone, Copy)]
enum Lack {
    Related(&'static str),
    Field(&'static str),
}

const QUIET: &[&str] = &[
    "gone quiet",
    "been quiet",
    "quiet",
    "inactive",
    "untouched",
    "dormant",
    "stale",
    "without any activity",
    "without activity",
    "no activity",
];
/// Without a number.
const QUIET_DAYS: i64 = 30;

struct Known<'a> {
    phrase: String,
    length: usize,
    rank: usize,
    field: &'a str,
    value: &'a str,
}

impl Reader<'_> {
    /// Each word is a filter of the records in question, or of the companies that they belong to.
    pub(super) fn own_words(&mut self) {
        let briefing = self.briefing;
        let entity = self.question.entity.or(self.before).unwrap_or(Entity::Deals);
        let mut known: Vec<Known<'_>> = Vec::new();
        for field in &briefing.vocabulary.fields {
            let Some(rank) = rank(entity, field.kind, &field.field) else { continue };
            for value in &field.values {
                let words = Words::new(value);
                let folds: Vec<&str> = words.list.iter().map(|word| word.fold.as_str()).collect();
                if !folds.is_empty() {
                    let (phrase, length) = (folds.join(" "), folds.len());
                    known.push(Known { phrase, length, rank, field: &field.field, value });
                }
            }
        }
        known.sort_by_key(|word| (Reverse(word.length), word.rank));
        for word in known {
            while let Some(found) =
                self.words.find(&word.phrase).or_else(|| self.words.find(&format!("{}s", word.phrase)))
            {
                if self.part_of_a_name(found.start, found.end) {
                    break;
                }
                let tail = usize::from(self.words.is(found.end, TAILS));
                let head = usize::from(found.start > 0 && self.words.is(found.start - 1, HEADS));
                self.words.mark(found.start - head..found.end + tail);
                let own = &mut self.question.filters.own;
                match own.iter_mut().find(|(field, _)| field == word.field) {
                    Some((_, values)) => values.push(word.value.to_owned()),
                    None => own.push((word.field.to_owned(), vec![word.value.to_owned()])),
                }
            }
        }
    }

    /// "in euros", "50k EUR", "Swiss francs": currencies are never added up, but one can be asked for.
    pub(super) fn currency(&mut self) {
        const CURRENCIES: &[(&str, &str)] = &[
            ("eur", "EUR"),
            ("euro", "EUR"),
            ("euros", "EUR"),
            ("chf", "CHF"),
            ("swiss francs", "CHF"),
            ("francs", "CHF"),
            ("usd", "USD"),
            ("us dollars", "USD"),
            ("gbp", "GBP"),
        ];
        for (word, code) in CURRENCIES {
            // Looked for among the words of an amount too, which are understood already.
            let said = (0..self.words.len()).any(|at| {
                word.split(' ')
                    .enumerate()
                    .all(|(offset, part)| self.words.get(at + offset).is_some_and(|found| found.fold == part))
            });
            if said {
                let _ = self.words.take(word);
                self.question.filters.own.push(("currency".to_owned(), vec![(*code).to_owned()]));
                return;
            }
        }
    }

    /// "Berlin Solar": a word in capitals right behind one in capitals makes a name of both.
    fn part_of_a_name(&self, start: usize, end: usize) -> bool {
        let capital = |at: usize| self.words.get(at).is_some_and(|word| word.capital && !word.used);
        let before = start > 1 && capital(start) && capital(start - 1);
        before || capital(start) && capital(end)
    }

    /// "without owner", "have no notes", "unassigned", "quiet for 60 days".
    pub(super) fn lacking(&mut self) {
        self.quiet();
        if self.words.take("unassigned").is_some() {
            self.question.filters.missing.push("owner");
        }
        for at in 0..self.words.len() {
            let Some(start) = WITHOUT.iter().find_map(|phrase| self.words.phrase_at(at, phrase)) else {
                continue;
            };
            let start = start + usize::from(self.words.is(start, &["a", "an", "any"]));
            let found = LACKS
                .iter()
                .find_map(|(noun, lack)| self.words.phrase_at(start, noun).map(|end| (end, *lack)));
            let Some((end, lack)) = found else { continue };
            let end = self.words.phrase_at(end, "at all").unwrap_or(end);
            self.words.mark(at..end);
            match lack {
                Lack::Related(name) => self.question.filters.has_no.push(name),
                Lack::Field(name) => self.question.filters.missing.push(name),
            }
        }
    }

    fn quiet(&mut self) {
        let Some(found) = self.words.take_any(QUIET) else { return };
        let near = found.end..(found.end + 5).min(self.words.len());
        let number = near.clone().find_map(|at| {
            let days: i64 = self.words.open(at)?.parse().ok().filter(|days| *days < 10_000)?;
            let scale = match self.words.open(at + 1)? {
                "day" | "days" => 1,
                "week" | "weeks" => 7,
                "month" | "months" => 30,
                _ => return None,
            };
            Some((at + 2, days * scale))
        });
        self.question.filters.inactive = Some(number.map_or(QUIET_DAYS, |(_, days)| days));
        if let Some((end, _)) = number {
            let end = self.words.phrase_at(end, "or more").or_else(|| self.words.phrase_at(end, "or longer"));
            let last = end.unwrap_or(near.end.min(number.map_or(near.end, |(end, _)| end)));
            self.words.mark(found.end..last);
        }
    }
}

/// Where a word of this field belongs in a question about these records; the lowest first.
fn rank(entity: Entity, kind: RecordType, field: &str) -> Option<usize> {
    if ELSEWHERE.contains(&field) {
        return None;
    }
    if kind == entity.kind() {
        let order = ["practice_area", "matter_type", "industry", "country", "city", "fee_model", "job_title"];
        return Some(order.iter().position(|own| *own == field).unwrap_or(match field {
            "priority" => return None,
            "tag" => 9,
            _ => 8,
        }));
    }
    let through = match entity {
        Entity::Deals | Entity::Contacts => matches!(field, "industry" | "country" | "city"),
        Entity::Matters => field == "industry",
        _ => false,
    };
    (kind == RecordType::Company && through).then_some(20)
}
