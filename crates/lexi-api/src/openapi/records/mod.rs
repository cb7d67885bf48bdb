//! The records of the CRM: the same operations for every type, from the tables of what is shown, written, narrowed and
//! sorted by.

mod shown;
mod written;

use lexi_crm::{Include, Shape as Narrows, parameters, sort_names};
use lexi_types::records::RecordType;
use lexi_types::{ErrorCode, Period};
use serde_json::{Value, json};

use super::operation::{Operation, operation};
use super::schema::{
    Shape, choice, day_or_time, flag, integer_from, integer_of, list, list_of, must, named, object, pattern,
    text, text_of, uuid,
};
use crate::routes::records::{CHANGED_MAX, EXPORTED, EXPORTED_MAX, MADE_MAX, PER_PAGE};

const IF_MATCH: &str =
    "`*`, or entity tags of states of the record: done only if it is in one of them, else 412";
/// Several, with commas between them, are taken too; generators can follow the form of one.
const TAGS: &str = r#"^(\*|(W/)?"[!#-~]*")$"#;

/// Types that can be written many at once.
const IN_BULK: [RecordType; 2] = [RecordType::Contact, RecordType::Deal];

pub(super) fn operations() -> Vec<Operation> {
    let mut operations: Vec<Operation> = RecordType::ALL.into_iter().flat_map(of).collect();
    let listed = |plural: &str, of: &str| {
        operation("GET", format!("/v1/{plural}"), format!("list_{plural}"), of.to_owned())
            .paged(crate::routes::firm::PER_PAGE)
    };
    operations.push(listed("pipelines", "Pipelines with their stages").lists("pipelines", shown::pipeline()));
    operations.push(listed("users", "The people of the firm").lists("users", shown::user()));
    operations
}

pub(super) fn schemas() -> Vec<(String, Shape)> {
    let mut schemas = Vec::new();
    for kind in RecordType::ALL {
        schemas.push((name(kind).to_owned(), shown::record(kind, Vec::new())));
        schemas.push((format!("New{}", name(kind)), written::new(kind)));
        schemas.push((format!("{}Changes", name(kind)), written::changes(kind)));
    }
    schemas
}

const fn name(kind: RecordType) -> &'static str {
    match kind {
        RecordType::Contact => "Contact",
        RecordType::Company => "Company",
        RecordType::Deal => "Deal",
        RecordType::Matter => "Matter",
        RecordType::Note => "Note",
        RecordType::Task => "Task",
        RecordType::Activity => "Activity",
    }
}

const fn missing(kind: RecordType) -> ErrorCode {
    match kind {
        RecordType::Contact => ErrorCode::ContactNotFound,
        RecordType::Company => ErrorCode::CompanyNotFound,
        RecordType::Deal => ErrorCode::DealNotFound,
        RecordType::Matter => ErrorCode::MatterNotFound,
        RecordType::Note => ErrorCode::NoteNotFound,
        RecordType::Task => ErrorCode::TaskNotFound,
        RecordType::Activity => ErrorCode::ActivityNotFound,
    }
}

fn of(kind: RecordType) -> Vec<Operation> {
    let (one, plural) = (kind.as_str(), kind.plural());
    let (many_path, one_path) = (format!("/v1/{plural}"), format!("/v1/{plural}/{{id}}"));
    let record = || named(name(kind));
    let order = || {
        let names: Vec<String> =
            sort_names(kind).flat_map(|name| [name.to_owned(), format!("-{name}")]).collect();
        choice(&names.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let mut operations = vec![
        narrowed(operation("GET", &*many_path, format!("list_{plural}"), format!("List {plural}")), kind)
            .query("sort", order(), "`-created_date` unless given; with a `-` downwards. Ties are broken by id")
            .paged(PER_PAGE)
            .lists(plural, record()),
        linked(
            operation("POST", &*many_path, format!("create_{one}"), format!("Make a {one}"))
                .body(named(&format!("New{}", name(kind))))
                .answers(201, "It is made", record())
                .with_header("ETag", etag())
                .with_header("Location", text()),
            kind,
        )
        .fails(&[ErrorCode::AmbiguousReference, ErrorCode::Conflict]),
        read(kind, &one_path),
        operation("PATCH", &*one_path, format!("update_{one}"), format!("Change a {one}"))
            .about("A field that is absent stays; null empties it.")
            .header("If-Match", pattern(TAGS), IF_MATCH)
            .body(named(&format!("{}Changes", name(kind))))
            .answers(200, "As it is now", record())
            .with_header("ETag", etag())
            .fails(&[
                missing(kind),
                ErrorCode::AmbiguousReference,
                ErrorCode::Conflict,
                ErrorCode::PreconditionFailed,
            ]),
        operation("DELETE", &*one_path, format!("delete_{one}"), format!("Remove a {one}, for good"))
            .about("What belonged to it stays, and belongs to it no more.")
            .header("If-Match", pattern(TAGS), IF_MATCH)
            .answers(200, "It is gone", object([must("deleted", flag()), must("id", uuid())]))
            .fails(&[missing(kind), ErrorCode::Conflict, ErrorCode::PreconditionFailed]),
        narrowed(
            operation("GET", format!("/v1/{plural}/export"), format!("export_{plural}"), format!("All {plural} as CSV")),
            kind,
        )
        .about("In the order in which they were made. A text that a spreadsheet would take for a formula begins with '. A list's parameters narrow it.")
        .query("limit", integer_of(1, bound(EXPORTED_MAX)), &format!("{EXPORTED} unless given"))
        .answers_as(200, "A header and a line for each", "text/csv", text())
        .with_header("Content-Disposition", text()),
    ];
    if IN_BULK.contains(&kind) {
        operations.extend(bulk(kind));
    }
    operations
}

fn read(kind: RecordType, path: &str) -> Operation {
    let one = kind.as_str();
    let includes = Include::of(kind);
    let reading = operation("GET", path, format!("get_{one}"), format!("A {one}"))
        .header(
            "If-None-Match",
            pattern(TAGS),
            "304 if the record is in one of these states; not with `include`",
        )
        .fails(&[missing(kind)]);
    let mut beside = Vec::new();
    let reading = if includes.is_empty() {
        reading
    } else {
        let words: Vec<&str> = includes.iter().map(|include| include.as_str()).collect();
        beside.extend(includes.iter().map(|include| (include.shown_as(), named(name(include.kind())))));
        let one_of = words.join("|");
        let names = format!(r"^\s*({one_of}|\*)(\s*,\s*({one_of}|\*))*\s*$");
        reading.query(
            "include",
            pattern(&names),
            "The three newest of each beside it; the key needs their scopes",
        )
    };
    reading
        .answers(200, "The record", shown::record(kind, beside))
        .with_header("ETag", etag())
        .answers_empty(304, "It has not changed")
        .with_header("ETag", etag())
}

fn bulk(kind: RecordType) -> [Operation; 2] {
    let plural = kind.plural();
    let path = format!("/v1/{plural}/bulk");
    let answer = |done: &str| {
        let rows = list(named(name(kind)));
        object([must(done, integer_from(0)), must(plural, rows)])
    };
    let made = list_of(named(&format!("New{}", name(kind))), 1, MADE_MAX);
    let ids = list_of(uuid(), 1, CHANGED_MAX);
    [
        operation("POST", &*path, format!("create_{plural}"), format!("Make many {plural}, all or none"))
            .about(format!(
                "A row that is wrong is named in `details.fields`, as `{plural}[3].name`. At most 2 MiB."
            ))
            .body(object([must(plural, made)]))
            .answers(201, "They are made", answer("created"))
            .fails(&[ErrorCode::AmbiguousReference, ErrorCode::Conflict]),
        operation(
            "PATCH",
            &*path,
            format!("update_{plural}"),
            format!("Change many {plural} alike, all or none"),
        )
        .body(object([
            must(format!("{}_ids", kind.as_str()), ids),
            must("updates", named(&format!("{}Changes", name(kind)))),
        ]))
        .answers(200, "As they are now", answer("updated"))
        .fails(&[missing(kind), ErrorCode::AmbiguousReference, ErrorCode::Conflict]),
    ]
}

/// With the parameters by which a list is narrowed.
fn narrowed(operation: Operation, kind: RecordType) -> Operation {
    let periods = format!("A period: {}", Period::FORMS);
    let operation = parameters(kind).iter().fold(operation, |operation, parameter| {
        let (name, description) = (parameter.name, parameter.description());
        let shape = match parameter.shape() {
            Narrows::Text => text_of(0, 200),
            Narrows::Id => uuid(),
            Narrows::Time => day_or_time(),
            Narrows::Period => pattern(Period::PATTERN),
            Narrows::Amount => pattern(r"^-?[0-9]{1,13}(\.[0-9]{1,2})?$"),
            Narrows::Whole => integer_of(0, 1_000_000),
            Narrows::Flag => choice(&["true", "false"]),
        };
        let told = match parameter.shape() {
            Narrows::Period if description.is_empty() => periods.clone(),
            Narrows::Period => format!("{description}. {periods}"),
            _ => description.to_owned(),
        };
        if parameter.is_repeated() {
            operation.query_list(name, shape, &told)
        } else {
            operation.query(name, shape, &told)
        }
    });
    let custom = match kind {
        RecordType::Contact | RecordType::Company | RecordType::Deal | RecordType::Matter => {
            "`custom.<name>` narrows by a custom field. "
        }
        RecordType::Note | RecordType::Task | RecordType::Activity => "",
    };
    operation.fails(&[ErrorCode::AmbiguousReference]).about(format!(
        "{custom}Of a parameter that is given several times any value will do. A word or an id that no record has finds \
         nothing."
    ))
}

/// What a made record leads to.
fn linked(operation: Operation, kind: RecordType) -> Operation {
    let (one, id) = (kind.as_str(), "$response.body#/data/id");
    operation
        .leads_to(&format!("get_{one}"), "id", id)
        .leads_to_with(&format!("update_{one}"), "id", id, retitled(kind))
        .leads_to(&format!("delete_{one}"), "id", id)
}

/// A change that every record of the type can take.
fn retitled(kind: RecordType) -> Value {
    match kind {
        RecordType::Contact => json!({ "full_name": "Jane Doe" }),
        RecordType::Company | RecordType::Deal | RecordType::Matter => json!({ "name": "Another name" }),
        RecordType::Note | RecordType::Task | RecordType::Activity => json!({ "title": "Another title" }),
    }
}

fn etag() -> Shape {
    pattern(r#"^"[0-9a-f]{24}"$"#)
}

fn bound(max: i64) -> isize {
    isize::try_from(max).unwrap_or(isize::MAX)
}
