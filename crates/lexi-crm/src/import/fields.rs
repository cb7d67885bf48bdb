//! The fields of each kind of record, and the names by which files call them.

use std::str::FromStr;

use lexi_store::name_key;

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

    pub(super) fn fields(self) -> impl Iterator<Item = &'static Field> {
        let (own, people): (&[Field], &[Field]) = match self {
            Self::Contacts => (CONTACT, OWNER),
            Self::Companies => (COMPANY, &[]),
            Self::Deals => (DEAL, OWNER),
            Self::Matters => (MATTER, &[]),
        };
        own.iter().chain(people).chain(EVERYWHERE)
    }

    pub(super) fn field_named(self, name: &str) -> Option<&'static str> {
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
pub(super) fn squeezed(name: &str) -> String {
    name_key(name).replace(' ', "")
}
