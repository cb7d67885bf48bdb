//! The firm's business clients and those it would like to have.

use std::collections::HashSet;

use lexi_types::records::{Company, CustomFields};

use super::calendar::{Calendar, DAYS_BACK_MAX};
use super::dice::Dice;
use super::words::{
    COMPANY_FORMS, COMPANY_TAGS, COMPANY_WORDS, INDUSTRIES, LAST_NAMES, PLACES, SIZES, ascii,
};

pub(super) fn companies(dice: &mut Dice, calendar: Calendar, count: usize) -> Vec<Company> {
    let mut names = HashSet::new();
    let mut companies = Vec::new();
    while companies.len() < count {
        let Some((industry, words)) = dice.pick(INDUSTRIES) else { break };
        let name = name(dice, words);
        if names.insert(name.clone()) {
            companies.push(company(dice, calendar, name, industry));
        }
    }
    companies
}

fn name(dice: &mut Dice, words: &[&'static str]) -> String {
    let trade = dice.word(words);
    let form = dice.word(COMPANY_FORMS);
    match dice.below(10) {
        0..6 => format!("{} {trade}", dice.word(COMPANY_WORDS)),
        6..8 => format!("{} {trade} {form}", dice.word(COMPANY_WORDS)),
        8 => format!("{} {trade} {form}", dice.word(LAST_NAMES)),
        _ => format!("{} & {} {trade}", dice.word(LAST_NAMES), dice.word(LAST_NAMES)),
    }
}

fn company(dice: &mut Dice, calendar: Calendar, name: String, industry: &str) -> Company {
    let created = {
        let days = dice.high_between(380, DAYS_BACK_MAX);
        calendar.time_ago(dice, days)
    };
    let place = dice.pick(PLACES).copied().unwrap_or_default();
    let domain = format!("{}.example", ascii(&name, '-').trim_end_matches('-'));
    Company {
        id: dice.id(created),
        industry: Some(industry.to_owned()),
        website: Some(format!("https://www.{domain}")),
        linkedin_url: dice
            .chance(40)
            .then(|| format!("https://www.linkedin.com/company/{}", ascii(&name, '-'))),
        domain: Some(domain),
        size: dice.weighted(SIZES).map(|size| (*size).to_owned()),
        city: Some(place.0.to_owned()),
        country: Some(place.1.to_owned()),
        tags: dice.chance(25).then(|| dice.word(COMPANY_TAGS).to_owned()).into_iter().collect(),
        custom_fields: CustomFields::new(),
        created_date: created,
        updated_date: {
            let days = dice.low_between(1, calendar.days_since(created));
            calendar.time_ago(dice, days).max(created)
        },
        name,
    }
}
