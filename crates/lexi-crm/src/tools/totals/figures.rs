//! Sums as JSON: the figures that were asked for, and by how much they have changed.

use lexi_store::{Sums, Totals};
use lexi_types::Money;
use lexi_types::records::RecordType;
use serde_json::{Map, Value, json};

use crate::CrmError;
use crate::filter::{Asked, choose};

pub(super) const fn names(kind: RecordType) -> &'static [&'static str] {
    match kind {
        RecordType::Deal => {
            &["count", "sum", "average", "median", "min", "max", "weighted", "win_rate", "cycle_days"]
        }
        RecordType::Matter => &["count", "median", "cycle_days"],
        _ => &["count"],
    }
}

/// What is to be computed.
#[derive(Debug, Clone)]
pub(super) struct Wanted(Vec<&'static str>);

impl Wanted {
    pub(super) fn read(kind: RecordType, args: &Asked) -> Result<Self, CrmError> {
        let mut measures = Vec::new();
        for text in args.texts("measures")? {
            measures.push(choose("measures", &text, names(kind))?);
        }
        if let Some(rank) = args.text("rank_by")? {
            measures.push(choose("rank_by", &rank, names(kind))?);
        }
        if measures.iter().all(|measure| *measure == "count") && kind == RecordType::Deal {
            measures.extend(["sum", "average", "weighted"]);
        }
        let mut all: Vec<&'static str> = vec!["count"];
        for measure in measures {
            if !all.contains(&measure) {
                all.push(measure);
            }
        }
        Ok(Self(all))
    }

    pub(super) fn has(&self, measure: &str) -> bool {
        self.0.contains(&measure)
    }

    /// The middle of how long it took is always wanted with it: one slow deal moves the average.
    pub(super) fn median(&self) -> bool {
        self.has("median") || self.has("cycle_days")
    }

    pub(super) fn measures(&self) -> &[&'static str] {
        &self.0
    }
}

pub(super) fn count(totals: &Totals) -> i64 {
    totals.iter().map(|(_, sums)| sums.count).sum()
}

/// All currencies together, for what is not money.
fn together(totals: &Totals) -> Sums {
    match totals.as_slice() {
        // The only one keeps its medians.
        [(_, only)] => only.clone(),
        several => {
            let mut all = several.iter().fold(Sums::default(), |mut all, (_, sums)| {
                all.add(sums);
                all
            });
            // Of days there is one median, whatever the currency.
            all.cycle.median_halves = several.first().and_then(|(_, sums)| sums.cycle.median_halves);
            all
        }
    }
}

pub(super) fn figures(
    kind: RecordType,
    wanted: &Wanted,
    totals: &Totals,
    count_name: &str,
) -> Map<String, Value> {
    let all = together(totals);
    let mut figures = Map::from_iter([(count_name.to_owned(), json!(all.count))]);
    let money: Vec<Value> = match kind {
        RecordType::Deal => totals.iter().map(|(currency, sums)| amounts(wanted, currency, sums)).collect(),
        _ => Vec::new(),
    };
    figures.insert("totals".to_owned(), json!(money));
    if wanted.has("win_rate") {
        figures.insert("won".to_owned(), json!(all.won));
        figures.insert("lost".to_owned(), json!(all.lost));
        figures.insert("win_rate".to_owned(), json!(tenths(win_rate(&all))));
    }
    if wanted.has("cycle_days") {
        figures.insert("cycle_days".to_owned(), cycle(&all));
    }
    figures
}

fn amounts(wanted: &Wanted, currency: &str, sums: &Sums) -> Value {
    let mut line = Map::from_iter([
        ("currency".to_owned(), json!(currency)),
        ("count".to_owned(), json!(sums.count)),
        ("count_with_value".to_owned(), json!(sums.count_with_value)),
    ]);
    let figures: [(&str, Option<Money>); 6] = [
        ("sum", Some(sums.sum())),
        ("average", sums.average()),
        ("median", sums.median()),
        ("min", sums.min()),
        ("max", sums.max()),
        ("weighted", Some(sums.weighted())),
    ];
    for (name, value) in figures {
        if wanted.has(name) {
            line.insert(name.to_owned(), json!(value));
        }
    }
    Value::Object(line)
}

/// Tenths of a percent, rounded half up; none where nothing has ended.
fn win_rate(sums: &Sums) -> Option<i64> {
    let ended = sums.won + sums.lost;
    (ended > 0).then(|| (2000 * sums.won + ended) / (2 * ended))
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52 tenths")]
fn tenths(value: Option<i64>) -> Option<f64> {
    value.map(|tenths| tenths as f64 / 10.0)
}

fn cycle(sums: &Sums) -> Value {
    let spread = &sums.cycle;
    let average = (spread.count > 0).then(|| (20 * spread.sum + spread.count).div_euclid(2 * spread.count));
    json!({
        "count": spread.count,
        "average": tenths(average),
        "median": tenths(spread.median_halves.map(|halves| halves * 5)),
        "min": spread.min,
        "max": spread.max,
    })
}

/// The currency of most records: groups are ranked by their amounts in it.
pub(super) fn main_currency(totals: &Totals) -> Option<&str> {
    totals.iter().max_by_key(|(_, sums)| sums.count).map(|(currency, _)| currency.as_str())
}

/// The currency that decides the order by an amount, where there are several.
pub(super) fn ranking_currency<'t>(measure: &str, totals: &'t Totals) -> Option<&'t str> {
    let money = ["sum", "average", "median", "min", "max", "weighted"].contains(&measure);
    let several = totals.iter().filter(|(_, sums)| sums.count_with_value > 0).count() > 1;
    main_currency(totals).filter(|_| money && several)
}

pub(super) fn rank(measure: &str, totals: &Totals, currency: Option<&str>) -> Option<i64> {
    let all = together(totals);
    let money = |figure: fn(&Sums) -> Option<Money>| {
        let found = totals.iter().find(|(own, _)| Some(own.as_str()) == currency);
        found.and_then(|(_, sums)| figure(sums)).map(Money::minor)
    };
    match measure {
        "sum" => money(|sums| (sums.count_with_value > 0).then(|| sums.sum())),
        "average" => money(Sums::average),
        "median" => money(Sums::median),
        "min" => money(Sums::min),
        "max" => money(Sums::max),
        "weighted" => money(|sums| Some(sums.weighted())),
        "win_rate" => win_rate(&all),
        "cycle_days" => {
            (all.cycle.count > 0).then(|| (20 * all.cycle.sum + all.cycle.count) / (2 * all.cycle.count))
        }
        _ => Some(all.count),
    }
}

/// By how much the later totals differ from the earlier ones.
pub(super) fn change(kind: RecordType, now: &Totals, before: &Totals) -> Value {
    let (now_count, before_count) = (count(now), count(before));
    let mut change = Map::from_iter([
        ("count".to_owned(), json!(now_count - before_count)),
        ("count_percent".to_owned(), json!(percent(now_count.into(), before_count.into()))),
    ]);
    if kind == RecordType::Deal {
        let mut currencies: Vec<&str> =
            now.iter().chain(before).map(|(currency, _)| currency.as_str()).collect();
        currencies.sort_unstable();
        currencies.dedup();
        let sum = |totals: &Totals, currency: &str| {
            totals.iter().find(|(own, _)| own == currency).map_or(0, |(_, sums)| sums.sum().minor())
        };
        let totals: Vec<Value> = currencies
            .into_iter()
            .map(|currency| {
                let (now, before) = (sum(now, currency), sum(before, currency));
                json!({
                    "currency": currency,
                    "sum": Money::from_minor(now.saturating_sub(before)),
                    "sum_percent": percent(now.into(), before.into()),
                })
            })
            .collect();
        change.insert("totals".to_owned(), json!(totals));
    }
    Value::Object(change)
}

/// One decimal, rounded half up; none from nothing.
fn percent(now: i128, before: i128) -> Option<f64> {
    if before <= 0 {
        return None;
    }
    let tenths_of_percent = (2000 * (now - before) + before).div_euclid(2 * before);
    tenths(i64::try_from(tenths_of_percent).ok())
}
