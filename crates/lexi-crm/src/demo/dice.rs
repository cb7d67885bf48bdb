//! Chance that repeats: the ChaCha8 stream of a seed, with choices made here.

use lexi_types::{RecordId, Timestamp};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The choices are spelt out instead of taken from a library's distributions, which may change what they draw with any
/// release; the ChaCha8 stream itself is fixed.
#[derive(Debug)]
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `limit`; 0 when the limit is 0.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        let scaled = u128::from(self.0.next_u64()) * u128::from(limit);
        u64::try_from(scaled >> 64).unwrap_or_default()
    }

    /// A number from `low` to `high`, both included; `low` when the range is empty.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = i64::from(high) - i64::from(low) + 1;
        let step = self.below(u64::try_from(width).unwrap_or_default());
        low.saturating_add(i32::try_from(step).unwrap_or_default())
    }

    /// The lower of two numbers, so that low ones are more frequent.
    pub(super) fn low_between(&mut self, low: i32, high: i32) -> i32 {
        let first = self.between(low, high);
        first.min(self.between(low, high))
    }

    /// The higher of two numbers.
    pub(super) fn high_between(&mut self, low: i32, high: i32) -> i32 {
        let first = self.between(low, high);
        first.max(self.between(low, high))
    }

    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let index = self.below(from.len() as u64);
        from.get(usize::try_from(index).unwrap_or_default())
    }

    pub(super) fn word(&mut self, from: &[&'static str]) -> &'static str {
        self.pick(from).copied().unwrap_or_default()
    }

    /// An item by its weight; the last one when all weights are 0.
    pub(super) fn weighted<'a, T>(&mut self, from: &'a [(T, u64)]) -> Option<&'a T> {
        let mut left = self.below(from.iter().map(|(_, weight)| weight).sum());
        for (item, weight) in from {
            if left < *weight {
                return Some(item);
            }
            left -= weight;
        }
        from.last().map(|(item, _)| item)
    }

    /// A version 7 id of that moment.
    pub(super) fn id(&mut self, at: Timestamp) -> RecordId {
        let mut random = [0; 10];
        self.0.fill_bytes(&mut random);
        let millis = u64::try_from(at.micros() / 1_000).unwrap_or_default();
        RecordId::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_of_a_seed_is_fixed() {
        let mut dice = Dice::new(2026);
        let drawn: Vec<u64> = (0..6).map(|_| dice.below(1_000)).collect();
        assert_eq!(drawn, [599, 253, 42, 187, 249, 714], "another stream is another firm for everybody");
        let id = dice.id(Timestamp::from_micros(1_795_000_000_000_000));
        assert_eq!(id.to_string(), "01a1ee56-5e00-71a6-a4a1-a39837f2ca0e");
    }

    #[test]
    fn choices_stay_in_range_and_follow_their_weights() {
        let mut dice = Dice::new(1);
        let mut heavy = 0;
        for _ in 0..1_000 {
            assert!((-3..=4).contains(&dice.between(-3, 4)));
            if dice.weighted(&[("rare", 1), ("frequent", 9)]) == Some(&"frequent") {
                heavy += 1;
            }
        }
        assert!((850..950).contains(&heavy), "{heavy}");
        assert_eq!(dice.between(5, 4), 5);
        assert_eq!(dice.pick::<u8>(&[]), None);
    }
}
