//! Bounds of value and probability, currencies, sizes, and how many are wanted.

use super::Reader;
use crate::builtin::field::Field;
use crate::builtin::question::{Bounds, Entity};
use crate::builtin::tag::{Measured, Tag};

const LIMITS_MAX: usize = 50;

impl Reader<'_> {
    pub(super) fn amounts(&mut self) {
        for at in 0..self.tokens.len() {
            let Some(Tag::Bounds(bounds, of, currency)) = self.open(at).cloned() else { continue };
            let next = self.after(at);
            let staff = self.is(next, |t| *t == Tag::Staff) && self.folded(next) == "staff";
            if staff && let Some(token) = self.tokens.get_mut(next) {
                token.tag = Tag::Employees;
            }
            if self.is(next, |t| *t == Tag::Employees)
                || self.prior(at).is_some_and(|p| self.is(p, |t| *t == Tag::Employees))
            {
                if self.size(&bounds) {
                    self.take(at);
                    self.take_all(|t| *t == Tag::Employees);
                }
                continue;
            }
            let mut before = self.prior(at);
            while let Some(prep) = before.filter(|p| matches!(self.tag(*p), Some(Tag::Prep(_) | Tag::Is))) {
                before = self.prior(prep);
            }
            let probability = |place: Option<usize>| {
                place.is_some_and(|p| matches!(self.tag(p), Some(Tag::Key(Field::Probability))))
            };
            let by_percent = of == Measured::Percent || probability(before) || probability(Some(next));
            // "more than 3 deals": a number of records, which no filter takes.
            let counted = of == Measured::Plain
                && matches!(
                    self.tag(at + 1),
                    Some(Tag::Noun(..) | Tag::Role(_) | Tag::Happened(_) | Tag::State(_))
                );
            if counted {
                self.question.having = bounds;
                self.counted = Some(at);
                continue;
            }
            let filters = &mut self.question.filters;
            if by_percent {
                filters.probability = bounds;
            } else {
                let twice = |one: Option<f64>, other: Option<f64>| one.is_some() && other.is_some();
                if twice(filters.value.min, bounds.min) || twice(filters.value.max, bounds.max) {
                    self.doubt(at, at);
                    continue;
                }
                filters.value = merged(filters.value, bounds);
            }
            if let Some(code) = currency {
                filters.add(Field::Currency, code, false);
            }
            self.take(at);
            // "worth more than 50k", "with a value over 50k"
            for place in [before, Some(next)].into_iter().flatten() {
                let named = self.is(place, |t| matches!(t, Tag::Value | Tag::Key(Field::Probability)));
                if named {
                    self.take(place);
                }
            }
        }
        self.limits();
    }

    /// "more than 1,000 employees": the sizes that lie wholly within, if the bound is one of theirs.
    fn size(&mut self, bounds: &Bounds) -> bool {
        let known = self.lexis.briefing.vocabulary.values(lexi_types::records::RecordType::Company, "size");
        let range = |text: &str| -> Option<(f64, f64)> {
            let text = text.replace([',', ' '], "");
            if let Some(least) = text.strip_suffix('+') {
                return Some((least.parse().ok()?, f64::INFINITY));
            }
            let (least, most) = text.split_once(['-', '–'])?;
            Some((least.parse().ok()?, most.parse().ok()?))
        };
        let ranges: Vec<(&String, (f64, f64))> =
            known.iter().filter_map(|text| Some((text, range(text)?))).collect();
        let least = bounds.min.map_or(0.0, |min| min + if bounds.beyond { 1.0 } else { 0.0 });
        let most = bounds.max.map_or(f64::INFINITY, |max| max - if bounds.beyond { 1.0 } else { 0.0 });
        let within: Vec<&String> = ranges
            .iter()
            .filter(|(_, (from, to))| *from + 1.0 >= least && *to <= most + 1.0)
            .map(|(text, _)| *text)
            .collect();
        let cut = ranges.iter().any(|(_, (from, to))| {
            let inside = *from + 1.0 >= least && *to <= most + 1.0;
            let outside = *to < least || *from > most;
            !inside && !outside
        });
        if within.is_empty() || cut {
            return false;
        }
        let within: Vec<String> = within.into_iter().cloned().collect();
        within.iter().for_each(|text| self.question.filters.add(Field::Size, text, false));
        true
    }

    /// "top 5", "last three contacts", "5 largest".
    fn limits(&mut self) {
        for at in 0..self.tokens.len() {
            let Some(Tag::Figure(figure)) = self.open(at).cloned() else { continue };
            let whole = (1.0..=999.0).contains(&figure) && figure.fract() < f64::EPSILON;
            let order = |tag: Option<&Tag>| {
                matches!(
                    tag,
                    Some(
                        Tag::Top
                            | Tag::Most
                            | Tag::Fewest
                            | Tag::Largest
                            | Tag::Smallest
                            | Tag::Newest
                            | Tag::Oldest
                            | Tag::Updated
                    )
                )
            };
            let before = at.checked_sub(1).and_then(|i| self.tag(i));
            let next = self.tag(at + 1);
            let things = matches!(
                next,
                Some(
                    Tag::Noun(..)
                        | Tag::Role(_)
                        | Tag::Staff
                        | Tag::Key(_)
                        | Tag::Happened(_)
                        | Tag::State(_)
                        | Tag::Stages
                        | Tag::Time(_)
                )
            );
            let ordered = order(before) || order(next);
            let sorted = self.has(|t| {
                matches!(
                    t,
                    Tag::Top
                        | Tag::Most
                        | Tag::Fewest
                        | Tag::Largest
                        | Tag::Smallest
                        | Tag::Newest
                        | Tag::Oldest
                )
            });
            let which = sorted && matches!(before, Some(Tag::Which)) && !things;
            let listed =
                which || (sorted || matches!(before, Some(Tag::Which | Tag::List | Tag::What))) && things;
            if whole && (ordered || listed) {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "checked to be a small whole number"
                )]
                let number = figure as usize;
                self.question.limit = Some(number.clamp(1, LIMITS_MAX));
                self.take(at);
            }
        }
    }

    /// The records that carry a value are deals.
    pub(super) fn says_amounts(&self) -> bool {
        let filters = &self.question.filters;
        !filters.value.is_empty() || self.question.entity == Some(Entity::Deals)
    }
}

fn merged(known: Bounds, other: Bounds) -> Bounds {
    Bounds {
        min: other.min.or(known.min),
        max: other.max.or(known.max),
        beyond: other.beyond || known.beyond,
    }
}
