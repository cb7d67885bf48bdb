//! The fields of contacts and users, and of whoever owns a record.

use super::names::{COMPANY_IDS, Field};

pub(super) const CONTACT: &[Field] = &[
    (
        "external_id",
        &[
            "recordid",
            "id",
            "uniqueid",
            "contactid",
            "personid",
            "pipedrivesystemid",
            "customerid",
            "reference",
        ],
    ),
    (
        "full_name",
        &["name", "customername", "contactname", "personname", "contact", "customer", "displayname"],
    ),
    ("first_name", &["first", "givenname", "forename"]),
    ("last_name", &["last", "surname", "familyname"]),
    (
        "email",
        &[
            "emailaddress",
            "primaryemail",
            "primaryemailaddress",
            "emailwork",
            "workemail",
            "personemail",
            "personemailwork",
            "emailaddresswork",
            "customeremail",
            "mail",
            "contactemail",
            "emailid",
            "emailhome",
            "emailaddresshome",
            "emailother",
            "emailaddressother",
        ],
    ),
    (
        "phone",
        &[
            "phonenumber",
            "primaryphone",
            "primaryphonenumber",
            "phonework",
            "personphone",
            "personphonework",
            "phonenumberwork",
            "customerphone",
            "telephone",
            "mobile",
            "mobilephone",
            "mobilephonenumber",
            "phonemobile",
            "phonenumbermobile",
            "tel",
            "contactphone",
        ],
    ),
    ("job_title", &["title", "position", "role", "jobrole"]),
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
            "employer",
            "firm",
        ],
    ),
    ("company_external_id", &COMPANY_IDS),
    // Person or company.
    ("person_type", &[]),
    ("linkedin_url", &["linkedin", "linkedinprofile", "linkedinbio"]),
    ("priority", &[]),
    ("status", &["leadstatus", "contactstatus", "lifecyclestage", "stage"]),
    ("next_follow_up_date", &["followupby", "nextfollowup", "followup", "followupdate", "nextcontact"]),
    ("notes", &["note", "comments", "comment", "remarks", "description"]),
];

pub(super) const OWNER: &[Field] = &[
    (
        "owner",
        &[
            "ownername",
            "assignedto",
            "assignee",
            "accountowner",
            "contactowner",
            "dealowner",
            "opportunityowner",
            "personowner",
            "accountmanager",
        ],
    ),
    ("owner_email", &["assignedtoemail", "assigneeemail"]),
    ("owner_external_id", &["ownerid", "hubspotownerid", "contactownerid", "dealownerid"]),
];

pub(super) const USER: &[Field] = &[
    ("external_id", &["userid", "id", "ownerid", "hubspotuserid", "reference"]),
    ("full_name", &["name", "owner", "ownername", "displayname", "username"]),
    ("first_name", &["first", "givenname", "forename"]),
    ("last_name", &["last", "surname", "familyname"]),
    ("email", &["emailaddress", "mail", "owneremail", "useremail"]),
    ("is_deleted", &[]),
];
