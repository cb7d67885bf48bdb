use lexi_store::{companies, deals, matters, pipelines};
use lexi_types::Money;

use super::*;

#[tokio::test]
async fn deals_bring_their_people_companies_and_stages() {
    let firm = Firm::new().await;
    let file = "Deal Name;Stage;Amount;Company;Contact;Owner;Close Date;Probability;Region\n\
                Lease review;Proposal;€12,500.50;Acme;Jane Doe;nadia.rahman@firm.example;;60%;North\n\
                Merger;Closed Won;9000;Acme;Jane Doe;Nadia Rahman;2026-03-01;;\n\
                Claim;;100;;;;;;\n";
    let report = firm.import(ImportKind::Deals, file).await;
    assert_eq!(counts(&report), [3, 0, 0, 0], "{:?}", report.errors);
    assert_eq!((report.created_users, report.created_companies, report.created_contacts), (1, 1, 1));
    let find = |key: &'static str| {
        firm.read(move |tx, workspace| Box::pin(deals::find_by_name_key(tx, workspace, key)))
    };
    let lease = find("lease review").await.remove(0);
    assert_eq!((lease.stage.as_deref(), lease.status.as_str()), (Some("Proposal"), "active"));
    assert_eq!((lease.estimated_value, lease.currency.as_str()), (Some(Money::from_minor(1_250_050)), "EUR"));
    assert_eq!((lease.probability, lease.pipeline.as_deref()), (Some(60), Some("Imported")));
    assert!(lease.main_contact_id.is_some() && lease.related_company_id.is_some());
    assert_eq!(lease.custom_fields["region"], "North");
    let merger = find("merger").await.remove(0);
    assert_eq!((merger.status.as_str(), merger.probability), ("won", Some(100)));
    assert_eq!((merger.owner_user_id, merger.main_contact_id), (lease.owner_user_id, lease.main_contact_id));
    let listed = firm.read(|tx, workspace| Box::pin(pipelines::list(tx, workspace))).await;
    let stages: Vec<_> = listed[0].stages.iter().map(|s| (s.name.as_str(), s.stage_type.as_str())).collect();
    assert_eq!((listed.len(), stages), (1, vec![("Proposal", "open"), ("Closed Won", "won")]));
    assert_eq!(counts(&firm.import(ImportKind::Deals, file).await), [0, 0, 3, 0]);
}

#[tokio::test]
async fn a_reopened_deal_is_no_longer_certain() {
    let firm = Firm::new().await;
    firm.import(ImportKind::Deals, "name,stage\nMerger,Won\n").await;
    let report = firm.import(ImportKind::Deals, "name,stage\nMerger,Negotiation\n").await;
    assert_eq!(counts(&report), [0, 1, 0, 0]);
    let found = firm.read(|tx, workspace| Box::pin(deals::find_by_name_key(tx, workspace, "merger"))).await;
    assert_eq!((found[0].status.as_str(), found[0].probability), ("active", None));
}

#[tokio::test]
async fn deals_of_the_same_name_are_told_apart_by_company_and_bad_values_are_refused() {
    let firm = Firm::new().await;
    let file = "name,company,status,amount,currency\nAdvice,Acme,won,5,usd\nAdvice,Beta,Proposal,1.5q,$$\n\
                Advice,Beta,open,7,usd\n";
    let report = firm.import(ImportKind::Deals, file).await;
    assert_eq!(counts(&report), [2, 0, 0, 1]);
    let blamed: Vec<_> = report.errors.iter().filter_map(|error| error.column.as_deref()).collect();
    assert_eq!(blamed, ["amount", "currency"]);
    let report = firm.import(ImportKind::Deals, "name,amount\nAdvice,9\n").await;
    assert!(report.errors[0].reason.contains("2 deals"), "{:?}", report.errors);
    let report = firm.import(ImportKind::Deals, "name\nAdvice\n").await;
    assert_eq!(counts(&report), [0, 0, 1, 0], "which one does not matter where nothing is said");
}

#[tokio::test]
async fn companies_are_recognised_by_id_domain_and_name() {
    let firm = Firm::new().await;
    let first = "Account ID,Company Name,Domain,City\nA1,Acme GmbH,ACME.example,Köln\n,Beta,,Bonn\n";
    assert_eq!(counts(&firm.import(ImportKind::Companies, first).await), [2, 0, 0, 0]);
    let second = "Account ID,Company Name,Domain,City\nA1,Acme Group,,\nB7,BETA,,Berlin\n";
    assert_eq!(counts(&firm.import(ImportKind::Companies, second).await), [0, 2, 0, 0]);
    let third = "Company Name,Domain\nAcme Holding,acme.example\n";
    assert_eq!(counts(&firm.import(ImportKind::Companies, third).await), [0, 1, 0, 0]);
    let found =
        firm.read(|tx, workspace| Box::pin(companies::find_by_external_id(tx, workspace, "B7"))).await;
    assert_eq!(found.unwrap().city.as_deref(), Some("Berlin"));
    assert_eq!(firm.count("companies").await, 2);
}

#[tokio::test]
async fn matters_find_their_client_among_companies_and_people() {
    let firm = Firm::new().await;
    firm.import(ImportKind::Contacts, "name\nJane Doe\n").await;
    let file = "Matter No,Matter,Status,Practice Area,Client,Responsible,Opened,Closed,Notes\n\
                2026-001,Doe estate,open,Estate Planning,jane doe,Nadia Rahman,2026-01-05,,First call went well.\n\
                2026-002,Acme lease,,Real Estate,Acme,Nadia Rahman,2026-01-06,2026-04-01,\n";
    let report = firm.import(ImportKind::Matters, file).await;
    assert_eq!(counts(&report), [2, 0, 0, 0], "{:?}", report.errors);
    assert_eq!((report.created_users, report.created_companies, report.created_contacts), (1, 1, 0));
    let find = |number: &'static str| {
        firm.read(move |tx, workspace| Box::pin(matters::find_by_number(tx, workspace, number)))
    };
    let estate = find("2026-001").await.remove(0);
    assert!(estate.client_contact_id.is_some() && estate.client_company_id.is_none());
    let lease = find("2026-002").await.remove(0);
    assert_eq!((lease.status.as_str(), lease.client_company_id.is_some()), ("closed", true));
    assert_eq!(firm.count("notes").await, 1);
    let renamed = file.replace("Doe estate", "Estate of Doe");
    assert_eq!(counts(&firm.import(ImportKind::Matters, &renamed).await), [0, 1, 1, 0]);
}
