//! What a provider takes for its tokens. Whole numbers: millionths of a US dollar.

use std::str::FromStr;

use lexi_types::Usage;

const MILLION: i128 = 1_000_000;

/// Of a million tokens, in millionths of a dollar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    input: i64,
    output: i64,
    /// Input that the provider had in its cache.
    cached: i64,
    /// Input that was put into the cache.
    cache_write: i64,
}

impl Price {
    /// What these tokens cost, in millionths of a dollar, rounded up: a bill is never higher than what we say.
    pub fn micros(&self, usage: Usage) -> i64 {
        let fresh =
            usage.input_tokens.saturating_sub(usage.cached_tokens).saturating_sub(usage.cache_write_tokens);
        let parts = [
            (fresh, self.input),
            (usage.cached_tokens, self.cached),
            (usage.cache_write_tokens, self.cache_write),
            (usage.output_tokens, self.output),
        ];
        let sum: i128 = parts.into_iter().map(|(tokens, price)| i128::from(tokens) * i128::from(price)).sum();
        i64::try_from((sum + MILLION - 1) / MILLION).unwrap_or(i64::MAX)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a price is written as `input 2.50, output 10`, in US dollars per million tokens, with `cached` and `cache_write` where they differ from input"
)]
pub struct NoPrice;

impl FromStr for Price {
    type Err = NoPrice;

    fn from_str(text: &str) -> Result<Self, NoPrice> {
        let mut parts = [None; 4];
        for part in text.split(',') {
            let (name, dollars) = part.trim().split_once([' ', '=', ':']).ok_or(NoPrice)?;
            let at =
                ["input", "output", "cached", "cache_write"].iter().position(|known| *known == name.trim());
            let slot = at.and_then(|at| parts.get_mut(at)).filter(|slot| slot.is_none()).ok_or(NoPrice)?;
            *slot = Some(micros(dollars.trim()).ok_or(NoPrice)?);
        }
        let [Some(input), Some(output), cached, cache_write] = parts else { return Err(NoPrice) };
        Ok(Self { input, output, cached: cached.unwrap_or(input), cache_write: cache_write.unwrap_or(input) })
    }
}

/// `2.50` dollars in millionths.
fn micros(dollars: &str) -> Option<i64> {
    let (whole, part) = dollars.split_once('.').unwrap_or((dollars, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || part.len() > 6 || !digits(whole) || !digits(part) {
        return None;
    }
    format!("{whole}{part:0<6}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_exact_and_rounded_up() {
        let price: Price = "input 2.50, cached 0.25, output 10".parse().unwrap();
        let usage = |input_tokens, cached_tokens, output_tokens| Usage {
            input_tokens,
            output_tokens,
            cached_tokens,
            cache_write_tokens: 0,
        };
        assert_eq!(price.micros(usage(1_000_000, 0, 0)), 2_500_000);
        assert_eq!(price.micros(usage(1000, 800, 100)), 500 + 200 + 1000);
        assert_eq!(price.micros(usage(1, 1, 0)), 1);
        assert_eq!(price.micros(usage(u64::MAX, 0, u64::MAX)), i64::MAX);
        let write: Price = "input 3, cached 0.3, cache_write 3.75, output 15".parse().unwrap();
        let usage = Usage { input_tokens: 100, output_tokens: 0, cached_tokens: 0, cache_write_tokens: 100 };
        assert_eq!(write.micros(usage), 375);
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for text in [
            "",
            "2.50",
            "input 1",
            "input 1, input 2, output 3",
            "input -1, output 2",
            "input 1, output 1.2345678",
            "in 1, output 2",
        ] {
            assert_eq!(text.parse::<Price>(), Err(NoPrice), "{text}");
        }
    }
}
