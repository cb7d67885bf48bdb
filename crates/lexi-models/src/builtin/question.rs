//! What was asked. Everything is optional: a follow-up says only what changes.

use lexi_types::Period;
use lexi_types::Unit;
use lexi_types::records::RecordType;

use super::field::Field;
use super::write::Reading;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intent {
    /// Greetings, thanks, "what can you do".
    Help,
    /// Asks for a record to be written.
    Change,
    /// Value and weighted value of the deals, by stage.
    Summary,
    /// Figures: see [`Question::measures`].
    Measure,
    List,
    /// One record: "who is", "tell me about", "the status of".
    Lookup,
    /// What happened, newest first.
    Timeline,
    /// What somebody works on: open deals, matters and tasks.
    Workload,
    /// The pipelines and their stages.
    Stages,
    /// The people who work here.
    Users,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    Count,
    Sum,
    Average,
    Median,
    Smallest,
    Largest,
    Weighted,
    /// Won deals among those that ended.
    WinRate,
    /// Days from beginning to end.
    Cycle,
}

impl Measure {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Average => "average",
            Self::Median => "median",
            Self::Smallest => "min",
            Self::Largest => "max",
            Self::Weighted => "weighted",
            Self::WinRate => "win_rate",
            Self::Cycle => "cycle_days",
        }
    }

    /// Whether it is an amount of money.
    pub(super) const fn is_money(self) -> bool {
        !matches!(self, Self::Count | Self::WinRate | Self::Cycle)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entity {
    Contacts,
    Companies,
    Deals,
    Matters,
    Notes,
    Tasks,
    Activities,
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
            Self::Activities => RecordType::Activity,
        }
    }

    /// Whether it is worth something.
    pub(super) const fn has_value(self) -> bool {
        matches!(self, Self::Deals)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Grouping {
    Field(Field),
    Time(Unit),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Newest,
    Oldest,
    Largest,
    Smallest,
    Updated,
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
    /// What it may be, the likeliest first; empty when nothing is known.
    pub kinds: Vec<RecordType>,
    /// Tells namesakes apart: "Jane Doe *at Acme*".
    pub hint: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateField {
    Created,
    Opened,
    Closed,
    Due,
    FollowUp,
    Updated,
}

/// A field and the values of which any will do, or none may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    pub field: Field,
    pub values: Vec<String>,
    pub not: bool,
}

/// Bounds that both count unless `beyond`: "over 50k" leaves 50,000 out.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Bounds {
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub beyond: bool,
}

impl Bounds {
    pub(super) const fn is_empty(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Filters {
    pub conditions: Vec<Condition>,
    /// The record that the wanted ones hang on: a company, a contact, a deal, a matter.
    pub about: Option<Subject>,
    /// Words of the name or the text.
    pub text: Option<String>,
    pub value: Bounds,
    pub probability: Bounds,
    pub period: Option<Period>,
    pub date_field: Option<DateField>,
    pub missing: Vec<Field>,
    pub present: Vec<Field>,
    /// Related records that there must be some of, or none.
    pub has: Vec<&'static str>,
    pub has_no: Vec<&'static str>,
    /// Days without a note or an activity.
    pub inactive: Option<i64>,
    pub overdue: bool,
    pub pinned: bool,
}

impl Filters {
    pub(super) fn values(&self, field: &Field) -> &[String] {
        let found = self.conditions.iter().find(|condition| condition.field == *field && !condition.not);
        found.map_or(&[], |condition| condition.values.as_slice())
    }

    /// One more value that will do, or that must not be.
    pub(super) fn add(&mut self, field: Field, value: &str, not: bool) {
        let found = self.conditions.iter_mut().find(|known| known.field == field && known.not == not);
        match found {
            Some(known) if known.values.iter().any(|v| v == value) => {}
            Some(known) => known.values.push(value.to_owned()),
            None => self.conditions.push(Condition { field, values: vec![value.to_owned()], not }),
        }
    }

    pub(super) fn remove(&mut self, field: &Field) {
        self.conditions.retain(|condition| condition.field != *field);
    }

    /// "my": those of the person asking.
    pub(super) fn mine(&self) -> bool {
        self.values(&Field::Owner).iter().any(|owner| owner == ME)
    }
}

/// The person that the key stands for, as the tools take it.
pub(super) const ME: &str = "me";

/// With what the figures are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    PreviousPeriod,
    PreviousYear,
    /// Another period, looked up by itself.
    With(Period),
}

/// Who or what has the most, or the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leader {
    Most,
    Least,
}

/// Why a question that was read cannot be answered as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    /// A breakdown by something that nothing can be grouped by.
    Group(String),
    /// It goes on from a question that was not understood.
    Lost,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Question {
    pub intent: Option<Intent>,
    pub measures: Vec<Measure>,
    pub entity: Option<Entity>,
    pub groups: Vec<Grouping>,
    pub filters: Filters,
    pub subject: Option<Subject>,
    /// Asked with "who": people first.
    pub who: bool,
    pub focus: Option<Field>,
    /// "the one at Acme": tells the namesakes of the question before apart.
    pub that_one: Option<String>,
    /// "everything about": also what happened lately.
    pub everything: bool,
    pub sort: Option<Sort>,
    pub limit: Option<usize>,
    pub leader: Option<Leader>,
    pub compare: Option<Compare>,
    /// What part of all has this value.
    pub share: Option<Condition>,
    /// Of how many records a group must be: "with more than three open deals".
    pub having: Bounds,
    /// Says of itself that it goes on from the question before: "and the won ones?".
    pub follows: bool,
    /// Needs nothing of the question before, though it names no records: "what did we win last quarter".
    pub alone: bool,
    /// "she", "it": the record of the question before.
    pub pronoun: bool,
    /// "our contacts there": at the record before, if there is one.
    pub there: bool,
    /// "they": the record before, or else the list before.
    pub plural: bool,
    /// "overall": whoever owns them, whomever they belong to.
    pub widens: bool,
    /// A second question that this answer leaves out.
    pub left_out: Vec<String>,
    /// Words that found no place.
    pub unplaced: Vec<String>,
    pub problem: Option<Problem>,
    /// No question at all: something is to be written.
    pub order: Option<Reading>,
}

impl Question {
    pub(super) fn measures(&self, measure: Measure) -> bool {
        self.measures.contains(&measure)
    }
}
