//! Which rows are one record and which are several.

use lexi_store::{contacts, deals, matters};
use proptest::prelude::*;

use super::*;

const ALL: [ImportKind; 4] =
    [ImportKind::Contacts, ImportKind::Companies, ImportKind::Deals, ImportKind::Matters];

fn by(kind: ImportKind, way: MatchBy) -> ImportOptions {
    ImportOptions { match_by: Some(way), ..ImportOptions::new(kind) }
}

#[tokio::test]
async fn a_record_with_another_id_is_another_record_whatever_file_it_came_from() {
    let firm = Firm::new().await;
    for kind in ALL {
        let file = |id: u8, name: &str| {
            format!("id,name,email,domain,number\n{id},{name},info@acme.example,acme.example,7\n")
        };
        assert_eq!(counts(&firm.import(kind, &file(12, "Acme")).await), [1, 0, 0, 0], "{kind:?}");
        let other = file(30, "Acme");
        assert_eq!(counts(&firm.import(kind, &other).await), [1, 0, 0, 0], "{kind:?}");
        let both = format!("{other}12,Acme Two,info@acme.example,acme.example,7\n");
        assert_eq!(counts(&firm.import(kind, &both).await), [0, 1, 1, 0], "{kind:?}");
    }
    let users = |id: u8| format!("id,name,email\n{id},Ann Lee,ann@firm.example\n");
    assert_eq!(counts(&firm.import(ImportKind::Users, &users(1)).await), [1, 0, 0, 0]);
    let report = firm.import(ImportKind::Users, &users(2)).await;
    assert_eq!(counts(&report), [1, 0, 0, 0]);
    assert!(report.notices[0].reason.contains("another user"), "{:?}", report.notices);
    assert_eq!(counts(&firm.import(ImportKind::Users, &users(1)).await), [0, 0, 1, 0]);
}

#[tokio::test]
async fn a_record_without_an_id_takes_that_of_the_row_it_fits() {
    let firm = Firm::new().await;
    for kind in ALL {
        assert_eq!(counts(&firm.import(kind, "name\nAcme\n").await), [1, 0, 0, 0]);
        assert_eq!(counts(&firm.import(kind, "id,name\n5,Acme\n").await), [0, 0, 1, 0], "{kind:?}");
        assert_eq!(counts(&firm.import(kind, "id,name\n6,Acme\n").await), [1, 0, 0, 0], "{kind:?}");
    }
}

#[tokio::test]
async fn a_company_that_a_row_names_with_another_id_is_another_company() {
    let firm = Firm::new().await;
    firm.import(ImportKind::Companies, "id,name\n1,Acme\n").await;
    let file = "id,name,company,company id\nD1,Lease,Acme,2\nD2,Sale,Acme,1\n";
    let report = firm.import(ImportKind::Deals, file).await;
    assert_eq!((counts(&report), report.created_companies), ([2, 0, 0, 0], 1));
    assert_eq!(counts(&firm.import(ImportKind::Companies, "id,name\n2,Acme\n").await), [0, 0, 1, 0]);
}

#[tokio::test]
async fn rows_of_one_file_that_say_different_things_are_records_of_their_own() {
    for (kind, file) in [
        (
            ImportKind::Contacts,
            "name,email,company,phone\nJohn Smith,,Acme,1\nJohn Smith,,,2\nJohn Smith,js@x.example,,3\n\
             John Smith,,Globex,4\nAnn Bo,info@acme.example,,\nCarl Di,info@acme.example,,\n",
        ),
        (ImportKind::Companies, "name,domain,city\nAcme,,Ulm\nAcme,,Bonn\nBo,a.example,\nDi,a.example,\n"),
        (
            ImportKind::Deals,
            "name,company,stage,amount\nRenewal,Acme,Closed Won,100\nRenewal,Acme,Negotiation,200\n\
             Renewal,Globex,,300\nRenewal,,,400\n",
        ),
        (ImportKind::Deals, "name,amount,company\nRenewal,100,Acme\nRenewal,200,Acme\nRenewal,300,\n"),
        (ImportKind::Matters, "name,opened\nDivorce,2026-03-14\nDivorce,2026-03-15\n"),
        (
            ImportKind::Matters,
            "name,client_first_name,client_last_name,opened\nDivorce,Ann,Bo,2026-03-14\n\
             Divorce,Carl,Di,2026-03-14\nDivorce,Carl,Di,2026-04-15\n",
        ),
    ] {
        let firm = Firm::new().await;
        let rows = u64::try_from(file.lines().count() - 1).unwrap();
        for content in [file.to_owned(), crowd(file)] {
            let more = u64::try_from(content.lines().count() - 1).unwrap();
            let known = if content == file { 0 } else { rows };
            let first = firm.import(kind, &content).await;
            assert_eq!(counts(&first), [more - known, 0, known, 0], "{kind:?} {:?}", first.errors);
            assert_eq!(counts(&firm.import(kind, &content).await), [0, 0, more, 0], "{kind:?}");
        }
    }
}

/// The same rows with twenty of one name more, which is more than a look at a name gives.
fn crowd(file: &str) -> String {
    let last = file.lines().nth(1).unwrap();
    let end = last.rfind(',').unwrap();
    let mut more = file.to_owned();
    for row in 0..20 {
        // The last column tells them apart.
        let value = if last.contains("2026") { format!("2020-01-{:02}", row + 1) } else { format!("5{row}") };
        more.push_str(&format!("{},{value}\n", &last[..end]));
    }
    more
}

#[tokio::test]
async fn rows_that_complete_each_other_are_one_record_and_each_note_stays() {
    let firm = Firm::new().await;
    let file = "name,phone,company,notes\nJane Doe,1,,first\nJane Doe,,Acme,second\nJane Doe,1,Acme,\n";
    assert_eq!(counts(&firm.import(ImportKind::Contacts, file).await), [1, 1, 1, 0]);
    assert_eq!(firm.count("notes").await, 2);
    assert_eq!(counts(&firm.import(ImportKind::Contacts, file).await), [0, 0, 3, 0]);
    assert_eq!(firm.count("notes").await, 2);
    let edited = file.replace("first", "corrected");
    assert_eq!(counts(&firm.import(ImportKind::Contacts, &edited).await), [0, 1, 2, 0]);
    assert_eq!(firm.count("notes").await, 2);
}

#[tokio::test]
async fn one_id_with_two_states_is_one_record_and_noted() {
    let firm = Firm::new().await;
    let report = firm.import(ImportKind::Deals, "id,name,amount\n1,Lease,100\n1,Lease,200\n").await;
    assert_eq!(counts(&report), [1, 1, 0, 0]);
    assert!(report.notices.iter().any(|n| n.line == 3 && n.reason.contains("another row of the file")));
    let found = firm.read(|tx, w| Box::pin(deals::find_by_name_key(tx, w, "lease"))).await;
    assert_eq!(found[0].estimated_value.unwrap().minor(), 20_000);
}

#[tokio::test]
async fn matters_of_one_name_belong_to_their_clients() {
    let firm = Firm::new().await;
    firm.import(ImportKind::Contacts, "name,email\nAnn Bo,a@x\nAnn Bo,b@x\nCarl Di,c@x\n").await;
    let file = "name,client,status\nDivorce,Carl Di,open\nDivorce,Ann Bo,closed\n";
    let report = firm.import(ImportKind::Matters, file).await;
    assert_eq!(counts(&report), [2, 0, 0, 0]);
    assert!(report.notices[0].reason.contains("2 contacts"), "{:?}", report.notices);
    let found = firm.read(|tx, w| Box::pin(matters::find_by_name_key(tx, w, "divorce"))).await;
    let clients: Vec<_> = found.iter().map(|m| (m.status.as_str(), m.client_contact_id.is_some())).collect();
    assert!(clients.contains(&("open", true)) && clients.contains(&("closed", false)), "{clients:?}");
    let later = "name,client,status\nDivorce,Carl Di,closed\n";
    assert_eq!(counts(&firm.import(ImportKind::Matters, later).await), [0, 1, 0, 0]);
}

#[tokio::test]
async fn an_id_that_a_spreadsheet_shortened_is_refused_and_names_nobody() {
    let firm = Firm::new().await;
    let file = "id,First Name\n1.02346E+11,Ann\n\"1,02346E+11\",Carl\n";
    for kind in [ImportKind::Contacts, ImportKind::Users] {
        let report = firm.import(kind, file).await;
        assert_eq!(counts(&report), [0, 0, 0, 2]);
        assert!(report.errors[0].reason.contains("spreadsheet"), "{:?}", report.errors);
    }
    let report = firm.import(ImportKind::Deals, "id,name,company id\n1,Lease,1.02346E+11\n").await;
    assert_eq!((counts(&report), report.created_companies), ([1, 0, 0, 0], 0));
    assert!(report.notices[0].reason.contains("spreadsheet"), "{:?}", report.notices);
}

#[tokio::test]
async fn a_chosen_way_to_match_is_the_only_one() {
    let firm = Firm::new().await;
    let first = "id,name,email,company\n1,Ann Bo,ann@x.example,Acme\n,Carl Di,carl@x.example,Acme\n";
    firm.import(ImportKind::Contacts, first).await;
    let count =
        async |way, file: &str| counts(&firm.try_import(by(ImportKind::Contacts, way), file).await.unwrap());
    // The name alone, whatever the address and the company.
    assert_eq!(count(MatchBy::Name, "name,email,company\nCarl Di,c@y.example,Globex\n").await, [0, 1, 0, 0]);
    // The address alone, whatever the name.
    assert_eq!(count(MatchBy::Email, "name,email\nCarl Di,new@y.example\n").await, [1, 0, 0, 0]);
    assert_eq!(count(MatchBy::Email, "name,email\nC. Di,c@y.example\n").await, [0, 1, 0, 0]);
    // Never two records with one id, and never one with two.
    let report =
        firm.try_import(by(ImportKind::Contacts, MatchBy::Name), "id,name\n1,Eve Fox\n").await.unwrap();
    assert!(counts(&report)[3] == 1 && report.errors[0].reason.contains("--match"), "{:?}", report.errors);
    assert_eq!(count(MatchBy::Email, "id,name,email\n9,Ann Bo,ann@x.example\n").await, [1, 0, 0, 0]);
    // Rows without what they are to be found by are found again as a whole.
    for way in [MatchBy::ExternalId, MatchBy::Email] {
        let file = "name,phone\nGus Ho,1\nGus Ho,2\n";
        count(way, file).await;
        assert_eq!(count(way, file).await, [0, 0, 2, 0]);
    }
    firm.import(ImportKind::Companies, "name,domain\nOne,one.example\n").await;
    let renamed = "name,domain\nUno,one.example\n";
    let report = firm.try_import(by(ImportKind::Companies, MatchBy::Name), renamed).await.unwrap();
    assert_eq!(counts(&report), [1, 0, 0, 0]);
    firm.import(ImportKind::Matters, "number,name\n1,One\n").await;
    let renamed = "number,name\n1,Uno\n";
    let report = firm.try_import(by(ImportKind::Matters, MatchBy::ExternalId), renamed).await.unwrap();
    assert_eq!(counts(&report), [1, 0, 0, 0]);
    let ann = firm.read(|tx, w| Box::pin(contacts::find_by_external_id(tx, w, "1"))).await.unwrap();
    assert_eq!(ann.full_name, "Ann Bo");
}

#[tokio::test]
async fn a_name_that_several_have_costs_the_link_and_not_the_row() {
    let firm = Firm::new().await;
    firm.import(ImportKind::Users, "name,email\nNadia Rahman,n@x\nNadia Rahman,old@x\n").await;
    firm.import(ImportKind::Companies, "id,name,domain\n1,Acme,acme.example\n2,Acme,other.example\n").await;
    firm.import(ImportKind::Contacts, "id,name,company id\n1,Jim Poe,1\n2,Jim Poe,2\n3,Zoe Ek,2\n").await;
    let file = "id,name,owner,company,contact,contact email\n\
                1,A,Nadia Rahman,,,\n2,B,,Acme,Zoe Ek,\n3,C,,Acme,Jim Poe,\n4,D,n@x,,,\n5,E,,Acme,,x@acme.example\n";
    let report = firm.import(ImportKind::Deals, file).await;
    assert_eq!(counts(&report), [5, 0, 0, 0], "{:?}", report.errors);
    let noted: Vec<_> = report.notices.iter().map(|n| (n.line, n.column.as_deref())).collect();
    assert_eq!(noted, [(2, Some("owner")), (4, Some("company")), (4, Some("contact"))]);
    let deal = async |name: &'static str| {
        firm.read(move |tx, w| Box::pin(deals::find_by_name_key(tx, w, name))).await.remove(0)
    };
    assert!(deal("b").await.related_company_id.is_some() && deal("b").await.main_contact_id.is_some());
    assert!(deal("c").await.related_company_id.is_none() && deal("c").await.main_contact_id.is_none());
    let notes = "content,company,contact,deal\nx,Acme,Zoe Ek,\ny,,Zoe Ek,B\n";
    firm.import(ImportKind::Deals, "id,name\n9,B\n").await;
    let report = firm.import(ImportKind::Notes, notes).await;
    assert_eq!((counts(&report), report.notices.len()), ([2, 0, 0, 0], 0), "{:?}", report.notices);
    assert!(deal("d").await.owner_user_id.is_some() && deal("e").await.related_company_id.is_some());
}

/// Rows without ids that may say anything of four people: one without an address, and three of whom two share one.
fn rows() -> impl Strategy<Value = String> {
    let some = |what: &'static str, limit: u8| {
        proptest::option::of(0..limit).prop_map(move |v| v.map(|v| format!("{what}{v}")).unwrap_or_default())
    };
    let row = (0..4usize, some("", 3), some("Firm ", 2), some("Owner ", 2), some("note ", 2)).prop_map(
        |(person, phone, company, owner, note)| {
            let email = ["", "p@x1", "p@x1", "p@x2"][person];
            format!("Person {person},{email},{phone},{company},{owner},{note}\n")
        },
    );
    proptest::collection::vec(row, 1..30)
        .prop_map(|rows| format!("name,email,phone,company,owner,notes\n{}", rows.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_second_import_of_rows_without_ids_makes_nothing(content in rows()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let firm = Firm::new().await;
            let first = firm.import(ImportKind::Contacts, &content).await;
            let notes = firm.count("notes").await;
            let second = firm.import(ImportKind::Contacts, &content).await;
            prop_assert_eq!(second.created, 0, "{:?} {:?}", first, second);
            prop_assert_eq!(firm.count("contacts").await, i64::try_from(first.created).unwrap());
            // A row that fitted several may fit one of them better by now.
            prop_assert!(first.failed > 0 || firm.count("notes").await == notes);
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn the_same_work_of_two_people_is_two_records() {
    let firm = Firm::new().await;
    firm.import(ImportKind::Companies, "name\nAcme\n").await;
    let hours = "title,company,date,user,hours\nReview,Acme,2026-02-14,Hugo Lind,1.5\nReview,Acme,2026-02-14,Mara Voss,4\n\
                 Review,Acme,2026-02-14,Mara Voss,2\n";
    let tasks = "title,company,due date,assignee\nSend letter,Acme,2026-12-01,Hugo Lind\nSend letter,Acme,2026-12-01,Mara Voss\n";
    for (kind, file, rows) in [(ImportKind::Activities, hours, 3), (ImportKind::Tasks, tasks, 2)] {
        assert_eq!(counts(&firm.import(kind, file).await), [rows, 0, 0, 0], "{kind:?}");
        assert_eq!(counts(&firm.import(kind, file).await), [0, 0, rows, 0], "{kind:?}");
    }
}

#[tokio::test]
async fn a_namesake_with_another_address_or_id_is_not_whom_a_note_is_about() {
    let firm = Firm::new().await;
    firm.import(ImportKind::Contacts, "id,name,email\n5,John Smith,j1@x.example\n").await;
    for file in [
        "content,contact,contact email\nOwes us,John Smith,other@y.example\n",
        "content,contact,contact id\nOwes us,John Smith,6\n",
    ] {
        let report = firm.import(ImportKind::Notes, file).await;
        assert_eq!(counts(&report), [0, 0, 0, 1], "{file}");
    }
    let file = "content,contact,contact email\nOwes us,John Smith,j1@x.example\n";
    assert_eq!(counts(&firm.import(ImportKind::Notes, file).await), [1, 0, 0, 0]);
}

#[tokio::test]
async fn what_belongs_to_somebody_else_is_another_record() {
    let firm = Firm::new().await;
    firm.import(ImportKind::Contacts, "id,name,email\n1,Ann Bo,a@x.example\n2,Bob Cu,b@x.example\n").await;
    firm.import(ImportKind::Companies, "id,name\n9,Acme\n").await;
    for (kind, file, rows) in [
        (ImportKind::Matters, "name,client id\nEstate,1\nEstate,2\nEstate,9\n", 3),
        (ImportKind::Matters, "number,name,client\n001,Will,Ann Bo\n001,Lease,Bob Cu\n", 2),
    ] {
        assert_eq!(counts(&firm.import(kind, file).await), [rows, 0, 0, 0], "{file}");
        assert_eq!(counts(&firm.import(kind, file).await), [0, 0, rows, 0], "{file}");
    }
    let (one, other) = ("name,contact\nPlan,Ann Bo\n", "name,contact\nPlan,Bob Cu\n");
    assert_eq!(counts(&firm.import(ImportKind::Deals, one).await), [1, 0, 0, 0]);
    assert_eq!(counts(&firm.import(ImportKind::Deals, other).await), [1, 0, 0, 0]);
    assert_eq!(counts(&firm.import(ImportKind::Deals, other).await), [0, 0, 1, 0]);
    let (one, other) = ("name,client id\nDeed,1\n", "name,client id\nDeed,2\n");
    assert_eq!(counts(&firm.import(ImportKind::Matters, one).await), [1, 0, 0, 0]);
    assert_eq!(counts(&firm.import(ImportKind::Matters, other).await), [1, 0, 0, 0]);
}

#[tokio::test]
async fn a_row_whose_client_nobody_can_tell_is_not_that_of_another_client() {
    let firm = Firm::new().await;
    let people = "name,email\nJohn Smith,j1@x.example\nJohn Smith,j2@x.example\nJane Doe,jd@x.example\n";
    firm.import(ImportKind::Contacts, people).await;
    firm.import(ImportKind::Companies, "name,domain\nAcme,a.example\nAcme,b.example\nBeta,be.example\n")
        .await;
    for (kind, file) in [
        (ImportKind::Matters, "name,client\nEstate,John Smith\nEstate,Jane Doe\n"),
        (ImportKind::Deals, "name,company\nRenewal,Acme\nRenewal,Beta\n"),
    ] {
        assert_eq!(counts(&firm.import(kind, file).await), [2, 0, 0, 0], "{file}");
        assert_eq!(counts(&firm.import(kind, file).await), [0, 0, 2, 0], "{file}");
    }
}
