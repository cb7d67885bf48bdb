//! Asks one question of the table, looks at everything it left behind, and compares.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use lexi_store::credits;
use lexi_testkit::{Answered, Http, Lexi};
use lexi_types::{RateTier, ScopeSet, WorkspaceId};
use serde_json::Value;

use super::case::{Adapter, Case, Ends, Facts};
use super::rig::{self, ANSWER_BYTES_MAX, Rig};

const GRANTED: i64 = 10;
/// How long an upstream connection may outlive the answer.
const LET_GO: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) facts: Facts,
    pub(super) took: Duration,
    /// What holds of every cell and does not of this one.
    broken: Vec<String>,
}

impl Outcome {
    pub(super) fn against(&self, case: &Case, adapter: Adapter) -> Vec<String> {
        let mut wrong = self.broken.clone();
        let expected = case.expected(adapter);
        if self.facts != *expected {
            wrong.push(format!("came to {:?}, not {expected:?}", self.facts));
        }
        let (least, most) = case.ends.bounds();
        if self.took < least || self.took > most {
            wrong.push(format!("took {:?}, not {least:?} to {most:?}", self.took));
        }
        wrong
    }
}

impl Rig {
    pub(super) async fn ask(&self, adapter: Adapter, case: &Case) -> Outcome {
        let lexi = match &self.alone {
            Some(alone) if case.no_server => alone,
            _ => &self.lexi,
        };
        // A model that has failed before would be left out at the fifth time: a success makes it forget.
        if !case.no_server {
            assert!(lexi.http().chat("hello").await.done().is_some());
        }
        let workspace = lexi.new_workspace(&format!("{} {}", case.fault, case.when.word())).await;
        lexi.grant(workspace, GRANTED).await;
        let key = lexi.new_key(workspace, &ScopeSet::all().to_string(), RateTier::Unmetered).await;
        let http = lexi.http().with_key(&key);
        let (attempts, asked) = (rig::attempts(lexi).await, self.model.stats().started);
        let begun = Instant::now();
        let (_, most) = case.ends.bounds();
        let question = case.question();
        let Ok(answer) = tokio::time::timeout(most * 2, http.chat(&question)).await else {
            let facts = Facts {
                sees: "no end".to_owned(),
                charged: 0,
                stored: String::new(),
                attempts: String::new(),
            };
            return Outcome { facts, took: begun.elapsed(), broken: Vec::new() };
        };
        let took = begun.elapsed();
        let counted = since(&attempts, &rig::attempts(lexi).await);
        let asked = self.model.stats().started - asked;
        let mut check = Check { case, adapter, answer: &answer, broken: Vec::new() };
        check.stream();
        let stored = check.stored(&http).await;
        let charged = check.credits(lexi, workspace, &http).await;
        check.attempts(&counted, asked);
        if self
            .model
            .wait_for(LET_GO, |stats| stats.started == stats.finished + stats.refused + stats.aborted)
            .await
            .is_err()
        {
            check.broken.push("the model is still being asked".to_owned());
        }
        let sees = check.sees();
        let facts = Facts { sees, charged, stored, attempts: in_words(&counted) };
        Outcome { facts, took, broken: check.broken }
    }
}

struct Check<'a> {
    case: &'a Case,
    adapter: Adapter,
    answer: &'a Answered,
    broken: Vec<String>,
}

impl Check<'_> {
    fn hold(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.broken.push(otherwise());
        }
    }

    /// The shape that every stream has.
    fn stream(&mut self) {
        let answer = self.answer;
        self.hold(answer.status == 200 && answer.is_complete(), || {
            format!("no whole stream: {}", answer.text())
        });
        let names: Vec<String> = answer.frames().into_iter().map(|frame| frame.event).collect();
        let last = names.iter().filter(|name| matches!(name.as_str(), "done" | "error")).count();
        let at = names.iter().position(|name| matches!(name.as_str(), "done" | "error"));
        self.hold(last == 1 && at == names.len().checked_sub(2), || format!("the end is not one: {names:?}"));
        let mut open = Vec::new();
        for step in answer.data_of("tool_step") {
            let id = step["call_id"].clone();
            if step["status"] == "started" {
                open.push(id);
            } else {
                open.retain(|begun| *begun != id);
            }
        }
        self.hold(open.is_empty(), || format!("steps without an end: {open:?}"));
        self.hold(!answer.text().contains("scripted failure"), || {
            "the provider's own sentence is shown".to_owned()
        });
    }

    /// The state of the assistant's message; its text is what was shown.
    async fn stored(&mut self, http: &Http) -> String {
        let conversation = self.answer.header("x-conversation-id").unwrap_or_default().to_owned();
        let stored = http.get(&format!("/v1/lexi/conversations/{conversation}")).await.json();
        let messages = stored["data"]["messages"].as_array().cloned().unwrap_or_default();
        let said: Vec<&Value> = messages.iter().filter(|message| message["role"] == "assistant").collect();
        self.hold(messages.len() - said.len() == 1, || format!("not one question: {messages:?}"));
        let shown = self.answer.answer();
        match said.as_slice() {
            [] => {
                self.hold(shown.is_empty(), || "what was shown is not stored".to_owned());
                "nothing".to_owned()
            }
            [message] => {
                self.hold(message["content"] == shown, || {
                    format!("stored is {}, not {shown}", message["content"])
                });
                message["status"].as_str().unwrap_or_default().to_owned()
            }
            more => format!("{} messages", more.len()),
        }
    }

    /// What was charged: the same in the last event, in the ledger and in the account.
    async fn credits(&mut self, lexi: &Lexi, workspace: WorkspaceId, http: &Http) -> i64 {
        let charged =
            self.answer.done().and_then(|done| done["credits_charged"].as_i64()).unwrap_or_default();
        let rows = http.get("/v1/credits/ledger").await.json()["data"].clone();
        let rows =
            rows.as_array().cloned().or_else(|| rows["ledger"].as_array().cloned()).unwrap_or_default();
        let charges: Vec<&Value> = rows.iter().filter(|row| row["kind"] == "charge").collect();
        let ledger: i64 = charges.iter().filter_map(|row| row["amount"].as_i64()).sum();
        let once = charges.len() == usize::from(charged > 0);
        self.hold(rows.len() == charges.len() + 1 && once && ledger == -charged, || {
            format!("{charged} charged, but the ledger says {rows:?}")
        });
        let account = http.get("/v1/credits").await.json()["data"].clone();
        self.hold(account["held"] == 0 && account["balance"] == GRANTED - charged, || {
            format!("the account is {account}")
        });
        let audit = lexi.store.read(move |tx| Box::pin(credits::audit(tx, workspace))).await.unwrap();
        self.hold(audit.is_sound() && audit.account.held == 0, || format!("{audit:?}"));
        charged
    }

    /// What is counted is what was asked, and who has shown something is not asked again.
    fn attempts(&mut self, counted: &BTreeMap<String, u64>, asked: u64) {
        let sum: u64 = counted.values().sum();
        // A call that is cut short from our side has no outcome.
        let cut_short = self.case.ends == Ends::RunTime;
        self.hold(self.case.no_server || sum + u64::from(cut_short) == asked, || {
            format!("{asked} requests, but counted {counted:?}")
        });
        let begun = !self.answer.answer().is_empty() && self.answer.done().is_none();
        self.hold(!begun || asked == 1 + self.rounds(), || "asked again after output".to_owned());
    }

    fn rounds(&self) -> u64 {
        self.case.script["rounds"].as_u64().unwrap_or_else(|| u64::from(self.case.script["tools"].is_array()))
    }

    fn sees(&mut self) -> String {
        let (shown, whole) = (self.answer.answer(), self.case.whole_text(self.adapter));
        let text = if shown.is_empty() {
            ""
        } else if shown == whole {
            "the answer"
        } else if whole.starts_with(&shown) {
            "the beginning"
        } else {
            return format!("other text: {}", shown.chars().take(200).collect::<String>());
        };
        let end = match (self.answer.done(), self.answer.data_of("error").first()) {
            (Some(done), None) => match done["finish_reason"].as_str() {
                Some("stop") => String::new(),
                other => format!("`{}`", other.unwrap_or_default()),
            },
            (None, Some(error)) => format!("`{}`", error["code"].as_str().unwrap_or_default()),
            (_, _) => "no end".to_owned(),
        };
        let size = if text == "the beginning" && self.answer.done().is_some() {
            self.hold(shown.len() == ANSWER_BYTES_MAX, || format!("{} bytes are shown", shown.len()));
            "`answer_bytes_max` of it".to_owned()
        } else {
            text.to_owned()
        };
        [size, end].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

fn since(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let new = after
        .iter()
        .map(|(outcome, count)| (outcome.clone(), count - before.get(outcome).copied().unwrap_or_default()));
    new.filter(|(_, count)| *count > 0).collect()
}

/// `2 busy`, `busy, answered`: the answer last.
fn in_words(counted: &BTreeMap<String, u64>) -> String {
    let mut words: Vec<(&String, &u64)> = counted.iter().collect();
    words.sort_by_key(|(outcome, _)| *outcome == "answered");
    let word = |(outcome, count): (&String, &u64)| match count {
        1 => outcome.clone(),
        _ => format!("{count} {outcome}"),
    };
    words.into_iter().map(word).collect::<Vec<_>>().join(", ")
}
