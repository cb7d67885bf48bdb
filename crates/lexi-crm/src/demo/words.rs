//! The words that names, titles and texts are made of. All of them are made up or common.
//! The long lists are packed by hand: one word to a line would bury the rest of the file.

#[rustfmt::skip]
pub(super) const FIRST_NAMES: &[&str] = &[
    "Adaeze", "Agnieszka", "Aïcha", "Akira", "Alejandro", "Amélie", "Anders", "Andrea", "Anjali", "Anna",
    "Antonio", "Aoife", "Arjun", "Astrid", "Beatriz", "Benjamin", "Birgit", "Bruno", "Camille", "Carlos",
    "Catherine", "Chiara", "Chloé", "Christoph", "Clara", "Cormac", "Daniel", "Daria", "David", "Deniz",
    "Diego", "Dimitra", "Dorothée", "Edward", "Elena", "Elif", "Emeka", "Emma", "Erik", "Esther", "Eva",
    "Fatima", "Felix", "Fiona", "François", "Frieda", "Gabriel", "Georgia", "Giulia", "Grace", "Hannah",
    "Haruka", "Hassan", "Helena", "Henrik", "Hugo", "Ibrahim", "Ines", "Ingrid", "Isabel", "Ivana", "Jakub",
    "James", "Jan", "Jasmine", "Joanna", "João", "John", "Jonas", "José", "Julia", "Jürgen", "Karim",
    "Katarzyna", "Kenji", "Klara", "Kofi", "Lars", "Laura", "Leila", "Léon", "Lien", "Linh", "Lucía", "Luka",
    "Magdalena", "Malik", "Marco", "Margaret", "Maria", "Marek", "Markus", "Martina", "Matteo", "Mehmet",
    "Mei", "Michael", "Milan", "Miriam", "Mohammed", "Moritz", "Naomi", "Natasha", "Niamh", "Nicolás",
    "Niels", "Noah", "Nuria", "Olga", "Oliver", "Omar", "Oskar", "Paolo", "Patrick", "Paula", "Pedro",
    "Peter", "Petra", "Pierre", "Priya", "Rachel", "Rafael", "Ravi", "René", "Rosa", "Ruth", "Samira",
    "Samuel", "Sandra", "Sarah", "Sean", "Sebastian", "Selin", "Silvia", "Simone", "Sofia", "Søren", "Stefan",
    "Sunita", "Susanne", "Tariq", "Thandiwe", "Theo", "Thomas", "Tomasz", "Ulrike", "Valentina", "Victor",
    "Vikram", "Wanjiru", "Wei", "William", "Xavier", "Yasmin", "Yuki", "Yusuf", "Zara", "Zoë", "Zuzana",
];

#[rustfmt::skip]
pub(super) const LAST_NAMES: &[&str] = &[
    "Abadi", "Achterberg", "Adeyemi", "Ahmed", "Almeida", "Andersen", "Andersson", "Araújo", "Aziz", "Bajwa",
    "Barros", "Bauer", "Becker", "Bellini", "Bernard", "Bianchi", "Björk", "Blanc", "Boateng", "Brennan",
    "Byrne", "Cardoso", "Castillo", "Chen", "Clarke", "Costa", "Da Silva", "Dąbrowski", "De Vries", "Demir",
    "Díaz", "Dubois", "Dupont", "Egger", "Eriksen", "Esposito", "Fernández", "Ferrari", "Fischer",
    "Fitzgerald", "Fontaine", "Fournier", "García", "Gómez", "Gruber", "Gupta", "Haddad", "Hansen",
    "Hartmann", "Hernández", "Hoffmann", "Horvat", "Ibáñez", "Ito", "Ivanov", "Jackson", "Janssen", "Jensen",
    "Jovanović", "Kamau", "Kaya", "Keller", "Kelly", "Khan", "Kim", "Klein", "Kovács", "Kowalski", "Kruger",
    "Kumar", "Lambert", "Larsen", "Laurent", "Lefèvre", "Lehmann", "Lindqvist", "López", "Lowe", "Mahmoud",
    "Maier", "Marchetti", "Marino", "Martin", "Martínez", "Mbeki", "McCarthy", "Mehta", "Mendes", "Mercier",
    "Meyer", "Molnár", "Moreau", "Moretti", "Müller", "Murphy", "Nakamura", "Nguyen", "Nielsen", "Nováková",
    "Nowak", "Nyström", "O'Brien", "O'Connor", "Okafor", "Oliveira", "Olsen", "Owusu", "Özdemir", "Pacheco",
    "Papadopoulos", "Park", "Patel", "Pellegrini", "Pereira", "Petrov", "Popescu", "Quinn", "Ramírez",
    "Reddy", "Reyes", "Ricci", "Richter", "Rivera", "Rossi", "Roux", "Russo", "Ryan", "Salazar", "Sánchez",
    "Santos", "Schäfer", "Schmidt", "Schneider", "Schulz", "Sharma", "Silva", "Singh", "Sito", "Smith",
    "Sørensen", "Stein", "Suzuki", "Svensson", "Szabó", "Takahashi", "Tanaka", "Taylor", "Teixeira",
    "Thomsen", "Tran", "Van Dijk", "Vargas", "Vasquez", "Vidal", "Virtanen", "Wagner", "Walsh", "Weber",
    "Weiß", "Williams", "Wilson", "Wójcik", "Wright", "Yamamoto", "Yılmaz", "Zając", "Zhang", "Zimmermann",
];

#[rustfmt::skip]
pub(super) const COMPANY_WORDS: &[&str] = &[
    "Alder", "Amberfield", "Anchor", "Arctis", "Aurora", "Avelan", "Baltica", "Beacon", "Birchwood",
    "Bluewater", "Borealis", "Brightside", "Calder", "Castellan", "Cedar", "Cobalt", "Copperline", "Corvus",
    "Crescent", "Delphin", "Drumlin", "Eastgate", "Elbe", "Ember", "Evergreen", "Fairhaven", "Falken",
    "Fjord", "Foxglove", "Garnet", "Glasstone", "Granit", "Greenfield", "Halcyon", "Harbour", "Hazel",
    "Helix", "Heron", "Highland", "Hollis", "Ironbridge", "Juniper", "Kestrel", "Kingfisher", "Lakeside",
    "Larch", "Lantern", "Linden", "Lumen", "Magnolia", "Marlow", "Meridian", "Mistral", "Montis", "Nordwind",
    "Novalis", "Oakridge", "Obsidian", "Orion", "Osprey", "Palisade", "Pinecrest", "Polaris", "Quarry",
    "Quillon", "Ravenna", "Redwood", "Rhenus", "Riverside", "Rowan", "Saffron", "Sandstone", "Sequoia",
    "Silverlake", "Solaris", "Southbank", "Sterling", "Stonebridge", "Summit", "Tamarind", "Teal",
    "Terrafirma", "Thistle", "Tidewater", "Tramont", "Ulmus", "Valora", "Vega", "Verdant", "Vista", "Waldhof",
    "Westbrook", "Willow", "Windmere", "Yarrow", "Zenith", "Zephyr",
];

pub(super) const COMPANY_FORMS: &[&str] =
    &["GmbH", "Ltd", "SAS", "S.r.l.", "B.V.", "AG", "AB", "Oy", "S.L.", "plc"];

/// An industry and the words that its companies put in their names.
pub(super) const INDUSTRIES: &[(&str, &[&str])] = &[
    ("Logistics", &["Logistics", "Freight", "Shipping"]),
    ("Software", &["Software", "Systems", "Cloud", "Analytics"]),
    ("Manufacturing", &["Works", "Industries", "Precision", "Tools"]),
    ("Real Estate", &["Properties", "Estates", "Living"]),
    ("Healthcare", &["Health", "Clinics", "Diagnostics"]),
    ("Life Sciences", &["Biotech", "Pharma", "Therapeutics"]),
    ("Energy", &["Energy", "Solar", "Wind", "Grid"]),
    ("Financial Services", &["Capital", "Finance", "Insurance"]),
    ("Retail", &["Retail", "Stores", "Market"]),
    ("Hospitality", &["Hotels", "Resorts", "Kitchens"]),
    ("Construction", &["Construction", "Build", "Engineering"]),
    ("Media", &["Media", "Studios", "Publishing"]),
    ("Food and Drink", &["Foods", "Brewery", "Coffee"]),
    ("Education", &["Academy", "Learning"]),
    ("Non-profit", &["Foundation", "Trust"]),
];

#[rustfmt::skip]
pub(super) const PLACES: &[(&str, &str)] = &[
    ("Dublin", "Ireland"), ("Cork", "Ireland"), ("Galway", "Ireland"), ("Berlin", "Germany"),
    ("Hamburg", "Germany"), ("München", "Germany"), ("Köln", "Germany"), ("Wien", "Austria"),
    ("Zürich", "Switzerland"), ("Paris", "France"), ("Lyon", "France"), ("Amsterdam", "Netherlands"),
    ("Rotterdam", "Netherlands"), ("Bruxelles", "Belgium"), ("Madrid", "Spain"), ("Barcelona", "Spain"),
    ("Lisboa", "Portugal"), ("Milano", "Italy"), ("Roma", "Italy"), ("København", "Denmark"),
    ("Stockholm", "Sweden"), ("Helsinki", "Finland"), ("Warszawa", "Poland"), ("Kraków", "Poland"),
    ("Praha", "Czechia"), ("Budapest", "Hungary"), ("Athens", "Greece"), ("London", "United Kingdom"),
];

pub(super) const SIZES: &[(&str, u64)] =
    &[("1-10", 22), ("11-50", 34), ("51-200", 24), ("201-1000", 14), ("1000+", 6)];

#[rustfmt::skip]
pub(super) const JOB_TITLES: &[(&str, u64)] = &[
    ("General Counsel", 14), ("Managing Director", 14), ("Chief Executive Officer", 10),
    ("Chief Financial Officer", 9), ("Head of Legal", 9), ("Legal Counsel", 9),
    ("Head of Human Resources", 7), ("Compliance Officer", 6), ("Chief Operating Officer", 5), ("Founder", 6),
    ("Contracts Manager", 5), ("Data Protection Officer", 3), ("Company Secretary", 3),
];

pub(super) const COMPANY_TAGS: &[&str] =
    &["key account", "referral", "panel firm", "cross-border", "family business"];
pub(super) const CONTACT_TAGS: &[&str] =
    &["newsletter", "referrer", "decision maker", "event 2026", "VIP", "alumni"];
pub(super) const DEAL_TAGS: &[&str] = &["cross-sell", "referral", "urgent", "tender", "repeat client"];
pub(super) const MATTER_TAGS: &[&str] = &["cross-border", "confidential", "court", "regulatory", "pro bono"];
pub(super) const SOURCES: &[&str] =
    &["Referral", "Website", "Event", "Existing client", "Directory", "Cold call"];
pub(super) const LANGUAGES: &[&str] = &["English", "German", "French", "Spanish", "Italian", "Polish"];

/// A field of law, what a client asks for in it, and what that usually costs.
#[derive(Debug)]
pub(super) struct PracticeArea {
    pub(super) name: &'static str,
    pub(super) work: &'static [&'static str],
    pub(super) fees: &'static [(&'static str, u64)],
    /// The usual fee in hundreds of the currency, lowest and highest.
    pub(super) hundreds: (i32, i32),
}

pub(super) const BUSINESS_AREAS: &[PracticeArea] = &[
    PracticeArea {
        name: "Corporate",
        work: &[
            "Share purchase",
            "Shareholder agreement",
            "Financing round",
            "Merger control filing",
            "Restructuring",
        ],
        fees: &[("hourly", 60), ("fixed", 40)],
        hundreds: (120, 2_400),
    },
    PracticeArea {
        name: "Employment",
        work: &["Works council dispute", "Redundancy programme", "Executive contract", "Handbook review"],
        fees: &[("hourly", 55), ("fixed", 45)],
        hundreds: (30, 450),
    },
    PracticeArea {
        name: "Real Estate",
        work: &["Office lease", "Site acquisition", "Construction contract", "Planning appeal"],
        fees: &[("fixed", 60), ("hourly", 40)],
        hundreds: (40, 900),
    },
    PracticeArea {
        name: "Litigation",
        work: &["Contract dispute", "Debt recovery", "Supplier claim", "Arbitration", "Insurance claim"],
        fees: &[("hourly", 65), ("contingency", 35)],
        hundreds: (80, 1_800),
    },
    PracticeArea {
        name: "Intellectual Property",
        work: &["Trade mark portfolio", "Licence agreement", "Patent opposition", "Copyright claim"],
        fees: &[("fixed", 55), ("hourly", 45)],
        hundreds: (25, 700),
    },
    PracticeArea {
        name: "Data Protection",
        work: &["GDPR audit", "Data processing agreements", "Breach response", "Regulator inquiry"],
        fees: &[("fixed", 70), ("hourly", 30)],
        hundreds: (25, 350),
    },
    PracticeArea {
        name: "Tax",
        work: &["Tax structuring", "VAT appeal", "Transfer pricing review"],
        fees: &[("hourly", 70), ("fixed", 30)],
        hundreds: (50, 850),
    },
];

pub(super) const PRIVATE_AREAS: &[PracticeArea] = &[
    PracticeArea {
        name: "Family",
        work: &["Divorce settlement", "Custody agreement", "Prenuptial agreement"],
        fees: &[("hourly", 75), ("fixed", 25)],
        hundreds: (20, 220),
    },
    PracticeArea {
        name: "Estate Planning",
        work: &["Will and trust", "Succession plan", "Probate"],
        fees: &[("fixed", 80), ("hourly", 20)],
        hundreds: (15, 180),
    },
    PracticeArea {
        name: "Immigration",
        work: &["Work permit", "Residence application", "Citizenship application"],
        fees: &[("fixed", 90), ("hourly", 10)],
        hundreds: (12, 80),
    },
    PracticeArea {
        name: "Personal Injury",
        work: &["Road accident claim", "Workplace accident claim", "Medical negligence claim"],
        fees: &[("contingency", 85), ("hourly", 15)],
        hundreds: (40, 900),
    },
];

/// Lower-case ASCII of a name, for mail addresses and domains: `Łukasz Weiß` is `lukasz weiss`, each run of anything
/// else than a letter or digit one `separator`.
pub(super) fn ascii(name: &str, separator: char) -> String {
    use unicode_normalization::UnicodeNormalization;
    let mut plain = String::new();
    for c in name.nfd().flat_map(char::to_lowercase) {
        match c {
            'ß' => plain.push_str("ss"),
            'ł' => plain.push('l'),
            'ø' => plain.push('o'),
            'ı' => plain.push('i'),
            'đ' => plain.push('d'),
            '\'' | '.' => {}
            c if c.is_ascii_alphanumeric() => plain.push(c),
            c if unicode_normalization::char::is_combining_mark(c) => {}
            _ if plain.ends_with(separator) => {}
            _ => plain.push(separator),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_becomes_plain_letters() {
        assert_eq!(ascii("Søren O'Brien", '.'), "soren.obrien");
        assert_eq!(ascii("Weiß Yılmaz & Zając", '-'), "weiss-yilmaz-zajac");
        for name in FIRST_NAMES.iter().chain(LAST_NAMES) {
            assert!(ascii(name, '.').bytes().all(|b| b.is_ascii_lowercase() || b == b'.'), "{name}");
        }
        assert!(
            !FIRST_NAMES.contains(&"Jane") && !LAST_NAMES.contains(&"Doe"),
            "Jane Doe stays the only one"
        );
    }
}
