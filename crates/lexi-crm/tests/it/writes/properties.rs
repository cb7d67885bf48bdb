//! Whatever right values are written, the same are read; and no two states of a record have one version.

use std::collections::BTreeMap;

use lexi_crm::change::fields::{Field, FieldKind, Need, fields};
use lexi_crm::{Change, Version};
use lexi_types::records::{Record, RecordType};
use lexi_types::{Date, Money, RecordId};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use super::{create, update};
use crate::office::{Office, World};

/// They say something about other fields, and have tests of their own.
const APART: &[&str] = &[
    "full_name",
    "first_name",
    "last_name",
    "related_company_id",
    "company_name",
    "closed_date",
    "close_date",
    "created_date",
    "client",
    "entity_type",
    "entity_id",
    "company_id",
];

/// A right value, as the record shows it.
fn good(field: &Field, office: &Office) -> Option<BoxedStrategy<Value>> {
    let text = |pattern: &str| proptest::string::string_regex(pattern).unwrap();
    let link = |ids: Vec<RecordId>| select(ids).prop_map(|id| json!(id)).boxed();
    Some(match field.kind {
        FieldKind::Line { .. } => {
            text("[A-Za-z0-9é北$%_'\\-]( ?[A-Za-z0-9é北$%_'\\-]){0,30}").prop_map(|t| json!(t)).boxed()
        }
        FieldKind::Text { .. } => text("[a-zÀ-ÿ]([ -~\n\t]){0,60}").prop_map(|t| json!(t)).boxed(),
        FieldKind::Email => text("[a-z.+_]{1,12}@[a-z]{1,8}(\\.[a-z]{2,4})?").prop_map(|t| json!(t)).boxed(),
        FieldKind::Url => {
            text("https?://[a-z]{1,12}\\.example(/[a-zA-Z0-9?&=%]{0,10})?").prop_map(|t| json!(t)).boxed()
        }
        FieldKind::Domain => text("[a-z0-9-]{1,12}(\\.[a-z]{2,4})?").prop_map(|t| json!(t)).boxed(),
        FieldKind::Choice(choices) => select(choices).prop_map(|t| json!(t)).boxed(),
        FieldKind::Level => (1..=3).prop_map(|n| json!(n)).boxed(),
        FieldKind::Date => (1970i16..2100, 1i8..=12, 1i8..=28)
            .prop_map(|(y, m, d)| json!(Date::new(y, m, d).unwrap()))
            .boxed(),
        FieldKind::Money => (0..Money::MINOR_MAX).prop_map(|minor| json!(Money::from_minor(minor))).boxed(),
        FieldKind::Percent => (0..=100).prop_map(|n| json!(n)).boxed(),
        FieldKind::Currency => select(vec!["EUR", "USD", "CHF"]).prop_map(|t| json!(t)).boxed(),
        FieldKind::Tags => {
            proptest::collection::btree_set("[a-zé%]{1,12}", 0..6).prop_map(|tags| json!(tags)).boxed()
        }
        FieldKind::CustomFields | FieldKind::Metadata => {
            let value = prop_oneof![
                any::<i32>().prop_map(|n| json!(n)),
                "\\PC{0,12}".prop_map(|t| json!(t)),
                any::<bool>().prop_map(|b| json!(b))
            ];
            proptest::collection::btree_map("[a-z]{1,3}", value, 0..5)
                .prop_map(|fields: BTreeMap<String, Value>| json!(fields))
                .boxed()
        }
        FieldKind::Flag => any::<bool>().prop_map(|b| json!(b)).boxed(),
        FieldKind::User => link(office.users.iter().map(|user| user.id).collect()),
        FieldKind::Record(RecordType::Contact) => {
            link(office.contacts.iter().map(|contact| contact.id).collect())
        }
        FieldKind::Record(RecordType::Company) => {
            link(office.companies.iter().map(|company| company.id).collect())
        }
        FieldKind::Record(RecordType::Deal) => link(office.deals.iter().map(|deal| deal.id).collect()),
        FieldKind::Record(RecordType::Matter) => {
            link(office.matters.iter().map(|matter| matter.id).collect())
        }
        _ => return None,
    })
}

/// Some of the fields of a type; of a new record also what it must have.
fn some(kind: RecordType, office: &Office, new: bool) -> BoxedStrategy<Map<String, Value>> {
    let mut all: BoxedStrategy<Map<String, Value>> = Just(Map::new()).boxed();
    for field in fields(kind) {
        // Of a note's parents one has to stay.
        let always = new && (field.need == Need::Required || field.name == "contact_id");
        let apart =
            APART.contains(&field.name) || (kind == RecordType::Activity && field.name == "matter_id");
        let Some(value) = good(field, office).filter(|_| !apart) else { continue };
        let emptied = !new && field.need == Need::Optional && field.name != "contact_id";
        let value = match (always, emptied) {
            (true, _) => value.prop_map(Some).boxed(),
            (_, true) => {
                prop_oneof![2 => Just(None), 1 => value.prop_map(Some), 1 => Just(Some(Value::Null))].boxed()
            }
            _ => proptest::option::of(value).boxed(),
        };
        all = (all, value)
            .prop_map(|(mut fields, value)| {
                fields.extend(value.map(|value| (field.name.to_owned(), value)));
                fields
            })
            .boxed();
    }
    if new && kind == RecordType::Contact {
        all = all
            .prop_map(|mut fields| {
                fields.insert("full_name".to_owned(), json!("Ida Berg"));
                fields
            })
            .boxed();
    }
    all
}

/// What a field holds after it was given.
fn holds(field: &str, before: &Value, given: &Value) -> Value {
    match (field, given) {
        ("custom_fields", Value::Null) | ("metadata", Value::Null) => json!({}),
        ("tags", Value::Null) => json!([]),
        ("custom_fields", Value::Object(given)) => {
            let mut merged = before.as_object().cloned().unwrap_or_default();
            merged.extend(given.clone());
            json!(merged)
        }
        _ => given.clone(),
    }
}

async fn written_and_read(
    world: &World,
    office: &Office,
    kind: RecordType,
    new: Map<String, Value>,
    change: Map<String, Value>,
) {
    let access = office.access();
    let made = world.write(&access, vec![create(kind, Value::Object(new.clone()))]).await.unwrap().remove(0);
    let stored = world.stored(office, kind, made.id()).await;
    assert_eq!(made, stored);
    let before = stored.fields();
    for (field, given) in &new {
        assert_eq!(before[field], *given, "{kind:?} {field}");
    }
    let planned =
        world.crm.plan(&access, vec![update(kind, made.id(), Value::Object(change.clone()))]).await.unwrap();
    // A change that is kept and read again is the same.
    let kept: Vec<Change> = serde_json::from_str(&serde_json::to_string(&planned).unwrap()).unwrap();
    assert_eq!(planned, kept);
    let changed = world.make(&access, kept).await.unwrap().remove(0);
    let stored = world.stored(office, kind, made.id()).await;
    assert_eq!(changed, stored);
    let after = stored.fields();
    for (field, given) in &change {
        assert_eq!(after[field], holds(field, &before[field], given), "{kind:?} {field}");
    }
    for (field, value) in after.iter().filter(|(field, _)| *field != "updated_date") {
        let differs = *value != before[field];
        assert_eq!(planned[0].after.get(field), differs.then_some(value), "{kind:?} {field}");
        assert_eq!(planned[0].before.get(field), differs.then_some(&before[field]), "{kind:?} {field}");
    }
    assert_eq!(Version::of(&made) == Version::of(&changed), before == after);
    assert_eq!(planned[0].is_nothing(), before == after);
}

impl World {
    async fn stored(&self, office: &Office, kind: RecordType, id: RecordId) -> Record {
        let workspace = office.workspace;
        let read = self
            .crm
            .store()
            .read(move |tx| Box::pin(async move { lexi_store::records::get(tx, workspace, kind, id).await }));
        read.await.unwrap().unwrap()
    }
}

#[test]
fn what_is_written_is_what_is_read() {
    let mut office = Office::new();
    office.pipelines.clear();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::of(&[&office]));
    for kind in RecordType::ALL {
        let mut runner =
            TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
        let both = (some(kind, &office, true), some(kind, &office, false));
        runner
            .run(&both, |(new, change)| {
                runtime.block_on(written_and_read(&world, &office, kind, new, change));
                Ok(())
            })
            .unwrap();
    }
}
