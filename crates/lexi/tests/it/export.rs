//! A conversation, exported with what its answers were made of.

use lexi_types::RateTier;
use serde_json::json;

use crate::world::{builtin, scripted, with_tools};

#[tokio::test]
async fn a_conversation_is_exported_with_tools_sources_times_and_credits() {
    let (lexi, _model) = scripted(&[]).await;
    let http = lexi.http();
    let first = http.post("/v1/lexi/chat/stream", &json!({ "message": with_tools(2, 3, 0) })).await;
    let id = first.header("x-conversation-id").unwrap();
    let again = json!({ "message": "Second question", "conversation_id": id });
    http.post("/v1/lexi/chat/stream", &again).await;
    let path = format!("/v1/lexi/conversations/{id}/export");
    let exported = http.get(&format!("{path}?format=json")).await;
    assert_eq!(exported.header("content-type"), Some("application/json"));
    let disposition = format!("attachment; filename=\"conversation-{id}.json\"");
    assert_eq!(exported.header("content-disposition"), Some(disposition.as_str()));
    let json = exported.json();
    let messages = json["messages"].as_array().unwrap();
    assert_eq!((json["id"].as_str(), messages.len()), (Some(id), 4));
    let answer = &messages[1];
    assert_eq!((&answer["credits_charged"], &answer["model"]), (&json!(3), &json!("openai:scripted")));
    assert_eq!(answer["tool_calls"].as_array().unwrap().len(), 2);
    assert_eq!(answer["tool_calls"][0]["tool"], "pipelines.list");
    assert!(answer["tool_calls"][0]["result"].is_object() && answer["sources"].is_array());
    assert_eq!((&messages[2]["role"], &messages[2]["content"]), (&json!("user"), &json!("Second question")));
    let markdown = http.get(&path).await;
    assert_eq!(markdown.header("content-type"), Some("text/markdown; charset=utf-8"));
    let text = markdown.text();
    assert_eq!((text.matches("## Question").count(), text.matches("## Answer").count()), (2, 2), "{text}");
    assert!(
        text.contains("openai:scripted, 3 credits") && text.contains("- `pipelines.list` `{}`: "),
        "{text}"
    );
    // Without the scopes of the tools' key, what they gave is left out.
    let key = lexi.new_key(lexi.workspace, "read:ai", RateTier::Unmetered).await;
    let less = http.with_key(&key).get(&format!("{path}?format=json")).await.json();
    assert!(less["messages"][1]["tool_calls"][0]["result"].is_null());
    assert_eq!(less["messages"][1]["content"], answer["content"]);
}

#[tokio::test]
async fn long_conversations_are_exported_whole_and_wrong_ones_not_at_all() {
    let lexi = builtin().await;
    let http = lexi.http();
    let first = http.chat("How many contacts are there?").await;
    let id = first.header("x-conversation-id").unwrap();
    for _ in 0..30 {
        let again = json!({ "message": "And deals?", "conversation_id": id });
        assert_eq!(http.post("/v1/lexi/chat", &again).await.status, 200);
    }
    let path = format!("/v1/lexi/conversations/{id}/export");
    let json = http.get(&format!("{path}?format=json")).await.json();
    assert_eq!(json["messages"].as_array().unwrap().len(), 62);
    assert_eq!(http.get(&path).await.text().matches("## Answer").count(), 31);
    assert_eq!(http.get(&format!("{path}?format=pdf")).await.error(), (400, "validation_error".into()));
    let unknown = "/v1/lexi/conversations/0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f/export";
    assert_eq!(http.get(unknown).await.error(), (404, "conversation_not_found".into()));
    let other = lexi.new_workspace("Other").await;
    let key = lexi.new_key(other, "read:ai", RateTier::Unmetered).await;
    assert_eq!(http.with_key(&key).get(&path).await.error(), (404, "conversation_not_found".into()));
}
