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

/// As many streams are open as may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotsFull {
    OfKey,
    OfServer,
}

impl StreamSlots {
    pub fn new(per_key_max: usize, max: usize) -> Self {
        Self { open: Arc::default(), per_key_max, max }
    }

    /// How many are open now.
    pub fn open(&self) -> usize {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).total
    }

    pub fn acquire(&self, key: KeyId) -> Result<StreamPermit, SlotsFull> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let of_key = open.by_key.get(&key).copied().unwrap_or(0);
        if of_key >= self.per_key_max {
            return Err(SlotsFull::OfKey);
        }
        if open.total >= self.max {
            return Err(SlotsFull::OfServer);
        }
        open.by_key.insert(key, of_key + 1);
        open.total += 1;
        Ok(StreamPermit(Arc::new(Held { open: Arc::clone(&self.open), key })))
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
        assert_eq!(slots.acquire(key).unwrap_err(), SlotsFull::OfKey);
        let third = slots.acquire(other).unwrap();
        assert_eq!(slots.open(), 3);
        assert_eq!(slots.acquire(other).unwrap_err(), SlotsFull::OfServer);
        let copy = first.clone();
        drop(first);
        assert!(slots.acquire(key).is_err(), "a copy still holds it");
        drop((copy, second, third));
        assert!(slots.acquire(key).is_ok());
        assert_eq!(slots.open.lock().unwrap().by_key.len(), 0);
    }
}
