//! From tokens to a question. Each step takes the tokens that it understands; what is left over at the end is named in the
//! answer instead of being passed over.

mod compare;
mod doubts;
mod filters;
mod groups;
mod lacks;
mod manners;
mod measures;
mod names;
mod nouns;
mod record;
mod states;
mod values;
mod when;

use super::field::Field;
use super::question::{Entity, Grouping, Question};
use super::tag::Tag;
use super::tokens::{Lexis, Token};
use super::words::Words;
use super::{spelling, tokens};

/// More words than any question needs; the rest of a long paste is not read.
const WORDS_MAX: usize = 400;

#[derive(Debug)]
pub(super) struct Reader<'a> {
    words: Words,
    lexis: &'a Lexis<'a>,
    tokens: Vec<Token>,
    question: Question,
    /// What the question before was about: "and completed?" is a status of tasks after a question about tasks.
    before: Option<Entity>,
    /// One record is asked for: "the biggest deal".
    singular: bool,
    lacks: Vec<lacks::Lack>,
    /// "closing", "due to close": what is still open.
    closing: bool,
    /// Where it says how many records a group must be.
    counted: Option<usize>,
    /// What comes first is what is worth most.
    by_value: bool,
    /// Which words became values of which fields.
    placed: Vec<doubts::Placed>,
    /// Whether typing errors are put right.
    mends: bool,
}

/// Reads one message by itself.
pub(super) fn read(text: &str, lexis: &Lexis<'_>, before: Option<Entity>) -> Question {
    read_as(text, lexis, before, true)
}

/// The same, but no typing error is put right: what is written hangs on it.
pub(super) fn read_to_the_letter(text: &str, lexis: &Lexis<'_>) -> Question {
    read_as(text, lexis, None, false)
}

fn read_as(text: &str, lexis: &Lexis<'_>, before: Option<Entity>, mends: bool) -> Question {
    let mut words = Words::new(text);
    words.list.truncate(WORDS_MAX);
    let start = manners::politeness(&words);
    words.list.drain(..start);
    manners::without_chatter(&mut words);
    let mut reader = Reader {
        words,
        lexis,
        tokens: Vec::new(),
        question: Question::default(),
        before,
        singular: false,
        lacks: Vec::new(),
        closing: false,
        counted: None,
        by_value: false,
        placed: Vec::new(),
        mends,
    };
    reader.run(start > 0);
    reader.question
}

impl Reader<'_> {
    fn run(&mut self, polite: bool) {
        if self.help(polite) || self.command() {
            return;
        }
        if self.mends {
            spelling::mend(&mut self.words, self.lexis);
        }
        self.tokens = tokens::read(&self.words, self.lexis);
        self.opening();
        self.lacking();
        self.quiet();
        self.unchanged();
        self.written_lately();
        if self.record() {
            return;
        }
        self.second_question();
        self.periods();
        self.amounts();
        self.groups();
        self.counted_groups();
        self.leaders();
        self.this_record();
        self.texts();
        self.nouns();
        self.narrow();
        self.compare_values();
        self.named();
        self.asked();
        self.settle();
        self.doubts();
        self.leftovers();
    }

    /// "and …", "what about …": the question before goes on.
    fn opening(&mut self) {
        if self.tokens.first().is_some_and(|t| matches!(t.tag, Tag::Goes | Tag::And)) {
            self.take(0);
            self.question.follows = true;
            if self.tokens.get(1).is_some_and(|t| matches!(t.tag, Tag::Goes)) {
                self.take(1);
            }
        }
        let has = |test: fn(&Tag) -> bool| self.tokens.iter().any(|t| test(&t.tag));
        let plural = has(|t| matches!(t, Tag::They));
        let who = has(|t| matches!(t, Tag::Person1));
        let it = has(|t| matches!(t, Tag::It));
        let widens = has(|t| matches!(t, Tag::Everyone));
        let instead = (0..self.words.len())
            .any(|at| self.words.is(at, &["instead"]) || self.words.phrase_at(at, "as well").is_some());
        let last = self.words.len().checked_sub(1);
        self.question.there = last.is_some_and(|at| {
            self.words.is(at, &["there"])
                && !self.words.is(at.saturating_sub(1), &["is", "are", "was", "were", "over", "in"])
        });
        self.question.plural = plural;
        self.question.who = who;
        self.question.pronoun = who || it;
        self.question.widens = widens;
        self.question.follows |= plural || instead;
    }

    // Looking at tokens.

    /// The tag at a place, if it is not yet understood.
    fn open(&self, at: usize) -> Option<&Tag> {
        self.tokens.get(at).filter(|token| !token.used).map(|token| &token.tag)
    }

    fn is(&self, at: usize, test: impl Fn(&Tag) -> bool) -> bool {
        self.open(at).is_some_and(test)
    }

    fn take(&mut self, at: usize) {
        if let Some(token) = self.tokens.get_mut(at) {
            token.used = true;
        }
    }

    fn find(&self, test: impl Fn(&Tag) -> bool) -> Option<usize> {
        (0..self.tokens.len()).find(|at| self.is(*at, &test))
    }

    fn has(&self, test: impl Fn(&Tag) -> bool) -> bool {
        self.find(test).is_some()
    }

    /// Takes all of a kind; whether there was any.
    fn take_all(&mut self, test: impl Fn(&Tag) -> bool) -> bool {
        let found: Vec<usize> = (0..self.tokens.len()).filter(|at| self.is(*at, &test)).collect();
        found.iter().for_each(|at| self.take(*at));
        !found.is_empty()
    }

    /// The next place that carries something, used or not.
    fn after(&self, at: usize) -> usize {
        let mut next = at + 1;
        while self.tokens.get(next).is_some_and(|token| token.tag == Tag::Filler) {
            next += 1;
        }
        next
    }

    /// The place before that carries something.
    fn prior(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|place| self.tokens.get(*place).is_some_and(|token| token.tag != Tag::Filler))
    }

    fn tag(&self, at: usize) -> Option<&Tag> {
        self.tokens.get(at).map(|token| &token.tag)
    }

    fn text(&self, at: usize) -> String {
        self.tokens.get(at).map(|token| self.words.slice(token.span.clone())).unwrap_or_default()
    }

    /// The folded words of a token.
    fn folded(&self, at: usize) -> String {
        let span = self.tokens.get(at).map(|token| token.span.clone()).unwrap_or_default();
        let words: Vec<&str> =
            span.filter_map(|place| self.words.get(place)).map(|w| w.fold.as_str()).collect();
        words.join(" ")
    }

    /// The records in question, as far as is known.
    fn entity(&self) -> Entity {
        self.question.entity.or(self.before).unwrap_or(Entity::Deals)
    }

    /// "… and who owns them?": the answer says what it leaves out.
    fn second_question(&mut self) {
        let end = self.tokens.len();
        let found = (3..end).find(|at| {
            let asks = |tag: &Tag| {
                matches!(tag, Tag::Who | Tag::When | Tag::Where) || matches!(tag, Tag::Key(Field::Owner))
            };
            self.is(*at, |tag| *tag == Tag::And)
                && self.is(at + 1, asks)
                && self.words.is(self.span_start(at + 1), &["who", "when", "where", "which"])
        });
        if let Some(at) = found {
            let span = self.span_start(at + 1)..self.words.len();
            self.question.left_out.push(self.words.slice(span));
            (at..end).for_each(|place| self.take(place));
        }
    }

    /// "the latest email to Anna": what was sent, and not her address.
    fn written_lately(&mut self) {
        for at in 0..self.tokens.len() {
            let said = self.is(at, |tag| *tag == Tag::Key(Field::Email)) && !self.folded(at).contains("add");
            let newest = self.prior(at).is_some_and(|before| self.is(before, |tag| *tag == Tag::Newest));
            if said
                && newest
                && let Some(token) = self.tokens.get_mut(at)
            {
                token.tag = Tag::Happened("email");
            }
        }
    }

    fn span_start(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(self.words.len(), |token| token.span.start)
    }

    fn leftovers(&mut self) {
        let mut start: Option<usize> = None;
        let mut pieces = Vec::new();
        for (at, token) in self.tokens.iter().enumerate() {
            // "matters where Edmund is responsible"
            let relative = token.tag == Tag::Where && at > 0;
            // "who *speaks* Klingon": not of a field that is known.
            let said = self.question.groups.iter().any(|g| matches!(g, Grouping::Field(Field::Custom(_))));
            let idle = token.tag == Tag::Tail
                && (said || !SPEAKS.iter().any(|word| self.folded(at).starts_with(word)));
            let carries = !token.used && !relative && !idle && weighs(&token.tag);
            match (carries, start) {
                (true, None) => start = Some(at),
                (false, Some(first)) => {
                    pieces.push((first, at));
                    start = None;
                }
                _ => {}
            }
        }
        pieces.extend(start.map(|first| (first, self.tokens.len())));
        for (first, end) in pieces {
            let words = self.span_start(first)..self.tokens.get(end - 1).map_or(0, |token| token.span.end);
            let words = self.words.slice(words);
            if !self.question.unplaced.contains(&words) {
                self.question.unplaced.push(words);
            }
        }
    }
}

/// Words that ask for a field even where none took them.
const SPEAKS: &[&str] = &["speak", "fee", "interest", "product", "sources"];

/// Whether leaving it out would change the answer.
const fn weighs(tag: &Tag) -> bool {
    !matches!(
        tag,
        Tag::Filler
            | Tag::Prep(_)
            | Tag::Is
            | Tag::Which
            | Tag::Who
            | Tag::What
            | Tag::List
            | Tag::Goes
            | Tag::Dated(_)
            | Tag::And
            | Tag::It
            | Tag::They
            | Tag::Person1
            | Tag::This
            | Tag::Everyone
            | Tag::About
            | Tag::Everything
            | Tag::Stages
    )
}
