//! What follows from the fields that were given: names from addresses, a status from a stage, and what a record must not
//! be without.

mod activities;
mod contacts;
mod deals;
mod matters;

use lexi_types::records::RecordType;
use lexi_types::{Date, Timestamp};
use serde_json::{Value, json};

use super::draft::Draft;
use super::fields::{Field, FieldKind, fields};
use super::plan::Planner;
use super::references::linking;
use crate::CrmError;

/// How far from the time of the request a record may say that it was made.
const PAST_DAYS_MAX: i32 = 5 * 365 + 1;
const AHEAD_MICROS_MAX: i64 = 24 * 3_600 * 1_000_000;

impl Planner<'_, '_, '_> {
    pub(super) async fn follow(&mut self, draft: &mut Draft) -> Result<(), CrmError> {
        created(draft);
        match draft.kind {
            RecordType::Contact => {
                contacts::name(draft);
                self.company_of_contact(draft).await?;
            }
            RecordType::Deal => self.place_of_deal(draft).await?,
            RecordType::Matter => {
                matters::client(draft);
                matters::closing(draft);
            }
            RecordType::Note | RecordType::Task => parents(draft),
            RecordType::Activity => self.entity_of_activity(draft).await?,
            RecordType::Company => {}
        }
        Ok(())
    }
}

/// When a new record was made, where that is believable.
fn created(draft: &mut Draft) {
    if !draft.is_new {
        return;
    }
    let given: Option<Timestamp> = draft.given_text("created_date").and_then(|time| time.parse().ok());
    let earliest = draft.now.date().plus_days(-PAST_DAYS_MAX).start();
    let latest = draft.now.micros().saturating_add(AHEAD_MICROS_MAX);
    let created = given.filter(|time| *time >= earliest && time.micros() <= latest);
    draft.set("created_date", json!(created.unwrap_or(draft.now)));
}

/// Notes and tasks belong to something.
fn parents(draft: &mut Draft) {
    let touched = linking(draft.kind).any(|(name, _)| draft.given(name).is_some());
    if !draft.is_new && !touched {
        return;
    }
    let none = linking(draft.kind).all(|(name, _)| draft.fields.get(name).is_none_or(Value::is_null));
    // One that was given and is wrong is enough to be told of.
    let is_wrong = fields(draft.kind)
        .iter()
        .filter(|field| matches!(field.kind, FieldKind::Record(_)))
        .flat_map(Field::names)
        .any(|name| draft.wrong.fields.contains_key(name));
    if none && !is_wrong && draft.wrong.ambiguous.is_none() {
        let reason =
            "must be given, or related_company_id, deal_id or matter_id: it has to belong to something";
        draft.refuse("contact_id", reason);
    }
}

/// The day on which something was closed: of what is closed now, today unless given; of what is opened again, none.
fn closed_on(draft: &mut Draft, field: &'static str, was_open: bool, is_open: bool) {
    let today: Date = draft.now.date();
    if is_open && !was_open && draft.given_text(field).is_none() {
        draft.set(field, Value::Null);
    }
    if !is_open && was_open && draft.given_text(field).is_none() {
        draft.set(field, json!(today));
    }
}
