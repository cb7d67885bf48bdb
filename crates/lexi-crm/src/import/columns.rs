//! What the columns of a file mean.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::str::FromStr;

use lexi_store::name_key;

use super::error::ImportError;
use super::report::ColumnUse;

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    Contacts,
    Companies,
    Deals,
    Matters,
}

/// A field and the other names by which files call it, without blanks and punctuation.
type Field = (&'static str, &'static [&'static str]);

const EVERYWHERE: &[Field] = &[
    (
        "external_id",
        &[
            "id",
            "customerid",
            "contactid",
            "companyid",
            "accountid",
            "dealid",
            "opportunityid",
            "matterid",
            "recordid",
            "reference",
        ],
    ),
    ("tags", &["tag", "labels", "categories"]),
    ("notes", &["note", "comments", "comment", "remarks"]),
    ("created_date", &["created", "createdat", "createdon", "createdate"]),
];

const CONTACT: &[Field] = &[
    ("full_name", &["name", "customername", "contactname", "contact", "customer", "displayname"]),
    ("first_name", &["first", "givenname", "forename"]),
    ("last_name", &["last", "surname", "familyname"]),
    ("email", &["customeremail", "emailaddress", "mail", "contactemail", "emailid"]),
    ("phone", &["customerphone", "phonenumber", "telephone", "mobile", "tel", "contactphone"]),
    ("job_title", &["title", "position", "role", "jobrole"]),
    (
        "company_name",
        &["company", "account", "accountname", "organization", "organisation", "employer", "firm"],
    ),
    ("linkedin_url", &["linkedin", "linkedinprofile"]),
    ("priority", &[]),
    ("status", &["leadstatus", "contactstatus", "lifecyclestage", "stage"]),
    ("next_follow_up_date", &["followupby", "nextfollowup", "followup", "followupdate", "nextcontact"]),
];

const OWNER: &[Field] = &[
    (
        "owner",
        &[
            "ownername",
            "assignedto",
            "assignee",
            "accountowner",
            "contactowner",
            "dealowner",
            "accountmanager",
        ],
    ),
    ("owner_email", &["assignedtoemail", "assigneeemail"]),
];

const COMPANY: &[Field] = &[
    ("name", &["companyname", "company", "account", "accountname", "organization", "organisation"]),
    ("industry", &["sector"]),
    ("website", &["url", "web", "homepage", "websiteurl"]),
    ("domain", &["domainname", "emaildomain", "companydomain"]),
    ("linkedin_url", &["linkedin", "linkedinpage"]),
    ("size", &["employees", "companysize", "numberofemployees", "headcount"]),
    ("city", &["town", "location"]),
    ("country", &[]),
];

const DEAL: &[Field] = &[
    ("name", &["dealname", "deal", "opportunity", "opportunityname", "title"]),
    ("stage", &["dealstage", "stagename", "pipelinestage"]),
    ("status", &["dealstatus"]),
    ("pipeline", &["pipelinename"]),
    ("estimated_value", &["amount", "value", "dealvalue", "dealamount", "revenue"]),
    ("currency", &["currencycode"]),
    ("probability", &["winprobability", "probabilitypercent"]),
    ("contact", &["contactname", "maincontact", "primarycontact", "customername", "customer"]),
    ("contact_email", &["customeremail", "maincontactemail", "primarycontactemail"]),
    ("company_name", &["company", "account", "accountname", "organization", "organisation", "client"]),
    ("priority", &[]),
    ("matter_type", &["practicearea", "type", "dealtype"]),
    ("high_level_description", &["description", "summary"]),
    ("next_follow_up_date", &["followupby", "nextfollowup", "followup", "followupdate"]),
    ("fee_model", &["fee", "feetype", "billing"]),
    ("closed_date", &["closedate", "closed", "closedon", "wondate"]),
];

const MATTER: &[Field] = &[
    ("number", &["matternumber", "casenumber", "caseno", "matterno", "filenumber"]),
    ("name", &["mattername", "matter", "case", "casename", "title"]),
    ("status", &["matterstatus", "casestatus"]),
    ("practice_area", &["practice", "mattertype", "type", "areaoflaw"]),
    ("client", &["clientname", "customer", "customername"]),
    ("client_company", &["company", "companyname", "clientcompanyname", "account"]),
    ("client_contact", &["contact", "contactname", "clientcontactname"]),
    (
        "responsible",
        &[
            "responsiblelawyer",
            "responsibleattorney",
            "lawyer",
            "attorney",
            "owner",
            "ownername",
            "assignedto",
        ],
    ),
    ("responsible_email", &["owneremail", "assignedtoemail", "lawyeremail", "attorneyemail"]),
    ("description", &["summary"]),
    ("open_date", &["opened", "dateopened", "openeddate", "openedon", "startdate"]),
    ("close_date", &["closed", "dateclosed", "closeddate", "closedon", "enddate"]),
];

impl ImportKind {
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Companies => "companies",
            Self::Deals => "deals",
            Self::Matters => "matters",
        }
    }

    /// The fields of which at least one must have a column.
    pub(super) const fn name_fields(self) -> &'static str {
        match self {
            Self::Contacts => "full_name, first_name, last_name, email",
            Self::Companies | Self::Deals | Self::Matters => "name",
        }
    }

    fn fields(self) -> impl Iterator<Item = &'static Field> {
        let (own, people): (&[Field], &[Field]) = match self {
            Self::Contacts => (CONTACT, OWNER),
            Self::Companies => (COMPANY, &[]),
            Self::Deals => (DEAL, OWNER),
            Self::Matters => (MATTER, &[]),
        };
        own.iter().chain(people).chain(EVERYWHERE)
    }

    fn field_named(self, name: &str) -> Option<&'static str> {
        let key = squeezed(name);
        let own = self.fields().find(|(field, _)| squeezed(field) == key);
        own.or_else(|| self.fields().find(|(_, others)| others.contains(&key.as_str())))
            .map(|(field, _)| *field)
    }
}

impl FromStr for ImportKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "contacts" => Ok(Self::Contacts),
            "companies" => Ok(Self::Companies),
            "deals" => Ok(Self::Deals),
            "matters" => Ok(Self::Matters),
            other => Err(format!("`{other}` cannot be imported; contacts, companies, deals and matters can")),
        }
    }
}

/// Case, blanks, underscores and punctuation make no difference to the name of a column.
fn squeezed(name: &str) -> String {
    name_key(name).replace(' ', "")
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Meaning {
    Field(&'static str),
    Custom(String),
    Ignore,
}

#[derive(Debug)]
pub(super) struct Columns {
    headers: Vec<String>,
    meanings: Vec<Meaning>,
    positions: HashMap<&'static str, usize>,
    mapped: HashSet<usize>,
}

impl Columns {
    /// `map` pairs the name of a column with the field that it is to fill, before any guessing.
    pub(super) fn understand(
        kind: ImportKind,
        headers: Vec<String>,
        map: &[(String, String)],
    ) -> Result<Self, ImportError> {
        let mapped = mapped_columns(kind, &headers, map)?;
        let mut columns = Self {
            meanings: Vec::new(),
            positions: HashMap::new(),
            mapped: mapped.keys().copied().collect(),
            headers,
        };
        for meaning in mapped.values() {
            if let Meaning::Field(field) = meaning {
                // A column that happens to have the field's name must not take it from the mapped one.
                columns.positions.insert(*field, usize::MAX);
            }
        }
        let mut keys: HashSet<String> = mapped
            .values()
            .filter_map(|meaning| match meaning {
                Meaning::Custom(key) => Some(key.clone()),
                _ => None,
            })
            .collect();
        for (index, header) in columns.headers.iter().enumerate() {
            let guessed = kind.field_named(header).filter(|field| !columns.positions.contains_key(field));
            let meaning = match (mapped.get(&index), guessed) {
                (Some(meaning), _) => meaning.clone(),
                (None, Some(field)) => Meaning::Field(field),
                (None, None) => Meaning::Custom(custom_key(header, index, &keys)),
            };
            match &meaning {
                Meaning::Field(field) => drop(columns.positions.insert(*field, index)),
                Meaning::Custom(key) => drop(keys.insert(key.clone())),
                Meaning::Ignore => {}
            }
            columns.meanings.push(meaning);
        }
        if !kind.name_fields().split(", ").any(|field| columns.positions.contains_key(field)) {
            return Err(ImportError::NoName { kind, found: listed(&columns.headers) });
        }
        Ok(columns)
    }

    pub(super) fn len(&self) -> usize {
        self.headers.len()
    }

    pub(super) fn position(&self, field: &str) -> Option<usize> {
        self.positions.get(field).copied()
    }

    pub(super) fn header(&self, index: usize) -> Option<&str> {
        self.headers.get(index).map(String::as_str)
    }

    /// The columns that go to custom fields, with the key of each.
    pub(super) fn custom(&self) -> impl Iterator<Item = (usize, &str)> {
        self.meanings.iter().enumerate().filter_map(|(index, meaning)| match meaning {
            Meaning::Custom(key) => Some((index, key.as_str())),
            _ => None,
        })
    }

    pub(super) fn uses(&self) -> Vec<ColumnUse> {
        let field = |meaning: &Meaning| match meaning {
            Meaning::Field(field) => (*field).to_owned(),
            Meaning::Custom(key) => format!("custom.{key}"),
            Meaning::Ignore => "ignore".to_owned(),
        };
        let columns = self.headers.iter().zip(&self.meanings).enumerate();
        columns
            .map(|(index, (header, meaning))| ColumnUse {
                column: header.clone(),
                field: field(meaning),
                mapped: self.mapped.contains(&index),
            })
            .collect()
    }
}

fn mapped_columns(
    kind: ImportKind,
    headers: &[String],
    map: &[(String, String)],
) -> Result<HashMap<usize, Meaning>, ImportError> {
    let mut mapped = HashMap::new();
    let mut taken = HashSet::new();
    for (column, target) in map {
        let exact = headers.iter().position(|header| header == column.trim());
        let index = exact.or_else(|| headers.iter().position(|header| squeezed(header) == squeezed(column)));
        let unknown = || ImportError::UnknownColumn { column: column.clone(), found: listed(headers) };
        let index = index.ok_or_else(unknown)?;
        let target = target.trim();
        let meaning = match target.strip_prefix("custom.") {
            Some(key) if !key.is_empty() => Meaning::Custom(key.to_owned()),
            _ if target == "ignore" => Meaning::Ignore,
            _ => kind.field_named(target).map(Meaning::Field).ok_or_else(|| ImportError::UnknownField {
                kind,
                field: target.to_owned(),
                valid: kind.fields().map(|(field, _)| *field).collect::<Vec<_>>().join(", "),
            })?,
        };
        let doubled = meaning != Meaning::Ignore && !taken.insert(meaning.clone());
        if doubled || mapped.insert(index, meaning).is_some() {
            return Err(ImportError::DoubledField { field: target.to_owned() });
        }
    }
    Ok(mapped)
}

/// `Product Interest` becomes `product_interest`; a second one `product_interest_2`.
fn custom_key(header: &str, index: usize, taken: &HashSet<String>) -> String {
    let mut key = name_key(header).replace(' ', "_");
    if key.is_empty() {
        key = format!("column_{}", index + 1);
    }
    let plain = key.clone();
    for number in 2.. {
        if !taken.contains(&key) {
            break;
        }
        key = format!("{plain}_{number}");
    }
    key
}

fn listed(headers: &[String]) -> String {
    let mut list = String::new();
    for (index, header) in headers.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        // Writing to a string cannot fail.
        let _written = write!(list, "{separator}`{header}`");
    }
    list
}
