//! Webhooks, from what happens to a receiver that nobody here wrote the checks of.

mod addresses;
mod delivery;
mod receiver;
mod routes;

use lexi_store::outbox::{self, Event};
use lexi_store::records;
use lexi_testkit::{Lexi, Setup};
use lexi_types::records::{Contact, CustomFields, Record};
use lexi_types::{RecordId, Timestamp};
use serde_json::{Value, json};

use crate::world::setup;
use receiver::Receiver;

/// A server that may send to this machine, and is quick to try again.
fn near() -> Setup {
    setup().set("webhook_http=true").set("webhook_private_targets=true").set("webhook_retry_first_ms=50")
}

/// Makes a webhook and tells the receiver its secret.
async fn hook(lexi: &Lexi, receiver: &Receiver, path: &str, events: &[&str]) -> String {
    let body = json!({ "url": receiver.url(path), "events": events });
    let made = lexi.http().post("/v1/webhooks", &body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json()["data"].clone();
    receiver.knows(made["secret"].as_str().unwrap());
    made["id"].as_str().unwrap().to_owned()
}

async fn webhook(lexi: &Lexi, id: &str) -> Value {
    lexi.http().get(&format!("/v1/webhooks/{id}")).await.json()["data"].clone()
}

async fn log(lexi: &Lexi, id: &str, query: &str) -> Vec<Value> {
    let answer = lexi.http().get(&format!("/v1/webhooks/{id}/logs?per_page=100&{query}")).await;
    answer.json()["data"]["logs"].as_array().unwrap().clone()
}

/// Waits until so many rows of a log have a status.
#[expect(clippy::panic, reason = "a test that waits in vain has failed")]
async fn logged(lexi: &Lexi, id: &str, status: &str, count: usize) -> Vec<Value> {
    for _ in 0..1000 {
        let rows = log(lexi, id, &format!("status={status}")).await;
        if rows.len() >= count {
            return rows;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("no {count} deliveries are {status}: {:?}", log(lexi, id, "").await);
}

fn contact(name: &str) -> Contact {
    let now = Timestamp::now();
    Contact {
        id: RecordId::new(),
        first_name: None,
        last_name: None,
        full_name: name.to_owned(),
        email: None,
        phone: None,
        job_title: None,
        company_name: None,
        related_company_id: None,
        linkedin_url: None,
        priority: None,
        status: None,
        owner_user_id: None,
        next_follow_up_date: None,
        tags: Vec::new(),
        custom_fields: CustomFields::new(),
        created_date: now,
        updated_date: now,
    }
}

/// A new contact, in one transaction with its event; from another program than the server, as an import is.
async fn new_contact(lexi: &Lexi, name: &str) -> RecordId {
    let (workspace, record) = (lexi.workspace, Record::Contact(contact(name)));
    let id = record.id();
    let written = lexi.store.write(move |tx| {
        Box::pin(async move {
            records::insert(tx, workspace, &record).await?;
            outbox::emit(tx, workspace, &Event::of(&record, "created"), Timestamp::now()).await
        })
    });
    written.await.unwrap();
    id
}

/// Numbered changes of one record, each in a transaction of its own.
async fn changes(lexi: &Lexi, record: RecordId, numbers: std::ops::Range<i64>) {
    for number in numbers {
        let event = Event {
            kind: "contact.updated".to_owned(),
            subject: record.to_string(),
            deal: None,
            matter: None,
            data: json!({ "id": record, "number": number }),
        };
        let workspace = lexi.workspace;
        let told = lexi.store.write(move |tx| {
            Box::pin(async move { outbox::emit(tx, workspace, &event, Timestamp::now()).await })
        });
        told.await.unwrap();
    }
}
