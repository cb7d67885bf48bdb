//! An answer links only to records that a tool gave.

use std::time::Duration;

use lexi_testkit::{Answered, Lexi};
use serde_json::json;

use super::records::contact;
use crate::world::{PROTOCOLS, speaking};

async fn removed(lexi: &Lexi) -> u64 {
    let text = lexi.http().with_key("").get("/metrics").await.text();
    let line = text.lines().find_map(|line| line.strip_prefix("lexi_unsupported_links_total "));
    line.unwrap().parse().unwrap()
}

/// Waits for what the log says of the run that ended last: it may come a moment after its last frame.
async fn logged(lexi: &Lexi, count: u64) {
    let says = format!("\"unsupported_links\":{count}");
    let mut tries = 0..500;
    while !lexi
        .logs()
        .lines()
        .rfind(|line| line.contains("run ended"))
        .is_some_and(|line| line.contains(&says))
    {
        let _another = tries.next().unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn stored(lexi: &Lexi, answer: &Answered) -> String {
    let conversation = answer.header("x-conversation-id").unwrap();
    let stored = lexi.http().get(&format!("/v1/lexi/conversations/{conversation}")).await.json();
    stored["data"]["messages"][1]["content"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_link_that_no_tool_gave_is_taken_out_and_counted() {
    for protocol in PROTOCOLS {
        let (lexi, _model) = speaking(protocol, &[]).await;
        let known = contact(&lexi, lexi.workspace, "Jane Quokka", "jane@x.example");
        let other = lexi.new_workspace("Other Firm").await;
        let foreign = contact(&lexi, other, "Walter Wombat", "wombat@other.example");
        let text = format!(
            "See [Jane Quokka](lexi://contacts/{known}) or [the other one](lexi://contacts/{foreign}) today."
        );
        let get = json!({"name": "contacts.get", "arguments": {"id": known}});
        let with_tool = json!({"text": text, "tools": [get]}).to_string();
        let answer = lexi.http().chat(&with_tool).await;
        let kept = format!("See [Jane Quokka](lexi://contacts/{known}) or the other one today.");
        assert_eq!((answer.answer(), stored(&lexi, &answer).await), (kept.clone(), kept));
        assert_eq!(removed(&lexi).await, 1);
        logged(&lexi, 1).await;

        // What stands in the question was not given by a tool.
        let answer = lexi.http().chat(&json!({ "text": text }).to_string()).await;
        let bare = "See Jane Quokka or the other one today.".to_owned();
        assert_eq!((answer.answer(), stored(&lexi, &answer).await), (bare.clone(), bare));
        assert_eq!(removed(&lexi).await, 3);
        logged(&lexi, 2).await;

        // A tool of an earlier question does not count for this one.
        let again = json!({"message": json!({"text": text}).to_string(), "conversation_id": answer.header("x-conversation-id")});
        assert!(!lexi.http().post("/v1/lexi/chat/stream", &again).await.answer().contains("lexi://"));
    }
}
