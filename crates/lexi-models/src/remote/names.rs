//! The names of tools on the wire.

use std::collections::BTreeMap;

use crate::ToolSpec;

/// Providers allow letters, digits, `_` and `-` only.
#[derive(Debug)]
pub(crate) struct Names(BTreeMap<String, String>);

impl Names {
    pub(crate) fn new(tools: &[ToolSpec]) -> Self {
        Self(tools.iter().map(|tool| (upstream(&tool.name), tool.name.clone())).collect())
    }

    /// The tool's own name. A name that was not offered stays as it came, and is refused by whoever runs tools.
    pub(crate) fn dotted(&self, name: &str) -> String {
        self.0.get(&upstream(name)).map_or_else(|| name.to_owned(), Clone::clone)
    }
}

/// A name, or the id of a call, in letters that every provider takes. Never empty, for that is refused too.
pub(crate) fn upstream(name: &str) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' };
    let name: String = name.trim().chars().take(64).map(allowed).collect();
    if name.is_empty() { "_".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_come_back_dotted() {
        let spec = |name: &str| ToolSpec {
            name: name.to_owned(),
            description: String::new(),
            parameters: json!({}),
        };
        let names = Names::new(&[spec("contacts.get"), spec("deals.aggregate")]);
        for (upstream, dotted) in [
            ("contacts_get", "contacts.get"),
            ("contacts.get", "contacts.get"),
            ("other_thing", "other_thing"),
        ] {
            assert_eq!(names.dotted(upstream), dotted);
        }
    }
}
