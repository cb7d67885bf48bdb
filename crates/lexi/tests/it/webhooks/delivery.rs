//! What arrives, how often, and in which order.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use lexi_store::{Page, deliveries};
use lexi_types::{RecordId, Timestamp};
use serde_json::{Value, json};

use super::receiver::Receiver;
use super::{changes, hook, log, logged, near, new_contact, webhook};
use crate::world::words;

fn id(got: &Value) -> &str {
    got["headers"]["webhook-id"].as_str().unwrap()
}

fn is_genuine(got: &Value) -> bool {
    got["verified"] == true && got["tampered"] == false
}

#[tokio::test]
async fn deliveries_verify_and_what_was_tampered_with_does_not() {
    let mut receiver = Receiver::start().await;
    let lexi = near().set("credits_low=1000").start().await;
    let events = ["contact.created", "lexi.run.completed", "credits.low"];
    let webhook_id = hook(&lexi, &receiver, "/ok", &events).await;

    let before = Timestamp::now().unix_seconds();
    let record = new_contact(&lexi, "Jane Doe").await;
    let got = receiver.next().await;
    assert!(is_genuine(&got), "{got}");
    assert_eq!(got["body"]["type"], "contact.created");
    assert_eq!(got["body"]["data"]["id"], record.to_string());
    assert_eq!(got["body"]["data"]["full_name"], "Jane Doe");
    assert!(got["body"]["timestamp"].as_str().unwrap().parse::<Timestamp>().is_ok());
    assert_eq!(got["headers"]["content-type"], "application/json");
    assert_eq!(got["headers"]["user-agent"], concat!("Lexi-Webhook/", env!("CARGO_PKG_VERSION")));
    let sent: i64 = got["headers"]["webhook-timestamp"].as_str().unwrap().parse().unwrap();
    assert!((before..=Timestamp::now().unix_seconds()).contains(&sent));

    // The first charge takes the balance from 1000 below it, and the second finds it there.
    let answered = lexi.http().chat("How many contacts are there?").await;
    let done = answered.done().unwrap();
    assert!(lexi.http().chat("How many deals are there?").await.done().is_some());
    let mut told: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for _ in 0..3 {
        let got = receiver.next().await;
        assert!(is_genuine(&got), "{got}");
        told.entry(got["body"]["type"].as_str().unwrap().to_owned()).or_default().push(got["body"].clone());
    }
    let runs = &told["lexi.run.completed"];
    assert_eq!(runs.len(), 2);
    let run = runs.iter().map(|run| &run["data"]).find(|run| run["message_id"] == done["message_id"]);
    let run = run.unwrap();
    assert_eq!(run["conversation_id"], answered.header("x-conversation-id").unwrap());
    assert_eq!(run["credits_charged"], done["credits_charged"]);
    assert_eq!(run["finish_reason"], "stop");
    assert!(run["usage"]["input_tokens"].is_u64() && run["key_id"].is_string());
    assert_eq!(run.as_object().unwrap().len(), 6, "ids and numbers only: {run}");
    let low = json!({ "balance": done["credits_remaining"], "threshold": 1000 });
    assert_eq!(told["credits.low"].iter().map(|low| &low["data"]).collect::<Vec<_>>(), [&low]);

    // One webhook is tested, whatever it listens to.
    let test = lexi.http().post(&format!("/v1/webhooks/{webhook_id}/test"), &json!({})).await;
    assert_eq!(test.status, 201);
    let got = receiver.next().await;
    assert!(is_genuine(&got) && got["body"]["type"] == "webhook.test", "{got}");
    assert_eq!(test.json()["data"]["delivery_id"], id(&got));

    let rows = logged(&lexi, &webhook_id, "success", 5).await;
    assert_eq!(rows[0]["delivery_id"], id(&got), "newest first");
    assert!(rows.iter().all(|row| row["response_status_code"] == 204 && row["attempt"] == 1), "{rows:?}");
    assert!(rows.iter().all(|row| row["delivered_at"].is_string() && row["next_attempt_at"].is_null()));
    assert_eq!(webhook(&lexi, &webhook_id).await["last_delivery_status"], "success");
    assert!(receiver.is_silent(Duration::from_millis(700)).await, "each of them once");
}

#[tokio::test]
async fn a_killed_server_loses_no_event() {
    let mut receiver = Receiver::start().await;
    let mut lexi = near().set("webhook_timeout_s=1").start().await;
    let waiting = hook(&lexi, &receiver, "/ok", &["contact.created"]).await;
    let stalled = hook(&lexi, &receiver, "/stall", &["contact.created"]).await;
    receiver.stop().await;
    let mut told = BTreeSet::new();
    for number in 0..20 {
        told.insert(new_contact(&lexi, &format!("Contact {number}")).await.to_string());
    }
    // Some have been tried, some are claimed, most wait.
    while !log(&lexi, &waiting, "").await.iter().any(|row| row["attempt"].as_i64() > Some(0)) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    lexi.kill();
    receiver.restart().await;
    lexi.launch();
    let mut got = BTreeSet::new();
    while got.len() < told.len() {
        let delivery = receiver.next().await;
        assert!(is_genuine(&delivery));
        got.insert(delivery["body"]["data"]["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(got, told);
    let rows = logged(&lexi, &waiting, "success", told.len()).await;
    assert_eq!(rows.len(), told.len());
    // In the middle of an attempt that is not answered.
    while !log(&lexi, &stalled, "").await.iter().any(|row| row["error"] == "timeout") {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    lexi.restart();
    let moved = json!({ "url": receiver.url("/ok") });
    assert_eq!(lexi.http().patch(&format!("/v1/webhooks/{stalled}"), &moved).await.status, 200);
    let mut late = BTreeSet::new();
    while late.len() < told.len() {
        late.insert(receiver.next().await["body"]["data"]["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(late, told);
}

#[tokio::test]
async fn a_receiver_that_fails_for_a_while_gets_each_event_in_the_order_of_its_record() {
    let mut receiver = Receiver::start().await;
    receiver.answer(500);
    let lexi = near().start().await;
    let webhook_id = hook(&lexi, &receiver, "/flaky", &["contact.updated"]).await;
    let subjects = [RecordId::new(), RecordId::new(), RecordId::new()];
    for subject in subjects {
        changes(&lexi, subject, 0..5).await;
    }
    let mut all = Vec::new();
    while all.len() < 8 {
        all.push(receiver.next().await);
    }
    let failed = log(&lexi, &webhook_id, "status=pending").await;
    assert_eq!(failed.len(), 15);
    let tried = failed.iter().find(|row| row["attempt"].as_i64() > Some(0)).unwrap();
    assert!(tried["next_attempt_at"].is_string() && tried["delivered_at"].is_null(), "{tried}");
    receiver.answer(200);
    let mut delivered = BTreeSet::new();
    while delivered.len() < 15 {
        let got = receiver.next().await;
        if got["answer"] == 200 {
            delivered.insert(id(&got).to_owned());
        }
        all.push(got);
    }
    assert!(all.iter().all(is_genuine));
    for subject in subjects {
        let of_it = all.iter().filter(|got| got["body"]["data"]["id"] == subject.to_string());
        let numbers: Vec<_> = of_it.map(|got| got["body"]["data"]["number"].as_i64().unwrap()).collect();
        assert!(numbers.is_sorted(), "an event was sent before an earlier one was received: {numbers:?}");
        assert!(numbers.iter().filter(|number| **number == 0).count() > 1, "retried: {numbers:?}");
        assert_eq!(numbers.last(), Some(&4));
    }
    // Every attempt has the id of its event, and a time of its own.
    let mut ids: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for got in &all {
        ids.entry(got["body"]["data"].to_string()).or_default().insert(id(got));
    }
    assert!(ids.values().all(|ids| ids.len() == 1), "{ids:?}");
    let rows = logged(&lexi, &webhook_id, "success", 15).await;
    assert!(rows.iter().any(|row| row["attempt"].as_i64() > Some(1)));
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_not_asked_again() {
    let mut receiver = Receiver::start().await;
    let lexi = near().start().await;
    let webhook_id = hook(&lexi, &receiver, "/gone", &["contact.updated"]).await;
    let record = RecordId::new();
    changes(&lexi, record, 0..3).await;
    assert_eq!(receiver.next().await["answer"], 410);
    let rows = logged(&lexi, &webhook_id, "failed", 1).await;
    let last = rows.last().unwrap();
    assert_eq!((&last["response_status_code"], &last["error"]), (&json!(410), &json!("http_error")));
    let off = webhook(&lexi, &webhook_id).await;
    assert_eq!((&off["active"], &off["last_delivery_status"]), (&json!(false), &json!("failed")));
    assert!(off["disabled_reason"].as_str().unwrap().contains("410"));
    assert!(log(&lexi, &webhook_id, "status=pending").await.is_empty(), "what waited has failed");
    changes(&lexi, record, 3..4).await;
    assert!(receiver.is_silent(Duration::from_millis(1200)).await);
    let path = format!("/v1/webhooks/{webhook_id}");
    let test = lexi.http().post(&format!("{path}/test"), &json!({})).await;
    assert_eq!(test.error(), (409, "conflict".into()));
    let on = json!({ "active": true, "url": receiver.url("/ok") });
    let on = lexi.http().patch(&path, &on).await.json()["data"].clone();
    assert!(on["active"] == true && on["disabled_reason"].is_null(), "{on}");
    changes(&lexi, record, 4..5).await;
    assert_eq!(receiver.next().await["body"]["data"]["number"], 4);
}

#[tokio::test]
async fn shutdown_leaves_what_is_pending_for_the_next_start() {
    let mut receiver = Receiver::start().await;
    let mut lexi = near().start().await;
    let webhook_id = hook(&lexi, &receiver, "/stall", &["contact.created"]).await;
    for number in 0..5 {
        new_contact(&lexi, &format!("Contact {number}")).await;
    }
    // One is on its way and not answered.
    while !log(&lexi, &webhook_id, "").await.iter().any(|row| row["attempt"] == 1) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    lexi.signal("TERM");
    assert_eq!(lexi.wait(Duration::from_secs(9)).await, Some(0), "sooner than the attempt would end");
    let (workspace, id) = (lexi.workspace, webhook_id.parse().unwrap());
    let page = Page { page: 1, per_page: 100 };
    let left = lexi.store.read(move |tx| Box::pin(deliveries::log(tx, workspace, id, "pending", page))).await;
    let (left, now) = (left.unwrap().rows, Timestamp::now());
    assert!(left.len() == 5 && left.iter().all(|row| row.next_attempt_at <= Some(now)), "{left:?}");
    assert!(
        left.iter().all(|row| row.attempts == 0),
        "the attempt was left and its claim given back: {left:?}"
    );
    lexi.launch();
    let moved = json!({ "url": receiver.url("/ok") });
    let started = Instant::now();
    assert_eq!(lexi.http().patch(&format!("/v1/webhooks/{webhook_id}"), &moved).await.status, 200);
    let rows = logged(&lexi, &webhook_id, "success", 5).await;
    assert_eq!(rows.len(), 5);
    for _ in 0..5 {
        assert!(is_genuine(&receiver.next().await));
    }
    // The one that was on its way again when the address changed is due after its time limit.
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[tokio::test]
async fn receivers_that_stall_hold_up_nobody() {
    let mut receiver = Receiver::start().await;
    let lexi = near().start().await;
    for _ in 0..20 {
        hook(&lexi, &receiver, "/stall", &["contact.created"]).await;
    }
    for number in 0..4 {
        new_contact(&lexi, &format!("Early {number}")).await;
    }
    let quick = hook(&lexi, &receiver, "/ok", &["contact.created", "lexi.run.completed"]).await;
    let started = Instant::now();
    assert_eq!(lexi.http().post(&format!("/v1/webhooks/{quick}/test"), &json!({})).await.status, 201);
    assert_eq!(receiver.next().await["body"]["type"], "webhook.test");
    // One that has answered has its places, however many stall.
    let proven = Instant::now();
    for number in 0..40 {
        new_contact(&lexi, &format!("Late {number}")).await;
    }
    for _ in 0..40 {
        assert!(is_genuine(&receiver.next().await));
    }
    assert!(proven.elapsed() < Duration::from_secs(8), "{:?}", proven.elapsed());
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    assert_eq!(logged(&lexi, &quick, "success", 41).await.len(), 41);
    let metrics = lexi.http().with_key("").get("/metrics").await.text();
    assert!(metrics.contains("lexi_webhook_deliveries_total{outcome=\"success\"} 41"), "{metrics}");
    assert!(metrics.contains("lexi_webhook_deliveries_pending "), "{metrics}");
}

/// What the server writes wakes whoever delivers at once, without waiting for its clock.
#[tokio::test]
async fn an_answer_is_told_of_at_once() {
    let mut receiver = Receiver::start().await;
    let lexi = near().start().await;
    hook(&lexi, &receiver, "/ok", &["*"]).await;
    let mut quickest = Duration::MAX;
    for _ in 0..8 {
        assert!(lexi.http().chat(&words(1, 0)).await.done().is_some());
        let answered = Instant::now();
        assert_eq!(receiver.next().await["body"]["type"], "lexi.run.completed");
        quickest = quickest.min(answered.elapsed());
    }
    assert!(quickest < Duration::from_millis(100), "{quickest:?}");
}
