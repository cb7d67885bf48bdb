//! How many streams may be open at once: per key and on this server. A permit is held by whatever uses the stream, the
//! run and each reader, and goes back when the last of them ends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use lexi_types::KeyId;

#[derive(Debug, Clone)]
pub struct StreamSlots {
    open: Arc<Mutex<Open>>,
    per_key_max: usize,
    max: usize,
}

#[derive(Debug, Default)]
struct Open {
    total: usize,
    by_key: HashMap<KeyId, usize>,
}

#[derive(Debug, Clone)]
pub struct StreamPermit(#[expect(dead_code, reason = "held for its drop")] Arc<Held>);

#[derive(Debug)]
struct Held {
    open: Arc<Mutex<Open>>,
    key: KeyId,
}

impl StreamSlots {
    pub fn new(per_key_max: usize, max: usize) -> Self {
        Self { open: Arc::default(), per_key_max, max }
    }

    /// `None` when this key, or the server, has as many streams open as it may.
    pub fn acquire(&self, key: KeyId) -> Option<StreamPermit> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let of_key = open.by_key.get(&key).copied().unwrap_or(0);
        if of_key >= self.per_key_max || open.total >= self.max {
            return None;
        }
        open.by_key.insert(key, of_key + 1);
        open.total += 1;
        Some(StreamPermit(Arc::new(Held { open: Arc::clone(&self.open), key })))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.total = open.total.saturating_sub(1);
        if let Some(count) = open.by_key.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                open.by_key.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_its_share_and_gets_it_back() {
        let slots = StreamSlots::new(2, 3);
        let (key, other) = (KeyId::new(), KeyId::new());
        let first = slots.acquire(key).unwrap();
        let second = slots.acquire(key).unwrap();
        assert!(slots.acquire(key).is_none());
        let third = slots.acquire(other).unwrap();
        assert!(slots.acquire(other).is_none(), "the server is full");
        let copy = first.clone();
        drop(first);
        assert!(slots.acquire(key).is_none(), "a copy still holds it");
        drop((copy, second, third));
        assert!(slots.acquire(key).is_some());
        assert_eq!(slots.open.lock().unwrap().by_key.len(), 0);
    }
}
