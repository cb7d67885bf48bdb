//! What may be written: one table for each type of record. Values are checked by it, and the schemas of tools and the
//! description of the interface are made from it.

mod happenings;
mod people;
mod work;

use lexi_types::records::RecordType;

/// One field that may be given.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// As the record shows it; where it shows no such field, what it sets is said in the description.
    pub name: &'static str,
    /// Other names under which it is taken.
    pub aliases: &'static [&'static str],
    pub kind: FieldKind,
    pub need: Need,
    /// Empty where the name says it all.
    pub description: &'static str,
}

/// Whether a field must hold something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Optional,
    /// Must be given for a new record, and cannot be emptied.
    Required,
    /// A new record has a value without being given one; it cannot be emptied.
    Kept,
    /// A new record has a value without being given one, and emptying it restores that value.
    Defaulted,
}

/// What a field takes. Texts are counted in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Text on one line.
    Line {
        chars_max: usize,
    },
    /// Text of any number of lines.
    Text {
        chars_max: usize,
    },
    Email,
    /// `http` or `https`.
    Url,
    /// The name of a host, in lower case.
    Domain,
    Choice(&'static [&'static str]),
    /// `high`, `medium` or `low`, stored as 1, 2 and 3.
    Level,
    /// A day; of a time, its day.
    Date,
    /// When the record was made; of a new record only.
    Created,
    /// At most two decimals, not negative.
    Money,
    /// A whole number from 0 to 100.
    Percent,
    /// ISO 4217.
    Currency,
    Tags,
    /// An object, merged into the one that is there; `null` removes one of its fields.
    CustomFields,
    /// An object, as a whole.
    Metadata,
    Flag,
    /// A user: id, name, e-mail address or `me`.
    User,
    /// A record of this type. Under names that end in `_id` an id, under others an id or a name.
    Record(RecordType),
    /// A company, or else a contact.
    Client,
    /// A record of the type that `entity_type` names.
    Entity,
    /// A record of this type, as the entity.
    EntityOf(RecordType),
}

pub const LINE_CHARS_MAX: usize = 500;
pub const TEXT_CHARS_MAX: usize = 50_000;
pub const EMAIL_CHARS_MAX: usize = 320;
pub const URL_CHARS_MAX: usize = 2_000;
pub const TAGS_MAX: usize = 50;
pub const TAG_CHARS_MAX: usize = 100;
/// Of an object, written as JSON.
pub const OBJECT_BYTES_MAX: usize = 8 << 10;

const WORD: FieldKind = FieldKind::Line { chars_max: 200 };
const NAME: FieldKind = FieldKind::Line { chars_max: LINE_CHARS_MAX };
const LONG: FieldKind = FieldKind::Text { chars_max: TEXT_CHARS_MAX };
const LEVELS: &[&str] = &["low", "medium", "high"];

const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field { name, aliases: &[], kind, need: Need::Optional, description: "" }
}

const fn required(name: &'static str, kind: FieldKind) -> Field {
    field(name, kind).need(Need::Required)
}

impl Field {
    const fn need(self, need: Need) -> Self {
        Self { need, ..self }
    }

    const fn aliases(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    const fn about(self, description: &'static str) -> Self {
        Self { description, ..self }
    }

    /// Every name under which it is taken, its own first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

const TAGS: Field = field("tags", FieldKind::Tags).about("Replace those that are there");
const CUSTOM_FIELDS: Field = field("custom_fields", FieldKind::CustomFields)
    .about("Merged by name into those that are there; null removes one");
const CREATED: Field = field("created_date", FieldKind::Created)
    .about("Kept if at most 5 years past and 24 hours ahead, else the time of the request");
const FOLLOW_UP: Field =
    field("next_follow_up_date", FieldKind::Date).aliases(&["follow_up_date", "follow_up"]);
const OWNER: Field = field("owner_user_id", FieldKind::User).aliases(&["owner_id", "owner"]);
const COMPANY: Field = field("related_company_id", FieldKind::Record(RecordType::Company)).aliases(&[
    "company_id",
    "company_name",
    "company",
]);
const CONTACT: Field =
    field("contact_id", FieldKind::Record(RecordType::Contact)).aliases(&["contact_name", "contact"]);
const DEAL: Field = field("deal_id", FieldKind::Record(RecordType::Deal)).aliases(&["deal_name", "deal"]);
const MATTER: Field =
    field("matter_id", FieldKind::Record(RecordType::Matter)).aliases(&["matter_name", "matter"]);

/// What may be written of a record of this type.
pub const fn fields(kind: RecordType) -> &'static [Field] {
    match kind {
        RecordType::Contact => people::CONTACTS,
        RecordType::Company => people::COMPANIES,
        RecordType::Deal => work::DEALS,
        RecordType::Matter => work::MATTERS,
        RecordType::Note => happenings::NOTES,
        RecordType::Task => happenings::TASKS,
        RecordType::Activity => happenings::ACTIVITIES,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_name_means_one_field() {
        for kind in RecordType::ALL {
            let mut seen = HashSet::new();
            for name in fields(kind).iter().flat_map(Field::names) {
                assert!(seen.insert(name), "{kind:?} {name}");
            }
        }
    }
}
