//! The pipelines and what moves through them.

use lexi_types::records::{Company, Contact, CustomFields, Deal, Pipeline, Stage};
use lexi_types::{Money, RecordId};

use super::CURRENCY;
use super::calendar::{Calendar, DAYS_BACK_MAX, office_time};
use super::dice::Dice;
use super::words::{BUSINESS_AREAS, DEAL_TAGS, PRIVATE_AREAS, PracticeArea};

/// A stage: its name, its type, its probability, and how many of the active deals stand in it.
type StagePlan = (&'static str, &'static str, i64, u64);

const PIPELINES: &[(&str, &[StagePlan])] = &[
    (
        NEW_BUSINESS,
        &[
            ("Lead", "open", 10, 30),
            ("Qualified", "open", 25, 24),
            ("Conflict Check", "open", 40, 12),
            ("Proposal", "open", 60, 20),
            ("Negotiation", "open", 80, 14),
            ("Won", "won", 100, 0),
            ("Lost", "lost", 0, 0),
        ],
    ),
    (
        RETAINERS,
        &[
            ("Enquiry", "open", 15, 45),
            ("Scoping", "open", 35, 30),
            ("Terms Sent", "open", 70, 25),
            ("Signed", "won", 100, 0),
            ("Declined", "lost", 0, 0),
        ],
    ),
];
const NEW_BUSINESS: &str = "New Business";
const RETAINERS: &str = "Retainers";

pub(super) fn pipelines(dice: &mut Dice, calendar: Calendar) -> Vec<Pipeline> {
    let mut pipelines = Vec::new();
    for (name, plan) in PIPELINES {
        let founded = calendar.time_ago(dice, DAYS_BACK_MAX);
        let mut stages = Vec::new();
        for (order, (stage, kind, probability, _)) in (1..).zip(*plan) {
            stages.push(Stage {
                id: dice.id(founded),
                name: (*stage).to_owned(),
                stage_type: (*kind).to_owned(),
                sort_order: order,
                probability: *probability,
            });
        }
        pipelines.push(Pipeline { id: dice.id(founded), name: (*name).to_owned(), stages });
    }
    pipelines
}

pub(super) fn deals(
    dice: &mut Dice,
    calendar: Calendar,
    count: usize,
    contacts: &[Contact],
    companies: &[Company],
    pipelines: &[Pipeline],
) -> Vec<Deal> {
    let mut deals = Vec::new();
    let old_enough: Vec<&Contact> =
        contacts.iter().filter(|c| calendar.days_since(c.created_date) >= 5).collect();
    while deals.len() < count {
        let first = deals.is_empty();
        let contact = if first { contacts.first() } else { dice.pick(&old_enough).copied() };
        let Some(contact) = contact else { break };
        let company = companies.iter().find(|c| Some(c.id) == contact.related_company_id);
        let plan = if first {
            PIPELINES.first()
        } else {
            dice.weighted(&[(PIPELINES.first(), 82), (PIPELINES.last(), 18)]).copied().flatten()
        };
        let Some((pipeline, stages)) = plan else { break };
        let status = if first { "active" } else { status(dice) };
        let stage = if first { "Proposal" } else { stage(dice, stages, status) };
        let probability = pipelines
            .iter()
            .filter(|p| p.name == *pipeline)
            .flat_map(|p| &p.stages)
            .find(|s| s.name == stage)
            .map(|s| s.probability);
        let place = Place { pipeline, stage, status, probability };
        deals.push(deal(dice, calendar, contact, company, &place));
    }
    deals
}

/// Where a deal stands.
struct Place<'a> {
    pipeline: &'a str,
    stage: &'a str,
    status: &'a str,
    probability: Option<i64>,
}

fn status(dice: &mut Dice) -> &'static str {
    dice.weighted(&[("active", 42), ("won", 35), ("lost", 23)]).copied().unwrap_or_default()
}

fn stage(dice: &mut Dice, stages: &[StagePlan], status: &str) -> &'static str {
    let kind = if status == "active" { "open" } else { status };
    let fitting: Vec<(&'static str, u64)> = stages
        .iter()
        .filter(|(_, stage_type, ..)| *stage_type == kind)
        .map(|(name, _, _, share)| (*name, *share))
        .collect();
    dice.weighted(&fitting).copied().unwrap_or_default()
}

fn deal(
    dice: &mut Dice,
    calendar: Calendar,
    contact: &Contact,
    company: Option<&Company>,
    place: &Place<'_>,
) -> Deal {
    let active = place.status == "active";
    let known = calendar.days_since(contact.created_date).max(2);
    let age = if active { dice.low_between(1, known.min(240)) } else { dice.high_between(2, known) };
    let created = calendar.time_ago(dice, age).max(contact.created_date);
    let closed = (!active).then(|| {
        let cycle = dice.low_between(1, 120);
        calendar.day_ago((calendar.days_since(created) - cycle).max(1)).max(created.date())
    });
    let updated = match closed {
        Some(day) => office_time(dice, day).max(created),
        None => {
            let days = dice.low_between(1, calendar.days_since(created).min(45));
            calendar.time_ago(dice, days).max(created)
        }
    };
    let area = dice.pick(if company.is_some() { BUSINESS_AREAS } else { PRIVATE_AREAS });
    let client = company.map_or(contact.full_name.as_str(), |c| c.name.as_str());
    let subject = area.map(|a| dice.word(a.work)).unwrap_or_default();
    let retainer = place.pipeline == RETAINERS;
    let subject =
        if retainer { format!("{} retainer", area.map_or("", |a| a.name)) } else { subject.to_owned() };
    Deal {
        id: dice.id(created),
        name: format!("{client} – {subject}"),
        stage: Some(place.stage.to_owned()),
        status: place.status.to_owned(),
        pipeline: Some(place.pipeline.to_owned()),
        estimated_value: area.and_then(|a| value(dice, a, place)),
        currency: if dice.below(150) == 0 { "CHF" } else { CURRENCY }.to_owned(),
        probability: place.probability,
        main_contact_id: Some(contact.id),
        owner_user_id: contact.owner_user_id,
        priority: dice
            .weighted(&[(None, 30), (Some("high"), 18), (Some("medium"), 34), (Some("low"), 18)])
            .copied()
            .flatten()
            .map(str::to_owned),
        matter_type: area.map(|a| a.name.to_owned()),
        related_company_id: company.map(|c| c.id),
        matter_id: None,
        tags: dice.chance(25).then(|| dice.word(DEAL_TAGS).to_owned()).into_iter().collect(),
        custom_fields: CustomFields::new(),
        high_level_description: Some(format!("{client} came to us with: {subject}.")),
        next_follow_up_date: (active && dice.chance(75)).then(|| calendar.day_ahead(dice.between(-10, 30))),
        fee_model: if retainer {
            Some("retainer".to_owned())
        } else {
            area.and_then(|a| dice.weighted(a.fees)).map(|fee| (*fee).to_owned())
        },
        closed_date: closed,
        created_date: created,
        updated_date: updated,
    }
}

/// The later the stage, the more often there is a figure; figures are round, small ones more frequent than large.
fn value(dice: &mut Dice, area: &PracticeArea, place: &Place<'_>) -> Option<Money> {
    let known = match place.probability.unwrap_or_default() {
        0 => 85,
        1..=20 => 65,
        21..=50 => 88,
        _ => 100,
    };
    if !dice.chance(known) {
        return None;
    }
    let (low, high) = area.hundreds;
    let hundreds = dice.low_between(low, high).min(dice.between(low, high));
    let step = if hundreds > 200 { 25 } else { 5 };
    let round = i64::from((hundreds / step).max(1) * step);
    Some(Money::from_minor(round * 100 * 100))
}

/// The client of a deal, for records that hang on it.
pub(super) fn links(deal: &Deal) -> (Option<RecordId>, Option<RecordId>) {
    (deal.main_contact_id, deal.related_company_id)
}
