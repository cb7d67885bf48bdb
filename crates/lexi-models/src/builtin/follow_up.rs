//! A question read as a change to the one before it.

use super::question::{Filters, Focus, Intent, Name, Owner, Question, Subject};

impl Question {
    /// Whether anything was understood at all.
    pub(super) fn says_something(&self) -> bool {
        self.says_what() || self.narrows()
    }

    fn says_what(&self) -> bool {
        self.intent.is_some() || self.entity.is_some()
    }

    fn narrows(&self) -> bool {
        self.filters != Filters::default()
            || self.group.is_some()
            || self.sort.is_some()
            || self.subject.is_some()
    }

    /// Reads this question as a change to the one before it, where it is one.
    pub(super) fn after(mut self, previous: Option<&Self>) -> Self {
        let Some(previous) =
            previous.filter(|p| p.intent.is_some_and(|i| !matches!(i, Intent::Help | Intent::Change)))
        else {
            return self;
        };
        let about = previous.filters.about.clone().filter(|_| !self.plural);
        let record = previous.subject.clone().or(about);
        if self.pronoun && self.filters.about.is_none() && self.subject.is_none() && record.is_some() {
            return self.with_record(record, previous.who);
        }
        let part_alone = self.entity.is_some() && self.intent.is_none() && !self.narrows();
        if part_alone && previous.intent == Some(Intent::Lookup) && self.problem.is_none() {
            // "tasks?", after "who is X": those of X.
            return self.with_record(previous.subject.clone(), previous.who);
        }
        if self.pronoun && self.focus == Some(Focus::Value) && self.subject.is_none() {
            self.intent = Some(Intent::Sum);
        }
        let complete = self.says_what() && !self.follows && !self.pronoun;
        if complete
            || self.problem.is_some()
            || !(self.follows || self.pronoun || self.widens || self.narrows())
        {
            return self;
        }
        if matches!(self.intent, Some(Intent::Help | Intent::Change | Intent::Lookup | Intent::Summary)) {
            return self;
        }
        self.changing(previous)
    }

    fn with_record(mut self, record: Option<Subject>, who: bool) -> Self {
        if self.entity.is_some_and(|e| Some(e.kind()) != record.as_ref().and_then(Subject::kind)) {
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
        next.unplaced = self.unplaced;
        if previous.intent == Some(Intent::Lookup)
            && self.entity.is_none()
            && let Some(subject) = self.filters.record()
        {
            next.subject = Some(subject);
            return next;
        }
        let other_entity = self.entity.filter(|e| Some(*e) != previous.entity);
        if let Some(entity) = other_entity {
            next.entity = Some(entity);
            next.filters.stage = None;
            next.filters.status = None;
        }
        if self.intent.is_some_and(|i| i != Intent::List || self.sort.is_some())
            || previous.intent == Some(Intent::Lookup)
        {
            next.intent = self.intent.or(Some(Intent::List));
            next.subject = None;
        }
        if self.plural && self.intent == Some(Intent::List) && previous.group.is_none() {
            // "show them"
            next.intent = Some(Intent::List);
        }
        if self.widens {
            next.filters.owner = None;
            next.filters.about = None;
        }
        next.group = self.group.or(next.group);
        if self.group.is_some() && next.intent == Some(Intent::List) {
            next.intent = Some(Intent::Count);
        }
        next.sort = self.sort.or(next.sort);
        next.limit = self.limit.or(next.limit);
        next.filters = self.filters.over(next.filters);
        next
    }
}

impl Filters {
    /// The record or person that is named and nothing besides.
    pub(super) fn record(&self) -> Option<Subject> {
        let rest = Self { about: None, owner: None, ..self.clone() };
        if rest != Self::default() {
            return None;
        }
        match (&self.about, &self.owner) {
            (Some(subject), None) => Some(subject.clone()),
            (None, Some(Owner::Named(text))) => {
                Some(Subject::Named(Name { text: text.clone(), kind: None, hint: None }))
            }
            _ => None,
        }
    }

    /// These filters, and of the older ones those that they do not replace.
    fn over(self, old: Self) -> Self {
        // A stage belongs to one status: keeping the old one of the two would leave nothing.
        let position = self.stage.is_some() || self.status.is_some() || self.overdue;
        Self {
            stage: if position { self.stage } else { old.stage },
            status: if position { self.status } else { old.status },
            overdue: if position { self.overdue } else { old.overdue },
            own: if self.own.is_empty() { old.own } else { self.own },
            missing: if self.missing.is_empty() { old.missing } else { self.missing },
            has_no: if self.has_no.is_empty() { old.has_no } else { self.has_no },
            inactive: self.inactive.or(old.inactive),
            owner: self.owner.or(old.owner),
            about: self.about.or(old.about),
            pipeline: self.pipeline.or(old.pipeline),
            priority: self.priority.or(old.priority),
            tag: self.tag.or(old.tag),
            custom: self.custom.or(old.custom),
            field_of_work: self.field_of_work.or(old.field_of_work),
            place: self.place.or(old.place),
            text: self.text.or(old.text),
            beyond: if self.min.or(self.max).is_some() { self.beyond } else { old.beyond },
            min: self.min.or(old.min),
            max: self.max.or(old.max),
            compare: self.compare || old.compare && self.period.is_none(),
            period: self.period.or(old.period),
            date_field: self.date_field.or(old.date_field),
        }
    }
}
