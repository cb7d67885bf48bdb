//! What a question says and one search cannot: alternatives of different fields, values that go together in pairs, the
//! largest of each. It is named in the answer, never passed over.

use super::Reader;
use crate::builtin::field::Field;
use crate::builtin::question::{DateField, Entity, Grouping, Measure, Sort};
use crate::builtin::tag::{Many, Prep, State, Tag};

/// A token that became a value of a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub at: usize,
    pub end: usize,
    pub field: Field,
    pub not: bool,
}

impl Reader<'_> {
    /// After everything else is read.
    pub(super) fn doubts(&mut self) {
        self.all_at_once();
        self.in_pairs();
        self.largest_of_each();
        self.dated_through_others();
        self.counted_twice();
        self.unmeasured();
        self.last_ended();
        self.as_many();
        self.sent_to();
    }

    /// Which field the word at a place has become a value of.
    pub(super) fn placed_at(&self, at: usize) -> Option<&Field> {
        self.placed.iter().find(|placed| (placed.at..=placed.end).contains(&at)).map(|placed| &placed.field)
    }

    pub(super) fn doubt(&mut self, from: usize, to: usize) {
        let end = self.tokens.get(to).map_or(self.words.len(), |token| token.span.end);
        let words = self.words.slice(self.span_start(from)..end);
        if !self.question.unplaced.contains(&words) {
            self.question.unplaced.push(words);
        }
    }

    /// "alumni and VIP": who is both, where a search takes either.
    fn all_at_once(&mut self) {
        let both = self.words.list.iter().any(|w| matches!(w.fold.as_str(), "both" | "simultaneously"));
        for at in 0..self.tokens.len() {
            if self.tag(at) != Some(&Tag::And) {
                continue;
            }
            let (Some(before), next) = (self.prior(at), self.skip_preps(at)) else { continue };
            let (Some(one), Some(other)) = (self.placed_at(before).cloned(), self.placed_at(next)) else {
                continue;
            };
            let apart = self.question.groups.contains(&Grouping::Field(one.clone()))
                || self.placed.iter().any(|placed| (placed.at..=placed.end).contains(&next) && placed.not);
            let owned = one == Field::Owner && both;
            if one == *other && !apart && (matches!(one, Field::Tag) || owned) {
                self.doubt(before, next);
            }
        }
    }

    /// "Nadia's open deals and Raj's won ones": one search would also count Nadia's won ones.
    fn in_pairs(&mut self) {
        let wanted: Vec<(usize, Field)> = self
            .placed
            .iter()
            .filter(|placed| !placed.not)
            .map(|placed| (placed.at, placed.field.clone()))
            .collect();
        let several = |field: &Field| self.question.filters.values(field).len() > 1;
        for (one_at, one) in &wanted {
            for (_, other) in &wanted {
                if one == other || !several(one) || !several(other) {
                    continue;
                }
                let mut order: Vec<&Field> =
                    wanted.iter().map(|(_, field)| field).filter(|f| *f == one || *f == other).collect();
                order.dedup();
                if order.len() > 2 {
                    let last = wanted
                        .iter()
                        .rev()
                        .find(|(_, f)| f == one || f == other)
                        .map_or(*one_at, |(at, _)| *at);
                    self.doubt(*one_at, last);
                    return;
                }
            }
        }
    }

    /// "the newest deal of each lawyer": a list per group; only their values can be told.
    fn largest_of_each(&mut self) {
        let Some(sort) = self.question.sort.filter(|_| self.singular && !self.question.groups.is_empty())
        else {
            return;
        };
        let measure = match sort {
            Sort::Largest => Measure::Largest,
            Sort::Smallest => Measure::Smallest,
            _ => {
                let newest =
                    |token: &super::Token| matches!(token.tag, Tag::Newest | Tag::Oldest | Tag::Updated);
                let at = self.tokens.iter().position(newest).unwrap_or_default();
                self.doubt(at, at);
                return;
            }
        };
        if self.question.entity == Some(Entity::Deals) && self.question.leader.is_none() {
            self.question.measures = vec![measure];
            self.question.intent = Some(crate::builtin::question::Intent::Measure);
            self.question.sort = None;
            self.question.limit = None;
        }
    }

    /// "companies without deals this year": the period is that of the deals, and a search would take it for the companies'.
    fn dated_through_others(&mut self) {
        let filters = &self.question.filters;
        let related = !filters.has.is_empty() || !filters.has_no.is_empty();
        let own = match filters.date_field {
            Some(DateField::Opened) => self.question.entity == Some(Entity::Matters),
            Some(DateField::Closed) => matches!(self.question.entity, Some(Entity::Deals | Entity::Matters)),
            Some(DateField::Due) => self.question.entity == Some(Entity::Tasks),
            Some(_) => true,
            None => false,
        };
        if related && filters.period.is_some() && !own {
            let at =
                self.tokens.iter().position(|token| matches!(token.tag, Tag::Period(_))).unwrap_or_default();
            self.doubt(at, at);
        }
    }

    /// "how many deals are open, and how many of them are over 50k?"
    fn counted_twice(&mut self) {
        let counts: Vec<usize> =
            (0..self.tokens.len()).filter(|at| self.tag(*at) == Some(&Tag::Count)).collect();
        let [_, .., last] = counts.as_slice() else { return };
        let of_them = (*last + 1..self.tokens.len())
            .take(3)
            .any(|at| matches!(self.tag(at), Some(Tag::They)) && self.folded(at).contains("th"));
        if of_them {
            self.doubt(*last, self.tokens.len() - 1);
        }
    }

    /// "the last closed deal": by when it ended, and lists are in the order in which records were created.
    fn last_ended(&mut self) {
        if self.question.sort != Some(Sort::Newest) {
            return;
        }
        let at = (0..self.tokens.len()).find(|at| {
            let late = matches!(self.folded(*at).as_str(), "last" | "most recently" | "recently" | "lately");
            let ends = |tag: Option<&Tag>| {
                matches!(tag, Some(Tag::State(State::Won | State::Lost | State::Closed | State::Done)))
            };
            let next = self.after(*at);
            self.tag(*at) == Some(&Tag::Newest)
                && late
                && (ends(self.tag(next)) || ends(self.tag(self.after(next))))
        });
        if let Some(at) = at.filter(|_| self.question.filters.period.is_none()) {
            self.doubt(at, self.after(at));
        }
    }

    /// "companies with exactly one deal": which have any is all that a search says.
    fn as_many(&mut self) {
        let related = !self.question.filters.has.is_empty();
        let at = (0..self.tokens.len()).find(|at| {
            let text = self.folded(*at);
            matches!(text.as_str(), "one" | "a single" | "single" | "exactly" | "just" | "only")
                && self.prior(*at).is_some_and(|p| matches!(self.tag(p), Some(Tag::Prep(_) | Tag::Is)))
        });
        if let Some(at) = at.filter(|_| related) {
            self.doubt(at, at + 1);
        }
    }

    /// "emails to Nadia": of what happened it is known who did it, not to which colleague.
    fn sent_to(&mut self) {
        if self.question.entity != Some(Entity::Activities) {
            return;
        }
        let to = (1..self.tokens.len()).find(|at| {
            matches!(self.tag(*at), Some(Tag::Colleague(_) | Tag::Me))
                && matches!(self.tag(at - 1), Some(Tag::Prep(Prep::To)))
        });
        if let Some(at) = to {
            self.doubt(at - 1, at);
        }
    }

    /// "who is our best lawyer?": by what?
    fn unmeasured(&mut self) {
        let best = (0..self.tokens.len())
            .find(|at| matches!(self.tag(*at), Some(Tag::Top)) && self.folded(*at).ends_with("best"));
        let Some(at) = best else { return };
        let owners = self.question.groups.contains(&Grouping::Field(Field::Owner));
        let noun = self.tokens.iter().any(|token| {
            matches!(
                token.tag,
                Tag::Noun(Entity::Deals | Entity::Matters | Entity::Tasks | Entity::Activities, Many::Many)
                    | Tag::Happened(_)
                    | Tag::State(State::Won)
                    | Tag::WinRate
                    | Tag::Revenue
                    | Tag::Value
                    | Tag::Sum
                    | Tag::Cycle
                    | Tag::Average
                    | Tag::Pipeline
            )
        });
        if self.question.leader.is_some() && owners && !noun {
            self.doubt(at, at + 1);
        }
    }
}
