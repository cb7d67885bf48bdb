//! Where deals stand, and what is closed when.

use super::{create, object, update, wrong};
use crate::office::{Office, World};
use lexi_types::records::{Pipeline, RecordType};
use lexi_types::{Date, RecordId, Timestamp};
use serde_json::{Value, json};

fn pipelines() -> Vec<Pipeline> {
    let mut sales = crate::records::pipeline("Sales", &["Lead", "Proposal", "Won", "Lost"]);
    for (stage, (kind, probability)) in
        sales.stages.iter_mut().zip([("open", 10), ("open", 60), ("won", 100), ("lost", 0)])
    {
        (stage.stage_type, stage.probability) = (kind.to_owned(), probability);
    }
    let mut other = crate::records::pipeline("Renewals", &["Due", "Proposal", "Renewed"]);
    for (stage, (kind, probability)) in
        other.stages.iter_mut().zip([("open", 50), ("open", 70), ("won", 100)])
    {
        (stage.stage_type, stage.probability) = (kind.to_owned(), probability);
    }
    vec![sales, other]
}

#[tokio::test]
async fn a_deal_stands_where_its_fields_say() {
    let mut office = Office::new();
    office.pipelines = pipelines();
    let world = World::of(&[&office]).await;
    let today = Timestamp::now().date();
    let place = |deal: &Value| {
        ["pipeline", "stage", "status", "probability", "closed_date"].map(|name| deal[name].clone())
    };
    let expect = |pipeline: &str, stage: &str, status: &str, probability: i64, closed: Option<Date>| {
        [json!(pipeline), json!(stage), json!(status), json!(probability), json!(closed)]
    };
    for (given, expected) in [
        (json!({}), expect("Sales", "Lead", "active", 10, None)),
        (json!({ "stage": "propossal" }), expect("Sales", "Proposal", "active", 60, None)),
        (json!({ "stage": "won" }), expect("Sales", "Won", "won", 100, Some(today))),
        (json!({ "status": "lost" }), expect("Sales", "Lost", "lost", 0, Some(today))),
        (json!({ "pipeline": "renewals" }), expect("Renewals", "Due", "active", 50, None)),
        (
            json!({ "pipeline": "renewals", "stage": "proposal" }),
            expect("Renewals", "Proposal", "active", 70, None),
        ),
        (json!({ "stage": "due" }), expect("Renewals", "Due", "active", 50, None)),
        (
            json!({ "pipeline": "Renewals", "status": "lost" }),
            expect("Renewals", "Due", "lost", 0, Some(today)),
        ),
        (json!({ "stage": "Lead", "probability": 33 }), expect("Sales", "Lead", "active", 33, None)),
        (
            json!({ "status": "won", "closed_date": "2026-01-05T10:00:00+02:00" }),
            expect("Sales", "Won", "won", 100, "2026-01-05".parse().ok()),
        ),
    ] {
        let mut fields = json!({ "name": "New" });
        fields.as_object_mut().unwrap().extend(object(given.clone()));
        let made = world.written(&office, create(RecordType::Deal, fields)).await;
        assert_eq!(place(&made), expected, "{given}");
    }
    let access = office.access();
    for (given, at_fault) in [
        (json!({ "stage": "Signed" }), "stage"),
        (json!({ "pipeline": "Hiring" }), "pipeline"),
        (json!({ "pipeline": "Renewals", "stage": "Lead" }), "stage"),
        (json!({ "stage": "Won", "status": "active" }), "status"),
        (json!({ "closed_date": "2026-01-05" }), "closed_date"),
    ] {
        let mut fields = json!({ "name": "New" });
        fields.as_object_mut().unwrap().extend(object(given.clone()));
        assert_eq!(
            wrong(&world, &access, vec![create(RecordType::Deal, fields)]).await,
            [at_fault],
            "{given}"
        );
    }
    let made = world.written(&office, create(RecordType::Deal, json!({ "name": "New" }))).await;
    let id: RecordId = made["id"].as_str().unwrap().parse().unwrap();
    for (given, expected) in [
        (json!({ "stage": "Proposal" }), expect("Sales", "Proposal", "active", 60, None)),
        (json!({ "probability": 65 }), expect("Sales", "Proposal", "active", 65, None)),
        (json!({ "stage": "proposal" }), expect("Sales", "Proposal", "active", 65, None)),
        (json!({ "status": "won" }), expect("Sales", "Won", "won", 100, Some(today))),
        (
            json!({ "closed_date": "2026-01-05" }),
            expect("Sales", "Won", "won", 100, "2026-01-05".parse().ok()),
        ),
        (json!({ "stage": "Lost" }), expect("Sales", "Lost", "lost", 0, "2026-01-05".parse().ok())),
        (json!({ "status": "active" }), expect("Sales", "Lead", "active", 10, None)),
        (json!({ "pipeline": "Renewals" }), expect("Renewals", "Due", "active", 50, None)),
        (json!({ "stage": "Proposal" }), expect("Renewals", "Proposal", "active", 70, None)),
        (json!({ "pipeline": "Sales" }), expect("Sales", "Proposal", "active", 60, None)),
    ] {
        let changed = world.written(&office, update(RecordType::Deal, id, given.clone())).await;
        assert_eq!(place(&changed), expected, "{given}");
    }
}

#[tokio::test]
async fn a_deal_has_the_usual_currency_and_a_matter_the_day_of_its_closing() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let today = json!(Timestamp::now().date());
    let deal = world.written(&office, create(RecordType::Deal, json!({ "name": "New" }))).await;
    assert_eq!(deal["currency"], office.deals[0].currency);
    let dollars =
        world.written(&office, create(RecordType::Deal, json!({ "name": "New", "currency": "usd" }))).await;
    assert_eq!(dollars["currency"], "USD");
    let empty = Office::empty();
    let other = World::of(&[&empty]).await;
    let first =
        other.written(&empty, create(RecordType::Deal, json!({ "name": "First", "stage": "Any" }))).await;
    assert_eq!([&first["currency"], &first["stage"], &first["status"]], ["EUR", "Any", "active"]);
    let harbor = office.matters[0].id;
    let closed =
        world.written(&office, update(RecordType::Matter, harbor, json!({ "status": "closed" }))).await;
    assert_eq!(closed["close_date"], today);
    let open =
        world.written(&office, update(RecordType::Matter, harbor, json!({ "status": "pending" }))).await;
    assert_eq!(open["close_date"], Value::Null);
    let client =
        world.written(&office, update(RecordType::Matter, harbor, json!({ "client": "brian" }))).await;
    assert_eq!(client["client_contact_id"], json!(office.contacts[1].id));
}
