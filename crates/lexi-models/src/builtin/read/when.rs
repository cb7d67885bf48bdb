//! Which period is meant, of which date, and with which other one it is compared.

use lexi_types::{Date, Period, Unit};

use super::Reader;
use crate::builtin::field::Field;
use crate::builtin::question::{Compare, DateField, Entity, Grouping};
use crate::builtin::tag::{State, Tag};

/// "in January, February and March": what they are together.
fn in_a_row(found: &[(usize, Period)]) -> Option<Period> {
    let follows = found.windows(2).all(|pair| matches!(pair, [(_, one), (_, other)] if one.to.is_some() && one.to == other.from && one.unit == other.unit));
    let (first, last) = (found.first()?.1, found.last()?.1);
    follows.then_some(Period { from: first.from, to: last.to, unit: None })
}

impl Reader<'_> {
    pub(super) fn periods(&mut self) {
        let found: Vec<(usize, Period)> = (0..self.tokens.len())
            .filter_map(|at| match self.open(at) {
                Some(Tag::Period(period)) => Some((at, *period)),
                _ => None,
            })
            .collect();
        let found = self.without_repeats(found);
        match found.as_slice() {
            [] if self.question.filters.period.is_some() => {}
            [] => self.age(),
            [(at, period)] => {
                self.take(*at);
                self.question.filters.period = Some(*period);
            }
            [(one_at, one), (other_at, other)] => {
                let or = (one_at + 1..*other_at).find(|at| self.is(*at, |t| *t == Tag::Or));
                let compares = self
                    .has(|t| matches!(t, Tag::Compare | Tag::More | Tag::Fewer | Tag::Versus | Tag::Than));
                if let Some(or) = or.filter(|_| one.to.is_some() && one.to == other.from && !compares) {
                    // "this week or next week"
                    [*one_at, or, *other_at].into_iter().for_each(|at| self.take(at));
                    self.question.filters.period = Some(Period { from: one.from, to: other.to, unit: None });
                } else if let Some(compare) = self.compared(*one_at, *other_at, *one, *other) {
                    self.take(*one_at);
                    self.take(*other_at);
                    self.question.filters.period = Some(compare.0);
                    self.question.compare = Some(compare.1);
                } else if one == other {
                    self.take(*one_at);
                    self.take(*other_at);
                    self.question.filters.period = Some(*one);
                } else {
                    self.take(*one_at);
                    self.question.filters.period = Some(*one);
                }
            }
            [(at, period), ..] => match in_a_row(&found) {
                Some(whole) => {
                    found.iter().for_each(|(at, _)| self.take(*at));
                    self.question.filters.period = Some(whole);
                    if self.question.groups.is_empty()
                        && let Some(unit) = period.unit
                    {
                        self.question.groups.push(Grouping::Time(unit));
                    }
                }
                None => {
                    self.take(*at);
                    self.question.filters.period = Some(*period);
                }
            },
        }
        self.with_the_one_before();
        self.date_field();
        self.past_or_coming();
    }

    /// "due in March", in November: the next one. "created on Monday": the last one.
    fn past_or_coming(&mut self) {
        let Some(period) = self.question.filters.period else { return };
        let said = self.tokens.iter().position(|token| token.tag == Tag::Period(period));
        let Some(text) = said.map(|at| self.folded(at)) else { return };
        let today = self.lexis.briefing.today;
        let field = self.question.filters.date_field;
        let planned = self.closing || matches!(field, Some(DateField::Due | DateField::FollowUp));
        let looks_back = self.words.list.iter().any(|w| {
            matches!(w.fold.as_str(), "was" | "were" | "did" | "had" | "overdue" | "late" | "missed" | "last")
        });
        let word = |words: &[&str]| text.split(' ').any(|part| words.contains(&part));
        let dated = text.split(' ').any(|part| part.len() == 4 && part.parse::<u16>().is_ok())
            || word(&["last", "this", "past", "previous", "next", "year", "month", "quarter", "week"]);
        let calendar = matches!(period.unit, Some(Unit::Month | Unit::Quarter));
        if planned && calendar && !dated && !looks_back && period.to.is_some_and(|to| to <= today) {
            self.question.filters.period = period.next_year();
        }
        let tasks = self.has(|t| matches!(t, Tag::Noun(Entity::Tasks, _)));
        let weekday = text.ends_with("day")
            && period.unit == Some(Unit::Day)
            && !word(&["today", "next", "coming", "this"]);
        if weekday
            && !planned
            && !tasks
            && period.from.is_some_and(|from| from > today && from <= today.plus_days(7))
        {
            let back = |day: Option<Date>| day.map(|day| day.plus_days(-7));
            self.question.filters.period =
                Some(Period { from: back(period.from), to: back(period.to), ..period });
        }
    }

    /// "in the second quarter (01.04.2026 to 30.06.2026)": said twice.
    fn without_repeats(&mut self, found: Vec<(usize, Period)>) -> Vec<(usize, Period)> {
        let mut kept: Vec<(usize, Period)> = Vec::new();
        for (at, period) in found {
            if kept.iter().any(|(_, known)| (known.from, known.to) == (period.from, period.to)) {
                self.take(at);
            } else {
                kept.push((at, period));
            }
        }
        kept
    }

    /// Two periods beside each other: the later one, and how the earlier one is come by.
    fn compared(
        &mut self,
        one_at: usize,
        other_at: usize,
        one: Period,
        other: Period,
    ) -> Option<(Period, Compare)> {
        let joint = |tag: &Tag| matches!(tag, Tag::Versus | Tag::Than);
        let joined = (one_at + 1..other_at).any(|at| self.is(at, joint));
        let weak =
            (one_at + 1..other_at).any(|at| self.is(at, |t| matches!(t, Tag::And | Tag::Or | Tag::Prep(_))));
        let asked =
            self.has(|t| matches!(t, Tag::Compare | Tag::More | Tag::Fewer | Tag::Versus | Tag::Than));
        // "won in 2025 and in 2026", "how many this quarter, and how many last quarter"
        let only_and = weak
            && (one_at + 1..other_at).all(|at| {
                self.tokens.get(at).is_some_and(|token| {
                    matches!(
                        token.tag,
                        Tag::And
                            | Tag::Or
                            | Tag::Prep(_)
                            | Tag::Filler
                            | Tag::Count
                            | Tag::Is
                            | Tag::Dated(_)
                            | Tag::Apart
                            | Tag::HowMuch
                            | Tag::What
                            | Tag::They
                    )
                })
            });
        let joined = joined || only_and;
        if !(joined || asked) {
            return None;
        }
        self.take_all(|t| {
            matches!(t, Tag::Compare | Tag::Versus | Tag::Than | Tag::More | Tag::Fewer | Tag::Apart)
        });
        (one_at + 1..other_at).for_each(|at| {
            if self.is(at, |t| matches!(t, Tag::Or)) {
                self.take(at)
            }
        });
        let (later, earlier) = if one.from >= other.from { (one, other) } else { (other, one) };
        let same = |a: Option<Period>| a.is_some_and(|a| a.from == earlier.from && a.to == earlier.to);
        let compare = if same(later.previous()) {
            Compare::PreviousPeriod
        } else if same(later.previous_year()) {
            Compare::PreviousYear
        } else {
            Compare::With(earlier)
        };
        Some((later, compare))
    }

    /// "this quarter against last", "… compared with the year before".
    fn with_the_one_before(&mut self) {
        if self.question.compare.is_some() {
            return;
        }
        if self.take_all(|t| *t == Tag::YearBefore) {
            self.question.compare = Some(Compare::PreviousYear);
        } else if self.take_all(|t| *t == Tag::Before) {
            self.question.compare = Some(Compare::PreviousPeriod);
        } else if self.question.filters.period.is_some() {
            let led =
                |at: usize| matches!(self.tag(at), Some(Tag::Versus | Tag::Than | Tag::And | Tag::Prep(_)));
            let last = (1..self.tokens.len()).find(|at| {
                self.is(*at, |t| *t == Tag::Newest)
                    && self.words.is(self.span_start(*at), &["last", "previous"])
                    && self.prior(*at).is_some_and(led)
                    && self.after(*at) >= self.tokens.len()
            });
            let asked =
                self.has(|t| matches!(t, Tag::Compare | Tag::More | Tag::Fewer | Tag::Versus | Tag::Than));
            if let Some(at) = last.filter(|_| asked) {
                self.take(at);
                self.question.compare = Some(Compare::PreviousPeriod);
            }
        }
        if self.question.compare.is_some() {
            self.take_all(|t| matches!(t, Tag::Compare | Tag::Versus | Tag::Than | Tag::More | Tag::Fewer));
            if self.question.filters.period.is_none() && !self.question.follows {
                self.question.filters.period = Period::parse("this_year", self.lexis.briefing.today);
            }
        }
    }

    /// "older than 30 days", "open for more than six weeks", "created in the last …" without a period.
    fn age(&mut self) {
        let Some(at) = self.find(|t| matches!(t, Tag::Older(_))) else { return };
        let Some(Tag::Older(days)) = self.open(at) else { return };
        let days = i32::try_from(*days).unwrap_or(i32::MAX).min(100_000);
        self.take(at);
        self.still_open(at);
        self.question.filters.period = Some(Period::until(self.lexis.briefing.today.plus_days(-days)));
        // "overdue for more than 30 days"
        let due = self.has(|t| matches!(t, Tag::State(State::Overdue) | Tag::Dated(DateField::Due)));
        self.question.filters.date_field = Some(if due { DateField::Due } else { DateField::Created });
    }

    /// "open for more than 200 days", "longest open": what is still open.
    pub(super) fn still_open(&mut self, at: usize) {
        let open = self.folded(at).split(' ').any(|word| matches!(word, "open" | "running"));
        let value = match self.question.entity {
            Some(Entity::Matters) => "open",
            None | Some(Entity::Deals) => "active",
            _ => return,
        };
        if open && self.question.filters.values(&Field::Status).is_empty() {
            self.question.filters.add(Field::Status, value, false);
        }
    }

    fn date_field(&mut self) {
        let dated: Vec<DateField> = self
            .tokens
            .iter()
            .filter(|token| !token.used)
            .filter_map(|token| match token.tag {
                Tag::Dated(field) => Some(field),
                Tag::State(State::New) => Some(DateField::Created),
                _ => None,
            })
            .collect();
        let follow_up = self.has(|t| *t == Tag::FollowUp);
        let period = self.question.filters.period.is_some();
        if follow_up {
            self.question.filters.date_field = Some(DateField::FollowUp);
            self.follow_ups();
            return;
        }
        if !period {
            // "what is due": all that is.
            if dated.contains(&DateField::Due) {
                self.question.entity = self
                    .question
                    .entity
                    .or(Some(Entity::Tasks))
                    .filter(|_| !self.has(|t| matches!(t, Tag::Noun(..) | Tag::Role(_))));
            }
            return;
        }
        if dated.contains(&DateField::Due) && !self.has(|t| matches!(t, Tag::Noun(..) | Tag::Role(_))) {
            self.question.entity = self.question.entity.or(Some(Entity::Tasks));
        }
        let order =
            [DateField::Due, DateField::Closed, DateField::Opened, DateField::Updated, DateField::Created];
        let said = order.into_iter().find(|field| dated.contains(field));
        let counts = self.tokens.iter().filter(|token| token.tag == Tag::Count).count() > 1;
        let ends = self.has(|t| matches!(t, Tag::State(State::Closed | State::Won | State::Lost)));
        if counts && ends && dated.contains(&DateField::Opened) {
            // "how many did we open and how many did we close": two questions, and not one of what is both.
            self.question.unplaced.push("two dates at once".to_owned());
        }
        self.question.filters.date_field = self.question.filters.date_field.or(said);
        self.closing = said == Some(DateField::Closed);
        if said.is_some() {
            self.take_all(|t| matches!(t, Tag::State(State::New)));
        }
    }

    /// "follow-ups due", "overdue follow-ups", "follow-ups this week".
    fn follow_ups(&mut self) {
        let today = self.lexis.briefing.today;
        let overdue = self.take_all(|t| *t == Tag::State(State::Overdue));
        let due = self.has(|t| matches!(t, Tag::Dated(DateField::Due)));
        let needs = self
            .words
            .list
            .iter()
            .any(|w| matches!(w.fold.as_str(), "need" | "needs" | "pending" | "outstanding"));
        if self.question.filters.period.is_none() {
            let text = match (overdue, due || needs) {
                (true, _) => Some("past"),
                (false, true) => Some("until_today"),
                _ => None,
            };
            self.question.filters.period = text.and_then(|text| Period::parse(text, today));
        }
        if self.question.filters.period.is_some() {
            self.take_all(|t| *t == Tag::FollowUp);
            self.take_all(|t| matches!(t, Tag::Dated(DateField::Due)));
        }
    }
}
