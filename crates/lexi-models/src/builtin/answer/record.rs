//! One record: a sentence about it, then what else is known.

use serde_json::Value;

use super::super::field::Field;
use super::super::format::{counted, money, number, plain};
use super::super::question::Question;
use super::{json, lists};

struct Record<'a> {
    kind: &'static str,
    fields: &'a Value,
    result: &'a Value,
}

pub(super) fn word(question: &Question, tool: &str, result: &Value) -> Option<String> {
    let kind = match tool {
        "contacts.get" => "contact",
        "companies.get" => "company",
        "deals.get" => "deal",
        "matters.get" => "matter",
        _ => return None,
    };
    let fields = result.get(kind).filter(|fields| fields.is_object())?;
    let record = Record { kind, fields, result };
    let name = record.name();
    if let Some(focus) = &question.focus
        && let Some(sentence) = record.focused(&name, focus)
    {
        return Some(sentence);
    }
    let details = record.details();
    let parts = record.parts();
    let mut text = record.sentence(&name);
    for block in [details, parts].into_iter().filter(|block| !block.is_empty()) {
        text.push_str("\n\n");
        text.push_str(&block.join("\n"));
    }
    Some(text)
}

/// What is asked of the only record of a list.
pub(super) fn of_list(plural: &str, fields: &Value, focus: &Field) -> Option<String> {
    let kind = match plural {
        "contacts" => "contact",
        "companies" => "company",
        "deals" => "deal",
        "matters" => "matter",
        _ => return None,
    };
    let record = Record { kind, fields, result: fields };
    record.focused(&record.name(), focus)
}

impl Record<'_> {
    fn get(&self, key: &str) -> Option<String> {
        json::name(self.fields, key).map(plain)
    }

    fn name(&self) -> String {
        let key = if self.kind == "contact" { "full_name" } else { "name" };
        self.get(key).map_or_else(|| format!("This {}", self.kind), |name| format!("**{name}**"))
    }

    fn value(&self) -> Option<String> {
        money(self.fields.get("estimated_value")?, json::text(self.fields, "currency"))
    }

    fn percent(&self) -> Option<String> {
        number(self.fields.get("probability")?).map(|p| format!("{p} %"))
    }

    fn sentence(&self, name: &str) -> String {
        let get = |key| self.get(key);
        match self.kind {
            "contact" => {
                let job = get("job_title").map(|job| format!("{job} ")).unwrap_or_default();
                let role = match get("company_name") {
                    Some(company) => {
                        format!("{}at {company}", if job.is_empty() { "a contact ".to_owned() } else { job })
                    }
                    None if job.is_empty() => "a contact".to_owned(),
                    None => job.trim_end().to_owned(),
                };
                let status =
                    get("status").map(|status| format!(", with status **{status}**")).unwrap_or_default();
                format!("{name} is {role}{status}.")
            }
            "company" => {
                let industry = get("industry").map(|i| format!(" in {i}")).unwrap_or_default();
                let place: Vec<String> = [get("city"), get("country")].into_iter().flatten().collect();
                let place = if place.is_empty() { String::new() } else { format!(" ({})", place.join(", ")) };
                format!("{name} is a company{industry}{place}.")
            }
            "deal" => self.deal_position(name),
            _ => {
                let status = get("status").map(|status| format!(" **{status}**")).unwrap_or_default();
                let area = get("practice_area").map(|area| format!(" in {area}")).unwrap_or_default();
                let number = get("number").map(|number| format!(" ({number})")).unwrap_or_default();
                format!(
                    "{name}{number} is a matter{area}{}.",
                    if status.is_empty() { status } else { format!(", now{status}") }
                )
            }
        }
    }

    fn deal_position(&self, name: &str) -> String {
        let status = self.get("status").unwrap_or_else(|| "open".to_owned());
        let stage = self.get("stage").filter(|stage| !stage.eq_ignore_ascii_case(&status));
        let stage = stage.map(|stage| format!(" in the **{stage}** stage")).unwrap_or_default();
        match status.as_str() {
            "active" => format!("{name} is **active**{stage}."),
            ended => format!("{name} is **{ended}**{stage}."),
        }
    }

    /// The answer to what was asked for in particular; `None` where the record has no such field at all.
    fn focused(&self, name: &str, focus: &Field) -> Option<String> {
        let owner = if self.kind == "matter" { "responsible" } else { "owner" };
        let key = match (focus, self.kind) {
            (Field::Email, "contact") => "email",
            (Field::Phone, "contact") => "phone",
            (Field::JobTitle, "contact") => "job_title",
            (Field::LinkedIn, "contact" | "company") => "linkedin_url",
            (Field::Company, "contact") => "company_name",
            (Field::Company, "deal") => "company",
            (Field::Contact, "deal") => "contact",
            (Field::Contact, "matter") => "client_contact",
            (Field::Company, "matter") => "client",
            (Field::Value, "deal") => return Some(self.says("value", name, self.value())),
            (Field::Probability, "deal") => return Some(self.says("probability", name, self.percent())),
            (Field::Stage, "deal") => "stage",
            (Field::Pipeline, "deal") => "pipeline",
            (Field::FeeModel, "deal") => "fee_model",
            (Field::CloseDate, "deal") => "closed_date",
            (Field::CloseDate, "matter") => "close_date",
            (Field::OpenDate, "matter") => "open_date",
            (Field::OpenDate | Field::CreatedDate, _) => {
                return Some(self.says("creation date", name, lists::day(self.fields, "created_date")));
            }
            (Field::FollowUp, "contact" | "deal") => "next_follow_up_date",
            (Field::Priority, "contact" | "deal") => "priority",
            (Field::Industry, "company") => "industry",
            (Field::Website, "company") => "website",
            (Field::City, "company") => return Some(self.place(name)),
            (Field::Country, "company") => "country",
            (Field::Size, "company") => "size",
            (Field::PracticeArea, "matter") => "practice_area",
            (Field::PracticeArea, "deal") => "matter_type",
            (Field::Number, "matter") => "number",
            (Field::Description, "matter") => "description",
            (Field::Description, "deal") => "high_level_description",
            (Field::Owner, "contact" | "deal" | "matter") => {
                let value = self.get(owner).or_else(|| self.get("responsible_user"));
                let what = if self.kind == "matter" { "responsible lawyer" } else { "owner" };
                return Some(self.says(what, name, value));
            }
            (Field::Custom(custom), _) => {
                let value = self
                    .fields
                    .get("custom_fields")
                    .and_then(|fields| fields.get(custom))
                    .and_then(Value::as_str);
                return Some(self.says(&plain(&focus.noun()), name, value.map(plain)));
            }
            _ => return None,
        };
        Some(self.says(&focus.noun(), name, self.get(key)))
    }

    fn says(&self, what: &str, name: &str, value: Option<String>) -> String {
        match value {
            Some(value) => format!("The {what} of {name} is **{value}**."),
            None => format!("No {what} is recorded for {name}."),
        }
    }

    fn place(&self, name: &str) -> String {
        let place: Vec<String> = ["city", "country"].into_iter().filter_map(|key| self.get(key)).collect();
        match place.is_empty() {
            true => format!("No city is recorded for {name}."),
            false => format!("{name} is in **{}**.", place.join(", ")),
        }
    }

    fn details(&self) -> Vec<String> {
        let field = |label: &str, key: &str| self.get(key).map(|value| (label.to_owned(), value));
        let day =
            |label: &str, key: &str| lists::day(self.fields, key).map(|value| (label.to_owned(), value));
        let known = match self.kind {
            "contact" => vec![
                field("E-mail", "email"),
                field("Phone", "phone"),
                field("Owner", "owner"),
                field("Next follow-up", "next_follow_up_date"),
            ],
            "company" => vec![field("Website", "website"), field("Size", "size")],
            "deal" => vec![
                self.value().map(|value| ("Value".to_owned(), value)),
                self.percent().map(|value| ("Probability".to_owned(), value)),
                field("Owner", "owner"),
                field("Pipeline", "pipeline"),
                field("Practice area", "matter_type"),
                field("Fee model", "fee_model"),
                field("Priority", "priority"),
                field("Company", "company"),
                field("Contact", "contact"),
                field("About", "high_level_description"),
                field("Next follow-up", "next_follow_up_date"),
                field("Closed", "closed_date"),
                day("Created", "created_date"),
            ],
            _ => vec![
                field("Client", "client"),
                field("Responsible", "responsible"),
                field("Opened", "open_date"),
                field("Closed", "close_date"),
                field("Description", "description"),
            ],
        };
        let mut lines: Vec<String> =
            known.into_iter().flatten().map(|(label, value)| format!("- {label}: {value}")).collect();
        lines.extend(self.custom_fields());
        lines
    }

    fn custom_fields(&self) -> Vec<String> {
        let fields = self.fields.get("custom_fields").and_then(Value::as_object);
        let fields = fields.into_iter().flatten().take(6);
        let shown = fields.filter_map(|(name, value)| {
            let value = match value {
                Value::String(text) => plain(text),
                Value::Number(_) => number(value)?,
                Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
                _ => return None,
            };
            (!value.is_empty()).then(|| format!("- {}: {value}", plain(name).replace('_', " ")))
        });
        shown.collect()
    }

    /// The records that hang on this one.
    fn parts(&self) -> Vec<String> {
        let named = ["deals", "matters", "contacts", "tasks", "notes"];
        named.iter().filter_map(|plural| self.part(plural)).collect()
    }

    fn part(&self, plural: &str) -> Option<String> {
        let part = self.result.get(plural)?;
        let total = json::count(part, "total").filter(|total| *total > 0)?;
        let items: Vec<String> =
            json::list(part, "items").iter().take(5).filter_map(|item| part_line(plural, item)).collect();
        let label = match plural {
            "tasks" => format!("Open {}", super::super::format::noun(total, plural)),
            _ => capitalised(super::super::format::noun(total, plural)),
        };
        let count = counted(total, plural);
        let count = count.split(' ').next().unwrap_or_default();
        Some(format!("{label} ({count}): {}", items.join("; ")).trim_end_matches(": ").to_owned())
    }
}

fn part_line(plural: &str, item: &Value) -> Option<String> {
    let name = ["name", "full_name", "title"].iter().find_map(|key| json::text(item, key)).map(plain)?;
    let get = |key: &str| json::name(item, key).map(plain);
    let details = match plural {
        "deals" => vec![
            get("stage"),
            get("status").filter(|s| get("stage").is_none_or(|stage| !stage.eq_ignore_ascii_case(s))),
            item.get("estimated_value").and_then(|v| money(v, json::text(item, "currency"))),
        ],
        "tasks" => vec![get("due_date").map(|due| format!("due {due}"))],
        "notes" => vec![lists::day(item, "created_date"), get("snippet")],
        "contacts" => vec![get("job_title")],
        _ => vec![get("status")],
    };
    let details: Vec<String> = details.into_iter().flatten().collect();
    Some(if details.is_empty() { name } else { format!("{name} ({})", details.join(", ")) })
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
