//! What is wanted: a number, a list, a summary; of which records; grouped how.

use super::Reader;
use crate::builtin::question::{DateField, Entity, Group, Intent, Problem, Sort};

pub(super) fn plural(word: &str) -> Option<Entity> {
    Some(match word {
        "contacts" | "customers" | "people" | "persons" | "clients" | "leads" | "prospects" => {
            Entity::Contacts
        }
        "companies" | "organisations" | "organizations" | "accounts" | "businesses" => Entity::Companies,
        "deals" | "opportunities" | "opps" => Entity::Deals,
        "matters" | "cases" => Entity::Matters,
        "notes" => Entity::Notes,
        "tasks" | "todos" => Entity::Tasks,
        _ => return None,
    })
}

pub(super) fn singular(word: &str) -> Option<Entity> {
    Some(match word {
        "contact" | "customer" | "person" | "client" | "lead" | "prospect" => Entity::Contacts,
        "company" | "organisation" | "organization" | "account" => Entity::Companies,
        "deal" | "opportunity" | "opp" => Entity::Deals,
        "matter" | "case" => Entity::Matters,
        "note" => Entity::Notes,
        "task" | "todo" => Entity::Tasks,
        _ => return None,
    })
}

fn group(word: &str) -> Option<Group> {
    Some(match word {
        "stage" | "stages" => Group::Stage,
        "status" | "statuses" => Group::Status,
        "owner" | "owners" | "user" | "users" | "lawyer" | "lawyers" | "rep" | "reps" | "salesperson"
        | "colleague" | "assignee" | "attorney" | "partner" => Group::Owner,
        "company" | "companies" | "client" | "clients" | "customer" | "customers" | "account" => {
            Group::Company
        }
        "industry" | "industries" | "sector" | "sectors" => Group::Industry,
        "country" | "countries" => Group::Country,
        "city" | "cities" => Group::City,
        "size" => Group::Size,
        "pipeline" | "pipelines" => Group::Pipeline,
        "priority" | "priorities" => Group::Priority,
        "practice" | "practices" | "area" | "areas" => Group::PracticeArea,
        "fee" => Group::FeeModel,
        "job" | "title" | "titles" | "position" | "role" => Group::JobTitle,
        "tag" | "tags" => Group::Tag,
        "type" | "types" | "kind" => Group::Type,
        "source" | "sources" | "channel" => Group::Source,
        "language" | "languages" => Group::Language,
        "week" | "weeks" => Group::Week,
        "month" | "months" => Group::Month,
        "quarter" | "quarters" => Group::Quarter,
        "year" | "years" => Group::Year,
        _ => return None,
    })
}

/// The second word of a grouping: "practice area", "job title".
const GROUP_TAILS: &[&str] =
    &["area", "areas", "title", "titles", "model", "models", "type", "types", "size", "of"];

/// What people also break numbers down by.
const OTHER_GROUPS: &[&str] = &["day", "contact", "product", "region", "gender", "age", "postcode"];

/// Those who work here, not those in the records.
const PEOPLE_WORDS: &[&str] = &[
    "users",
    "colleagues",
    "lawyers",
    "attorneys",
    "team members",
    "team",
    "staff",
    "owners",
    "coworkers",
    "employees",
];

const CYCLE: &[&str] = &[
    "sales cycle length",
    "sales cycle",
    "cycle time",
    "cycle length",
    "time to close",
    "days to close",
    "how long does it take to close",
    "how long do we take to close",
    "how long does it take us to close",
    "how long do",
    "how long does",
];
const VALUE: &[&str] = &["estimated value", "value", "values", "worth", "amount", "volume", "money"];
const SUMMARY: &[&str] =
    &["summarize", "summarise", "summary", "overview", "breakdown", "recap", "status report"];
const MOST: &[&str] = &["most", "highest", "largest", "biggest", "best", "top", "busiest"];

impl Reader<'_> {
    pub(super) fn groups(&mut self) {
        const LEADS: &[&str] = &[
            "grouped by",
            "broken down by",
            "split by",
            "sorted by",
            "for each",
            "by each",
            "by",
            "per",
            "each",
            "across",
        ];
        for at in 0..self.words.len() {
            let Some(start) = LEADS.iter().find_map(|phrase| self.words.phrase_at(at, phrase)) else {
                continue;
            };
            let noun = start + usize::from(self.words.is(start, &["the", "deal"]));
            let Some(word) = self.words.open(noun) else { continue };
            // "across the pipeline", "across the year": all of it, not broken down.
            if self.words.is(at, &["across"]) && ["pipeline", "week", "quarter", "year"].contains(&word) {
                continue;
            }
            if matches!(word, "value" | "amount") || word == "size" && !self.says_companies() {
                self.question.sort = Some(Sort::Largest);
            } else if let Some(found) = group(word) {
                if self.question.group.is_some() {
                    continue;
                }
                self.question.group = Some(found);
            } else {
                if self.words.is(at, &["by", "per"]) && OTHER_GROUPS.contains(&word) {
                    self.question.problem = Some(Problem::Group(word.to_owned()));
                }
                continue;
            }
            let tail = usize::from(self.words.is(noun + 1, GROUP_TAILS));
            self.words.mark(at..noun + 1 + tail);
        }
        for (word, group) in [
            ("weekly", Group::Week),
            ("monthly", Group::Month),
            ("quarterly", Group::Quarter),
            ("yearly", Group::Year),
        ] {
            if self.words.take(word).is_some() {
                self.question.group = Some(group);
            }
        }
        self.leader();
    }

    fn says_companies(&self) -> bool {
        (0..self.words.len()).any(|at| self.words.is(at, &["companies", "company", "organisations"]))
    }

    /// "who has the most won deals", "which stage has the highest value": a grouping too.
    fn leader(&mut self) {
        let most = (0..self.words.len()).any(|at| self.words.is(at, MOST));
        if !most || self.question.group.is_some() {
            return;
        }
        for at in 0..self.words.len() {
            if self.words.is(at, &["who"]) {
                self.question.group = Some(Group::Owner);
                self.words.mark(at..at + 1);
                return;
            }
            let asks = self.words.is(at, &["which", "what"]);
            if let Some(found) = self
                .words
                .open(at + 1)
                .filter(|_| asks)
                .and_then(|w| group(w).filter(|_| plural(w).is_none()))
            {
                self.question.group = Some(found);
                let tail = usize::from(self.words.is(at + 2, GROUP_TAILS));
                self.words.mark(at..at + 2 + tail);
                return;
            }
        }
    }

    /// The records in question: the first plural noun, else the first singular one.
    pub(super) fn entities(&mut self) {
        let nouns = |read: fn(&str) -> Option<Entity>| {
            (0..self.words.len()).find_map(|at| Some((at, self.words.open(at).and_then(read)?)))
        };
        if let Some((at, entity)) = nouns(plural) {
            self.question.entity = Some(entity);
            let most = (0..self.words.len()).any(|at| self.words.is(at, MOST));
            if matches!(entity, Entity::Companies | Entity::Contacts)
                && most
                && self.words.take_any(&["deals", "opportunities"]).is_some()
            {
                // "which clients have the most deals": the deals, by company.
                self.question.entity = Some(Entity::Deals);
                self.question.group = self.question.group.or(Some(Group::Company));
            }
            if self.words.is(at, &["leads"]) {
                self.question.filters.status = Some("Lead".to_owned());
            }
            self.words.mark(at..at + 1);
        } else if self.words.find("who works").is_some() {
            self.question.entity = Some(Entity::Contacts);
        } else if let Some((at, entity)) = nouns(singular) {
            self.question.entity = Some(entity);
            self.singular = true;
            // "the Acme deal": the noun still has to say what kind of name stands before it.
            let named =
                at.checked_sub(1).and_then(|i| self.words.get(i)).is_some_and(|w| !w.used && w.capital);
            if !named {
                self.words.mark(at..at + 1);
            }
        }
    }

    pub(super) fn intents(&mut self) {
        let number = self.numbers();
        let leader = self.question.group.is_some() && (0..self.words.len()).any(|at| self.words.is(at, MOST));
        self.sorts(leader);
        let list = self.words.take_all(&[
            "list",
            "show",
            "which",
            "display",
            "find",
            "give me",
            "what",
            "break down",
            "split",
            "split up",
        ]);
        let summary = self.words.take_all(SUMMARY);
        let noun = self.question.entity.is_some();
        let pipeline = self.pipeline(number.is_some());
        let stages = self.words.take_all(&["pipelines"]) || !noun && self.words.take_all(&["stages"]);
        let of_deals = matches!(self.question.entity, None | Some(Entity::Deals));
        let asked = match number {
            Some((intent, sure)) if sure || !self.narrowed() || leader => Some(intent),
            _ if leader => Some(Intent::Count),
            _ if stages => Some(Intent::Stages),
            _ if pipeline && !noun || summary && of_deals => Some(Intent::Summary),
            _ if list || self.question.sort.is_some() => Some(Intent::List),
            _ => None,
        };
        self.question.intent = self.question.intent.or(asked);
        let people = matches!(asked, None | Some(Intent::List | Intent::Count));
        if self.question.entity.is_none() && people && self.words.take_all(PEOPLE_WORDS) {
            self.question.intent = Some(Intent::Users);
        }
    }

    /// The number that is asked for; not surely, where only "value" is said ("deals with value over 50k").
    fn numbers(&mut self) -> Option<(Intent, bool)> {
        let count = self.words.take_all(&["how many", "number of", "count of", "count"]);
        let median = self.words.take_all(&["median"]);
        let cycle = self.words.take_all(CYCLE);
        let average = self.words.take_all(&["on average", "average", "avg", "mean"]);
        let forecast = self.words.take_all(&["forecast", "expected"]);
        let weighted = self.words.take_all(&["probability weighted", "weighted"]) || forecast;
        let total = self.words.take_all(&["total", "sum of", "sum", "how much", "worth of"]);
        let value = self.words.take_all(VALUE);
        let revenue = self.words.take_all(&["revenue", "turnover", "income"]);
        let implied = match (revenue, forecast) {
            // What was earned, and what may still be.
            (true, _) => Some("won"),
            (false, true) => Some("active"),
            (false, false) => None,
        };
        let status = &mut self.question.filters.status;
        *status = status.take().or_else(|| implied.map(str::to_owned));
        match () {
            () if cycle => Some((Intent::Cycle, true)),
            () if median => Some((Intent::Median, true)),
            () if count => Some((Intent::Count, true)),
            () if average => Some((Intent::Average, true)),
            () if weighted => Some((Intent::Weighted, true)),
            () if total || revenue => Some((Intent::Sum, true)),
            () if value => Some((Intent::Sum, false)),
            () => None,
        }
    }

    /// "the pipeline": the deals that are still open.
    fn pipeline(&mut self, number: bool) -> bool {
        let noun = self.question.entity.is_some();
        let pipeline = self.words.take_all(&["pipeline"]);
        if pipeline {
            self.question.entity = self.question.entity.or(Some(Entity::Deals));
            let filters = &mut self.question.filters;
            if (noun || number) && filters.pipeline.is_none() && filters.status.is_none() {
                filters.status = Some("active".to_owned());
            }
        }
        pipeline
    }

    fn narrowed(&self) -> bool {
        let filters = &self.question.filters;
        self.question.sort.is_some() || filters.min.is_some() || filters.max.is_some()
    }

    fn sorts(&mut self, grouped_leader: bool) {
        let sorts: [(&[&str], Sort); 5] = [
            (
                &["most recently updated", "recently updated", "recently changed", "last updated"],
                Sort::Updated,
            ),
            (&["most valuable", "largest", "biggest", "highest", "top", "best", "most"], Sort::Largest),
            (&["smallest", "lowest", "least valuable"], Sort::Smallest),
            (&["most recent", "newest", "latest", "recent", "recently", "new"], Sort::Newest),
            (&["oldest", "first", "earliest"], Sort::Oldest),
        ];
        for (words, sort) in sorts {
            if self.words.take_any(words).is_some() && !grouped_leader {
                self.question.sort = self.question.sort.or(Some(sort));
            }
        }
        // "the biggest deal"
        if self.singular && self.question.sort.is_some() {
            self.question.limit = self.question.limit.or(Some(1));
        }
    }

    /// "win rate": of the deals that ended.
    pub(super) fn rates(&mut self) {
        let rates = ["win rate", "winrate", "conversion rate", "success rate", "win ratio", "hit rate"];
        if self.words.take_any(&rates).is_some() {
            self.question.intent = Some(Intent::WinRate);
            self.question.entity = Some(Entity::Deals);
            self.question.filters.date_field = self.question.filters.date_field.or(Some(DateField::Closed));
        }
    }
}
