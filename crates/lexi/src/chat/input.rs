//! The lines that the user types.

use std::io::{self, BufRead, IsTerminal};

use tokio::sync::mpsc;

pub(super) struct Input {
    lines: mpsc::Receiver<io::Result<String>>,
    /// Someone is typing: show a prompt.
    pub(super) typed: bool,
}

impl Input {
    /// A thread of its own reads, because a read of a terminal cannot be called off: the program ends around it.
    pub(super) fn of_terminal() -> io::Result<Self> {
        let (sender, lines) = mpsc::channel(1);
        std::thread::Builder::new().name("input".to_owned()).spawn(move || {
            for line in io::stdin().lock().lines() {
                if sender.blocking_send(line).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { lines, typed: io::stdin().is_terminal() })
    }

    /// The next line, or `None` at the end.
    pub(super) async fn next(&mut self) -> io::Result<Option<String>> {
        self.lines.recv().await.transpose()
    }
}
