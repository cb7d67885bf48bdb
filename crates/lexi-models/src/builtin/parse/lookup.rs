//! Questions about one record: "who is X", "tell me about X", "the status of X", "X's e-mail".

use std::ops::Range;

use lexi_types::records::RecordType;

use super::leads::{
    AFTERTHOUGHTS, FOCUSES, LEADS, Lead, MANY, NAME_WORDS_MAX, NOUNS_BEFORE, PRONOUNS, STATUSES, kind_of,
};
use super::{Reader, intent};
use crate::builtin::question::{Focus, Intent, Name, Subject};

impl Reader<'_> {
    pub(super) fn lookup(&mut self) -> bool {
        let Some(first) = (0..self.words.len()).find(|at| self.words.open(*at).is_some() || self.quoted(*at))
        else {
            return false;
        };
        let (lead, start) = self.lead(first);
        let (who, soft) = (lead.is_some_and(|l| l.who), lead.is_none_or(|l| l.soft));
        let end = self.sentence_end(start);
        let (focus, span) = self.focused(start..end);
        if lead.is_none() && focus.is_none() {
            return self.pronoun_focus(start..end);
        }
        let focus = focus.or(lead.and_then(|l| l.focus));
        let Some((subject, named)) = self.subject(span.clone(), who) else {
            return self.pronoun_focus(start..end);
        };
        if soft && !named {
            return self.pronoun_focus(start..end);
        }
        self.words.mark(first..end);
        let of_focus = focus.and_then(kind_of);
        let question = &mut self.question;
        question.intent = Some(Intent::Lookup);
        question.who = who;
        question.focus = focus;
        question.pronoun = false;
        question.subject = Some(match subject {
            Subject::Named(name) => Subject::Named(Name { kind: name.kind.or(of_focus), ..name }),
            this @ Subject::This(_) => this,
        });
        let rest = self.words.slice(end..self.words.len());
        if !rest.is_empty() {
            question.unplaced.push(rest);
        }
        true
    }

    fn quoted(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|w| w.quoted)
    }

    fn lead(&self, first: usize) -> (Option<&'static Lead>, usize) {
        // "who's", "what's"
        if self.words.get(first).is_some_and(|w| w.possessive) {
            let spelled = if self.words.is(first, &["who"]) { "who is" } else { "what is" };
            if self.words.is(first, &["who", "what", "how", "where"]) {
                return (LEADS.iter().find(|lead| lead.phrase == spelled), first + 1);
            }
        }
        let found =
            LEADS.iter().find_map(|lead| self.words.phrase_at(first, lead.phrase).map(|end| (lead, end)));
        found.map_or((None, first), |(lead, end)| (Some(lead), end))
    }

    /// The end of the first sentence, or of its first half where a second question is joined to it.
    fn sentence_end(&self, start: usize) -> usize {
        const JOINS: &[&str] =
            &["what", "which", "how", "who", "when", "where", "does", "is", "are", "show", "tell", "list"];
        let end = (start..self.words.len()).find(|at| {
            let joined = self.words.is(*at, &["and", "then"]) && self.words.is(at + 1, JOINS);
            joined
                || at
                    .checked_sub(1)
                    .filter(|i| *i >= start)
                    .and_then(|i| self.words.get(i))
                    .is_some_and(|w| w.ends)
        });
        end.unwrap_or(self.words.len())
    }

    /// "the status of X", "X's status": what is asked for, and where X stands.
    fn focused(&self, span: Range<usize>) -> (Option<Focus>, Range<usize>) {
        let mut at = span.start;
        while self.words.is(at, &["the", "a", "current", "latest", "deal"]) && at < span.end {
            at += 1;
        }
        for (phrase, focus) in FOCUSES {
            if let Some(end) = self.words.phrase_at(at, phrase)
                && self.words.is(end, &["of", "for", "on"])
            {
                return (Some(*focus), end + 1..span.end);
            }
            for place in span.clone() {
                let owner = place.checked_sub(1).filter(|i| *i >= span.start).and_then(|i| self.words.get(i));
                if owner.is_some_and(|w| w.possessive)
                    && self.words.phrase_at(place, phrase) == Some(span.end)
                {
                    return (Some(*focus), span.start..place);
                }
            }
        }
        (None, span)
    }

    /// The record that the span names, and whether it looks like a name.
    fn subject(&self, span: Range<usize>, who: bool) -> Option<(Subject, bool)> {
        let noun_at = |at: usize| self.words.open(at).and_then(intent::singular);
        let Range { mut start, mut end } = span;
        if let Some(this) = self.this(start, end) {
            return Some((this, true));
        }
        let mut kind = None;
        while start < end && (self.words.is(start, NOUNS_BEFORE) || noun_at(start).is_some()) {
            kind = noun_at(start).or(kind);
            start += 1;
        }
        let trails = |at: usize| {
            let status = self.words.is(at, STATUSES) && self.words.get(at).is_some_and(|w| !w.capital);
            self.words.get(at).is_some_and(|w| w.used)
                || status
                || self.words.is(at, AFTERTHOUGHTS)
                || self.words.is(at, &["a", "an", "the"])
                || noun_at(at).is_some()
        };
        while end > start && trails(end - 1) {
            kind = noun_at(end - 1).or(kind);
            end -= 1;
        }
        let many = |at: usize| {
            self.words.is(at, MANY) && self.words.get(at).is_some_and(|w| !w.capital || at == start)
        };
        let plural = |at: usize| self.words.open(at).and_then(intent::plural).is_some();
        let pronoun = end == start + 1 && self.words.is(start, PRONOUNS);
        if start >= end
            || end - start > NAME_WORDS_MAX
            || pronoun
            || (start..end).any(|at| many(at) || plural(at))
        {
            return None;
        }
        let kind = kind.map(crate::builtin::question::Entity::kind);
        let people = who || kind == Some(RecordType::Contact);
        let place = (start + 1..end).find(|at| people && self.words.is(*at, &["at", "from", "with"]));
        let looks = self.words.get(start).is_some_and(|w| w.capital || w.quoted);
        let hint = place.map(|at| self.words.slice(at + 1..end)).filter(|hint| !hint.is_empty());
        let text = self.words.slice(start..place.unwrap_or(end));
        let named = looks || kind.is_some();
        Some((Subject::Named(Name { text, kind, hint }), named)).filter(|_| !self.is_vocabulary(start..end))
    }

    /// "this deal", "this", "the current contact", "this page".
    fn this(&self, start: usize, end: usize) -> Option<Subject> {
        let at =
            start + usize::from(self.words.is(start, &["the"]) && self.words.is(start + 1, &["current"]));
        if !self.words.is(at, &["this", "that", "current"]) {
            return None;
        }
        let kind = self.words.open(at + 1).filter(|_| at + 1 < end).and_then(intent::singular);
        let alone = end == at + 1 || self.words.is(at + 1, &["one", "page", "record", "about"]);
        (kind.is_some() || alone).then_some(Subject::This(kind.map(crate::builtin::question::Entity::kind)))
    }

    fn is_vocabulary(&self, span: Range<usize>) -> bool {
        let text = crate::builtin::words::fold(&self.words.slice(span));
        let mut stages = self.briefing.pipelines.iter().flat_map(|p| &p.stages);
        stages.any(|stage| crate::builtin::words::fold(&stage.name) == text)
    }

    /// "what is her e-mail", "who owns it": the record is the one before.
    fn pronoun_focus(&mut self, span: Range<usize>) -> bool {
        if !self.question.pronoun {
            return false;
        }
        let owns = self.words.find("who owns").is_some();
        let found = span.clone().find_map(|at| {
            FOCUSES
                .iter()
                .find(|(phrase, _)| self.words.phrase_at(at, phrase).is_some())
                .map(|(_, focus)| *focus)
        });
        let many =
            |at: usize| self.words.is(at, MANY) || self.words.open(at).and_then(intent::plural).is_some();
        let entity = span.clone().any(many);
        let focus = if owns { Some(Focus::Owner) } else { found };
        if entity || focus.is_none() {
            return false;
        }
        self.words.mark(span);
        self.question.focus = focus;
        self.question.intent = Some(Intent::Lookup);
        true
    }
}
