//! Names that stand for records which the wanted ones hang on, and words that texts must hold.

use super::Reader;
use super::record::is_subject;
use crate::builtin::field::Field;
use crate::builtin::lexicon;
use crate::builtin::question::{Entity, Intent, Name, Subject};
use crate::builtin::spelling::stem;
use crate::builtin::tag::{Many, Prep, Tag};

/// What texts are not searched for: nearly every one of them has it.
const SMALL_WORDS: &[&str] = &[
    "the", "a", "an", "any", "our", "of", "or", "with", "for", "to", "in", "word", "that", "they", "it",
    "is", "are", "was", "were", "be", "we", "you", "he", "she", "and", "this", "their", "i", "on", "at",
];

impl Reader<'_> {
    /// "this deal", "the current contact".
    pub(super) fn this_record(&mut self) {
        for at in 0..self.tokens.len() {
            if !self.is(at, |tag| *tag == Tag::This) {
                continue;
            }
            let noun = self.after(at);
            let kind = match self.open(noun) {
                Some(Tag::Noun(kind, Many::One)) => Some(kind.kind()),
                Some(Tag::Role(_)) if !self.folded(noun).ends_with('s') => {
                    Some(lexi_types::records::RecordType::Contact)
                }
                _ => None,
            };
            if let Some(kind) = kind {
                self.take(at);
                self.take(noun);
                self.question.filters.about = Some(Subject::This(Some(kind)));
            }
        }
    }

    /// "notes that mention the power of attorney", "todos about conflict checks": what follows must stand in the text.
    pub(super) fn texts(&mut self) {
        let telling = self.has(|tag| {
            matches!(
                tag,
                Tag::Noun(Entity::Notes | Entity::Tasks | Entity::Activities, _)
                    | Tag::Happened(_)
                    | Tag::Timeline
            )
        });
        for at in 0..self.tokens.len() {
            let mentions = self.is(at, |tag| *tag == Tag::Mentions);
            let about = telling && self.is(at, |tag| *tag == Tag::Prep(Prep::About));
            if !mentions && !about {
                continue;
            }
            let first = self.after(at);
            let mut end = first;
            while self.tokens.get(end).is_some_and(|token| !token.used && !self.ends_text(end)) {
                end += 1;
                if self.tokens.get(end - 1).is_some_and(|token| token.pause) {
                    break;
                }
            }
            let record = self.is(first, |tag| matches!(tag, Tag::Mention | Tag::This | Tag::Colleague(_)))
                && !mentions;
            let kind_said = about && self.is(first, |tag| matches!(tag, Tag::Noun(..) | Tag::Role(_)));
            let kinds =
                (first + 1..end).all(|place| self.is(place, |tag| matches!(tag, Tag::Noun(_, Many::One))));
            let name = about
                && kinds
                && self.tokens.get(first).is_some_and(|token| token.tag == Tag::Name && token.capital);
            if end == first && mentions {
                // "what does the note say?"
                self.take(at);
            }
            if end == first || record || kind_said || name {
                continue;
            }
            let words: Vec<String> = (first..end)
                .flat_map(|place| {
                    self.tokens.get(place).map(|token| token.span.clone()).into_iter().flatten()
                })
                .filter_map(|place| self.words.get(place))
                .map(|word| if word.quoted { word.fold.clone() } else { stem(&word.fold) })
                .filter(|word| !SMALL_WORDS.contains(&word.as_str()))
                .collect();
            if words.is_empty() {
                continue;
            }
            self.question.filters.text = Some(words.join(" "));
            (at..end).for_each(|place| self.take(place));
        }
    }

    /// What does not belong to the words that are looked for.
    fn ends_text(&self, at: usize) -> bool {
        self.is(at, |tag| {
            matches!(
                tag,
                Tag::Period(_)
                    | Tag::By
                    | Tag::Count
                    | Tag::Colleague(_)
                    | Tag::Versus
                    | Tag::Days(_)
                    | Tag::Mentions
                    | Tag::Older(_)
                    | Tag::Quiet
            )
        }) || self.is(at, |tag| matches!(tag, Tag::Prep(Prep::For | Prep::From | Prep::With | Prep::At)))
            && self.is(self.after(at), |tag| matches!(tag, Tag::Mention | Tag::Colleague(_)))
    }

    /// The names that are left: the wanted records are theirs.
    pub(super) fn named(&mut self) {
        self.words_of_texts();
        let subjects: Vec<usize> = (0..self.tokens.len()).filter(|at| self.is(*at, is_subject)).collect();
        for at in subjects {
            if !self.is(at, is_subject) {
                continue;
            }
            self.one_name(at);
        }
        self.alone();
        self.this_as_subject();
    }

    /// "which of the conflict checks are overdue": what no filter of tasks takes stands in their titles.
    fn words_of_texts(&mut self) {
        if !matches!(self.question.entity, Some(Entity::Tasks)) || self.question.filters.text.is_some() {
            return;
        }
        let written =
            |at: &usize| self.tokens.get(*at).is_some_and(|token| token.own.iter().any(|own| !own.alias));
        let quoted =
            |at: &usize| self.tokens.get(*at).is_some_and(|token| token.quoted && token.tag == Tag::Name);
        let own: Vec<usize> = (0..self.tokens.len())
            .filter(|at| {
                self.is(*at, |t| *t == Tag::Own) && written(at) || quoted(at) && self.is(*at, is_subject)
            })
            .collect();
        let [at] = own.as_slice() else { return };
        let span = self.tokens.get(*at).map(|token| token.span.clone()).into_iter().flatten();
        let words: Vec<String> =
            span.filter_map(|place| self.words.get(place)).map(|word| stem(&word.fold)).collect();
        self.question.filters.text = Some(words.join(" "));
        self.take(*at);
    }

    fn one_name(&mut self, at: usize) {
        let entity = self.entity();
        let Some(token) = self.tokens.get(at).cloned() else { return };
        let before = self.prior(at);
        let prep = before.and_then(|p| match self.tag(p) {
            Some(Tag::Prep(prep)) => Some(*prep),
            _ => None,
        });
        // "who has the end of …": a word like any other, and no name.
        let plain = token.tag == Tag::Name && !token.capital && !token.quoted && !token.possessive;
        if plain
            && (token.span.len() == 1 && (self.folded(at).len() < 4 || lexicon::is_known(&self.folded(at))))
        {
            return;
        }
        let text = self.text(at);
        let negated = before.is_some_and(|p| self.is(p, |tag| *tag == Tag::Not));
        if negated {
            return;
        }
        // "owned by Bob Unknown", "assigned to Bob"
        let owned = self.words.list.iter().any(|w| {
            matches!(w.fold.as_str(), "owned" | "assigned" | "managed" | "handled" | "belongs" | "belong")
        });
        let by = before.is_some_and(|p| self.is(p, |tag| *tag == Tag::By));
        if token.tag == Tag::Name && owned && (by || prep == Some(Prep::To)) {
            self.question.filters.add(Field::Owner, &text, false);
            self.take(at);
            before.into_iter().for_each(|p| self.take(p));
            return;
        }
        if token.tag == Tag::Name && prep == Some(Prep::In) && self.place_or_stage(at, &text) {
            return;
        }
        let behind = self.after(at);
        let noun = |place: usize| match self.open(place) {
            Some(Tag::Noun(kind, Many::One)) => Some(kind.kind()),
            _ => None,
        };
        let (after_noun, before_noun) = (noun(at + 1), before.and_then(noun));
        // "employment matters", "the logistics industry": values that no record has; the tool says which there are.
        let unknown = match self.tag(behind) {
            _ if token.capital || token.tag != Tag::Name || token.span.len() > 2 => None,
            Some(Tag::Noun(Entity::Matters, _)) => Some(Field::PracticeArea),
            Some(Tag::Noun(Entity::Companies, _)) if entity == Entity::Companies => Some(Field::Industry),
            Some(Tag::Key(field @ (Field::Industry | Field::PracticeArea | Field::Stage))) => {
                Some(field.clone())
            }
            _ => None,
        };
        if let Some(field) = unknown.filter(|field| field.argument(entity).is_some()) {
            self.question.filters.add(field, &text, false);
            self.take(at);
            if self.is(behind, |tag| matches!(tag, Tag::Key(_))) {
                self.take(behind);
            }
            return;
        }
        let name_like = token.tag == Tag::Mention
            || token.quoted
            || token.capital && at > 0
            || token.possessive
            || matches!(
                prep,
                Some(Prep::With | Prep::For | Prep::At | Prep::Of | Prep::From | Prep::On | Prep::About)
            )
            || after_noun.is_some()
            || token.capital && self.is(behind, |tag| matches!(tag, Tag::Noun(..)));
        if !(name_like || token.capital && self.question.entity.is_some()) {
            return;
        }
        if self.question.filters.about.is_some() {
            return;
        }
        // A name before the noun that was marked: "Acme deals".
        let mut kinds = token.kinds.clone();
        if let Some(kind) = after_noun.or(before_noun) {
            if kinds.is_empty() || kinds.contains(&kind) {
                kinds = vec![kind];
            }
            let beside: Vec<usize> =
                [Some(at + 1), before].into_iter().flatten().filter(|p| noun(*p).is_some()).collect();
            beside.into_iter().for_each(|place| self.take(place));
        }
        if entity == Entity::Companies
            && !kinds.is_empty()
            && !kinds.contains(&lexi_types::records::RecordType::Company)
        {
            return;
        }
        self.question.filters.about = Some(Subject::Named(Name { text, kinds, hint: None }));
        self.take(at);
    }

    /// "in Banana": a stage, a place or an area that nobody knows; the tool says which there are.
    fn place_or_stage(&mut self, at: usize, text: &str) -> bool {
        if !self.tokens.get(at).is_some_and(|token| token.capital) {
            return false;
        }
        let field = match self.question.entity {
            None | Some(Entity::Deals) => Field::Stage,
            Some(Entity::Companies) => Field::City,
            Some(Entity::Contacts) => Field::Status,
            Some(Entity::Matters) => Field::PracticeArea,
            _ => return false,
        };
        self.question.filters.add(field, text, false);
        self.take(at);
        true
    }

    /// "what about Globex?", or nothing but a name.
    fn alone(&mut self) {
        let rest: Vec<usize> = (0..self.tokens.len())
            .filter(|at| self.tokens.get(*at).is_some_and(|token| !token.used && super::weighs(&token.tag)))
            .collect();
        let [at] = rest.as_slice() else { return };
        let Some(token) = self.tokens.get(*at).cloned() else { return };
        let unsaid = !self.question.says_something();
        if unsaid
            && is_subject(&token.tag)
            && (token.capital
                || token.quoted
                || token.tag == Tag::Mention
                || self.question.follows && !self.question.plural)
        {
            let name = Name { text: self.text(*at), kinds: token.kinds.clone(), hint: None };
            self.question.filters.about = Some(Subject::Named(name));
            self.take(*at);
        }
    }

    /// "How much is this deal worth": the record itself is asked for.
    fn this_as_subject(&mut self) {
        let Some(Subject::This(kind)) = self.question.filters.about else { return };
        let same = self.question.entity.is_none_or(|e| Some(e.kind()) == kind);
        if same && !self.has(|tag| matches!(tag, Tag::Count | Tag::Average | Tag::Timeline)) {
            self.question.subject = self.question.filters.about.take();
            self.question.intent = Some(Intent::Lookup);
        }
    }
}
