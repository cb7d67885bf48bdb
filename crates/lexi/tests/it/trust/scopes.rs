//! A key sees what its scopes allow, through the model too.

use lexi_types::RateTier;
use serde_json::{Value, json};

use super::records::contact;
use super::seen::{nowhere, only_as_data, texts};
use crate::world::{PROTOCOLS, speaking};

const EMAIL: &str = "quokka@x.example";

fn offered(request: &Value) -> Vec<String> {
    let tools = request["tools"].as_array().cloned().unwrap_or_default();
    let name = |tool: &Value| {
        tool.get("name").or_else(|| tool["function"].get("name")).unwrap().as_str().unwrap().to_owned()
    };
    tools.iter().map(name).collect()
}

#[tokio::test]
async fn a_tool_without_its_scope_is_not_offered_and_the_model_is_told_why() {
    for protocol in PROTOCOLS {
        let (lexi, model) = speaking(protocol, &[]).await;
        let key = lexi.new_key(lexi.workspace, "write:ai,read:ai,read:contacts", RateTier::Standard).await;
        let script = json!({"words": 1, "tools": [{"name": "deals.search", "arguments": {}}]}).to_string();
        let answer = lexi.http().with_key(&key).chat(&script).await;
        let requests = model.requests();
        let names = offered(&requests[0]);
        assert!(names.iter().any(|name| name == "contacts_search"), "{names:?}");
        assert!(
            !names.iter().any(|name| name.starts_with("deals") || name.starts_with("notes")),
            "{names:?}"
        );
        assert!(requests[0].to_string().contains("deals.search (read:deals)"), "{}", requests[0]);
        // A model that calls it all the same is refused.
        let step = answer.data_of("tool_step")[1].clone();
        assert_eq!((&step["is_error"], &step["records"]), (&json!(true), &json!([])));
        assert!(requests[1].to_string().contains("read:deals"));
        assert_eq!(answer.answer(), "w1");
    }
}

#[tokio::test]
async fn the_record_of_the_page_is_in_the_question_as_data_where_the_key_may_see_it() {
    for protocol in PROTOCOLS {
        let (lexi, model) = speaking(protocol, &[]).await;
        let id = contact(&lexi, lexi.workspace, "Jane Quokka", EMAIL);
        let body = json!({"message": r#"{"words":1}"#, "context": {"contact_id": id, "page": "/contacts"}});
        let ask = async |key: &str, body: &Value| {
            let answer = lexi.http().with_key(key).post("/v1/lexi/chat/stream", body).await;
            assert!(answer.done().is_some(), "{}", answer.text());
            model.requests().last().unwrap().clone()
        };
        let request = ask(&lexi.key, &body).await;
        only_as_data(&request, EMAIL);
        only_as_data(&request, "Quokka");
        let of_users: Vec<String> =
            texts(&request).into_iter().filter(|(role, _)| role == "user").map(|(_, text)| text).collect();
        assert!(of_users.last().unwrap().contains(EMAIL), "beside the question");

        let blind = lexi.new_key(lexi.workspace, "write:ai,read:ai,read:deals", RateTier::Standard).await;
        let request = ask(&blind, &body).await;
        for word in [EMAIL, "Quokka"] {
            nowhere(&request, word);
        }
        assert!(request.to_string().contains("there is no such record that you may see"));

        let without_tools =
            json!({"message": r#"{"words":1}"#, "context": {"contact_id": id}, "allow_tools": false});
        nowhere(&ask(&lexi.key, &without_tools).await, EMAIL);
    }
}
