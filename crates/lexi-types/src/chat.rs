//! The body of a chat request, checked field by field so that a refusal can name the field to blame.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::{ConversationId, RecordId};

/// Unicode scalar values, not bytes.
pub const MESSAGE_CHARS_MAX: usize = 12_000;
const PAGE_CHARS_MAX: usize = 200;

/// What the user is looking at while asking. Ids are well-formed; whether they name anything is another matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageContext {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<RecordId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deal_id: Option<RecordId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter_id: Option<RecordId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_id: Option<RecordId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

impl PageContext {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatRequest {
    pub message: String,
    pub conversation_id: Option<ConversationId>,
    pub context: PageContext,
    pub allow_tools: bool,
}

/// Why a body is not a chat request: a sentence, and the fields to blame where there are any.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidChat {
    pub message: String,
    pub fields: BTreeMap<String, String>,
}

impl InvalidChat {
    fn field(name: &str, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { message: format!("{name}: {reason}"), fields: BTreeMap::from([(name.to_owned(), reason)]) }
    }
}

/// The body as it arrives. Every field is any JSON, so that a wrong type is blamed on the field, and a field given
/// twice is an error instead of a silent choice. Unknown fields are ignored.
#[derive(Deserialize)]
struct RawChat {
    #[serde(default)]
    message: Option<Value>,
    #[serde(default)]
    conversation_id: Option<Value>,
    #[serde(default)]
    context: Option<Box<RawValue>>,
    #[serde(default)]
    allow_tools: Option<Value>,
}

#[derive(Deserialize, Default)]
struct RawContext {
    #[serde(default)]
    contact_id: Option<Value>,
    #[serde(default)]
    deal_id: Option<Value>,
    #[serde(default)]
    matter_id: Option<Value>,
    #[serde(default)]
    company_id: Option<Value>,
    #[serde(default)]
    page: Option<Value>,
    #[serde(default)]
    conversation_id: Option<Value>,
}

impl ChatRequest {
    /// Reads and checks a request body.
    pub fn from_json(body: &[u8]) -> Result<Self, InvalidChat> {
        // Skipping an unknown field has no depth limit; reading it as a value has one (128).
        let _whole: Value = object(body)?;
        let raw: RawChat = object(body)?;
        let context: RawContext = match raw.context.as_deref().map(RawValue::get) {
            None | Some("null") => RawContext::default(),
            Some(text) => object(text.as_bytes())
                .map_err(|_| InvalidChat::field("context", "must be a JSON object, each field once"))?,
        };
        let conversation = match present(raw.conversation_id) {
            Some(value) => Some(("conversation_id", value)),
            None => present(context.conversation_id).map(|value| ("context.conversation_id", value)),
        };
        Ok(Self {
            message: message(raw.message)?,
            conversation_id: conversation
                .map(|(name, value)| uuid_text(name, &value)?.parse().map_err(|_| not_a_uuid(name)))
                .transpose()?,
            context: PageContext {
                contact_id: record_id("context.contact_id", context.contact_id)?,
                deal_id: record_id("context.deal_id", context.deal_id)?,
                matter_id: record_id("context.matter_id", context.matter_id)?,
                company_id: record_id("context.company_id", context.company_id)?,
                page: page(context.page)?,
            },
            allow_tools: match present(raw.allow_tools) {
                None => true,
                Some(Value::Bool(allow)) => allow,
                Some(_) => return Err(InvalidChat::field("allow_tools", "must be true or false")),
            },
        })
    }
}

/// A JSON object; serde alone would also take an array for a struct.
fn object<T: serde::de::DeserializeOwned>(text: &[u8]) -> Result<T, InvalidChat> {
    let invalid = |message| InvalidChat { message, fields: BTreeMap::new() };
    if text.trim_ascii_start().first().is_some_and(|b| *b != b'{') {
        return Err(invalid("The body must be a JSON object.".to_owned()));
    }
    serde_json::from_slice(text)
        .map_err(|error| invalid(format!("The body is not a valid JSON object: {error}.")))
}

fn present(value: Option<Value>) -> Option<Value> {
    value.filter(|v| !v.is_null())
}

fn message(value: Option<Value>) -> Result<String, InvalidChat> {
    let text = match present(value) {
        Some(Value::String(text)) => text,
        Some(_) => return Err(InvalidChat::field("message", "must be a string")),
        None => return Err(InvalidChat::field("message", "is required")),
    };
    if text.trim().is_empty() {
        return Err(InvalidChat::field("message", "must not be empty"));
    }
    let length = text.chars().count();
    if length > MESSAGE_CHARS_MAX {
        return Err(InvalidChat::field(
            "message",
            format!("has {length} characters; the limit is {MESSAGE_CHARS_MAX}"),
        ));
    }
    Ok(text)
}

fn not_a_uuid(name: &str) -> InvalidChat {
    InvalidChat::field(name, "must be a UUID, for example 0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f")
}

fn uuid_text<'a>(name: &str, value: &'a Value) -> Result<&'a str, InvalidChat> {
    value.as_str().ok_or_else(|| not_a_uuid(name))
}

fn record_id(name: &str, value: Option<Value>) -> Result<Option<RecordId>, InvalidChat> {
    let Some(value) = present(value) else { return Ok(None) };
    uuid_text(name, &value)?.parse().map(Some).map_err(|_| not_a_uuid(name))
}

fn page(value: Option<Value>) -> Result<Option<String>, InvalidChat> {
    match present(value) {
        None => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= PAGE_CHARS_MAX => Ok(Some(text)),
        Some(_) => Err(InvalidChat::field(
            "context.page",
            format!("must be a string of at most {PAGE_CHARS_MAX} characters"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_bytes_panic_and_what_is_taken_keeps_the_limits(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            shaped in r#"\{"message": ?("[a-z\\"u0-9]{0,9}"|null|1|\[\]),?"(context|allow_tools|conversation_id|x)": ?(\{\}|true|null|"[0-9a-f-]{0,36}"|\[\{)\}?"#,
        ) {
            for body in [bytes.as_slice(), shaped.as_bytes()] {
                if let Ok(request) = ChatRequest::from_json(body) {
                    prop_assert!(!request.message.trim().is_empty());
                    prop_assert!(request.message.chars().count() <= MESSAGE_CHARS_MAX);
                }
            }
        }
    }

    fn blamed(body: &str) -> Vec<String> {
        ChatRequest::from_json(body.as_bytes()).unwrap_err().fields.into_keys().collect()
    }

    #[test]
    fn the_source_pages_body_is_taken() {
        let request =
            ChatRequest::from_json(br#"{"message": "Summarize my pipeline", "conversation_id": null}"#)
                .unwrap();
        assert_eq!(request.message, "Summarize my pipeline");
        assert_eq!(request.conversation_id, None);
        assert!(request.allow_tools && request.context.is_empty());
    }

    #[test]
    fn the_field_to_blame_is_named() {
        for body in [
            r#"{}"#,
            r#"{"message":null}"#,
            r#"{"message":7}"#,
            r#"{"message":""}"#,
            "{\"message\":\" \\n\\t\u{a0}\"}",
        ] {
            assert_eq!(blamed(body), ["message"], "{body}");
        }
        assert_eq!(blamed(r#"{"message":"a","conversation_id":"conv_01HY1"}"#), ["conversation_id"]);
        assert_eq!(blamed(r#"{"message":"a","context":{"deal_id":"x"}}"#), ["context.deal_id"]);
        assert_eq!(blamed(r#"{"message":"a","context":{"page":1}}"#), ["context.page"]);
        assert_eq!(blamed(r#"{"message":"a","allow_tools":"no"}"#), ["allow_tools"]);
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        let body = |n: usize| format!(r#"{{"message":"{}"}}"#, "ß".repeat(n));
        assert!(ChatRequest::from_json(body(12_000).as_bytes()).is_ok());
        assert_eq!(blamed(&body(12_001)), ["message"]);
    }

    #[test]
    fn broken_deep_and_doubled_json_is_refused_without_a_panic() {
        let deep = format!(r#"{{"message":"a","x":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        for body in
            [r#"{"message":"a""#, "[]", "null", "\"a\"", "", &deep, r#"{"message":"a","message":"b"}"#]
        {
            let error = ChatRequest::from_json(body.as_bytes()).unwrap_err();
            assert!(error.fields.is_empty() && !error.message.is_empty());
        }
    }

    #[test]
    fn a_context_is_an_object_with_each_field_once() {
        assert_eq!(blamed(r#"{"message":"a","context":[]}"#), ["context"]);
        assert_eq!(blamed(r#"{"message":"a","context":{"page":"a","page":"b"}}"#), ["context"]);
        assert!(ChatRequest::from_json(br#"{"message":"a","context":null}"#).is_ok());
    }

    #[test]
    fn unknown_fields_are_ignored() {
        assert!(ChatRequest::from_json(br#"{"message":"a","stream":true,"context":{"x":[1]}}"#).is_ok());
    }
}
