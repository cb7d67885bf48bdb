//! The names of months, in the languages that questions come in most.

/// Each with the names of one language that are not already there.
const NAMES: [(u8, &[&str]); 12] = [
    (1, &["january", "jan", "januar", "jänner", "janvier", "enero", "gennaio", "janeiro", "januari"]),
    (2, &["february", "feb", "februar", "février", "febrero", "febbraio", "fevereiro", "februari"]),
    (3, &["march", "mar", "märz", "mrz", "mars", "marzo", "março", "maart"]),
    (4, &["april", "apr", "avril", "abril", "aprile"]),
    (5, &["may", "mai", "mayo", "maggio", "maio", "mei"]),
    (6, &["june", "jun", "juni", "juin", "junio", "giugno", "junho"]),
    (7, &["july", "jul", "juli", "juillet", "julio", "luglio", "julho"]),
    (8, &["august", "aug", "août", "agosto", "augustus"]),
    (9, &["september", "sep", "sept", "septembre", "septiembre", "settembre", "setembro"]),
    (10, &["october", "oct", "oktober", "okt", "octobre", "octubre", "ottobre", "outubro"]),
    (11, &["november", "nov", "novembre", "noviembre", "novembro"]),
    (12, &["december", "dec", "dezember", "dez", "décembre", "diciembre", "dicembre", "dezembro"]),
];
/// Longer words are no month.
const NAME_BYTES_MAX: usize = 12;

/// The month that the text begins with, and the bytes of its name, with the point of an abbreviation.
pub(super) fn month(text: &str) -> Option<(u8, usize)> {
    let length = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    if length > NAME_BYTES_MAX || !(3..).contains(&length) {
        return None;
    }
    let word = text.get(..length)?;
    let lower = word.to_lowercase();
    let (month, _) = NAMES.iter().find(|(_, names)| names.contains(&lower.as_str()))?;
    // "You may 3 …": only a capital makes such words a month.
    if matches!(word, "may" | "mar" | "mars") {
        return None;
    }
    let point = usize::from(length <= 4 && text.get(length..)?.starts_with('.'));
    Some((*month, length + point))
}
