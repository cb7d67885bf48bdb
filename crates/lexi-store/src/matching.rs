//! How well a name that somebody typed fits a stored one. Both are folded (see [`crate::name_key`]).

use strsim::osa_distance;

/// Two errors of up to three bytes each, and two blanks.
const JOINED_BYTES_APART: usize = 8;

/// Better fits come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    Exact,
    /// Every asked word is a word of the name, in whatever order.
    Words,
    /// Every asked word begins a word of the name.
    Beginnings,
    /// Every asked word stands somewhere in the name.
    Parts,
    /// The words fit but for this many typing errors.
    Typos(usize),
}

/// `None` when the name is not what was asked for.
pub fn fit(asked: &str, name: &str) -> Option<Fit> {
    if asked.is_empty() || name.is_empty() {
        return None;
    }
    if asked == name {
        return Some(Fit::Exact);
    }
    let words: Vec<&str> = name.split(' ').collect();
    if each_word(asked, &words, |a, w| (a == w).then_some(0)).is_some() {
        return Some(Fit::Words);
    }
    if each_word(asked, &words, |a, w| w.starts_with(a).then_some(0)).is_some() {
        return Some(Fit::Beginnings);
    }
    if asked.split(' ').all(|word| name.contains(word)) {
        return Some(Fit::Parts);
    }
    typos(asked, name, &words).map(Fit::Typos)
}

/// The items with the best fit that any of them has.
pub fn best<T, K: AsRef<str>>(asked: &str, items: impl IntoIterator<Item = (T, K)>) -> Vec<T> {
    let mut found = Vec::new();
    let mut best = None;
    for (item, name) in items {
        let Some(fit) = fit(asked, name.as_ref()) else { continue };
        match best {
            Some(so_far) if fit > so_far => continue,
            Some(so_far) if fit == so_far => {}
            _ => {
                found.clear();
                best = Some(fit);
            }
        }
        found.push(item);
    }
    found
}

/// The cost of giving each asked word a word of the name of its own.
fn each_word(asked: &str, words: &[&str], cost: impl Fn(&str, &str) -> Option<usize>) -> Option<usize> {
    let mut free: Vec<&str> = words.to_vec();
    let mut total = 0;
    for word in asked.split(' ') {
        let fits = free.iter().enumerate().filter_map(|(at, name)| Some((cost(word, name)?, at)));
        let (price, at) = fits.min()?;
        free.swap_remove(at);
        total += price;
    }
    Some(total)
}

fn typos(asked: &str, name: &str, words: &[&str]) -> Option<usize> {
    let by_word = each_word(asked, words, word_typos).filter(|typos| *typos <= 3);
    // Words written together or apart: `obrien` for `o brien`. Looked at only where the lengths allow it.
    let joined = (asked.len().abs_diff(name.len()) <= JOINED_BYTES_APART)
        .then(|| word_typos(&asked.replace(' ', ""), &name.replace(' ', "")))
        .flatten();
    match (by_word, joined) {
        (Some(by_word), Some(joined)) => Some(by_word.min(joined)),
        (by_word, joined) => by_word.or(joined),
    }
}

/// Short words must be nearly right, long ones may have two errors.
pub(crate) fn word_typos(asked: &str, word: &str) -> Option<usize> {
    let (asked_length, length) = (asked.chars().count(), word.chars().count());
    let allowed = match asked_length {
        0..=2 => 0,
        3..=7 => 1,
        _ => 2,
    };
    if asked_length.abs_diff(length) > allowed {
        return None;
    }
    if asked_length == 3 && asked.chars().next() != word.chars().next() {
        return None;
    }
    let distance = osa_distance(asked, word);
    (distance <= allowed).then_some(distance)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::name_key;

    fn of(asked: &str, name: &str) -> Option<Fit> {
        fit(&name_key(asked), &name_key(name))
    }

    #[test]
    fn fits_are_graded() {
        assert_eq!(of("anna müller", "Anna Muller"), Some(Fit::Exact));
        assert_eq!(of("Muller Anna", "Anna Maria Müller"), Some(Fit::Words));
        assert_eq!(of("an mul", "Anna Müller"), Some(Fit::Beginnings));
        assert_eq!(of("ulle", "Anna Müller"), Some(Fit::Parts));
        assert_eq!(of("Anna Mueller", "Anna Müller"), Some(Fit::Typos(1)));
        assert_eq!(of("Meyre Ana", "Anna Meyer"), Some(Fit::Typos(2)));
        assert_eq!(of("OBrien", "O'Brien"), Some(Fit::Typos(0)));
        assert_eq!(of("Jon", "John"), Some(Fit::Typos(1)));
    }

    #[test]
    fn what_does_not_fit_is_not_found() {
        for (asked, name) in [("Anna Schmidt", "Anna Müller"), ("Al", "Bo"), ("tim", "kim"), ("", "Anna")] {
            assert_eq!(of(asked, name), None, "{asked} / {name}");
        }
    }

    #[test]
    fn only_the_best_fits_are_kept() {
        let names = ["anna muller", "anna mullers", "hanna muller", "anna muler"];
        assert_eq!(best("anna muller", names.map(|n| (n, n))), ["anna muller"]);
        assert_eq!(best("anna mulle", names.map(|n| (n, n))), ["anna muller", "anna mullers"]);
        assert!(best("zzzz", names.map(|n| (n, n))).is_empty());
    }

    proptest! {
        #[test]
        fn one_swapped_or_dropped_letter_is_forgiven(word in "[a-z]{5,12}", at in 0usize..4, drop in any::<bool>()) {
            let mut letters: Vec<char> = word.chars().collect();
            if drop { letters.remove(at); } else { letters.swap(at, at + 1); }
            let asked: String = letters.into_iter().collect();
            prop_assert!(fit(&asked, &word).is_some(), "{} {}", asked, word);
        }

        #[test]
        fn a_fit_never_panics(asked in "\\PC{0,20}", name in "\\PC{0,20}") {
            let _ = of(&asked, &name);
        }
    }
}
