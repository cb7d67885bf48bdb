//! What records can be grouped by, by name.

use lexi_store::{Filter, GroupBy, Named, TimeUnit};
use lexi_types::Scope;
use lexi_types::records::RecordType;
use serde_json::Value;

use crate::CrmError;
use crate::crm::View;
use crate::filter::{Asked, choose};

const UNITS: &[(&str, TimeUnit)] = &[
    ("day", TimeUnit::Day),
    ("week", TimeUnit::Week),
    ("month", TimeUnit::Month),
    ("quarter", TimeUnit::Quarter),
    ("year", TimeUnit::Year),
];

/// The names of the groupings of a type, apart from tags, custom fields and times.
const fn plain(kind: RecordType) -> &'static [&'static str] {
    match kind {
        RecordType::Deal => &[
            "stage",
            "status",
            "owner",
            "company",
            "industry",
            "country",
            "city",
            "contact",
            "pipeline",
            "priority",
            "matter_type",
            "fee_model",
            "currency",
        ],
        RecordType::Matter => {
            &["status", "practice_area", "client", "industry", "country", "city", "responsible"]
        }
        RecordType::Task => &["status", "priority", "assignee"],
        RecordType::Contact => {
            &["status", "owner", "company", "industry", "country", "city", "job_title", "priority"]
        }
        RecordType::Company => &["industry", "country", "city", "size"],
        RecordType::Activity => &["type", "user", "contact", "deal"],
        RecordType::Note => &["note_type", "contact", "company", "deal"],
    }
}

const fn has_tags(kind: RecordType) -> bool {
    matches!(kind, RecordType::Deal | RecordType::Matter | RecordType::Contact | RecordType::Company)
}

pub(super) fn names(kind: RecordType) -> Vec<String> {
    let mut names: Vec<String> = plain(kind).iter().map(|name| (*name).to_owned()).collect();
    if has_tags(kind) {
        names.extend(["tag".to_owned(), "custom.<name>".to_owned()]);
    }
    names.extend(UNITS.iter().map(|(name, _)| (*name).to_owned()));
    names
}

pub(super) const fn date_fields(kind: RecordType) -> &'static [&'static str] {
    match kind {
        RecordType::Deal => &["created_date", "closed_date", "next_follow_up_date"],
        RecordType::Matter => &["open_date", "close_date", "created_date"],
        RecordType::Task => &["due_date", "created_date"],
        RecordType::Contact => &["created_date", "next_follow_up_date"],
        _ => &["created_date"],
    }
}

/// One way of grouping, as asked for.
#[derive(Debug, Clone)]
pub(super) struct Grouping {
    pub(super) name: String,
    pub(super) by: GroupBy,
    /// The keys are ids of these.
    pub(super) named: Option<Keys>,
    pub(super) order: NaturalOrder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    Of(Named),
    /// Companies, else contacts.
    Clients,
    /// 1 high, 2 medium, 3 low.
    Levels,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NaturalOrder {
    Rank,
    Time,
    Stages,
}

pub(super) async fn read(
    view: &mut View<'_, '_>,
    kind: RecordType,
    args: &Asked,
    date_field: &'static str,
) -> Result<Vec<Grouping>, CrmError> {
    let asked = args.texts("group_by")?;
    if asked.len() > 2 {
        return Err(CrmError::invalid("group_by takes one grouping or two."));
    }
    let mut found = Vec::new();
    for text in asked {
        found.push(grouping(view, kind, &text, date_field).await?);
    }
    Ok(found)
}

async fn grouping(
    view: &mut View<'_, '_>,
    kind: RecordType,
    text: &str,
    date_field: &'static str,
) -> Result<Grouping, CrmError> {
    let make = |name: &str, by, named, order| Grouping { name: name.to_owned(), by, named, order };
    if let Some(custom) = text.trim().strip_prefix("custom.").filter(|_| has_tags(kind)) {
        let name = view.custom_name(kind, custom).await?.into_iter().next().unwrap_or_default();
        return Ok(make(&format!("custom.{name}"), GroupBy::Custom(name), None, NaturalOrder::Rank));
    }
    let valid = names(kind);
    let known: Vec<&str> = valid.iter().map(String::as_str).collect();
    let name = choose("group_by", text, &known)?;
    if let Some((_, unit)) = UNITS.iter().find(|(unit, _)| *unit == name) {
        let by = match date_field {
            "created_date" => GroupBy::Time("created_date", *unit),
            day => GroupBy::Day(day, *unit),
        };
        return Ok(make(name, by, None, NaturalOrder::Time));
    }
    let (by, named) = by_name(view, kind, name)?;
    let order = if name == "stage" { NaturalOrder::Stages } else { NaturalOrder::Rank };
    Ok(make(name, by, named, order))
}

fn by_name(view: &View<'_, '_>, kind: RecordType, name: &str) -> Result<(GroupBy, Option<Keys>), CrmError> {
    let company_link = match kind {
        RecordType::Matter => "client_company_id",
        _ => "related_company_id",
    };
    let of = |named| Some(Keys::Of(named));
    let need = |scope: Scope| view.access.require(scope);
    Ok(match (kind, name) {
        (_, "tag") => (GroupBy::Tag, None),
        (RecordType::Company, "industry") => (GroupBy::Column("industry"), None),
        (RecordType::Company, "country") => (GroupBy::Column("country"), None),
        (_, "industry") => {
            need(Scope::ReadCompanies)?;
            (through(company_link, "industry"), None)
        }
        (_, "country") => {
            need(Scope::ReadCompanies)?;
            (through(company_link, "country"), None)
        }
        (RecordType::Company, "city") => (GroupBy::Column("city"), None),
        (_, "city") => {
            need(Scope::ReadCompanies)?;
            (through(company_link, "city"), None)
        }
        (_, "owner") => (GroupBy::Column("owner_user_id"), of(Named::User)),
        (_, "responsible") => (GroupBy::Column("responsible_user_id"), of(Named::User)),
        (_, "assignee") => (GroupBy::Column("assigned_to_user_id"), of(Named::User)),
        (_, "user") => (GroupBy::Column("created_by_user_id"), of(Named::User)),
        (RecordType::Contact, "company") => (GroupBy::Column("company_name"), None),
        (_, "company") => {
            need(Scope::ReadCompanies)?;
            (GroupBy::Column("related_company_id"), of(Named::Company))
        }
        (RecordType::Deal, "contact") => {
            need(Scope::ReadContacts)?;
            (GroupBy::Column("main_contact_id"), of(Named::Contact))
        }
        (_, "contact") => {
            need(Scope::ReadContacts)?;
            (GroupBy::Column("contact_id"), of(Named::Contact))
        }
        (_, "deal") => {
            need(Scope::ReadDeals)?;
            (GroupBy::Column("deal_id"), of(Named::Deal))
        }
        (_, "client") => {
            need(Scope::ReadCompanies)?;
            need(Scope::ReadContacts)?;
            (GroupBy::FirstOf("client_company_id", "client_contact_id"), Some(Keys::Clients))
        }
        (RecordType::Contact, "priority") => (GroupBy::Column("priority"), Some(Keys::Levels)),
        (_, "stage") => (GroupBy::Column("stage"), None),
        (_, "status") => (GroupBy::Column("status"), None),
        (_, "pipeline") => (GroupBy::Column("pipeline"), None),
        (_, "priority") => (GroupBy::Column("priority"), None),
        (_, "matter_type") => (GroupBy::Column("matter_type"), None),
        (_, "fee_model") => (GroupBy::Column("fee_model"), None),
        (_, "currency") => (GroupBy::Column("currency"), None),
        (_, "practice_area") => (GroupBy::Column("practice_area"), None),
        (_, "job_title") => (GroupBy::Column("job_title"), None),
        (_, "size") => (GroupBy::Column("size"), None),
        (_, "note_type") => (GroupBy::Column("note_type"), None),
        (_, "type") => (GroupBy::Column("type"), None),
        _ => return Err(CrmError::invalid(format!("There is no grouping by {name}."))),
    })
}

fn through(link: &'static str, column: &'static str) -> GroupBy {
    GroupBy::Through { link, parent: RecordType::Company, column }
}

/// The names for the ids among the keys at one place of the groups.
pub(super) async fn key_names(
    view: &mut View<'_, '_>,
    keys: Keys,
    ids: &[Option<String>],
) -> Result<Vec<Option<String>>, CrmError> {
    let parsed: Vec<_> = ids.iter().map(|id| id.as_deref().and_then(|id| id.parse().ok())).collect();
    let names = match keys {
        Keys::Of(named) => view.names(named, parsed.clone()).await?,
        Keys::Clients => {
            let mut names = view.names(Named::Company, parsed.clone()).await?;
            names.extend(view.names(Named::Contact, parsed.clone()).await?);
            names
        }
        Keys::Levels => {
            let level = |key: &Option<String>| match key.as_deref() {
                Some("1") => Some("high".to_owned()),
                Some("2") => Some("medium".to_owned()),
                Some("3") => Some("low".to_owned()),
                other => other.map(str::to_owned),
            };
            return Ok(ids.iter().map(level).collect());
        }
    };
    Ok(parsed.into_iter().map(|id| id.and_then(|id| names.get(&id).cloned())).collect())
}

/// Which date a grouping by time means.
pub(super) fn date_field(
    kind: RecordType,
    args: &Asked,
    filters: &crate::Filters,
) -> Result<&'static str, CrmError> {
    let fields = date_fields(kind);
    if let Some(text) = args.text("date_field")? {
        return choose("date_field", &text, fields);
    }
    let ended = filters.get("status").is_some_and(|status| match status {
        Value::String(status) => matches!(status.as_str(), "won" | "lost"),
        Value::Array(all) => all.iter().all(|s| matches!(s.as_str(), Some("won" | "lost"))),
        _ => false,
    });
    let closed = ["closed", "closed_after", "closed_before"].iter().any(|name| filters.contains_key(*name));
    Ok(match kind {
        RecordType::Deal if ended || closed => "closed_date",
        RecordType::Matter if closed => "close_date",
        RecordType::Matter => "open_date",
        RecordType::Task => "due_date",
        _ => "created_date",
    })
}

/// Only so that a filter of the store is what the groups are made over.
pub(super) type Narrowed = (Filter, crate::Filters);
