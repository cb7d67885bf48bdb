//! How questions about one record begin, and what of it they may ask for.

use lexi_types::records::RecordType;

use crate::builtin::question::Focus;

pub(super) struct Lead {
    pub phrase: &'static str,
    pub who: bool,
    /// Also opens other questions: what follows must look like a name.
    pub soft: bool,
    pub focus: Option<Focus>,
}

const fn hard(phrase: &'static str) -> Lead {
    Lead { phrase, who: false, soft: false, focus: None }
}

const fn soft(phrase: &'static str) -> Lead {
    Lead { phrase, who: false, soft: true, focus: None }
}

const fn on(phrase: &'static str, focus: Focus) -> Lead {
    Lead { phrase, who: false, soft: true, focus: Some(focus) }
}

/// Longer phrases stand before the shorter ones that they begin with.
pub(super) const LEADS: &[Lead] = &[
    on("who is the owner of", Focus::Owner),
    on("who is responsible for", Focus::Owner),
    on("who is in charge of", Focus::Owner),
    Lead { phrase: "who is", who: true, soft: false, focus: None },
    Lead { phrase: "who was", who: true, soft: false, focus: None },
    on("who owns", Focus::Owner),
    on("who manages", Focus::Owner),
    on("who handles", Focus::Owner),
    on("which lawyer handles", Focus::Owner),
    on("which lawyer owns", Focus::Owner),
    on("when was", Focus::CloseDate),
    hard("show me everything about"),
    hard("everything about"),
    hard("give me details on"),
    hard("give me details about"),
    hard("give me information on"),
    hard("give me information about"),
    hard("tell me more about"),
    hard("tell me about"),
    hard("tell us about"),
    hard("what do we know about"),
    hard("what do you know about"),
    hard("what can you tell me about"),
    hard("what do we have on"),
    hard("what is going on with"),
    hard("what is happening with"),
    hard("what is new with"),
    hard("information on"),
    hard("information about"),
    hard("info on"),
    hard("info about"),
    hard("details on"),
    hard("details about"),
    hard("details of"),
    hard("details for"),
    hard("background on"),
    hard("look up"),
    hard("lookup"),
    hard("describe"),
    hard("brief me on"),
    hard("give me an overview of"),
    on("is the", Focus::Status),
    on("is", Focus::Status),
    on("which stage is", Focus::Stage),
    on("what stage is", Focus::Stage),
    on("how much is", Focus::Value),
    on("when does", Focus::CloseDate),
    on("when will", Focus::CloseDate),
    on("when is", Focus::CloseDate),
    on("where is", Focus::Status),
    on("how is", Focus::Status),
    soft("what is"),
    soft("what"),
    soft("show me"),
    soft("show"),
    soft("give me"),
    soft("find"),
    soft("search for"),
    soft("get"),
    soft("open"),
    soft("pull up"),
    soft("summarize"),
    soft("summarise"),
];

pub(super) const FOCUSES: &[(&str, Focus)] = &[
    ("email address", Focus::Email),
    ("e mail address", Focus::Email),
    ("e mail", Focus::Email),
    ("email", Focus::Email),
    ("phone number", Focus::Phone),
    ("telephone number", Focus::Phone),
    ("phone", Focus::Phone),
    ("telephone", Focus::Phone),
    ("status", Focus::Status),
    ("stage", Focus::Stage),
    ("estimated value", Focus::Value),
    ("value", Focus::Value),
    ("amount", Focus::Value),
    ("owner", Focus::Owner),
    ("account manager", Focus::Owner),
    ("responsible lawyer", Focus::Owner),
    ("win probability", Focus::Probability),
    ("probability", Focus::Probability),
    ("closing date", Focus::CloseDate),
    ("close date", Focus::CloseDate),
    ("next follow up date", Focus::FollowUp),
    ("next follow up", Focus::FollowUp),
    ("follow up date", Focus::FollowUp),
    ("follow up", Focus::FollowUp),
    ("job title", Focus::JobTitle),
    ("title", Focus::JobTitle),
    ("role", Focus::JobTitle),
    ("position", Focus::JobTitle),
    ("company", Focus::Company),
    ("employer", Focus::Company),
    ("industry", Focus::Industry),
    ("website", Focus::Website),
    ("practice area", Focus::PracticeArea),
    ("contact person", Focus::Contact),
    ("main contact", Focus::Contact),
    ("contact", Focus::Contact),
];

/// Where one of these stands, many records are asked for.
pub(super) const MANY: &[&str] = &[
    "many",
    "total",
    "average",
    "count",
    "sum",
    "weighted",
    "most",
    "largest",
    "biggest",
    "newest",
    "oldest",
    "latest",
    "by",
    "per",
    "pipeline",
    "pipelines",
    "stages",
    "overdue",
    "highest",
    "best",
    "top",
    "our",
    "number",
    "open",
    "won",
    "lost",
    "between",
    "over",
    "above",
    "than",
];
pub(super) const NOUNS_BEFORE: &[&str] =
    &["the", "a", "an", "our", "my", "called", "named", "about", "with", "email", "mr", "mrs", "ms", "dr"];
pub(super) const AFTERTHOUGHTS: &[&str] = &[
    "doing",
    "going",
    "now",
    "currently",
    "please",
    "again",
    "in",
    "at",
    "worth",
    "close",
    "closing",
    "right",
    "today",
    "due",
];
/// "Is the Acme deal won?"
pub(super) const STATUSES: &[&str] =
    &["won", "lost", "open", "active", "closed", "pending", "still", "already", "yet"];
pub(super) const PRONOUNS: &[&str] =
    &["she", "he", "her", "his", "him", "it", "its", "they", "their", "them", "i", "you", "me", "we"];
pub(super) const NAME_WORDS_MAX: usize = 12;

/// The kind of record that alone has such a field.
pub(super) const fn kind_of(focus: Focus) -> Option<RecordType> {
    match focus {
        Focus::Email | Focus::Phone | Focus::JobTitle => Some(RecordType::Contact),
        Focus::Value | Focus::Stage | Focus::Probability | Focus::CloseDate | Focus::Contact => {
            Some(RecordType::Deal)
        }
        Focus::Industry | Focus::Website => Some(RecordType::Company),
        Focus::PracticeArea => Some(RecordType::Matter),
        Focus::Status | Focus::Owner | Focus::FollowUp | Focus::Company => None,
    }
}
