//! From the words that somebody asked for to an expression of the index.
//!
//! As they are spelt: each word begins a word of the record, or else, having three letters, stands inside of one. When
//! no record has all of them so, each may be misspelt, as [`crate::matching`] says. Words may be written together or
//! apart. At last a few letters may be the initials of a name.

use lexi_types::WorkspaceId;
use lexi_types::records::RecordType;

use super::tokens::{letters, term};
use super::{Part, any, space, words};
use crate::db::Tx;
use crate::{Result, matching};

/// More words than anybody asks for; those after them do not count.
const ASKED_MAX: usize = 20;
/// A part of so many words that an expression of them all would be slower than reading the names.
const EXPANSION_MAX: usize = 500;
const INITIALS_MAX: usize = 5;

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// The records that this expression finds, spelt as they were asked for.
    Spelt(String),
    /// The same, though misspelt.
    Misspelt(String),
    /// The same, by the initials of their names.
    Initials(String),
    /// Too many words hold a part that was asked for: the names are to be read.
    Unbounded,
    Nothing,
}

/// The words that one asked word may stand for.
#[derive(Debug, Default)]
struct Expansion {
    /// Whether words begin with it.
    beginning: bool,
    /// Others, whole.
    words: Vec<String>,
}

/// A search under way.
struct Search<'p> {
    space: i64,
    parts: &'p [Part],
    /// The words of the names, read when they are first needed.
    names: Option<Vec<String>>,
}

/// Finds the records that have all words of the folded `key`, as they are spelt, in one of the parts.
pub(crate) async fn find_spelt(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    kind: RecordType,
    key: &str,
    parts: &[Part],
) -> Result<Found> {
    let Some(space) = space(tx, workspace, kind).await? else { return Ok(Found::Nothing) };
    Search { space, parts, names: None }.spelt(tx, &asked_words(key)).await
}

/// The same for words that may be misspelt.
pub(crate) async fn find_misspelt(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    kind: RecordType,
    key: &str,
    parts: &[Part],
) -> Result<Found> {
    let Some(space) = space(tx, workspace, kind).await? else { return Ok(Found::Nothing) };
    let asked = asked_words(key);
    let mut search = Search { space, parts, names: None };
    if let Some(expression) = search.misspelt(tx, &asked).await? {
        return Ok(Found::Misspelt(expression));
    }
    if let Some(expression) = search.joined(tx, &asked).await? {
        return Ok(Found::Misspelt(expression));
    }
    if let [only] = asked.as_slice()
        && (2..=INITIALS_MAX).contains(&letters(only))
    {
        let initials = term(space, Part::Initials, only, false);
        if any(tx, &initials).await? {
            return Ok(Found::Initials(initials));
        }
    }
    Ok(Found::Nothing)
}

fn asked_words(key: &str) -> Vec<&str> {
    key.split(' ').filter(|word| !word.is_empty()).take(ASKED_MAX).collect()
}

/// An expression for the records that have all of the words, of which the last may be a beginning, in name or text, and
/// one for those that have them in their name. `None` where nothing of this type was ever written.
pub(crate) async fn find_texts(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    kind: RecordType,
    words: &[String],
) -> Result<Option<(String, String)>> {
    let Some(space) = space(tx, workspace, kind).await? else { return Ok(None) };
    let all = |parts: &[Part]| {
        let each = words.iter().enumerate().map(|(at, word)| {
            let last = at + 1 == words.len();
            let ways: Vec<String> = parts.iter().map(|part| term(space, *part, word, last)).collect();
            format!("({})", ways.join(" OR "))
        });
        each.collect::<Vec<_>>().join(" AND ")
    };
    Ok(Some((all(&[Part::Name, Part::Also, Part::Text]), all(&[Part::Name]))))
}

impl Search<'_> {
    async fn spelt(&mut self, tx: &mut Tx<'_>, asked: &[&str]) -> Result<Found> {
        let mut all = Vec::with_capacity(asked.len());
        for word in asked {
            let mut expansion =
                Expansion { beginning: any(tx, &self.beginning(word)).await?, words: Vec::new() };
            if !expansion.beginning && has_parts(word) {
                expansion.words =
                    self.names(tx).await?.iter().filter(|name| name.contains(word)).cloned().collect();
                if expansion.words.len() > EXPANSION_MAX {
                    return Ok(Found::Unbounded);
                }
            }
            match self.expression(word, &expansion) {
                Some(expression) => all.push(expression),
                None => return Ok(Found::Nothing),
            }
        }
        let expression = all.join(" AND ");
        Ok(match any(tx, &expression).await? {
            true => Found::Spelt(expression),
            false => Found::Nothing,
        })
    }

    /// Each word as it is spelt or misspelt.
    async fn misspelt(&mut self, tx: &mut Tx<'_>, asked: &[&str]) -> Result<Option<String>> {
        let mut all = Vec::with_capacity(asked.len());
        for word in asked {
            let beginning = any(tx, &self.beginning(word)).await?;
            let expansion = Expansion { beginning, words: self.close(tx, word).await? };
            match self.expression(word, &expansion) {
                Some(expression) => all.push(expression),
                None => return Ok(None),
            }
        }
        let expression = all.join(" AND ");
        Ok(any(tx, &expression).await?.then_some(expression))
    }

    /// Two words written as one, or one as two.
    async fn joined(&mut self, tx: &mut Tx<'_>, asked: &[&str]) -> Result<Option<String>> {
        for words in variants(asked) {
            let all = words.iter().map(|word| format!("({})", self.beginning(word)));
            let expression = all.collect::<Vec<_>>().join(" AND ");
            if any(tx, &expression).await? {
                return Ok(Some(expression));
            }
        }
        Ok(None)
    }

    /// The words of names that this one may be a misspelling of, the closest first.
    async fn close(&mut self, tx: &mut Tx<'_>, word: &str) -> Result<Vec<String>> {
        let mut close: Vec<(usize, &String)> = Vec::new();
        for name in self.names(tx).await? {
            close.extend(matching::word_typos(word, name).map(|typos| (typos, name)));
        }
        close.sort();
        Ok(close.into_iter().take(EXPANSION_MAX).map(|(_, name)| name.clone()).collect())
    }

    async fn names(&mut self, tx: &mut Tx<'_>) -> Result<&Vec<String>> {
        let names = match self.names.take() {
            Some(names) => names,
            None => words(tx, self.space).await?,
        };
        Ok(self.names.insert(names))
    }

    /// The word as the beginning of another; a single letter is an initial, and elsewhere only itself.
    fn beginning(&self, word: &str) -> String {
        let single = letters(word) == 1;
        let ways =
            self.parts.iter().map(|part| term(self.space, *part, word, !single || *part == Part::Name));
        ways.collect::<Vec<_>>().join(" OR ")
    }

    fn expression(&self, word: &str, expansion: &Expansion) -> Option<String> {
        let mut ways: Vec<String> = expansion.beginning.then(|| self.beginning(word)).into_iter().collect();
        for name in &expansion.words {
            let parts = self.parts.iter().filter(|part| matches!(part, Part::Name | Part::Also));
            ways.extend(parts.map(|part| term(self.space, *part, name, false)));
        }
        (!ways.is_empty()).then(|| format!("({})", ways.join(" OR ")))
    }
}

/// The asked words with two of them written as one, or one of them as two of at least two letters.
fn variants(asked: &[&str]) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let mut with = |at: usize, taken: usize, new: &[&str]| {
        let (before, after) = (asked.iter().take(at), asked.iter().skip(at + taken));
        all.push(before.chain(new).chain(after).map(|word| (*word).to_owned()).collect());
    };
    for (at, word) in asked.iter().enumerate() {
        if let Some(next) = asked.get(at + 1) {
            with(at, 2, &[&format!("{word}{next}")]);
        }
        for (middle, _) in word.char_indices().skip(2) {
            let (one, other) = word.split_at(middle);
            if letters(other) >= 2 {
                with(at, 1, &[one, other]);
            }
        }
    }
    all
}

/// Whether a word may be looked for inside of others: scripts without blanks have short words.
fn has_parts(word: &str) -> bool {
    letters(word) >= 3 || word.chars().any(|c| c >= '\u{2e80}')
}
