//! The second pass: whatever stands around it, a target with the scheme is one of an allowed record, in its usual form,
//! or it is taken out up to the first character that no address has. That character is none of the scheme's, so what
//! stood before and after cannot become a scheme together.

use lexi_types::RecordId;

use super::scheme::{Found, prefix, scheme};
use super::{Allowed, TYPES};

/// Marks that end a sentence rather than an address.
const STOPS: [char; 4] = ['.', ',', '!', '?'];
/// So many of them are left.
const STOPS_MAX: usize = 3;
/// So many marks may stand between an address and the blank that ends it: `lexi://…**.`
const MARKS_MAX: usize = 8;
const ID_CHARS: usize = 36;

#[derive(Debug, Default)]
pub(super) struct Targets {
    held: String,
    /// Within a target that is being taken out.
    dropping: bool,
    pub(super) removed: u64,
}

enum Read {
    Plain,
    More,
    /// Its bytes, and what is shown for them.
    Allowed(usize, String),
    Denied(usize),
}

impl Allowed {
    /// The whole text is the address of an allowed record.
    pub(super) fn is(&self, address: &str) -> bool {
        let Found::Yes(start) = scheme(address) else { return false };
        let rest = address.get(start..).unwrap_or_default();
        matches!(record(rest), Found::Yes((length, kind, id)) if length == rest.len() && self.0.contains(&(kind, id)))
    }
}

impl Targets {
    /// `last`: nothing comes after this text.
    pub(super) fn push(&mut self, text: &str, allowed: &Allowed, last: bool) -> String {
        self.held.push_str(text);
        let held = std::mem::take(&mut self.held);
        let mut out = String::with_capacity(held.len());
        let mut rest = held.as_str();
        loop {
            if self.dropping {
                rest = self.drop_target(rest, last);
                if self.dropping {
                    break;
                }
            }
            let (before, from) = rest.split_at(rest.find(['l', 'L', '&']).unwrap_or(rest.len()));
            out.push_str(before);
            rest = from;
            if rest.is_empty() {
                break;
            }
            rest = match read(rest, allowed, last) {
                Read::More => break,
                Read::Plain => {
                    out.extend(rest.chars().next());
                    rest.get(1..).unwrap_or_default()
                }
                Read::Allowed(length, shown) => {
                    out.push_str(&shown);
                    rest.get(length..).unwrap_or_default()
                }
                Read::Denied(length) => {
                    self.removed += 1;
                    self.dropping = true;
                    rest.get(length..).unwrap_or_default()
                }
            };
        }
        rest.clone_into(&mut self.held);
        out
    }

    /// Skips to the end of the target, but for the stops that end the sentence.
    fn drop_target<'a>(&mut self, rest: &'a str, last: bool) -> &'a str {
        let end = rest.find(|c| !of_address(c));
        self.dropping = end.is_none() && !last;
        let target = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let stops = target.len() - target.trim_end_matches(STOPS).len();
        rest.get(target.len() - stops.min(STOPS_MAX)..).unwrap_or_default()
    }
}

fn of_address(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#@!$&+,;=%\\".contains(c)
}

fn read(text: &str, allowed: &Allowed, last: bool) -> Read {
    let undecided = if last { Read::Plain } else { Read::More };
    let length = match scheme(text) {
        Found::No => return Read::Plain,
        Found::Partial => return undecided,
        Found::Yes(length) => length,
    };
    let rest = text.get(length..).unwrap_or_default();
    match rest.chars().next() {
        None => return undecided,
        // "Lexi: good morning", "**Lexi:**": a name, not an address.
        Some(c) if !c.is_ascii_alphanumeric() && !"/\\%&?#.-+".contains(c) => return Read::Plain,
        Some(_) => {}
    }
    match record(rest) {
        Found::Partial if !last => Read::More,
        Found::Yes((bytes, kind, id)) if allowed.0.contains(&(kind, id)) => {
            match ends(rest.get(bytes..).unwrap_or_default()) {
                Found::No => Read::Denied(length),
                Found::Partial if !last => Read::More,
                _ => Read::Allowed(length + bytes, format!("lexi://{kind}/{id}")),
            }
        }
        _ => Read::Denied(length),
    }
}

/// `//deals/0190…` at the beginning of the text.
fn record(text: &str) -> Found<(usize, &'static str, RecordId)> {
    let mut partial = false;
    for record in TYPES {
        let kind = record.plural();
        match prefix(text, &format!("//{kind}/")) {
            Found::No => {}
            Found::Partial => partial = true,
            Found::Yes(start) => {
                return match id(text.get(start..).unwrap_or_default()) {
                    Found::No => Found::No,
                    Found::Partial => Found::Partial,
                    Found::Yes((bytes, id)) => Found::Yes((start + bytes, kind, id)),
                };
            }
        }
    }
    if partial { Found::Partial } else { Found::No }
}

fn id(text: &str) -> Found<(usize, RecordId)> {
    let (mut plain, mut length) = (String::with_capacity(ID_CHARS), 0);
    while plain.len() < ID_CHARS {
        let rest = text.get(length..).unwrap_or_default();
        let (c, bytes) = match rest.chars().next() {
            None => return Found::Partial,
            Some('%') => match rest.get(1..3).map(|hex| u8::from_str_radix(hex, 16)) {
                Some(Ok(byte)) => (char::from(byte), 3),
                None if rest.len() < 3 => return Found::Partial,
                _ => return Found::No,
            },
            Some(c) => (c, 1),
        };
        if !c.is_ascii_hexdigit() && c != '-' {
            return Found::No;
        }
        plain.push(c);
        length += bytes;
    }
    plain.parse().map_or(Found::No, |id| Found::Yes((length, id)))
}

/// Whether an address is over where this text begins.
fn ends(text: &str) -> Found<()> {
    let marks = |c: char| ".,;:!?'*_~".contains(c);
    for (seen, c) in text.chars().enumerate() {
        if marks(c) && seen < MARKS_MAX {
            continue;
        }
        let over = !c.is_alphanumeric() && !of_address(c) && !marks(c);
        return if over { Found::Yes(()) } else { Found::No };
    }
    Found::Partial
}
