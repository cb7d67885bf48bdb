//! What was found, a line each.

use std::process::ExitCode;

use serde_json::{Map, Value, json};

use super::super::output::answer;

#[derive(Debug, Default)]
pub(super) struct Report {
    checks: Vec<Check>,
    /// What programs are told beside the checks.
    pub(super) more: Map<String, Value>,
}

#[derive(Debug)]
struct Check {
    of: &'static str,
    verdict: Verdict,
    says: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Fine,
    /// It works, but may not for long, or not as well as it could.
    Doubtful,
    Wrong,
}

impl Report {
    pub(super) fn fine(&mut self, of: &'static str, says: String) {
        self.checks.push(Check { of, verdict: Verdict::Fine, says });
    }

    pub(super) fn doubtful(&mut self, of: &'static str, says: String) {
        self.checks.push(Check { of, verdict: Verdict::Doubtful, says });
    }

    pub(super) fn wrong(&mut self, of: &'static str, says: String) {
        self.checks.push(Check { of, verdict: Verdict::Wrong, says });
    }

    pub(super) fn print(self, as_json: bool) -> anyhow::Result<ExitCode> {
        let sound = self.checks.iter().all(|check| check.verdict != Verdict::Wrong);
        let lines: Vec<String> = self.checks.iter().map(Check::line).collect();
        let mut json = self.more;
        json.insert("sound".to_owned(), json!(sound));
        json.insert("checks".to_owned(), self.checks.iter().map(Check::json).collect());
        answer(as_json, &json, &lines.join("\n"))?;
        Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

impl Check {
    fn line(&self) -> String {
        let mark = match self.verdict {
            Verdict::Fine => "ok  ",
            Verdict::Doubtful => "??? ",
            Verdict::Wrong => "BAD ",
        };
        format!("{mark} {}", self.says)
    }

    fn json(&self) -> Value {
        let verdict = match self.verdict {
            Verdict::Fine => "ok",
            Verdict::Doubtful => "doubtful",
            Verdict::Wrong => "bad",
        };
        json!({ "check": self.of, "verdict": verdict, "message": self.says })
    }
}
