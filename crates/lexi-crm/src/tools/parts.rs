//! What a `get` shows beside the record itself: its newest notes, open tasks, deals. Each only with its own scope.

use lexi_store::filters::children;
use lexi_store::{Filter, Order, contacts, deals, matters, notes, tasks};
use lexi_types::records::{Contact, Deal, Matter, Note, RecordType};
use lexi_types::{RecordId, RecordRef, Scope};
use serde_json::{Value, json};

use crate::CrmError;
use crate::crm::{View, first};

const SNIPPET_CHARS: usize = 240;

/// The parts of one result, and the records in them.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) fields: serde_json::Map<String, Value>,
    pub(super) records: Vec<RecordRef>,
}

pub(super) fn record(kind: RecordType, id: RecordId, name: &str) -> RecordRef {
    RecordRef { kind: kind.as_str().to_owned(), id, name: name.to_owned() }
}

impl Parts {
    pub(super) fn new(name: &str, value: Value, record: RecordRef) -> Self {
        Self { fields: serde_json::Map::from_iter([(name.to_owned(), value)]), records: vec![record] }
    }

    fn add(&mut self, name: &str, total: i64, items: Vec<Value>) {
        self.fields.insert(name.to_owned(), json!({ "total": total, "items": items }));
    }

    /// The three newest notes of the record in `column`.
    pub(super) async fn notes(
        &mut self,
        view: &mut View<'_, '_>,
        column: &'static str,
        parent: RecordId,
    ) -> Result<(), CrmError> {
        if !view.access.may(Scope::ReadNotes) {
            return Ok(());
        }
        let filter = children(view.sight, RecordType::Note, column, parent);
        let listed = notes::list(view.tx, &filter, Order::Newest, first(3)).await?;
        self.records.extend(listed.rows.iter().map(|n| record(RecordType::Note, n.id, &n.title)));
        let items = listed.rows.iter().map(|note| {
            json!({ "id": note.id, "title": note.title, "snippet": snippet(note), "created_date": note.created_date })
        });
        self.add("notes", listed.total, items.collect());
        Ok(())
    }

    /// The three open tasks of the record in `column` that are due first.
    pub(super) async fn tasks(
        &mut self,
        view: &mut View<'_, '_>,
        column: &'static str,
        parent: RecordId,
    ) -> Result<(), CrmError> {
        if !view.access.may(Scope::ReadTasks) {
            return Ok(());
        }
        let mut filter = children(view.sight, RecordType::Task, column, parent);
        filter.not_equal("status", "completed");
        let listed = tasks::list(view.tx, &filter, Order::FirstDue, first(3)).await?;
        self.records.extend(listed.rows.iter().map(|t| record(RecordType::Task, t.id, &t.title)));
        let items = listed.rows.iter().map(
            |task| json!({ "id": task.id, "title": task.title, "due_date": task.due_date, "status": task.status }),
        );
        self.add("tasks", listed.total, items.collect());
        Ok(())
    }

    /// The newest deals of the record in `column`.
    pub(super) async fn deals(
        &mut self,
        view: &mut View<'_, '_>,
        column: &'static str,
        parent: RecordId,
    ) -> Result<(), CrmError> {
        if !view.access.may(Scope::ReadDeals) {
            return Ok(());
        }
        let filter = children(view.sight, RecordType::Deal, column, parent);
        let listed = deals::list(view.tx, &filter, Order::Newest, first(5)).await?;
        self.records.extend(listed.rows.iter().map(|d| record(RecordType::Deal, d.id, &d.name)));
        let items = listed.rows.iter().map(|deal: &Deal| {
            json!({
                "id": deal.id, "name": deal.name, "stage": deal.stage, "status": deal.status,
                "estimated_value": deal.estimated_value, "currency": deal.currency,
            })
        });
        self.add("deals", listed.total, items.collect());
        Ok(())
    }

    pub(super) async fn contacts_of(
        &mut self,
        view: &mut View<'_, '_>,
        company: RecordId,
        name: &str,
    ) -> Result<(), CrmError> {
        if !view.access.may(Scope::ReadContacts) {
            return Ok(());
        }
        let mut filter = Filter::new(view.sight, RecordType::Contact);
        let belonging = view.belonging_to(&mut filter, company, name);
        filter.require(belonging);
        let listed = contacts::list(view.tx, &filter, Order::Name, first(5)).await?;
        self.records.extend(listed.rows.iter().map(|c| record(RecordType::Contact, c.id, &c.full_name)));
        let items = listed.rows.iter().map(|contact: &Contact| {
            json!({
                "id": contact.id, "full_name": contact.full_name, "job_title": contact.job_title,
                "email": contact.email, "phone": contact.phone,
            })
        });
        self.add("contacts", listed.total, items.collect());
        Ok(())
    }

    pub(super) async fn matters_of(
        &mut self,
        view: &mut View<'_, '_>,
        company: RecordId,
    ) -> Result<(), CrmError> {
        if !view.access.may(Scope::ReadMatters) {
            return Ok(());
        }
        let filter = children(view.sight, RecordType::Matter, "client_company_id", company);
        let listed = matters::list(view.tx, &filter, Order::Newest, first(5)).await?;
        self.records.extend(listed.rows.iter().map(|m| record(RecordType::Matter, m.id, &m.name)));
        let items = listed.rows.iter().map(|matter: &Matter| {
            json!({ "id": matter.id, "number": matter.number, "name": matter.name, "status": matter.status })
        });
        self.add("matters", listed.total, items.collect());
        Ok(())
    }
}

/// The beginning of a note on one line.
pub(super) fn snippet(note: &Note) -> String {
    let mut words = String::new();
    for word in note.content.split_whitespace() {
        if words.len() > 4 * SNIPPET_CHARS {
            break;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    if words.chars().count() <= SNIPPET_CHARS {
        return words;
    }
    words.chars().take(SNIPPET_CHARS - 1).chain(['…']).collect()
}
