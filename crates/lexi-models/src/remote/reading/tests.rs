//! Recorded streams, cut in every way: the pieces in which bytes arrive make no difference.

use std::path::PathBuf;

use futures_util::StreamExt;
use proptest::prelude::*;
use reqwest::Body;

use super::*;
use crate::remote::Names;
use crate::{ToolSpec, anthropic, openai};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/streams")
}

/// Name, protocol and bytes of each recording: `NAME.PROTOCOL.sse`.
fn recordings() -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "sse"))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()))
        .collect();
    all.sort();
    assert!(all.len() >= 12, "{} recordings", all.len());
    all
}

fn dialect(name: &str) -> Box<dyn Dialect> {
    let tool =
        |name: &str| ToolSpec { name: name.to_owned(), description: String::new(), parameters: Value::Null };
    let names = Names::new(&["contacts.search", "deals.aggregate"].map(tool));
    if name.contains(".anthropic.") {
        Box::new(anthropic::Assembly::new(names))
    } else {
        Box::new(openai::Assembly::new(names))
    }
}

/// What a reader is told, when the bytes arrive in these pieces.
async fn read(name: &str, pieces: Vec<Vec<u8>>) -> Vec<String> {
    let body = Body::wrap_stream(stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>)));
    let response = Response::from(http::Response::new(body));
    let limits = Limits { first_token: Duration::from_secs(5), read: Duration::from_secs(5) };
    let piece_by = Instant::now() + limits.first_token;
    let reading = Reading::new(response, "http://model/v1".parse().unwrap(), limits, dialect(name), piece_by);
    let told = |event| match event {
        Ok(event) => format!("{event:?}"),
        Err(error) => format!("{error:?}"),
    };
    reading.into_stream().map(told).collect().await
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// The first bytes are a property of the whole stream too: neighbouring texts are joined, for servers may cut them alike.
fn split(bytes: &[u8], cuts: &[usize]) -> Vec<Vec<u8>> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.extend([0, bytes.len()]);
    cuts.sort_unstable();
    cuts.windows(2).map(|pair| bytes[pair[0]..pair[1]].to_vec()).collect()
}

/// What each recording says stands beside it; `LEXI_WRITE_EVENTS=1` writes it anew, to be read before it is kept.
#[test]
fn recordings_say_what_is_written_beside_them() {
    for (name, bytes) in recordings() {
        let events = run(read(&name, vec![bytes])).join("\n") + "\n";
        let beside = folder().join(name.replace(".sse", ".events"));
        if std::env::var_os("LEXI_WRITE_EVENTS").is_some() {
            std::fs::write(&beside, &events).unwrap();
        }
        let written = std::fs::read_to_string(&beside).unwrap_or_default();
        assert_eq!(events, written, "{name}");
    }
}

#[test]
fn every_single_cut_and_every_byte_alone_give_the_same_events() {
    for (name, bytes) in recordings() {
        run(async {
            let whole = read(&name, vec![bytes.clone()]).await;
            let each: Vec<Vec<u8>> = bytes.iter().map(|byte| vec![*byte]).collect();
            assert_eq!(read(&name, each).await, whole, "{name}, byte by byte");
            for cut in 0..=bytes.len() {
                assert_eq!(read(&name, split(&bytes, &[cut])).await, whole, "{name}, cut at {cut}");
            }
        });
    }
}

proptest! {
    #[test]
    fn any_split_gives_the_same_events(cuts in proptest::collection::vec(any::<usize>(), 0..40), pick in any::<usize>()) {
        let recordings = recordings();
        let (name, bytes) = &recordings[pick % recordings.len()];
        let (whole, pieces) = run(async {
            (read(name, vec![bytes.clone()]).await, read(name, split(bytes, &cuts)).await)
        });
        prop_assert_eq!(whole, pieces, "{}", name);
    }
}
