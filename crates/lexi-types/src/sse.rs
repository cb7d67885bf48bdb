//! Reading `text/event-stream` as the WHATWG HTML standard (section 9.2, server-sent events) says, from bytes that
//! arrive in any pieces.

/// One dispatched event. `event` is `message` where the stream names none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    pub id: Option<String>,
    pub event: String,
    pub data: String,
}

#[derive(Debug, Default)]
pub struct Parser {
    line: Vec<u8>,
    /// The last byte was CR: a LF that follows belongs to the same line end.
    after_cr: bool,
    /// Nothing but a possible byte order mark has been read.
    started: bool,
    event: String,
    data: Option<String>,
    last_id: Option<String>,
}

impl Parser {
    /// Takes the next bytes and gives the events that they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Frame> {
        let mut frames = Vec::new();
        for &byte in bytes {
            let after_cr = std::mem::replace(&mut self.after_cr, byte == b'\r');
            match byte {
                b'\n' if after_cr => {}
                b'\n' | b'\r' => {
                    let line = std::mem::take(&mut self.line);
                    frames.extend(self.end_line(&line));
                }
                _ => self.line.push(byte),
            }
        }
        frames
    }

    /// The id that a reconnecting client sends as `Last-Event-ID`.
    pub fn last_event_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }

    fn end_line(&mut self, line: &[u8]) -> Option<Frame> {
        let mut line = line;
        if !self.started {
            self.started = true;
            line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        }
        if line.is_empty() {
            return self.dispatch();
        }
        let line = String::from_utf8_lossy(line);
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event),
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            },
            "id" if !value.contains('\0') => self.last_id = Some(value.to_owned()),
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<Frame> {
        let event = std::mem::take(&mut self.event);
        let data = self.data.take()?;
        let event = if event.is_empty() { "message".to_owned() } else { event };
        Some(Frame { id: self.last_id.clone(), event, data })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Vec<(String, String)> {
        Parser::default().push(text.as_bytes()).into_iter().map(|f| (f.event, f.data)).collect()
    }

    #[test]
    fn the_standards_examples() {
        assert_eq!(parse("data: YHOO\ndata: +2\ndata: 10\n\n"), [("message".into(), "YHOO\n+2\n10".into())]);
        assert_eq!(
            parse("data\n\ndata\ndata\n\ndata:"),
            [("message".into(), String::new()), ("message".into(), "\n".into())]
        );
        assert_eq!(
            parse(": test stream\n\ndata: first event\nid: 1\n\n"),
            [("message".into(), "first event".into())]
        );
        assert_eq!(parse("data:test\n\ndata: test\n\n").len(), 2);
        assert_eq!(
            parse("\u{feff}event: a\r\ndata: x\r\n\r\nevent: b\rdata: y\r\r"),
            [("a".into(), "x".into()), ("b".into(), "y".into())]
        );
        assert_eq!(parse("event: lonely\n\ndata: z\n\n"), [("message".into(), "z".into())]);
    }

    #[test]
    fn ids_stay_until_changed_and_nul_is_ignored() {
        let mut parser = Parser::default();
        parser.push(b"id: 3\ndata: a\n\nid: 4\0\ndata: b\n\n");
        assert_eq!(parser.last_event_id(), Some("3"));
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(text in "(data|event|id|:|retry|x)?:? ?[a-z\u{e9}]{0,4}(\n|\r|\r\n){1,2}{0,12}", cut in 0usize..64) {
            let bytes = text.as_bytes();
            let cut = cut.min(bytes.len());
            let whole = Parser::default().push(bytes);
            let mut parser = Parser::default();
            let mut parts = parser.push(&bytes[..cut]);
            parts.extend(parser.push(&bytes[cut..]));
            prop_assert_eq!(whole, parts);
        }
    }
}
