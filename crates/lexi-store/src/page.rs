//! One page of a list.

use crate::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub page: i64,
    pub per_page: i64,
}

impl Page {
    pub fn limit(self) -> Value {
        self.per_page.into()
    }

    pub fn offset(self) -> Value {
        self.page.saturating_sub(1).saturating_mul(self.per_page).into()
    }
}

/// The rows of one page and how many there are on all of them.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    pub rows: Vec<T>,
    pub total: i64,
}

/// A `LIKE` pattern that finds `text` anywhere, with nothing in it that is special; for `ESCAPE '\'`.
pub(crate) fn like_anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
