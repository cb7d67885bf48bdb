//! The workspace's own words: stages, pipelines, people; and the statuses that records have.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Reader;
use crate::builtin::question::{Entity, Filters, Group, Owner};
use crate::builtin::words::Words;

/// Statuses that contacts usually have; any other is understood after the word "status".
const CONTACT_STATUSES: &[&str] = &[
    "lead",
    "qualified",
    "unqualified",
    "proposal",
    "won",
    "lost",
    "new",
    "contacted",
    "prospect",
    "negotiation",
    "nurture",
    "churned",
    "inactive",
    "active",
    "open",
];
/// Names that are also words: taken for a person only in capitals and not first in the sentence.
const ALSO_WORDS: &[&str] = &[
    "will", "mark", "may", "grant", "bill", "art", "sue", "rich", "chase", "dean", "june", "april", "august",
    "max", "drew", "faith", "hope", "joy", "rose", "win", "price", "young", "long", "new", "case", "day",
    "page", "an", "so",
];
const STATUS_LIKE: &[&str] =
    &["won", "lost", "open", "active", "closed", "new", "win", "pending", "status", "value"];

impl Reader<'_> {
    pub(super) fn stages(&mut self) {
        let briefing = self.briefing;
        for pipeline in &briefing.pipelines {
            self.pipeline_name(&pipeline.name);
        }
        let names: BTreeSet<&str> =
            briefing.pipelines.iter().flat_map(|p| &p.stages).map(|stage| stage.name.as_str()).collect();
        let mut names: Vec<(Words, &str)> = names.into_iter().map(|name| (Words::new(name), name)).collect();
        names.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        for (words, name) in names {
            let phrase = phrase(&words);
            while let Some(found) = self.words.find(&phrase) {
                if words.len() == 1 && STATUS_LIKE.contains(&phrase.as_str()) && !self.said_as_stage(&found) {
                    break;
                }
                self.words.mark(found);
                match self.question.filters.stage.take() {
                    Some(other) if other != name => self.twice("stage", &other, name),
                    _ => {}
                }
                self.question.filters.stage = Some(name.to_owned());
            }
        }
        self.unknown_stage();
    }

    fn pipeline_name(&mut self, name: &str) {
        let words = Words::new(name);
        let core: Vec<&str> =
            words.list.iter().map(|w| w.fold.as_str()).filter(|w| *w != "pipeline").collect();
        let Some(found) = self.words.find(&core.join(" ")) else { return };
        let beside = self.words.is(found.end, &["pipeline"])
            || found.start.checked_sub(1).is_some_and(|i| self.words.is(i, &["pipeline"]));
        if beside {
            self.words.mark(found);
            self.question.filters.pipeline = Some(name.to_owned());
        }
    }

    fn said_as_stage(&self, found: &Range<usize>) -> bool {
        found.start.checked_sub(1).is_some_and(|i| self.words.is(i, &["in", "stage", "at"]))
            || self.words.is(found.end, &["stage"])
    }

    /// "stage Banana", "in the Banana stage": the tool says which stages there are.
    fn unknown_stage(&mut self) {
        if self.question.filters.stage.is_some() || self.question.group.is_some() {
            return;
        }
        for at in 0..self.words.len() {
            let after = at + 1 + usize::from(self.words.is(at + 1, &["is"]));
            let named = |i: usize| self.words.get(i).is_some_and(|w| !w.used && (w.capital || w.quoted));
            let found = match self.words.is(at, &["stage"]) {
                true if named(after) => Some(at..after + 1),
                true if at > 0 && named(at - 1) => Some(at - 1..at + 1),
                _ => None,
            };
            if let Some(found) = found {
                let text = self.words.slice(found.clone());
                let value = text
                    .trim_start_matches("stage")
                    .trim_start()
                    .trim_start_matches("is ")
                    .trim_end_matches("stage");
                self.question.filters.stage = Some(value.trim().to_owned());
                self.words.mark(found);
                return;
            }
        }
    }

    pub(super) fn statuses(&mut self) {
        self.said_status();
        let entity = self.question.entity.or(self.before).unwrap_or(Entity::Deals);
        if entity == Entity::Contacts {
            for (plural, status) in [("clients", "Client"), ("leads", "Lead"), ("prospects", "Prospect")] {
                if self.words.take(plural).is_some() {
                    self.set_status(status.to_owned());
                }
            }
        }
        for at in 0..self.words.len() {
            let Some(word) = self.words.open(at) else { continue };
            let Some(status) = status_of(entity, word) else {
                if entity == Entity::Deals && word == "closed" && self.question.filters.date_field.is_none() {
                    self.words.mark(at..at + 1);
                    self.twice("status", "won", "lost");
                }
                continue;
            };
            let status =
                if entity == Entity::Contacts { self.words.slice(at..at + 1) } else { status.to_owned() };
            self.words.mark(at..at + 1);
            self.set_status(status);
        }
        if entity == Entity::Tasks && self.words.take("in progress").is_some() {
            self.set_status("in_progress".to_owned());
        }
        if self.words.take_any(&["overdue", "past due", "late"]).is_some() {
            self.question.filters.overdue = true;
            self.question.entity = self.question.entity.or(Some(Entity::Tasks));
        }
    }

    fn set_status(&mut self, status: String) {
        let Filters { status: known, .. } = &mut self.question.filters;
        match known.take() {
            Some(other) if !other.eq_ignore_ascii_case(&status) => {
                let compares = matches!(self.question.entity, None | Some(Entity::Deals));
                let open = other == "open" || status == "active";
                if compares && !open && self.question.group.is_none_or(|g| g == Group::Status) {
                    // "won and lost deals": both, side by side.
                    self.question.group = Some(Group::Status);
                } else {
                    self.twice("status", &other, &status);
                }
            }
            _ if self.question.group == Some(Group::Status)
                && self.question.entity != Some(Entity::Contacts) => {}
            _ => *known = Some(status),
        }
    }

    /// "with status Qualified", "whose status is Qualified".
    fn said_status(&mut self) {
        for at in 0..self.words.len() {
            if !self.words.is(at, &["status"]) {
                continue;
            }
            let value = at + 1 + usize::from(self.words.is(at + 1, &["is", "of", "equals", "equal"]));
            let plain = self.words.get(value).is_some_and(|w| !w.used);
            if plain
                && !self.words.is(
                    value,
                    &["by", "for", "and", "the", "in", "at", "of", "with", "or", "are", "do", "does"],
                )
            {
                let end = self.status_end(value);
                let text = self.words.slice(value..end);
                let entity = self.question.entity.or(self.before).unwrap_or(Entity::Deals);
                let known = self.words.open(value).and_then(|w| status_of(entity, w));
                let status =
                    if entity == Entity::Contacts { text } else { known.map_or(text, str::to_owned) };
                self.words.mark(at..end);
                self.set_status(status);
            }
        }
    }

    /// A status of several words ("Referral partner") runs up to the next word of another kind.
    fn status_end(&self, start: usize) -> usize {
        let goes_on = |at: usize| {
            let word = self.words.open(at).filter(|_| self.question.entity == Some(Entity::Contacts));
            word.is_some_and(|w| !super::FILLERS.contains(&w) && super::intent::plural(w).is_none())
        };
        let single = self.words.open(start).is_none_or(|w| CONTACT_STATUSES.contains(&w));
        let mut end = start + 1;
        while !single && end < start + 3 && goes_on(end) && !self.words.get(end - 1).is_some_and(|w| w.ends) {
            end += 1;
        }
        end
    }

    pub(super) fn owners(&mut self) {
        for at in 0..self.words.len() {
            let told = at.checked_sub(1).and_then(|i| self.words.get(i)).is_some_and(|w| {
                matches!(
                    w.fold.as_str(),
                    "give" | "show" | "tell" | "let" | "get" | "send" | "can" | "should" | "could"
                )
            });
            let wish = self.words.is(at, &["i"])
                && self.words.is(at + 1, &["want", "need", "would", "mean", "see", "know"]);
            if self.words.is(at, &["my", "mine", "me", "i", "myself"]) && !told && !wish {
                self.words.mark(at..at + 1);
                self.question.filters.owner = Some(Owner::Me);
            }
        }
        for (words, name) in self.people() {
            while let Some(found) = self.words.find(&words) {
                if !words.contains(' ') && !self.stands_alone(&found) {
                    break;
                }
                self.words.mark(found.clone());
                let name = name.clone().unwrap_or_else(|| self.words.slice(found));
                match self.question.filters.owner.take() {
                    Some(Owner::Named(other)) if other != name => self.twice("owner", &other, &name),
                    _ => {}
                }
                self.question.filters.owner = Some(Owner::Named(name));
            }
        }
    }

    /// The words by which each colleague may be called; without a name where several share the word.
    fn people(&self) -> Vec<(String, Option<String>)> {
        let mut called: Vec<(String, Option<String>)> = Vec::new();
        for user in &self.briefing.users {
            let words = Words::new(&user.full_name);
            let ends = [words.list.first(), words.list.last()];
            let parts = ends.into_iter().flatten().map(|w| w.fold.clone()).filter(|w| w.chars().count() > 1);
            for word in std::iter::once(phrase(&words)).chain(parts).filter(|w| !w.is_empty()) {
                match called.iter_mut().find(|(known, _)| *known == word) {
                    Some((_, name)) if name.as_deref() != Some(&user.full_name) => *name = None,
                    Some(_) => {}
                    None => called.push((word, Some(user.full_name.clone()))),
                }
            }
        }
        called.sort_by_key(|(words, _)| std::cmp::Reverse(words.split(' ').count()));
        called
    }

    /// Whether one word names a colleague, and is not part of another name ("Raj" in "Raj Industries").
    fn stands_alone(&self, found: &Range<usize>) -> bool {
        let neighbour = |i: Option<usize>| {
            let word = i.and_then(|i| self.words.get(i));
            word.is_some_and(|w| w.capital && !w.used && !super::FILLERS.contains(&w.fold.as_str()))
        };
        let before = found.start.checked_sub(1).filter(|i| *i > 0);
        let Some(word) = self.words.get(found.start) else { return false };
        let also_word = ALSO_WORDS.contains(&word.fold.as_str()) && (!word.capital || found.start == 0);
        let ends = word.ends || word.possessive;
        !also_word && !neighbour(before) && (ends || !neighbour(Some(found.end)))
    }
}

fn phrase(words: &Words) -> String {
    words.list.iter().map(|w| w.fold.as_str()).collect::<Vec<_>>().join(" ")
}

/// The status that a word means for a kind of record.
fn status_of(entity: Entity, word: &str) -> Option<&'static str> {
    match entity {
        Entity::Deals => match word {
            "open" | "active" | "ongoing" | "live" | "running" => Some("active"),
            "won" | "win" | "wins" => Some("won"),
            "lost" | "lose" | "losses" => Some("lost"),
            _ => None,
        },
        Entity::Matters => match word {
            "open" | "active" | "ongoing" => Some("open"),
            "pending" => Some("pending"),
            "closed" => Some("closed"),
            _ => None,
        },
        Entity::Tasks => match word {
            "open" | "outstanding" | "pending" => Some("open"),
            "completed" | "complete" | "done" | "finished" => Some("completed"),
            _ => None,
        },
        Entity::Contacts => CONTACT_STATUSES.iter().find(|status| **status == word).copied(),
        Entity::Companies | Entity::Notes => None,
    }
}
