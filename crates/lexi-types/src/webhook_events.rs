//! What a webhook can be told of: one table of event types, each with the scope that it takes to read such things.

use serde_json::{Value, json};

use crate::{Scope, ScopeSet};

/// Every event, also those of later versions.
pub const EVERY_EVENT: &str = "*";

/// Goes to one webhook, when somebody asks for it.
pub const TEST_EVENT: &str = "webhook.test";

#[derive(Debug, Clone, Copy)]
pub struct EventType {
    pub name: &'static str,
    pub description: &'static str,
    /// A key without it may not subscribe.
    pub scope: Option<Scope>,
    /// JSON: the `data` of such an event.
    data: &'static str,
}

impl EventType {
    pub fn find(name: &str) -> Option<&'static Self> {
        EVENT_TYPES.iter().find(|known| known.name == name)
    }

    /// The `data` of such an event, made up.
    pub fn example(&self) -> Value {
        let mut data: Value = serde_json::from_str(self.data).unwrap_or_default();
        if let (Some(fields), true) = (data.as_object_mut(), self.name.ends_with(".updated")) {
            fields.insert("changed".to_owned(), json!(["tags"]));
        }
        data
    }
}

/// The first scope that a key lacks to be told of an event; of `*` it takes all that read.
pub fn missing_scope(event: &str, scopes: ScopeSet) -> Option<Scope> {
    let reads = Scope::ALL.iter().copied().filter(|scope| scope.as_str().starts_with("read:"));
    let needed: Vec<Scope> = match event {
        EVERY_EVENT => reads.collect(),
        event => EventType::find(event).and_then(|known| known.scope).into_iter().collect(),
    };
    needed.into_iter().find(|scope| !scopes.contains(*scope))
}

const fn of(name: &'static str, scope: Scope, data: &'static str, description: &'static str) -> EventType {
    EventType { name, description, scope: Some(scope), data }
}

macro_rules! of_records {
    ($($name:literal $scope:ident $data:ident;)*; $($other:expr),* $(,)?) => {
        /// In the order in which the catalog shows them.
        pub const EVENT_TYPES: &[EventType] = &[
            $(
                of(concat!($name, ".created"), Scope::$scope, $data, concat!("A ", $name, " was created; data is the record.")),
                of(concat!($name, ".updated"), Scope::$scope, $data, concat!("A ", $name, " was changed; data is the record as it is now, with `changed`, the names of the fields that were.")),
                of(concat!($name, ".deleted"), Scope::$scope, DELETED, concat!("A ", $name, " was deleted; data is its id and what it was called.")),
            )*
            $($other),*
        ];
    };
}

of_records! {
    "contact" ReadContacts CONTACT;
    "company" ReadCompanies COMPANY;
    "deal" ReadDeals DEAL;
    "matter" ReadMatters MATTER;
    "note" ReadNotes NOTE;
    "task" ReadTasks TASK;
    "activity" ReadActivities ACTIVITY;;
    of("lexi.task_created", Scope::ReadAi, LEXI_TASK, "Lexi proposes a change that waits for approval."),
    of("lexi.task_approved", Scope::ReadAi, LEXI_TASK, "A person approved a change that Lexi proposed."),
    of("lexi.task_dismissed", Scope::ReadAi, LEXI_TASK, "A person dismissed a change that Lexi proposed."),
    of("lexi.task_completed", Scope::ReadAi, LEXI_TASK, "A change that Lexi proposed was made."),
    of("lexi.task_failed", Scope::ReadAi, LEXI_TASK, "A change that Lexi proposed cannot be made any more: what it changes was changed meanwhile, or nobody decided in time."),
    of("lexi.run.completed", Scope::ReadAi, RUN, "An answer was finished, stored and charged; ids and numbers only."),
    of("credits.low", Scope::AdminCredits, CREDITS, "A charge took the balance below the configured threshold."),
    EventType {
        name: TEST_EVENT,
        description: "Sent to one webhook on request, whatever it subscribes to.",
        scope: None,
        data: r#"{"message": "This is a test."}"#,
    },
}

const CONTACT: &str = r#"{"id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f", "first_name": "Jane", "last_name": "Doe",
    "full_name": "Jane Doe", "email": "jane@example.com", "phone": null, "job_title": "General Counsel",
    "company_name": "Example Ltd", "related_company_id": null, "linkedin_url": null, "priority": 1, "status": "Lead",
    "owner_user_id": null, "next_follow_up_date": "2026-12-01", "tags": ["vip"], "custom_fields": {},
    "created_date": "2026-11-23T09:30:00Z", "updated_date": "2026-11-23T09:30:00Z"}"#;
const COMPANY: &str = r#"{"id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e50", "name": "Example Ltd", "industry": "Shipping",
    "website": "https://example.com", "domain": "example.com", "linkedin_url": null, "size": "51-200", "city": "London",
    "country": "GB", "tags": [], "custom_fields": {}, "created_date": "2026-11-23T09:30:00Z",
    "updated_date": "2026-11-23T09:30:00Z"}"#;
const DEAL: &str = r#"{"id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e51", "name": "Example Ltd: charter review",
    "stage": "Proposal", "status": "active", "pipeline": "Default", "estimated_value": 12500.5, "currency": "GBP",
    "probability": 60, "main_contact_id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f", "owner_user_id": null,
    "priority": "high", "matter_type": null, "related_company_id": null, "matter_id": null, "tags": [],
    "custom_fields": {}, "high_level_description": null, "next_follow_up_date": null, "fee_model": "fixed",
    "closed_date": null, "created_date": "2026-11-23T09:30:00Z", "updated_date": "2026-11-23T09:30:00Z"}"#;
const MATTER: &str = r#"{"id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e52", "number": "M-2026-17",
    "name": "Example Ltd v. Sample plc", "status": "open", "practice_area": "Shipping", "client_company_id": null,
    "client_contact_id": null, "responsible_user_id": null, "description": null, "open_date": "2026-11-23",
    "close_date": null, "tags": [], "custom_fields": {}, "created_date": "2026-11-23T09:30:00Z",
    "updated_date": "2026-11-23T09:30:00Z"}"#;
const NOTE: &str = r#"{"id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e53", "title": "Call with Jane",
    "content": "She asks for an offer by Friday.", "note_type": "call", "is_pinned": false, "tags": [],
    "contact_id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f", "related_company_id": null, "deal_id": null,
    "matter_id": null, "created_date": "2026-11-23T09:30:00Z", "updated_date": "2026-11-23T09:30:00Z"}"#;
const TASK: &str = r#"{"id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e54", "title": "Send the offer", "description": null,
    "status": "open", "priority": "high", "due_date": "2026-11-27", "assigned_to_user_id": null,
    "contact_id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f", "related_company_id": null, "deal_id": null,
    "matter_id": null, "created_date": "2026-11-23T09:30:00Z", "updated_date": "2026-11-23T09:30:00Z"}"#;
const ACTIVITY: &str = r#"{"id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e55", "type": "call", "title": "Called Jane",
    "description": null, "contact_id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f", "deal_id": null, "entity_type": null,
    "entity_id": null, "metadata": {}, "created_by_user_id": null, "created_date": "2026-11-23T09:30:00Z"}"#;
const DELETED: &str = r#"{"id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f", "name": "Example"}"#;
const LEXI_TASK: &str = r#"{"id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e56", "type": "tasks.create", "status": "pending",
    "description": "Create the task \"Send the offer\"", "created_at": "2026-11-23T09:30:00Z"}"#;
const RUN: &str = r#"{"conversation_id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e57",
    "message_id": "msg_01KAQZ4T2M6VXPHYQ4C6D1B8ZN", "finish_reason": "stop", "credits_charged": 2,
    "key_id": "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e58", "usage": {"input_tokens": 1200, "output_tokens": 80, "cached_tokens": 0}}"#;
const CREDITS: &str = r#"{"balance": 99, "threshold": 100}"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{Record, RecordType};

    #[test]
    fn examples_are_what_such_events_hold() {
        for kind in RecordType::ALL {
            for change in ["created", "updated", "deleted"] {
                let known = EventType::find(&format!("{}.{change}", kind.as_str())).unwrap();
                assert_eq!(known.scope.unwrap().as_str(), format!("read:{}", kind.plural()));
                let Value::Object(mut fields) = known.example() else { panic!("{}", known.name) };
                if change == "deleted" {
                    continue;
                }
                assert_eq!(fields.remove("changed").is_some(), change == "updated");
                let record = Record::from_fields(kind, fields.clone()).unwrap();
                assert_eq!(record.fields(), fields, "{}", known.name);
            }
        }
        assert_eq!(EVENT_TYPES.len(), 29);
        assert!(EVENT_TYPES.iter().all(|known| known.example().is_object()));
    }

    #[test]
    fn a_key_is_told_of_what_it_may_read() {
        let scopes = ScopeSet::parse_list("read:deals,admin:webhooks").unwrap();
        assert_eq!(missing_scope("deal.updated", scopes), None);
        assert_eq!(missing_scope("matter.updated", scopes), Some(Scope::ReadMatters));
        assert_eq!(missing_scope("lexi.run.completed", scopes), Some(Scope::ReadAi));
        assert_eq!(missing_scope("credits.low", scopes), Some(Scope::AdminCredits));
        assert_eq!(missing_scope(TEST_EVENT, scopes), None);
        assert_eq!(missing_scope(EVERY_EVENT, scopes), Some(Scope::ReadAi));
        assert_eq!(missing_scope(EVERY_EVENT, ScopeSet::all()), None);
    }
}
