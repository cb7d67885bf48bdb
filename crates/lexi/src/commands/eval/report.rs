//! What came out: how many were right, refused and wrong, what it cost, and the answers to look at.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};

use super::judge::Verdict;

#[derive(Debug)]
pub(super) struct Judged {
    pub(super) question: String,
    pub(super) expected: String,
    pub(super) answer: String,
    pub(super) verdict: Verdict,
    pub(super) credits: i64,
    pub(super) took: Duration,
}

#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) judged: Vec<Judged>,
}

impl Report {
    pub(super) fn count(&self, verdict: Verdict) -> usize {
        self.judged.iter().filter(|judged| judged.verdict == verdict).count()
    }

    /// Of a hundred questions.
    pub(super) fn percent(&self, verdict: Verdict) -> f64 {
        if self.judged.is_empty() {
            return 0.0;
        }
        100.0 * self.count(verdict) as f64 / self.judged.len() as f64
    }

    fn credits(&self) -> i64 {
        self.judged.iter().map(|judged| judged.credits).sum()
    }

    /// The time that so many of a hundred questions needed at most.
    fn time(&self, percent: usize) -> Duration {
        let mut times: Vec<_> = self.judged.iter().map(|judged| judged.took).collect();
        times.sort_unstable();
        let index = (times.len() * percent).div_ceil(100).saturating_sub(1);
        times.get(index).copied().unwrap_or_default()
    }

    pub(super) fn text(&self, all: bool) -> String {
        let mut text = String::new();
        for judged in &self.judged {
            if judged.verdict == Verdict::Right && !all {
                continue;
            }
            let verdict = format!("{:?}", judged.verdict).to_lowercase();
            let _always = writeln!(
                text,
                "{verdict}: {}\n  expected: {}\n  answer:   {}\n",
                judged.question,
                judged.expected,
                judged.answer.trim().replace('\n', "\n            ")
            );
        }
        let _always = write!(
            text,
            "{} questions: {} right, {} refused, {} wrong, {} failed\n\
             accuracy {:.1} %, wrong {:.1} %\n\
             {} credits; {:.0} ms median, {:.0} ms p99",
            self.judged.len(),
            self.count(Verdict::Right),
            self.count(Verdict::Refused),
            self.count(Verdict::Wrong),
            self.count(Verdict::Failed),
            self.percent(Verdict::Right),
            self.percent(Verdict::Wrong),
            self.credits(),
            self.time(50).as_secs_f64() * 1e3,
            self.time(99).as_secs_f64() * 1e3,
        );
        text
    }

    pub(super) fn json(&self, all: bool) -> Value {
        let shown: Vec<Value> = self
            .judged
            .iter()
            .filter(|judged| all || judged.verdict != Verdict::Right)
            .map(|judged| {
                json!({
                    "question": judged.question, "expected": judged.expected, "answer": judged.answer,
                    "verdict": judged.verdict, "credits": judged.credits,
                    "milliseconds": judged.took.as_secs_f64() * 1e3,
                })
            })
            .collect();
        json!({
            "questions": self.judged.len(),
            "right": self.count(Verdict::Right),
            "refused": self.count(Verdict::Refused),
            "wrong": self.count(Verdict::Wrong),
            "failed": self.count(Verdict::Failed),
            "accuracy_percent": self.percent(Verdict::Right),
            "wrong_percent": self.percent(Verdict::Wrong),
            "credits": self.credits(),
            "median_milliseconds": self.time(50).as_secs_f64() * 1e3,
            "p99_milliseconds": self.time(99).as_secs_f64() * 1e3,
            "answers": shown,
        })
    }
}
