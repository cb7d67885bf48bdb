//! Whether a percentage is one number's share of another, or the growth from one to the other.

use super::figure::{Number, ONE};

/// So many numbers are paired; their pairs are millions.
pub(super) const PAIRED_MAX: usize = 2000;

/// `sorted` ascending, positive. True when `a/b`, `(a-b)/b` or `1-a/b` is the percentage, as far as it is shown.
pub(super) fn is_share(sorted: &[f64], percent: Number) -> bool {
    let (low, high) = percent.range();
    let (low, high) = (ratio(low), ratio(high));
    any_quotient(sorted, low, high)
        || any_quotient(sorted, 1.0 + low, 1.0 + high)
        || any_quotient(sorted, 1.0 - high, 1.0 - low)
}

#[expect(clippy::cast_precision_loss, reason = "a ratio, compared within half of its last digit")]
pub(super) fn ratio(percent: i128) -> f64 {
    percent as f64 / ONE as f64 / 100.0
}

/// Some `a/b` lies between the two. As `b` grows, so does the least `a` that does: both are walked once.
fn any_quotient(sorted: &[f64], low: f64, high: f64) -> bool {
    // A quotient is as exact as its numbers, the bounds are not.
    let (low, high) = (low - 1e-9, high + 1e-9);
    let mut candidates = sorted.iter().copied().peekable();
    sorted.iter().any(|b| {
        while candidates.next_if(|a| *a < low * b).is_some() {}
        candidates.peek().is_some_and(|a| *a <= high * b)
    })
}
