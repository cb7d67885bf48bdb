//! The error envelope.

use super::schema::{Shape, choice, list, map_of, may, must, object, or_null, text, uuid};

/// What stands in `error`, with one of these codes.
pub(super) fn error(codes: &[&str]) -> Shape {
    let candidate = object([must("id", uuid()), must("name", text()), must("detail", or_null(text()))]);
    let details = object([may("fields", map_of(text())), may("candidates", list(candidate))]);
    object([must("code", choice(codes)), must("message", text()), may("details", details)])
}
