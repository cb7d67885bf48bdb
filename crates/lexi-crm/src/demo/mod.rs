//! The demonstration law firm: made-up people and work, the same for the same seed and day, so that an answer shown in
//! the documentation is the answer that a fresh machine gives.

mod calendar;
mod companies;
mod contacts;
mod deals;
mod dice;
mod history;
mod load;
mod matters;
mod tasks;
mod users;
mod words;

use lexi_types::records::{Activity, Company, Contact, Deal, Matter, Note, Pipeline, Task, User};
use lexi_types::{Date, Timestamp};

use calendar::Calendar;
use dice::Dice;

pub use load::load;

/// The firm's name, for a workspace that is called after it.
pub const FIRM_NAME: &str = "Harcourt Rahman";
/// What nearly every deal is counted in.
pub const CURRENCY: &str = "EUR";
/// The firm that `lexi demo` shows.
pub const SEED: u64 = 2026;

const COMPANIES: usize = 250;
const CONTACTS: usize = 1_500;
const DEALS: usize = 900;
const MATTERS: usize = 600;
const NOTES: usize = 2_000;
const TASKS: usize = 800;
const ACTIVITIES: usize = 6_000;

/// Every record of a firm. Links between records resolve inside the firm.
#[derive(Debug, Clone, PartialEq)]
pub struct Firm {
    pub users: Vec<User>,
    pub pipelines: Vec<Pipeline>,
    pub companies: Vec<Company>,
    pub contacts: Vec<Contact>,
    pub deals: Vec<Deal>,
    pub matters: Vec<Matter>,
    pub notes: Vec<Note>,
    pub tasks: Vec<Task>,
    pub activities: Vec<Activity>,
}

impl Firm {
    /// When the lawyers joined: the beginning of the firm's history.
    fn founded(&self) -> Timestamp {
        self.companies.iter().map(|company| company.created_date).min().unwrap_or_default()
    }

    /// How many records there are, pipelines and users included.
    pub fn record_count(&self) -> usize {
        self.users.len()
            + self.pipelines.len()
            + self.companies.len()
            + self.contacts.len()
            + self.deals.len()
            + self.matters.len()
            + self.notes.len()
            + self.tasks.len()
            + self.activities.len()
    }
}

/// Makes a firm whose last 18 months end the day before `today`.
pub fn generate(seed: u64, today: Date) -> Firm {
    let calendar = Calendar::new(today);
    let mut dice = Dice::new(seed);
    let users = users::users(&mut dice, calendar);
    let pipelines = deals::pipelines(&mut dice, calendar);
    let companies = companies::companies(&mut dice, calendar, COMPANIES);
    let mut contacts = contacts::contacts(&mut dice, calendar, CONTACTS, &companies, &users);
    let mut deals = deals::deals(&mut dice, calendar, DEALS, &contacts, &companies, &pipelines);
    contacts::set_status(&mut contacts, &deals, calendar, &mut dice);
    let matters = matters::matters(&mut dice, calendar, MATTERS, &mut deals, &contacts, &companies);
    let notes = history::notes(&mut dice, calendar, NOTES, &contacts, &deals, &matters);
    let tasks = tasks::tasks(&mut dice, calendar, TASKS, &contacts, &deals, &matters);
    let activities = history::activities(&mut dice, calendar, ACTIVITIES, &contacts, &deals, &matters);
    Firm { users, pipelines, companies, contacts, deals, matters, notes, tasks, activities }
}

#[cfg(test)]
mod tests;
