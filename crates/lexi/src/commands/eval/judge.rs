//! Whether an answer is right, refused or wrong.

use lexi_store::name_key;
use serde::Serialize;

use super::figures::{figures, states};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    Right,
    /// It says that it has no answer where there is one.
    Refused,
    Wrong,
    /// The run ended with an error.
    Failed,
}

/// What the right answer says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Expected {
    pub(super) figures: Vec<f64>,
    pub(super) records: Vec<String>,
    /// A name and the numbers that stand with it on one line.
    pub(super) rows: Vec<(String, Vec<f64>)>,
    pub(super) not_records: Vec<String>,
    pub(super) at_least: Option<usize>,
    pub(super) refusal: bool,
    pub(super) ask_back: bool,
    /// The truth is that there is nothing.
    pub(super) nothing: bool,
}

const REFUSALS: &[&str] = &[
    "did not understand",
    "didn't understand",
    "do not understand",
    "don't understand",
    "cannot",
    "can't",
    "could not",
    "couldn't",
    "unable",
    "not able",
    "do not know",
    "don't know",
    "do not have",
    "don't have",
    "not sure",
    "not something",
    "only answer",
    "outside",
    "rephrase",
    "no information",
    "not recorded",
    "is not kept",
    "no such",
    "but not",
    "one at a time",
    "i can take one",
    "so i have no",
];
/// Enough of a refusal where one is due.
const DENIALS: &[&str] = &["there is no", "there's no", "found no", "no record"];
const ASKS: &[&str] =
    &["which", "more than one", "several", "do you mean", "did you mean", "be more specific"];
const NOTHING: &[&str] = &["no", "none", "nothing", "nobody", "zero", "0", "not", "never", "without"];

pub(super) fn judge(question: &str, answer: &str, expected: &Expected) -> Verdict {
    let refuses = refuses(question, answer, REFUSALS);
    if expected.refusal {
        return if refuses || self::refuses(question, answer, DENIALS) {
            Verdict::Right
        } else {
            Verdict::Wrong
        };
    }
    let matches = matches(answer, expected);
    if expected.ask_back {
        let asks = asks(answer);
        return match (asks && matches, refuses) {
            (true, _) => Verdict::Right,
            (false, true) => Verdict::Refused,
            (false, false) => Verdict::Wrong,
        };
    }
    if expected.nothing {
        let key = name_key(answer.lines().next().unwrap_or_default());
        let says = key.split(' ').any(|word| NOTHING.contains(&word));
        return match (refuses && !says, says) {
            (true, _) => Verdict::Refused,
            (false, true) => Verdict::Right,
            (false, false) => Verdict::Wrong,
        };
    }
    if refuses {
        Verdict::Refused
    } else if matches {
        Verdict::Right
    } else if asks(answer) && answer.contains('?') {
        Verdict::Refused
    } else {
        Verdict::Wrong
    }
}

/// It says at its beginning that it has no answer, and gives no number that was not in the question: a total of more than
/// was asked for is an answer, whatever stands before it. What it offers as examples or as valid values does not count.
fn refuses(question: &str, answer: &str, words: &[&str]) -> bool {
    let lower = answer.trim().to_lowercase().replace('’', "'");
    let said = ["for example", "valid:"].iter().filter_map(|mark| lower.find(mark)).min();
    let said = said.and_then(|end| lower.get(..end)).unwrap_or(&lower);
    let start = said.split("\n\n").next().unwrap_or_default();
    let asked = figures(question);
    let known = figures(said).into_iter().all(|figure| asked.contains(&figure));
    let unknown_name = start.contains("found no") && start.contains("called");
    known && (unknown_name || words.iter().any(|words| start.contains(words)))
}

fn asks(answer: &str) -> bool {
    let lower = answer.to_lowercase();
    ASKS.iter().any(|words| lower.contains(words))
}

fn matches(answer: &str, expected: &Expected) -> bool {
    let folded = Folded::new(answer);
    let named = expected.records.iter().filter(|name| folded.has(name)).count();
    let rows = expected.rows.iter().filter(|(name, numbers)| together(answer, name, numbers)).count();
    let enough = |all: usize| expected.at_least.unwrap_or(all).min(all);
    named >= enough(expected.records.len())
        && rows >= enough(expected.rows.len())
        && expected.figures.iter().all(|figure| states(answer, *figure))
        && !expected.not_records.iter().any(|name| folded.has(name))
}

/// The name and its numbers on the same line.
fn together(answer: &str, name: &str, numbers: &[f64]) -> bool {
    answer
        .lines()
        .any(|line| Folded::new(line).has(name) && numbers.iter().all(|number| states(line, *number)))
}

/// A text in which names are looked for as whole words, without regard to case, accents and punctuation.
struct Folded(String);

impl Folded {
    fn new(text: &str) -> Self {
        Self(format!(" {} ", name_key(text)))
    }

    fn has(&self, name: &str) -> bool {
        let key = name_key(name);
        !key.is_empty() && (self.holds(&key) || dates(name).iter().any(|date| self.holds(&name_key(date))))
    }

    fn holds(&self, key: &str) -> bool {
        self.0.contains(&format!(" {key} "))
    }
}

/// The names among `all` that the answer has and that are neither expected nor part of one that is.
pub(super) fn others(answer: &str, all: &[String], expected: &[String]) -> Vec<String> {
    let folded = Folded::new(answer);
    let expected: Vec<_> = expected.iter().map(|name| Folded::new(name)).collect();
    let stray = |name: &&String| folded.has(name) && !expected.iter().any(|wanted| wanted.has(name));
    all.iter().filter(stray).cloned().collect()
}

/// The usual ways to write a day that is given as `2026-03-05`, or a month as `2026-03`.
fn dates(text: &str) -> Vec<String> {
    if text.len() == 7
        && let Ok(first) = format!("{text}-01").parse::<lexi_types::Date>()
    {
        return ["%B %Y", "%b %Y", "%m/%Y", "%B", "%b"]
            .map(|form| first.civil().strftime(form).to_string())
            .to_vec();
    }
    let Ok(date) = text.parse::<lexi_types::Date>() else { return Vec::new() };
    let civil = date.civil();
    let (year, month, day) = (civil.year(), civil.month(), civil.day());
    let name = civil.strftime("%B").to_string();
    let short = civil.strftime("%b").to_string();
    vec![
        format!("{day} {name} {year}"),
        format!("{name} {day} {year}"),
        format!("{day} {short} {year}"),
        format!("{short} {day} {year}"),
        format!("{day:02}.{month:02}.{year}"),
        format!("{day}.{month}.{year}"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64) -> Expected {
        Expected { figures: vec![value], ..Expected::default() }
    }

    #[test]
    fn right_wrong_and_refused_are_told_apart() {
        let q = "How many deals did we win in 2026?";
        assert_eq!(judge(q, "You won **46 deals**.", &figure(46.0)), Verdict::Right);
        assert_eq!(judge(q, "You won **47 deals**.", &figure(46.0)), Verdict::Wrong);
        assert_eq!(
            judge(q, "I did not understand that.\n\nFor example: the 46 deals", &figure(46.0)),
            Verdict::Refused
        );
        assert_eq!(judge(q, "I cannot tell for 2026.", &figure(2026.0)), Verdict::Refused);
        assert_eq!(judge(q, "I could not place “win”.\n\nThere are 900.", &figure(46.0)), Verdict::Wrong);
        assert_eq!(judge(q, "I could not place “we”.\n\nThere are 46.", &figure(46.0)), Verdict::Right);
        let refusal = Expected { refusal: true, ..Expected::default() };
        assert_eq!(judge("Weather?", "I cannot know the weather.", &refusal), Verdict::Right);
        assert_eq!(judge("Weather?", "There are 375 deals.", &refusal), Verdict::Wrong);
        assert_eq!(judge("Weather?", "I cannot say, but 12 degrees.", &refusal), Verdict::Wrong);
    }

    #[test]
    fn where_several_share_a_place_some_of_them_are_enough() {
        let rows = [("A", 3.0), ("B", 2.0), ("C", 2.0)].map(|(name, number)| (name.to_owned(), vec![number]));
        let shared = Expected { rows: rows.to_vec(), at_least: Some(2), ..Expected::default() };
        assert_eq!(judge("The two largest?", "- A: 3\n- C: 2", &shared), Verdict::Right);
        assert_eq!(judge("The two largest?", "- A: 3\n- C: 3", &shared), Verdict::Wrong);
    }

    #[test]
    fn names_are_whole_and_days_have_many_forms() {
        let expected = Expected { records: vec!["Ayşe Kaplan".to_owned()], ..Expected::default() };
        assert_eq!(judge("Who?", "It is ayse kaplan.", &expected), Verdict::Right);
        assert_eq!(judge("Who?", "It is Ayse Kaplanski.", &expected), Verdict::Wrong);
        let day = Expected { records: vec!["2026-03-05".to_owned()], ..Expected::default() };
        for text in ["on 2026-03-05", "on 5 March 2026", "March 5, 2026", "05.03.2026"] {
            assert_eq!(judge("When?", text, &day), Verdict::Right, "{text}");
        }
        assert_eq!(judge("When?", "on 2026-03-06", &day), Verdict::Wrong);
        let month = Expected { rows: vec![("2026-03".to_owned(), vec![22.0])], ..Expected::default() };
        assert_eq!(judge("When?", "- **March 2026**: 22 deals", &month), Verdict::Right);
        assert_eq!(judge("When?", "- **April 2026**: 22 deals", &month), Verdict::Wrong);
    }

    #[test]
    fn a_group_stands_on_one_line_with_its_number() {
        let rows = vec![("Lead".to_owned(), vec![113.0]), ("Proposal".to_owned(), vec![48.0])];
        let expected = Expected { rows, ..Expected::default() };
        assert_eq!(judge("?", "- **Lead**: 113\n- **Proposal**: 48", &expected), Verdict::Right);
        assert_eq!(judge("?", "- **Lead**: 48\n- **Proposal**: 113", &expected), Verdict::Wrong);
    }

    #[test]
    fn nothing_must_be_said_and_strays_are_found() {
        let nothing = Expected { nothing: true, ..Expected::default() };
        assert_eq!(judge("?", "There are no such deals.", &nothing), Verdict::Right);
        assert_eq!(judge("?", "There are 4 deals.", &nothing), Verdict::Wrong);
        let all = ["Anna Ito", "Bo Li"].map(str::to_owned);
        assert_eq!(others("Anna Ito and Bo Li", &all, &all[..1]), ["Bo Li"]);
        let ask = Expected { ask_back: true, ..Expected::default() };
        assert_eq!(judge("?", "Which Anna do you mean?", &ask), Verdict::Right);
        assert_eq!(judge("?", "Anna is a lead.", &ask), Verdict::Wrong);
    }
}
