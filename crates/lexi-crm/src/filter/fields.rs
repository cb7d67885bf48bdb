//! What records can be narrowed by: one table for each type, read by the schema of its tools and by the filter itself.

use lexi_store::{Link, Named};
use lexi_types::records::RecordType;

/// What an argument is compared with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Slot {
    /// Words of the name.
    Query,
    /// A column of the workspace's own words.
    Word(&'static str),
    Choice(&'static str, &'static [&'static str]),
    /// Numbers with names: 1 high, 2 medium, 3 low.
    Level(&'static str),
    User(&'static str),
    Record(Named, &'static str),
    /// A contact's company: the linked one, or no more than its name.
    Company,
    /// A matter's client: a company or a contact.
    Client,
    /// A word of the company that the column names.
    OfCompany {
        link: &'static str,
        column: &'static str,
    },
    Address(&'static str),
    Currency,
    Tag,
    Custom,
    /// Custom fields that hold days, each with a period.
    CustomDates,
    /// The day on which an open deal is expected to be closed.
    ExpectedClose,
    Period(&'static str, Clock),
    After(&'static str, Clock),
    Before(&'static str, Clock),
    LeastMoney(&'static str),
    MostMoney(&'static str),
    Least(&'static str),
    Most(&'static str),
    /// Due before today and not completed.
    Overdue,
    Flag(&'static str),
    Inactive,
}

impl Slot {
    /// Whether a model is told of it. Bounds are taken from whoever gives them, but a period says the same, and every word
    /// that is offered costs tokens in every request.
    pub(crate) const fn offered(self) -> bool {
        !matches!(self, Self::After(..) | Self::Before(..))
    }
}

/// What a column of time holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    Micros,
    Day,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    pub(crate) slot: Slot,
    /// Empty where the name says it all.
    pub(crate) description: &'static str,
}

const fn argument(name: &'static str, slot: Slot, description: &'static str) -> Argument {
    Argument { name, slot, description }
}

/// A day that a period can say as well.
const fn bound(name: &'static str, slot: Slot) -> Argument {
    argument(name, slot, "")
}

use Clock::{Day, Micros};

pub(crate) const DEAL_STATUSES: &[&str] = &["active", "won", "lost"];
pub(crate) const MATTER_STATUSES: &[&str] = &["open", "pending", "closed"];
pub(crate) const TASK_STATUSES: &[&str] = &["open", "in_progress", "completed"];
const LEVELS: &[&str] = &["low", "medium", "high"];
pub(crate) const NOTE_TYPES: &[&str] = &["general", "meeting", "call", "email", "other"];

const TAG: Argument = argument("tag", Slot::Tag, "");
const CUSTOM: Argument =
    argument("custom", Slot::Custom, "Custom fields by name, as {\"source\": [\"Web\"]}");
const CUSTOM_DATES: Argument = argument(
    "custom_dates",
    Slot::CustomDates,
    "Custom fields that hold days, each with a period, as {\"renewal_date\": \"next_quarter\"}",
);
const CREATED: Argument = argument("created", Slot::Period("created_date", Micros), "Created");
const UPDATED: Argument = argument("updated", Slot::Period("updated_date", Micros), "Last changed");
const CREATED_AFTER: Argument = bound("created_after", Slot::After("created_date", Micros));
const CREATED_BEFORE: Argument = bound("created_before", Slot::Before("created_date", Micros));
const INACTIVE: Argument =
    argument("inactive_days", Slot::Inactive, "No note or activity in the last so many days, nor made since");
const FOLLOW_UP: Argument = argument(
    "follow_up",
    Slot::Period("next_follow_up_date", Day),
    "Next follow-up (until_today: it is due)",
);
const PARENTS: [Argument; 4] = [
    argument("contact", Slot::Record(Named::Contact, "contact_id"), "What it is about: names or ids"),
    argument("company", Slot::Record(Named::Company, "related_company_id"), "What it is about: names or ids"),
    argument("deal", Slot::Record(Named::Deal, "deal_id"), "What it is about: names or ids"),
    argument("matter", Slot::Record(Named::Matter, "matter_id"), "What it is about: names, numbers or ids"),
];

const fn industry(link: &'static str) -> Argument {
    argument("industry", Slot::OfCompany { link, column: "industry" }, "Of its company")
}
const fn country(link: &'static str) -> Argument {
    argument("country", Slot::OfCompany { link, column: "country" }, "Of its company")
}
const fn city(link: &'static str) -> Argument {
    argument("city", Slot::OfCompany { link, column: "city" }, "Of its company")
}

const CONTACTS: &[Argument] = &[
    argument("query", Slot::Query, "Words of the name, or part of the e-mail address or company name"),
    argument("status", Slot::Word("status"), "Such as Lead or Customer"),
    argument("owner", Slot::User("owner_user_id"), "Names of users, or \"me\""),
    argument("company", Slot::Company, "Names or ids"),
    industry("related_company_id"),
    country("related_company_id"),
    city("related_company_id"),
    argument("job_title", Slot::Word("job_title"), ""),
    argument("priority", Slot::Level("priority"), ""),
    argument("email", Slot::Address("email"), "E-mail address, or the domain behind the @"),
    TAG,
    CUSTOM,
    CUSTOM_DATES,
    FOLLOW_UP,
    CREATED,
    UPDATED,
    CREATED_AFTER,
    CREATED_BEFORE,
    INACTIVE,
];

const COMPANIES: &[Argument] = &[
    argument("query", Slot::Query, "Words of the name, or part of the web address"),
    argument("industry", Slot::Word("industry"), ""),
    argument("city", Slot::Word("city"), ""),
    argument("country", Slot::Word("country"), ""),
    argument("size", Slot::Word("size"), ""),
    TAG,
    CUSTOM,
    CUSTOM_DATES,
    CREATED,
    UPDATED,
    CREATED_AFTER,
    CREATED_BEFORE,
    INACTIVE,
];

const DEALS: &[Argument] = &[
    argument("query", Slot::Query, "Words of the deal's name"),
    argument("stage", Slot::Word("stage"), ""),
    argument("status", Slot::Choice("status", DEAL_STATUSES), "active means open"),
    argument("owner", Slot::User("owner_user_id"), "Names of users, or \"me\""),
    argument("company", Slot::Record(Named::Company, "related_company_id"), "Names or ids"),
    industry("related_company_id"),
    country("related_company_id"),
    city("related_company_id"),
    argument("contact", Slot::Record(Named::Contact, "main_contact_id"), "The main contact: names or ids"),
    argument("pipeline", Slot::Word("pipeline"), ""),
    argument("priority", Slot::Word("priority"), ""),
    argument("matter_type", Slot::Word("matter_type"), ""),
    argument("fee_model", Slot::Word("fee_model"), ""),
    argument("currency", Slot::Currency, "Three letters"),
    TAG,
    CUSTOM,
    CUSTOM_DATES,
    argument("min_value", Slot::LeastMoney("estimated_value"), "In major units"),
    argument("max_value", Slot::MostMoney("estimated_value"), "In major units"),
    argument("min_probability", Slot::Least("probability"), "In percent"),
    argument("max_probability", Slot::Most("probability"), "In percent"),
    CREATED,
    argument("closed", Slot::Period("closed_date", Day), "Won or lost"),
    argument("expected_close", Slot::ExpectedClose, "Expected to be closed (only active deals)"),
    FOLLOW_UP,
    UPDATED,
    CREATED_AFTER,
    CREATED_BEFORE,
    bound("closed_after", Slot::After("closed_date", Day)),
    bound("closed_before", Slot::Before("closed_date", Day)),
    INACTIVE,
];

const MATTERS: &[Argument] = &[
    argument("query", Slot::Query, "Words of the name, or part of the number"),
    argument("status", Slot::Choice("status", MATTER_STATUSES), ""),
    argument("practice_area", Slot::Word("practice_area"), ""),
    argument("client", Slot::Client, "Companies or contacts: names or ids"),
    industry("client_company_id"),
    country("client_company_id"),
    city("client_company_id"),
    argument("responsible", Slot::User("responsible_user_id"), "Names of users, or \"me\""),
    TAG,
    CUSTOM,
    CUSTOM_DATES,
    argument("opened", Slot::Period("open_date", Day), "Opened"),
    argument("closed", Slot::Period("close_date", Day), "Closed"),
    CREATED,
    UPDATED,
    bound("opened_after", Slot::After("open_date", Day)),
    bound("opened_before", Slot::Before("open_date", Day)),
    INACTIVE,
];

const NOTES: &[Argument] = &[
    argument("query", Slot::Query, "Words in the title or the text"),
    argument("note_type", Slot::Choice("note_type", NOTE_TYPES), ""),
    argument("pinned", Slot::Flag("is_pinned"), "Only pinned notes, or only others"),
    PARENTS[0],
    PARENTS[1],
    PARENTS[2],
    PARENTS[3],
    TAG,
    CREATED,
    CREATED_AFTER,
    CREATED_BEFORE,
];

const TASKS: &[Argument] = &[
    argument("query", Slot::Query, "Words of the title, or part of the description"),
    argument("overdue", Slot::Overdue, "Due before today and not completed"),
    argument("status", Slot::Choice("status", TASK_STATUSES), ""),
    argument("priority", Slot::Choice("priority", LEVELS), ""),
    argument("assignee", Slot::User("assigned_to_user_id"), "Names of users, or \"me\""),
    argument("due", Slot::Period("due_date", Day), "Due"),
    PARENTS[0],
    PARENTS[1],
    PARENTS[2],
    PARENTS[3],
    CREATED,
    bound("due_after", Slot::After("due_date", Day)),
    bound("due_before", Slot::Before("due_date", Day)),
];

const ACTIVITIES: &[Argument] = &[
    argument("query", Slot::Query, "Words of the title, or part of the description"),
    argument("type", Slot::Word("type"), "Such as call or meeting"),
    argument("user", Slot::User("created_by_user_id"), "Who did it: names of users, or \"me\""),
    PARENTS[0],
    PARENTS[2],
    CREATED,
    CREATED_AFTER,
    CREATED_BEFORE,
];

/// What `not` may look like, in words for a model.
pub(crate) const fn left_out(kind: RecordType) -> &'static str {
    match kind {
        RecordType::Contact | RecordType::Company => r#"{"country": ["Germany"]}"#,
        RecordType::Deal => r#"{"status": ["won"]}"#,
        RecordType::Matter => r#"{"status": ["closed"]}"#,
        RecordType::Note => r#"{"note_type": ["call"]}"#,
        RecordType::Task => r#"{"status": ["completed"]}"#,
        RecordType::Activity => r#"{"type": ["call"]}"#,
    }
}

pub(crate) const fn arguments(kind: RecordType) -> &'static [Argument] {
    match kind {
        RecordType::Contact => CONTACTS,
        RecordType::Company => COMPANIES,
        RecordType::Deal => DEALS,
        RecordType::Matter => MATTERS,
        RecordType::Note => NOTES,
        RecordType::Task => TASKS,
        RecordType::Activity => ACTIVITIES,
    }
}

/// What may be missing or present, with its column.
pub(crate) const fn emptiable(kind: RecordType) -> &'static [(&'static str, &'static str)] {
    match kind {
        RecordType::Contact => &[
            ("owner", "owner_user_id"),
            ("company", "company_name"),
            ("email", "email"),
            ("phone", "phone"),
            ("job_title", "job_title"),
            ("status", "status"),
            ("priority", "priority"),
            ("follow_up_date", "next_follow_up_date"),
            ("linkedin_url", "linkedin_url"),
            ("tag", "tags"),
        ],
        RecordType::Company => &[
            ("industry", "industry"),
            ("website", "website"),
            ("domain", "domain"),
            ("city", "city"),
            ("country", "country"),
            ("size", "size"),
            ("tag", "tags"),
        ],
        RecordType::Deal => &[
            ("owner", "owner_user_id"),
            ("company", "related_company_id"),
            ("contact", "main_contact_id"),
            ("matter", "matter_id"),
            ("stage", "stage"),
            ("pipeline", "pipeline"),
            ("value", "estimated_value"),
            ("probability", "probability"),
            ("priority", "priority"),
            ("matter_type", "matter_type"),
            ("fee_model", "fee_model"),
            ("close_date", "closed_date"),
            ("follow_up_date", "next_follow_up_date"),
            ("description", "high_level_description"),
            ("tag", "tags"),
        ],
        RecordType::Matter => &[
            ("responsible", "responsible_user_id"),
            ("client", "COALESCE(client_company_id, client_contact_id)"),
            ("practice_area", "practice_area"),
            ("number", "number"),
            ("open_date", "open_date"),
            ("close_date", "close_date"),
            ("description", "description"),
            ("tag", "tags"),
        ],
        RecordType::Task => &[
            ("assignee", "assigned_to_user_id"),
            ("due_date", "due_date"),
            ("priority", "priority"),
            ("description", "description"),
            ("contact", "contact_id"),
            ("company", "related_company_id"),
            ("deal", "deal_id"),
            ("matter", "matter_id"),
        ],
        RecordType::Note | RecordType::Activity => &[],
    }
}

/// Records that may hang on one of this type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Relation {
    pub(crate) name: &'static str,
    pub(crate) child: RecordType,
    pub(crate) link: Link,
    pub(crate) further: Option<&'static str>,
}

const fn relation(
    name: &'static str,
    child: RecordType,
    link: Link,
    further: Option<&'static str>,
) -> Relation {
    Relation { name, child, link, further }
}

const OPEN_TASK: Option<&str> = Some("child.status <> 'completed'");
const OPEN_DEAL: Option<&str> = Some("child.status = 'active'");
const WON_DEAL: Option<&str> = Some("child.status = 'won'");
const OPEN_MATTER: Option<&str> = Some("child.status <> 'closed'");

pub(crate) const fn relations(kind: RecordType) -> &'static [Relation] {
    use Link::{Column, ColumnOrEntity, Entity};
    use RecordType::{Activity, Contact, Deal, Matter, Note, Task};
    match kind {
        Contact => {
            &const {
                [
                    relation("notes", Note, Column("contact_id"), None),
                    relation("tasks", Task, Column("contact_id"), None),
                    relation("open_tasks", Task, Column("contact_id"), OPEN_TASK),
                    relation("activities", Activity, ColumnOrEntity("contact_id"), None),
                    relation("deals", Deal, Column("main_contact_id"), None),
                    relation("open_deals", Deal, Column("main_contact_id"), OPEN_DEAL),
                    relation("won_deals", Deal, Column("main_contact_id"), WON_DEAL),
                    relation("matters", Matter, Column("client_contact_id"), None),
                    relation("open_matters", Matter, Column("client_contact_id"), OPEN_MATTER),
                ]
            }
        }
        RecordType::Company => {
            &const {
                [
                    relation("notes", Note, Column("related_company_id"), None),
                    relation("tasks", Task, Column("related_company_id"), None),
                    relation("open_tasks", Task, Column("related_company_id"), OPEN_TASK),
                    relation("activities", Activity, Entity, None),
                    relation("contacts", Contact, Column("related_company_id"), None),
                    relation("deals", Deal, Column("related_company_id"), None),
                    relation("open_deals", Deal, Column("related_company_id"), OPEN_DEAL),
                    relation("won_deals", Deal, Column("related_company_id"), WON_DEAL),
                    relation("matters", Matter, Column("client_company_id"), None),
                    relation("open_matters", Matter, Column("client_company_id"), OPEN_MATTER),
                ]
            }
        }
        Deal => {
            &const {
                [
                    relation("notes", Note, Column("deal_id"), None),
                    relation("tasks", Task, Column("deal_id"), None),
                    relation("open_tasks", Task, Column("deal_id"), OPEN_TASK),
                    relation("activities", Activity, ColumnOrEntity("deal_id"), None),
                ]
            }
        }
        Matter => {
            &const {
                [
                    relation("notes", Note, Column("matter_id"), None),
                    relation("tasks", Task, Column("matter_id"), None),
                    relation("open_tasks", Task, Column("matter_id"), OPEN_TASK),
                    relation("activities", Activity, Entity, None),
                    relation("deals", Deal, Column("matter_id"), None),
                ]
            }
        }
        Note | Task | Activity => &[],
    }
}
