//! What Lexi has proposed, and what it may do by itself.

use lexi_types::ErrorCode;

use super::operation::{Operation, operation};
use super::schema::{
    Shape, about, choice, filled_line, flag, list, list_of, map, may, must, named, object, or_null, pattern,
    text, text_of, time, uuid,
};

const PER_PAGE: i64 = 25;
const STATUSES: &[&str] = &["pending", "approved", "dismissed", "completed", "failed"];

pub(super) fn operations() -> Vec<Operation> {
    let path = "/v1/lexi/tasks";
    let one = "/v1/lexi/tasks/{id}";
    let fails = [ErrorCode::NotFound, ErrorCode::Conflict];
    let policy = "/v1/lexi/policy";
    vec![
        operation("GET", path, "list_lexi_tasks", "What Lexi has proposed, newest first")
            .about("Tasks that touch a record which this key may not see are not there, nor counted.")
            .query("status", choice(STATUSES), "pending unless given")
            .paged(PER_PAGE)
            .lists("tasks", named("LexiTask")),
        operation("GET", one, "get_lexi_task", "A task with exactly what it will change")
            .answers(200, "The task", named("LexiTask"))
            .fails(&[ErrorCode::NotFound]),
        operation("POST", &*format!("{one}/approve"), "approve_lexi_task", "Make what a task proposes")
            .about(
                "Needs the `write:` scopes of what is changed. Made once: approving again what is made answers alike. \
                 409 when it cannot be made any more; the task has failed then, and nothing is changed.",
            )
            .answers(200, "It is made", decided(vec![must("execution_started", flag())]))
            .fails(&fails),
        operation("POST", &*format!("{one}/dismiss"), "dismiss_lexi_task", "Turn a task down, for good")
            .body(object([may("reason", or_null(text_of(0, 500)))]))
            .answers(200, "It is dismissed", decided(Vec::new()))
            .fails(&fails),
        operation("GET", policy, "get_policy", "What Lexi may do by itself in this workspace")
            .answers(200, "The policy", named("ToolPolicy")),
        operation("PUT", policy, "replace_policy", "Set what Lexi may do by itself in this workspace")
            .about("A list that is left out is emptied. An entry that is no tool's name is refused.")
            .body(object(["allow", "ask", "deny"].map(|name| may(name, or_null(globs())))))
            .answers(200, "The policy", named("ToolPolicy")),
    ]
}

fn globs() -> Shape {
    about(
        list_of(filled_line(100), 0, 100),
        "Names of tools; `*` stands for any run of characters, as in `notes.*`",
    )
}

fn decided(mut fields: Vec<super::schema::Field>) -> Shape {
    fields.push(must("task_id", uuid()));
    fields.push(must("status", choice(STATUSES)));
    fields.push(must("task", named("LexiTask")));
    object(fields)
}

fn task() -> Shape {
    let change = object([
        must("type", choice(&["contact", "company", "deal", "matter", "note", "task", "activity"])),
        must("verb", choice(&["create", "update", "delete"])),
        must("id", uuid()),
        must("name", text()),
        must("before", or_null(map())),
        must("after", or_null(map())),
    ]);
    let metadata = object([
        must("tool", text()),
        must("changes", list(change)),
        must("conversation_id", or_null(uuid())),
        must("message_id", or_null(pattern("^msg_[0-9A-Z]{26}$"))),
        must("key_id", about(uuid(), "The API key that proposed it")),
        must("reason", or_null(about(text(), "Why it was dismissed"))),
        must("error", or_null(about(text(), "Why it failed"))),
    ]);
    object([
        must("id", uuid()),
        must("type", about(text(), "`contact_update`, `note_create` …")),
        must("status", choice(STATUSES)),
        must("description", text()),
        must("metadata", metadata),
        must("created_at", time()),
        must("expires_at", time()),
        must("decided_at", or_null(time())),
    ])
}

fn tool_policy() -> Shape {
    let tool = object([must("name", text()), must("decision", choice(&["allow", "ask", "deny"]))]);
    object([
        must("allow", list(text())),
        must("ask", list(text())),
        must("deny", list(text())),
        must("tools", about(list(tool), "What it comes to, for keys without a policy of their own")),
    ])
}

pub(super) fn schemas() -> Vec<(String, Shape)> {
    vec![("LexiTask".to_owned(), task()), ("ToolPolicy".to_owned(), tool_policy())]
}
