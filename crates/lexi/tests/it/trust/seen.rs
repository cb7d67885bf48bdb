//! What a model has been sent, and where in it.

use serde_json::Value;

/// The random word between whose marks records stand.
pub(super) fn fence(request: &Value) -> String {
    let text = request.to_string();
    let at = text.find("<data-").unwrap() + 1;
    text[at..].chars().take_while(|c| *c != '>').collect()
}

/// The texts of a request by the role that they have, in either protocol.
pub(super) fn texts(request: &Value) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    gather("system", &request["system"], &mut texts);
    for message in request["messages"].as_array().unwrap() {
        gather(message["role"].as_str().unwrap(), &message["content"], &mut texts);
    }
    texts
}

fn gather(role: &str, content: &Value, texts: &mut Vec<(String, String)>) {
    match content {
        Value::String(text) => texts.push((role.to_owned(), text.clone())),
        Value::Array(blocks) => {
            for block in blocks {
                let inner = if block["type"] == "tool_result" { &block["content"] } else { &block["text"] };
                gather(role, inner, texts);
            }
        }
        _ => {}
    }
}

/// The parts of a text outside and inside of the fence.
pub(super) fn parts(text: &str, fence: &str) -> (String, String) {
    let (open, close) = (format!("<{fence}>\n"), format!("\n</{fence}>"));
    let (mut outside, mut inside) = (String::new(), String::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(&open) {
        outside.push_str(before);
        let (data, after) = after.split_once(&close).unwrap();
        inside.push_str(data);
        rest = after;
    }
    outside.push_str(rest);
    (outside, inside)
}

/// A word of a record stands in the request, and nowhere but in the fence, of the user or a tool.
pub(super) fn only_as_data(request: &Value, word: &str) {
    let fence = fence(request);
    let mut found = 0;
    for (role, text) in texts(request) {
        let (outside, inside) = parts(&text, &fence);
        assert!(!outside.contains(word), "{role} says {word} outside of the fence: {text}");
        if inside.contains(word) {
            assert!(role == "user" || role == "tool", "{role} says {word}");
            found += 1;
        }
    }
    assert!(found > 0, "{word} is not there: {request}");
    let definitions = request["tools"].to_string();
    assert!(!definitions.contains(word));
}

pub(super) fn nowhere(request: &Value, word: &str) {
    assert!(!request.to_string().contains(word), "{word} is in {request}");
}
