//! API keys.

use lexi_types::{ErrorCode, Scope};

use super::operation::{Operation, operation};
use super::schema::{
    Shape, about, choice, example, filled_line, flag, list, list_of, may, must, named, object, or_null, text,
    text_of, time, uuid,
};

const PER_PAGE: i64 = 25;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        operation("GET", "/v1/api-keys", "list_api_keys", "API keys, newest first")
            .query("search", text_of(0, 200), "A part of the name")
            .query("include_revoked", flag(), "false unless given")
            .paged(PER_PAGE)
            .lists("api_keys", named("ApiKey")),
        operation("POST", "/v1/api-keys", "create_api_key", "Make a key")
            .about(
                "The answer has the key's text, once and never again: where it is replayed, `key` is null.",
            )
            .body(new_key())
            .answers(201, "The key", made())
            .leads_to("revoke_api_key", "id", "$response.body#/data/id"),
        operation("DELETE", "/v1/api-keys/{id}", "revoke_api_key", "Revoke a key, at once and for good")
            .about("The last active key with `admin:api_keys` stays: 403.")
            .answers_empty(204, "It is revoked")
            .fails(&[ErrorCode::ApiKeyNotFound]),
    ]
}

fn scopes() -> Vec<&'static str> {
    Scope::ALL.iter().map(|scope| scope.as_str()).collect()
}

fn new_key() -> Shape {
    let expires = about(time(), "In the future");
    object([
        must("name", filled_line(120)),
        must("permissions", list_of(choice(&scopes()), 1, 100)),
        may("description", or_null(text_of(0, 500))),
        may("rate_limit_tier", or_null(choice(&["standard", "high", "unmetered"]))),
        may("expires_at", or_null(example(expires, "2099-01-01T00:00:00Z".into()))),
    ])
}

fn fields() -> Vec<super::schema::Field> {
    vec![
        must("id", uuid()),
        must("name", text()),
        must("description", or_null(text())),
        must("prefix", about(text(), "Enough to recognise the key, useless to use it")),
        must("permissions", list(choice(&scopes()))),
        must("rate_limit_tier", choice(&["standard", "high", "unmetered"])),
        must("created_by", or_null(text())),
        must("created_at", time()),
        must("last_used_at", or_null(time())),
        must("expires_at", or_null(time())),
        must("revoked_at", or_null(time())),
    ]
}

fn made() -> Shape {
    let mut fields = fields();
    fields.push(must("key", or_null(about(text(), "`wbk_…`; null in a replay"))));
    object(fields)
}

pub(super) fn schemas() -> Vec<(String, Shape)> {
    vec![("ApiKey".to_owned(), object(fields()))]
}
