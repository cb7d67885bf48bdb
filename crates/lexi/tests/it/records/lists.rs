use serde_json::json;

use super::{NOBODY, id, made, names};
use crate::world::builtin;

#[tokio::test]
async fn lists_are_paged_and_count_what_there_is() {
    let lexi = builtin().await;
    let http = lexi.http();
    let rows: Vec<_> = (0..7).map(|n| json!({"name": format!("Company {n}")})).collect();
    for row in rows {
        made(&http, "companies", row).await;
    }
    let mut seen = Vec::new();
    for page in 1..=3 {
        let listed = http.get(&format!("/v1/companies?per_page=3&page={page}&sort=name")).await.json();
        assert_eq!(listed["meta"], json!({"page": page, "per_page": 3, "total": 7}));
        seen.extend(listed["data"]["companies"].as_array().unwrap().iter().map(|row| row["name"].clone()));
    }
    assert_eq!(seen, (0..7).map(|n| json!(format!("Company {n}"))).collect::<Vec<_>>());
    let beyond = http.get("/v1/companies?page=9").await.json();
    assert_eq!((beyond["data"]["companies"].clone(), beyond["meta"]["total"].clone()), (json!([]), json!(7)));
    let newest = names(&http, "/v1/companies", "companies", "name").await;
    assert_eq!(newest.first().map(String::as_str), Some("Company 6"), "the newest come first");
}

#[tokio::test]
async fn lists_are_narrowed_and_sorted() {
    let lexi = builtin().await;
    let http = lexi.http();
    let acme = made(&http, "companies", json!({"name": "Acme", "industry": "Steel"})).await;
    let jane = made(
        &http,
        "contacts",
        json!({"full_name": "Jane Doe", "status": "Lead", "tags": ["vip", "board"], "company_id": acme["id"],
            "custom_fields": {"source": "Web"}}),
    )
    .await;
    made(&http, "contacts", json!({"full_name": "Ann Roe", "status": "Customer", "tags": ["board"]})).await;
    for (query, found) in [
        ("status=Lead", &["Jane Doe"][..]),
        ("status=lead", &["Jane Doe"]),
        ("status=Led", &[]),
        ("status=Lead&status=Customer&sort=full_name", &["Ann Roe", "Jane Doe"]),
        ("tags=vip", &["Jane Doe"]),
        ("tags=vip,board&sort=-full_name", &["Jane Doe", "Ann Roe"]),
        ("tags=nothing", &[]),
        ("search=jane", &["Jane Doe"]),
        ("company=Acme", &["Jane Doe"]),
        ("company=Nowhere", &[]),
        ("industry=steel", &["Jane Doe"]),
        ("custom.source=Web", &["Jane Doe"]),
        ("custom.source=Fax", &[]),
        ("custom.floor=3", &[]),
        ("created_after=2099-01-01", &[]),
        ("created_before=2001-01-01T00:00:00Z", &[]),
        ("created_after=2001-01-01&sort=full_name", &["Ann Roe", "Jane Doe"]),
        ("created=today&sort=full_name", &["Ann Roe", "Jane Doe"]),
        ("page=&status=&no_such=1&sort=full_name", &["Ann Roe", "Jane Doe"]),
    ] {
        let path = format!("/v1/contacts?{query}");
        assert_eq!(names(&http, &path, "contacts", "full_name").await, found, "{query}");
        let total = http.get(&path).await.json()["meta"]["total"].clone();
        assert_eq!(total, json!(found.len()), "{query}");
    }
    for name in ["company_id", "related_company_id"] {
        let path = format!("/v1/contacts?{name}={}", id(&acme));
        assert_eq!(names(&http, &path, "contacts", "full_name").await, ["Jane Doe"]);
        let none = format!("/v1/contacts?{name}={NOBODY}");
        assert_eq!(names(&http, &none, "contacts", "full_name").await, [""; 0], "an id that names nothing");
    }
    for (n, value) in [100, 300, 200].into_iter().enumerate() {
        let fields = json!({"name": format!("D{n}"), "estimated_value": value, "contact_id": jane["id"]});
        made(&http, "deals", fields).await;
    }
    let known_and_not = "/v1/deals?contact=Jane+Doe&contact=Nobody+Known&sort=name";
    assert_eq!(
        names(&http, known_and_not, "deals", "name").await,
        ["D0", "D1", "D2"],
        "one that is there counts"
    );
    made(&http, "deals", json!({"name": "D3"})).await;
    let up = names(&http, "/v1/deals?sort=estimated_value", "deals", "name").await;
    assert_eq!(up, ["D0", "D2", "D1", "D3"], "what has no value comes last");
    let down = names(&http, "/v1/deals?sort=-estimated_value", "deals", "name").await;
    assert_eq!(down, ["D1", "D2", "D0", "D3"]);
    let least = names(&http, "/v1/deals?min_value=150&sort=name", "deals", "name").await;
    assert_eq!(least, ["D1", "D2"]);
    let mine = format!("/v1/deals?contact_id={}&status=active&sort=-created_at", id(&jane));
    assert_eq!(names(&http, &mine, "deals", "name").await, ["D2", "D1", "D0"]);
    assert_eq!(
        names(&http, "/v1/deals?status=open", "deals", "name").await,
        [""; 0],
        "no deal has this status"
    );
}

#[tokio::test]
async fn malformed_parameters_are_blamed_together() {
    let lexi = builtin().await;
    let http = lexi.http();
    for (query, blamed) in [
        ("per_page=0", "per_page"),
        ("per_page=101", "per_page"),
        ("page=x", "page"),
        ("sort=tags", "sort"),
        ("created_after=yesterday-ish", "created_after"),
        ("created_after=2026-02-30", "created_after"),
        ("company_id=Acme", "company_id"),
        ("owner_id=1", "owner_id"),
        ("created=sometime", "created"),
    ] {
        let refused = http.get(&format!("/v1/contacts?{query}")).await;
        assert_eq!(refused.error(), (400, "validation_error".into()), "{query}");
        let fields = refused.json()["error"]["details"]["fields"].clone();
        assert!(fields[blamed].is_string(), "{query}: {fields}");
    }
    let refused = http.get("/v1/deals?min_value=lots&contact_id=x&closed=never").await.json();
    let fields = refused["error"]["details"]["fields"].as_object().unwrap().clone();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["closed", "contact_id", "min_value"]);
}
