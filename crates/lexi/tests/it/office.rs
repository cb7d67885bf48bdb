//! The commands that arrange a firm: its people and its pipelines.

use lexi_store::{audit, deals, pipelines};
use lexi_testkit::Lexi;
use lexi_types::records::Deal;
use lexi_types::{Money, RateTier, RecordId, Timestamp};
use serde_json::{Value, json};

use crate::world::builtin;

fn run(lexi: &Lexi, arguments: &[&str]) -> Result<Value, String> {
    let output = lexi.command(&[arguments, &["--workspace", "Firm", "--json"]].concat()).output().unwrap();
    match output.status.success() {
        true => Ok(serde_json::from_slice(&output.stdout).unwrap()),
        false => Err(String::from_utf8(output.stderr).unwrap()),
    }
}

#[tokio::test]
async fn people_come_change_and_go() {
    let lexi = builtin().await;
    let raj = run(&lexi, &["user", "create", "Raj Patel", "--email", "Raj@Firm.test"]).unwrap();
    assert_eq!((&raj["full_name"], &raj["email"]), (&json!("Raj Patel"), &json!("raj@firm.test")));
    assert!(
        run(&lexi, &["user", "create", "Other", "--email", "raj@firm.test"])
            .unwrap_err()
            .contains("Raj Patel")
    );
    assert!(run(&lexi, &["user", "create", " - "]).unwrap_err().contains("full_name: must be text"));
    assert!(
        run(&lexi, &["user", "create", "Ann", "--email", "no address"])
            .unwrap_err()
            .contains("email: must be")
    );
    let changed =
        run(&lexi, &["user", "update", "raj patel", "--name", "Raj K. Patel", "--email", ""]).unwrap();
    assert_eq!((&changed["full_name"], &changed["email"]), (&json!("Raj K. Patel"), &Value::Null));
    let key = run(&lexi, &["key", "create", "--name", "k", "--scopes", "read:ai", "--user", "Raj K. Patel"])
        .unwrap();
    let refused = run(&lexi, &["user", "delete", "Raj K. Patel"]).unwrap_err();
    assert!(refused.contains("API keys stand for Raj K. Patel (1 of them)"), "{refused}");
    run(&lexi, &["key", "revoke", key["id"].as_str().unwrap()]).unwrap();
    assert_eq!(run(&lexi, &["user", "delete", "Raj K. Patel"]).unwrap()["deleted"], true);
    assert_eq!(run(&lexi, &["user", "list"]).unwrap(), json!([]));
    let workspace = lexi.workspace;
    let log = lexi.store.read(move |tx| Box::pin(audit::verify(tx, workspace))).await.unwrap();
    assert!(log.rows >= 3 && log.damage.is_empty(), "{log:?}");
    let http = lexi.http();
    let rows = http.get("/v1/audit-logs?resource_type=user").await.json();
    let actions: Vec<_> =
        rows["data"]["audit_logs"].as_array().unwrap().iter().map(|r| &r["action"]).collect();
    assert_eq!(actions, ["delete", "update", "create"]);
    assert_eq!(rows["data"]["audit_logs"][0]["source"], "command line");
}

async fn deal(lexi: &Lexi, stage: &str) -> RecordId {
    let deal = Deal {
        id: RecordId::new(),
        name: "Windmere renewal".to_owned(),
        stage: Some(stage.to_owned()),
        status: "active".to_owned(),
        pipeline: Some("Cases".to_owned()),
        estimated_value: Some(Money::from_minor(1)),
        currency: "EUR".to_owned(),
        probability: None,
        main_contact_id: None,
        owner_user_id: None,
        priority: None,
        matter_type: None,
        related_company_id: None,
        matter_id: None,
        tags: Vec::new(),
        custom_fields: serde_json::Map::new(),
        high_level_description: None,
        next_follow_up_date: None,
        fee_model: None,
        closed_date: None,
        created_date: Timestamp::now(),
        updated_date: Timestamp::now(),
    };
    let (workspace, id) = (lexi.workspace, deal.id);
    let insert =
        lexi.store.write(move |tx| Box::pin(async move { deals::insert(tx, workspace, &deal, None).await }));
    insert.await.unwrap();
    id
}

#[tokio::test]
async fn pipelines_are_made_renamed_and_removed_with_their_deals_kept() {
    let lexi = builtin().await;
    let stages = [
        "--stage",
        "Intake:open:10",
        "--stage",
        "Offer:open:60",
        "--stage",
        "Won:won",
        "--stage",
        "Lost:lost",
    ];
    let made = run(&lexi, &[&["pipeline", "create", "Cases"], &stages[..]].concat()).unwrap();
    assert_eq!(
        (&made["stages"][2]["probability"], &made["stages"][3]["stage_type"]),
        (&json!(100), &json!("lost"))
    );
    let refused = run(&lexi, &["pipeline", "create", "cases", "--stage", "A:sold:101"]).unwrap_err();
    for part in [
        "name: is the name of another",
        "stages[0].stage_type: must be one",
        "stages[0].probability: must be",
    ] {
        assert!(refused.contains(part), "{refused}");
    }
    let id = deal(&lexi, "Intake").await;
    // Two stages that swap their names, and the pipeline's own name, all at once.
    let renamed = run(
        &lexi,
        &[
            "pipeline",
            "update",
            "Cases",
            "--name",
            "Mandates",
            "--rename-stage",
            "Intake=Offer",
            "--rename-stage",
            "Offer=Intake",
        ],
    );
    let renamed = renamed.unwrap();
    assert_eq!(renamed["stages"][0]["name"], "Offer");
    assert_eq!(renamed["stages"][0]["id"], made["stages"][0]["id"]);
    let workspace = lexi.workspace;
    let moved = lexi.store.read(move |tx| Box::pin(deals::get(tx, workspace, id))).await.unwrap().unwrap();
    assert_eq!((moved.pipeline.as_deref(), moved.stage.as_deref()), (Some("Mandates"), Some("Offer")));
    let fewer = ["pipeline", "update", "Mandates", "--stage", "Intake", "--stage", "Won:won"];
    let refused = run(&lexi, &fewer).unwrap_err();
    assert!(refused.contains("The stage Offer has 1 deals. Move them"), "{refused}");
    assert!(run(&lexi, &["pipeline", "delete", "Mandates"]).unwrap_err().contains("has 1 deals"));
    lexi.store
        .write(move |tx| {
            let gone = lexi_store::records::delete(tx, workspace, lexi_types::records::RecordType::Deal, id);
            Box::pin(gone)
        })
        .await
        .unwrap();
    let fewer = run(&lexi, &fewer).unwrap();
    assert_eq!(fewer["stages"].as_array().unwrap().len(), 2);
    assert_eq!(run(&lexi, &["pipeline", "delete", "Mandates"]).unwrap()["deleted"], true);
    let left = lexi.store.read(move |tx| Box::pin(pipelines::list(tx, workspace))).await.unwrap();
    assert_eq!(left, []);
    let key = lexi.new_key(workspace, "admin:audit", RateTier::Unmetered).await;
    let rows = lexi.http().with_key(&key).get("/v1/audit-logs?resource_type=pipeline").await.json();
    assert_eq!(rows["meta"]["total"], 4);
}
