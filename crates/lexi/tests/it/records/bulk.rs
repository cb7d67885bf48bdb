use serde_json::{Value, json};

use super::{NOBODY, id};
use crate::world::builtin;

async fn total(http: &lexi_testkit::Http, plural: &str) -> Value {
    http.get(&format!("/v1/{plural}")).await.json()["meta"]["total"].clone()
}

#[tokio::test]
async fn many_are_made_or_none() {
    let lexi = builtin().await;
    let http = lexi.http();
    let mut rows: Vec<Value> = (0..500)
        .map(|n| json!({"full_name": format!("Contact {n}"), "email": format!("c{n}@x.example")}))
        .collect();
    rows[3]["email"] = json!("nobody");
    rows[499]["priority"] = json!("urgent");
    let refused = http.post("/v1/contacts/bulk", &json!({"contacts": rows})).await;
    assert_eq!(refused.error(), (400, "validation_error".into()));
    let fields = refused.json()["error"]["details"]["fields"].as_object().unwrap().clone();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["contacts[3].email", "contacts[499].priority"]);
    assert_eq!(total(&http, "contacts").await, 0);
    rows[3]["email"] = json!(null);
    rows[499]["priority"] = json!("high");
    let made = http.post("/v1/contacts/bulk", &json!({"contacts": rows})).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let data = made.json()["data"].clone();
    assert_eq!((data["created"].clone(), data["contacts"].as_array().unwrap().len()), (json!(500), 500));
    assert_eq!(data["contacts"][7]["full_name"], "Contact 7");
    assert_eq!(total(&http, "contacts").await, 500);
    let one = http.post("/v1/deals/bulk", &json!({"deals": [{"name": ""}]})).await.json();
    assert!(one["error"]["details"]["fields"]["deals[0].name"].is_string(), "{one}");
    for body in [
        json!({}),
        json!({"deals": []}),
        json!({"deals": {}}),
        json!({"deals": [7]}),
        json!({"deals": vec![json!({"name": "x"}); 501]}),
    ] {
        assert_eq!(http.post("/v1/deals/bulk", &body).await.error(), (400, "validation_error".into()));
    }
    assert_eq!(total(&http, "deals").await, 0);
}

#[tokio::test]
async fn a_bulk_body_may_be_larger_than_others() {
    let lexi = builtin().await;
    let http = lexi.http();
    let text = "x".repeat(5_000);
    let deal = json!({"name": "A", "high_level_description": text});
    let large = json!({"deals": vec![deal.clone(); 300]});
    assert!(large.to_string().len() > 1_400_000);
    assert_eq!(http.post("/v1/deals/bulk", &large).await.status, 201);
    let huge = json!({"deals": vec![deal; 450]});
    assert!(huge.to_string().len() > 2 << 20);
    assert_eq!(http.post("/v1/deals/bulk", &huge).await.error(), (413, "payload_too_large".into()));
    let single = json!({"name": "A", "ignored": "x".repeat(300 << 10)});
    assert_eq!(http.post("/v1/deals", &single).await.error(), (413, "payload_too_large".into()));
    assert_eq!(total(&http, "deals").await, 300);
}

#[tokio::test]
async fn many_are_changed_or_none() {
    let lexi = builtin().await;
    let http = lexi.http();
    let deals = json!({"deals": [{"name": "A"}, {"name": "B"}, {"name": "C"}]});
    let made = http.post("/v1/deals/bulk", &deals).await.json()["data"]["deals"].clone();
    let ids: Vec<Value> = made.as_array().unwrap().iter().map(|deal| deal["id"].clone()).collect();
    let ask = |ids: &[Value], updates: Value| json!({"deal_ids": ids, "updates": updates});
    let changed = http.patch("/v1/deals/bulk", &ask(&ids, json!({"priority": "high", "tags": ["q4"]}))).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let data = changed.json()["data"].clone();
    assert_eq!(data["updated"], 3);
    assert!(data["deals"].as_array().unwrap().iter().all(|deal| deal["priority"] == "high"));
    let with_nobody = [ids.clone(), vec![json!(NOBODY)]].concat();
    let refused = http.patch("/v1/deals/bulk", &ask(&with_nobody, json!({"priority": "low"}))).await;
    assert_eq!(refused.error(), (404, "deal_not_found".into()));
    let wrong = http.patch("/v1/deals/bulk", &ask(&ids, json!({"probability": 200}))).await.json();
    let fields = wrong["error"]["details"]["fields"].as_object().unwrap().clone();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["updates.probability"]);
    let malformed = http.patch("/v1/deals/bulk", &ask(&[ids[0].clone(), json!("x")], json!({}))).await.json();
    assert!(malformed["error"]["details"]["fields"]["deal_ids[1]"].is_string(), "{malformed}");
    for body in [
        json!({"deal_ids": ids}),
        json!({"deal_ids": [], "updates": {}}),
        ask(&vec![json!(NOBODY); 101], json!({})),
    ] {
        assert_eq!(http.patch("/v1/deals/bulk", &body).await.error(), (400, "validation_error".into()));
    }
    let twice = http
        .patch("/v1/deals/bulk", &ask(&[ids[0].clone(), ids[0].clone()], json!({"priority": "low"})))
        .await;
    assert_eq!(twice.json()["data"]["updated"], 1);
    let rest = http.get(&format!("/v1/deals/{}", id(&made[1]))).await.json();
    assert_eq!(rest["data"]["priority"], "high", "what was refused changed nothing");
}
