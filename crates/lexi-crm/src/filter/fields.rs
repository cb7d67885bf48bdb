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
    pub(crate) description: &'static str,
}

const fn argument(name: &'static str, slot: Slot, description: &'static str) -> Argument {
    Argument { name, slot, description }
}

use Clock::{Day, Micros};

pub(crate) const DEAL_STATUSES: &[&str] = &["active", "won", "lost"];
pub(crate) const MATTER_STATUSES: &[&str] = &["open", "pending", "closed"];
pub(crate) const TASK_STATUSES: &[&str] = &["open", "in_progress", "completed"];
const LEVELS: &[&str] = &["low", "medium", "high"];
const NOTE_TYPES: &[&str] = &["general", "meeting", "call", "email", "other"];

const TAG: Argument = argument("tag", Slot::Tag, "A tag");
const CUSTOM: Argument =
    argument("custom", Slot::Custom, "Custom fields by name, each with the value it must have");
const CUSTOM_DATES: Argument = argument(
    "custom_dates",
    Slot::CustomDates,
    "Custom fields that hold days, by name, each with the period in which it must lie",
);
const CREATED: Argument = argument("created", Slot::Period("created_date", Micros), "When it was created");
const UPDATED: Argument =
    argument("updated", Slot::Period("updated_date", Micros), "When it was last changed");
const CREATED_AFTER: Argument =
    argument("created_after", Slot::After("created_date", Micros), "First day on which it was created");
const CREATED_BEFORE: Argument =
    argument("created_before", Slot::Before("created_date", Micros), "Created before this day");
const INACTIVE: Argument = argument(
    "inactive_days",
    Slot::Inactive,
    "Only those with no note and no activity in the last so many days, and not made since",
);
const FOLLOW_UP: Argument = argument(
    "follow_up",
    Slot::Period("next_follow_up_date", Day),
    "When the next follow-up is; until_today for those that are due",
);
const PARENTS: [Argument; 4] = [
    argument("contact", Slot::Record(Named::Contact, "contact_id"), "Name or id of the contact it is about"),
    argument(
        "company",
        Slot::Record(Named::Company, "related_company_id"),
        "Name or id of the company it is about",
    ),
    argument("deal", Slot::Record(Named::Deal, "deal_id"), "Name or id of the deal it is about"),
    argument(
        "matter",
        Slot::Record(Named::Matter, "matter_id"),
        "Name, number or id of the matter it is about",
    ),
];

const fn industry(link: &'static str) -> Argument {
    argument("industry", Slot::OfCompany { link, column: "industry" }, "Industry of its company")
}
const fn country(link: &'static str) -> Argument {
    argument("country", Slot::OfCompany { link, column: "country" }, "Country of its company")
}
const fn city(link: &'static str) -> Argument {
    argument("city", Slot::OfCompany { link, column: "city" }, "City of its company")
}

const CONTACTS: &[Argument] = &[
    argument("query", Slot::Query, "Words of the name, or part of the e-mail address or company name"),
    argument("status", Slot::Word("status"), "Status such as Lead or Customer"),
    argument("owner", Slot::User("owner_user_id"), "Name of the user who owns the contact, or \"me\""),
    argument("company", Slot::Company, "Name or id of the contact's company"),
    industry("related_company_id"),
    country("related_company_id"),
    city("related_company_id"),
    argument("job_title", Slot::Word("job_title"), "Job title"),
    argument("priority", Slot::Level("priority"), "Priority"),
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
    argument("industry", Slot::Word("industry"), "Industry"),
    argument("city", Slot::Word("city"), "City"),
    argument("country", Slot::Word("country"), "Country"),
    argument("size", Slot::Word("size"), "Size"),
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
    argument("stage", Slot::Word("stage"), "Stage of the pipeline, by name"),
    argument("status", Slot::Choice("status", DEAL_STATUSES), "Active (open), won or lost"),
    argument("owner", Slot::User("owner_user_id"), "Name of the user who owns the deal, or \"me\""),
    argument(
        "company",
        Slot::Record(Named::Company, "related_company_id"),
        "Name or id of the deal's company",
    ),
    industry("related_company_id"),
    country("related_company_id"),
    city("related_company_id"),
    argument(
        "contact",
        Slot::Record(Named::Contact, "main_contact_id"),
        "Name or id of the deal's main contact",
    ),
    argument("pipeline", Slot::Word("pipeline"), "Pipeline, by name"),
    argument("priority", Slot::Word("priority"), "Priority"),
    argument("matter_type", Slot::Word("matter_type"), "Matter type"),
    argument("fee_model", Slot::Word("fee_model"), "Fee model"),
    argument("currency", Slot::Currency, "Currency as three letters"),
    TAG,
    CUSTOM,
    CUSTOM_DATES,
    argument("min_value", Slot::LeastMoney("estimated_value"), "Least value in major units"),
    argument("max_value", Slot::MostMoney("estimated_value"), "Greatest value in major units"),
    argument("min_probability", Slot::Least("probability"), "Least probability in percent"),
    argument("max_probability", Slot::Most("probability"), "Greatest probability in percent"),
    CREATED,
    argument("closed", Slot::Period("closed_date", Day), "When it was closed, won or lost"),
    argument(
        "expected_close",
        Slot::ExpectedClose,
        "When it is expected to be closed; only deals that are still active",
    ),
    FOLLOW_UP,
    UPDATED,
    CREATED_AFTER,
    CREATED_BEFORE,
    argument("closed_after", Slot::After("closed_date", Day), "First day on which it was closed"),
    argument("closed_before", Slot::Before("closed_date", Day), "Closed before this day"),
    INACTIVE,
];

const MATTERS: &[Argument] = &[
    argument("query", Slot::Query, "Words of the name, or part of the number"),
    argument("status", Slot::Choice("status", MATTER_STATUSES), "Open, pending or closed"),
    argument("practice_area", Slot::Word("practice_area"), "Practice area"),
    argument("client", Slot::Client, "Name or id of the client: a company or a contact"),
    industry("client_company_id"),
    country("client_company_id"),
    city("client_company_id"),
    argument("responsible", Slot::User("responsible_user_id"), "Name of the responsible user, or \"me\""),
    TAG,
    CUSTOM,
    CUSTOM_DATES,
    argument("opened", Slot::Period("open_date", Day), "When it was opened"),
    argument("closed", Slot::Period("close_date", Day), "When it was closed"),
    CREATED,
    UPDATED,
    argument("opened_after", Slot::After("open_date", Day), "First day on which it was opened"),
    argument("opened_before", Slot::Before("open_date", Day), "Opened before this day"),
    INACTIVE,
];

const NOTES: &[Argument] = &[
    argument("query", Slot::Query, "Words in the title or the text"),
    argument("note_type", Slot::Choice("note_type", NOTE_TYPES), "Kind of note"),
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
    argument("overdue", Slot::Overdue, "Only tasks that were due before today and are not completed"),
    argument("status", Slot::Choice("status", TASK_STATUSES), "Open, in progress or completed"),
    argument("priority", Slot::Choice("priority", LEVELS), "Priority"),
    argument("assignee", Slot::User("assigned_to_user_id"), "Name of the user who is to do it, or \"me\""),
    argument("due", Slot::Period("due_date", Day), "When it is due"),
    PARENTS[0],
    PARENTS[1],
    PARENTS[2],
    PARENTS[3],
    CREATED,
    argument("due_after", Slot::After("due_date", Day), "First day on which it is due"),
    argument("due_before", Slot::Before("due_date", Day), "Due before this day"),
];

const ACTIVITIES: &[Argument] = &[
    argument("query", Slot::Query, "Words of the title, or part of the description"),
    argument("type", Slot::Word("type"), "Kind of activity, such as call or meeting"),
    argument("user", Slot::User("created_by_user_id"), "Name of the user who did it, or \"me\""),
    PARENTS[0],
    PARENTS[2],
    CREATED,
    CREATED_AFTER,
    CREATED_BEFORE,
];

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
