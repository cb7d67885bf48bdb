//! Records as CSV (RFC 4180).

use csv::{Terminator, WriterBuilder};
use lexi_types::records::{Record, RecordType};
use serde_json::Value;

/// The first line: the names of the fields.
pub(super) fn header(kind: RecordType) -> Vec<u8> {
    line(kind.fields().iter().map(|name| (*name).to_owned()))
}

pub(super) fn row(record: &Record) -> Vec<u8> {
    let fields = record.fields();
    line(record.kind().fields().iter().map(|name| cell(fields.get(*name).unwrap_or(&Value::Null))))
}

fn line(cells: impl Iterator<Item = String>) -> Vec<u8> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    // Nothing fails that is written into memory.
    let _written = writer.write_record(cells.map(String::into_bytes));
    writer.into_inner().unwrap_or_default()
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => harmless(text),
        Value::Array(values) => {
            let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            harmless(&texts.join("; "))
        }
        other => other.to_string(),
    }
}

/// A spreadsheet takes a cell that begins with one of these for a formula, and a record may hold what a stranger wrote.
fn harmless(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn cells_are_text_that_a_spreadsheet_does_not_run() {
        for (value, shown) in [
            (json!(null), ""),
            (json!("Doe, Jane"), "Doe, Jane"),
            (json!("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")"),
            (json!("+49 30 1234"), "'+49 30 1234"),
            (json!("-"), "'-"),
            (json!("@x"), "'@x"),
            (json!("\t1"), "'\t1"),
            (json!(["a", "b, c"]), "a; b, c"),
            (json!(["=a"]), "'=a"),
            (json!({"source": "Web"}), "{\"source\":\"Web\"}"),
            (json!(1250.5), "1250.5"),
            (json!(true), "true"),
        ] {
            assert_eq!(cell(&value), shown, "{value}");
        }
    }

    #[test]
    fn lines_are_quoted_where_they_must_be() {
        let cells = ["plain", "a \"b\"", "two\nlines", "", "x,y"].map(str::to_owned);
        let line = String::from_utf8(line(cells.into_iter())).unwrap();
        assert_eq!(line, "plain,\"a \"\"b\"\"\",\"two\nlines\",,\"x,y\"\r\n");
        assert!(header(RecordType::Contact).starts_with(b"id,first_name,"));
    }
}
