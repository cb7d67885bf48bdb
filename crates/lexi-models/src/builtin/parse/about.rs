//! Names that are in no vocabulary: "for Acme", "Jane Doe's deals", "interested in Software".

use std::ops::Range;

use super::{FILLERS, Reader, intent};
use crate::builtin::question::{Entity, Intent, Name, Owner, Subject};

/// Longer than any name of a record.
const NAME_WORDS_MAX: usize = 10;

impl Reader<'_> {
    /// "interested in Software", "tagged VIP", "high priority", "where region is North".
    pub(super) fn custom(&mut self) {
        for phrase in [
            "interested in",
            "product interest is",
            "product interest in",
            "product interest of",
            "product interest",
        ] {
            if let Some(found) = self.words.find(phrase)
                && let Some(value) = self.value_at(found.end)
            {
                self.words.mark(found.start..value.end);
                self.question.filters.custom = Some(("product_interest".to_owned(), self.words.slice(value)));
            }
        }
        for phrase in ["tagged with", "tagged as", "tagged", "with tag", "with the tag", "tag"] {
            if let Some(found) = self.words.find(phrase)
                && let Some(value) = self.value_at(found.end)
            {
                self.words.mark(found.start..value.end);
                self.question.filters.tag = Some(self.words.slice(value));
            }
        }
        for phrase in ["with the name", "with name", "whose name is", "named", "called"] {
            if let Some(found) = self.words.find(phrase)
                && let Some(value) = self.value_at(found.end)
            {
                self.words.mark(found.start..value.end);
                self.question.filters.text = Some(self.words.slice(value));
            }
        }
        for level in ["high", "medium", "low", "urgent"] {
            let said =
                [format!("{level} priority"), format!("priority {level}"), format!("priority is {level}")];
            if said.iter().any(|phrase| self.words.take(phrase).is_some()) {
                self.question.filters.priority = Some(level.to_owned());
            }
        }
        self.where_is();
    }

    fn where_is(&mut self) {
        const KNOWN: &[&str] = &["status", "stage", "owner", "company", "value", "i", "we", "does", "do"];
        for at in 0..self.words.len() {
            if !self.words.is(at, &["where", "whose"]) {
                continue;
            }
            let is = (at + 2..at + 5).find(|i| self.words.is(*i, &["is", "equals"]));
            let Some(is) = is.filter(|_| !self.words.is(at + 1, KNOWN) && self.words.open(at + 1).is_some())
            else {
                continue;
            };
            if let Some(value) = self.value_at(is + 1) {
                let field =
                    crate::builtin::words::fold(&self.words.slice(at + 1..is)).replace([' ', '-'], "_");
                self.words.mark(at..value.end);
                self.question.filters.custom = Some((field, self.words.slice(value)));
            }
        }
    }

    /// One quoted text, some words in capitals, or one word.
    fn value_at(&self, at: usize) -> Option<Range<usize>> {
        let first = self.words.get(at).filter(|w| !w.used)?;
        if !first.quoted && FILLERS.contains(&first.fold.as_str()) {
            return None;
        }
        let mut end = at + 1;
        while first.capital
            && !first.quoted
            && end < at + 4
            && !self.words.get(end - 1).is_some_and(|w| w.ends)
        {
            let next = self.words.get(end).filter(|w| !w.used && w.capital && !w.quoted);
            if next.is_none_or(|w| FILLERS.contains(&w.fold.as_str())) {
                break;
            }
            end += 1;
        }
        Some(at..end)
    }

    /// "this deal", "the current contact".
    pub(super) fn this_record(&mut self) {
        for at in 0..self.words.len() {
            let start =
                if self.words.is(at, &["the"]) && self.words.is(at + 1, &["current"]) { at + 1 } else { at };
            if !self.words.is(start, &["this", "that", "current"]) {
                continue;
            }
            if let Some(entity) = self.words.open(start + 1).and_then(intent::singular) {
                self.words.mark(at..start + 2);
                self.question.filters.about = Some(Subject::This(Some(entity.kind())));
            }
        }
    }

    /// "in the logistics industry".
    fn industry(&mut self) {
        let Some(found) = self.words.find("industry").or_else(|| self.words.find("sector")) else { return };
        let open =
            |at: usize| self.words.get(at).is_some_and(|w| !w.used && !FILLERS.contains(&w.fold.as_str()));
        let start = (0..found.start).rev().take(3).take_while(|at| open(*at)).last();
        if let Some(start) = start.filter(|_| self.question.entity == Some(Entity::Companies)) {
            self.question.filters.field_of_work = Some(self.words.slice(start..found.start));
            self.words.mark(start..found.end);
        }
    }

    /// Names behind a preposition, before a noun, or in the possessive.
    pub(super) fn names(&mut self) {
        self.industry();
        for at in 0..self.words.len() {
            self.behind_preposition(at);
        }
        for at in 0..self.words.len() {
            self.possessive(at);
            self.before_noun(at);
        }
        self.alone();
        self.this_as_subject();
    }

    fn behind_preposition(&mut self, at: usize) {
        const ANY: &[&str] =
            &["for", "at", "with", "from", "about", "regarding", "concerning", "mentioning", "containing"];
        const CAPITAL: &[&str] = &["of", "on", "in", "to", "by", "does", "did", "has", "against"];
        let any = self.words.is(at, ANY);
        if !any && !self.words.is(at, CAPITAL) {
            return;
        }
        let Some(preposition) = self.words.open(at).map(str::to_owned) else { return };
        let mut start = at + 1;
        while self.words.is(start, &["the", "our", "a", "an", "client", "customer"]) {
            start += 1;
        }
        let mut kind = self.words.open(start).and_then(intent::singular);
        start += usize::from(kind.is_some());
        let end = self.name_end(start, any);
        if end == start {
            return;
        }
        let after = self.words.open(end).and_then(intent::singular);
        kind = after.or(kind);
        let text = self.words.slice(start..end);
        self.words.mark(at..end + usize::from(after.is_some()));
        self.place_name(&preposition, at, text, kind);
    }

    fn place_name(&mut self, preposition: &str, at: usize, text: String, kind: Option<Entity>) {
        let before =
            at.checked_sub(1).and_then(|i| self.words.get(i)).map(|w| w.fold.clone()).unwrap_or_default();
        let entity = self.question.entity;
        let filters = &mut self.question.filters;
        match (preposition, before.as_str()) {
            (
                "by" | "to",
                "owned" | "assigned" | "managed" | "handled" | "belongs" | "belong" | "belonging" | "led",
            ) => {
                filters.owner = Some(Owner::Named(text));
            }
            ("mentioning" | "containing", _) => filters.text = Some(text),
            ("in" | "from", _) if entity == Some(Entity::Companies) => filters.place = Some(text),
            ("in", _) if matches!(entity, None | Some(Entity::Deals)) => filters.stage = Some(text),
            ("in", _) if entity == Some(Entity::Matters) => filters.field_of_work = Some(text),
            ("in" | "by" | "to", _) => self.question.unplaced.push(text),
            _ => filters.about = Some(named(text, kind)),
        }
    }

    /// Where a name that starts here ends.
    fn name_end(&self, start: usize, lower_case: bool) -> usize {
        let fits = |i: usize| {
            self.words.get(i).is_some_and(|w| {
                let filler = FILLERS.contains(&w.fold.as_str()) && !(w.capital && i > start);
                let noun = intent::singular(&w.fold).or_else(|| intent::plural(&w.fold)).is_some();
                !w.used && (w.quoted || !filler && (w.capital || lower_case && !noun))
            })
        };
        let capital = |i: usize| self.words.get(i).is_some_and(|w| w.capital && !w.used);
        let mut end = start;
        while end < start + NAME_WORDS_MAX {
            let joined = end > start
                && self.words.is(end, &["and", "of", "de", "von", "van", "the"])
                && capital(end - 1)
                && capital(end + 1);
            if !(fits(end) || joined) {
                break;
            }
            end += 1;
            if self.words.get(end - 1).is_some_and(|w| w.ends || w.possessive || w.quoted) {
                break;
            }
        }
        end
    }

    /// "Jane Doe's deals".
    fn possessive(&mut self, at: usize) {
        let owns = self
            .words
            .get(at)
            .is_some_and(|w| w.possessive && !w.used && w.capital && !FILLERS.contains(&w.fold.as_str()));
        if !owns {
            return;
        }
        let start = self.capitals_before(at + 1);
        let text = self.words.slice(start..at + 1);
        self.words.mark(start..at + 1);
        self.question.filters.about = Some(named(text, None));
    }

    /// "Acme deals", "employment matters", "software companies".
    fn before_noun(&mut self, at: usize) {
        let Some(noun) = self.words.get(at).filter(|w| w.used) else { return };
        let entity = intent::plural(&noun.fold).or_else(|| intent::singular(&noun.fold));
        let Some(entity) = entity.filter(|e| Some(*e) == self.question.entity) else { return };
        let kind = matches!(entity, Entity::Companies | Entity::Matters);
        let previous = at.checked_sub(1).and_then(|i| self.words.get(i));
        let plain = previous.is_some_and(|w| !w.used && !FILLERS.contains(&w.fold.as_str()));
        let start = self.capitals_before(at);
        if kind && plain && entity != Entity::Contacts {
            let start = start.min(at - 1);
            self.question.filters.field_of_work = Some(self.words.slice(start..at));
            self.words.mark(start..at);
        } else if start < at && self.question.filters.about.is_none() {
            let text = self.words.slice(start..at);
            self.words.mark(start..at);
            self.question.filters.about = Some(named(text, None));
        }
    }

    fn capitals_before(&self, end: usize) -> usize {
        let mut start = end;
        while let Some(before) = start.checked_sub(1) {
            let fits = self.words.get(before).is_some_and(|w| {
                !w.used
                    && (w.capital || w.quoted)
                    && !FILLERS.contains(&w.fold.as_str())
                    && w.fold.parse::<f64>().is_err()
            });
            if !fits {
                break;
            }
            start = before;
        }
        start
    }

    /// "what about Globex?", or nothing but a name.
    fn alone(&mut self) {
        let rest: Vec<usize> = (0..self.words.len())
            .filter(|at| self.words.get(*at).is_some_and(|w| !w.used && !FILLERS.contains(&w.fold.as_str())))
            .collect();
        let (Some(first), Some(last)) = (rest.first().copied(), rest.last().copied()) else { return };
        let in_capitals = rest.iter().all(|at| self.words.get(*at).is_some_and(|w| w.capital || w.quoted));
        let unsaid = !self.question.says_something();
        if !unsaid
            || last - first >= NAME_WORDS_MAX
            || !(in_capitals || self.question.follows && rest.len() <= 3)
        {
            return;
        }
        let noun = self.words.get(last).and_then(|w| intent::singular(&w.fold)).filter(|_| last > first);
        let end = last + usize::from(noun.is_none());
        let subject = named(self.words.slice(first..end), noun);
        self.words.mark(first..last + 1);
        self.question.filters.about = Some(subject);
    }

    /// "How much is this deal worth": the record itself is asked for.
    fn this_as_subject(&mut self) {
        let kind = match &self.question.filters.about {
            Some(Subject::This(kind)) => *kind,
            _ => return,
        };
        let same = self.question.entity.is_none_or(|e| Some(e.kind()) == kind);
        if same && !matches!(self.question.intent, Some(Intent::Count | Intent::Average)) {
            self.question.subject = self.question.filters.about.take();
            self.question.intent = Some(Intent::Lookup);
        }
    }
}

fn named(text: String, kind: Option<Entity>) -> Subject {
    Subject::Named(Name { text, kind: kind.map(Entity::kind), hint: None })
}
