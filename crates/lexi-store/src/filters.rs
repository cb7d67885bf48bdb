//! Conditions on records, as SQL text with `$1…$n` and the values for it. `$1` is always the workspace: a filter without
//! one cannot be made.

use lexi_types::records::RecordType;
use lexi_types::{Date, RecordId, Timestamp};

use crate::db::{Tx, Value};
use crate::{Link, Result, Sight, dialect, search};

#[derive(Debug, Clone)]
pub struct Filter {
    pub(crate) sight: Sight,
    pub(crate) kind: RecordType,
    pub(crate) conditions: String,
    pub(crate) params: Vec<Value>,
    pub(crate) query: Option<String>,
    pub(crate) texts: Vec<String>,
}

/// A piece of a filter, with its values already bound to it.
#[derive(Debug, Clone)]
pub struct Condition(String);

impl Condition {
    pub(crate) fn never() -> Self {
        Self("1 = 0".to_owned())
    }

    /// One of these holds, each being SQL.
    pub(crate) fn any(ways: Vec<String>) -> Self {
        if ways.is_empty() { Self::never() } else { Self(format!("({})", ways.join(" OR "))) }
    }

    /// The index finds it by the expression in this parameter.
    pub(crate) fn found(expression: &str) -> Self {
        Self(search::matching(expression))
    }
}

impl Filter {
    pub fn new(sight: Sight, kind: RecordType) -> Self {
        Self {
            kind,
            conditions: format!("workspace_id = $1{}", sight.and_seen(kind, kind.plural())),
            sight,
            params: vec![sight.workspace.into()],
            query: None,
            texts: Vec::new(),
        }
    }

    /// Words to be found in the name (of a note, in its text), in any order. When no name has them as they are spelt,
    /// those that come closest count.
    pub fn matching(mut self, query: &str) -> Self {
        self.query = Some(query.trim().to_owned()).filter(|q| !q.is_empty());
        self
    }

    /// Only records that have all of these folded words in their name or text; the last may be a beginning. Those that
    /// have them in their name come first.
    pub fn containing(mut self, words: &[String]) -> Self {
        self.texts = words.to_vec();
        self
    }

    pub fn equal(&mut self, column: &'static str, value: impl Into<Value>) {
        let condition = self.compare(column, "=", value);
        self.require(condition);
    }

    pub fn not_equal(&mut self, column: &'static str, value: impl Into<Value>) {
        let condition = self.compare(column, "<>", value);
        self.require(condition);
    }

    pub fn at_least(&mut self, column: &'static str, value: impl Into<Value>) {
        let condition = self.compare(column, ">=", value);
        self.require(condition);
    }

    pub fn at_most(&mut self, column: &'static str, value: impl Into<Value>) {
        let condition = self.compare(column, "<=", value);
        self.require(condition);
    }

    pub fn below(&mut self, column: &'static str, value: impl Into<Value>) {
        let condition = self.compare(column, "<", value);
        self.require(condition);
    }

    /// Only records for which this holds.
    pub fn require(&mut self, condition: Condition) {
        self.conditions.push_str(" AND ");
        self.conditions.push_str(&condition.0);
    }

    /// Only records for which this does not hold; what has no value stays.
    pub fn exclude(&mut self, condition: Condition) {
        self.require(Condition(format!("({}) IS NOT TRUE", condition.0)));
    }

    /// The column holds one of the values; none of them matches nothing.
    pub fn any_of<V: Into<Value>>(
        &mut self,
        column: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Condition {
        Condition(self.one_of(column, values))
    }

    /// No record.
    pub fn nothing(&self) -> Condition {
        Condition::never()
    }

    /// The record carries one of these tags.
    pub fn tagged(&mut self, tags: &[String]) -> Condition {
        let tag = self.one_of("tag.value", tags);
        Condition(format!("EXISTS (SELECT 1 FROM {} WHERE {tag})", dialect::each_tag(self.table())))
    }

    /// A custom field of one of these names holds one of the values, compared as text.
    pub fn custom(&mut self, names: &[String], values: &[String]) -> Condition {
        let name = self.one_of("custom.key", names);
        let value = self.one_of(dialect::CUSTOM_TEXT, values);
        Condition(format!(
            "EXISTS (SELECT 1 FROM {} WHERE {name} AND {value})",
            dialect::each_custom_field(self.table())
        ))
    }

    /// A custom field of one of these names holds something.
    pub fn custom_set(&mut self, names: &[String]) -> Condition {
        let name = self.one_of("custom.key", names);
        Condition(format!(
            "EXISTS (SELECT 1 FROM {} WHERE {name} AND custom.value IS NOT NULL AND custom.value <> '')",
            dialect::each_custom_field(self.table())
        ))
    }

    /// A custom field of one of these names holds a day, written `2026-11-23`, from `from` on and before `to`.
    pub fn custom_within(&mut self, names: &[String], from: Option<Date>, to: Option<Date>) -> Condition {
        let mut all = vec![self.one_of("custom.key", names), "custom.value LIKE '____-__-__%'".to_owned()];
        for (day, operator) in [(from, ">="), (to, "<")] {
            if let Some(day) = day {
                let day = self.bind(day.into());
                all.push(format!("SUBSTR(custom.value, 1, 10) {operator} {day}"));
            }
        }
        Condition(format!(
            "EXISTS (SELECT 1 FROM {} WHERE {})",
            dialect::each_custom_field(self.table()),
            all.join(" AND ")
        ))
    }

    /// The column holds something.
    pub fn set(column: &'static str) -> Condition {
        match column {
            "tags" => Condition("tags <> '[]'".to_owned()),
            _ => Condition(format!("({column} IS NOT NULL AND {column} <> '')")),
        }
    }

    /// The text of the column is this, or ends with it after an `@`.
    pub fn address(&mut self, column: &'static str, text: &str) -> Condition {
        let key = crate::email_key(text);
        let ending = self.bind(format!("%@{}", key.trim_start_matches('@').replace(['%', '_'], "")).into());
        let whole = self.bind(key.into());
        Condition(format!("({column} = {whole} OR {column} LIKE {ending})"))
    }

    /// The record that `link` names is of this type and holds one of the values in the column.
    pub fn through<V: Into<Value>>(
        &mut self,
        link: &'static str,
        parent: RecordType,
        column: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Condition {
        let condition = self.one_of(column, values);
        Condition(format!(
            "{link} IN (SELECT id FROM {0} WHERE workspace_id = $1 AND {condition}{1})",
            parent.plural(),
            self.sight.and_seen(parent, parent.plural())
        ))
    }

    /// Another record of this type refers to this one, and answers to the further condition.
    pub fn related(&self, child: RecordType, link: Link, further: Option<&'static str>) -> Condition {
        self.refers(child, link, further.unwrap_or("TRUE"))
    }

    /// As [`Filter::related`], of what was made at this time or later.
    pub fn related_since(&mut self, child: RecordType, link: Link, since: Timestamp) -> Condition {
        let time = self.bind(since.into());
        self.refers(child, link, &format!("child.created_date >= {time}"))
    }

    fn refers(&self, child: RecordType, link: Link, further: &str) -> Condition {
        Condition(format!(
            "EXISTS (SELECT 1 FROM {} child WHERE child.workspace_id = $1 AND {} AND {further}{})",
            child.plural(),
            link.sql(self.kind),
            self.sight.and_seen(child, "child")
        ))
    }

    /// Both hold.
    pub fn both(one: &Condition, other: &Condition) -> Condition {
        Condition(format!("({} AND {})", one.0, other.0))
    }

    /// This does not hold; what has no value does not.
    pub fn negated(condition: &Condition) -> Condition {
        Condition(format!("({}) IS NOT TRUE", condition.0))
    }

    /// Either holds.
    pub fn either(one: &Condition, other: &Condition) -> Condition {
        Condition(format!("({} OR {})", one.0, other.0))
    }

    pub fn compare(&mut self, column: &'static str, operator: &str, value: impl Into<Value>) -> Condition {
        let value = self.bind(value.into());
        Condition(format!("{column} {operator} {value}"))
    }

    fn one_of<V: Into<Value>>(&mut self, column: &str, values: impl IntoIterator<Item = V>) -> String {
        let list: Vec<String> = values.into_iter().map(|value| self.bind(value.into())).collect();
        if list.is_empty() { "1 = 0".to_owned() } else { format!("{column} IN ({})", list.join(", ")) }
    }

    pub(crate) fn bind(&mut self, value: Value) -> String {
        self.params.push(value);
        format!("${}", self.params.len())
    }

    pub(crate) fn table(&self) -> &'static str {
        self.kind.plural()
    }

    pub(crate) async fn count(&self, tx: &mut Tx<'_>) -> Result<i64> {
        let sql = format!("SELECT COUNT(*) FROM {} WHERE {}", self.table(), self.conditions);
        tx.one(&sql, &self.params).await?.int(0)
    }
}

/// A record's children: those whose `column` holds its id.
pub fn children(sight: Sight, kind: RecordType, column: &'static str, parent: RecordId) -> Filter {
    let mut filter = Filter::new(sight, kind);
    filter.equal(column, parent);
    filter
}
