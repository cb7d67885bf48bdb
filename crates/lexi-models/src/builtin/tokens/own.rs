//! The words of this workspace: the values of its fields, its stages and pipelines, its people, and the names that the
//! questions hold.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use lexi_types::records::{Pipeline, RecordType};
use lexi_types::{Vocabulary, name_key};

use crate::Briefing;
use crate::builtin::field::Field;
use crate::builtin::lexicon::{self, ABBREVIATIONS, PLACES};
use crate::builtin::spelling::stem;
use crate::builtin::tag::Tag;
use crate::builtin::words::{Word, Words, fold};

/// A value of a field that some words may stand for.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::builtin) struct Own {
    pub kind: RecordType,
    pub field: Field,
    pub value: String,
    /// Written as the record has it, to the letter.
    pub exact: bool,
    /// Another name for it: Munich for München.
    pub alias: bool,
}

#[derive(Debug)]
struct Phrase {
    words: Vec<String>,
    own: Vec<Own>,
    /// Initials, which must be written as such.
    initials: bool,
}

/// The words that the records of a workspace use, ready to be found in a question.
#[derive(Debug, Default)]
struct Known {
    phrases: BTreeMap<String, Vec<Phrase>>,
    keys: BTreeMap<String, Vec<(Vec<String>, Field)>>,
    single: BTreeSet<String>,
    /// Those that records have as they are, not by another name for them.
    written: BTreeSet<String>,
}

/// Of the last few workspaces that asked: making them ready takes longer than reading a question.
#[derive(Debug, Clone, Default)]
pub(in crate::builtin) struct KnownWords(Arc<Mutex<VecDeque<Kept>>>);

#[derive(Debug)]
struct Kept {
    vocabulary: Arc<Vocabulary>,
    pipelines: Vec<Pipeline>,
    known: Arc<Known>,
}

const WORKSPACES_MAX: usize = 16;

impl KnownWords {
    fn of(&self, briefing: &Briefing) -> Arc<Known> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |kept: &&Kept| {
            Arc::ptr_eq(&kept.vocabulary, &briefing.vocabulary) && kept.pipelines == briefing.pipelines
        };
        if let Some(found) = kept.iter().find(same) {
            return Arc::clone(&found.known);
        }
        let known = Arc::new(Known::of(briefing));
        if kept.len() >= WORKSPACES_MAX {
            kept.pop_front();
        }
        let (vocabulary, pipelines) = (Arc::clone(&briefing.vocabulary), briefing.pipelines.clone());
        kept.push_back(Kept { vocabulary, pipelines, known: Arc::clone(&known) });
        known
    }
}

/// What the words of a question are compared with.
#[derive(Debug)]
pub(in crate::builtin) struct Lexis<'b> {
    pub briefing: &'b Briefing,
    known: Arc<Known>,
    colleagues: Vec<(Vec<String>, Option<String>)>,
    mentions: BTreeMap<String, Vec<RecordType>>,
    single: BTreeSet<String>,
}

/// Names that are also words: taken for a colleague only in capitals.
const ALSO_WORDS: &[&str] = &[
    "will", "mark", "may", "grant", "bill", "art", "sue", "rich", "chase", "dean", "june", "april", "august",
    "max", "drew", "faith", "hope", "joy", "rose", "win", "price", "young", "long", "new", "case", "day",
    "page", "an", "so", "guy", "frank", "pat", "jack", "sally", "penny",
];

/// Fields whose values say nothing without their name: "11-50", "medium".
const NEEDS_NAME: &[&str] = &["size"];

impl Known {
    fn of(briefing: &Briefing) -> Self {
        let mut known = Self::default();
        known.stages(briefing);
        known.fields(briefing);
        known.other_names();
        let words = known.phrases.values().flatten().flat_map(|phrase| phrase.words.iter().cloned());
        known.single = words.collect();
        let exact = known.phrases.values().flatten().filter(|phrase| phrase.own.iter().any(|own| own.exact));
        known.written = exact.flat_map(|phrase| phrase.words.iter().cloned()).collect();
        known
    }

    fn stages(&mut self, briefing: &Briefing) {
        for pipeline in &briefing.pipelines {
            let name = fold(&pipeline.name);
            let core = name.trim_end_matches(" pipeline").to_owned();
            let own = |exact| Own {
                kind: RecordType::Deal,
                field: Field::Pipeline,
                value: pipeline.name.clone(),
                exact,
                alias: false,
            };
            for phrase in
                [name.clone(), core.clone(), format!("{core} pipeline"), format!("{} pipeline", stem(&core))]
            {
                self.add(&phrase, own(phrase == name), false);
            }
            for stage in &pipeline.stages {
                let own = Own {
                    kind: RecordType::Deal,
                    field: Field::Stage,
                    value: stage.name.clone(),
                    exact: true,
                    alias: false,
                };
                self.add(&fold(&stage.name), own, false);
            }
        }
    }

    fn fields(&mut self, briefing: &Briefing) {
        for known in &briefing.vocabulary.fields {
            let Some(field) = Field::of_vocabulary(&known.field) else { continue };
            if let Field::Custom(name) = &field {
                let words: Vec<String> = fold(name).split(' ').map(str::to_owned).collect();
                if let Some(first) = words.first().filter(|_| name.len() > 2).cloned() {
                    self.keys.entry(first).or_default().push((words, field.clone()));
                }
            }
            let elsewhere = matches!(field, Field::Stage | Field::Pipeline)
                || field == Field::Status && known.kind != RecordType::Contact
                || NEEDS_NAME.contains(&known.field.as_str());
            if elsewhere {
                continue;
            }
            for value in &known.values {
                let own = Own {
                    kind: known.kind,
                    field: field.clone(),
                    value: value.clone(),
                    exact: true,
                    alias: false,
                };
                self.add(&fold(&value.replace('_', " ")), own, false);
            }
        }
    }

    /// Munich for München, CFO for Chief Financial Officer, IP for Intellectual Property.
    fn other_names(&mut self) {
        let mut known: BTreeMap<String, Vec<Own>> = BTreeMap::new();
        for phrase in self.phrases.values().flatten() {
            known.entry(phrase.words.join(" ")).or_default().extend(phrase.own.iter().cloned());
        }
        let mut found: Vec<(String, Own, bool)> = Vec::new();
        for (other, names) in PLACES.iter().chain(ABBREVIATIONS) {
            for own in names.iter().filter_map(|name| known.get(*name)).flatten() {
                found.push(((*other).to_owned(), Own { exact: false, alias: true, ..own.clone() }, false));
            }
        }
        for (words, owns) in &known {
            let parts: Vec<&str> =
                words.split(' ').filter(|word| !matches!(*word, "and" | "of" | "the" | "for")).collect();
            let initials: String = parts.iter().filter_map(|word| word.chars().next()).collect();
            if parts.len() > 1 && !lexicon::is_known(&initials) {
                found.extend(
                    owns.iter().map(|own| {
                        (initials.clone(), Own { exact: false, alias: true, ..own.clone() }, true)
                    }),
                );
            }
        }
        for (phrase, own, initials) in found {
            self.add(&phrase, own, initials);
        }
    }

    fn add(&mut self, phrase: &str, own: Own, initials: bool) {
        let words: Vec<String> =
            phrase.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let Some(first) = words.first().map(|word| stem(word)) else { return };
        let phrases = self.phrases.entry(first).or_default();
        match phrases.iter_mut().find(|known| known.words == words && known.initials == initials) {
            Some(known)
                if known
                    .own
                    .iter()
                    .any(|o| o.field == own.field && o.kind == own.kind && o.value == own.value) => {}
            Some(known) => known.own.push(own),
            None => phrases.push(Phrase { words, own: vec![own], initials }),
        }
    }
}

impl<'b> Lexis<'b> {
    pub(in crate::builtin) fn new(briefing: &'b Briefing, words: &KnownWords) -> Self {
        let colleagues = colleagues(briefing);
        let mut mentions: BTreeMap<String, Vec<RecordType>> = BTreeMap::new();
        for mention in &briefing.mentions {
            let kinds = mentions.entry(mention.words.clone()).or_default();
            if !kinds.contains(&mention.kind) {
                kinds.push(mention.kind);
            }
        }
        let of_people = colleagues.iter().flat_map(|(words, _)| words.iter().cloned());
        let of_mentions = mentions.keys().flat_map(|words| words.split(' ').map(str::to_owned));
        let single = of_people.chain(of_mentions).collect();
        Self { briefing, known: words.of(briefing), colleagues, mentions, single }
    }

    /// The longest value that the words from here on spell.
    pub(super) fn own_at(&self, words: &Words, at: usize) -> Option<(usize, Vec<Own>)> {
        let first = words.get(at)?;
        if first.quoted {
            let found = self.known.phrases.values().flatten().filter(|p| p.words.join(" ") == first.fold);
            let own: Vec<Own> = found.flat_map(|phrase| phrase.own.iter().cloned()).collect();
            return (!own.is_empty()).then_some((1, own));
        }
        let phrases = self.known.phrases.get(&stem(&first.fold))?;
        let fits = |phrase: &&Phrase| {
            (!phrase.initials || first.upper || first.fold.len() > 2)
                && phrase.words.iter().enumerate().all(|(offset, part)| {
                    let last = offset + 1 == phrase.words.len();
                    let apart = offset > 0 && words.get(at + offset - 1).is_some_and(|w| w.ends);
                    !apart
                        && words
                            .fold(at + offset)
                            .is_some_and(|word| word == part || last && stem(word) == stem(part))
                })
        };
        let fitting: Vec<&Phrase> = phrases.iter().filter(fits).collect();
        let longest = fitting.iter().map(|phrase| phrase.words.len()).max()?;
        let mut own: Vec<Own> = Vec::new();
        for phrase in fitting.iter().filter(|phrase| phrase.words.len() == longest) {
            // "retainers" is rather the pipeline Retainers than a retainer.
            let same =
                phrase.words.iter().enumerate().all(|(offset, part)| words.fold(at + offset) == Some(part));
            own.extend(phrase.own.iter().cloned().map(|own| Own { exact: own.exact && same, ..own }));
        }
        own.sort_by_key(|own| !own.exact);
        Some((longest, own))
    }

    /// The name of a custom field.
    pub(in crate::builtin) fn key_at(&self, words: &Words, at: usize) -> Option<(usize, Field)> {
        let keys =
            self.known.keys.get(words.fold(at)?).or_else(|| self.known.keys.get(&stem(words.fold(at)?)))?;
        let fits = |parts: &[String]| {
            parts.iter().enumerate().all(|(offset, part)| {
                words.fold(at + offset).is_some_and(|word| word == part || stem(word) == stem(part))
            })
        };
        keys.iter()
            .filter(|(parts, _)| fits(parts))
            .map(|(parts, field)| (parts.len(), field.clone()))
            .max_by_key(|(n, _)| *n)
    }

    /// A colleague, by whole name or a part of it; without a name where several share the part.
    pub(in crate::builtin) fn colleague_at(
        &self,
        words: &Words,
        at: usize,
    ) -> Option<(usize, Option<String>)> {
        let first = words.get(at)?;
        let fits = |parts: &[String]| {
            parts.iter().enumerate().all(|(offset, part)| {
                words.fold(at + offset).is_some_and(|word| {
                    // "nadias deals": nobody types every apostrophe.
                    let possessive = offset + 1 == parts.len()
                        && !self.single.contains(word)
                        && !self.known.single.contains(word)
                        && word.strip_suffix('s') == Some(part);
                    word == part || possessive
                })
            })
        };
        let found =
            self.colleagues.iter().filter(|(parts, _)| fits(parts)).max_by_key(|(parts, _)| parts.len())?;
        let also_word =
            found.0.len() == 1 && ALSO_WORDS.contains(&first.fold.as_str()) && (!first.capital || at == 0);
        (!also_word).then(|| (found.0.len(), found.1.clone()))
    }

    /// The name of a record, or its first words.
    pub(super) fn mention_at(&self, words: &Words, at: usize) -> Option<(usize, Vec<RecordType>)> {
        if self.mentions.is_empty() {
            return None;
        }
        (1..=8).rev().find_map(|length| {
            if at + length > words.len()
                || (at..at + length - 1).any(|i| words.get(i).is_some_and(|w| w.ends))
            {
                return None;
            }
            let key = name_key(&words.slice(at..at + length));
            Some((length, self.mentions.get(&key)?.clone()))
        })
    }

    /// Whether a word is one that may stand in a question as it is.
    pub(in crate::builtin) fn knows(&self, word: &str) -> bool {
        let own = |word: &str| self.single.contains(word) || self.known.single.contains(word);
        own(word) || own(&stem(word)) || word.strip_suffix('s').is_some_and(own) || super::is_word(word)
    }

    /// From which a misspelt word may come: long enough to be told apart.
    pub(in crate::builtin) fn own_words(&self) -> impl Iterator<Item = &str> {
        self.single.iter().chain(&self.known.written).map(String::as_str).filter(|word| word.len() >= 5)
    }
}

fn colleagues(briefing: &Briefing) -> Vec<(Vec<String>, Option<String>)> {
    let mut called: Vec<(Vec<String>, Option<String>)> = Vec::new();
    for user in &briefing.users {
        let whole: Vec<String> = Words::new(&user.full_name).list.into_iter().map(|w: Word| w.fold).collect();
        let ends = [whole.first(), whole.last()].into_iter().flatten().filter(|w| w.chars().count() > 1);
        let parts: Vec<Vec<String>> = ends.map(|word| vec![word.clone()]).collect();
        for words in std::iter::once(whole.clone()).chain(parts).filter(|w| !w.is_empty()) {
            match called.iter_mut().find(|(known, _)| *known == words) {
                Some((_, name)) if name.as_deref() != Some(&user.full_name) => *name = None,
                Some(_) => {}
                None => called.push((words, Some(user.full_name.clone()))),
            }
        }
    }
    called
}

/// A word that is one tag by itself.
pub(super) fn tag_of(words: &Words, at: usize) -> Option<(usize, Tag)> {
    lexicon::longest(|offset| {
        // A phrase does not run over the end of a sentence.
        let over = offset > 0 && (at..at + offset).any(|i| words.get(i).is_some_and(|w| w.ends));
        if over { None } else { words.fold(at + offset) }
    })
}
