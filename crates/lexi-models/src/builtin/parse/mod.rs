//! From words to a question. Each step takes the words that it understands; the order matters, and what is left over at
//! the end is named in the answer instead of being passed over.

mod about;
mod amount;
mod intent;
mod leads;
mod lexicon;
mod lookup;
mod own_words;
mod vocabulary;
mod when;

use lexicon::{COMMANDS, FILLERS, HELP, PONDERS};

use super::question::{Entity, Intent, Problem, Question};
use super::words::Words;
use crate::Briefing;

/// More words than any question needs; the rest of a long paste is not read.
const WORDS_MAX: usize = 400;

#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub words: Words,
    pub briefing: &'a Briefing,
    pub question: Question,
    /// One record is asked for: "the biggest deal".
    singular: bool,
    /// What the question before was about: "and completed?" is a status of tasks after a question about tasks.
    before: Option<Entity>,
}

/// Reads one message by itself.
pub(super) fn parse(text: &str, briefing: &Briefing, before: Option<Entity>) -> Question {
    let mut words = Words::new(text);
    words.list.truncate(WORDS_MAX);
    let mut reader = Reader { words, briefing, question: Question::default(), singular: false, before };
    reader.read();
    reader.question
}

impl Reader<'_> {
    fn read(&mut self) {
        self.politeness();
        if self.help() || self.command() {
            return;
        }
        self.opening();
        self.lacking();
        self.negation();
        if self.lookup() {
            return;
        }
        self.second_question();
        self.comparison();
        self.periods();
        self.amounts();
        self.currency();
        self.limits();
        self.rates();
        self.groups();
        self.custom();
        self.this_record();
        self.stages();
        self.entities();
        self.statuses();
        self.own_words();
        self.owners();
        self.intents();
        self.names();
        self.settle();
        self.leftovers();
    }

    fn politeness(&mut self) {
        let mut at = 0;
        while let Some(end) = PONDERS.iter().find_map(|phrase| self.words.phrase_at(at, phrase)) {
            self.words.mark(at..end);
            at = end;
        }
        let _ = self.words.take("please");
    }

    fn help(&mut self) -> bool {
        let all_polite = self.words.list.iter().all(|w| w.used);
        let asks = HELP.iter().any(|phrase| {
            let first = (0..self.words.len()).find(|at| self.words.open(*at).is_some());
            first.is_some_and(|at| self.words.phrase_at(at, phrase) == Some(self.words.len()))
        });
        if all_polite || asks {
            self.question.intent = Some(Intent::Help);
        }
        all_polite || asks
    }

    fn command(&mut self) -> bool {
        let found = (0..self.words.len()).any(|at| {
            let before = at.checked_sub(1).and_then(|i| self.words.get(i));
            let commands =
                before.is_none_or(|w| w.used || matches!(w.fold.as_str(), "to" | "then" | "you" | "please"));
            let told = self.words.is(at, &["give", "send", "set"]) && self.words.is(at + 1, &["me", "us"]);
            let noun = at > 0 && before.is_some_and(|w| w.fold == "to") && self.words.is(at, &["log"]);
            commands && !told && !noun && self.words.is(at, COMMANDS)
        });
        let handover = self.words.find("is taking over").is_some();
        if found || handover {
            self.question.intent = Some(Intent::Change);
        }
        found || handover
    }

    /// "and …", "what about …": the question before goes on.
    fn opening(&mut self) {
        let first = (0..self.words.len()).find(|at| self.words.open(*at).is_some()).unwrap_or(0);
        let openings = [
            "and what about",
            "and how about",
            "what about",
            "how about",
            "and now",
            "and only",
            "and",
            "but",
            "only",
            "just",
            "now",
            "same for",
            "same",
        ];
        if let Some(end) = openings.iter().find_map(|phrase| self.words.phrase_at(first, phrase)) {
            self.words.mark(first..end);
            self.question.follows = true;
        }
        let refers = ["instead", "ones", "them", "those", "these", "of that", "as well"];
        if refers.iter().any(|phrase| self.words.find(phrase).is_some()) {
            self.question.follows = true;
        }
        self.question.widens = self.words.take_all(&[
            "overall",
            "altogether",
            "everyone",
            "everybody",
            "all owners",
            "whole workspace",
        ]);
        let any = |words: &[&str]| (0..self.words.len()).any(|at| self.words.is(at, words));
        self.question.plural = any(&["they", "them", "their", "theirs"]);
        self.question.who = any(&["she", "he", "her", "his", "him"]);
        self.question.pronoun = self.question.who || any(&["it", "its", "their", "they"]);
    }

    fn negation(&mut self) {
        let denials = [
            "not",
            "without",
            "except",
            "excluding",
            "dont",
            "doesnt",
            "didnt",
            "isnt",
            "arent",
            "havent",
            "hasnt",
            "never",
            "have no",
            "has no",
            "with no",
            "other than",
            "besides",
            "nobody",
            "unassigned",
        ];
        if let Some(phrase) = denials.iter().find(|phrase| self.words.find(phrase).is_some()) {
            self.question.problem = Some(Problem::Negation((*phrase).to_owned()));
        }
    }

    /// "… and who owns them?": one question at a time; the answer says what it leaves out.
    fn second_question(&mut self) {
        const OPENINGS: &[&str] = &["how", "what", "when", "list", "show", "tell"];
        let end = self.words.len();
        let found = (2..end).find(|at| {
            self.words.is(*at, &["and"])
                && (self.words.is(at + 1, OPENINGS) || self.words.phrase_at(at + 1, "who owns").is_some())
        });
        if let Some(at) = found {
            self.question.left_out.push(self.words.slice(at + 1..end));
            self.words.mark(at..end);
        }
    }

    /// What follows from several parts together.
    fn settle(&mut self) {
        let question = &mut self.question;
        let filters = &mut question.filters;
        if question.entity.or(self.before) == Some(Entity::Contacts) && filters.status.is_none() {
            filters.status = filters.stage.take();
        }
    }

    fn leftovers(&mut self) {
        let mut at = 0;
        while at < self.words.len() {
            let start = at;
            while self.words.get(at).is_some_and(|w| !w.used && !FILLERS.contains(&w.fold.as_str())) {
                at += 1;
            }
            if at > start {
                self.question.unplaced.push(self.words.slice(start..at));
            }
            at = at.max(start) + usize::from(at == start);
        }
    }

    pub(super) fn twice(&mut self, what: &'static str, one: &str, other: &str) {
        if self.question.problem.is_none() {
            self.question.problem = Some(Problem::Twice(what, one.to_owned(), other.to_owned()));
        }
    }
}
