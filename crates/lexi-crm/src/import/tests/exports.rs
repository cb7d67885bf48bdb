//! Whole folders as other systems export them, made up for these tests.

use std::path::Path;

use super::*;

/// Imports a folder and gives the counts of each file: kind, rows, created, left out.
async fn take_over(firm: &Firm, system: &str) -> Vec<(&'static str, u64, u64, u64)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports").join(system);
    let system: System = system.parse().unwrap();
    let found = read_folder(system, &folder).unwrap();
    let mut counts = Vec::new();
    for file in found.files {
        let options = file.options(ImportOptions::new(file.kind));
        let report =
            import_csv(&firm.store, firm.workspace, &file.path, &options, &mut Unwatched).await.unwrap();
        counts.push((file.kind.plural(), report.rows, report.created, report.failed));
    }
    counts
}

async fn has_company_and_owner(firm: &Firm, deal: &'static str) -> bool {
    let found = firm
        .read(move |tx, workspace| Box::pin(lexi_store::deals::find_by_name_key(tx, workspace, deal)))
        .await;
    found.len() == 1 && found[0].related_company_id.is_some() && found[0].owner_user_id.is_some()
}

#[tokio::test]
async fn a_hubspot_folder_comes_over() {
    let firm = Firm::new().await;
    let wanted = [("companies", 20, 20, 0), ("contacts", 22, 20, 1), ("deals", 21, 20, 1)];
    assert_eq!(take_over(&firm, "hubspot").await, wanted);
    assert_eq!([firm.count("companies").await, firm.count("users").await], [20, 1]);
    assert!(has_company_and_owner(&firm, "retainer 07").await);
}

#[tokio::test]
async fn a_salesforce_folder_comes_over() {
    let firm = Firm::new().await;
    let wanted = [("companies", 20, 20, 0), ("contacts", 20, 20, 0), ("deals", 20, 20, 0)];
    assert_eq!(take_over(&firm, "salesforce").await, wanted);
    assert_eq!([firm.count("companies").await, firm.count("contacts").await], [20, 20]);
    assert!(has_company_and_owner(&firm, "grid 07").await);
}

#[tokio::test]
async fn a_pipedrive_folder_comes_over() {
    let firm = Firm::new().await;
    let wanted = [("companies", 20, 20, 0), ("contacts", 20, 20, 0), ("deals", 20, 20, 0)];
    assert_eq!(take_over(&firm, "pipedrive").await, wanted);
    assert_eq!(firm.count("companies").await, 20);
    assert!(has_company_and_owner(&firm, "shop 07").await);
}

#[tokio::test]
async fn a_clio_folder_comes_over() {
    let firm = Firm::new().await;
    let wanted = [("contacts", 20, 20, 0), ("matters", 20, 20, 0)];
    assert_eq!(take_over(&firm, "clio").await, wanted);
    assert_eq!([firm.count("contacts").await, firm.count("matters").await], [20, 20]);
}
