//! The first pass: Markdown links and autolinks. Of one that is not allowed its text stays, and is looked at again: it
//! can hold links itself.

use super::Allowed;
use super::scheme::{Found, scheme};

/// A link that is not over after so many is taken for text.
const LINK_CHARS_MAX: usize = 400;
/// The same for its text alone, which is a name: "[0, 5)" must not stop the answer for long.
const TEXT_CHARS_MAX: usize = 200;

#[derive(Debug, Default)]
pub(super) struct Links {
    held: String,
    pub(super) removed: u64,
}

enum Read<'a> {
    Plain,
    More,
    /// Its bytes, and its text.
    Denied(usize, &'a str),
}

impl Links {
    /// `last`: nothing comes after this text.
    pub(super) fn push(&mut self, text: &str, allowed: &Allowed, last: bool) -> String {
        self.held.push_str(text);
        let mut out = String::with_capacity(self.held.len());
        let mut at = 0;
        loop {
            let rest = self.held.get(at..).unwrap_or_default();
            let (before, from) = rest.split_at(rest.find(['[', '<']).unwrap_or(rest.len()));
            out.push_str(before);
            at += before.len();
            let Some(first) = from.chars().next() else { break };
            let limit = from.char_indices().nth(LINK_CHARS_MAX).map(|(limit, _)| limit);
            let window = from.get(..limit.unwrap_or(from.len())).unwrap_or_default();
            let last = last && limit.is_none();
            let read =
                if first == '[' { link(window, allowed, last) } else { autolink(window, allowed, last) };
            match read {
                Read::More if limit.is_none() && !last => break,
                Read::More | Read::Plain => {
                    out.push(first);
                    at += 1;
                }
                Read::Denied(bytes, text) => {
                    let text = text.to_owned();
                    self.removed += 1;
                    self.held.replace_range(at..at + bytes, &text);
                }
            }
        }
        self.held.drain(..at);
        out
    }
}

/// `[text](target "title")`
fn link<'a>(window: &'a str, allowed: &Allowed, last: bool) -> Read<'a> {
    let end = match closing(window) {
        Found::Yes(end) => end,
        Found::Partial => return Read::More,
        Found::No => return Read::Plain,
    };
    let text = window.get(1..end).unwrap_or_default();
    let after = window.get(end + 1..).unwrap_or_default();
    if !after.starts_with('(') {
        return if after.is_empty() { Read::More } else { Read::Plain };
    }
    let target = after.get(1..).unwrap_or_default().trim_start();
    let angled = target.starts_with('<');
    let target = target.strip_prefix('<').unwrap_or(target);
    match scheme(target) {
        Found::No => return Read::Plain,
        Found::Partial => return Read::More,
        Found::Yes(_) => {}
    }
    let end = if angled { angled_end(target) } else { target_end(target) };
    if end.is_none() && !last {
        return Read::More;
    }
    let (target, rest) = target.split_at(end.unwrap_or(target.len()));
    if allowed.is(target) {
        return Read::Plain;
    }
    match title_end(rest.strip_prefix('>').filter(|_| angled).unwrap_or(rest)) {
        Found::Yes(rest) => Read::Denied(window.len() - rest, text),
        // The end of the answer is the end of the link; what follows its target is kept.
        Found::Partial if last => Read::Denied(window.len() - rest.len(), text),
        Found::Partial => Read::More,
        Found::No => Read::Plain,
    }
}

/// `<target>`
fn autolink<'a>(window: &'a str, allowed: &Allowed, last: bool) -> Read<'a> {
    let target = window.get(1..).unwrap_or_default();
    match scheme(target) {
        Found::No => return Read::Plain,
        Found::Partial => return Read::More,
        Found::Yes(_) => {}
    }
    match target.find(|c: char| c == '>' || c == '<' || c.is_whitespace()) {
        None if !last => Read::More,
        None if allowed.is(target) => Read::Plain,
        None => Read::Denied(window.len(), ""),
        Some(end) => {
            let (target, rest) = target.split_at(end);
            let closed = rest.starts_with('>') && !allowed.is(target);
            if closed { Read::Denied(end + 2, "") } else { Read::Plain }
        }
    }
}

/// Where the bracket that the text begins with is closed. A link holds no blank line.
fn closing(text: &str) -> Found<usize> {
    let (mut depth, mut before) = (0_usize, ' ');
    for (number, (at, c)) in text.char_indices().enumerate() {
        match c {
            _ if number > TEXT_CHARS_MAX + 1 => return Found::No,
            _ if before == '\\' => {}
            '[' => depth += 1,
            ']' if depth == 1 => return Found::Yes(at),
            ']' => depth -= 1,
            '\n' if before == '\n' => return Found::No,
            _ => {}
        }
        // An escaped backslash escapes nothing.
        before = if before == '\\' { ' ' } else { c };
    }
    Found::Partial
}

fn angled_end(target: &str) -> Option<usize> {
    target.find(['>', '\n'])
}

/// Parentheses within a target are in pairs.
fn target_end(target: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in target.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ if c.is_whitespace() => return Some(at),
            _ => {}
        }
    }
    None
}

/// Behind the target: how many bytes are left after the parenthesis that closes the link, outside any title.
fn title_end(text: &str) -> Found<usize> {
    let (mut quote, mut before, mut depth) = (None, ' ', 0_usize);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            _ if before == '\n' && c == '\n' => return Found::No,
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => return Found::Yes(text.len() - at - 1),
            (None, ')') => depth -= 1,
            _ => {}
        }
        before = c;
    }
    Found::Partial
}
