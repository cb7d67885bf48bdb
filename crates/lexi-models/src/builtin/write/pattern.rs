//! How requests are worded: literal words with places between them that something stands in. A pattern covers a message
//! from its first word to its last, so that nothing is passed over.

use std::ops::Range;

use super::slot::Slot;
use crate::builtin::words::Words;

/// One piece of a pattern.
#[derive(Debug, Clone)]
enum Item {
    /// One of these words.
    Word(Vec<&'static str>),
    /// One of these words, or nothing.
    Maybe(Vec<&'static str>),
    Slot(Slot),
    /// A sentence ends here: `;`.
    Stop,
    /// A colon stands here: `:`.
    Colon,
}

#[derive(Debug, Clone)]
pub(super) struct Pattern(Vec<Item>);

/// What stands in the places of a pattern.
pub(super) type Bound = Vec<(Slot, Range<usize>)>;

/// More ways to read one message are not looked at.
const WAYS_MAX: usize = 64;
/// More than any message needs that people write.
const STEPS_MAX: usize = 200_000;

impl Pattern {
    /// `update|change ?the {field} of {name} to {value}`: words apart by `|` are alternatives, `?` may be left out.
    /// `None` for a place that does not exist.
    pub(super) fn parse(text: &'static str) -> Option<Self> {
        let items = text.split(' ').map(|part| {
            Some(match part {
                ";" => Item::Stop,
                ":" => Item::Colon,
                _ => match (part.strip_prefix('{'), part.strip_prefix('?')) {
                    (Some(slot), _) => Item::Slot(Slot::parse(slot.strip_suffix('}')?)?),
                    (None, Some(words)) => Item::Maybe(words.split('|').collect()),
                    (None, None) => Item::Word(part.split('|').collect()),
                },
            })
        });
        items.collect::<Option<Vec<Item>>>().map(Self)
    }

    /// Every literal word.
    pub(super) fn words(&self) -> impl Iterator<Item = &'static str> {
        self.0
            .iter()
            .flat_map(|item| match item {
                Item::Word(words) | Item::Maybe(words) => words.as_slice(),
                Item::Slot(_) | Item::Stop | Item::Colon => &[],
            })
            .copied()
    }

    /// The ways in which the whole message is worded so.
    pub(super) fn whole(&self, words: &Words, may: &dyn Fn(Slot, &Range<usize>) -> bool) -> Vec<Bound> {
        let mut search = Search { words, may, whole: true, steps: 0, found: Vec::new() };
        search.go(&self.0, 0, &mut Vec::new());
        search.found.into_iter().map(|(bound, _)| bound).collect()
    }

    /// The ways in which the message goes on so from a word on, and where each ends.
    pub(super) fn from(
        &self,
        words: &Words,
        start: usize,
        may: &dyn Fn(Slot, &Range<usize>) -> bool,
    ) -> Vec<(Bound, usize)> {
        let mut search = Search { words, may, whole: false, steps: 0, found: Vec::new() };
        search.behind(&self.0, start, &mut Vec::new());
        search.found
    }
}

struct Search<'a> {
    words: &'a Words,
    may: &'a dyn Fn(Slot, &Range<usize>) -> bool,
    whole: bool,
    steps: usize,
    found: Vec<(Bound, usize)>,
}

impl Search<'_> {
    fn go(&mut self, items: &[Item], at: usize, bound: &mut Bound) {
        self.steps += 1;
        if self.found.len() >= WAYS_MAX || self.steps > STEPS_MAX {
            return;
        }
        let Some((item, rest)) = items.split_first() else {
            if !self.whole || at == self.words.len() {
                self.found.push((bound.clone(), at));
            }
            return;
        };
        match item {
            Item::Stop => {
                if at > 0 && self.words.get(at - 1).is_some_and(|w| w.ends) && at < self.words.len() {
                    self.behind(rest, at, bound);
                }
            }
            Item::Colon => {
                if at > 0 && self.words.get(at - 1).is_some_and(|w| w.colon) {
                    self.behind(rest, at, bound);
                }
            }
            Item::Maybe(options) => {
                if self.open(at) && self.words.is(at, options) {
                    self.go(rest, at + 1, bound);
                }
                self.go(rest, at, bound);
            }
            Item::Word(options) => {
                if self.open(at) && self.words.is(at, options) {
                    self.go(rest, at + 1, bound);
                }
            }
            Item::Slot(slot) => {
                if self.open(at) || slot.spans_sentences() {
                    self.slot(*slot, rest, at, bound);
                }
            }
        }
    }

    /// Behind the end of a sentence or a colon, which is passed by now.
    fn behind(&mut self, items: &[Item], at: usize, bound: &mut Bound) {
        let Some((item, rest)) = items.split_first() else { return self.go(items, at, bound) };
        match item {
            Item::Word(options) if self.words.is(at, options) => self.go(rest, at + 1, bound),
            Item::Maybe(options) => {
                if self.words.is(at, options) {
                    self.go(rest, at + 1, bound);
                }
                self.behind(rest, at, bound);
            }
            Item::Slot(slot) => self.slot(*slot, rest, at, bound),
            Item::Word(_) | Item::Stop | Item::Colon => {}
        }
    }

    fn slot(&mut self, slot: Slot, rest: &[Item], at: usize, bound: &mut Bound) {
        let least = usize::from(!slot.may_be_empty());
        for length in least..=slot.most_words().min(self.words.len().saturating_sub(at)) {
            let span = at..at + length;
            let broken = !slot.spans_sentences() && span.clone().skip(1).any(|place| !self.open(place));
            if broken {
                break;
            }
            if (self.may)(slot, &span) {
                bound.push((slot, span.clone()));
                self.go(rest, span.end, bound);
                bound.pop();
            }
        }
    }

    /// Whether the word follows the one before in the same sentence.
    fn open(&self, at: usize) -> bool {
        at < self.words.len()
            && at.checked_sub(1).and_then(|i| self.words.get(i)).is_none_or(|w| !w.ends && !w.colon)
    }
}
