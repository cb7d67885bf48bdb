//! The fields of notes, tasks and activities, and what they are about.

use super::names::{COMPANY_IDS, Field};

pub(super) const NOTE: &[Field] = &[
    ("title", &["subject", "notetitle"]),
    (
        "content",
        &[
            "notebody",
            "body",
            "detail",
            "notedetail",
            "note",
            "notes",
            "text",
            "textpreview",
            "comment",
            "description",
        ],
    ),
    ("note_type", &["type", "notetype"]),
    ("is_pinned", &["pinned", "pinnedtodeal"]),
    ("tags", &["tag", "labels", "categories"]),
];

pub(super) const TASK: &[Field] = &[
    ("title", &["subject", "task", "taskname", "tasktitle", "name"]),
    (
        "description",
        &["tasknotes", "taskdescription", "taskbody", "body", "notes", "note", "comments", "notespreview"],
    ),
    ("status", &["taskstatus", "done", "completed"]),
    ("priority", &["taskpriority"]),
    ("due_date", &["due", "duedate", "dueat", "dueon", "deadline", "activitydate"]),
    ("assignee", &["assignedto", "activityassignedto", "owner", "ownername", "taskowner", "assignedtouser"]),
    ("assignee_email", &["assignedtoemail", "owneremail"]),
    ("assignee_external_id", &["ownerid", "assignedtoid"]),
];

pub(super) const ACTIVITY: &[Field] = &[
    ("type", &["activitytype", "kind", "tasksubtype", "eventsubtype", "eventtype"]),
    (
        "title",
        &[
            "subject",
            "calltitle",
            "meetingname",
            "meetingtitle",
            "emailsubject",
            "activitydescription",
            "name",
            "activity",
            "activitytitle",
            "summary",
        ],
    ),
    (
        "description",
        &[
            "callnotes",
            "callbody",
            "meetingdescription",
            "internalmeetingnotes",
            "emailbody",
            "body",
            "notes",
            "note",
            "comments",
            "details",
        ],
    ),
    (
        "user",
        &[
            "activityassignedto",
            "assignedto",
            "assignedtouser",
            "owner",
            "ownername",
            "activityuser",
            "createdby",
            "activitycreatedby",
            "loggedby",
        ],
    ),
    ("user_email", &["owneremail", "assignedtoemail", "createdbyemail"]),
    ("user_external_id", &["ownerid"]),
    ("done", &["activitydone", "isdone"]),
    ("due_date", &["due"]),
    ("priority", &[]),
];

/// The records that a note, a task or an activity is about.
pub(super) const PARENTS: &[Field] = &[
    (
        "contact",
        &[
            "contactname",
            "contactperson",
            "person",
            "personname",
            "customer",
            "customername",
            "associatedcontact",
            "associatedcontacts",
        ],
    ),
    ("contact_first_name", &[]),
    ("contact_last_name", &[]),
    ("contact_email", &["customeremail", "personemail", "associatedcontactemail"]),
    (
        "contact_external_id",
        &[
            "associatedcontactidsprimary",
            "associatedcontactids",
            "contactid",
            "personid",
            "contactpersonid",
            "whoid",
        ],
    ),
    (
        "company_name",
        &[
            "company",
            "account",
            "accountname",
            "organization",
            "organizationname",
            "organisation",
            "contactcompanyname",
            "associatedcompanyprimary",
            "associatedcompany",
            "associatedcompanies",
        ],
    ),
    ("company_external_id", &COMPANY_IDS),
    (
        "deal",
        &["dealname", "dealtitle", "opportunity", "opportunityname", "associateddeal", "associateddeals"],
    ),
    ("deal_external_id", &["dealid", "opportunityid", "associateddealids", "associateddealidsprimary"]),
    ("matter", &["mattername", "case", "casename"]),
    (
        "matter_number",
        &["matterno", "matterdisplaynumber", "displaynumber", "casenumber", "caseno", "filenumber"],
    ),
    ("matter_external_id", &["matterid", "caseid"]),
    // Of whatever type.
    ("about_external_id", &["whatid", "parentid", "linkedentityid"]),
];

const IDS: [&str; 9] = [
    "recordid",
    "id",
    "uniqueid",
    "pipedrivesystemid",
    "noteid",
    "taskid",
    "activityid",
    "eventid",
    "reference",
];

/// Of notes and tasks.
pub(super) const HAPPENING: &[Field] = &[
    ("external_id", &IDS),
    (
        "created_date",
        &[
            "activitydate",
            "startdatetime",
            "activitydatetime",
            "markedasdonetime",
            "startat",
            "date",
            "createddate",
            "created",
            "createdat",
            "createdon",
            "createdate",
            "creationdate",
            "addtime",
            "activitycreated",
            "timestamp",
        ],
    ),
    ("is_deleted", &[]),
];

/// Of activities: when it was, and where nothing says so, when it was entered.
pub(super) const HAPPENED: &[Field] = &[
    ("external_id", &IDS),
    (
        "created_date",
        &[
            "startdatetime",
            "activitydatetime",
            "meetingstarttime",
            "startat",
            "startdate",
            "start",
            "activitydate",
            "markedasdonetime",
            "date",
            // The field's own name, in which most systems say when something was entered.
            "createddate",
        ],
    ),
    ("start_time", &["duetime"]),
    (
        "entered_date",
        &[
            "created",
            "createdat",
            "createdon",
            "createdate",
            "creationdate",
            "addtime",
            "activitycreated",
            "timestamp",
        ],
    ),
    ("is_deleted", &[]),
];
