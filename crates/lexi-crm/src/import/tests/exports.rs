//! Whole folders as other systems export them, made up for these tests with the dirt that real ones have.

use std::path::Path;

use lexi_store::{activities, contacts, deals, matters, notes, tasks};
use lexi_types::records::Deal;

use super::*;

/// Rows, created, unchanged, no records, left out.
type Counts = [u64; 5];

/// Imports a folder and gives the counts of each file.
async fn take_over(firm: &Firm, system: &str) -> Vec<(&'static str, Counts)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports").join(system);
    let found = read_folder(system.parse().unwrap(), &folder).unwrap();
    let mut all = Vec::new();
    for file in found.files {
        let options = file.options(ImportOptions::new(file.kind));
        let report =
            import_csv(&firm.store, firm.workspace, &file.path, &options, &mut Unwatched).await.unwrap();
        counts(&report);
        let set_aside = report.skipped + report.set_aside;
        let counts = [report.rows, report.created, report.unchanged, set_aside, report.failed];
        all.push((file.kind.plural(), counts));
    }
    all
}

/// What a second import of the same folder gives: nothing new, and the same rows left out.
fn again(first: &[(&'static str, Counts)]) -> Vec<(&'static str, Counts)> {
    let unchanged =
        |[rows, created, unchanged, aside, failed]: Counts| [rows, 0, created + unchanged, aside, failed];
    first.iter().map(|(kind, counts)| (*kind, unchanged(*counts))).collect()
}

async fn deal(firm: &Firm, name: &'static str) -> Deal {
    let mut found = firm.read(move |tx, w| Box::pin(deals::find_by_name_key(tx, w, name))).await;
    assert_eq!(found.len(), 1, "{name}");
    found.remove(0)
}

#[tokio::test]
async fn a_hubspot_folder_comes_over() {
    let firm = Firm::new().await;
    let wanted = [
        ("users", [3, 3, 0, 0, 0]),
        ("companies", [10, 10, 0, 0, 0]),
        ("contacts", [13, 11, 0, 1, 1]),
        ("deals", [10, 8, 0, 0, 2]),
        ("notes", [6, 4, 0, 0, 2]),
        ("tasks", [5, 5, 0, 0, 0]),
        ("activities", [3, 3, 0, 0, 0]),
        ("activities", [2, 2, 0, 0, 0]),
    ];
    assert_eq!(take_over(&firm, "hubspot").await, wanted);
    assert_eq!(take_over(&firm, "hubspot").await, again(&wanted));
    assert_eq!([firm.count("companies").await, firm.count("users").await], [10, 4]);

    let open = deal(&firm, "falkner route planning").await;
    assert_eq!((open.status.as_str(), open.closed_date), ("active", None));
    assert_eq!(open.custom_fields["expected_close_date"], "2026-12-18");
    assert!(
        open.related_company_id.is_some() && open.main_contact_id.is_some() && open.owner_user_id.is_some()
    );
    let won = deal(&firm, "falkner pilot").await;
    assert_eq!((won.status.as_str(), won.stage.as_deref()), ("won", Some("Closed won")));
    assert_eq!(won.closed_date.unwrap().to_string(), "2026-03-31");
    assert!(!won.custom_fields.contains_key("expected_close_date"));
    assert_eq!(deal(&firm, "cobalt small works").await.status, "lost");
    let large = deal(&firm, "brightwater roll out").await;
    assert_eq!((large.estimated_value.unwrap().minor(), large.probability), (120_000_000, Some(61)));

    let key = "ada wants the route planner before christmas ada wants the route planner before christmas budget signed off legal is reading";
    let note = firm.read(move |tx, w| Box::pin(notes::find_by_name_key(tx, w, key))).await.remove(0);
    assert_eq!(
        note.content,
        "Ada wants the route planner before Christmas.\n\nBudget signed off & legal is reading."
    );
    assert_eq!((note.deal_id, note.contact_id), (Some(open.id), open.main_contact_id));
}

#[tokio::test]
async fn a_salesforce_folder_comes_over() {
    let firm = Firm::new().await;
    let wanted = [
        ("users", [3, 3, 0, 0, 0]),
        ("companies", [8, 6, 0, 1, 1]),
        ("contacts", [11, 9, 0, 1, 1]),
        ("deals", [8, 6, 0, 1, 1]),
        // The report tells of two deals of the export and of a new one.
        ("deals", [6, 1, 2, 3, 0]),
        ("notes", [4, 3, 0, 0, 1]),
        ("tasks", [5, 4, 0, 0, 1]),
        ("activities", [3, 3, 0, 0, 0]),
    ];
    assert_eq!(take_over(&firm, "salesforce").await, wanted);
    assert_eq!(take_over(&firm, "salesforce").await, again(&wanted));
    assert_eq!(
        [firm.count("users").await, firm.count("companies").await],
        [3, 7],
        "and one that a row names"
    );

    let dead = deal(&firm, "meridian dredging").await;
    assert_eq!((dead.status.as_str(), dead.stage.as_deref()), ("lost", Some("Dead")));
    let cranes = deal(&firm, "harwich cranes").await;
    assert_eq!(cranes.custom_fields["expected_close_date"], "2027-04-09", "as the other rows prove");
    let dee = firm.read(|tx, w| Box::pin(contacts::find_by_name_key(tx, w, "dee hall"))).await.remove(0);
    let task =
        firm.read(|tx, w| Box::pin(tasks::find_by_name_key(tx, w, "send draft agreement"))).await.remove(0);
    let grid = deal(&firm, "grid renewal 2027").await;
    assert_eq!((task.contact_id, task.deal_id), (Some(dee.id), Some(grid.id)));
    assert_eq!(task.assigned_to_user_id, dee.owner_user_id);
    let jurgen = firm.read(|tx, w| Box::pin(contacts::find_by_name_key(tx, w, "jurgen muller"))).await;
    assert_eq!(
        (jurgen.len(), jurgen[0].full_name.as_str()),
        (1, "Jürgen Müller"),
        "the deleted one is not there"
    );
}

#[tokio::test]
async fn a_pipedrive_folder_comes_over() {
    let firm = Firm::new().await;
    let wanted = [
        ("companies", [7, 6, 0, 0, 1]),
        ("contacts", [10, 9, 0, 0, 1]),
        ("deals", [12, 10, 0, 1, 1]),
        ("notes", [5, 3, 0, 0, 2]),
        // Two of them are still to be done.
        ("activities", [6, 5, 0, 0, 1]),
    ];
    assert_eq!(take_over(&firm, "pipedrive").await, wanted);
    assert_eq!(take_over(&firm, "pipedrive").await, again(&wanted));
    assert_eq!([firm.count("tasks").await, firm.count("activities").await], [2, 3]);

    let won = deal(&firm, "kestrel web shop").await;
    assert_eq!((won.status.as_str(), won.probability), ("won", Some(100)));
    assert_eq!(won.closed_date.unwrap().to_string(), "2026-03-03");
    assert_eq!(won.custom_fields["expected_close_date"], "2026-02-28");
    let bristol = deal(&firm, "kestrel bristol fit out").await;
    assert_ne!(
        bristol.related_company_id, won.related_company_id,
        "two companies of one name, told apart by id"
    );
    let lost = deal(&firm, "nuvola migration").await;
    assert_eq!((lost.status.as_str(), lost.probability), ("lost", Some(0)));
    let lunch =
        firm.read(|tx, w| Box::pin(activities::find_by_name_key(tx, w, "lunch with yann"))).await.remove(0);
    assert_eq!(
        (lunch.kind.as_str(), lunch.created_date.date().to_string().as_str()),
        ("lunch", "2026-10-15")
    );
}

#[tokio::test]
async fn a_clio_folder_comes_over() {
    let firm = Firm::new().await;
    let wanted = [
        ("contacts", [11, 10, 0, 0, 1]),
        // A client who is one of two is left empty, as are a status that is none and a date in the wrong order.
        ("matters", [11, 9, 0, 1, 1]),
        ("notes", [4, 3, 0, 0, 1]),
        ("tasks", [6, 5, 0, 0, 1]),
        ("activities", [5, 4, 0, 1, 0]),
        ("activities", [3, 3, 0, 0, 0]),
    ];
    assert_eq!(take_over(&firm, "clio").await, wanted);
    assert_eq!(take_over(&firm, "clio").await, again(&wanted));
    assert_eq!([firm.count("contacts").await, firm.count("companies").await], [8, 3]);

    let find = |number: &'static str| {
        firm.read(move |tx, w| Box::pin(async move { matters::find_by_number(tx, w, number).await }))
    };
    let lease = find("00001-Quill").await.remove(0);
    assert_eq!(lease.name, "Lease of 4 Quay Street");
    assert_eq!(lease.open_date.unwrap().to_string(), "2026-02-13");
    assert!(lease.client_company_id.is_some() && lease.client_contact_id.is_none());
    let estate = find("00003-Dupre").await.remove(0);
    assert_eq!((estate.status.as_str(), estate.client_contact_id.is_some()), ("pending", true));
    let fees = firm.read(|tx, w| Box::pin(activities::find_by_name_key(tx, w, "court fees"))).await.remove(0);
    assert_eq!((fees.kind.as_str(), fees.entity_id), ("expense_entry", Some(lease.id)));
}

#[tokio::test]
async fn an_activity_that_is_done_later_completes_its_task() {
    let firm = Firm::new().await;
    let file = "Activity - ID;Activity - Subject;Activity - Type;Activity - Due date;Activity - Done\n\
                7;Call Ann;Call;2026-05-01;To do\n";
    assert_eq!(counts(&firm.import(ImportKind::Activities, file).await), [1, 0, 0, 0]);
    assert_eq!([firm.count("tasks").await, firm.count("activities").await], [1, 0]);
    let done = file.replace("To do", "Done");
    assert_eq!(counts(&firm.import(ImportKind::Activities, &done).await), [1, 0, 0, 0]);
    let task = firm.read(|tx, w| Box::pin(tasks::find_by_name_key(tx, w, "call ann"))).await.remove(0);
    assert_eq!((task.status.as_str(), firm.count("activities").await), ("completed", 1));
}
