use std::fmt::Write;

use lexi_store::audit::{self, AuditFilter};
use lexi_store::{Page, Sight};

use super::*;

/// More than one batch, with namesakes and repeated people across the batches and some rows that are wrong.
fn large() -> String {
    let mut file = "id,name,email,owner,company,follow up by\n".to_owned();
    for row in 0..1_000 {
        let id = row % 800;
        let (owner, company) = (row % 7, row % 31);
        let surplus = if row % 97 == 5 { ",x" } else { "" };
        write!(file, "{id},Person {},p{id}@x.example,Owner {owner},", id % 300).unwrap();
        writeln!(file, "Company {company},2026-05-01{surplus}").unwrap();
    }
    file
}

#[tokio::test]
async fn a_dry_run_counts_like_the_real_one_and_keeps_nothing() {
    let firm = Firm::new().await;
    for _ in 0..2 {
        let options = ImportOptions { dry_run: true, ..ImportOptions::new(ImportKind::Contacts) };
        let before = firm.count("contacts").await;
        let mut dry = firm.try_import(options, &large()).await.unwrap();
        assert_eq!(firm.count("contacts").await, before);
        let real = firm.import(ImportKind::Contacts, &large()).await;
        dry.dry_run = false;
        assert_eq!(dry, real);
        assert!(real.failed > 0);
    }
    assert_eq!(firm.count("users").await, 7);
    assert_eq!(firm.count("companies").await, 31);
}

#[derive(Default)]
struct Steps {
    steps: Vec<Progress>,
    told: usize,
}

impl Watch for Steps {
    fn progress(&mut self, at: Progress) {
        self.steps.push(at);
    }

    fn left_out(&mut self, _row: &RowError) -> std::io::Result<()> {
        self.told += 1;
        Ok(())
    }
}

#[tokio::test]
async fn progress_grows_to_the_whole_file() {
    let firm = Firm::new().await;
    let content = large();
    let path = firm.file(&content);
    let options = ImportOptions::new(ImportKind::Contacts);
    let mut steps = Steps::default();
    import_csv(&firm.store, firm.workspace, &path, &options, &mut steps).await.unwrap();
    let Steps { steps, told } = steps;
    assert_eq!(told, 11, "every row that is left out is told");
    let total = content.len() as u64;
    assert_eq!(steps.last(), Some(&Progress { bytes_read: total, bytes_total: total, rows: 1_000 }));
    assert!(steps.len() > 2 && steps.is_sorted_by_key(|step| (step.bytes_read, step.rows)));
}

#[tokio::test]
async fn a_map_overrides_what_the_headers_say() {
    let firm = Firm::new().await;
    let map = |pairs: &[(&str, &str)]| ImportOptions {
        map: pairs.iter().map(|(column, field)| ((*column).to_owned(), (*field).to_owned())).collect(),
        ..ImportOptions::new(ImportKind::Contacts)
    };
    let file = "Who,Name,Stage,Secret\nJane Doe,Widget,Lead,hush\n";
    let options = map(&[("who", "full_name"), ("Stage", "custom.phase"), ("Secret", "ignore")]);
    let report = firm.try_import(options, file).await.unwrap();
    let fields: Vec<_> = report.columns.iter().map(|c| (c.field.as_str(), c.mapped)).collect();
    let expected = [("full_name", true), ("custom.name", false), ("custom.phase", true), ("ignore", true)];
    assert_eq!(fields, expected);
    let refused = |pairs| {
        let options = map(pairs);
        async { firm.try_import(options, file).await.unwrap_err().to_string() }
    };
    let unknown = refused(&[("Who", "full_nam")]).await;
    assert!(unknown.contains("full_nam") && unknown.contains("next_follow_up_date"), "{unknown}");
    let missing = refused(&[("Whom", "full_name")]).await;
    assert!(missing.contains("`Whom`") && missing.contains("`Who`, `Name`"), "{missing}");
    assert!(refused(&[("Who", "full_name"), ("Name", "name")]).await.contains("more than one"));
}

#[tokio::test]
async fn files_that_cannot_be_imported_say_why() {
    let firm = Firm::new().await;
    let refuse = async |content: &str| {
        let options = ImportOptions::new(ImportKind::Contacts);
        firm.try_import(options, content).await.unwrap_err().to_string()
    };
    let nameless = refuse("colour,shape\nred,round\n").await;
    assert!(nameless.contains("full_name") && nameless.contains("`colour`, `shape`"), "{nameless}");
    assert!(refuse("").await.contains("empty"));
    let options = ImportOptions::new(ImportKind::Contacts);
    let missing = firm.folder.path().join("missing.csv");
    let error =
        import_csv(&firm.store, firm.workspace, &missing, &options, &mut Unwatched).await.unwrap_err();
    assert!(matches!(error, ImportError::Read(_)), "{error}");
}

#[tokio::test]
async fn values_that_are_too_large_fail_their_row_only() {
    let firm = Firm::new().await;
    let long = "x".repeat(9_000);
    let notes = "n".repeat(50_001);
    let huge = "h".repeat((1 << 20) + 1);
    let file = format!("name,custom,notes\nA,{long},\nB,,{notes}\nC,,{huge}\nD,ok,fine\n,,\n");
    let report = firm.import(ImportKind::Contacts, &file).await;
    assert_eq!((counts(&report), report.skipped), ([1, 0, 0, 3], 1));
    assert!(report.errors.iter().all(|error| error.value.as_ref().is_none_or(|v| v.chars().count() <= 80)));
    assert!(report.errors[0].reason.contains("8 KiB") && report.errors[1].reason.contains("50000"));
}

#[tokio::test]
async fn a_workspace_sees_nothing_of_another_ones_import() {
    let firm = Firm::new().await;
    firm.import(ImportKind::Contacts, "id,name,owner\n1,Jane Doe,Ann\n").await;
    let other = firm.store.write(|tx| Box::pin(workspaces::create(tx, "Other", Timestamp::now()))).await;
    let path = firm.file("id,name,owner\n1,Jane Doe,Ann\n");
    let options = ImportOptions::new(ImportKind::Contacts);
    let workspace = other.unwrap().unwrap().id;
    let report = import_csv(&firm.store, workspace, &path, &options, &mut Unwatched).await.unwrap();
    assert_eq!((counts(&report), report.created_users), ([1, 0, 0, 0], 1));
}

#[tokio::test]
async fn a_row_that_the_database_refuses_does_not_take_its_neighbours_along() {
    let firm = Firm::new().await;
    let rule = "CREATE TRIGGER no_mallory BEFORE INSERT ON contacts WHEN NEW.full_name = 'Mallory' \
                BEGIN SELECT RAISE(ABORT, 'not her'); END";
    firm.store.write(move |tx| Box::pin(async move { tx.execute(rule, &[]).await })).await.unwrap();
    let file = "name,company,notes\nAlice,Acme,a\nMallory,Evil,m\nBob,Acme,b\n";
    let report = firm.import(ImportKind::Contacts, file).await;
    assert_eq!((counts(&report), report.created_companies), ([2, 0, 0, 1], 1));
    assert_eq!((report.errors[0].line, report.errors[0].reason.contains("not her")), (3, true));
    let counted = [firm.count("contacts").await, firm.count("companies").await, firm.count("notes").await];
    assert_eq!(counted, [2, 1, 2], "nothing of the refused row is left");
}

#[tokio::test]
async fn a_row_that_swallows_others_is_refused_with_its_first_line() {
    let firm = Firm::new().await;
    let file = "name,email,city\nAnn,a@x,Rome\nBob,b@x,\"Berlin\nCy,c@x,Bonn\n";
    let report = firm.import(ImportKind::Contacts, file).await;
    assert_eq!(counts(&report), [1, 0, 0, 1]);
    let error = &report.errors[0];
    assert_eq!((error.line, error.column.as_deref()), (3, Some("city")));
    assert!(error.reason.contains("never closed"), "{error:?}");
    let file = "name,email\n\"Carl,c@x\nDora,d@x\nEve,\"e@x\",R\nFay,f@x\n";
    let report = firm.import(ImportKind::Contacts, file).await;
    assert_eq!((report.errors[0].line, counts(&report)[0]), (2, 1));
}

#[tokio::test]
async fn what_stands_below_a_report_is_no_record() {
    let firm = Firm::new().await;
    let file = "Account Name,Type,Employees\nAcme,Customer,5\nTotal,,\nGrand Total,,5\n\n\"All Accounts\"\n\
                \"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved.\"\n\"Generated By:  Jane Roe\"\n\
                \"My Company LLC\"\n";
    let report = firm.import(ImportKind::Companies, file).await;
    assert_eq!((counts(&report), report.set_aside), ([1, 0, 0, 0], 6));
}

#[tokio::test]
async fn each_batch_that_changes_something_is_in_the_audit_log() {
    let firm = Firm::new().await;
    let rows: String = (0..1_200).map(|n| format!("Person {n},p{n}@example.test,Owner\n")).collect();
    let content = format!("Name,Email,Owner\n{rows}");
    firm.import(ImportKind::Contacts, &content).await;
    firm.import(ImportKind::Contacts, &content).await;
    let sight = Sight::everything(firm.workspace);
    let page = Page { page: 1, per_page: 100 };
    let listed = firm
        .read(move |tx, _| {
            Box::pin(async move { audit::list(tx, sight, &AuditFilter::default(), page).await })
        })
        .await;
    let created: i64 =
        listed.rows.iter().map(|row| row.after.as_ref().unwrap()["created"].as_i64().unwrap()).sum();
    assert_eq!(created, 1_200, "and nothing for the second time");
    let first = listed.rows.last().unwrap();
    assert_eq!(
        (first.action.as_str(), first.resource_type.as_str(), first.source.as_str()),
        ("import", "contacts", "import")
    );
    assert!(first.resource_id.ends_with(".csv") && first.after.as_ref().unwrap()["created_users"] == 1);
}
