//! What people ask of many records, as calls of the tools that a model would make: other words every time.

use serde_json::{Value, json};

use super::office::{Dice, INDUSTRIES, OWNERS, STATUSES, Sizes, TAGS, company, person};

pub(crate) struct Question {
    pub(crate) name: &'static str,
    pub(crate) tool: &'static str,
    pub(crate) arguments: fn(&mut Dice, Sizes) -> Value,
}

pub(crate) const QUESTIONS: &[Question] = &[
    Question {
        name: "name search: first and last name",
        tool: "contacts.search",
        arguments: |dice, sizes| {
            let (first, last) = person(dice.below(sizes.contacts));
            json!({ "query": format!("{first} {last}") })
        },
    },
    Question {
        name: "name search: initial and last name",
        tool: "contacts.search",
        arguments: |dice, sizes| {
            let (first, last) = person(dice.below(sizes.contacts));
            json!({ "query": format!("{} {last}", first.chars().next().unwrap_or_default()) })
        },
    },
    Question {
        name: "name search: one typing error",
        tool: "contacts.search",
        arguments: |dice, sizes| {
            let (first, last) = person(dice.below(sizes.contacts));
            json!({ "query": format!("{first} {}", misspelt(dice, &last)) })
        },
    },
    Question {
        name: "name search: a first name alone",
        tool: "contacts.search",
        arguments: |dice, sizes| json!({ "query": person(dice.below(sizes.contacts)).0 }),
    },
    Question {
        name: "full text: two words",
        tool: "search.text",
        arguments: |dice, _| json!({ "query": format!("{} {}", dice.word(), dice.word()) }),
    },
    Question {
        name: "full text: one word",
        tool: "search.text",
        arguments: |dice, _| json!({ "query": dice.word() }),
    },
    Question {
        name: "filtered list: contacts by status, owner and tag",
        tool: "contacts.search",
        arguments: |dice, _| json!({ "status": dice.pick(STATUSES), "owner": dice.pick(OWNERS), "tag": dice.pick(TAGS) }),
    },
    Question {
        name: "filtered list: open deals of an owner over 100,000, largest first",
        tool: "deals.search",
        arguments: |dice, _| json!({ "status": "active", "owner": dice.pick(OWNERS), "min_value": 100_000, "sort": "value_desc" }),
    },
    Question {
        name: "filtered list: deals of a company",
        tool: "deals.search",
        arguments: |dice, sizes| json!({ "company": company(dice.below(sizes.companies)) }),
    },
    Question {
        name: "aggregate: open deals by stage",
        tool: "deals.aggregate",
        arguments: |_, _| json!({ "status": "active", "group_by": "stage" }),
    },
    Question {
        name: "aggregate: won deals of an industry by month",
        tool: "deals.aggregate",
        arguments: |dice, _| json!({ "status": "won", "industry": dice.pick(INDUSTRIES), "group_by": "month", "date_field": "closed_date" }),
    },
    Question {
        name: "aggregate: contacts by status and owner",
        tool: "contacts.aggregate",
        arguments: |_, _| json!({ "group_by": ["status", "owner"] }),
    },
];

/// Two neighbouring letters change places.
fn misspelt(dice: &mut Dice, name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = 1 + dice.below(u32::try_from(letters.len()).unwrap_or(3).saturating_sub(2)) as usize;
    if at + 1 < letters.len() {
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}
