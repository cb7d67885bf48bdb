//! Users, notes, tasks and activities, and what they are about.

use lexi_store::{activities, notes, tasks};

use super::*;

#[tokio::test]
async fn users_are_made_once() {
    let firm = Firm::new().await;
    let file = "Name,Email,Role\nNadia Rahman,nadia@firm.example,Partner\n,ben@firm.example,\n,,Clerk\n";
    assert_eq!(counts(&firm.import(ImportKind::Users, file).await), [2, 0, 0, 1]);
    assert_eq!(counts(&firm.import(ImportKind::Users, file).await), [0, 0, 2, 1]);
}

#[tokio::test]
async fn notes_tasks_and_activities_find_their_parents_and_come_once() {
    let firm = Firm::new().await;
    firm.import(ImportKind::Contacts, "id,name,email,company\n7,Jane Doe,jane@acme.example,Acme\n").await;
    firm.import(ImportKind::Deals, "id,name\nD1,Lease\n").await;
    firm.import(ImportKind::Matters, "number,name\n2026-1,Doe estate\n").await;

    let file = "content,contact_external_id,contact_email,deal,matter number\n\
                By id,7,,,\nBy address,,JANE@acme.example,,\nBoth,,,Lease,2026-1\nNobody,99,,,\nOne of two,99,,Lease,\n";
    let report = firm.import(ImportKind::Notes, file).await;
    assert_eq!(counts(&report), [4, 0, 0, 1], "{:?}", report.errors);
    assert_eq!((report.errors[0].line, report.errors[0].value.as_deref()), (5, Some("99")));
    assert_eq!(counts(&firm.import(ImportKind::Notes, file).await), [0, 0, 4, 1]);
    let found = firm.read(|tx, w| Box::pin(notes::find_by_name_key(tx, w, "both both"))).await;
    assert!(found[0].deal_id.is_some() && found[0].matter_id.is_some() && found[0].contact_id.is_none());

    let file = "Subject,Status,Priority,Due,Assigned to,Contact\nCall back,Not Started,High,2026-05-01,Ann Lee,Jane Doe\n";
    assert_eq!(counts(&firm.import(ImportKind::Tasks, file).await), [1, 0, 0, 0]);
    let done = file.replace("Not Started", "Completed");
    assert_eq!(counts(&firm.import(ImportKind::Tasks, &done).await), [0, 1, 0, 0]);
    let found = firm.read(|tx, w| Box::pin(tasks::find_by_name_key(tx, w, "call back"))).await;
    assert_eq!((found[0].status.as_str(), found[0].priority.as_deref()), ("completed", Some("high")));
    assert!(found[0].assigned_to_user_id.is_some() && found[0].contact_id.is_some());

    let file = "id,Type,Subject,Company,Date,Length\nA1,Phone Call,First call,Acme,2026-03-05,20 min\n";
    assert_eq!(counts(&firm.import(ImportKind::Activities, file).await), [1, 0, 0, 0]);
    assert_eq!(counts(&firm.import(ImportKind::Activities, file).await), [0, 0, 1, 0]);
    let found = firm.read(|tx, w| Box::pin(activities::find_by_name_key(tx, w, "first call"))).await;
    assert_eq!((found[0].kind.as_str(), found[0].entity_type.as_deref()), ("call", Some("company")));
    assert_eq!(found[0].created_date.date().to_string(), "2026-03-05");
}

#[tokio::test]
async fn nothing_is_made_along_with_a_row_where_that_is_not_wished() {
    let firm = Firm::new().await;
    let options = ImportOptions { create_missing: false, ..ImportOptions::new(ImportKind::Deals) };
    let file = "name,stage,owner,company\nA,Pitch,,\nB,,Ann,\nC,,,Acme\nD,,,\n";
    let report = firm.try_import(options, file).await.unwrap();
    assert_eq!(counts(&report), [1, 0, 0, 3]);
    let counted = [firm.count("users").await, firm.count("companies").await, firm.count("pipelines").await];
    assert_eq!(counted, [0, 0, 0]);
}

#[tokio::test]
async fn the_way_to_match_can_be_chosen() {
    let firm = Firm::new().await;
    firm.import(ImportKind::Contacts, "name,email\nJane Doe,jane@acme.example\n").await;
    let by = |way| ImportOptions { match_by: Some(way), ..ImportOptions::new(ImportKind::Contacts) };
    let file = "name,email\nJ. Doe,jane@acme.example\n";
    assert_eq!(counts(&firm.try_import(by(MatchBy::Email), file).await.unwrap()), [0, 1, 0, 0]);
    assert_eq!(counts(&firm.try_import(by(MatchBy::ExternalId), file).await.unwrap()), [1, 0, 0, 0]);
}

#[tokio::test]
async fn a_way_to_match_that_a_kind_does_not_know_is_refused() {
    let firm = Firm::new().await;
    for kind in [ImportKind::Companies, ImportKind::Deals, ImportKind::Matters, ImportKind::Notes] {
        let options = ImportOptions { match_by: Some(MatchBy::Email), ..ImportOptions::new(kind) };
        let error = firm.try_import(options, "name,content\nA,b\n").await.unwrap_err().to_string();
        assert!(error.contains("matched by email") && error.contains("--match external-id"), "{error}");
    }
}

#[tokio::test]
async fn owners_that_only_an_id_names_are_found_noted_or_refused() {
    let firm = Firm::new().await;
    let users = "Id,Username,FirstName,LastName,Email\n005A,a@firm.prod,Ann,Lee,ann@firm.example\n";
    assert_eq!(counts(&firm.import(ImportKind::Users, users).await), [1, 0, 0, 0]);
    let renamed = users.replace("Lee,ann@firm.example", "Lee-Cole,ann.cole@firm.example");
    assert_eq!(counts(&firm.import(ImportKind::Users, &renamed).await), [0, 0, 1, 0], "found by id");
    let file = "Id,Name,OwnerId\n1,A,005A\n2,B,005B\n3,C,005B\n";
    let report = firm.import(ImportKind::Deals, file).await;
    assert_eq!(counts(&report), [3, 0, 0, 0]);
    let [notice] = report.notices.as_slice() else { panic!("{:?}", report.notices) };
    let seen = (notice.rows, notice.line, notice.column.as_deref(), notice.value.as_deref());
    assert_eq!(seen, (2, 3, Some("OwnerId"), Some("005B")));
    let options = ImportOptions { create_missing: false, ..ImportOptions::new(ImportKind::Deals) };
    assert_eq!(counts(&firm.try_import(options, file).await.unwrap()), [0, 0, 1, 2]);
}

#[tokio::test]
async fn a_column_of_dates_proves_its_order_or_is_asked_about() {
    let firm = Firm::new().await;
    let options = ImportOptions::new(ImportKind::Tasks);
    let error = firm.try_import(options.clone(), "title,due\nA,3/4/2026\n").await.unwrap_err().to_string();
    assert!(error.contains("`due`") && error.contains("3/4/2026") && error.contains("--dates us"), "{error}");
    let file = "title,due\nA,3/4/2026\nB,3/14/2026\n";
    assert_eq!(counts(&firm.try_import(options, file).await.unwrap()), [2, 0, 0, 0]);
    let found = firm.read(|tx, w| Box::pin(tasks::find_by_name_key(tx, w, "a"))).await;
    assert_eq!(found[0].due_date.unwrap().to_string(), "2026-03-04");
    let elsewhere = "title,due,created\nB,4/3/2026,14/3/2026\n";
    let report = firm.import(ImportKind::Tasks, elsewhere).await;
    assert!(report.notices[0].reason.contains("day first"), "{:?}", report.notices);
    let found = firm.read(|tx, w| Box::pin(tasks::find_by_name_key(tx, w, "b"))).await;
    assert!(found.iter().any(|task| task.due_date.unwrap().to_string() == "2026-03-04"));
    let both = "title,due\nC,14/3/2026\nD,3/15/2026\nE,3/4/2026\n";
    let report = firm.import(ImportKind::Tasks, both).await;
    assert_eq!(counts(&report), [2, 0, 0, 1]);
    assert!(report.errors[0].line == 4 && report.errors[0].reason.contains("--dates"), "{:?}", report.errors);
}
