//! What was asked. Everything is optional: a follow-up says only what changes.

use lexi_types::Date;
use lexi_types::records::RecordType;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intent {
    /// Greetings, thanks, "what can you do".
    Help,
    /// Asks for a record to be written.
    Change,
    /// Value and weighted value of the deals, by stage.
    Summary,
    Count,
    Sum,
    Average,
    Weighted,
    List,
    /// One record: "who is", "tell me about", "the status of".
    Lookup,
    /// The pipelines and their stages.
    Stages,
    /// The people who work here.
    Users,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entity {
    Contacts,
    Companies,
    Deals,
    Matters,
    Notes,
    Tasks,
}

impl Entity {
    pub(super) const fn plural(self) -> &'static str {
        self.kind().plural()
    }

    pub(super) const fn kind(self) -> RecordType {
        match self {
            Self::Contacts => RecordType::Contact,
            Self::Companies => RecordType::Company,
            Self::Deals => RecordType::Deal,
            Self::Matters => RecordType::Matter,
            Self::Notes => RecordType::Note,
            Self::Tasks => RecordType::Task,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Stage,
    Status,
    Owner,
    Company,
    Month,
}

impl Group {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Status => "status",
            Self::Owner => "owner",
            Self::Company => "company",
            Self::Month => "month",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Newest,
    Oldest,
    Largest,
    Smallest,
    Updated,
}

impl Sort {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Largest => "value_desc",
            Self::Smallest => "value_asc",
            Self::Updated => "updated",
        }
    }
}

/// A record that the question speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    Named(Name),
    /// "this deal": the one on the page.
    This(Option<RecordType>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub text: String,
    /// Where the question says it: "the Acme *deal*".
    pub kind: Option<RecordType>,
    /// Tells namesakes apart: "Jane Doe *at Acme*".
    pub hint: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Owner {
    Me,
    Named(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateField {
    Created,
    Closed,
    Due,
}

/// From inclusive, to exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    pub from: Option<Date>,
    pub to: Option<Date>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Filters {
    pub stage: Option<String>,
    pub status: Option<String>,
    pub owner: Option<Owner>,
    /// The record that the wanted ones hang on: a company, a contact, a deal, a matter.
    pub about: Option<Subject>,
    pub pipeline: Option<String>,
    pub priority: Option<String>,
    pub tag: Option<String>,
    pub custom: Option<(String, String)>,
    /// The practice area of matters, the industry of companies.
    pub field_of_work: Option<String>,
    pub place: Option<String>,
    pub text: Option<String>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub period: Option<Period>,
    pub date_field: Option<DateField>,
    pub overdue: bool,
}

/// What of a record is asked for in particular.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Focus {
    Status,
    Stage,
    Value,
    Owner,
    Email,
    Phone,
    Probability,
    CloseDate,
    FollowUp,
    JobTitle,
    Company,
    Industry,
    Website,
    PracticeArea,
}

/// Why a question that was read cannot be answered as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    Negation(String),
    /// Two values for one filter.
    Twice(&'static str, String, String),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Question {
    pub intent: Option<Intent>,
    pub entity: Option<Entity>,
    pub group: Option<Group>,
    pub filters: Filters,
    pub subject: Option<Subject>,
    /// Asked with "who": people first.
    pub who: bool,
    pub focus: Option<Focus>,
    pub sort: Option<Sort>,
    pub limit: Option<usize>,
    /// Says of itself that it goes on from the question before: "and the won ones?".
    pub follows: bool,
    /// "she", "it": the record of the question before.
    pub pronoun: bool,
    /// Words that found no place.
    pub unplaced: Vec<String>,
    pub problem: Option<Problem>,
}

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
        let record = previous.subject.clone().or_else(|| previous.filters.about.clone());
        if self.pronoun && self.filters.about.is_none() && self.subject.is_none() && record.is_some() {
            return self.with_record(record, previous.who);
        }
        if self.pronoun && self.focus == Some(Focus::Value) && self.subject.is_none() {
            self.intent = Some(Intent::Sum);
        }
        let complete = self.says_what() && !self.follows && !self.pronoun;
        if complete || self.problem.is_some() || !(self.follows || self.pronoun || self.narrows()) {
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
            self.who = who;
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

impl Subject {
    pub(super) const fn kind(&self) -> Option<RecordType> {
        match self {
            Self::Named(name) => name.kind,
            Self::This(kind) => *kind,
        }
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
            owner: self.owner.or(old.owner),
            about: self.about.or(old.about),
            pipeline: self.pipeline.or(old.pipeline),
            priority: self.priority.or(old.priority),
            tag: self.tag.or(old.tag),
            custom: self.custom.or(old.custom),
            field_of_work: self.field_of_work.or(old.field_of_work),
            place: self.place.or(old.place),
            text: self.text.or(old.text),
            min: self.min.or(old.min),
            max: self.max.or(old.max),
            period: self.period.or(old.period),
            date_field: self.date_field.or(old.date_field),
        }
    }
}
