//! Records come back as they were written, are replaced whole, and are found by what identifies them.

use futures_util::future::BoxFuture;
use lexi_store::{Named, Sight, StoreError};
use lexi_store::{Result, Store, Tx, companies, contacts, deals, matters, name_key, names, pipelines, users};
use lexi_types::records::{Company, Contact, CustomFields, Deal, Matter, Pipeline, Stage, User};
use lexi_types::{Date, Money, RecordId, Timestamp, WorkspaceId};
use serde_json::json;

async fn run<T, F>(store: &Store, operation: F) -> Result<T>
where
    T: Send + 'static,
    F: for<'t, 'c> FnOnce(&'t mut Tx<'c>) -> BoxFuture<'t, Result<T>> + Send + 'static,
{
    store.write(operation).await
}

pub(crate) fn contact(name: &str) -> Contact {
    Contact {
        id: RecordId::new(),
        first_name: Some("Zoë".to_owned()),
        last_name: None,
        full_name: name.to_owned(),
        email: Some("zoe@example.test".to_owned()),
        phone: Some("+1".to_owned()),
        job_title: None,
        company_name: Some("Acme".to_owned()),
        related_company_id: Some(RecordId::new()),
        linkedin_url: None,
        priority: Some(3),
        status: Some("Lead".to_owned()),
        owner_user_id: Some(RecordId::new()),
        next_follow_up_date: Date::new(2026, 2, 28),
        tags: vec!["a \"b\"".to_owned(), "%".to_owned()],
        custom_fields: json!({ "n": 1, "deep": { "x": [null] } }).as_object().unwrap().clone(),
        created_date: Timestamp::from_micros(1_234_567),
        updated_date: Timestamp::from_micros(2_345_678),
    }
}

fn deal() -> Deal {
    Deal {
        id: RecordId::new(),
        name: "Big one".to_owned(),
        stage: Some("Lead".to_owned()),
        status: "active".to_owned(),
        pipeline: None,
        estimated_value: Some(Money::from_minor(Money::MINOR_MAX - 1)),
        currency: "EUR".to_owned(),
        probability: Some(100),
        main_contact_id: Some(RecordId::new()),
        owner_user_id: None,
        priority: Some("high".to_owned()),
        matter_type: None,
        related_company_id: None,
        matter_id: Some(RecordId::new()),
        tags: Vec::new(),
        custom_fields: CustomFields::new(),
        high_level_description: Some("…".to_owned()),
        next_follow_up_date: None,
        fee_model: Some("fixed".to_owned()),
        closed_date: Date::new(2026, 1, 1),
        created_date: Timestamp::from_micros(1),
        updated_date: Timestamp::from_micros(2),
    }
}

fn matter() -> Matter {
    Matter {
        id: RecordId::new(),
        number: Some("M_1%".to_owned()),
        name: "Case".to_owned(),
        status: "pending".to_owned(),
        practice_area: Some("Tax".to_owned()),
        client_company_id: None,
        client_contact_id: Some(RecordId::new()),
        responsible_user_id: None,
        description: None,
        open_date: Date::new(2025, 12, 31),
        close_date: None,
        tags: vec!["x".to_owned()],
        custom_fields: CustomFields::new(),
        created_date: Timestamp::from_micros(1),
        updated_date: Timestamp::from_micros(2),
    }
}

#[tokio::test]
async fn a_contact_reads_back_is_replaced_and_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::open(&folder).await;
    let (workspace, other) = (WorkspaceId::new(), WorkspaceId::new());
    let first = contact("Zoë Ångström");
    let mut second = first.clone();
    second.full_name = "Zoe Angstrom-Berg".to_owned();
    second.email = Some("NEW@Example.test".to_owned());
    second.related_company_id = None;
    second.tags.clear();
    run(&store, move |tx| {
        Box::pin(async move {
            contacts::insert(tx, workspace, &first, Some("crm-7")).await?;
            assert_eq!(contacts::get(tx, workspace, first.id).await?, Some(first.clone()));
            for found in [
                contacts::find_by_name_key(tx, workspace, &name_key("ZOE ANGSTRÖM")).await?,
                contacts::find_by_email(tx, workspace, " Zoe@EXAMPLE.test ").await?,
            ] {
                assert_eq!(found, std::slice::from_ref(&first));
            }
            assert!(!contacts::update(tx, other, &second, None).await?, "another workspace's record");
            assert!(contacts::update(tx, workspace, &second, None).await?);
            let stored = contacts::find_by_external_id(tx, workspace, "crm-7").await?.unwrap();
            assert_eq!(stored.email.as_deref(), Some("new@example.test"));
            assert_eq!(stored.full_name, second.full_name);
            assert!(contacts::find_by_name_key(tx, workspace, &name_key("Zoë Ångström")).await?.is_empty());
            assert!(contacts::update(tx, workspace, &second, Some("crm-8")).await?);
            assert_eq!(contacts::find_by_external_id(tx, workspace, "crm-7").await?, None);
            for gone in [
                contacts::get(tx, other, second.id).await?,
                contacts::find_by_external_id(tx, other, "crm-8").await?,
            ] {
                assert_eq!(gone, None);
            }
            Ok(())
        })
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn deals_matters_and_companies_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::open(&folder).await;
    let workspace = WorkspaceId::new();
    let company = Company {
        id: RecordId::new(),
        name: "Café 100%".to_owned(),
        industry: None,
        website: Some("https://cafe.test".to_owned()),
        domain: Some("cafe.test".to_owned()),
        linkedin_url: None,
        size: Some("11-50".to_owned()),
        city: None,
        country: Some("FR".to_owned()),
        tags: Vec::new(),
        custom_fields: CustomFields::new(),
        created_date: Timestamp::from_micros(-5),
        updated_date: Timestamp::from_micros(0),
    };
    let (deal, matter) = (deal(), matter());
    run(&store, move |tx| {
        Box::pin(async move {
            companies::insert(tx, workspace, &company, None).await?;
            assert_eq!(companies::find_by_name_key(tx, workspace, "cafe 100").await?, [company]);
            deals::insert(tx, workspace, &deal, None).await?;
            assert_eq!(deals::get(tx, workspace, deal.id).await?, Some(deal));
            matters::insert(tx, workspace, &matter, None).await?;
            assert_eq!(matters::find_by_number(tx, workspace, "M_1%").await?, [matter]);
            assert!(matters::find_by_number(tx, workspace, "M_2%").await?.is_empty());
            Ok(())
        })
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_broken_rule_of_the_schema_is_a_constraint_error_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::open(&folder).await;
    let workspace = WorkspaceId::new();
    let good = deal();
    let (id, mut bad) = (good.id, good.clone());
    bad.id = RecordId::new();
    bad.probability = Some(101);
    let refused = run(&store, move |tx| {
        Box::pin(async move {
            deals::insert(tx, workspace, &good, None).await?;
            deals::insert(tx, workspace, &bad, None).await
        })
    });
    assert!(matches!(refused.await, Err(StoreError::Constraint(_))));
    let left = run(&store, move |tx| Box::pin(async move { deals::get(tx, workspace, id).await }));
    assert_eq!(left.await.unwrap(), None);
}

#[tokio::test]
async fn users_and_pipelines_are_listed_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::open(&folder).await;
    let workspace = WorkspaceId::new();
    let stage = |name: &str, order| Stage {
        id: RecordId::new(),
        name: name.to_owned(),
        stage_type: "open".to_owned(),
        sort_order: order,
        probability: 10,
    };
    let sales = Pipeline {
        id: RecordId::new(),
        name: "Sales".to_owned(),
        stages: vec![stage("B", 0), stage("A", 1)],
    };
    let empty = Pipeline { id: RecordId::new(), name: "Empty".to_owned(), stages: Vec::new() };
    let user = |name: &str, email: Option<&str>| User {
        id: RecordId::new(),
        full_name: name.to_owned(),
        email: email.map(str::to_owned),
    };
    let (zoe, adam) = (user("Zoe", Some("zoe@firm.test")), user("Adam", None));
    run(&store, move |tx| {
        Box::pin(async move {
            pipelines::insert(tx, workspace, &empty, 2).await?;
            pipelines::insert(tx, workspace, &sales, 1).await?;
            assert_eq!(pipelines::list(tx, workspace).await?, [sales, empty]);
            for user in [&zoe, &adam] {
                users::insert(tx, workspace, user, Timestamp::from_micros(0)).await?;
            }
            assert_eq!(users::find_by_email(tx, workspace, "ZOE@firm.test").await?, Some(zoe.clone()));
            assert!(users::set_external_id(tx, workspace, zoe.id, "005A").await?);
            assert!(!users::set_external_id(tx, workspace, zoe.id, "005A").await?, "nothing new");
            assert_eq!(users::find_by_external_id(tx, workspace, "005A").await?, Some(zoe.clone()));
            assert_eq!(users::find_by_external_id(tx, WorkspaceId::new(), "005A").await?, None);
            assert_eq!(users::list(tx, workspace).await?, [adam.clone(), zoe]);
            let names =
                names::names_of(tx, Sight::everything(workspace), Named::User, [adam.id, RecordId::new()])
                    .await?;
            assert_eq!(names.into_iter().collect::<Vec<_>>(), [(adam.id, "Adam".to_owned())]);
            assert!(users::list(tx, WorkspaceId::new()).await?.is_empty());
            Ok(())
        })
    })
    .await
    .unwrap();
}
