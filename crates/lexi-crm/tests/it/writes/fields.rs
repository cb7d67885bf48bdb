//! What each field takes.

use super::{create, least, update, wrong};
use crate::office::{Office, World};
use lexi_crm::change::fields::{FieldKind, Need, fields};
use lexi_types::records::RecordType;
use lexi_types::{RecordId, Timestamp};
use serde_json::{Value, json};

/// Values that no field of this kind takes.
fn bad(kind: FieldKind, other: &Office) -> Vec<Value> {
    let long = |chars: usize| json!("ü".repeat(chars + 1));
    let foreign = [json!(RecordId::new()), json!(other.contacts[0].id), json!(other.companies[0].id)];
    match kind {
        FieldKind::Line { chars_max } => {
            vec![
                json!(7),
                json!(["a"]),
                json!({}),
                json!(true),
                long(chars_max),
                json!("a\nb"),
                json!("a\0b"),
            ]
        }
        FieldKind::Text { chars_max } => vec![json!(7), json!(["a"]), long(chars_max), json!("a\0b")],
        FieldKind::Email => {
            vec![json!("ann"), json!("a b@c"), json!("@c"), json!(7), json!(format!("{}@b", "a".repeat(320)))]
        }
        FieldKind::Url => vec![
            json!("firm.example"),
            json!("ftp://firm.example"),
            json!("javascript:alert(1)"),
            json!("https://"),
            json!("https://a b"),
            json!(7),
            json!(format!("https://{}", "a".repeat(2_000))),
        ],
        FieldKind::Domain => {
            vec![
                json!("https://firm.example"),
                json!("a@firm.example"),
                json!("a b"),
                json!(7),
                json!("a".repeat(321)),
            ]
        }
        FieldKind::Choice(_) => vec![json!("unheard of"), json!(7), json!(["open"]), json!(true)],
        FieldKind::Level => vec![json!("urgent"), json!(0), json!(4), json!(1.5), json!([])],
        FieldKind::Date => vec![
            json!("2026-02-30"),
            json!("2026-13-01"),
            json!("tomorrow"),
            json!("20260228"),
            json!(20_260_228),
            json!("2026-02-28T25:00:00Z"),
            json!("26-02-28"),
            json!("2026-W01-1"),
        ],
        FieldKind::Created => vec![json!("2026-02-30"), json!("yesterday"), json!(7)],
        FieldKind::Money => vec![
            json!(-1),
            json!("-0.01"),
            json!(1.005),
            json!("1.234"),
            json!("1,000"),
            json!("lots"),
            json!(1e13),
            json!(true),
        ],
        FieldKind::Percent => vec![json!(101), json!(-1), json!(0.5), json!("half"), json!([1])],
        FieldKind::Currency => vec![json!("EURO"), json!("XYZ"), json!(978), json!("12")],
        FieldKind::Tags => vec![
            json!("vip"),
            json!([1]),
            json!([""]),
            json!(["a".repeat(101)]),
            json!({}),
            json!((0..51).map(|n| n.to_string()).collect::<Vec<_>>()),
            json!(["a\0"]),
        ],
        FieldKind::CustomFields | FieldKind::Metadata => {
            vec![
                json!("x"),
                json!([1]),
                json!({ "a": "b".repeat(8 << 10) }),
                json!({ "a\0": 1 }),
                json!({ "a": ["\0"] }),
            ]
        }
        FieldKind::Flag => vec![json!(1), json!("perhaps"), json!([])],
        FieldKind::User => {
            vec![json!(RecordId::new()), json!(other.users[0].id), json!("Zoe Quist"), json!(7)]
        }
        FieldKind::Record(_) | FieldKind::EntityOf(_) | FieldKind::Client => {
            [vec![json!(7), json!("Zoe Quist"), json!("")], foreign.to_vec()]
                .concat()
                .into_iter()
                .filter(|v| *v != "")
                .collect()
        }
        FieldKind::Entity => vec![json!(7), json!("Zoe Quist"), json!("0199a3f0")],
    }
}

#[tokio::test]
async fn every_field_of_every_type_refuses_what_it_does_not_take() {
    let (office, other) = (Office::new(), Office::new());
    let world = World::of(&[&office, &other]).await;
    let access = office.access();
    let mut tried = 0;
    for kind in RecordType::ALL {
        for field in fields(kind) {
            for name in field.names() {
                for value in bad(field.kind, &other) {
                    let mut given = least(kind, &office);
                    given[name] = value.clone();
                    let refused = wrong(&world, &access, vec![create(kind, given)]).await;
                    assert_eq!(refused, [name], "{kind:?} {name} {value}");
                    tried += 1;
                }
            }
            if field.need == Need::Required {
                for value in [json!(null), json!(""), json!("  ")] {
                    let mut given = least(kind, &office);
                    given[field.name] = value;
                    let refused = wrong(&world, &access, vec![create(kind, given)]).await;
                    assert_eq!(refused, [field.name], "{kind:?}");
                }
            }
        }
    }
    assert!(tried > 500, "{tried}");
    assert_eq!(world.rows(&office, "audit_log").await, 0);
}

#[tokio::test]
async fn all_that_is_wrong_is_said_at_once_and_nothing_is_written() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let access = office.access();
    let asked = vec![
        create(RecordType::Deal, json!({ "name": "Fine" })),
        create(RecordType::Deal, json!({ "probability": 101, "estimated_value": -1, "contact_id": "Anna" })),
        update(RecordType::Contact, office.contacts[0].id, json!({ "email": "nobody", "full_name": null })),
        create(RecordType::Note, json!({ "note_type": "memo" })),
    ];
    let refused = wrong(&world, &access, asked).await;
    let expected = [
        "[1].contact_id",
        "[1].estimated_value",
        "[1].name",
        "[1].probability",
        "[2].email",
        "[3].contact_id",
        "[3].note_type",
        "[3].title",
    ];
    assert_eq!(refused, expected);
    let one = vec![create(RecordType::Deal, json!({ "contact_name": "Anna", "probability": 101 }))];
    assert_eq!(wrong(&world, &access, one).await, ["contact_name", "name", "probability"]);
    let ambiguous = vec![create(RecordType::Deal, json!({ "name": "New", "contact_name": "Anna" }))];
    assert_eq!(wrong(&world, &access, ambiguous).await, ["ambiguous: 2"]);
    assert_eq!((world.rows(&office, "deals").await, world.rows(&office, "audit_log").await), (6, 0));
}

#[tokio::test]
async fn custom_fields_are_merged_and_their_nulls_leave() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let fields = json!({ "name": "Berg", "custom_fields": { "a": 1, "b": { "c": [2] }, "d": null } });
    let made = world.written(&office, create(RecordType::Company, fields)).await;
    assert_eq!(made["custom_fields"], json!({ "a": 1, "b": { "c": [2] } }));
    let id: RecordId = made["id"].as_str().unwrap().parse().unwrap();
    for (given, left) in [
        (json!({ "a": null, "e": "f" }), json!({ "b": { "c": [2] }, "e": "f" })),
        (
            json!({ "long": "x".repeat(8_000) }),
            json!({ "b": { "c": [2] }, "e": "f", "long": "x".repeat(8_000) }),
        ),
        (json!(null), json!({})),
    ] {
        let changed = update(RecordType::Company, id, json!({ "custom_fields": given }));
        assert_eq!(world.written(&office, changed).await["custom_fields"], left);
    }
    let much =
        |name: &str| update(RecordType::Company, id, json!({ "custom_fields": { name: "x".repeat(5_000) } }));
    world.written(&office, much("one")).await;
    assert_eq!(wrong(&world, &office.access(), vec![much("two")]).await, ["custom_fields"]);
}

#[tokio::test]
async fn a_record_says_itself_when_it_was_made_if_that_can_be() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let now = Timestamp::now();
    let days = |days: i32| now.date().plus_days(days).start();
    for (given, kept) in [
        (json!(days(-30)), true),
        (json!(days(-5 * 365)), true),
        (json!(days(-6 * 365)), false),
        (json!(now), true),
        (json!(days(3)), false),
        (json!(null), false),
        (json!(now.date().plus_days(-3)), true),
    ] {
        let fields = json!({ "name": "Berg", "created_date": given });
        let made = world.written(&office, create(RecordType::Company, fields)).await;
        let made_at: Timestamp = made["created_date"].as_str().unwrap().parse().unwrap();
        assert_eq!(made_at <= now, kept, "{given}: {made_at}");
    }
    let anna = office.contacts[0].id;
    let same = update(
        RecordType::Contact,
        anna,
        json!({ "created_date": days(-30), "id": RecordId::new(), "x": 1 }),
    );
    assert!(world.crm.plan(&office.access(), vec![same]).await.unwrap()[0].is_nothing());
}
