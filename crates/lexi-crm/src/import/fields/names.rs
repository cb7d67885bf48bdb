//! The fields of each kind of record, and the names that files and systems give to them.
//!
//! A name is written without case, blanks and punctuation. Where several columns of a file name the same field, the one
//! whose name stands first here fills it; the field's own name comes before all others unless it is listed among them.
//! Columns of Pipedrive (`Deal - Title`) are looked up without their first part.

/// A field and the other names by which files call it.
pub(super) type Field = (&'static str, &'static [&'static str]);

/// Columns that carry nothing for a reader: bookkeeping of the system that they come from.
pub(super) const IGNORED: &[&str] = &[
    "masterrecordid",
    "systemmodstamp",
    "lastmodifiedbyid",
    "lastvieweddate",
    "lastreferenceddate",
    "photourl",
    "cleanstatus",
    "jigsaw",
    "jigsawcontactid",
    "jigsawcompanyid",
    "associatedemail",
];

pub(super) const EVERYWHERE: &[Field] =
    &[("tags", &["tag", "labels", "label", "categories"]), ("created_date", &CREATED), ("is_deleted", &[])];

const CREATED: [&str; 11] = [
    "created",
    "createdat",
    "createdon",
    "createdate",
    "creationdate",
    "addtime",
    "personcreated",
    "organizationcreated",
    "dealcreated",
    "entereddate",
    "datecreated",
];

pub(super) const COMPANY_IDS: [&str; 8] = [
    "associatedcompanyidsprimary",
    "primaryassociatedcompanyid",
    "associatedcompanyid",
    "associatedcompanyids",
    "companyid",
    "accountid",
    "organizationid",
    "orgid",
];

const CONTACT_IDS: [&str; 6] = [
    "associatedcontactidsprimary",
    "associatedcontactids",
    "associatedcontactid",
    "contactid",
    "personid",
    "contactpersonid",
];

pub(super) const COMPANY: &[Field] = &[
    (
        "external_id",
        &[
            "recordid",
            "id",
            "companyid",
            "accountid",
            "organizationid",
            "pipedrivesystemid",
            "customerid",
            "reference",
        ],
    ),
    (
        "name",
        &[
            "companyname",
            "company",
            "account",
            "accountname",
            "organization",
            "organizationname",
            "organisation",
        ],
    ),
    ("industry", &["sector"]),
    ("website", &["url", "web", "homepage", "websiteurl"]),
    ("domain", &["domainname", "emaildomain", "companydomain", "companydomainname"]),
    ("linkedin_url", &["linkedin", "linkedinpage", "linkedincompanypage"]),
    ("size", &["employees", "companysize", "numberofemployees", "headcount"]),
    (
        "city",
        &[
            "town",
            "location",
            "billingcity",
            "citytownvillagelocalityofaddress",
            "addresscitytownvillagelocalityofaddress",
        ],
    ),
    ("country", &["countryregion", "billingcountry", "countryofaddress", "addresscountryofaddress"]),
    ("notes", &["note", "comments", "comment", "remarks", "description"]),
];

pub(super) const DEAL: &[Field] = &[
    ("external_id", &["recordid", "id", "dealid", "opportunityid", "pipedrivesystemid", "reference"]),
    ("name", &["dealname", "deal", "opportunity", "opportunityname", "title"]),
    ("stage", &["dealstage", "stagename", "pipelinestage", "stagepipeline"]),
    ("status", &["dealstatus"]),
    ("pipeline", &["pipelinename"]),
    ("estimated_value", &["amount", "value", "dealvalue", "dealamount", "revenue"]),
    (
        "currency",
        &[
            "currencycode",
            "currencyofvalue",
            "valuecurrency",
            "currencyisocode",
            "opportunitycurrency",
            "amountcurrency",
        ],
    ),
    ("probability", &["winprobability", "probabilitypercent"]),
    // Of 1, not of 100.
    ("probability_share", &[]),
    (
        "contact",
        &[
            "contactname",
            "contactperson",
            "personname",
            "maincontact",
            "primarycontact",
            "associatedcontact",
            "customername",
            "customer",
        ],
    ),
    ("contact_email", &["customeremail", "maincontactemail", "primarycontactemail"]),
    ("contact_external_id", &CONTACT_IDS),
    (
        "company_name",
        &[
            "company",
            "associatedcompanyprimary",
            "associatedcompanynamesprimary",
            "primaryassociatedcompany",
            "associatedcompany",
            "associatedcompanynames",
            "account",
            "accountname",
            "organization",
            "organizationname",
            "organisation",
            "client",
        ],
    ),
    ("company_external_id", &COMPANY_IDS),
    ("priority", &[]),
    ("matter_type", &["practicearea", "type", "dealtype"]),
    ("high_level_description", &["dealdescription", "description", "summary"]),
    ("next_follow_up_date", &["followupby", "nextfollowup", "followup", "followupdate"]),
    ("fee_model", &["fee", "feetype", "billing"]),
    ("closed_date", &["closedate", "closed", "closedon", "dealclosedon", "closetime"]),
    ("won_date", &["wontime"]),
    ("lost_date", &["losttime"]),
    ("expected_close_date", &["expectedclosing"]),
    ("is_closed", &["isdealclosed"]),
    ("is_won", &["isclosedwon", "won"]),
    ("is_lost", &["isclosedlost"]),
    ("notes", &["note", "comments", "comment", "remarks"]),
];

pub(super) const MATTER: &[Field] = &[
    ("external_id", &["recordid", "id", "uniqueid", "matterid", "reference"]),
    (
        "number",
        &["displaynumber", "matternumber", "customnumber", "casenumber", "caseno", "matterno", "filenumber"],
    ),
    ("name", &["mattername", "matterdescription", "matter", "case", "casename", "title"]),
    ("status", &["matterstatus", "casestatus"]),
    ("practice_area", &["practice", "mattertype", "type", "areaoflaw"]),
    ("client", &["clientname", "customer", "customername"]),
    // Of a contact or a company.
    ("client_external_id", &["clientid"]),
    ("client_company", &["company", "companyname", "clientcompanyname", "account"]),
    ("client_contact", &["contact", "contactname", "clientcontactname"]),
    ("client_first_name", &[]),
    ("client_last_name", &[]),
    (
        "responsible",
        &[
            "responsiblelawyer",
            "responsibleattorney",
            "responsiblesolicitor",
            "lawyer",
            "attorney",
            "owner",
            "ownername",
            "assignedto",
        ],
    ),
    ("responsible_email", &["owneremail", "assignedtoemail", "lawyeremail", "attorneyemail"]),
    ("responsible_external_id", &["ownerid", "responsibleattorneyid"]),
    ("description", &["summary"]),
    ("open_date", &["opened", "dateopened", "openeddate", "openedon", "startdate"]),
    ("close_date", &["closed", "dateclosed", "closeddate", "closedon", "enddate"]),
    ("notes", &["note", "comments", "comment", "remarks"]),
];

#[cfg(test)]
mod tests {
    use super::super::happenings::{ACTIVITY, HAPPENED, HAPPENING, NOTE, PARENTS, TASK};
    use super::super::people::{CONTACT, OWNER, USER};
    use super::*;

    #[test]
    fn names_are_written_without_case_and_punctuation() {
        let tables = [
            EVERYWHERE, CONTACT, OWNER, COMPANY, DEAL, MATTER, USER, NOTE, TASK, ACTIVITY, PARENTS,
            HAPPENING, HAPPENED,
        ];
        for name in tables.into_iter().flatten().flat_map(|(_, names)| names.iter()).chain(IGNORED) {
            assert_eq!(*name, super::super::squeezed(name));
        }
    }
}
