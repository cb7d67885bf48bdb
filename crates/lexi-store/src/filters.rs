//! Conditions on records, as SQL text with `$1…$n` and the values for it. `$1` is always the workspace: a filter without
//! one cannot be made.

use lexi_types::records::RecordType;
use lexi_types::{RecordId, WorkspaceId};

use crate::db::{Row, Tx, Value};
use crate::page::{Listed, Page, like_anywhere};
use crate::{Result, dialect, matching, name_key};

/// How many records a misspelt name may stand for.
const FUZZY_MATCHES_MAX: usize = 500;

#[derive(Debug, Clone)]
pub struct Filter {
    kind: RecordType,
    conditions: String,
    params: Vec<Value>,
    query: Option<String>,
}

/// The order of a list. Ties are broken by id, so that pages never overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Newest,
    Oldest,
    Updated,
    Name,
    HighestValue,
    LowestValue,
    FirstDue,
    Number,
}

impl Order {
    const fn sql(self) -> &'static str {
        match self {
            Self::Newest => "created_date DESC, id DESC",
            Self::Oldest => "created_date, id",
            Self::Updated => "updated_date DESC, id DESC",
            Self::Name => "name_key, id",
            Self::HighestValue => "estimated_value IS NULL, estimated_value DESC, id",
            Self::LowestValue => "estimated_value IS NULL, estimated_value, id",
            Self::FirstDue => "due_date IS NULL, due_date, id",
            Self::Number => "number IS NULL, number, id",
        }
    }
}

impl Filter {
    pub fn new(workspace: WorkspaceId, kind: RecordType) -> Self {
        Self { kind, conditions: "workspace_id = $1".to_owned(), params: vec![workspace.into()], query: None }
    }

    /// Words to be found in the name (of a note, in its text), in any order. When no name has them as they are spelt,
    /// those that come closest count.
    pub fn matching(mut self, query: &str) -> Self {
        self.query = Some(query.trim().to_owned()).filter(|q| !q.is_empty());
        self
    }

    pub fn equal(&mut self, column: &'static str, value: impl Into<Value>) {
        self.compare(column, "=", value.into());
    }

    pub fn not_equal(&mut self, column: &'static str, value: impl Into<Value>) {
        self.compare(column, "<>", value.into());
    }

    pub fn at_least(&mut self, column: &'static str, value: impl Into<Value>) {
        self.compare(column, ">=", value.into());
    }

    pub fn at_most(&mut self, column: &'static str, value: impl Into<Value>) {
        self.compare(column, "<=", value.into());
    }

    pub fn below(&mut self, column: &'static str, value: impl Into<Value>) {
        self.compare(column, "<", value.into());
    }

    /// The column holds one of the values; none of them matches nothing.
    pub fn any_of<V: Into<Value>>(&mut self, column: &'static str, values: impl IntoIterator<Item = V>) {
        let condition = self.one_of(column, values);
        self.and(&condition);
    }

    /// Either column holds what belongs to it.
    pub fn either<A: Into<Value>, B: Into<Value>>(
        &mut self,
        (column, values): (&'static str, Vec<A>),
        (other, others): (&'static str, Vec<B>),
    ) {
        let condition = format!("({} OR {})", self.one_of(column, values), self.one_of(other, others));
        self.and(&condition);
    }

    /// The record carries one of these tags.
    pub fn tagged(&mut self, tags: &[String]) {
        let tag = self.one_of("tag.value", tags);
        let condition =
            format!("EXISTS (SELECT 1 FROM {} WHERE {tag})", dialect::each_tag(self.kind.plural()));
        self.and(&condition);
    }

    /// A custom field of one of these names holds one of the values, compared as text.
    pub fn custom(&mut self, names: &[String], values: &[String]) {
        let name = self.one_of("custom.key", names);
        let value = self.one_of(dialect::CUSTOM_TEXT, values);
        let condition = format!(
            "EXISTS (SELECT 1 FROM {} WHERE {name} AND {value})",
            dialect::each_custom_field(self.kind.plural())
        );
        self.and(&condition);
    }

    fn compare(&mut self, column: &'static str, operator: &str, value: Value) {
        let value = self.bind(value);
        self.and(&format!("{column} {operator} {value}"));
    }

    fn one_of<V: Into<Value>>(&mut self, column: &str, values: impl IntoIterator<Item = V>) -> String {
        let list: Vec<String> = values.into_iter().map(|value| self.bind(value.into())).collect();
        if list.is_empty() { "1 = 0".to_owned() } else { format!("{column} IN ({})", list.join(", ")) }
    }

    fn bind(&mut self, value: Value) -> String {
        self.params.push(value);
        format!("${}", self.params.len())
    }

    fn and(&mut self, condition: &str) {
        self.conditions.push_str(" AND ");
        self.conditions.push_str(condition);
    }

    fn table(&self) -> &'static str {
        self.kind.plural()
    }

    /// Turns the asked words into conditions, so that counts and sums are over the very records that a list shows.
    pub(crate) async fn settle(&self, tx: &mut Tx<'_>) -> Result<Settled> {
        let Some(query) = &self.query else {
            return Ok(Settled { filter: self.clone(), key: None });
        };
        let key = name_key(query);
        let mut filter = self.clone();
        filter.spelt(&key, query);
        // Misspelling is a matter of names; the folded text of notes is too long to be compared word by word.
        if key.is_empty() || self.kind == RecordType::Note || filter.count(tx).await? > 0 {
            return Ok(Settled { filter, key: Some(key) });
        }
        let sql = format!("SELECT id, name_key FROM {} WHERE {}", self.table(), self.conditions);
        let rows = tx.rows(&sql, &self.params).await?;
        let mut names = Vec::with_capacity(rows.len());
        for row in &rows {
            names.push((row.text(0)?, row.text(1)?));
        }
        let mut found = matching::best(&key, names);
        found.truncate(FUZZY_MATCHES_MAX);
        let mut filter = self.clone();
        filter.any_of("id", found);
        Ok(Settled { filter, key: Some(key) })
    }

    /// The words as they are spelt: all of them in the folded name, or the whole in another column.
    fn spelt(&mut self, key: &str, query: &str) {
        let mut ways = Vec::new();
        let words: Vec<String> = key
            .split(' ')
            .filter(|word| !word.is_empty())
            .map(|word| {
                let word = self.bind(like_anywhere(word).into());
                format!("name_key LIKE {word} ESCAPE '\\'")
            })
            .collect();
        if !words.is_empty() {
            ways.push(format!("({})", words.join(" AND ")));
        }
        let columns = also_searched(self.kind);
        if !columns.is_empty() {
            let whole = self.bind(like_anywhere(&query.to_lowercase()).into());
            ways.extend(columns.iter().map(|column| format!("LOWER({column}) LIKE {whole} ESCAPE '\\'")));
        }
        let condition = if ways.is_empty() { "1 = 0".to_owned() } else { format!("({})", ways.join(" OR ")) };
        self.and(&condition);
    }

    async fn count(&self, tx: &mut Tx<'_>) -> Result<i64> {
        let sql = format!("SELECT COUNT(*) FROM {} WHERE {}", self.table(), self.conditions);
        tx.one(&sql, &self.params).await?.int(0)
    }
}

/// What a search looks at besides the folded name.
const fn also_searched(kind: RecordType) -> &'static [&'static str] {
    match kind {
        RecordType::Contact => &["email", "company_name"],
        RecordType::Company => &["domain", "website"],
        RecordType::Matter => &["number"],
        RecordType::Task | RecordType::Activity => &["description"],
        RecordType::Deal | RecordType::Note => &[],
    }
}

/// A filter whose words have become conditions.
#[derive(Debug)]
pub(crate) struct Settled {
    filter: Filter,
    /// The folded words, for putting the best first.
    key: Option<String>,
}

impl Settled {
    pub(crate) fn table(&self) -> &'static str {
        self.filter.table()
    }

    pub(crate) fn conditions(&self) -> &str {
        &self.filter.conditions
    }

    pub(crate) fn params(&self) -> &[Value] {
        &self.filter.params
    }

    pub(crate) async fn count(&self, tx: &mut Tx<'_>) -> Result<i64> {
        self.filter.count(tx).await
    }

    async fn page<T>(
        mut self,
        tx: &mut Tx<'_>,
        columns: &str,
        order: Order,
        page: Page,
        read: fn(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut order = order.sql().to_owned();
        if let Some(key) = self.key.take().filter(|key| !key.is_empty()) {
            let beginning = self.filter.bind(format!("{key}%").into());
            let exact = self.filter.bind(key.into());
            order = format!(
                "CASE WHEN name_key = {exact} THEN 0 WHEN name_key LIKE {beginning} THEN 1 ELSE 2 END, {order}"
            );
        }
        let limit = self.filter.bind(page.limit());
        let offset = self.filter.bind(page.offset());
        let sql = format!(
            "SELECT {columns} FROM {} WHERE {} ORDER BY {order} LIMIT {limit} OFFSET {offset}",
            self.table(),
            self.conditions()
        );
        tx.rows(&sql, self.params()).await?.iter().map(read).collect()
    }
}

/// One page of the records that match, and the number of all that do.
pub(crate) async fn list<T>(
    tx: &mut Tx<'_>,
    columns: &str,
    filter: &Filter,
    order: Order,
    page: Page,
    read: fn(&Row) -> Result<T>,
) -> Result<Listed<T>> {
    let settled = filter.settle(tx).await?;
    let total = settled.count(tx).await?;
    let rows =
        if page.per_page > 0 { settled.page(tx, columns, order, page, read).await? } else { Vec::new() };
    Ok(Listed { rows, total })
}

/// A record's children: those whose `column` holds its id.
pub fn children(workspace: WorkspaceId, kind: RecordType, column: &'static str, parent: RecordId) -> Filter {
    let mut filter = Filter::new(workspace, kind);
    filter.equal(column, parent);
    filter
}
