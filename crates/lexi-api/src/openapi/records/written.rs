//! Records as they are written, from the table of what may be.

use lexi_crm::change::fields::{
    EMAIL_CHARS_MAX, Field, FieldKind, Need, TAG_CHARS_MAX, TAGS_MAX, URL_CHARS_MAX, fields,
};
use lexi_types::records::RecordType;

use super::super::schema::{
    Shape, about, all_of, amount, any_of, blank, choice, day_or_time, email, filled_line, flag, integer_of,
    line, list_of, map, may, must, null, object, pattern, text_of, url, uuid,
};

/// A record that is to be made.
pub(super) fn new(kind: RecordType) -> Shape {
    let fields = object(described(kind).map(|field| {
        let shape = shape(field, true);
        if field.need == Need::Required { must(field.name, shape) } else { may(field.name, shape) }
    }));
    let one_of = |names: &[&'static str], shape: fn() -> Shape| {
        any_of(names.iter().map(|name| object([must(*name, shape())])).collect::<Vec<_>>())
    };
    match kind {
        RecordType::Contact => {
            let named = one_of(&["full_name", "first_name", "last_name"], || filled_line(500));
            let addressed = object([must("email", email(EMAIL_CHARS_MAX))]);
            all_of([fields, any_of([named, addressed])])
        }
        RecordType::Note | RecordType::Task => {
            let parents = ["contact_id", "related_company_id", "deal_id", "matter_id"];
            all_of([fields, one_of(&parents, uuid)])
        }
        _ => fields,
    }
}

/// What may be changed of one that is there.
pub(super) fn changes(kind: RecordType) -> Shape {
    let fields = described(kind).filter(|field| field.kind != FieldKind::Created);
    object(fields.map(|field| may(field.name, shape(field, false))))
}

/// Those that are not another way to say what a field says already.
fn described(kind: RecordType) -> impl Iterator<Item = &'static Field> {
    let is_own = |field: &&Field| !matches!(field.kind, FieldKind::Client | FieldKind::EntityOf(_));
    fields(kind).iter().filter(is_own)
}

fn shape(field: &Field, is_new: bool) -> Shape {
    let needed = match field.need {
        Need::Required => true,
        Need::Kept => !is_new,
        Need::Optional | Need::Defaulted => false,
    };
    let mut forms = forms(field.kind, needed);
    if !needed {
        let is_text = !matches!(
            field.kind,
            FieldKind::Tags
                | FieldKind::CustomFields
                | FieldKind::Metadata
                | FieldKind::Flag
                | FieldKind::Line { .. }
                | FieldKind::Text { .. }
        );
        forms.extend(is_text.then(blank));
        forms.push(null());
    }
    let others: Vec<String> = field.aliases.iter().map(|alias| format!("`{alias}`")).collect();
    let told = match (field.description, others.is_empty()) {
        (text, true) => text.to_owned(),
        ("", false) => format!("Also taken as {}", others.join(", ")),
        (text, false) => format!("{text}. Also taken as {}", others.join(", ")),
    };
    match forms.len() {
        1 => about(forms.remove(0), &told),
        _ => about(any_of(forms), &told),
    }
}

/// The forms in which a value may be given.
fn forms(kind: FieldKind, needed: bool) -> Vec<Shape> {
    match kind {
        FieldKind::Line { chars_max } if needed => vec![filled_line(chars_max)],
        FieldKind::Line { chars_max } => vec![line(chars_max)],
        FieldKind::Text { chars_max } => vec![text_of(0, chars_max)],
        FieldKind::Email => vec![email(EMAIL_CHARS_MAX)],
        FieldKind::Url => vec![url(URL_CHARS_MAX)],
        FieldKind::Domain => vec![line(URL_CHARS_MAX)],
        FieldKind::Choice(values) => vec![choice(values)],
        FieldKind::Level => {
            vec![integer_of(1, 3), choice(&["high", "medium", "low", "1", "2", "3"])]
        }
        FieldKind::Date | FieldKind::Created => vec![day_or_time()],
        FieldKind::Money => vec![
            about(amount(), "At most two decimals, below ten trillion"),
            pattern(r"^\s*[0-9]{1,13}(\.[0-9]{1,2})?\s*$"),
        ],
        FieldKind::Percent => {
            vec![integer_of(0, 100), pattern(r"^\s*(100|[0-9]{1,2})\s*%*\s*$")]
        }
        FieldKind::Currency => vec![pattern("^[A-Za-z]{3}$")],
        FieldKind::Tags => vec![list_of(filled_line(TAG_CHARS_MAX), 0, TAGS_MAX)],
        FieldKind::CustomFields | FieldKind::Metadata => {
            vec![about(map(), "At most 8 KiB, written as JSON")]
        }
        FieldKind::Flag => vec![flag(), choice(&["true", "false"])],
        FieldKind::User
        | FieldKind::Record(_)
        | FieldKind::Client
        | FieldKind::Entity
        | FieldKind::EntityOf(_) => vec![uuid()],
    }
}
