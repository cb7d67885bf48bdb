use serde_json::{Value, json};

use super::made;
use crate::world::builtin;

#[tokio::test]
async fn an_export_is_a_file_of_what_the_list_shows() {
    let lexi = builtin().await;
    let http = lexi.http();
    let empty = http.get("/v1/contacts/export").await;
    assert_eq!(empty.status, 200);
    assert_eq!(empty.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    assert_eq!(empty.header("content-disposition"), Some("attachment; filename=\"contacts.csv\""));
    let header = empty.text();
    assert!(
        header.starts_with("id,first_name,last_name,full_name,email,")
            && header.ends_with(",updated_date\r\n")
    );
    assert_eq!(header.lines().count(), 1, "of nothing there is a header alone");
    let jane = made(
        &http,
        "contacts",
        json!({"full_name": "Jane \"JD\" Doe", "phone": "+49 30 1", "status": "Lead", "job_title": "=1+1",
            "tags": ["a", "b, c"], "custom_fields": {"source": "Web"}}),
    )
    .await;
    made(&http, "contacts", json!({"full_name": "Ann Roe", "status": "Customer"})).await;
    let text = http.get("/v1/contacts/export?status=Lead").await.text();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 1);
    let cell = |name: &str| &rows[0][names.iter().position(|known| known == name).unwrap()];
    assert_eq!(names.len(), jane.as_object().unwrap().len(), "every field of the wire has a column");
    assert_eq!(cell("id"), jane["id"].as_str().unwrap());
    assert_eq!(cell("full_name"), "Jane \"JD\" Doe");
    assert_eq!(cell("phone"), "'+49 30 1");
    assert_eq!(cell("job_title"), "'=1+1");
    assert_eq!(cell("tags"), "a; b, c");
    assert_eq!(cell("custom_fields"), r#"{"source":"Web"}"#);
    assert_eq!(cell("email"), "");
    let one = http.get("/v1/contacts/export?limit=1").await.text();
    assert_eq!(one.lines().count(), 2);
    for wrong in ["limit=0", "limit=50001", "company_id=x"] {
        assert_eq!(
            http.get(&format!("/v1/contacts/export?{wrong}")).await.error(),
            (400, "validation_error".into())
        );
    }
}

#[tokio::test]
async fn a_long_export_has_every_record_once() {
    let lexi = builtin().await;
    let http = lexi.http();
    for part in 0..3 {
        let rows: Vec<Value> =
            (0..500).map(|n| json!({"full_name": format!("Contact {part}-{n}")})).collect();
        assert_eq!(http.post("/v1/contacts/bulk", &json!({"contacts": rows})).await.status, 201);
    }
    let text = http.get("/v1/contacts/export").await.text();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut ids: Vec<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
    assert_eq!(ids.len(), 1500);
    ids.dedup();
    assert_eq!(ids.len(), 1500);
    assert!(ids.is_sorted(), "in the order in which they were made");
    let part = http.get("/v1/contacts/export?limit=1234").await.text();
    assert_eq!(part.lines().count(), 1235);
}

#[tokio::test]
async fn every_type_can_be_exported() {
    let lexi = builtin().await;
    let http = lexi.http();
    for (plural, fields, _) in super::samples(&http).await {
        let before = http.get(&format!("/v1/{plural}/export")).await.text().lines().count();
        made(&http, plural, fields).await;
        let text = http.get(&format!("/v1/{plural}/export")).await.text();
        assert_eq!(text.lines().count(), before + 1, "{plural}");
    }
}
