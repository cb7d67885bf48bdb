//! Webhooks and the events that they are told of.

use lexi_types::{EVENT_TYPES, EVERY_EVENT, ErrorCode};

use super::operation::{Operation, operation};
use super::schema::{
    Shape, about, choice, flag, integer_from, list, list_of, map, may, must, named, object, or_null, pattern,
    text, text_of, time, uuid,
};

const PER_PAGE: i64 = 25;
const STATUSES: &[&str] = &["success", "failed", "pending"];

pub(super) fn operations() -> Vec<Operation> {
    let path = "/v1/webhooks";
    let one = "/v1/webhooks/{id}";
    let missing = [ErrorCode::WebhookNotFound];
    let changed = [ErrorCode::WebhookNotFound, ErrorCode::Conflict];
    vec![
        operation("GET", path, "list_webhooks", "Webhooks, newest first")
            .paged(PER_PAGE)
            .lists("webhooks", named("Webhook")),
        operation("POST", path, "create_webhook", "Have events sent to an address")
            .about("The answer has the secret, once and never again: where it is replayed, `secret` is null.")
            .body(object([
                must("url", address()),
                must("events", events()),
                may("description", or_null(text_of(0, 200))),
                may("active", or_null(flag())),
            ]))
            .answers(201, "The webhook", made())
            .leads_to("get_webhook", "id", "$response.body#/data/id")
            .leads_to("delete_webhook", "id", "$response.body#/data/id")
            .fails(&[ErrorCode::Conflict]),
        operation("GET", one, "get_webhook", "A webhook")
            .answers(200, "The webhook", named("Webhook"))
            .fails(&missing),
        operation("PATCH", one, "update_webhook", "Change a webhook; its secret stays")
            .body(object([
                may("url", or_null(address())),
                may("events", or_null(events())),
                may("description", or_null(text_of(0, 200))),
                may("active", or_null(flag())),
            ]))
            .answers(200, "The webhook", named("Webhook"))
            .fails(&missing),
        operation("DELETE", one, "delete_webhook", "Send nothing more")
            .answers_empty(204, "It is gone")
            .fails(&missing),
        operation("GET", &*format!("{one}/logs"), "list_webhook_logs", "What was sent, newest first")
            .query("status", choice(STATUSES), "")
            .paged(PER_PAGE)
            .lists("logs", named("WebhookDelivery"))
            .fails(&missing),
        operation("POST", &*format!("{one}/test"), "test_webhook", "Send a `webhook.test` event")
            .answers(201, "It is in the outbox", object([must("delivery_id", uuid()), must("event", text())]))
            .fails(&changed),
        operation("GET", "/v1/events/catalog", "list_events", "Every event there is, with an example")
            .answers(200, "The events", catalog()),
    ]
}

fn address() -> Shape {
    about(
        pattern(r"^https://[a-z0-9-]+(\.[a-z0-9-]+)*(/[!-~]*)?$"),
        "https, at most 2,000 characters, and to no address inside of a network unless the configuration allows it",
    )
}

fn events() -> Shape {
    let types: Vec<&str> = EVENT_TYPES.iter().map(|event| event.name).chain([EVERY_EVENT]).collect();
    about(list_of(choice(&types), 1, 100), "Types of events, or `*` for all")
}

fn fields() -> Vec<super::schema::Field> {
    vec![
        must("id", uuid()),
        must("url", text()),
        must("events", list(text())),
        must("description", or_null(text())),
        must("active", flag()),
        must("disabled_reason", or_null(text())),
        must("last_delivery_status", or_null(text())),
        must("last_delivery_at", or_null(time())),
        must("created_at", time()),
        must("updated_at", time()),
    ]
}

fn made() -> Shape {
    let mut fields = fields();
    fields.push(must("secret", or_null(about(text(), "`whsec_…`; null in a replay"))));
    object(fields)
}

fn delivery() -> Shape {
    object([
        must("delivery_id", uuid()),
        must("event", text()),
        must("status", choice(STATUSES)),
        must("response_status_code", or_null(integer_from(0))),
        must("response_body", or_null(text())),
        must("duration_ms", or_null(integer_from(0))),
        must("attempt", integer_from(0)),
        must("error", or_null(text())),
        must("created_at", time()),
        must("delivered_at", or_null(time())),
        must("next_attempt_at", or_null(time())),
    ])
}

fn catalog() -> Shape {
    let event = object([
        must("type", text()),
        must("description", text()),
        must("scope", or_null(text())),
        must("example", map()),
    ]);
    object([must("events", list(event)), must("total", integer_from(0))])
}

pub(super) fn schemas() -> Vec<(String, Shape)> {
    vec![("Webhook".to_owned(), object(fields())), ("WebhookDelivery".to_owned(), delivery())]
}
