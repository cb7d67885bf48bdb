//! The stored stream of a finished run, cut back into its frames.

use bytes::Bytes;

/// Frames end with a blank line, and a frame's JSON has no line break inside, so the cut is unambiguous.
pub(crate) fn frames(stream: Vec<u8>) -> Vec<Bytes> {
    let stream = Bytes::from(stream);
    let mut frames = Vec::new();
    let mut start = 0;
    for end in 2..=stream.len() {
        if end > start + 1 && stream.get(end - 2..end) == Some(b"\n\n") {
            frames.push(stream.slice(start..end));
            start = end;
        }
    }
    frames
}

#[cfg(test)]
mod tests {
    use super::frames;

    #[test]
    fn frames_come_apart_where_they_were_joined() {
        let stream = b"id: 1\nevent: text\ndata: {\"delta\": \"a\"}\n\nid: 2\nevent: done\ndata: {}\n\n";
        let cut = frames(stream.to_vec());
        assert_eq!(cut.len(), 2);
        assert_eq!(cut.concat(), stream);
        assert!(frames(Vec::new()).is_empty());
    }
}
