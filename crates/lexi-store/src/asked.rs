//! The words of a filter, turned into conditions: found in the index, or misspelt there, or looked for as they are.

use lexi_types::RecordId;
use lexi_types::records::RecordType;

use crate::db::Tx;
use crate::filters::Condition;
use crate::page::like_anywhere;
use crate::search::{self, Found, Part};
use crate::settled::{First, Settled};
use crate::{Result, matching, name_key};

/// Up to so many records that a misspelt name may mean are compared, and only the closest kept.
const COMPARED_MAX: usize = 2_000;

impl Settled {
    /// Keeps the records that have all the words of a text search.
    pub(crate) async fn search_texts(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        if self.filter.texts.is_empty() {
            return Ok(());
        }
        let (workspace, kind) = (self.filter.sight.workspace, self.filter.kind);
        let found = search::find_texts(tx, workspace, kind, &self.filter.texts).await?;
        let Some((all, named)) = found else {
            self.filter.require(Condition::never());
            return Ok(());
        };
        self.require_found(all);
        self.first = Some(First::Found(named));
        Ok(())
    }

    /// Keeps the records that the asked words name.
    pub(crate) async fn search_names(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let Some(query) = self.filter.query.take() else { return Ok(()) };
        let key = name_key(&query);
        if key.is_empty() {
            // Signs alone are in no index.
            self.filter.require_written(&key, &query);
            return Ok(());
        }
        let (workspace, kind) = (self.filter.sight.workspace, self.filter.kind);
        let mut found = search::find_spelt(tx, workspace, kind, &key, parts(kind)).await?;
        // Misspelling is a matter of names; notes are found by their texts.
        if found == Found::Nothing && kind != RecordType::Note {
            found = search::find_misspelt(tx, workspace, kind, &key, parts(kind)).await?;
        }
        match found {
            Found::Spelt(expression) | Found::Initials(expression) => self.require_found(expression),
            Found::Misspelt(expression) => match self.closest(tx, &key, &expression).await? {
                Some(closest) => {
                    let among = self.filter.any_of("id", closest);
                    self.filter.require(among);
                }
                None => self.require_found(expression),
            },
            Found::Unbounded => self.filter.require_written(&key, &query),
            Found::Nothing => self.filter.require(Condition::never()),
        }
        self.first = Some(First::Named(key));
        Ok(())
    }

    /// The misspelt names that come closest; `None` when there are too many to compare, or none was meant by its name.
    async fn closest(&self, tx: &mut Tx<'_>, key: &str, expression: &str) -> Result<Option<Vec<RecordId>>> {
        let sql = format!(
            "SELECT id, name_key FROM {} WHERE workspace_id = $1 AND {} LIMIT {}",
            self.table(),
            search::matching("$2"),
            COMPARED_MAX + 1
        );
        let rows = tx.rows(&sql, &[self.filter.sight.workspace.into(), expression.into()]).await?;
        if rows.len() > COMPARED_MAX {
            return Ok(None);
        }
        let mut names = Vec::with_capacity(rows.len());
        for row in &rows {
            names.push((row.parse(0)?, row.text(1)?));
        }
        let closest = matching::best(key, names);
        Ok((!closest.is_empty()).then_some(closest))
    }

    fn require_found(&mut self, expression: String) {
        let expression = self.filter.bind(expression.into());
        self.filter.require(Condition::found(&expression));
    }
}

impl crate::Filter {
    /// All words stand somewhere in the folded name, or the query as it was written stands in another column. Reads
    /// every record.
    fn require_written(&mut self, key: &str, query: &str) {
        let mut ways = Vec::new();
        let words = key.split(' ').filter(|word| !word.is_empty()).map(|word| {
            let word = self.bind(like_anywhere(word).into());
            format!("name_key LIKE {word} ESCAPE '\\'")
        });
        let words: Vec<String> = words.collect();
        if !words.is_empty() {
            ways.push(format!("({})", words.join(" AND ")));
        }
        let columns = also_searched(self.kind);
        if !columns.is_empty() {
            let whole = self.bind(like_anywhere(&query.to_lowercase()).into());
            ways.extend(columns.iter().map(|column| format!("LOWER({column}) LIKE {whole} ESCAPE '\\'")));
        }
        self.require(Condition::any(ways));
    }
}

/// Where the asked words of a filter are looked for.
const fn parts(kind: RecordType) -> &'static [Part] {
    match kind {
        RecordType::Contact | RecordType::Company | RecordType::Matter => &[Part::Name, Part::Also],
        RecordType::Deal => &[Part::Name],
        RecordType::Note | RecordType::Task | RecordType::Activity => &[Part::Name, Part::Text],
    }
}

/// What is looked at besides the folded name where the index does not help.
const fn also_searched(kind: RecordType) -> &'static [&'static str] {
    match kind {
        RecordType::Contact => &["email", "company_name"],
        RecordType::Company => &["domain", "website"],
        RecordType::Matter => &["number"],
        RecordType::Task | RecordType::Activity => &["description"],
        RecordType::Note => &["content"],
        RecordType::Deal => &[],
    }
}
