//! Rounds of tools: what goes back to the model, how often it may mend its calls, and when it may call no more.

use lexi_testkit::Answered;
use serde_json::{Value, json};

use crate::world::{PROTOCOLS, speaking};

fn call() -> Value {
    json!({"name": "contacts.search", "arguments": {}})
}

/// The blocks of a kind in all messages, with Anthropic.
fn blocks(request: &Value, kind: &str) -> Vec<Value> {
    let messages = request["messages"].as_array().unwrap().iter();
    let blocks = messages.filter_map(|message| message["content"].as_array()).flatten();
    blocks.filter(|block| block["type"] == kind).cloned().collect()
}

fn offers(request: &Value) -> bool {
    let none = request["tool_choice"]["type"] == "none" || request["tool_choice"] == "none";
    request["tools"].as_array().is_some_and(|tools| !tools.is_empty()) && !none
}

#[tokio::test]
async fn thoughts_come_back_with_the_results_of_tools() {
    let script =
        json!({"words": 2, "reasoning": "first the contacts", "tools": [call()], "rounds": 2}).to_string();
    let (lexi, model) = speaking("anthropic", &[]).await;
    // The scripted server refuses a round whose thoughts are missing or not signed as they were.
    let answer = lexi.http().chat(&script).await;
    assert_eq!(answer.answer(), "w1 w2", "{}", answer.text());
    let last = model.requests().last().unwrap().clone();
    let thoughts = blocks(&last, "thinking");
    assert_eq!(thoughts.len(), 2);
    assert!(thoughts.iter().all(|block| block["signature"].as_str().unwrap().starts_with("sig-")));
    // They belong to this question: the next one comes without.
    let next = json!({"message": r#"{"words":1}"#, "conversation_id": answer.header("x-conversation-id")});
    assert!(lexi.http().post("/v1/lexi/chat/stream", &next).await.done().is_some());
    assert!(blocks(model.requests().last().unwrap(), "thinking").is_empty());

    let (lexi, model) = speaking("openai", &[]).await;
    assert_eq!(lexi.http().chat(&script).await.answer(), "w1 w2");
    let last = model.requests().last().unwrap().clone();
    let called =
        last["messages"].as_array().unwrap().iter().filter(|message| message["tool_calls"].is_array());
    let thoughts: Vec<&Value> = called.map(|message| &message["reasoning_content"]).collect();
    assert_eq!(thoughts, ["first the contacts", "first the contacts"]);
}

#[tokio::test]
async fn without_tools_no_request_speaks_of_them() {
    for protocol in PROTOCOLS {
        let (lexi, model) = speaking(protocol, &[]).await;
        let body =
            json!({"message": json!({"words": 2, "tools": [call()]}).to_string(), "allow_tools": false});
        let answer = lexi.http().post("/v1/lexi/chat/stream", &body).await;
        assert_eq!((answer.answer().as_str(), answer.data_of("tool_step").len()), ("w1 w2", 0));
        let request = model.requests()[0].clone();
        assert!(request.get("tools").is_none() && request.get("tool_choice").is_none(), "{request}");
    }
}

#[tokio::test]
async fn when_the_budget_is_used_up_no_tool_may_be_called() {
    for protocol in PROTOCOLS {
        let (lexi, model) = speaking(protocol, &["credits_per_run_max=3"]).await;
        let answer =
            lexi.http().chat(&json!({"words": 2, "tools": [call()], "rounds": 100}).to_string()).await;
        assert_eq!(answer.answer(), "w1 w2", "{}", answer.text());
        assert_eq!(answer.done().unwrap()["credits_charged"], 3);
        let requests = model.requests();
        assert_eq!(requests.len(), 3);
        assert!(offers(&requests[0]) && offers(&requests[1]) && !offers(&requests[2]));
        assert_eq!(
            requests[2]["tools"], requests[0]["tools"],
            "the messages speak of them, and caches hold them"
        );
        assert!(requests[2].to_string().contains("budget of this answer is used up"));
    }
}

#[tokio::test]
async fn calls_side_by_side_are_each_started_and_completed() {
    for protocol in PROTOCOLS {
        let (lexi, model) = speaking(protocol, &[]).await;
        let script = json!({"words": 1, "tools": [call(), {"name": "pipelines.list", "arguments": {}}]});
        let answer = lexi.http().chat(&script.to_string()).await;
        assert_eq!(answer.done().unwrap()["credits_charged"], 3);
        let steps: Vec<(String, String)> = steps(&answer);
        assert_eq!(steps[..2], [("call_1".into(), "started".into()), ("call_2".into(), "started".into())]);
        let mut ended = steps[2..].to_vec();
        ended.sort();
        assert_eq!(ended, [("call_1".into(), "completed".into()), ("call_2".into(), "completed".into())]);
        // The results stand in the order of the calls, whichever was first.
        let last = model.requests().last().unwrap().clone();
        let ids: Vec<Value> = if protocol == "anthropic" {
            blocks(&last, "tool_result").iter().map(|block| block["tool_use_id"].clone()).collect()
        } else {
            let results =
                last["messages"].as_array().unwrap().iter().filter(|message| message["role"] == "tool");
            results.map(|message| message["tool_call_id"].clone()).collect()
        };
        assert_eq!(ids, ["r00000001", "r00000002"]);
    }
}

fn steps(answer: &Answered) -> Vec<(String, String)> {
    let word = |step: &Value, key: &str| step[key].as_str().unwrap().to_owned();
    answer.data_of("tool_step").iter().map(|step| (word(step, "call_id"), word(step, "status"))).collect()
}

#[tokio::test]
async fn bad_arguments_go_back_to_be_mended_twice() {
    for protocol in PROTOCOLS {
        let (lexi, model) = speaking(protocol, &["credits_per_run_max=50"]).await;
        let script = json!({"words": 2, "tools": [call()], "args": "invalid", "rounds": 100});
        let answer = lexi.http().chat(&script.to_string()).await;
        assert_eq!(answer.answer(), "w1 w2", "{}", answer.text());
        let completed: Vec<Value> =
            answer.data_of("tool_step").into_iter().filter(|step| step["status"] == "completed").collect();
        assert_eq!(completed.len(), 3, "once, and mended twice");
        assert!(completed.iter().all(|step| step["is_error"] == true));
        let requests = model.requests();
        assert_eq!(requests.iter().map(offers).collect::<Vec<_>>(), [true, true, true, false]);
        let told = requests[1].to_string();
        assert!(told.contains("invalid_arguments"), "the model is told: {told}");
        if protocol == "anthropic" {
            assert!(blocks(&requests[1], "tool_result").iter().all(|block| block["is_error"] == true));
        }
    }
}

/// Some servers know no `tool_choice`: what calls all the same is asked once more, and has nothing to call.
#[tokio::test]
async fn a_model_that_calls_what_it_may_not_is_asked_without_tools() {
    for protocol in PROTOCOLS {
        let (lexi, model) = speaking(protocol, &["credits_per_run_max=2"]).await;
        let script = json!({"words": 2, "endless_tools": true});
        let answer = lexi.http().chat(&script.to_string()).await;
        let requests = model.requests();
        assert_eq!(requests.len(), 3, "{protocol}");
        assert!(requests[1].get("tools").is_some() && requests[2].get("tools").is_none());
        assert_eq!(answer.data_of("error")[0]["code"], "provider_error", "{}", answer.text());
        if protocol == "anthropic" {
            let told = requests[2].to_string();
            assert!(
                told.contains("What contacts.search gave:") && blocks(&requests[2], "tool_use").is_empty()
            );
        }
    }
}
