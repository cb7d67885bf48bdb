//! Records by what they have in common, read as a question would be, but to the letter.

use std::ops::Range;

use lexi_types::records::RecordType;

use super::read::Refusal;
use crate::builtin::field::Field;
use crate::builtin::format::plain;
use crate::builtin::lexicon;
use crate::builtin::plan::{self, Plan};
use crate::builtin::question::{Entity, Filters, Intent, ME, Question, Subject};
use crate::builtin::read;
use crate::builtin::tag::{Many, Tag};
use crate::builtin::tokens::Lexis;
use crate::builtin::words::Words;

/// As many as one search lists and one write takes.
pub(super) const LIMIT: usize = 50;

const ALL: &[&str] = &["all", "every", "each", "everything"];

/// Words that a question may pass over, but not what decides which records are changed.
const DECIDES: &[&str] = &[
    "should",
    "would",
    "could",
    "might",
    "may",
    "must",
    "was",
    "were",
    "had",
    "been",
    "used",
    "instead",
    "previously",
    "formerly",
    "almost",
    "nearly",
    "probably",
    "perhaps",
    "maybe",
    "if",
    "unless",
    "when",
    "until",
    "soon",
    "will",
    "needs",
    "need",
    "want",
    "wants",
    "some",
    "any",
    "most",
    "few",
    "one",
    "here",
    "there",
    "question",
    "before",
    "else",
    "them",
    "they",
    "those",
    "these",
    "it",
    "you",
    "we",
    "also",
    "but",
    "not",
    "never",
    "isnt",
    "arent",
    "wasnt",
    "werent",
    "dont",
    "doesnt",
    "neither",
    "nor",
    "except",
    "excluding",
    "other",
    "besides",
    "apart",
    "aside",
    "only",
    "just",
    "non",
];

/// Whether the words can speak of several records.
pub(super) fn may(words: &Words, span: &Range<usize>, lexis: &Lexis<'_>) -> bool {
    let plural = span.clone().any(|at| words.fold(at).is_some_and(is_plural));
    if words.is(span.start, ALL) {
        return span.len() > 1
            && span.clone().any(|at| words.fold(at).is_some_and(|word| is_plural(word) || is_noun(word)));
    }
    let owned = words.is(span.start, &["my"])
        || lexis
            .colleague_at(words, span.start)
            .is_some_and(|(length, _)| words.get(span.start + length - 1).is_some_and(|w| w.possessive));
    owned && plural
}

fn tag(word: &str) -> Option<Tag> {
    lexicon::longest(|at| (at == 0).then_some(word)).map(|(_, tag)| tag)
}

fn is_plural(word: &str) -> bool {
    match tag(word) {
        Some(Tag::Noun(_, Many::Many)) => true,
        Some(Tag::Role(_)) => word.ends_with('s'),
        _ => false,
    }
}

fn is_noun(word: &str) -> bool {
    matches!(tag(word), Some(Tag::Noun(..) | Tag::Role(_)))
}

/// The records as a question for their list. `None` where they are not understood.
pub(super) fn question(
    words: &Words,
    span: &Range<usize>,
    lexis: &Lexis<'_>,
) -> Option<Result<Question, Refusal>> {
    if let Some(at) = span.clone().find(|at| words.is(*at, DECIDES)) {
        let word = words.slice(at..at + 1);
        return Some(Err(Refusal {
            rank: 5,
            say: format!(
                "I am not sure what “{}” means for which records are changed, so nothing was changed. Please say it with the fields that they have.",
                plain(&word)
            ),
        }));
    }
    if let Some(strange) = strange(words, span, lexis) {
        return Some(Err(Refusal {
            rank: 5,
            say: format!("I do not know what “{}” means here, so nothing was changed.", plain(&strange)),
        }));
    }
    let mut start = span.start;
    while start < span.end
        && (words.is(start, ALL) || start > span.start && words.is(start, &["of", "the", "our"]))
    {
        start += 1;
    }
    let text = words.slice(start..span.end);
    let possessive = words.get(span.end.checked_sub(1)?).is_some_and(|w| w.possessive);
    if text.is_empty() || possessive {
        return None;
    }
    let read = read_all(&text, lexis)?;
    Some(narrowed(read, lexis))
}

/// The first word that is no word of the grammar and none of the workspace's.
fn strange(words: &Words, span: &Range<usize>, lexis: &Lexis<'_>) -> Option<String> {
    let known = |at: usize| {
        words.get(at).is_none_or(|word| {
            let number = word.fold.starts_with(|c: char| c.is_ascii_digit());
            word.quoted || number || lexis.knows(&word.fold)
        })
    };
    span.clone().find(|at| !known(*at)).map(|at| words.slice(at..at + 1))
}

fn read_all(text: &str, lexis: &Lexis<'_>) -> Option<Question> {
    let as_said = understood(text, lexis);
    // "in the won stage", of contacts; "open leads", where contacts are not open.
    as_said.or_else(|| understood(&text.replace(" stage", " status"), lexis)).or_else(|| {
        let statuses = lexis.briefing.vocabulary.values(RecordType::Contact, "status");
        let open = statuses.iter().any(|status| status.eq_ignore_ascii_case("open"));
        (!open).then(|| understood(&text.replace("open leads", "leads"), lexis)).flatten()
    })
}

fn understood(text: &str, lexis: &Lexis<'_>) -> Option<Question> {
    let read = read::read_to_the_letter(&format!("list {text}"), lexis);
    let question = plan::settled(read)?;
    let plain_list = question.intent == Some(Intent::List)
        && matches!(question.entity, Some(Entity::Contacts | Entity::Deals))
        && question.unplaced.is_empty()
        && question.left_out.is_empty()
        && question.problem.is_none()
        && question.groups.is_empty()
        && question.measures.is_empty()
        && question.sort.is_none()
        && question.limit.is_none()
        && question.leader.is_none()
        && question.compare.is_none()
        && question.share.is_none()
        && question.having.is_empty()
        && question.subject.is_none()
        && question.focus.is_none()
        && question.that_one.is_none()
        && question.filters.text.is_none()
        && !(question.follows || question.pronoun || question.there || question.plural || question.widens);
    // "the won without stage": nothing has a value and none.
    let filters = &question.filters;
    let contradicts = filters.conditions.iter().any(|one| filters.missing.contains(&one.field));
    let known = filters
        .conditions
        .iter()
        .all(|one| one.values.iter().all(|value| is_known(&one.field, value, lexis)));
    // Each "or" stands between two values of one field.
    let ors = text.split_whitespace().filter(|word| word.eq_ignore_ascii_case("or")).count();
    let alternatives: usize = filters.conditions.iter().map(|one| one.values.len().saturating_sub(1)).sum();
    // A record that nobody knows would be looked for among those of similar names.
    let named = match &filters.about {
        Some(Subject::Named(name)) => !name.kinds.is_empty(),
        Some(Subject::This(_)) | None => true,
    };
    (plain_list && !contradicts && known && named && ors <= alternatives).then_some(question)
}

/// Whether it is a value that there is, and none that only stood where one would.
fn is_known(field: &Field, value: &str, lexis: &Lexis<'_>) -> bool {
    let briefing = lexis.briefing;
    let name = match field {
        Field::Owner => return value == ME || briefing.users.iter().any(|user| user.full_name == value),
        Field::Currency => return true,
        Field::Stage => {
            let stages = briefing.pipelines.iter().flat_map(|pipeline| &pipeline.stages);
            return stages.into_iter().any(|stage| stage.name == value)
                || briefing
                    .vocabulary
                    .values(RecordType::Contact, "status")
                    .iter()
                    .any(|known| known == value);
        }
        Field::Pipeline => return briefing.pipelines.iter().any(|pipeline| pipeline.name == value),
        Field::Status if ["active", "won", "lost"].contains(&value) => return true,
        Field::Priority if ["high", "medium", "low"].contains(&value) => return true,
        field => field,
    };
    let of_field =
        |known: &&lexi_types::VocabularyField| Field::of_vocabulary(&known.field).as_ref() == Some(name);
    briefing
        .vocabulary
        .fields
        .iter()
        .filter(of_field)
        .any(|known| known.values.iter().any(|one| one == value))
}

fn narrowed(question: Question, lexis: &Lexis<'_>) -> Result<Question, Refusal> {
    let noun = question.entity.map_or("records", Entity::plural);
    if question.filters == Filters::default() {
        return Err(Refusal::of(format!(
            "That would be every one of the {noun}, so nothing was changed. Please say which: by owner, status, or another field."
        )));
    }
    if question.filters.mine() && lexis.briefing.user.is_none() {
        return Err(Refusal::of(format!(
            "This API key stands for no person, so I do not know which {noun} are yours. Nothing was changed."
        )));
    }
    Ok(Question { limit: Some(LIMIT), ..question })
}

/// The one search that lists them.
pub(super) fn search(question: &Question, request: &crate::ModelRequest) -> Result<plan::Call, String> {
    match plan::plan(question, &request.briefing) {
        Plan::Calls(calls) => match calls.as_slice() {
            // Words looked for anywhere in a name find more than is meant.
            [only] if !only.arguments.contains_key("query") => Ok(only.clone()),
            _ => Err("I am not sure which records are meant, so nothing was changed.".to_owned()),
        },
        Plan::Say(sentence) => Err(format!("{sentence} Nothing was changed.")),
        Plan::NotUnderstood => {
            Err("I am not sure which records are meant, so nothing was changed.".to_owned())
        }
    }
}
