//! Health, and this description.

use super::operation::{Operation, operation};
use super::schema::{choice, map, must, object, text};

pub(super) fn operations() -> Vec<Operation> {
    let status = |word| object([must("status", choice(&[word]))]);
    vec![
        operation("GET", "/healthz", "health", "Whether the process lives").answers(
            200,
            "It does",
            status("ok"),
        ),
        operation("GET", "/readyz", "readiness", "Whether it takes requests").answers(
            200,
            "It does",
            status("ready"),
        ),
        operation("GET", "/metrics", "metrics", "What was counted since the start").answers_as(
            200,
            "The text format of Prometheus",
            "text/plain",
            text(),
        ),
        operation("GET", "/openapi.json", "openapi", "This description").answers_as(
            200,
            "OpenAPI 3.1",
            "application/json",
            map(),
        ),
    ]
}
