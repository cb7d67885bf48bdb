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
    Users,
    Notes,
    Tasks,
    Activities,
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

const USER: &[Field] = &[
    ("full_name", &["name", "username", "owner", "ownername", "displayname"]),
    ("first_name", &["first", "givenname", "forename"]),
    ("last_name", &["last", "surname", "familyname"]),
    ("email", &["emailaddress", "mail", "owneremail", "useremail"]),
];

const NOTE: &[Field] = &[
    ("title", &["subject", "notetitle"]),
    ("content", &["body", "notebody", "note", "notes", "text", "comment", "description"]),
    ("note_type", &["type", "notetype"]),
    ("is_pinned", &["pinned"]),
    ("tags", &["tag", "labels", "categories"]),
];

const TASK: &[Field] = &[
    ("title", &["subject", "task", "taskname", "tasktitle", "name"]),
    ("description", &["body", "notes", "note", "comments", "tasknotes"]),
    ("status", &["taskstatus", "done", "completed"]),
    ("priority", &["taskpriority"]),
    ("due_date", &["due", "duedate", "dueon", "deadline", "activitydate"]),
    ("assignee", &["assignedto", "owner", "ownername", "taskowner", "assignedtouser"]),
    ("assignee_email", &["assignedtoemail", "owneremail"]),
];

const ACTIVITY: &[Field] = &[
    ("type", &["activitytype", "kind", "tasksubtype", "eventtype"]),
    ("title", &["subject", "name", "activity", "activitytitle"]),
    ("description", &["body", "notes", "note", "comments", "details"]),
    ("user", &["owner", "ownername", "assignedto", "createdby", "loggedby"]),
    ("user_email", &["owneremail", "assignedtoemail", "createdbyemail"]),
];

/// The records that a note, a task or an activity is about.
const PARENTS: &[Field] = &[
    ("contact", &["contactname", "person", "customer", "customername", "associatedcontact"]),
    ("contact_email", &["customeremail", "personemail", "associatedcontactemail"]),
    ("contact_external_id", &["contactid", "personid", "associatedcontactids", "whoid"]),
    (
        "company_name",
        &["company", "account", "accountname", "organization", "organisation", "associatedcompany"],
    ),
    ("company_external_id", &["companyid", "accountid", "organizationid", "associatedcompanyids"]),
    ("deal", &["dealname", "opportunity", "opportunityname", "associateddeal"]),
    ("deal_external_id", &["dealid", "opportunityid", "associateddealids", "whatid"]),
    ("matter", &["mattername", "case", "casename"]),
    ("matter_number", &["matterno", "casenumber", "caseno", "filenumber"]),
    ("matter_external_id", &["matterid", "caseid"]),
];

const HAPPENING: &[Field] = &[
    ("external_id", &["id", "recordid", "reference", "noteid", "taskid", "activityid"]),
    (
        "created_date",
        &["created", "createdat", "createdon", "createdate", "date", "activitydate", "timestamp"],
    ),
];

impl ImportKind {
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Companies => "companies",
            Self::Deals => "deals",
            Self::Matters => "matters",
            Self::Users => "users",
            Self::Notes => "notes",
            Self::Tasks => "tasks",
            Self::Activities => "activities",
        }
    }

    /// The fields of which at least one must have a column.
    pub(super) const fn name_fields(self) -> &'static str {
        match self {
            Self::Contacts | Self::Users => "full_name, first_name, last_name, email",
            Self::Companies | Self::Deals | Self::Matters => "name",
            Self::Notes => "content, title",
            Self::Tasks => "title",
            Self::Activities => "title, description, type",
        }
    }

    pub(super) fn fields(self) -> impl Iterator<Item = &'static Field> {
        let (own, people): (&[Field], &[Field]) = match self {
            Self::Contacts => (CONTACT, OWNER),
            Self::Companies => (COMPANY, &[]),
            Self::Deals => (DEAL, OWNER),
            Self::Matters => (MATTER, &[]),
            Self::Users => (USER, &[]),
            Self::Notes => (NOTE, PARENTS),
            Self::Tasks => (TASK, PARENTS),
            Self::Activities => (ACTIVITY, PARENTS),
        };
        let everywhere: &[Field] = match self {
            Self::Contacts | Self::Companies | Self::Deals | Self::Matters => EVERYWHERE,
            Self::Users => &[],
            Self::Notes | Self::Tasks | Self::Activities => HAPPENING,
        };
        own.iter().chain(people).chain(everywhere)
    }

    /// Whether columns that no field takes are kept with the record.
    pub(super) const fn has_custom_fields(self) -> bool {
        !matches!(self, Self::Users | Self::Notes | Self::Tasks)
    }

    pub(super) fn field_named(self, name: &str) -> Option<&'static str> {
        let key = squeezed(name);
        if self.is_foreign_id(&key) {
            return None;
        }
        let own = self.fields().find(|(field, _)| squeezed(field) == key);
        own.or_else(|| self.fields().find(|(_, others)| others.contains(&key.as_str())))
            .map(|(field, _)| *field)
            .or_else(|| super::profiles::header_field(self, &key))
    }

    /// The id of the company in a row of a contact must not become the contact's own.
    fn is_foreign_id(self, key: &str) -> bool {
        let of = match key {
            "contactid" | "personid" => Self::Contacts,
            "companyid" | "accountid" | "organizationid" => Self::Companies,
            "dealid" | "opportunityid" => Self::Deals,
            "matterid" => Self::Matters,
            _ => return false,
        };
        self != of && matches!(self, Self::Contacts | Self::Companies | Self::Deals | Self::Matters)
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
            "users" => Ok(Self::Users),
            "notes" => Ok(Self::Notes),
            "tasks" => Ok(Self::Tasks),
            "activities" => Ok(Self::Activities),
            other => Err(format!(
                "`{other}` cannot be imported; contacts, companies, deals, matters, users, notes, tasks and \
                 activities can"
            )),
        }
    }
}

/// Case, blanks, underscores and punctuation make no difference to the name of a column.
pub(super) fn squeezed(name: &str) -> String {
    name_key(name).replace(' ', "")
}
