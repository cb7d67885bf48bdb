//! What a model is told of the tools: little, right, in words that every provider takes. And what is taken besides.

use lexi_crm::{ToolDefinition, ToolOutcome};
use lexi_types::Period;
use serde_json::{Map, Value, json};

use crate::office::{Office, World};

/// Names, descriptions and schemas together. They go with every request to a model: raise it for nothing that an error
/// could say as well.
const BYTES_MAX: usize = 41_000;

fn object(pairs: impl IntoIterator<Item = (String, Value)>) -> Value {
    Value::Object(Map::from_iter(pairs))
}

fn properties(tool: &ToolDefinition) -> &Map<String, Value> {
    tool.parameters["properties"].as_object().unwrap()
}

/// One argument, with what the tool cannot be called without.
fn call_with(tool: &ToolDefinition, name: &str, value: &Value) -> Value {
    let mut arguments = match tool.name.split_once('.') {
        Some((_, "get")) => json!({ "name": "Supply contract" }),
        Some((_, "text")) => json!({ "query": "draft" }),
        _ => json!({}),
    };
    if name == "compare" {
        arguments["created"] = json!("this_year");
    }
    arguments[name] = value.clone();
    arguments
}

/// Texts that the argument means, where not every text will do.
fn texts(tool: &ToolDefinition, name: &str) -> Vec<String> {
    let description = properties(tool)[name]["description"].as_str().unwrap_or_default();
    if description.to_lowercase().contains("a period") {
        let open = ["2026-01-01..", "..2026-03-31"];
        return Period::FORMS.split(", ").chain(open).map(str::to_owned).collect();
    }
    if let Some((_, fields)) = description.split_once("must be empty: ") {
        return fields.replace(" or custom.<name>", "").split(", ").map(str::to_owned).collect();
    }
    if let Some((_, groups)) = description.split_once("one or two of these: ") {
        return groups.split(", ").filter(|name| !name.contains('<')).map(str::to_owned).collect();
    }
    let one = match name {
        "missing" | "present" if tool.name.starts_with("tasks") => "priority",
        "missing" | "present" => "tag",
        "has_no" => "notes",
        "owner" | "responsible" | "assignee" | "user" => "me",
        "company" | "client" => "Blue Harbor",
        "contact" => "Brian",
        "deal" => "Supply contract",
        "matter" => "M-2026-001",
        "currency" => "EUR",
        "id" => "0199a3f0-0000-7000-8000-000000000000",
        _ => "Lead",
    };
    vec![one.to_owned()]
}

/// Values that the schema offers for this argument.
fn values(tool: &ToolDefinition, name: &str, schema: &Value) -> Vec<Value> {
    if let Some(choices) = schema["enum"].as_array() {
        return choices.clone();
    }
    match schema["type"].as_str().unwrap() {
        "string" => texts(tool, name).into_iter().map(Value::String).collect(),
        "array" => {
            let ones = values(tool, name, &schema["items"]);
            ones.iter().map(|one| json!([one])).chain([json!(&ones[..ones.len().min(2)])]).collect()
        }
        "integer" => [&schema["minimum"], &schema["maximum"], &json!(7)]
            .into_iter()
            .filter(|number| !number.is_null())
            .cloned()
            .collect(),
        "number" => vec![json!(0), json!(1250.5)],
        "boolean" => vec![json!(true), json!(false)],
        _ => examples(tool, name),
    }
}

/// Of an object its description gives an example: here, or at the search to which an aggregate refers.
fn examples(tool: &ToolDefinition, name: &str) -> Vec<Value> {
    let text = properties(tool)[name]["description"].as_str();
    let example = text.and_then(|text| Some(&text[text.find('{')?..=text.rfind('}')?]));
    example.map(|example| serde_json::from_str(example).unwrap()).into_iter().collect()
}

/// Whatever the office knows of the names: the form of the arguments was understood.
fn understood(outcome: &ToolOutcome) -> bool {
    let message = outcome.result["message"].as_str().unwrap_or_default();
    let wrong = ["Unknown argument", " must be ", " takes ", "valid JSON", "JSON object"];
    !outcome.is_error || !wrong.iter().any(|wrong| message.contains(wrong))
}

#[tokio::test]
async fn the_tools_are_told_in_few_bytes() {
    let office = Office::empty();
    let world = World::of(&[&office]).await;
    let told: Vec<(&str, usize)> = world
        .crm
        .tools(&office.access())
        .iter()
        .map(|tool| {
            let parts =
                json!({ "name": tool.name, "description": tool.description, "parameters": tool.parameters });
            (tool.name, parts.to_string().len())
        })
        .collect();
    let all: usize = told.iter().map(|(_, bytes)| bytes).sum();
    assert!(all <= BYTES_MAX, "{all} bytes: {told:?}");
}

#[tokio::test]
async fn schemas_have_only_keywords_that_every_provider_takes() {
    fn check(schema: &Value, place: &str) {
        let fields = schema.as_object().unwrap();
        for (keyword, value) in fields {
            let right = match keyword.as_str() {
                "type" => matches!(
                    value.as_str(),
                    Some("object" | "array" | "string" | "integer" | "number" | "boolean")
                ),
                "description" => value.as_str().is_some_and(|text| !text.trim().is_empty()),
                "enum" => {
                    value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_string))
                }
                "required" => value
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|name| !schema["properties"][name.as_str().unwrap()].is_null()),
                "additionalProperties" => *value == json!(false) || value.is_object(),
                "minimum" | "maximum" => value.is_i64(),
                "default" => {
                    value.is_i64() || schema["enum"].as_array().is_some_and(|all| all.contains(value))
                }
                "properties" | "items" => value.is_object(),
                _ => false,
            };
            assert!(right, "{place}: {keyword} {value}");
        }
        assert!(fields.contains_key("type"), "{place}");
        assert_eq!(schema["type"] == "array", fields.contains_key("items"), "{place}");
        for (name, inner) in fields.get("properties").and_then(Value::as_object).into_iter().flatten() {
            check(inner, &format!("{place} {name}"));
        }
        for inner in ["items", "additionalProperties"].iter().filter_map(|name| fields.get(*name)) {
            if inner.is_object() {
                check(inner, &format!("{place} []"));
            }
        }
    }
    let office = Office::empty();
    let world = World::of(&[&office]).await;
    for tool in world.crm.tools(&office.access()) {
        assert_eq!(tool.parameters["type"], "object");
        assert_eq!(tool.parameters["additionalProperties"], false);
        check(&tool.parameters, tool.name);
    }
}

#[tokio::test]
async fn everything_that_is_offered_is_taken() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let mut calls = 0;
    for tool in world.reading(&office) {
        for (name, schema) in properties(&tool) {
            for value in values(&tool, name, schema) {
                let arguments = call_with(&tool, name, &value);
                let outcome = world.call(&office.access(), tool.name, arguments.clone()).await;
                assert!(understood(&outcome), "{} {arguments}: {}", tool.name, outcome.result);
                let inner = if schema["items"].is_object() { &schema["items"] } else { schema };
                // Words of a workspace may be unknown to this one; all else has an answer.
                let closed =
                    inner["type"] != "string" && inner["type"] != "object" || inner["enum"].is_array();
                let listed = inner["type"] == "string" && texts(&tool, name).len() > 1;
                if !tool.name.ends_with(".get") && (closed || listed) {
                    assert!(!outcome.is_error, "{} {arguments}: {}", tool.name, outcome.result);
                }
                calls += 1;
            }
        }
    }
    assert!(calls > 1000, "{calls}");
}

#[tokio::test]
async fn a_single_value_means_what_a_list_of_it_means() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    for tool in world.reading(&office) {
        let lists = properties(&tool).iter().filter(|(_, schema)| schema["type"] == "array");
        for (name, schema) in lists {
            for value in values(&tool, name, &schema["items"]) {
                let one = world.call(&office.access(), tool.name, call_with(&tool, name, &value)).await;
                let list =
                    world.call(&office.access(), tool.name, call_with(&tool, name, &json!([value]))).await;
                assert_eq!(one.result, list.result, "{} {name} {value}", tool.name);
            }
        }
    }
    for (tool, one, list) in [
        (
            "contacts.search",
            json!({ "custom": { "source": "Fair" } }),
            json!({ "custom": { "source": ["Fair"] } }),
        ),
        ("deals.search", json!({ "not": { "status": "won" } }), json!({ "not": { "status": ["won"] } })),
        ("deals.aggregate", json!({ "not": { "tag": "urgent" } }), json!({ "not": { "tag": ["urgent"] } })),
    ] {
        assert_eq!(world.ask(&office, tool, one).await, world.ask(&office, tool, list).await, "{tool}");
    }
}

/// They were offered once: those who use them need not change.
#[tokio::test]
async fn names_that_are_no_longer_offered_are_taken() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let tools = world.crm.tools(&office.access());
    let bounds: [(&str, &[&str]); 7] = [
        ("contacts", &["created"]),
        ("companies", &["created"]),
        ("deals", &["created", "closed"]),
        ("matters", &["opened"]),
        ("notes", &["created"]),
        ("tasks", &["due"]),
        ("activities", &["created"]),
    ];
    for (kind, periods) in bounds {
        for tool in ["search", "aggregate"].map(|action| format!("{kind}.{action}")) {
            let Some(told) = tools.iter().find(|told| told.name == tool) else { continue };
            for period in periods {
                let (after, before) = (format!("{period}_after"), format!("{period}_before"));
                assert!(!properties(told).contains_key(&after) && !properties(told).contains_key(&before));
                let bounds = object([(after, json!("2026-01-06")), (before, json!("2026-04-01"))]);
                let range = object([((*period).to_owned(), json!("2026-01-06..2026-03-31"))]);
                let (bounds, range) =
                    (world.ask(&office, &tool, bounds).await, world.ask(&office, &tool, range).await);
                assert_eq!(bounds["total"], range["total"], "{tool} {period}");
            }
        }
    }
    for tool in tools.iter().filter(|tool| tool.name.ends_with(".aggregate")) {
        let date = if tool.name == "matters.aggregate" { "open_date" } else { "created_date" };
        let arguments =
            json!({ "measures": ["count"], "rank_by": "count", "date_field": date, "group_by": "month" });
        world.ask(&office, tool.name, arguments).await;
        let refused = world.refused(&office, tool.name, json!({ "measures": ["mode"] })).await;
        assert!(refused["valid_values"].as_array().unwrap().contains(&json!("count")));
    }
    let refused = world.refused(&office, "deals.search", json!({ "created_since": "2026-01-06" })).await;
    let valid = refused["valid_values"].as_array().unwrap();
    assert!(valid.contains(&json!("created")) && !valid.contains(&json!("created_after")));
}

#[tokio::test]
async fn not_takes_the_filters_that_it_names_and_no_others() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let tools = world.crm.tools(&office.access());
    for tool in tools.iter().filter(|tool| properties(tool).contains_key("not")) {
        let kind = tool.name.split('.').next().unwrap();
        let teller = tools.iter().find(|told| told.name == format!("{kind}.search")).unwrap_or(tool);
        let description = properties(teller)["not"]["description"].as_str().unwrap();
        let named: Vec<&str> = description.split_once("; takes ").unwrap().1.split(", ").collect();
        for (name, schema) in properties(teller) {
            let Some(value) = values(teller, name, schema).into_iter().next() else { continue };
            let arguments = json!({ "not": object([(name.clone(), value)]) });
            let outcome = world.call(&office.access(), tool.name, arguments.clone()).await;
            assert_eq!(
                understood(&outcome),
                named.contains(&name.as_str()),
                "{} {arguments}: {}",
                tool.name,
                outcome.result
            );
        }
        let refused = world.refused(&office, tool.name, json!({ "not": { "colour": "red" } })).await;
        assert_eq!(refused["valid_values"], json!(named), "{}", tool.name);
    }
}

#[tokio::test]
async fn an_aggregate_refers_to_a_search_that_is_offered_with_it() {
    let office = Office::empty();
    let world = World::of(&[&office]).await;
    let tools = world.crm.tools(&office.access());
    let mut referring = 0;
    for tool in &tools {
        let Some((_, rest)) = tool.description.split_once("Filters as in ") else { continue };
        let search = tools.iter().find(|told| told.name == rest.trim_end_matches('.')).unwrap();
        assert_eq!((search.scope, search.name.split('.').next()), (tool.scope, tool.name.split('.').next()));
        let own = ["measures", "rank_by", "date_field", "group_by", "order", "top", "compare"];
        for name in properties(tool).keys().filter(|name| !own.contains(&name.as_str())) {
            assert!(properties(search).contains_key(name), "{} {name}", tool.name);
        }
        referring += 1;
    }
    assert_eq!(referring, 6);
}
