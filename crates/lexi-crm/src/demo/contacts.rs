//! The people: most work for a company, some are private clients, and one is Jane Doe.

use std::collections::HashMap;

use lexi_types::RecordId;
use lexi_types::records::{Company, Contact, CustomFields, Deal, User};

use super::calendar::{Calendar, DAYS_BACK_MAX};
use super::dice::Dice;
use super::users::owner;
use super::words::{CONTACT_TAGS, FIRST_NAMES, JOB_TITLES, LANGUAGES, LAST_NAMES, SOURCES, ascii};

/// Names that several people share, as happens in every large address book.
const SHARED_NAMES: &[(&str, &str)] = &[
    ("Maria", "Silva"),
    ("Maria", "Silva"),
    ("Maria", "Silva"),
    ("John", "Smith"),
    ("John", "Smith"),
    ("Mohammed", "Khan"),
    ("Mohammed", "Khan"),
    ("Anna", "Müller"),
    ("Anna", "Müller"),
];

pub(super) fn contacts(
    dice: &mut Dice,
    calendar: Calendar,
    count: usize,
    companies: &[Company],
    users: &[User],
) -> Vec<Contact> {
    let mut people = People { dice, calendar, companies, users, addresses: HashMap::new() };
    let mut contacts = Vec::new();
    for index in 0..count {
        contacts.push(match (index, SHARED_NAMES.get(index.wrapping_sub(1))) {
            (0, _) => people.person("Jane", "Doe", companies.first()),
            (_, Some((first, last))) => people.anyone(first, last),
            _ => {
                let first = people.dice.word(FIRST_NAMES);
                let last = people.dice.word(LAST_NAMES);
                people.anyone(first, last)
            }
        });
    }
    contacts
}

struct People<'a> {
    dice: &'a mut Dice,
    calendar: Calendar,
    companies: &'a [Company],
    users: &'a [User],
    /// How often each mail address was wanted, so that namesakes get a number.
    addresses: HashMap<String, u32>,
}

impl People<'_> {
    fn anyone(&mut self, first: &str, last: &str) -> Contact {
        let companies = self.companies;
        let company = if self.dice.chance(80) { self.dice.pick(companies) } else { None };
        self.person(first, last, company)
    }

    fn person(&mut self, first: &str, last: &str, company: Option<&Company>) -> Contact {
        let known = company.map_or(DAYS_BACK_MAX, |c| self.calendar.days_since(c.created_date));
        let created = {
            // Half of the people came with the company, the others over time.
            let earliest = if self.dice.chance(50) { (known - 40).max(1) } else { 1 };
            let days = self.dice.between(earliest, known);
            self.calendar.time_ago(self.dice, days)
        };
        let full_name = format!("{first} {last}");
        let mut custom_fields = CustomFields::new();
        if self.dice.chance(60) {
            custom_fields.insert("source".to_owned(), self.dice.word(SOURCES).into());
        }
        if self.dice.chance(30) {
            custom_fields.insert("language".to_owned(), self.dice.word(LANGUAGES).into());
        }
        Contact {
            id: self.dice.id(created),
            first_name: Some(first.to_owned()),
            last_name: Some(last.to_owned()),
            email: Some(self.address(&full_name, company)),
            phone: self.dice.chance(70).then(|| self.phone()),
            job_title: company.and_then(|_| self.dice.weighted(JOB_TITLES).map(|t| (*t).to_owned())),
            company_name: company.map(|c| c.name.clone()),
            related_company_id: company.map(|c| c.id),
            linkedin_url: self
                .dice
                .chance(25)
                .then(|| format!("https://www.linkedin.com/in/{}", ascii(&full_name, '-'))),
            priority: self
                .dice
                .weighted(&[(None, 40), (Some(1), 10), (Some(2), 30), (Some(3), 20)])
                .copied()
                .flatten(),
            status: None,
            owner_user_id: owner(self.dice, self.users),
            next_follow_up_date: None,
            tags: self.dice.chance(30).then(|| self.dice.word(CONTACT_TAGS).to_owned()).into_iter().collect(),
            custom_fields,
            created_date: created,
            updated_date: {
                let days = self.dice.low_between(1, self.calendar.days_since(created));
                self.calendar.time_ago(self.dice, days).max(created)
            },
            full_name,
        }
    }

    fn address(&mut self, full_name: &str, company: Option<&Company>) -> String {
        let domain = company.and_then(|c| c.domain.as_deref()).unwrap_or("mail.example");
        let local = ascii(full_name, '.');
        let count = self.addresses.entry(format!("{local}@{domain}")).or_default();
        *count += 1;
        if *count == 1 { format!("{local}@{domain}") } else { format!("{local}{count}@{domain}") }
    }

    /// From the ranges that regulators set aside for stories.
    fn phone(&mut self) -> String {
        match self.dice.below(2) {
            0 => format!("+353 20 910 {:04}", self.dice.below(10_000)),
            _ => format!("+44 20 7946 0{:03}", self.dice.below(1_000)),
        }
    }
}

/// Who is a client and who may become one follows from their deals.
pub(super) fn set_status(contacts: &mut [Contact], deals: &[Deal], calendar: Calendar, dice: &mut Dice) {
    let mut best: HashMap<RecordId, &str> = HashMap::new();
    for deal in deals {
        let Some(contact) = deal.main_contact_id else { continue };
        let status = match (deal.status.as_str(), best.get(&contact)) {
            ("won", _) | (_, Some(&"Client")) => "Client",
            ("active", _) | (_, Some(&"Prospect")) => "Prospect",
            _ => "Former prospect",
        };
        best.insert(contact, status);
    }
    for contact in contacts {
        let status = best.get(&contact.id).copied();
        let status = status.unwrap_or_else(|| {
            dice.weighted(&[("Lead", 50), ("Contact", 35), ("Referral partner", 15)])
                .copied()
                .unwrap_or_default()
        });
        contact.status = Some(status.to_owned());
        let likely = if matches!(status, "Lead" | "Prospect") { 55 } else { 10 };
        if dice.chance(likely) {
            contact.next_follow_up_date = Some(calendar.day_ahead(dice.between(-12, 45)));
        }
    }
}
