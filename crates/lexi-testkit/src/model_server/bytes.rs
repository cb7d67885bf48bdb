//! From frames to the bytes of a `text/event-stream`, well shaped or as the script wants them.

use serde_json::Value;

use super::wire::Wire;

#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) event: Option<&'static str>,
    pub(super) data: Data,
}

#[derive(Debug, Clone)]
pub(super) enum Data {
    Json(Value),
    Text(&'static str),
}

/// The byte order mark.
pub(super) const BOM: &[u8] = "\u{feff}".as_bytes();

pub(super) fn frame(wire: &Wire, frame: &Frame) -> Vec<u8> {
    let space = if wire.no_space { "" } else { " " };
    let mut lines = Vec::new();
    if wire.comments {
        lines.push(": comment".to_owned());
    }
    lines.extend(frame.event.map(|event| format!("event:{space}{event}")));
    let data = match &frame.data {
        Data::Json(value) if wire.multiline => format!("{value:#}"),
        Data::Json(value) => value.to_string(),
        Data::Text(text) => (*text).to_owned(),
    };
    let data = if wire.surrogates { ascii(&data) } else { data };
    lines.extend(data.lines().map(|line| format!("data:{space}{line}")));
    if wire.comments {
        lines.extend([String::new(), ": ping".to_owned()]);
    }
    let end = wire.line_end.text();
    let mut text = lines.join(end);
    text.push_str(end);
    text.push_str(end);
    text.into_bytes()
}

/// A whole answer as JSON.
pub(super) fn document(wire: &Wire, document: &Value) -> Vec<u8> {
    let text = document.to_string();
    if wire.surrogates { ascii(&text).into_bytes() } else { text.into_bytes() }
}

/// JSON with escapes for everything beyond ASCII, which stands in its strings only.
pub(super) fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                text.push_str(&format!("\\u{unit:04X}"));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model_server::wire::LineEnd;

    fn shaped(wire: &Wire) -> String {
        let data = Data::Json(json!({"a": "😀é"}));
        String::from_utf8(frame(wire, &Frame { event: Some("e"), data })).unwrap()
    }

    #[test]
    fn frames_are_shaped() {
        let plain = Wire::default();
        assert_eq!(shaped(&plain), "event: e\ndata: {\"a\":\"😀é\"}\n\n");
        let crlf = Wire { line_end: LineEnd::Crlf, no_space: true, ..Wire::default() };
        assert_eq!(shaped(&crlf), "event:e\r\ndata:{\"a\":\"😀é\"}\r\n\r\n");
        let lines = Wire { multiline: true, surrogates: true, ..Wire::default() };
        assert_eq!(
            shaped(&lines),
            "event: e\ndata: {\ndata:   \"a\": \"\\uD83D\\uDE00\\u00E9\"\ndata: }\n\n"
        );
        let comments = Wire { comments: true, line_end: LineEnd::Cr, ..Wire::default() };
        assert_eq!(shaped(&comments), ": comment\revent: e\rdata: {\"a\":\"😀é\"}\r\r: ping\r\r");
    }
}
