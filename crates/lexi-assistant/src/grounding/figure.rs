//! A figure and what it may mean.

/// Numbers are integers of this many decimals. Further ones are cut: nobody states them.
pub(super) const DECIMALS: u32 = 9;
pub(super) const ONE: i128 = 10_i128.pow(DECIMALS);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Day {
    Full(i16, u8, u8),
    /// A day of any year.
    Open(u8, u8),
    Month(i16, u8),
    Quarter(i16, u8),
    Year(i16),
}

/// How a number was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Hedge {
    None,
    About,
    Over,
    Under,
}

/// A number as it is shown, without its sign: an answer says "down 12 %" where a tool says -12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Number {
    pub(super) value: i128,
    /// What the last shown digit stands for: 100,000 in "1.2 million".
    pub(super) step: i128,
    pub(super) hedge: Hedge,
}

impl Number {
    /// Smallest and largest value that this may be the rounding of.
    pub(super) fn range(self) -> (i128, i128) {
        // One more where decimals were cut.
        let (half, value) = ((self.step / 2).max(1), self.value);
        // "About 1,200,000" rounds by its noughts, yet never by more than a twentieth.
        let noughts = (0..).map(|power| 10_i128.pow(power)).take_while(|p| value > 0 && value % p == 0);
        let wide = noughts.take(30).last().unwrap_or(1).min(value / 10).max(self.step);
        match self.hedge {
            Hedge::None => (value.saturating_sub(half), value.saturating_add(half)),
            Hedge::About => (value.saturating_sub(wide / 2), value.saturating_add(wide / 2)),
            Hedge::Over => (value.saturating_sub(half), value.saturating_add(wide)),
            Hedge::Under => (value.saturating_sub(wide), value.saturating_add(half)),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Span {
    Days,
    Weeks,
    Months,
    Years,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Meaning {
    Number(Number),
    Percent(Number),
    Date(Day),
    /// So long from today.
    Span(i128, Span),
    /// Its digits, and whether it begins with a country.
    Phone(String, bool),
    /// Each of these, in one of its meanings.
    Each(Vec<Vec<Meaning>>),
}

#[derive(Debug)]
pub(super) struct Figure<'a> {
    /// As it stands in the text, with its currency or unit.
    pub(super) text: &'a str,
    pub(super) meanings: Vec<Meaning>,
}
