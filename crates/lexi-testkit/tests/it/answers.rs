//! What good answers say.

use lexi_testkit::ModelServer;
use serde_json::{Value, json};

use crate::exchange::{ask, exchange};
use crate::speaks::{BOTH, Speaks};

fn types(body: &str) -> Vec<&str> {
    body.lines().filter_map(|line| line.strip_prefix("event: ")).collect()
}

#[tokio::test]
async fn both_protocols_say_the_same() {
    let server = ModelServer::start();
    for speaks in BOTH {
        let (exchange, said) =
            ask(&server, speaks, &json!({"words": 3, "reasoning": "let me see", "cached": 7})).await;
        assert_eq!((exchange.status(), exchange.header("content-type")), (200, Some("text/event-stream")));
        assert!(exchange.whole && said.done && said.bad == 0, "{exchange:?}");
        assert_eq!((said.text.as_str(), said.thoughts.as_str()), ("w1 w2 w3", "let me see"));
        assert_eq!(said.finish, speaks.word("stop", "end_turn"));
        let usage = match speaks {
            Speaks::OpenAi => {
                json!({"prompt_tokens": 27, "completion_tokens": 3, "total_tokens": 30, "prompt_tokens_details": {"cached_tokens": 7}})
            }
            Speaks::Anthropic => {
                json!({"input_tokens": 10, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 7, "output_tokens": 3})
            }
        };
        assert_eq!(said.usage, usage);
    }
    let seen = server.heads();
    assert_eq!((seen[1].path.as_str(), seen[1].headers["x-title"].as_str()), ("/v1/messages", "Anthropic"));
    assert_eq!(seen[0].body, server.requests()[0]);
    assert!(seen[0].at < seen[1].at);
}

#[tokio::test]
async fn anthropics_events_come_in_their_order() {
    let server = ModelServer::start();
    let script = json!({"reasoning": "hm", "tools": [{"name": "contacts.search", "arguments": {"query": 1}}, {"name": "no.such"}]});
    let (exchange, said) = ask(&server, Speaks::Anthropic, &script).await;
    let body = exchange.text();
    let mut expected = vec![
        "message_start",
        "content_block_start",
        "ping",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
    ];
    expected.extend([
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
    ]);
    expected.extend([
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]);
    assert_eq!(types(&body), expected);
    for part in [
        r#""index":2,"type":"content_block_stop""#,
        r#""content_block":{"id":"toolu_0_1","input":{},"name":"no_such","type":"tool_use"},"index":2"#,
        r#""delta":{"stop_reason":"tool_use","stop_sequence":null}"#,
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
    assert!(said.signature.starts_with("sig-0-"));
    assert_eq!(said.calls[0].2, r#"{"query":1}"#);
}

#[tokio::test]
async fn rounds_end_and_endless_ones_do_not() {
    let server = ModelServer::start();
    for speaks in BOTH {
        let script = json!({"words": 2, "rounds": 2, "reasoning": "hm", "tools": [{"name": "contacts.search", "arguments": {"q": "J\u{fc}"}}]});
        let mut request = speaks.request(&script);
        for round in 0..2 {
            let said = speaks.read(&exchange(&server, speaks, &request).await.body);
            assert_eq!(said.finish, speaks.word("tool_calls", "tool_use"));
            let id = format!("{}_{round}_0", speaks.word("call", "toolu"));
            assert_eq!(said.calls, [(id, "contacts_search".to_owned(), "{\"q\":\"J\u{fc}\"}".to_owned())]);
            request = speaks.after(&request, &said);
        }
        let last = exchange(&server, speaks, &request).await;
        assert_eq!(speaks.read(&last.body).text, "w1 w2", "{last:?}");

        let mut request = speaks.request(&json!({"endless_tools": true}));
        for _ in 0..3 {
            let said = speaks.read(&exchange(&server, speaks, &request).await.body);
            assert_eq!(said.calls[0].1, "contacts_search");
            request = speaks.after(&request, &said);
        }
        let mut request = speaks.request(&json!({"endless_tools": true}));
        request.as_object_mut().unwrap().remove("tools");
        assert_eq!(speaks.read(&exchange(&server, speaks, &request).await.body).calls.len(), 1);
    }
}

#[tokio::test]
async fn the_question_is_found_beside_results_and_before_remarks() {
    let server = ModelServer::start();
    let script = json!({"words": 2, "tools": [{"name": "contacts.search"}]});
    let mut request = Speaks::Anthropic.request(&script);
    let said = Speaks::Anthropic.read(&exchange(&server, Speaks::Anthropic, &request).await.body);
    request = Speaks::Anthropic.after(&request, &said);
    let results = request["messages"][2]["content"].as_array_mut().unwrap();
    results.push(json!({"type": "text", "text": "One round is left."}));
    assert_eq!(
        Speaks::Anthropic.read(&exchange(&server, Speaks::Anthropic, &request).await.body).text,
        "w1 w2"
    );
    request["messages"][2]["content"][1]["text"] = json!("And now {\"words\": 3}");
    assert_eq!(
        Speaks::Anthropic.read(&exchange(&server, Speaks::Anthropic, &request).await.body).text,
        "w1 w2 w3"
    );
    request["messages"][0]["content"] = json!([{"type": "text", "text": "no script"}]);
    request["messages"].as_array_mut().unwrap().truncate(1);
    assert_eq!(Speaks::Anthropic.read(&exchange(&server, Speaks::Anthropic, &request).await.body).text, "ok");
}

#[tokio::test]
async fn answers_without_words() {
    let server = ModelServer::start();
    for speaks in BOTH {
        let (_, said) = ask(&server, speaks, &json!({"empty": true})).await;
        assert_eq!(
            (said.text.as_str(), said.finish.as_str(), said.done),
            ("", speaks.word("stop", "end_turn"), true)
        );
        let (_, said) = ask(&server, speaks, &json!({"thoughts_only": true})).await;
        assert_eq!((said.text.as_str(), said.thoughts.as_str(), said.done), ("", "only a thought", true));
        let (_, said) = ask(&server, speaks, &json!({"refusal": "I will not"})).await;
        assert_eq!((said.text.as_str(), said.refusal.as_str()), ("", "I will not"));
        assert_eq!(said.finish, speaks.word("stop", "refusal"));
        let (_, said) = ask(&server, speaks, &json!({"line_bytes": 1_500_000})).await;
        assert_eq!((said.text.len(), said.done), (1_500_000, true));
    }
}

#[tokio::test]
async fn finishes_are_called_as_each_protocol_calls_them() {
    let server = ModelServer::start();
    for speaks in BOTH {
        for (finish, open_ai, anthropic) in [
            ("length", "length", "max_tokens"),
            ("content_filter", "content_filter", "refusal"),
            ("refusal", "content_filter", "refusal"),
            ("pause_turn", "pause_turn", "pause_turn"),
        ] {
            let (_, said) = ask(&server, speaks, &json!({"words": 1, "finish": finish})).await;
            assert_eq!(said.finish, speaks.word(open_ai, anthropic));
        }
        let (_, said) = ask(&server, speaks, &json!({"words": 1, "usage_empty": true})).await;
        assert_eq!(said.usage, json!({}));
        let (_, said) = ask(&server, speaks, &json!({"words": 1, "usage": false})).await;
        assert!(said.usage.is_null());
    }
}

#[tokio::test]
async fn arguments_go_out_in_every_way() {
    let server = ModelServer::start();
    let whole = r#"{"query":"J\u00FCrgen"}"#;
    for speaks in BOTH {
        for (args, expected) in [
            ("pieces", whole),
            ("no_ids", whole),
            ("whole", whole),
            ("object", "{\"query\":\"J\u{fc}rgen\"}"),
            ("invalid", "{\"query\": everything, please"),
            ("empty", ""),
            ("truncated", r#"{"query":"J"#),
        ] {
            let script = json!({"args": args, "wire": {"surrogates": true}, "finish": "length",
                                "tools": [{"name": "contacts.search", "arguments": {"query": "J\u{fc}rgen"}}]});
            let (exchange, said) = ask(&server, speaks, &script).await;
            let [(id, name, arguments)] = said.calls.as_slice() else { panic!("{said:?}") };
            assert_eq!((name.as_str(), arguments.as_str()), ("contacts_search", expected), "{args}");
            assert_eq!(id.is_empty(), args == "no_ids" && speaks == Speaks::OpenAi, "{args}");
            let cut_off = args == "truncated";
            let finish = if cut_off {
                speaks.word("length", "max_tokens")
            } else {
                speaks.word("tool_calls", "tool_use")
            };
            assert_eq!(said.finish, finish, "{args}");
            let pieces = exchange.text().matches("arguments\"").count()
                + exchange.text().matches("partial_json").count();
            assert_eq!(pieces > 1, !matches!(args, "whole" | "object" | "empty"), "{args}");
        }
    }
}

#[tokio::test]
async fn one_document() {
    let server = ModelServer::start();
    let tools = json!([{"name": "contacts.search", "arguments": {"q": 1}}]);
    let script = json!({"words": 2, "reasoning": "hm", "wire": {"one_document": true}});
    let (exchange, _) = ask(&server, Speaks::OpenAi, &script).await;
    assert_eq!(exchange.header("content-type"), Some("application/json"));
    let choice = &exchange.json()["choices"][0];
    assert_eq!((&choice["message"]["content"], &choice["finish_reason"]), (&json!("w1 w2"), &json!("stop")));
    assert_eq!(choice["message"]["reasoning_content"], "hm");
    let (exchange, _) =
        ask(&server, Speaks::OpenAi, &json!({"tools": tools, "wire": {"one_document": true}})).await;
    let call = &exchange.json()["choices"][0]["message"]["tool_calls"][0];
    assert_eq!(call["function"], json!({"name": "contacts_search", "arguments": "{\"q\":1}"}));

    let mut request = Speaks::Anthropic.request(&json!({"tools": tools, "reasoning": "hm"}));
    request["stream"] = Value::Bool(false);
    let document = crate::exchange::exchange(&server, Speaks::Anthropic, &request).await.json();
    assert_eq!(
        (&document["stop_reason"], &document["content"][0]["type"]),
        (&json!("tool_use"), &json!("thinking"))
    );
    assert_eq!(
        document["content"][1],
        json!({"type": "tool_use", "id": "toolu_0_0", "name": "contacts_search", "input": {"q": 1}})
    );
    let (exchange, _) =
        ask(&server, Speaks::Anthropic, &json!({"refusal": "no", "wire": {"one_document": true}})).await;
    assert_eq!(
        (&exchange.json()["stop_reason"], &exchange.json()["content"]),
        (&json!("refusal"), &json!([]))
    );
}
