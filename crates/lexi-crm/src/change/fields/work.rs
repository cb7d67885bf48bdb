//! Deals and matters.

use lexi_types::records::RecordType;

use super::{
    COMPANY, CREATED, CUSTOM_FIELDS, FOLLOW_UP, Field, FieldKind, LONG, MATTER, NAME, Need, OWNER, TAGS,
    WORD, field, required,
};
use crate::filter::{DEAL_STATUSES, MATTER_STATUSES};

pub(super) const DEALS: &[Field] = &[
    required("name", NAME),
    field("stage", WORD).about("One of its pipeline's; sets status and probability as well"),
    field("status", FieldKind::Choice(DEAL_STATUSES))
        .need(Need::Kept)
        .about("won or lost sets the stage, probability and closed_date as well"),
    field("pipeline", WORD),
    field("estimated_value", FieldKind::Money).about("In major units of the currency"),
    field("currency", FieldKind::Currency).need(Need::Kept).about("ISO 4217, as EUR"),
    field("probability", FieldKind::Percent),
    field("main_contact_id", FieldKind::Record(RecordType::Contact)).aliases(&[
        "contact_id",
        "contact_name",
        "contact",
    ]),
    COMPANY,
    MATTER,
    OWNER,
    field("priority", WORD),
    field("matter_type", WORD).aliases(&["deal_type"]),
    TAGS,
    CUSTOM_FIELDS,
    field("high_level_description", LONG).aliases(&["description"]),
    FOLLOW_UP,
    field("fee_model", WORD),
    field("closed_date", FieldKind::Date).about("Of a deal that is won or lost; today unless given"),
    CREATED,
];

pub(super) const MATTERS: &[Field] = &[
    field("number", WORD),
    required("name", NAME),
    field("status", FieldKind::Choice(MATTER_STATUSES)).need(Need::Kept),
    field("practice_area", WORD),
    field("client", FieldKind::Client).about("Sets client_company_id, or else client_contact_id"),
    field("client_company_id", FieldKind::Record(RecordType::Company)).aliases(&[
        "company_id",
        "related_company_id",
        "company_name",
        "company",
        "client_company",
    ]),
    field("client_contact_id", FieldKind::Record(RecordType::Contact)).aliases(&[
        "contact_id",
        "contact_name",
        "contact",
        "client_contact",
    ]),
    field("responsible_user_id", FieldKind::User).aliases(&["responsible_id", "responsible"]),
    field("description", LONG),
    field("open_date", FieldKind::Date),
    field("close_date", FieldKind::Date).about("Today when it is closed, unless given"),
    TAGS,
    CUSTOM_FIELDS,
    CREATED,
];
