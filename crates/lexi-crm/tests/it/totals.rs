//! Whatever the deals and the filter: groups add up to the totals, and both are what plain arithmetic gives.

use std::collections::BTreeMap;

use lexi_store::Order;
use lexi_types::records::Deal;
use lexi_types::{Date, Money};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::office::{Office, World, day};
use crate::records::pipeline;

#[derive(Debug, Clone)]
struct Draft {
    stage: Option<usize>,
    status: usize,
    value: Option<i64>,
    probability: Option<i64>,
    owner: usize,
    company: Option<usize>,
    dollars: bool,
    age_days: i32,
    closed: bool,
}

const STAGES: [&str; 3] = ["Lead", "Proposal", "Imported stage"];
const STATUSES: [&str; 3] = ["active", "won", "lost"];

fn draft() -> impl Strategy<Value = Draft> {
    let value = prop_oneof![
        1 => Just(None),
        4 => (0i64..5_000_000).prop_map(Some),
        1 => (Money::MINOR_MAX - 1_000_000..Money::MINOR_MAX).prop_map(Some),
        1 => (-100_000i64..0).prop_map(Some),
    ];
    (
        proptest::option::of(0usize..3),
        0usize..3,
        value,
        proptest::option::of(0i64..=100),
        0usize..2,
        proptest::option::of(0usize..2),
        any::<bool>(),
        0i32..400,
        any::<bool>(),
    )
        .prop_map(|(stage, status, value, probability, owner, company, dollars, age_days, closed)| {
            Draft { stage, status, value, probability, owner, company, dollars, age_days, closed }
        })
}

fn office(drafts: &[Draft]) -> Office {
    let mut office = Office::empty();
    let owners = [office.user("Nadia Rahman", "n@h.test"), office.user("Jonas Weiß", "j@h.test")];
    let companies = [office.company("Acme", "Steel", "Köln"), office.company("Blue", "Ships", "London")];
    office.pipelines.push(pipeline("Main", &["Proposal", "Lead"]));
    for draft in drafts {
        let company = draft.company.map(|at| companies[at]);
        office.deal(
            "Deal",
            "",
            STATUSES[draft.status],
            draft.value,
            draft.probability,
            owners[draft.owner],
            company,
            None,
        );
        let deal = office.deals.last_mut().unwrap();
        deal.stage = draft.stage.map(|at| STAGES[at].to_owned());
        deal.currency = if draft.dollars { "USD" } else { "EUR" }.to_owned();
        deal.created_date = day("2026-11-01").plus_days(-draft.age_days).start();
        deal.closed_date = draft.closed.then(|| day("2026-11-01").plus_days(-draft.age_days / 2));
    }
    office
}

#[derive(Debug, Clone)]
struct Asked {
    status: Option<usize>,
    stage: Option<usize>,
    owner: Option<usize>,
    company: Option<usize>,
    least: Option<i64>,
    most: Option<i64>,
    created: (Option<i32>, Option<i32>),
    closed: (Option<i32>, Option<i32>),
    not_stage: Option<usize>,
    missing: Option<usize>,
    present: Option<usize>,
    /// One industry, or both.
    industry: Option<bool>,
}

const EMPTIABLE: [&str; 4] = ["company", "stage", "close_date", "value"];

fn has(deal: &Deal, field: &str) -> bool {
    match field {
        "company" => deal.related_company_id.is_some(),
        "stage" => deal.stage.is_some(),
        "close_date" => deal.closed_date.is_some(),
        _ => deal.estimated_value.is_some(),
    }
}

fn asked() -> impl Strategy<Value = Asked> {
    fn rarely<S: Strategy>(strategy: S) -> impl Strategy<Value = Option<S::Value>> {
        proptest::option::weighted(0.25, strategy)
    }
    (
        rarely(0usize..3),
        rarely(0usize..2),
        rarely(0usize..2),
        rarely(0usize..2),
        rarely(-1_000i64..3_000_000),
        rarely(1_000i64..5_000_000),
        (rarely(0i32..400), rarely(0i32..400)),
        (rarely(0i32..200), rarely(0i32..200)),
        (rarely(0usize..2), rarely(0usize..4), rarely(0usize..4), rarely(any::<bool>())),
    )
        .prop_map(|(status, stage, owner, company, least, most, created, closed, more)| Asked {
            not_stage: more.0,
            missing: more.1,
            present: more.2,
            industry: more.3,
            status,
            stage,
            owner,
            company,
            least,
            most,
            created,
            closed,
        })
}

fn ago(days: i32) -> Date {
    day("2026-11-01").plus_days(-days)
}

impl Asked {
    fn filter(&self) -> Map<String, Value> {
        let mut filter = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                filter.insert(name.to_owned(), value);
            }
        };
        put("status", self.status.map(|at| json!(STATUSES[at])));
        put("stage", self.stage.map(|at| json!(STAGES[at].to_uppercase())));
        put("owner", self.owner.map(|at| json!(["nadia", "weiss jonas"][at])));
        put("company", self.company.map(|at| json!(["acme", "bleu"][at])));
        put("min_value", self.least.map(|least| json!(Money::from_minor(least))));
        put("max_value", self.most.map(|most| json!(Money::from_minor(most))));
        put("created_after", self.created.0.map(|days| json!(ago(days))));
        put("created_before", self.created.1.map(|days| json!(ago(days))));
        put("closed_after", self.closed.0.map(|days| json!(ago(days))));
        put("closed_before", self.closed.1.map(|days| json!(ago(days))));
        put("not", self.not_stage.map(|at| json!({ "stage": STAGES[at] })));
        put("missing", self.missing.map(|at| json!([EMPTIABLE[at]])));
        put("present", self.present.map(|at| json!([EMPTIABLE[at]])));
        put(
            "industry",
            self.industry.map(|several| if several { json!(["Steel", "ships"]) } else { json!("steel") }),
        );
        filter
    }

    fn matches(&self, office: &Office, deal: &Deal) -> bool {
        let created = deal.created_date.date();
        self.status.is_none_or(|at| deal.status == STATUSES[at])
            && self.stage.is_none_or(|at| deal.stage.as_deref() == Some(STAGES[at]))
            && self.owner.is_none_or(|at| deal.owner_user_id == Some(office.users[at].id))
            && self.company.is_none_or(|at| deal.related_company_id == Some(office.companies[at].id))
            && self.least.is_none_or(|least| deal.estimated_value.is_some_and(|v| v.minor() >= least))
            && self.most.is_none_or(|most| deal.estimated_value.is_some_and(|v| v.minor() <= most))
            && self.created.0.is_none_or(|days| created >= ago(days))
            && self.created.1.is_none_or(|days| created < ago(days))
            && self.closed.0.is_none_or(|days| deal.closed_date.is_some_and(|d| d >= ago(days)))
            && self.closed.1.is_none_or(|days| deal.closed_date.is_some_and(|d| d < ago(days)))
            && self.not_stage.is_none_or(|at| deal.stage.as_deref() != Some(STAGES[at]))
            && self.missing.is_none_or(|at| !has(deal, EMPTIABLE[at]))
            && self.present.is_none_or(|at| has(deal, EMPTIABLE[at]))
            && self.industry.is_none_or(|several| {
                deal.related_company_id.is_some_and(|id| several || id == office.companies[0].id)
            })
    }
}

/// Round half up, by long division on whole numbers.
fn half_up(amount: i128, by: i128) -> i64 {
    let (quotient, rest) = (amount.div_euclid(by), amount.rem_euclid(by));
    i64::try_from(if 2 * rest >= by { quotient + 1 } else { quotient }).unwrap()
}

/// The middle, or half way between the two in the middle, rounded half up.
fn middle(values: &[i128]) -> Option<i64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let size = sorted.len();
    (size > 0).then(|| half_up(sorted[(size - 1) / 2] + sorted[size / 2], 2))
}

fn naive_totals(deals: &[&Deal]) -> Value {
    let mut by_currency: BTreeMap<&str, Vec<&Deal>> = BTreeMap::new();
    for deal in deals {
        by_currency.entry(&deal.currency).or_default().push(deal);
    }
    let totals = by_currency.into_iter().map(|(currency, deals)| {
        let values: Vec<i128> =
            deals.iter().filter_map(|d| d.estimated_value).map(|v| i128::from(v.minor())).collect();
        let sum: i128 = values.iter().sum();
        let size = i128::try_from(values.len()).unwrap();
        let weighted: i128 = deals
            .iter()
            .filter_map(|d| Some(i128::from(d.estimated_value?.minor()) * i128::from(d.probability?)))
            .sum();
        let money = |minor: i64| json!(Money::from_minor(minor));
        let one = |value: Option<&i128>| value.map(|v| money(i64::try_from(*v).unwrap()));
        json!({
            "currency": currency,
            "count": deals.len(),
            "count_with_value": values.len(),
            "sum": money(i64::try_from(sum).unwrap()),
            "average": (size > 0).then(|| money(half_up(sum, size))),
            "median": middle(&values).map(money),
            "min": one(values.iter().min()),
            "max": one(values.iter().max()),
            "weighted": money(half_up(weighted, 100)),
        })
    });
    totals.collect()
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn tenths(value: i64) -> f64 {
    value as f64 / 10.0
}

/// The figures of a group, or of all, but for the name of its count.
fn check(found: &Value, count: &str, deals: &[&Deal]) {
    assert_eq!(found[count], json!(deals.len()));
    assert_eq!(found["totals"], naive_totals(deals));
    let ended = |status: &str| deals.iter().filter(|deal| deal.status == status).count();
    let (won, lost) = (ended("won"), ended("lost"));
    assert_eq!((&found["won"], &found["lost"]), (&json!(won), &json!(lost)));
    let rate = (won + lost > 0)
        .then(|| tenths(half_up(i128::try_from(1000 * won).unwrap(), i128::try_from(won + lost).unwrap())));
    assert_eq!(found["win_rate"], json!(rate));
    let days: Vec<i128> = deals
        .iter()
        .filter(|deal| deal.status != "active")
        .filter_map(|deal| {
            let (from, to) = (deal.created_date.date(), deal.closed_date?);
            (to >= from).then(|| i128::from(from.civil().until(to.civil()).unwrap().get_days()))
        })
        .collect();
    let size = i128::try_from(days.len()).unwrap();
    let cycle = &found["cycle_days"];
    assert_eq!(cycle["count"], json!(days.len()));
    assert_eq!(
        cycle["average"],
        json!((size > 0).then(|| tenths(half_up(10 * days.iter().sum::<i128>(), size))))
    );
    // Days are days, whatever the currency.
    let doubled: Vec<i128> = days.iter().map(|days| 10 * days).collect();
    assert_eq!(cycle["median"], json!(middle(&doubled).map(tenths)));
}

fn key(office: &Office, deal: &Deal, by: &str) -> String {
    let month = |date: String| date[..7].to_owned();
    let company = || office.companies.iter().find(|company| Some(company.id) == deal.related_company_id);
    let found = match by {
        "stage" => deal.stage.clone(),
        "status" => Some(deal.status.clone()),
        "owner" => {
            office.users.iter().find(|u| Some(u.id) == deal.owner_user_id).map(|u| u.full_name.clone())
        }
        "company" => company().map(|company| company.name.clone()),
        "industry" => company().and_then(|company| company.industry.clone()),
        "month" => Some(month(deal.created_date.to_string())),
        "quarter" => {
            let date = deal.created_date.date().civil();
            Some(format!("{}-Q{}", date.year(), (date.month() + 2) / 3))
        }
        "week" => {
            let week = deal.created_date.date().civil().iso_week_date();
            Some(format!("{}-W{:02}", week.year(), week.week()))
        }
        _ => Some(deal.created_date.to_string()[..4].to_owned()),
    };
    found.unwrap_or_else(|| "(none)".to_owned())
}

const GROUPS: [&[&str]; 11] = [
    &[],
    &["stage"],
    &["status"],
    &["owner"],
    &["company"],
    &["industry"],
    &["month"],
    &["quarter"],
    &["year"],
    &["owner", "stage"],
    &["industry", "year"],
];

async fn check_all(world: &World, office: &Office, asked: &[Asked]) {
    for asked in asked {
        let deals: Vec<&Deal> = office.deals.iter().filter(|deal| asked.matches(office, deal)).collect();
        for by in GROUPS {
            let mut arguments = asked.filter();
            arguments.insert("group_by".to_owned(), json!(by));
            arguments.insert("date_field".to_owned(), json!("created_date"));
            arguments.insert(
                "measures".to_owned(),
                json!(["sum", "average", "median", "min", "max", "weighted", "win_rate", "cycle_days"]),
            );
            let result = world.ask(office, "deals.aggregate", Value::Object(arguments)).await;
            check(&result, "total", &deals);
            let mut expected: BTreeMap<Vec<String>, Vec<&Deal>> = BTreeMap::new();
            for deal in deals.iter().filter(|_| !by.is_empty()) {
                expected.entry(by.iter().map(|by| key(office, deal, by)).collect()).or_default().push(deal);
            }
            let groups = result["groups"].as_array().unwrap();
            assert_eq!(groups.len(), expected.len(), "{by:?}");
            assert_eq!(result["truncated"], false);
            for group in groups {
                let keys: Vec<String> = match group.get("keys") {
                    Some(keys) => serde_json::from_value(keys.clone()).unwrap(),
                    None => vec![group["key"].as_str().unwrap().to_owned()],
                };
                check(group, "count", &expected[&keys]);
            }
        }
        let filter = lexi_crm::Asked::from(Value::Object(asked.filter()));
        let listed = world.crm.search_deals(&office.access(), filter, Order::Oldest, 50).await.unwrap();
        assert_eq!(listed.total, i64::try_from(deals.len()).unwrap());
        assert_eq!(listed.truncated(), deals.len() > 50);
        assert!(listed.items.iter().all(|found| asked.matches(office, &found.deal)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn groups_add_up_and_equal_plain_arithmetic(
        drafts in proptest::collection::vec(draft(), 0..80),
        asked in proptest::collection::vec(asked(), 6),
    ) {
        let office = office(&drafts);
        // Another workspace with the same deals must change nothing.
        let other = self::office(&drafts);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::of(&[&office, &other]).await;
            check_all(&world, &office, &asked).await;
        });
    }
}

#[tokio::test]
async fn stages_come_in_pipeline_order_and_strangers_last() {
    let draft = Draft {
        stage: None,
        status: 0,
        value: Some(100),
        probability: None,
        owner: 0,
        company: None,
        dollars: false,
        age_days: 0,
        closed: false,
    };
    let drafts: Vec<Draft> =
        [Some(2), None, Some(0), Some(1)].into_iter().map(|stage| Draft { stage, ..draft.clone() }).collect();
    let office = office(&drafts);
    let world = World::of(&[&office]).await;
    let result = world.ask(&office, "deals.aggregate", json!({ "group_by": "stage" })).await;
    let keys: Vec<_> = result["groups"].as_array().unwrap().iter().map(|group| &group["key"]).collect();
    assert_eq!(keys, ["Proposal", "Lead", "Imported stage", "(none)"]);
}

#[tokio::test]
async fn more_groups_than_fit_are_said_to_be_cut() {
    let mut office = Office::empty();
    let owner = office.user("Nadia Rahman", "n@h.test");
    for number in 0..60 {
        let company = office.company(&format!("Company {number}"), "Steel", "Köln");
        office.deal("Deal", "Lead", "active", Some(100), None, owner, Some(company), None);
    }
    let world = World::of(&[&office]).await;
    let result = world.ask(&office, "deals.aggregate", json!({ "group_by": "company" })).await;
    assert_eq!(result["groups"].as_array().unwrap().len(), 50);
    assert_eq!(result["truncated"], true);
    assert_eq!((&result["total"], &result["totals"][0]["sum"]), (&60.into(), &60.into()));
    assert_eq!(result["groups_total"], 60);
    let other = &result["other"];
    assert_eq!(
        (&other["groups"], &other["count"], &other["totals"][0]["sum"]),
        (&10.into(), &10.into(), &10.into())
    );
}
