//! Encoding and parsing of frames, in nanoseconds for each.

use std::hint::black_box;
use std::time::{Duration, Instant};

use lexi_types::sse::Parser;
use lexi_types::{ConversationId, Event, RecordId, RecordRef, ToolStatus, encode_frame};

/// A stream that fits into a processor's cache, as a stream's recent past does.
const STREAM_FRAMES: u16 = 500;

/// A measurement: its name, and how to take it once.
pub(crate) type Measure = (&'static str, Box<dyn Fn(Duration) -> f64>);

pub(crate) fn measures() -> Vec<Measure> {
    let text = text();
    let step = tool_step();
    let stream: Vec<u8> =
        (1..=u64::from(STREAM_FRAMES)).flat_map(|id| encode_frame(Some(id), &text)).collect();
    let events = stream.clone();
    vec![
        ("encode text", encoding(None, text.clone())),
        ("encode text with id", encoding(Some(123), text)),
        ("encode tool_step with 10 records", encoding(None, step)),
        ("parse", parsing(stream, |_, _| true)),
        (
            "parse and read the event",
            parsing(events, |name, data| matches!(Event::from_frame(name, data), Some(Ok(_)))),
        ),
    ]
}

fn text() -> Event {
    Event::Text { delta: "active deals, worth ".to_owned(), conversation_id: ConversationId::new() }
}

fn tool_step() -> Event {
    let record =
        || RecordRef { kind: "deal".to_owned(), id: RecordId::new(), name: "Northwind merger".to_owned() };
    Event::ToolStep {
        tool: "deals.search".to_owned(),
        status: ToolStatus::Completed,
        summary: Some("Found 10 of 214 deals".to_owned()),
        call_id: "call_1".to_owned(),
        is_error: Some(false),
        records: Some(std::iter::repeat_with(record).take(10).collect()),
        task_id: None,
        requires_approval: None,
    }
}

fn encoding(id: Option<u64>, event: Event) -> Box<dyn Fn(Duration) -> f64> {
    Box::new(move |slice| {
        nanoseconds_each(slice, || {
            for _ in 0..STREAM_FRAMES {
                black_box(encode_frame(black_box(id), black_box(&event)));
            }
        })
    })
}

fn parsing(stream: Vec<u8>, read: fn(&str, &str) -> bool) -> Box<dyn Fn(Duration) -> f64> {
    Box::new(move |slice| {
        nanoseconds_each(slice, || {
            let frames = Parser::default().push(black_box(&stream));
            let good = frames.iter().filter(|frame| read(&frame.event, &frame.data)).count();
            assert_eq!(good, usize::from(STREAM_FRAMES), "every frame is read");
        })
    })
}

/// Of work that does [`STREAM_FRAMES`] frames at a time.
fn nanoseconds_each(slice: Duration, work: impl Fn()) -> f64 {
    let (started, mut rounds) = (Instant::now(), 0u32);
    while started.elapsed() < slice {
        work();
        rounds += 1;
    }
    started.elapsed().as_secs_f64() * 1e9 / (f64::from(rounds) * f64::from(STREAM_FRAMES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_gives_a_time() {
        for (name, measure) in measures() {
            let each = measure(Duration::from_millis(2));
            assert!(each.is_finite() && each > 0.0, "{name}: {each}");
        }
    }
}
