//! The CRM records, as applications and tools see them. Field names and forms are those of the wire.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Date, Money, RecordId, Timestamp};

/// The types of record, in the singular as `records[].type` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordType {
    Contact,
    Company,
    Deal,
    Matter,
    Note,
    Task,
    Activity,
}

impl RecordType {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Company => "company",
            Self::Deal => "deal",
            Self::Matter => "matter",
            Self::Note => "note",
            Self::Task => "task",
            Self::Activity => "activity",
        }
    }

    /// Reads what [`RecordType::as_str`] gave.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    pub const ALL: [Self; 7] =
        [Self::Contact, Self::Company, Self::Deal, Self::Matter, Self::Note, Self::Task, Self::Activity];

    pub const fn plural(self) -> &'static str {
        match self {
            Self::Contact => "contacts",
            Self::Company => "companies",
            Self::Deal => "deals",
            Self::Matter => "matters",
            Self::Note => "notes",
            Self::Task => "tasks",
            Self::Activity => "activities",
        }
    }
}

impl RecordType {
    /// The fields of such a record, in the order in which people read them.
    pub const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Contact => &[
                "id",
                "first_name",
                "last_name",
                "full_name",
                "email",
                "phone",
                "job_title",
                "company_name",
                "related_company_id",
                "linkedin_url",
                "priority",
                "status",
                "owner_user_id",
                "next_follow_up_date",
                "tags",
                "custom_fields",
                "created_date",
                "updated_date",
            ],
            Self::Company => &[
                "id",
                "name",
                "industry",
                "website",
                "domain",
                "linkedin_url",
                "size",
                "city",
                "country",
                "tags",
                "custom_fields",
                "created_date",
                "updated_date",
            ],
            Self::Deal => &[
                "id",
                "name",
                "stage",
                "status",
                "pipeline",
                "estimated_value",
                "currency",
                "probability",
                "main_contact_id",
                "owner_user_id",
                "priority",
                "matter_type",
                "related_company_id",
                "matter_id",
                "tags",
                "custom_fields",
                "high_level_description",
                "next_follow_up_date",
                "fee_model",
                "closed_date",
                "created_date",
                "updated_date",
            ],
            Self::Matter => &[
                "id",
                "number",
                "name",
                "status",
                "practice_area",
                "client_company_id",
                "client_contact_id",
                "responsible_user_id",
                "description",
                "open_date",
                "close_date",
                "tags",
                "custom_fields",
                "created_date",
                "updated_date",
            ],
            Self::Note => &[
                "id",
                "title",
                "content",
                "note_type",
                "is_pinned",
                "tags",
                "contact_id",
                "related_company_id",
                "deal_id",
                "matter_id",
                "created_date",
                "updated_date",
            ],
            Self::Task => &[
                "id",
                "title",
                "description",
                "status",
                "priority",
                "due_date",
                "assigned_to_user_id",
                "contact_id",
                "related_company_id",
                "deal_id",
                "matter_id",
                "created_date",
                "updated_date",
            ],
            Self::Activity => &[
                "id",
                "type",
                "title",
                "description",
                "contact_id",
                "deal_id",
                "entity_type",
                "entity_id",
                "metadata",
                "created_by_user_id",
                "created_date",
            ],
        }
    }
}

pub type CustomFields = Map<String, Value>;

/// A record of any type.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    Contact(Contact),
    Company(Company),
    Deal(Deal),
    Matter(Matter),
    Note(Note),
    Task(Task),
    Activity(Activity),
}

macro_rules! of_every_type {
    ($record:expr, $inner:ident => $what:expr) => {
        match $record {
            Record::Contact($inner) => $what,
            Record::Company($inner) => $what,
            Record::Deal($inner) => $what,
            Record::Matter($inner) => $what,
            Record::Note($inner) => $what,
            Record::Task($inner) => $what,
            Record::Activity($inner) => $what,
        }
    };
}

impl Record {
    pub const fn kind(&self) -> RecordType {
        match self {
            Self::Contact(_) => RecordType::Contact,
            Self::Company(_) => RecordType::Company,
            Self::Deal(_) => RecordType::Deal,
            Self::Matter(_) => RecordType::Matter,
            Self::Note(_) => RecordType::Note,
            Self::Task(_) => RecordType::Task,
            Self::Activity(_) => RecordType::Activity,
        }
    }

    pub const fn id(&self) -> RecordId {
        of_every_type!(self, record => record.id)
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        match self {
            Self::Contact(contact) => &contact.full_name,
            Self::Company(company) => &company.name,
            Self::Deal(deal) => &deal.name,
            Self::Matter(matter) => &matter.name,
            Self::Note(note) => &note.title,
            Self::Task(task) => &task.title,
            Self::Activity(activity) => &activity.title,
        }
    }

    /// The deal that it is, or belongs to.
    pub fn deal(&self) -> Option<RecordId> {
        match self {
            Self::Deal(deal) => Some(deal.id),
            Self::Note(note) => note.deal_id,
            Self::Task(task) => task.deal_id,
            Self::Activity(activity) => activity.deal_id.or_else(|| activity.entity("deal")),
            Self::Contact(_) | Self::Company(_) | Self::Matter(_) => None,
        }
    }

    /// The matter that it is, or belongs to.
    pub fn matter(&self) -> Option<RecordId> {
        match self {
            Self::Matter(matter) => Some(matter.id),
            Self::Deal(deal) => deal.matter_id,
            Self::Note(note) => note.matter_id,
            Self::Task(task) => task.matter_id,
            Self::Activity(activity) => activity.entity("matter"),
            Self::Contact(_) | Self::Company(_) => None,
        }
    }

    /// As the wire shows it.
    pub fn fields(&self) -> Map<String, Value> {
        let shown = of_every_type!(self, record => serde_json::to_value(record));
        match shown {
            Ok(Value::Object(fields)) => fields,
            // A struct of plain fields is always an object.
            _ => Map::new(),
        }
    }

    /// Reads what [`Record::fields`] gave.
    pub fn from_fields(kind: RecordType, fields: Map<String, Value>) -> serde_json::Result<Self> {
        let fields = Value::Object(fields);
        Ok(match kind {
            RecordType::Contact => Self::Contact(serde_json::from_value(fields)?),
            RecordType::Company => Self::Company(serde_json::from_value(fields)?),
            RecordType::Deal => Self::Deal(serde_json::from_value(fields)?),
            RecordType::Matter => Self::Matter(serde_json::from_value(fields)?),
            RecordType::Note => Self::Note(serde_json::from_value(fields)?),
            RecordType::Task => Self::Task(serde_json::from_value(fields)?),
            RecordType::Activity => Self::Activity(serde_json::from_value(fields)?),
        })
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    pub id: RecordId,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub full_name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub job_title: Option<String>,
    pub company_name: Option<String>,
    pub related_company_id: Option<RecordId>,
    pub linkedin_url: Option<String>,
    /// 1 high, 2 medium, 3 low.
    pub priority: Option<i64>,
    pub status: Option<String>,
    pub owner_user_id: Option<RecordId>,
    pub next_follow_up_date: Option<Date>,
    pub tags: Vec<String>,
    pub custom_fields: CustomFields,
    pub created_date: Timestamp,
    pub updated_date: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Company {
    pub id: RecordId,
    pub name: String,
    pub industry: Option<String>,
    pub website: Option<String>,
    pub domain: Option<String>,
    pub linkedin_url: Option<String>,
    pub size: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
    pub tags: Vec<String>,
    pub custom_fields: CustomFields,
    pub created_date: Timestamp,
    pub updated_date: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deal {
    pub id: RecordId,
    pub name: String,
    pub stage: Option<String>,
    /// `active`, `won` or `lost`.
    pub status: String,
    pub pipeline: Option<String>,
    pub estimated_value: Option<Money>,
    /// ISO 4217, upper case.
    pub currency: String,
    /// Percent, 0 to 100.
    pub probability: Option<i64>,
    pub main_contact_id: Option<RecordId>,
    pub owner_user_id: Option<RecordId>,
    pub priority: Option<String>,
    pub matter_type: Option<String>,
    pub related_company_id: Option<RecordId>,
    pub matter_id: Option<RecordId>,
    pub tags: Vec<String>,
    pub custom_fields: CustomFields,
    pub high_level_description: Option<String>,
    pub next_follow_up_date: Option<Date>,
    pub fee_model: Option<String>,
    pub closed_date: Option<Date>,
    pub created_date: Timestamp,
    pub updated_date: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Matter {
    pub id: RecordId,
    pub number: Option<String>,
    pub name: String,
    /// `open`, `pending` or `closed`.
    pub status: String,
    pub practice_area: Option<String>,
    pub client_company_id: Option<RecordId>,
    pub client_contact_id: Option<RecordId>,
    pub responsible_user_id: Option<RecordId>,
    pub description: Option<String>,
    pub open_date: Option<Date>,
    pub close_date: Option<Date>,
    pub tags: Vec<String>,
    pub custom_fields: CustomFields,
    pub created_date: Timestamp,
    pub updated_date: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub id: RecordId,
    pub title: String,
    pub content: String,
    /// `general`, `meeting`, `call`, `email` or `other`.
    pub note_type: String,
    pub is_pinned: bool,
    pub tags: Vec<String>,
    pub contact_id: Option<RecordId>,
    pub related_company_id: Option<RecordId>,
    pub deal_id: Option<RecordId>,
    pub matter_id: Option<RecordId>,
    pub created_date: Timestamp,
    pub updated_date: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    pub id: RecordId,
    pub title: String,
    pub description: Option<String>,
    /// `open`, `in_progress` or `completed`.
    pub status: String,
    /// `low`, `medium` or `high`.
    pub priority: Option<String>,
    pub due_date: Option<Date>,
    pub assigned_to_user_id: Option<RecordId>,
    pub contact_id: Option<RecordId>,
    pub related_company_id: Option<RecordId>,
    pub deal_id: Option<RecordId>,
    pub matter_id: Option<RecordId>,
    pub created_date: Timestamp,
    pub updated_date: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    pub id: RecordId,
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub description: Option<String>,
    pub contact_id: Option<RecordId>,
    pub deal_id: Option<RecordId>,
    pub entity_type: Option<String>,
    pub entity_id: Option<RecordId>,
    pub metadata: CustomFields,
    pub created_by_user_id: Option<RecordId>,
    pub created_date: Timestamp,
}

impl Activity {
    /// The record of this type that it names as its entity.
    fn entity(&self, kind: &str) -> Option<RecordId> {
        self.entity_id.filter(|_| self.entity_type.as_deref() == Some(kind))
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pipeline {
    pub id: RecordId,
    pub name: String,
    pub stages: Vec<Stage>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stage {
    pub id: RecordId,
    pub name: String,
    /// `open`, `won` or `lost`.
    pub stage_type: String,
    pub sort_order: i64,
    /// Percent, 0 to 100.
    pub probability: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct User {
    pub id: RecordId,
    pub full_name: String,
    pub email: Option<String>,
}
