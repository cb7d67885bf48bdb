//! Reading tool results without trusting their shape.

use serde_json::Value;

pub(in crate::builtin) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

pub(in crate::builtin) fn count(value: &Value, key: &str) -> Option<u64> {
    value.get(key).and_then(Value::as_u64)
}

pub(in crate::builtin) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

pub(super) fn is_true(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or_default()
}

/// A name: a text, or an object that has one.
pub(in crate::builtin) fn name<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    text(value, key).or_else(|| {
        let inner = value.get(key)?;
        text(inner, "full_name").or_else(|| text(inner, "name"))
    })
}
