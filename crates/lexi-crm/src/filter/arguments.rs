//! What a tool takes, and what of it a model is told.

use serde_json::{Map, Value};

/// The arguments of a tool. Schemas go with every request to a model, so they offer one way to say each thing, in few
/// words; what is taken is more: a single value instead of a list, numbers as text, and the names in `unoffered`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arguments {
    /// JSON Schemas by name.
    pub(crate) offered: Map<String, Value>,
    pub(crate) unoffered: Vec<&'static str>,
}

impl From<Value> for Arguments {
    /// An object of JSON Schemas, all of them offered.
    fn from(offered: Value) -> Self {
        match offered {
            Value::Object(offered) => Self { offered, unoffered: Vec::new() },
            _ => Self::default(),
        }
    }
}

impl Arguments {
    pub(crate) fn and(mut self, others: impl Into<Self>) -> Self {
        let others = others.into();
        self.offered.extend(others.offered);
        self.unoffered.extend(others.unoffered);
        self
    }

    pub(super) fn take(&self, name: &str) -> bool {
        self.offered.contains_key(name) || self.unoffered.contains(&name)
    }
}
