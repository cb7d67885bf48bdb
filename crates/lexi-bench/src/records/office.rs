//! A made-up firm of any size, written as CSV files: the same rows for the same sizes on every machine.

use std::path::{Path, PathBuf};

use csv::Writer;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

const SEED: u64 = 2026;

const SYLLABLES: &[&str] = &[
    "ba", "bel", "bor", "cal", "dan", "der", "el", "fer", "gal", "gor", "han", "hol", "is", "jar", "kar",
    "ken", "lan", "lor", "mar", "mel", "mor", "nas", "nor", "ol", "os", "pel", "per", "quin", "ral", "ren",
    "ros", "sal", "sen", "sor", "tal", "ter", "tor", "ul", "van", "vel", "wes", "wil", "yar", "zan",
];
const FIRST_NAMES: &[&str] = &[
    "Alice", "Andrés", "Anna", "Björn", "Carla", "Chloé", "Daniel", "Elif", "Emma", "Farid", "Grace",
    "Hanna", "Ivan", "Jane", "João", "John", "Jürgen", "Kofi", "Laura", "Lena", "Luis", "Maria", "Marek",
    "Mei", "Nadia", "Noah", "Olga", "Omar", "Paul", "Petra", "Priya", "Raj", "René", "Rosa", "Sara", "Sven",
    "Tariq", "Thomas", "Uma", "Yuki",
];
const FORMS: &[&str] = &["GmbH", "Ltd", "SAS", "B.V.", "AG", "plc"];
pub(super) const OWNERS: &[&str] = &[
    "Amara Haddad",
    "Bruno Keller",
    "Celia Novak",
    "Dmitri Volkov",
    "Edith Larsen",
    "Fatima Reyes",
    "Gustav Lind",
    "Helen Park",
    "Ismail Kaya",
    "Judith Weber",
    "Kwame Mensah",
    "Lucia Ferri",
    "Marta Silva",
    "Nils Berg",
    "Orla Byrne",
    "Pavel Horak",
    "Qing Liu",
    "Rosalind Gray",
    "Samuel Stein",
    "Tessa Moore",
];
pub(super) const STATUSES: &[&str] = &["Lead", "Prospect", "Customer", "Former customer", "Partner"];
const TITLES: &[&str] = &[
    "CEO",
    "CFO",
    "General Counsel",
    "Head of Legal",
    "Engineer",
    "Buyer",
    "Assistant",
    "Director",
    "Clerk",
    "Owner",
];
pub(super) const INDUSTRIES: &[&str] =
    &["Energy", "Retail", "Software", "Logistics", "Insurance", "Construction", "Pharma", "Media"];
const CITIES: &[(&str, &str)] =
    &[("Berlin", "Germany"), ("Lyon", "France"), ("Leeds", "United Kingdom"), ("Zürich", "Switzerland")];
const STAGES: &[(&str, &str)] = &[
    ("Lead", "active"),
    ("Qualified", "active"),
    ("Proposal", "active"),
    ("Negotiation", "active"),
    ("Won", "won"),
    ("Won", "won"),
    ("Lost", "lost"),
];
pub(super) const TAGS: &[&str] = &["key account", "newsletter", "referral", "event", "press"];

/// How many of what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) companies: u32,
    pub(crate) contacts: u32,
    pub(crate) deals: u32,
    pub(crate) notes: u32,
}

/// Numbers from the seed, one stream for each use.
#[derive(Debug)]
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(stream: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(SEED.wrapping_add(stream)))
    }

    pub(super) fn below(&mut self, limit: u32) -> u32 {
        let scaled = u64::from(self.0.next_u32()) * u64::from(limit);
        u32::try_from(scaled >> 32).unwrap_or_default()
    }

    pub(super) fn pick<T: Copy + Default>(&mut self, from: &[T]) -> T {
        let index = self.below(u32::try_from(from.len()).unwrap_or(u32::MAX));
        from.get(index as usize).copied().unwrap_or_default()
    }

    /// A name of some tens of thousands.
    fn surname(&mut self) -> String {
        let mut name: String = (0..3).map(|_| self.pick(SYLLABLES)).collect();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        name
    }

    /// A word of some two thousand.
    pub(super) fn word(&mut self) -> String {
        format!("{}{}", self.pick(SYLLABLES), self.pick(SYLLABLES))
    }

    fn sentence(&mut self, words: u32) -> String {
        (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn day(&mut self, first_year: u32, years: u32) -> String {
        format!("{}-{:02}-{:02}", first_year + self.below(years), 1 + self.below(12), 1 + self.below(28))
    }
}

/// The person with this number.
pub(super) fn person(number: u32) -> (&'static str, String) {
    let mut dice = Dice::new(1_000_000_000 + u64::from(number));
    (dice.pick(FIRST_NAMES), dice.surname())
}

/// The name of the company with this number.
pub(super) fn company(number: u32) -> String {
    let mut dice = Dice::new(2_000_000_000 + u64::from(number));
    // The number keeps names apart that chance would make the same.
    format!("{} {} {number} {}", dice.surname(), dice.surname(), dice.pick(FORMS))
}

/// A file and how many rows it has.
#[derive(Debug)]
pub(crate) struct Export {
    pub(crate) kind: &'static str,
    pub(crate) file: PathBuf,
    pub(crate) rows: u32,
}

/// Writes the files in the order in which they are to be imported.
pub(crate) fn write(folder: &Path, sizes: Sizes) -> anyhow::Result<Vec<Export>> {
    let mut dice = Dice::new(0);
    let companies = ["Name", "Industry", "City", "Country", "Website"];
    let made = [
        (
            "companies",
            sizes.companies,
            file(folder, "companies", &companies, sizes.companies, |number| {
                let (city, country) = dice.pick(CITIES);
                let site = format!("https://www.firm{number}.example");
                [company(number), dice.pick(INDUSTRIES).into(), city.into(), country.into(), site].to_vec()
            })?,
        ),
        (
            "contacts",
            sizes.contacts,
            file(folder, "contacts", CONTACT_COLUMNS, sizes.contacts, contact(sizes))?,
        ),
        ("deals", sizes.deals, file(folder, "deals", DEAL_COLUMNS, sizes.deals, deal(sizes))?),
        (
            "notes",
            sizes.notes,
            file(folder, "notes", &["Title", "Content", "Type", "Company"], sizes.notes, note(sizes))?,
        ),
    ];
    Ok(made.into_iter().map(|(kind, rows, file)| Export { kind, file, rows }).collect())
}

fn file(
    folder: &Path,
    name: &str,
    columns: &[&str],
    rows: u32,
    mut row: impl FnMut(u32) -> Vec<String>,
) -> anyhow::Result<PathBuf> {
    let path = folder.join(format!("{name}.csv"));
    let mut writer = Writer::from_path(&path)?;
    writer.write_record(columns)?;
    for number in 0..rows {
        writer.write_record(row(number))?;
    }
    writer.flush()?;
    Ok(path)
}

const CONTACT_COLUMNS: &[&str] = &[
    "First Name",
    "Last Name",
    "Email",
    "Phone",
    "Job Title",
    "Company",
    "Status",
    "Owner",
    "Tags",
    "Source",
    "Created",
];

fn contact(sizes: Sizes) -> impl FnMut(u32) -> Vec<String> {
    let mut dice = Dice::new(1);
    move |number| {
        let (first, last) = person(number);
        vec![
            first.to_owned(),
            last.clone(),
            format!("{}.{number}@firm{}.example", last.to_lowercase(), number % sizes.companies.max(1)),
            format!("+49 30 {:07}", dice.below(10_000_000)),
            dice.pick(TITLES).to_owned(),
            company(dice.below(sizes.companies)),
            dice.pick(STATUSES).to_owned(),
            dice.pick(OWNERS).to_owned(),
            if dice.below(10) == 0 { dice.pick(TAGS).to_owned() } else { String::new() },
            dice.pick(&["Web", "Referral", "Event", "Cold call"]).to_owned(),
            dice.day(2022, 4),
        ]
    }
}

const DEAL_COLUMNS: &[&str] = &[
    "Deal Name",
    "Stage",
    "Status",
    "Amount",
    "Currency",
    "Company",
    "Owner",
    "Priority",
    "Description",
    "Created",
    "Closed Date",
];

fn deal(sizes: Sizes) -> impl FnMut(u32) -> Vec<String> {
    let mut dice = Dice::new(2);
    move |number| {
        let (stage, status) = dice.pick(STAGES);
        let firm = company(dice.below(sizes.companies));
        vec![
            format!("{} {number} for {firm}", dice.word()),
            stage.to_owned(),
            status.to_owned(),
            format!("{}.{:02}", 500 + dice.below(200_000), dice.below(100)),
            dice.pick(&["EUR", "EUR", "EUR", "CHF"]).to_owned(),
            firm,
            dice.pick(OWNERS).to_owned(),
            dice.pick(&["low", "medium", "high"]).to_owned(),
            dice.sentence(12),
            dice.day(2022, 2),
            if status == "active" { String::new() } else { dice.day(2024, 2) },
        ]
    }
}

fn note(sizes: Sizes) -> impl FnMut(u32) -> Vec<String> {
    let mut dice = Dice::new(3);
    move |_| {
        vec![
            dice.sentence(4),
            dice.sentence(40),
            dice.pick(&["call", "meeting", "general"]).to_owned(),
            company(dice.below(sizes.companies)),
        ]
    }
}
