//! What tests see of a screen.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// Bytes that can still be looked at when the screen owns the writer; clones write to the same place.
#[derive(Clone, Default)]
pub(super) struct Shown(Arc<Mutex<Vec<u8>>>);

impl Write for Shown {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shown {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}
