//! What is said of a record in the same breath: "… and assign them to Raj", "… for Acme worth 50k".

use std::ops::Range;
use std::sync::LazyLock;

use lexi_types::records::RecordType;

use super::pattern::Pattern;
use super::slot::Slot;
use super::values::{Setting, Values, role};
use super::{Set, named};
use crate::builtin::field::Field;
use crate::builtin::lexicon;

static CLAUSES: LazyLock<Vec<(Field, Vec<Pattern>)>> = LazyLock::new(|| {
    let of =
        |patterns: &'static [&'static str]| patterns.iter().filter_map(|text| Pattern::parse(text)).collect();
    lexicon::clauses().into_iter().map(|(field, patterns)| (field, of(patterns))).collect()
});

const JOINTS: &[&str] = &["and", "with", "also", "plus", "please", "then", "who", "which", "that"];

impl Values<'_> {
    /// The clauses that these words are, nothing left over, said of a record of this type.
    pub(super) fn tail(&self, span: &Range<usize>, kind: RecordType, joined: bool) -> Option<Vec<Setting>> {
        if span.is_empty() {
            return Some(Vec::new());
        }
        let again = joined && self.words.is(span.start, &["and", "then"])
            || span.start.checked_sub(1).and_then(|i| self.words.get(i)).is_some_and(|w| w.ends || w.pause);
        if joined && !again {
            return None;
        }
        // First with values that there are, then with any, so that the wrong one can be named.
        self.clauses(span.start, span.end, kind, true, 8)
            .or_else(|| self.clauses(span.start, span.end, kind, false, 8))
    }

    fn clauses(
        &self,
        at: usize,
        end: usize,
        kind: RecordType,
        sure: bool,
        left: usize,
    ) -> Option<Vec<Setting>> {
        if at == end {
            return Some(Vec::new());
        }
        if left == 0 {
            return None;
        }
        let may = |slot: Slot, span: &Range<usize>| {
            span.end <= end
                && match slot {
                    Slot::User => named::user(self.words, span, self.lexis.briefing).is_some(),
                    Slot::Role => role(&self.words.slice(span.clone())).is_some(),
                    _ => true,
                }
        };
        for (field, patterns) in CLAUSES.iter() {
            for pattern in patterns {
                for (bound, stop) in pattern.from(self.words, at, &may) {
                    let Some((_, span)) = bound.first() else { continue };
                    let setting = Setting { field: Some(field.clone()), span: span.clone() };
                    if stop > end || !self.fits(kind, &setting, sure) {
                        continue;
                    }
                    if let Some(mut rest) = self.clauses(stop, end, kind, sure, left - 1) {
                        rest.insert(0, setting);
                        return Some(rest);
                    }
                }
            }
        }
        self.words.is(at, JOINTS).then(|| self.clauses(at + 1, end, kind, sure, left - 1)).flatten()
    }

    fn fits(&self, kind: RecordType, setting: &Setting, sure: bool) -> bool {
        if setting.field == Some(Field::Company) && kind == RecordType::Deal {
            return named::record(self.words, &setting.span, self.lexis).is_some();
        }
        match self.set(kind, setting, &mut Set::default()) {
            Some(Ok(_)) => true,
            Some(Err(refusal)) => !sure && refusal.rank < 4,
            None => false,
        }
    }
}
