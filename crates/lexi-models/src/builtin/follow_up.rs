//! A question read as a change to the one before it.

use super::field::Field;
use super::question::{Condition, Filters, Intent, Measure, Name, Problem, Question, Subject};

impl Question {
    /// Whether anything was understood at all.
    pub(super) fn says_something(&self) -> bool {
        self.says_what() || self.narrows()
    }

    const fn says_what(&self) -> bool {
        self.intent.is_some() || self.entity.is_some()
    }

    fn narrows(&self) -> bool {
        self.filters != Filters::default()
            || !self.groups.is_empty()
            || self.sort.is_some()
            || self.subject.is_some()
            || self.compare.is_some()
    }

    /// Whether it can be answered without the one before.
    fn is_complete(&self) -> bool {
        let bare = matches!(self.intent, Some(Intent::List | Intent::Measure)) && self.entity.is_none();
        let money =
            self.measures.iter().any(|measure| measure.is_money()) && self.filters != Filters::default();
        self.says_what() && !self.follows && (self.alone || !self.pronoun && (!bare || money))
    }

    /// Reads this question as a change to the one before it, where it is one.
    pub(super) fn after(self, previous: Option<&Self>) -> Self {
        let Some(previous) = previous.filter(|p| !matches!(p.intent, Some(Intent::Help | Intent::Change)))
        else {
            return self;
        };
        if previous.intent.is_none() || !previous.unplaced.is_empty() || previous.problem.is_some() {
            let goes_on =
                !self.is_complete() || self.intent == Some(Intent::Lookup) && self.subject.is_none();
            return if goes_on { Self { problem: Some(Problem::Lost), ..self } } else { self };
        }
        if let Some(hint) = &self.that_one {
            return match (&previous.subject, previous.intent) {
                (Some(Subject::Named(name)), Some(Intent::Lookup)) => {
                    let subject = Subject::Named(Name { hint: Some(hint.clone()), ..name.clone() });
                    Self { subject: Some(subject), ..previous.clone() }
                }
                _ => Self { unplaced: vec![format!("the one at {hint}")], ..self },
            };
        }
        let about = previous.filters.about.clone().filter(|_| !self.plural);
        let record = previous.subject.clone().or(about);
        if self.intent == Some(Intent::Lookup) && self.subject.is_none() {
            return self.focused_on(record, previous);
        }
        if self.there
            && self.filters.about.is_none()
            && self.subject.is_none()
            && self.entity.is_some()
            && record.is_some()
        {
            return self.with_record(record, false);
        }
        if self.pronoun && self.filters.about.is_none() && self.subject.is_none() && record.is_some() {
            return self.with_record(record, previous.who);
        }
        let part_alone =
            self.entity.is_some() && matches!(self.intent, None | Some(Intent::List)) && !self.narrows();
        if part_alone
            && previous.intent == Some(Intent::Lookup)
            && self.problem.is_none()
            && self.unplaced.is_empty()
            && self.intent.is_none()
        {
            // "tasks?", after "who is X": those of X.
            return self.with_record(previous.subject.clone(), previous.who);
        }
        let bare = self.entity.is_none() && matches!(self.intent, Some(Intent::List | Intent::Measure));
        if self.is_complete()
            || self.problem.is_some()
            || !(self.follows || self.pronoun || self.widens || bare || self.narrows())
            || matches!(
                self.intent,
                Some(Intent::Help | Intent::Change | Intent::Lookup | Intent::Summary | Intent::Users)
            )
        {
            return self;
        }
        self.changing(previous)
    }

    /// "who owns it?", "and the main contact?"
    fn focused_on(mut self, record: Option<Subject>, previous: &Self) -> Self {
        if let Some(record) = record {
            self.subject = Some(record);
            self.who |= previous.who;
            return self;
        }
        // The one that a list has found.
        if previous.intent == Some(Intent::List) && previous.limit == Some(1) {
            return Self { focus: self.focus, follows: true, ..previous.clone() };
        }
        self
    }

    fn with_record(mut self, record: Option<Subject>, who: bool) -> Self {
        let kind = match &record {
            Some(Subject::Named(Name { kinds, .. })) => kinds.first().copied().filter(|_| kinds.len() == 1),
            Some(Subject::This(kind)) => *kind,
            None => None,
        };
        let of_it = match self.entity {
            Some(entity) => Some(entity.kind()) != kind,
            None => self.intent == Some(Intent::Timeline),
        };
        if of_it {
            self.filters.about = record;
        } else {
            self.intent = Some(Intent::Lookup);
            self.subject = record;
            self.who |= who;
        }
        self
    }

    fn changing(self, previous: &Self) -> Self {
        let mut next = previous.clone();
        next.follows = true;
        next.problem = None;
        next.focus = None;
        next.unplaced = self.unplaced;
        next.left_out = self.left_out;
        if previous.intent == Some(Intent::Lookup)
            && self.entity.is_none()
            && let Some(subject) = self.filters.record()
        {
            next.subject = Some(subject);
            next.focus = previous.focus.clone();
            return next;
        }
        if let Some(entity) = self.entity.filter(|e| Some(*e) != previous.entity) {
            next.entity = Some(entity);
            next.filters.remove(&Field::Stage);
            next.filters.remove(&Field::Status);
            if !entity.has_value() && next.measures.iter().any(|measure| measure.is_money()) {
                next.measures = vec![Measure::Count];
            }
        }
        match self.intent {
            Some(Intent::Measure) => {
                next.intent = Some(Intent::Measure);
                next.measures = self.measures;
                next.subject = None;
                next.sort = None;
                next.limit = None;
                // "how many of those": a number, no longer the breakdown.
                if self.plural && self.groups.is_empty() {
                    next.groups.clear();
                    next.leader = None;
                }
            }
            // "show them"; behind a breakdown that is what "which" asks for.
            Some(Intent::List) if previous.groups.is_empty() || self.sort.is_some() || self.plural => {
                next.intent = Some(Intent::List);
                next.subject = None;
                next.groups.clear();
                next.leader = None;
            }
            Some(Intent::Timeline) => next.intent = Some(Intent::Timeline),
            None if next.intent == Some(Intent::Timeline) && self.compare.is_some() => {
                // Of what happened there is no figure.
                next.unplaced.push("compare".to_owned());
            }
            _ if previous.intent == Some(Intent::Lookup) => {
                next.intent = Some(Intent::List);
                next.subject = None;
            }
            _ => {}
        }
        if self.widens {
            next.filters.remove(&Field::Owner);
            next.filters.about = None;
        }
        if !self.groups.is_empty() {
            next.groups = self.groups;
            next.leader = self.leader;
            if next.intent == Some(Intent::List) {
                next.intent = Some(Intent::Measure);
                next.measures = vec![Measure::Count];
            }
        }
        next.leader = self.leader.or(next.leader);
        next.sort = self.sort.or(next.sort);
        next.limit = self.limit.or(next.limit);
        next.compare = match (self.compare, self.filters.period) {
            (Some(compare), _) => Some(compare),
            (None, Some(_)) => None,
            (None, None) => next.compare,
        };
        if next.compare.is_some() && next.intent == Some(Intent::List) {
            next.intent = Some(Intent::Measure);
            next.measures = vec![Measure::Count];
        }
        next.filters = self.filters.over(next.filters);
        next
    }
}

impl Filters {
    /// The record or person that is named and nothing besides.
    pub(super) fn record(&self) -> Option<Subject> {
        let rest = Self { about: None, conditions: Vec::new(), ..self.clone() };
        if rest != Self::default() {
            return None;
        }
        match (&self.about, self.conditions.as_slice()) {
            (Some(subject), []) => Some(subject.clone()),
            (None, [Condition { field: Field::Owner, values, not: false }]) => {
                let [text] = values.as_slice() else { return None };
                let text = text.clone();
                Some(Subject::Named(Name { text, kinds: Vec::new(), hint: None }))
            }
            _ => None,
        }
    }

    /// These filters, and of the older ones those that they do not replace.
    fn over(self, old: Self) -> Self {
        // A stage belongs to one status: keeping the old one of the two would leave nothing.
        let position = |field: &Field| matches!(field, Field::Stage | Field::Status);
        let placed = self.overdue || self.conditions.iter().any(|condition| position(&condition.field));
        let replaced =
            |field: &Field| placed && position(field) || self.conditions.iter().any(|c| c.field == *field);
        let kept = old.conditions.into_iter().filter(|condition| !replaced(&condition.field));
        let conditions = kept.chain(self.conditions.clone()).collect();
        let either = |new: Vec<_>, old: Vec<_>| if new.is_empty() { old } else { new };
        let fields = |new: Vec<Field>, old: Vec<Field>| if new.is_empty() { old } else { new };
        Self {
            conditions,
            about: self.about.or(old.about),
            text: self.text.or(old.text),
            value: match self.value.is_empty() {
                // "and those without a value?"
                true if self.missing.contains(&Field::Value) => self.value,
                true => old.value,
                false => self.value,
            },
            probability: if self.probability.is_empty() { old.probability } else { self.probability },
            date_field: self.date_field.or(old.date_field),
            period: self.period.or(old.period),
            missing: fields(self.missing, old.missing),
            present: fields(self.present, old.present),
            has: either(self.has, old.has),
            has_no: either(self.has_no, old.has_no),
            inactive: self.inactive.or(old.inactive),
            // "and due next week?"
            overdue: self.overdue || old.overdue && !placed && self.period.is_none(),
            pinned: self.pinned || old.pinned,
        }
    }
}
