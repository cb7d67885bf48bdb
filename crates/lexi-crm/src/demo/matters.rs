//! The cases: most won deals become one, and some clients come back without a deal.

use std::collections::HashMap;

use lexi_types::records::{Company, Contact, CustomFields, Deal, Matter};

use super::calendar::{Calendar, DAYS_BACK_MAX, office_time};
use super::dice::Dice;
use super::words::{BUSINESS_AREAS, MATTER_TAGS, PRIVATE_AREAS};

pub(super) fn matters(
    dice: &mut Dice,
    calendar: Calendar,
    count: usize,
    deals: &mut [Deal],
    contacts: &[Contact],
    companies: &[Company],
) -> Vec<Matter> {
    let mut matters = Vec::new();
    for deal in deals.iter_mut().filter(|d| d.status == "won") {
        if matters.len() == count || dice.chance(10) {
            continue;
        }
        let matter = from_deal(dice, calendar, deal);
        deal.matter_id = Some(matter.id);
        matters.push(matter);
    }
    while matters.len() < count {
        let Some(contact) = dice.pick(contacts) else { break };
        let company = companies.iter().find(|c| Some(c.id) == contact.related_company_id);
        matters.push(for_contact(dice, calendar, contact, company));
    }
    number(&mut matters);
    matters
}

fn from_deal(dice: &mut Dice, calendar: Calendar, deal: &Deal) -> Matter {
    let since_won = calendar.days_since(deal.closed_date.map_or(deal.created_date, |day| day.start()));
    let opened = (since_won - dice.between(0, 10)).max(1);
    let mut matter = opened_ago(dice, calendar, opened);
    matter.name.clone_from(&deal.name);
    matter.practice_area.clone_from(&deal.matter_type);
    matter.client_company_id = deal.related_company_id;
    matter.client_contact_id = deal.main_contact_id;
    matter.responsible_user_id = deal.owner_user_id;
    matter.description.clone_from(&deal.high_level_description);
    matter
}

fn for_contact(dice: &mut Dice, calendar: Calendar, contact: &Contact, company: Option<&Company>) -> Matter {
    let opened = dice.between(1, calendar.days_since(contact.created_date).max(1));
    let mut matter = opened_ago(dice, calendar, opened);
    let area = dice.pick(if company.is_some() { BUSINESS_AREAS } else { PRIVATE_AREAS });
    let work = area.map(|a| dice.word(a.work)).unwrap_or_default();
    let client = company.map_or(contact.full_name.as_str(), |c| c.name.as_str());
    matter.name = format!("{client} – {work}");
    matter.practice_area = area.map(|a| a.name.to_owned());
    matter.client_company_id = company.map(|c| c.id);
    matter.client_contact_id = Some(contact.id);
    matter.responsible_user_id = contact.owner_user_id;
    matter
}

/// A matter with its dates and status: the older, the more likely closed.
fn opened_ago(dice: &mut Dice, calendar: Calendar, days: i32) -> Matter {
    let created = calendar.time_ago(dice, days);
    let days = calendar.days_since(created);
    let closed_share = u64::try_from(days * 75 / DAYS_BACK_MAX).unwrap_or_default();
    let status = match dice.below(100) {
        roll if roll < closed_share => "closed",
        roll if roll > 90 => "pending",
        _ => "open",
    };
    let close_date =
        (status == "closed").then(|| calendar.day_ago(dice.between(1, days)).max(created.date()));
    let updated = match close_date {
        Some(day) => office_time(dice, day),
        None => {
            let days = dice.low_between(1, days.min(60));
            calendar.time_ago(dice, days)
        }
    };
    Matter {
        id: dice.id(created),
        number: None,
        name: String::new(),
        status: status.to_owned(),
        practice_area: None,
        client_company_id: None,
        client_contact_id: None,
        responsible_user_id: None,
        description: None,
        open_date: Some(created.date()),
        close_date,
        tags: dice.chance(20).then(|| dice.word(MATTER_TAGS).to_owned()).into_iter().collect(),
        custom_fields: CustomFields::new(),
        created_date: created,
        updated_date: updated.max(created),
    }
}

/// `2026-0142`: counted through each year in the order of opening.
fn number(matters: &mut [Matter]) {
    matters.sort_by_key(|m| (m.open_date, m.id));
    let mut counts: HashMap<i16, u32> = HashMap::new();
    for matter in matters {
        let Some(opened) = matter.open_date else { continue };
        let year = opened.civil().year();
        let count = counts.entry(year).or_default();
        *count += 1;
        matter.number = Some(format!("{year}-{count:04}"));
    }
}
