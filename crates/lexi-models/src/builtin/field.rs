//! The fields that questions speak of, and what the tools call them for each type of record.

use super::question::Entity;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    Stage,
    Status,
    Owner,
    Company,
    Contact,
    Deal,
    Matter,
    Industry,
    Country,
    City,
    Size,
    Pipeline,
    Priority,
    PracticeArea,
    FeeModel,
    Currency,
    JobTitle,
    Tag,
    /// Of activities and notes.
    Type,
    Custom(String),
    Name,
    Number,
    Value,
    Probability,
    Email,
    Phone,
    Website,
    LinkedIn,
    Description,
    FollowUp,
    DueDate,
    CloseDate,
    OpenDate,
    CreatedDate,
}

use Entity::{Activities, Companies, Contacts, Deals, Matters, Notes, Tasks};

impl Field {
    /// The field behind the name of a filter of a tool, as the vocabulary has it.
    pub(super) fn of_vocabulary(name: &str) -> Option<Self> {
        Some(match name {
            "stage" => Self::Stage,
            "status" => Self::Status,
            "industry" => Self::Industry,
            "country" => Self::Country,
            "city" => Self::City,
            "size" => Self::Size,
            "pipeline" => Self::Pipeline,
            "priority" => Self::Priority,
            "practice_area" | "matter_type" => Self::PracticeArea,
            "fee_model" => Self::FeeModel,
            "job_title" => Self::JobTitle,
            "tag" => Self::Tag,
            "type" => Self::Type,
            custom => Self::Custom(custom.strip_prefix("custom.")?.to_owned()),
        })
    }

    /// The filter of the tools for these records; `None` where they have none.
    pub(super) fn argument(&self, entity: Entity) -> Option<&'static str> {
        Some(match (self, entity) {
            (Self::Stage, Deals) => "stage",
            (Self::Stage, Contacts) | (Self::Status, Deals | Contacts | Matters | Tasks) => "status",
            (Self::Owner, Deals | Contacts) => "owner",
            (Self::Owner, Matters) => "responsible",
            (Self::Owner, Tasks) => "assignee",
            (Self::Owner, Activities) => "user",
            (Self::Company, Matters) | (Self::Contact, Matters) => "client",
            (Self::Company, Deals | Contacts | Notes | Tasks) => "company",
            (Self::Contact, Deals | Notes | Tasks | Activities) => "contact",
            (Self::Deal, Notes | Tasks | Activities) => "deal",
            (Self::Matter, Notes | Tasks) => "matter",
            (Self::Industry, Deals | Contacts | Companies | Matters) => "industry",
            (Self::Country, Deals | Contacts | Companies | Matters) => "country",
            (Self::City, Deals | Contacts | Companies | Matters) => "city",
            (Self::Size, Companies) => "size",
            (Self::Pipeline, Deals) => "pipeline",
            (Self::Priority, Deals | Contacts | Tasks) => "priority",
            (Self::PracticeArea, Deals) => "matter_type",
            (Self::PracticeArea, Matters) => "practice_area",
            (Self::FeeModel, Deals) => "fee_model",
            (Self::Currency, Deals) => "currency",
            (Self::JobTitle, Contacts) => "job_title",
            (Self::Tag, Deals | Contacts | Companies | Matters | Notes) => "tag",
            (Self::Type, Activities) => "type",
            (Self::Type, Notes) => "note_type",
            (Self::Email, Contacts) => "email",
            (Self::Custom(_), Deals | Contacts | Companies | Matters) => "custom",
            _ => return None,
        })
    }

    /// As the aggregate of these records names the grouping.
    pub(super) fn grouping(&self, entity: Entity) -> Option<String> {
        let name = match (self, entity) {
            (Self::Custom(name), Deals | Contacts | Companies | Matters) => {
                return Some(format!("custom.{name}"));
            }
            (Self::Currency, Deals) => "currency",
            (Self::Company, Matters) => "client",
            (Self::Company, Deals | Contacts) => "company",
            (Self::Contact, Deals | Activities) => "contact",
            (Self::Deal, Activities) => "deal",
            (Self::Contact, Matters) => "client",
            (Self::Stage | Self::Status, Matters | Tasks | Contacts) => "status",
            (Self::Type, Notes) => "note_type",
            (Self::Contact | Self::Company | Self::Deal | Self::Matter | Self::Email, _) | (_, Notes) => {
                return None;
            }
            _ => self.argument(entity)?,
        };
        Some(name.to_owned())
    }

    /// As the tools name it among what may be missing or present.
    pub(super) fn emptiable(&self, entity: Entity) -> Option<&'static str> {
        Some(match (self, entity) {
            (Self::Owner, Deals | Contacts) => "owner",
            (Self::Owner, Matters) => "responsible",
            (Self::Owner, Tasks) => "assignee",
            (Self::Company, Deals | Contacts | Tasks) => "company",
            (Self::Company | Self::Contact, Matters) => "client",
            (Self::Contact, Deals | Tasks) => "contact",
            (Self::Deal, Tasks) => "deal",
            (Self::Matter, Deals | Tasks) => "matter",
            (Self::Stage, Deals) => "stage",
            (Self::Status, Contacts) => "status",
            (Self::Pipeline, Deals) => "pipeline",
            (Self::Value, Deals) => "value",
            (Self::Probability, Deals) => "probability",
            (Self::Priority, Deals | Contacts | Tasks) => "priority",
            (Self::PracticeArea, Deals) => "matter_type",
            (Self::PracticeArea, Matters) => "practice_area",
            (Self::FeeModel, Deals) => "fee_model",
            (Self::CloseDate, Deals | Matters) => "close_date",
            (Self::OpenDate, Matters) => "open_date",
            (Self::DueDate, Tasks) => "due_date",
            (Self::FollowUp, Deals | Contacts) => "follow_up_date",
            (Self::Description, Deals | Matters | Tasks) => "description",
            (Self::Tag, Deals | Contacts | Companies | Matters) => "tag",
            (Self::Email, Contacts) => "email",
            (Self::Phone, Contacts) => "phone",
            (Self::JobTitle, Contacts) => "job_title",
            (Self::LinkedIn, Contacts) => "linkedin_url",
            (Self::Industry, Companies) => "industry",
            (Self::Website, Companies) => "website",
            (Self::City, Companies) => "city",
            (Self::Country, Companies) => "country",
            (Self::Size, Companies) => "size",
            (Self::Number, Matters) => "number",
            _ => return None,
        })
    }

    /// In words.
    pub(super) fn noun(&self) -> String {
        let noun = match self {
            Self::Custom(name) => return name.replace('_', " "),
            Self::Stage => "stage",
            Self::Status => "status",
            Self::Owner => "owner",
            Self::Company => "company",
            Self::Contact => "contact",
            Self::Deal => "deal",
            Self::Matter => "matter",
            Self::Industry => "industry",
            Self::Country => "country",
            Self::City => "city",
            Self::Size => "size",
            Self::Pipeline => "pipeline",
            Self::Priority => "priority",
            Self::PracticeArea => "practice area",
            Self::FeeModel => "fee model",
            Self::Currency => "currency",
            Self::JobTitle => "job title",
            Self::Tag => "tag",
            Self::Type => "type",
            Self::Name => "name",
            Self::Number => "number",
            Self::Value => "value",
            Self::Probability => "probability",
            Self::Email => "e-mail",
            Self::Phone => "phone number",
            Self::Website => "website",
            Self::LinkedIn => "LinkedIn page",
            Self::Description => "description",
            Self::FollowUp => "next follow-up",
            Self::DueDate => "due date",
            Self::CloseDate => "closing date",
            Self::OpenDate => "opening date",
            Self::CreatedDate => "creation date",
        };
        noun.to_owned()
    }
}
