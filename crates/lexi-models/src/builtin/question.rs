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
    Median,
    /// Won deals among those that ended.
    WinRate,
    /// Days from beginning to end.
    Cycle,
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
    Industry,
    Country,
    City,
    Size,
    Pipeline,
    Priority,
    PracticeArea,
    FeeModel,
    JobTitle,
    Tag,
    Type,
    Source,
    Language,
    Week,
    Month,
    Quarter,
    Year,
}

impl Group {
    /// As the aggregate of these records names it.
    pub(super) const fn of(self, entity: Entity) -> &'static str {
        match (self, entity) {
            (Self::Stage, Entity::Contacts | Entity::Matters | Entity::Tasks) => "status",
            (Self::Stage, _) => "stage",
            (Self::Status, _) => "status",
            (Self::Owner, Entity::Matters) => "responsible",
            (Self::Owner, Entity::Tasks) => "assignee",
            (Self::Owner, _) => "owner",
            (Self::Company, Entity::Matters) => "client",
            (Self::Company, _) => "company",
            (Self::Industry, _) => "industry",
            (Self::Country, _) => "country",
            (Self::City, _) => "city",
            (Self::Size, _) => "size",
            (Self::Pipeline, _) => "pipeline",
            (Self::Priority, _) => "priority",
            (Self::PracticeArea, Entity::Deals) => "matter_type",
            (Self::PracticeArea, _) => "practice_area",
            (Self::FeeModel, _) => "fee_model",
            (Self::JobTitle, _) => "job_title",
            (Self::Tag, _) => "tag",
            (Self::Type, _) => "type",
            (Self::Source, _) => "custom.source",
            (Self::Language, _) => "custom.language",
            (Self::Week, _) => "week",
            (Self::Month, _) => "month",
            (Self::Quarter, _) => "quarter",
            (Self::Year, _) => "year",
        }
    }

    pub(super) const fn is_time(self) -> bool {
        matches!(self, Self::Week | Self::Month | Self::Quarter | Self::Year)
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
    /// "over 50k": the bounds themselves do not count.
    pub beyond: bool,
    pub period: Option<Period>,
    /// Also the period before.
    pub compare: bool,
    pub date_field: Option<DateField>,
    pub overdue: bool,
    /// Words of the workspace's own records, by field: any of the values.
    pub own: Vec<(String, Vec<String>)>,
    /// Fields that must be empty.
    pub missing: Vec<&'static str>,
    /// Related records that there must be none of.
    pub has_no: Vec<&'static str>,
    /// Days without a note or an activity.
    pub inactive: Option<i64>,
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
    Contact,
}

/// Why a question that was read cannot be answered as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    Negation(String),
    /// A breakdown by something else than deals can be grouped by.
    Group(String),
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
    /// "they": the record before, or else the list before.
    pub plural: bool,
    /// "overall": whoever owns them, whomever they belong to.
    pub widens: bool,
    /// A second question, which this answer leaves out.
    pub left_out: Vec<String>,
    /// Words that found no place.
    pub unplaced: Vec<String>,
    pub problem: Option<Problem>,
}

impl Subject {
    pub(super) const fn kind(&self) -> Option<RecordType> {
        match self {
            Self::Named(name) => name.kind,
            Self::This(kind) => *kind,
        }
    }
}
