//! From an order to tool calls: the records are looked up, and then one call asks for the write of all of them.

use lexi_types::records::RecordType;
use lexi_types::{RecordId, name_key};
use serde_json::{Value, json};

use super::{Act, Create, Named, Order, Reading, Set, Target, answer, many};
use crate::ModelRequest;
use crate::builtin::format::plain;
use crate::builtin::plan::{Arguments, Call, one};
use crate::builtin::question::{Entity, Question};
use crate::builtin::turn::Outcome;
use crate::builtin::words::fold;

pub(in crate::builtin) enum Step {
    Call(Call),
    Say(String),
}

/// As many as may be changed in one go, over several searches.
const CHANGED_MAX: u64 = 100;

/// One record that was found.
pub(super) struct Found {
    pub kind: RecordType,
    pub id: Value,
    pub name: String,
    pub record: Value,
}

/// What comes next: a lookup, the write, or words.
pub(in crate::builtin) fn next(
    reading: &Reading,
    outcomes: &[Outcome],
    left: usize,
    request: &ModelRequest,
) -> Step {
    let order = match reading {
        Reading::Order(order) => order,
        Reading::Refused(sentence) => return Step::Say(sentence.clone()),
    };
    let mut turn = Turn { order, rest: outcomes, left, request };
    match turn.run() {
        Ok(sentence) => Step::Say(sentence),
        Err(step) => step,
    }
}

struct Turn<'a> {
    order: &'a Order,
    rest: &'a [Outcome],
    left: usize,
    request: &'a ModelRequest,
}

type Next<T> = Result<T, Step>;

impl Turn<'_> {
    /// The answer, once everything was done; before that, the step that is missing.
    fn run(&mut self) -> Next<String> {
        match (&self.order.act, &self.order.target) {
            (Act::Create(create), _) => self.create(create),
            (Act::Complete, Target::Task(title)) => self.complete(title),
            (act, Target::Many(question)) => self.many(act, question),
            (act, target) => self.one(act, target),
        }
    }

    fn one(&mut self, act: &Act, target: &Target) -> Next<String> {
        let kinds: Vec<RecordType> = match act {
            Act::Update(sets) => sets.iter().map(|(kind, _)| *kind).collect(),
            _ => vec![RecordType::Contact],
        };
        let tools: Vec<&'static str> = kinds.iter().filter_map(|kind| write_tool(act, *kind)).collect();
        self.must_offer(&tools)?;
        let found = match target {
            Target::One(named) => self.find(named, &kinds)?,
            Target::This(kind, id) => self.shown(*kind, *id, act)?,
            Target::New | Target::Many(_) | Target::Task(_) => return Err(not_sure()),
        };
        let Some(tool) = write_tool(act, found.kind) else { return Err(not_sure()) };
        let mut arguments = one("records", json!([found.id]));
        if let Act::Update(sets) = act {
            let set = sets.iter().find(|(kind, _)| *kind == found.kind).map(|(_, set)| set);
            let Some(set) = set else { return Err(not_sure()) };
            arguments.insert("set".to_owned(), Value::Object(laid_over(set, &found.record)));
        }
        let outcome = self.write(tool, arguments)?;
        let subject = format!("**{}**", plain(&found.name));
        let subject = if matches!(act, Act::Delete) {
            format!("the {} {subject}", found.kind.as_str())
        } else {
            subject
        };
        Ok(answer::written(self.order, &subject, &outcome, self.request))
    }

    fn many(&mut self, act: &Act, question: &Question) -> Next<String> {
        let entity = question.entity.unwrap_or(Entity::Contacts);
        let Some(tool) = write_tool(act, entity.kind()) else { return Err(not_sure()) };
        self.must_offer(&[tool])?;
        let search = many::search(question, self.request).map_err(Step::Say)?;
        self.must_offer(&[search.tool])?;
        let outcome = self.look_up(search.tool, search.arguments)?;
        if outcome.is_error {
            return Err(Step::Say(answer::failed(&outcome)));
        }
        let plural = entity.plural();
        let result = &outcome.result;
        let total = result.get("total").and_then(Value::as_u64);
        let records = result.get(plural).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let ids: Vec<&Value> =
            records.iter().filter_map(|record| record.get("id")).filter(|id| id.is_string()).collect();
        let subject = answer::several(total.unwrap_or_default(), plural, result);
        match total {
            None => return Err(not_sure()),
            Some(0) => return Err(Step::Say(format!("There is {subject}, so there was nothing to change."))),
            Some(total) if usize::try_from(total).is_ok_and(|total| total == ids.len()) => {}
            Some(total) => {
                let most = if total > CHANGED_MAX {
                    CHANGED_MAX
                } else {
                    u64::try_from(many::LIMIT).unwrap_or(u64::MAX)
                };
                return Err(Step::Say(format!(
                    "That would be {subject}. At most {most} can be changed at once, so nothing was changed. Please narrow it down."
                )));
            }
        }
        let mut arguments = one("records", json!(ids));
        if let Act::Update(sets) = act {
            let set = sets.iter().find(|(kind, _)| *kind == entity.kind()).map(|(_, set)| set);
            let Some(set) = set else { return Err(not_sure()) };
            arguments.insert("set".to_owned(), Value::Object(set.fields.clone()));
        }
        let written = self.write(tool, arguments)?;
        Ok(answer::written(self.order, &subject, &written, self.request))
    }

    fn create(&mut self, create: &Create) -> Next<String> {
        self.must_offer(&[create.tool])?;
        let mut fields = create.fields.clone();
        let mut belongs = Vec::new();
        for parent in &create.parents {
            let kinds = if create.kind == RecordType::Deal {
                vec![RecordType::Company, RecordType::Contact]
            } else {
                vec![RecordType::Contact, RecordType::Company, RecordType::Deal, RecordType::Matter]
            };
            let kinds: Vec<RecordType> = kinds
                .into_iter()
                .filter(|kind| parent.kinds.is_empty() || parent.kinds.contains(kind))
                .collect();
            let found = match parent.id {
                Some(id) => Found {
                    kind: *parent.kinds.first().unwrap_or(&RecordType::Contact),
                    id: json!(id),
                    name: parent.text.clone(),
                    record: Value::Null,
                },
                None => self.find(parent, &kinds)?,
            };
            fields.insert(format!("{}_name", found.kind.as_str()), found.id);
            belongs.push(format!("the {} **{}**", found.kind.as_str(), plain(&found.name)));
        }
        let outcome = self.write(create.tool, fields)?;
        // Notes and logged activities say themselves to whom they belong.
        let told = matches!(create.kind, RecordType::Note | RecordType::Activity) || belongs.is_empty();
        let subject = if told { String::new() } else { format!(" for {}", belongs.join(" and ")) };
        let mut answer = answer::written(self.order, &subject, &outcome, self.request);
        if create.may_exist && !outcome.is_error {
            answer.push_str(&answer::namesake(create.kind));
        }
        Ok(answer)
    }

    fn complete(&mut self, title: &str) -> Next<String> {
        self.must_offer(&["tasks.complete"])?;
        self.must_offer(&["tasks.search"])?;
        let mut arguments = one("query", json!(title));
        arguments.insert("not".to_owned(), json!({ "status": "completed" }));
        arguments.insert("limit".to_owned(), json!(many::LIMIT));
        let outcome = self.look_up("tasks.search", arguments)?;
        if outcome.is_error {
            return Err(Step::Say(answer::failed(&outcome)));
        }
        let tasks = outcome.result.get("tasks").and_then(Value::as_array).cloned().unwrap_or_default();
        let called = |task: &Value| task.get("title").and_then(Value::as_str).map(fold).unwrap_or_default();
        let asked = fold(title);
        let exact: Vec<&Value> = tasks.iter().filter(|task| called(task) == asked).collect();
        // One word of a title is too little to know it by.
        let several = asked.contains(' ');
        let close: Vec<&Value> =
            tasks.iter().filter(|task| several && called(task).contains(&asked)).collect();
        let fitting = if exact.is_empty() { close } else { exact };
        let task = match fitting.as_slice() {
            [] => {
                return Err(Step::Say(format!(
                    "I found no open task called “{}”, so nothing was changed.",
                    plain(title)
                )));
            }
            [one] => *one,
            several => return Err(Step::Say(answer::which_task(several))),
        };
        let Some(id) = task.get("id").filter(|id| id.is_string()) else { return Err(not_sure()) };
        let written = self.write("tasks.complete", one("records", json!([id])))?;
        Ok(answer::written(self.order, "", &written, self.request))
    }

    /// The one record of that name. Where it may be of several types, all of them are asked.
    fn find(&mut self, named: &Named, kinds: &[RecordType]) -> Next<Found> {
        let offered: Vec<RecordType> = kinds
            .iter()
            .copied()
            .filter(|kind| getter(*kind).is_some_and(|tool| self.offers(tool)))
            .collect();
        if offered.is_empty() {
            let tools: Vec<&str> = kinds.iter().filter_map(|kind| getter(*kind)).collect();
            return Err(if tools.is_empty() {
                not_sure()
            } else {
                Step::Say(super::without(&tools, self.request))
            });
        }
        let all = named.kinds.len() > 1;
        let mut found: Vec<Found> = Vec::new();
        for kind in offered {
            let Some(tool) = getter(kind) else { continue };
            let outcome = self.look_up(tool, one("name", json!(named.text)))?;
            match outcome.code() {
                Some("ambiguous_reference") => {
                    return Err(Step::Say(answer::which_record(kind, &named.text, &outcome)));
                }
                Some("not_found" | "insufficient_permissions") => continue,
                Some(_) => return Err(Step::Say(answer::failed(&outcome))),
                None if outcome.is_error => return Err(Step::Say(answer::failed(&outcome))),
                None => {}
            }
            found.extend(of_result(kind, &outcome.result));
            if !all && !found.is_empty() {
                break;
            }
        }
        let asked = name_key(&named.text);
        let (exact, others): (Vec<Found>, Vec<Found>) = found.into_iter().partition(|one| {
            name_key(&one.name) == asked || number_of(&one.record) == Some(named.text.as_str())
        });
        let (begins, strangers): (Vec<Found>, Vec<Found>) =
            others.into_iter().partition(|one| name_key(&one.name).starts_with(&format!("{asked} ")));
        // What is gone cannot be named again: only the whole name will do.
        let (begins, strangers) = match self.order.act {
            Act::Delete => (Vec::new(), begins.into_iter().chain(strangers).collect()),
            _ => (begins, strangers),
        };
        let mut fitting = if exact.is_empty() { begins } else { exact };
        match (fitting.pop(), fitting.is_empty()) {
            (Some(one), true) => Ok(one),
            (Some(last), false) => {
                fitting.push(last);
                Err(Step::Say(answer::which_type(&named.text, &fitting)))
            }
            (None, _) => Err(Step::Say(answer::nobody(&named.text, kinds, strangers.first()))),
        }
    }

    /// The record on the page; read only where what it has now matters.
    fn shown(&mut self, kind: RecordType, id: RecordId, act: &Act) -> Next<Found> {
        let name = self
            .request
            .briefing
            .context
            .iter()
            .find(|record| record.id == id)
            .and_then(|record| record.name.clone());
        let adds = matches!(act, Act::Update(sets) if sets.iter().any(|(_, set)| !set.tags.is_empty()));
        let mut found = Found {
            kind,
            id: json!(id),
            name: name.unwrap_or_else(|| kind.as_str().to_owned()),
            record: Value::Null,
        };
        if adds {
            let Some(tool) = getter(kind) else { return Err(not_sure()) };
            self.must_offer(&[tool])?;
            let outcome = self.look_up(tool, one("id", json!(id)))?;
            match of_result(kind, &outcome.result) {
                Some(read) if !outcome.is_error => found = read,
                _ => return Err(Step::Say(answer::failed(&outcome))),
            }
        }
        Ok(found)
    }

    fn offers(&self, name: &str) -> bool {
        self.request.tools.iter().any(|tool| tool.name == name)
    }

    /// One of these tools, or the sentence that says why there is none.
    fn must_offer(&self, tools: &[&'static str]) -> Next<()> {
        if tools.iter().any(|tool| self.offers(tool)) {
            return Ok(());
        }
        Err(if tools.is_empty() { not_sure() } else { Step::Say(super::without(tools, self.request)) })
    }

    /// A lookup leaves a call for the write.
    fn look_up(&mut self, tool: &'static str, arguments: Arguments) -> Next<Outcome> {
        self.call(tool, arguments, 2)
    }

    fn write(&mut self, tool: &'static str, arguments: Arguments) -> Next<Outcome> {
        if !self.offers(tool) {
            return Err(Step::Say(super::without(&[tool], self.request)));
        }
        self.call(tool, arguments, 1)
    }

    /// The next of the outcomes, or the call that brings it.
    fn call(&mut self, tool: &'static str, arguments: Arguments, needed: usize) -> Next<Outcome> {
        match self.rest.split_first() {
            Some((outcome, rest)) if outcome.tool == tool => {
                self.rest = rest;
                Ok(outcome.clone())
            }
            Some(_) => Err(not_sure()),
            None if self.left < needed => Err(Step::Say(
                "Too few tool calls are left for this request, so nothing was changed.".to_owned(),
            )),
            None => Err(Step::Call(Call { tool, arguments })),
        }
    }
}

fn not_sure() -> Step {
    Step::Say(
        "I am not sure what came of that, so I have gone no further. Please look at the records.".to_owned(),
    )
}

fn of_result(kind: RecordType, result: &Value) -> Option<Found> {
    let record = result.get(kind.as_str())?;
    let id = record.get("id").filter(|id| id.is_string())?.clone();
    let name = ["full_name", "name"].iter().find_map(|key| record.get(*key).and_then(Value::as_str))?;
    Some(Found { kind, id, name: name.to_owned(), record: record.clone() })
}

fn number_of(record: &Value) -> Option<&str> {
    record.get("number").and_then(Value::as_str)
}

/// What is to be set, with the tags that the record has already.
fn laid_over(set: &Set, record: &Value) -> Arguments {
    let mut fields = set.fields.clone();
    if !set.tags.is_empty() {
        let mut tags: Vec<String> = record
            .get("tags")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|tag| tag.as_str().map(str::to_owned))
            .collect();
        for tag in &set.tags {
            if !tags.iter().any(|known| fold(known) == fold(tag)) {
                tags.push(tag.clone());
            }
        }
        fields.insert("tags".to_owned(), json!(tags));
    }
    fields
}

const fn getter(kind: RecordType) -> Option<&'static str> {
    match kind {
        RecordType::Contact => Some("contacts.get"),
        RecordType::Company => Some("companies.get"),
        RecordType::Deal => Some("deals.get"),
        RecordType::Matter => Some("matters.get"),
        RecordType::Note | RecordType::Task | RecordType::Activity => None,
    }
}

const fn write_tool(act: &Act, kind: RecordType) -> Option<&'static str> {
    match (act, kind) {
        (Act::Update(_), RecordType::Contact) => Some("contacts.update"),
        (Act::Update(_), RecordType::Deal) => Some("deals.update"),
        (Act::Delete, RecordType::Contact) => Some("contacts.delete"),
        _ => None,
    }
}
