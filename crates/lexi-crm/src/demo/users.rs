//! The lawyers, who own contacts, deals, matters and tasks.

use lexi_types::RecordId;
use lexi_types::records::User;

use super::calendar::{Calendar, DAYS_BACK_MAX};
use super::dice::Dice;
use super::words::ascii;

/// A name and how much of the firm's work that lawyer has; partners have several times what a newcomer has.
const LAWYERS: &[(&str, u64)] = &[
    ("Nadia Rahman", 16),
    ("Edmund Harcourt", 13),
    ("Lena Schreiber", 12),
    ("Raj Malhotra", 11),
    ("Sofía Caballero", 10),
    ("Tomás Ferreira", 8),
    ("Akira Mori", 8),
    ("Claire Beaumont", 7),
    ("Piotr Zieliński", 6),
    ("Ayşe Kaplan", 5),
    ("Daniel Osei", 3),
    ("Freya Lund", 1),
];

pub(super) fn users(dice: &mut Dice, calendar: Calendar) -> Vec<User> {
    let mut users = Vec::new();
    for (name, _) in LAWYERS {
        let joined = calendar.time_ago(dice, DAYS_BACK_MAX);
        users.push(User {
            id: dice.id(joined),
            full_name: (*name).to_owned(),
            email: Some(format!("{}@harcourt-rahman.example", ascii(name, '.'))),
        });
    }
    users
}

/// One of the lawyers, by how much work each has.
pub(super) fn owner(dice: &mut Dice, users: &[User]) -> Option<RecordId> {
    let shares: Vec<(RecordId, u64)> =
        users.iter().zip(LAWYERS).map(|(user, (_, share))| (user.id, *share)).collect();
    dice.weighted(&shares).copied()
}
