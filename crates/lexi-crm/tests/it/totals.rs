//! Whatever the deals and the filter: groups add up to the totals, and both are what plain arithmetic gives.

use std::collections::BTreeMap;

use lexi_crm::{Crm, DealFilter};
use lexi_store::{CurrencyTotals, DealTotals, GroupBy, Order};
use lexi_types::records::Deal;
use lexi_types::{Date, Money};
use proptest::prelude::*;

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
    )
        .prop_map(|(status, stage, owner, company, least, most, created, closed)| Asked {
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
    fn filter(&self) -> DealFilter {
        DealFilter {
            status: self.status.map(|at| STATUSES[at].to_owned()),
            stage: self.stage.map(|at| STAGES[at].to_uppercase()),
            owner: self.owner.map(|at| ["nadia", "weiss jonas"][at].to_owned()),
            company: self.company.map(|at| ["acme", "bleu"][at].to_owned()),
            min_value: self.least.map(Money::from_minor),
            max_value: self.most.map(Money::from_minor),
            created_after: self.created.0.map(ago),
            created_before: self.created.1.map(ago),
            closed_after: self.closed.0.map(ago),
            closed_before: self.closed.1.map(ago),
            ..DealFilter::default()
        }
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
    }
}

/// Round half up, by long division on whole numbers.
fn half_up(amount: i128, by: i128) -> i64 {
    let (quotient, rest) = (amount.div_euclid(by), amount.rem_euclid(by));
    i64::try_from(if 2 * rest >= by { quotient + 1 } else { quotient }).unwrap()
}

fn naive(deals: &[&Deal]) -> Vec<CurrencyTotals> {
    let mut by_currency: BTreeMap<&str, Vec<&Deal>> = BTreeMap::new();
    for deal in deals {
        by_currency.entry(&deal.currency).or_default().push(deal);
    }
    let totals = by_currency.into_iter().map(|(currency, deals)| {
        let values: Vec<i128> =
            deals.iter().filter_map(|d| d.estimated_value).map(|v| i128::from(v.minor())).collect();
        let sum: i128 = values.iter().sum();
        let count_with_value = i64::try_from(values.len()).unwrap();
        let weighted: i128 = deals
            .iter()
            .filter_map(|d| Some(i128::from(d.estimated_value?.minor()) * i128::from(d.probability?)))
            .sum();
        CurrencyTotals {
            currency: currency.to_owned(),
            count: i64::try_from(deals.len()).unwrap(),
            count_with_value,
            sum: Money::from_minor(i64::try_from(sum).unwrap()),
            average: (count_with_value > 0)
                .then(|| Money::from_minor(half_up(sum, i128::from(count_with_value)))),
            weighted: Money::from_minor(half_up(weighted, 100)),
        }
    });
    totals.collect()
}

fn key(deal: &Deal, by: GroupBy) -> Option<String> {
    match by {
        GroupBy::Stage => deal.stage.clone(),
        GroupBy::Status => Some(deal.status.clone()),
        GroupBy::Owner => deal.owner_user_id.map(|id| id.to_string()),
        GroupBy::Company => deal.related_company_id.map(|id| id.to_string()),
        GroupBy::CreatedMonth => Some(deal.created_date.to_string()[..7].to_owned()),
        GroupBy::ClosedMonth => deal.closed_date.map(|date| date.to_string()[..7].to_owned()),
    }
}

fn check(totals: &DealTotals, deals: &[&Deal], by: GroupBy) {
    assert_eq!(totals.count, i64::try_from(deals.len()).unwrap());
    assert_eq!(totals.totals, naive(deals));
    assert_eq!(totals.groups.iter().map(|g| g.count).sum::<i64>(), totals.count);
    for total in &totals.totals {
        let of_currency =
            || totals.groups.iter().flat_map(|g| &g.totals).filter(|part| part.currency == total.currency);
        assert_eq!(of_currency().map(|part| part.sum.minor()).sum::<i64>(), total.sum.minor());
        assert_eq!(of_currency().map(|part| part.count).sum::<i64>(), total.count);
    }
    let mut expected: BTreeMap<Option<String>, Vec<&Deal>> = BTreeMap::new();
    for deal in deals {
        expected.entry(key(deal, by)).or_default().push(deal);
    }
    assert_eq!(totals.groups.len(), expected.len());
    for group in &totals.groups {
        assert_eq!(group.totals, naive(&expected[&group.key]), "{:?}", group.key);
    }
}

const GROUPS: [GroupBy; 6] = [
    GroupBy::Stage,
    GroupBy::Status,
    GroupBy::Owner,
    GroupBy::Company,
    GroupBy::CreatedMonth,
    GroupBy::ClosedMonth,
];

async fn check_all(crm: &Crm, office: &Office, asked: &[Asked]) {
    for asked in asked {
        let deals: Vec<&Deal> = office.deals.iter().filter(|deal| asked.matches(office, deal)).collect();
        for by in GROUPS {
            let sums = crm.sum_deals(&office.access(), asked.filter(), Some(by)).await.unwrap();
            check(&sums.totals, &deals, by);
        }
        let listed = crm.search_deals(&office.access(), asked.filter(), Order::Oldest, 50).await.unwrap();
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
            check_all(&world.crm, &office, &asked).await;
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
    let sums =
        world.crm.sum_deals(&office.access(), DealFilter::default(), Some(GroupBy::Stage)).await.unwrap();
    let keys: Vec<_> = sums.totals.groups.iter().map(|g| g.key.as_deref()).collect();
    assert_eq!(keys, [Some("Proposal"), Some("Lead"), Some("Imported stage"), None]);
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
    let result = world.ask(&office, "deals.aggregate", serde_json::json!({ "group_by": "company" })).await;
    assert_eq!(result["groups"].as_array().unwrap().len(), 50);
    assert_eq!(result["truncated"], true);
    assert_eq!((&result["total"], &result["totals"][0]["sum"]), (&60.into(), &60.into()));
}
