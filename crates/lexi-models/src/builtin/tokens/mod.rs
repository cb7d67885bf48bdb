//! From words to tokens: at each place the longest phrase that is known, of the grammar, of the calendar or of this
//! workspace; what is not known may be a name.

mod amounts;
mod own;
mod when;

use std::ops::Range;

use lexi_types::Date;
use lexi_types::records::RecordType;

pub(super) use own::{KnownWords, Lexis, Own};

use super::field::Field;
use super::lexicon;
use super::tag::{Prep, State, Tag};
use super::words::Words;

#[derive(Debug, Clone)]
pub(super) struct Token {
    /// The words.
    pub span: Range<usize>,
    pub tag: Tag,
    /// What of the workspace the same words may stand for.
    pub own: Vec<Own>,
    /// What a mentioned name is the name of.
    pub kinds: Vec<RecordType>,
    /// Understood already.
    pub used: bool,
    pub capital: bool,
    pub quoted: bool,
    pub possessive: bool,
    /// A pause or the end of a sentence follows.
    pub pause: bool,
    pub ends: bool,
}

/// The day that these words and no others name, of what is still to be done.
pub(super) fn day_to_come(words: &Words, span: &Range<usize>, today: Date) -> Option<Date> {
    when::Times { words, today }.coming(span)
}

/// The amount that these words and no others name, in what it is measured, and its currency.
pub(super) fn amount_in(
    words: &Words,
    span: &Range<usize>,
) -> Option<(f64, super::tag::Measured, Option<&'static str>)> {
    amounts::whole(words, span)
}

/// Whether a word may be part of something known.
fn is_word(word: &str) -> bool {
    lexicon::is_known(word)
        || when::is_word(word)
        || amounts::is_word(word)
        || lexicon::HELP
            .iter()
            .chain(lexicon::PONDERS)
            .any(|phrase| phrase.split(' ').any(|part| part == word))
        || lexicon::COMMANDS.contains(&word)
        || lexicon::is_part(word)
}

pub(super) fn read(words: &Words, lexis: &Lexis<'_>) -> Vec<Token> {
    let times = when::Times { words, today: lexis.briefing.today };
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let token = token(words, lexis, &times, at);
        at = token.span.end.max(at + 1);
        tokens.push(token);
    }
    if let Some(last) = tokens.last_mut() {
        last.pause = true;
    }
    names(words, tokens)
}

fn token(words: &Words, lexis: &Lexis<'_>, times: &when::Times<'_>, at: usize) -> Token {
    let own = lexis.own_at(words, at);
    let quoted = words.get(at).is_some_and(|w| w.quoted);
    let mut kinds = Vec::new();
    let mut best: (usize, Tag) = (1, Tag::Name);
    if !quoted {
        // In rising order: of two that are equally long the later one is taken.
        let known = lexicon_at(words, at);
        let currency_or_bounds = amounts::at(words, at).map(|(tag, end)| (end - at, tag));
        let time = times.at(at).map(|(tag, end)| (end - at, tag));
        let own_here = own.as_ref().map(|(length, _)| (*length, Tag::Own));
        let key = lexis.key_at(words, at).map(|(length, field)| (length, Tag::Key(field)));
        let mention =
            lexis.mention_at(words, at).filter(|(length, _)| *length > 1 || known.is_none() && own.is_none());
        let mention = mention.map(|(length, found)| {
            kinds = found;
            (length, Tag::Mention)
        });
        let colleague = lexis.colleague_at(words, at).map(|(length, name)| (length, Tag::Colleague(name)));
        let mut found = false;
        for (length, tag) in
            [key, own_here, known, currency_or_bounds, time, mention, colleague].into_iter().flatten()
        {
            if !found || length > best.0 || length == best.0 && !yields(&best.1, &tag, own.as_ref()) {
                best = (length, tag);
                found = true;
            }
        }
    } else if own.is_some() {
        best = (1, Tag::Own);
    }
    let (length, tag) = best;
    let span = at..(at + length).min(words.len());
    let own = own.filter(|(own_length, _)| *own_length == length).map(|(_, own)| own).unwrap_or_default();
    let last = words.get(span.end - 1);
    let first = words.get(at);
    Token {
        kinds: if tag == Tag::Mention { kinds } else { Vec::new() },
        own,
        tag,
        used: false,
        capital: first.is_some_and(|w| w.capital),
        quoted,
        possessive: last.is_some_and(|w| w.possessive),
        pause: last.is_some_and(|w| w.pause || w.ends),
        ends: last.is_some_and(|w| w.ends),
        span,
    }
}

fn lexicon_at(words: &Words, at: usize) -> Option<(usize, Tag)> {
    own::tag_of(words, at)
}

/// Whether what was found first stays, though the other is as long: a stage called "Signed" is more than a state.
fn yields(first: &Tag, second: &Tag, own: Option<&(usize, Vec<Own>)>) -> bool {
    let stage = own.is_some_and(|(_, own)| own.iter().any(|own| own.field == Field::Stage && own.exact));
    match (first, second) {
        // A word that carries nothing gives way to any other.
        (Tag::Own | Tag::Key(_), Tag::Filler | Tag::Tail) => true,
        (Tag::Own, Tag::State(state)) => {
            stage
                && !matches!(
                    state,
                    State::Open | State::Closed | State::Pending | State::New | State::Won | State::Lost
                )
        }
        // "the website" is a source as well as a field; which of them, the question says.
        (Tag::Own, Tag::Prep(_) | Tag::Goes | Tag::Pipeline | Tag::Dated(_)) => true,
        (Tag::Own, Tag::Figure(_)) => true,
        _ => false,
    }
}

/// Joins the words of names that no list knows.
fn names(words: &Words, tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut rest = tokens.into_iter().peekable();
    while let Some(mut token) = rest.next() {
        // "Berlin Solar": a word in capitals before a name in capitals belongs to it.
        let starts = matches!(token.tag, Tag::Own) && token.capital && token.span.start > 0 && !token.pause;
        if starts && rest.peek().is_some_and(|next| next.tag == Tag::Name && next.capital && !next.quoted) {
            token.tag = Tag::Name;
        }
        // "Raj Kumar" is somebody else than the colleague Raj.
        let first_name = matches!(token.tag, Tag::Colleague(_))
            && token.span.len() == 1
            && token.capital
            && !token.possessive
            && !token.pause;
        if first_name && rest.peek().is_some_and(|next| next.tag == Tag::Name && next.capital && !next.quoted)
        {
            token.tag = Tag::Name;
        }
        if token.tag == Tag::Name && !token.quoted {
            let led = joined.last().is_some_and(|before: &Token| {
                matches!(
                    before.tag,
                    Tag::Prep(Prep::At | Prep::With | Prep::For | Prep::Of | Prep::About | Prep::On)
                )
            });
            while !token.pause && !token.possessive {
                let Some(next) = rest.peek() else { break };
                let goes_on = match &next.tag {
                    Tag::Name => !next.quoted,
                    // "at verdant logistics", and nothing more
                    Tag::Own if led && !token.capital => next.pause,
                    Tag::Own | Tag::Figure(_) => next.capital && token.capital,
                    Tag::Colleague(_) => next.capital && token.capital && next.span.len() == 1,
                    _ => false,
                };
                if !goes_on {
                    break;
                }
                let Some(next) = rest.next() else { break };
                token.span.end = next.span.end;
                token.pause = next.pause;
                token.ends = next.ends;
                token.possessive = next.possessive;
            }
            token.own.clear();
        }
        joined.push(token);
    }
    numbers(words, &mut joined);
    of_names(&mut joined);
    joined
}

/// "2025-0002": the number of a matter.
fn numbers(words: &Words, tokens: &mut [Token]) {
    for token in tokens.iter_mut().filter(|token| token.tag == Tag::Name) {
        let text = words.get(token.span.start).map(|w| w.fold.as_str()).unwrap_or_default();
        let numbered = text.contains(['-', '/']) && text.chars().filter(char::is_ascii_digit).count() >= 3;
        if numbered && token.span.len() == 1 {
            token.tag = Tag::Mention;
            token.kinds = vec![RecordType::Matter, RecordType::Deal];
        } else if text.contains('@') {
            token.tag = Tag::Mention;
            token.kinds = vec![RecordType::Contact];
        }
    }
}

/// "Bank of Ireland": two names in capitals with "of" between them are one.
fn of_names(tokens: &mut Vec<Token>) {
    let mut at = 0;
    while at + 2 < tokens.len() {
        let joins = match tokens.get(at..at + 3) {
            Some([one, of, other]) => {
                let plain =
                    |token: &Token| token.capital && !token.quoted && !token.pause && !token.possessive;
                one.tag == Tag::Name
                    && plain(one)
                    && of.tag == Tag::Prep(Prep::Of)
                    && !of.capital
                    && other.capital
                    && matches!(other.tag, Tag::Name | Tag::Own)
            }
            _ => false,
        };
        if joins {
            let end = tokens.get(at + 2).cloned();
            if let (Some(one), Some(end)) = (tokens.get_mut(at), end) {
                one.span.end = end.span.end;
                one.pause = end.pause;
                one.ends = end.ends;
                one.possessive = end.possessive;
            }
            tokens.drain(at + 1..at + 3);
        } else {
            at += 1;
        }
    }
}
