//! Who changed what.

use super::operation::{Operation, operation};
use super::schema::{
    Shape, about, day_or_time, integer_from, map, must, named, object, or_null, pattern, text, text_of, time,
    uuid,
};

const PER_PAGE: i64 = 50;
const PATH: &str = "/v1/audit-logs";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        narrowed(operation("GET", PATH, "list_audit_logs", "Who changed what, newest first"))
            .paged(PER_PAGE)
            .lists("audit_logs", named("AuditLog")),
        narrowed(operation(
            "GET",
            &*format!("{PATH}/export"),
            "export_audit_logs",
            "The same as a file, oldest first",
        ))
        .answers_as(200, "One JSON object on each line", "application/x-ndjson", text()),
    ]
}

fn narrowed(operation: Operation) -> Operation {
    operation
        .query("action", text_of(0, 100), "`create`, `update`, `delete`, `import` …")
        .query("resource_type", text_of(0, 100), "A type of record, `api_key`, `webhook` …")
        .query("resource_id", text_of(0, 100), "")
        .query("key_id", uuid(), "")
        .query("user_id", uuid(), "Who did it or approved it")
        .query("run_id", uuid(), "")
        .query("task_id", uuid(), "")
        .query("from_date", day_or_time(), "")
        .query("to_date", day_or_time(), "A day includes its end")
}

fn row() -> Shape {
    let key = || object([must("id", uuid()), must("name", or_null(text()))]);
    let user = || object([must("id", uuid()), must("full_name", or_null(text()))]);
    object([
        must("id", pattern("^log_[0-9A-Z]{26}$")),
        must("seq", integer_from(1)),
        must("timestamp", time()),
        must("action", text()),
        must("resource_type", text()),
        must("resource_id", text()),
        must("key", or_null(key())),
        must("user", or_null(user())),
        must("run_id", or_null(uuid())),
        must("task_id", or_null(uuid())),
        must("approved_by", or_null(object([must("key", key()), must("user", or_null(user()))]))),
        must("before", or_null(map())),
        must("after", or_null(map())),
        must("source", text()),
        must("ip_address", or_null(text())),
        must("user_agent", or_null(text())),
        must("hash", about(text(), "SHA-256 over this row and the hash of the one before it")),
    ])
}

pub(super) fn schemas() -> Vec<(String, Shape)> {
    vec![("AuditLog".to_owned(), row())]
}
