//! Contacts and companies.

use lexi_types::records::RecordType;

use super::{CREATED, CUSTOM_FIELDS, FOLLOW_UP, Field, FieldKind, NAME, OWNER, TAGS, WORD, field, required};

pub(super) const CONTACTS: &[Field] = &[
    field("full_name", NAME).about(
        "Or first_name and last_name, or only email. \"Last, First\" is understood; what is missing is made of the rest",
    ),
    field("first_name", WORD),
    field("last_name", WORD),
    field("email", FieldKind::Email),
    field("phone", FieldKind::Line { chars_max: 50 }),
    field("job_title", WORD),
    field("company_name", NAME)
        .aliases(&["company"])
        .about("Links the company that has exactly this name, where there is one"),
    field("related_company_id", FieldKind::Record(RecordType::Company))
        .aliases(&["company_id"])
        .about("Gives company_name, unless that is given too"),
    field("linkedin_url", FieldKind::Url),
    field("priority", FieldKind::Level),
    field("status", WORD).about("Such as Lead or Customer"),
    OWNER,
    FOLLOW_UP,
    TAGS,
    CUSTOM_FIELDS,
    CREATED,
];

pub(super) const COMPANIES: &[Field] = &[
    required("name", NAME),
    field("industry", WORD),
    field("website", FieldKind::Url),
    field("domain", FieldKind::Domain),
    field("linkedin_url", FieldKind::Url),
    field("size", FieldKind::Line { chars_max: 100 }).about("Such as 51-200"),
    field("city", WORD),
    field("country", WORD),
    TAGS,
    CUSTOM_FIELDS,
    CREATED,
];
