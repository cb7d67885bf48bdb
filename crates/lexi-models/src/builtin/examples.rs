//! What to say when nothing was understood: examples that work on this workspace's data with the tools that are offered.

use lexi_types::records::RecordType;

use super::format::plain;
use crate::ModelRequest;

const EXAMPLES: usize = 3;

pub(super) fn not_understood(request: &ModelRequest) -> String {
    format!("I did not understand that. {}", text(request))
}

pub(super) fn help(request: &ModelRequest) -> String {
    let help =
        format!("I answer questions about your CRM records from the records themselves. {}", text(request));
    match to_write(request) {
        Some(writes) => format!("{help}\n\nI can also write: {writes}"),
        None => help,
    }
}

/// What may be asked to be written here, if anything.
pub(super) fn to_write(request: &ModelRequest) -> Option<String> {
    let briefing = &request.briefing;
    let sample = |name: &Option<String>| name.as_deref().map(plain).filter(|name| !name.is_empty());
    let (contact, deal) = (sample(&briefing.samples.contact), sample(&briefing.samples.deal));
    let status =
        briefing.vocabulary.values(RecordType::Contact, "status").first().map(|status| plain(status));
    let stages = briefing.pipelines.iter().flat_map(|pipeline| &pipeline.stages);
    let stage = stages.into_iter().find(|stage| stage.stage_type == "open").map(|stage| plain(&stage.name));
    let with = |one: &Option<String>, other: &Option<String>, make: fn(&str, &str) -> String| {
        one.as_deref().zip(other.as_deref()).map(|(one, other)| make(one, other))
    };
    let all = [
        (
            "contacts.update",
            with(&contact, &status, |name, status| format!("Set the status of {name} to {status}")),
        ),
        ("deals.update", with(&deal, &stage, |name, stage| format!("Move {name} to {stage}"))),
        ("notes.create", contact.as_ref().map(|name| format!("Add a note to {name}: prefers to be called"))),
        ("tasks.create", contact.as_ref().map(|name| format!("Create a task to call {name} on Friday"))),
    ];
    let offered = all
        .into_iter()
        .filter(|(tool, _)| request.tools.iter().any(|spec| spec.name == *tool))
        .filter_map(|(_, example)| example);
    let lines: Vec<String> = offered.take(EXAMPLES).map(|example| format!("- {example}")).collect();
    (!lines.is_empty()).then(|| format!("you could say, for example:\n\n{}", lines.join("\n")))
}

/// "You could ask, for example: …"
pub(super) fn text(request: &ModelRequest) -> String {
    let lines: Vec<String> = list(request).into_iter().map(|example| format!("- {example}")).collect();
    format!("You could ask, for example:\n\n{}", lines.join("\n"))
}

fn list(request: &ModelRequest) -> Vec<String> {
    let briefing = &request.briefing;
    // With no tools at all the examples show what works once there are some.
    let offered = |tool: &str| request.tools.is_empty() || request.tools.iter().any(|spec| spec.name == tool);
    let stages = briefing.pipelines.iter().flat_map(|p| &p.stages);
    let stage = stages.into_iter().find(|stage| stage.stage_type == "open").map(|stage| plain(&stage.name));
    let user = briefing.users.first().map(|user| plain(&user.full_name));
    let sample = |name: &Option<String>| name.as_deref().map(plain).filter(|name| !name.is_empty());
    let known = &briefing.samples;
    // In a workspace where nothing is known yet, anything may come.
    let empty =
        [&known.contact, &known.company, &known.deal, &known.matter].iter().all(|name| name.is_none());
    let exists = |tool: &str| match tool.split('.').next() {
        Some("deals") => known.deal.is_some(),
        Some("contacts") => known.contact.is_some(),
        Some("companies") => known.company.is_some(),
        Some("matters") => known.matter.is_some(),
        _ => true,
    };
    let mut examples = Vec::new();
    let mut add = |tool: &str, example: Option<String>| {
        if offered(tool) && (empty || exists(tool)) {
            examples.extend(example);
        }
    };
    add("deals.aggregate", Some("Summarize my pipeline".to_owned()));
    add("deals.aggregate", stage.map(|stage| format!("How many deals are in {stage}?")));
    add("contacts.get", sample(&briefing.samples.contact).map(|name| format!("Who is {name}?")));
    add("companies.get", sample(&briefing.samples.company).map(|name| format!("Tell me about {name}")));
    add(
        "matters.get",
        sample(&briefing.samples.matter).map(|name| format!("What is the status of the matter {name}?")),
    );
    add("deals.aggregate", user.map(|name| format!("How many open deals does {name} own?")));
    add("deals.aggregate", Some("Total value of won deals by owner".to_owned()));
    add("contacts.search", Some("How many contacts do we have?".to_owned()));
    add("tasks.search", Some("Which tasks are overdue?".to_owned()));
    add("matters.search", Some("How many open matters are there?".to_owned()));
    add("companies.search", Some("List companies".to_owned()));
    add("notes.search", Some("Show the newest notes".to_owned()));
    examples.truncate(EXAMPLES);
    examples
}
