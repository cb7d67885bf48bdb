//! What records lack or have: "without owner", "with no open deals", "quiet for 60 days", "with a follow-up date".

use lexi_types::Period;

use super::Reader;
use crate::builtin::field::Field;
use crate::builtin::question::Entity;
use crate::builtin::tag::{Prep, State, Tag};

/// What is lacking, before it is known of which records.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Lack {
    Field(Field),
    Related(Entity, Option<State>),
}

/// Without a number.
const QUIET_DAYS: i64 = 30;

impl Reader<'_> {
    pub(super) fn lacking(&mut self) {
        for at in 0..self.tokens.len() {
            if !self.is(at, |tag| *tag == Tag::Without) {
                continue;
            }
            let mut from = at;
            let mut place = self.after(at);
            // "for how many contacts is the phone number missing"
            let before = self.prior(at).filter(|p| self.is(*p, |tag| matches!(tag, Tag::Key(_))));
            if let Some(before) =
                before.filter(|_| self.folded(at) == "missing" && self.lack(place).is_none())
                && let Some((lack, _)) = self.lack(before)
            {
                self.take(at);
                self.take(before);
                self.lacks.push(lack);
                continue;
            }
            // "no notes or activities": each that follows.
            while let Some((lack, end)) = self.lack(place) {
                (from..=end)
                    .filter(|i| self.tag(*i).is_some_and(|t| !matches!(t, Tag::Period(_) | Tag::Days(_))))
                    .collect::<Vec<_>>()
                    .into_iter()
                    .for_each(|i| self.take(i));
                self.lacks.push(lack);
                let joint = self.after(end);
                let next = self.after(joint);
                if self.is(joint, |tag| *tag == Tag::Or) && self.is(next, |tag| *tag == Tag::Without) {
                    // "no phone or no LinkedIn": a search takes those that have neither.
                    self.doubt(from, next);
                }
                let goes_on = self.is(joint, |tag| matches!(tag, Tag::Or))
                    || self.is(joint, |tag| *tag == Tag::And)
                        && self.is(next, |tag| matches!(tag, Tag::Without));
                if !goes_on {
                    break;
                }
                from = joint;
                place = if self.is(next, |tag| *tag == Tag::Without) { self.after(next) } else { next };
            }
        }
        self.not_assigned();
        if self.take_all(|tag| *tag == Tag::State(State::Unassigned)) {
            self.lacks.push(Lack::Field(Field::Owner));
        }
        if self.take_all(|tag| *tag == Tag::Private) {
            self.lacks.push(Lack::Field(Field::Company));
        }
        self.lacks.dedup();
    }

    /// "not assigned *to Nadia*": somebody else's, and not nobody's.
    fn not_assigned(&mut self) {
        for at in 0..self.tokens.len() {
            let somebody = self.is(at, |tag| *tag == Tag::State(State::Unassigned))
                && self.is(self.skip_preps(at), |tag| matches!(tag, Tag::Colleague(_) | Tag::Me));
            if somebody && let Some(token) = self.tokens.get_mut(at) {
                token.tag = Tag::Not;
            }
        }
    }

    /// What stands at a place, and the place where it ends.
    fn lack(&self, at: usize) -> Option<(Lack, usize)> {
        let found = match self.open(at)? {
            Tag::Key(field) => Lack::Field(field.clone()),
            Tag::Value => Lack::Field(Field::Value),
            Tag::FollowUp => Lack::Field(Field::FollowUp),
            Tag::Noun(entity, _) => Lack::Related(*entity, None),
            Tag::Staff => Lack::Field(Field::Owner),
            Tag::Stages => Lack::Field(Field::Stage),
            Tag::State(state @ (State::Open | State::Won | State::Undone)) => {
                let noun = self.after(at);
                let Some(Tag::Noun(entity, _)) = self.open(noun) else { return None };
                let state = if *state == State::Won { State::Won } else { State::Open };
                return Some((Lack::Related(*entity, Some(state)), noun));
            }
            _ => return None,
        };
        Some((found, at))
    }

    pub(super) fn quiet(&mut self) {
        let found: Vec<usize> =
            (0..self.tokens.len()).filter(|at| self.is(*at, |tag| *tag == Tag::Quiet)).collect();
        if found.is_empty() {
            return;
        }
        let today = self.lexis.briefing.today;
        let mut days = None;
        for at in &found {
            self.take(*at);
            // Of notes it says nothing then, and silence is of both.
            let logged = self.after(*at);
            if self.folded(logged) == "logged" {
                self.doubt(*at, logged);
            }
            for place in at + 1..(at + 6).min(self.tokens.len()) {
                let here = match self.open(place) {
                    Some(Tag::Days(days) | Tag::Older(days)) => Some(*days),
                    Some(Tag::Period(Period { from: Some(from), .. })) => {
                        from.civil().until(today.civil()).ok().map(|span| i64::from(span.get_days()) + 1)
                    }
                    _ => None,
                };
                if let Some(here) = here.filter(|days| *days > 0) {
                    days = days.or(Some(here));
                    self.take(place);
                    break;
                }
            }
        }
        // "for more than 60 days … quiet"
        if days.is_none()
            && let Some(at) = self.find(|tag| matches!(tag, Tag::Days(_) | Tag::Older(_)))
            && let Some(Tag::Days(number) | Tag::Older(number)) = self.open(at)
        {
            days = Some(*number);
            self.take(at);
        }
        self.question.filters.inactive = Some(days.unwrap_or(QUIET_DAYS));
    }

    /// "not updated in the last 30 days", "gone more than 30 days without an update".
    pub(super) fn unchanged(&mut self) {
        let Some(at) = self.find(|tag| *tag == Tag::Unchanged) else { return };
        let today = self.lexis.briefing.today;
        let back = |days: i64| today.plus_days(-i32::try_from(days).unwrap_or(i32::MAX).min(100_000));
        let found = (0..self.tokens.len()).find_map(|place| match self.open(place)? {
            Tag::Days(days) | Tag::Older(days) => Some((place, back(*days))),
            Tag::Period(Period { from: Some(from), .. }) => Some((place, *from)),
            _ => None,
        });
        let Some((place, since)) = found else { return };
        self.take(at);
        self.take(place);
        self.question.filters.period = Some(Period::until(since));
        self.question.filters.date_field = Some(crate::builtin::question::DateField::Updated);
    }

    /// Now that the records are known: fields that are empty, and records that do not hang on them.
    pub(super) fn settle_lacks(&mut self) {
        let entity = self.entity();
        let lacks = std::mem::take(&mut self.lacks);
        // "no notes and no activities in the last 90 days" is silence, notes and all.
        let silent = self.question.filters.inactive.is_some();
        let told = |lack: &Lack| matches!(lack, Lack::Related(Entity::Notes | Entity::Activities, None));
        for lack in lacks.into_iter().filter(|lack| !(silent && told(lack))) {
            match &lack {
                Lack::Field(field)
                    if field.emptiable(entity).is_some() || matches!(field, Field::Custom(_)) =>
                {
                    self.question.filters.missing.push(field.clone());
                }
                Lack::Related(other, state) => match relation(entity, *other, *state) {
                    Some(name) => self.question.filters.has_no.push(name),
                    None => match parent(*other)
                        .filter(|field| field.emptiable(entity).is_some() && state.is_none())
                    {
                        Some(field) => self.question.filters.missing.push(field),
                        None => self.question.unplaced.push(format!("without {}", other.plural())),
                    },
                },
                Lack::Field(field) => self.question.unplaced.push(format!("without {}", field.noun())),
            }
        }
    }

    /// "companies that have an open deal", "contacts with notes", "deals with a follow-up date".
    pub(super) fn having(&mut self) {
        let entity = self.entity();
        self.having_behind(entity);
        for at in 0..self.tokens.len() {
            let leads = self.is(at, |tag| *tag == Tag::Prep(Prep::With) || at > 0 && *tag == Tag::Is);
            if !leads {
                continue;
            }
            let first = self.after(at);
            let state = match self.open(first) {
                Some(Tag::State(state @ (State::Open | State::Won))) => Some(*state),
                _ => None,
            };
            let noun = if state.is_some() { self.after(first) } else { first };
            let found = match self.open(noun) {
                Some(Tag::Noun(other, _)) if *other != entity => relation(entity, *other, state),
                _ => None,
            };
            if let Some(name) = found.filter(|_| self.question.entity.is_some()) {
                self.question.filters.has.push(name);
                [at, first, noun].into_iter().for_each(|place| self.take(place));
                continue;
            }
            // "with a value", "who have an e-mail address"
            let field = match self.open(first) {
                Some(Tag::Key(field)) => Some(field.clone()),
                Some(Tag::FollowUp) => Some(Field::FollowUp),
                Some(Tag::Value) => Some(Field::Value),
                _ => None,
            };
            let valued = matches!(
                self.tag(self.after(first)),
                Some(
                    Tag::Own
                        | Tag::Name
                        | Tag::Bounds(..)
                        | Tag::State(_)
                        | Tag::Role(_)
                        | Tag::Period(_)
                        | Tag::Dated(_)
                        | Tag::Prep(_)
                        | Tag::Is
                )
            );
            if let Some(field) = field.filter(|field| !valued && field.emptiable(entity).is_some()) {
                self.question.filters.present.push(field);
                self.take(first);
            }
        }
    }
}

impl Reader<'_> {
    /// "which Dublin companies do we have open matters *for*"
    fn having_behind(&mut self, entity: Entity) {
        let Some(last) = self.tokens.len().checked_sub(1).filter(|_| self.question.entity.is_some()) else {
            return;
        };
        let Some(noun) =
            self.prior(last).filter(|_| matches!(self.tag(last), Some(Tag::Prep(Prep::For | Prep::With))))
        else {
            return;
        };
        let state_at = self.prior(noun);
        let state = match state_at.and_then(|at| self.open(at)) {
            Some(Tag::State(state @ (State::Open | State::Won))) => Some(*state),
            _ => None,
        };
        let found = match self.open(noun) {
            Some(Tag::Noun(other, _)) if *other != entity => relation(entity, *other, state),
            _ => None,
        };
        if let Some(name) = found {
            self.question.filters.has.push(name);
            self.take(noun);
            state_at.filter(|_| state.is_some()).into_iter().for_each(|at| self.take(at));
        }
    }
}

/// The records that may hang on one of these, as the tools name them.
pub(super) const fn relation(entity: Entity, other: Entity, state: Option<State>) -> Option<&'static str> {
    use Entity::{Activities, Companies, Contacts, Deals, Matters, Notes, Tasks};
    Some(match (entity, other, state) {
        (Contacts | Companies | Deals | Matters, Notes, None) => "notes",
        (Contacts | Companies | Deals | Matters, Tasks, None) => "tasks",
        (Contacts | Companies | Deals | Matters, Tasks, Some(State::Open)) => "open_tasks",
        (Contacts | Companies | Deals | Matters, Activities, None) => "activities",
        (Contacts | Companies | Matters, Deals, None) => "deals",
        (Contacts | Companies, Deals, Some(State::Open)) => "open_deals",
        (Contacts | Companies, Deals, Some(State::Won)) => "won_deals",
        (Contacts | Companies, Matters, None) => "matters",
        (Contacts | Companies, Matters, Some(State::Open)) => "open_matters",
        (Companies, Contacts, None) => "contacts",
        _ => return None,
    })
}

const fn parent(other: Entity) -> Option<Field> {
    Some(match other {
        Entity::Companies => Field::Company,
        Entity::Contacts => Field::Contact,
        Entity::Deals => Field::Deal,
        Entity::Matters => Field::Matter,
        _ => return None,
    })
}
