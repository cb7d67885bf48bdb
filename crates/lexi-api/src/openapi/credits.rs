//! Credits and usage.

use lexi_store::credits::GRANT_MAX;

use super::operation::{Operation, operation};
use super::schema::{
    Shape, about, choice, day, integer, integer_from, integer_of, list, must, named, number, object, or_null,
    pattern, text, time, uuid,
};

const PER_PAGE: i64 = 25;

pub(super) fn operations() -> Vec<Operation> {
    let account = object(["balance", "held", "available"].map(|name| must(name, integer_from(0))));
    let day_of = |which: &str| format!("A day, UTC; {which}");
    vec![
        operation("GET", "/v1/credits", "get_credits", "The balance").answers(200, "The account", account),
        operation("GET", "/v1/credits/ledger", "list_ledger", "Every change of the balance, newest first")
            .paged(PER_PAGE)
            .lists("ledger", named("LedgerRow")),
        operation("POST", "/v1/credits/grants", "grant_credits", "Add credits")
            .body(object([must("amount", integer_of(1, isize::try_from(GRANT_MAX).unwrap_or(isize::MAX)))]))
            .answers(201, "The row of the ledger", named("LedgerRow")),
        operation("GET", "/v1/usage", "get_usage", "What the models used, by day and model")
            .about("At most 366 days.")
            .query("from", day(), &day_of("29 days before `to` unless given"))
            .query("to", day(), &day_of("today unless given"))
            .answers(200, "Rows and their sums", usage()),
    ]
}

fn sums() -> Vec<super::schema::Field> {
    let mut fields: Vec<_> = ["runs", "input_tokens", "output_tokens", "cached_tokens", "unpriced_runs"]
        .map(|name| must(name, integer_from(0)))
        .into();
    fields.push(must(
        "cost_usd",
        or_null(about(number(), "Exact to six decimals; null where no run has a price")),
    ));
    fields
}

fn usage() -> Shape {
    let mut row = vec![must("day", day()), must("model", text())];
    row.extend(sums());
    object([must("usage", list(object(row))), must("totals", object(sums()))])
}

pub(super) fn schemas() -> Vec<(String, Shape)> {
    let row = object([
        must("id", uuid()),
        must("kind", choice(&["grant", "charge", "adjustment"])),
        must("amount", about(integer(), "A charge is negative")),
        must("balance_after", integer_from(0)),
        must("message_id", or_null(pattern("^msg_[0-9A-Z]{26}$"))),
        must("created_at", time()),
    ]);
    vec![("LedgerRow".to_owned(), row)]
}
