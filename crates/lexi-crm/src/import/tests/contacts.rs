use lexi_store::{contacts, notes, users};
use lexi_types::records::Contact;

use super::*;

const EXPORT: &str = "\
customer_id,assigned_to_email,customer_name,customer_email,customer_phone,last_contact_date,product_interest,status,follow_up_by,notes
0001,lena.schmidt@firm.example,Taylor Jackson,Taylor.Jackson@nanolabs,,2023-11-30,Consulting,Lost,2023-12-22,\"2023-11-07: Had a call.
2023-11-25: Had another.\"
0002,raj.patel@firm.example,Quinn Harris,quinn.harris@nanoforce,724-857-2625,2023-11-30,Hardware,Proposal,2023-12-14,
0003,raj.patel@firm.example,Jaden White,jaden.white@protrace,,2023-11-30,Software,Won,2023-12-13,On holiday.
";

async fn contact(firm: &Firm, external_id: &'static str) -> Contact {
    let found = firm
        .read(move |tx, workspace| Box::pin(contacts::find_by_external_id(tx, workspace, external_id)))
        .await;
    found.unwrap()
}

#[tokio::test]
async fn an_export_becomes_contacts_with_owner_note_and_custom_fields() {
    let firm = Firm::new().await;
    let report = firm.import(ImportKind::Contacts, EXPORT).await;
    assert_eq!(counts(&report), [3, 0, 0, 0]);
    assert_eq!((report.created_users, report.created_companies), (2, 0));
    let fields: Vec<&str> = report.columns.iter().map(|column| column.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "external_id",
            "owner_email",
            "full_name",
            "email",
            "phone",
            "custom.last_contact_date",
            "custom.product_interest",
            "status",
            "next_follow_up_date",
            "notes"
        ]
    );
    let taylor = contact(&firm, "0001").await;
    assert_eq!(taylor.full_name, "Taylor Jackson");
    assert_eq!(
        (taylor.first_name.as_deref(), taylor.last_name.as_deref()),
        (Some("Taylor"), Some("Jackson"))
    );
    assert_eq!(taylor.email.as_deref(), Some("taylor.jackson@nanolabs"));
    assert_eq!((taylor.phone, taylor.status.as_deref()), (None, Some("Lost")));
    assert_eq!(taylor.next_follow_up_date.unwrap().to_string(), "2023-12-22");
    assert_eq!(taylor.custom_fields["product_interest"], "Consulting");
    let owner = taylor.owner_user_id.unwrap();
    let owner = firm.read(move |tx, workspace| Box::pin(users::get(tx, workspace, owner))).await.unwrap();
    assert_eq!(owner.full_name, "Lena Schmidt");
    let note = desk::note_id(taylor.id);
    assert_eq!(note.uuid().get_version_num(), 7);
    let note = firm.read(move |tx, workspace| Box::pin(notes::get(tx, workspace, note))).await.unwrap();
    assert_eq!((note.title.as_str(), note.contact_id), ("Imported notes", Some(taylor.id)));
    assert_eq!(note.content, "2023-11-07: Had a call.\n2023-11-25: Had another.");
    assert_eq!(firm.count("notes").await, 2, "an empty cell makes no note");
}

#[tokio::test]
async fn a_second_import_updates_what_changed_and_doubles_nothing() {
    let firm = Firm::new().await;
    firm.import(ImportKind::Contacts, EXPORT).await;
    let again = firm.import(ImportKind::Contacts, EXPORT).await;
    assert_eq!(counts(&again), [0, 0, 3, 0]);
    let changed = EXPORT.replace("Proposal", "Won").replace("On holiday.", "Back again.");
    let report = firm.import(ImportKind::Contacts, &changed).await;
    assert_eq!(counts(&report), [0, 2, 1, 0]);
    let counted = [firm.count("contacts").await, firm.count("users").await, firm.count("notes").await];
    assert_eq!(counted, [3, 2, 2]);
    assert_eq!(contact(&firm, "0002").await.status.as_deref(), Some("Won"));
}

#[tokio::test]
async fn an_empty_cell_and_a_missing_column_leave_the_record_as_it_is() {
    let firm = Firm::new().await;
    firm.import(ImportKind::Contacts, EXPORT).await;
    let report = firm.import(ImportKind::Contacts, "id,name,phone,tags\n0002,Quinn Harris,,vip\n").await;
    assert_eq!(counts(&report), [0, 1, 0, 0]);
    let quinn = contact(&firm, "0002").await;
    assert_eq!((quinn.phone.as_deref(), quinn.status.as_deref()), (Some("724-857-2625"), Some("Proposal")));
    assert_eq!(quinn.tags, ["vip"]);
}

#[tokio::test]
async fn contacts_are_recognised_by_address_then_by_name_and_company() {
    let firm = Firm::new().await;
    let first = "name,email,company\nAna Sol,ana@a.example,Acme\nJon Ito,,Acme\nJon Ito,,Beta\n";
    let report = firm.import(ImportKind::Contacts, first).await;
    assert_eq!((counts(&report), report.created_companies), ([3, 0, 0, 0], 2));
    let second = "name,email,company,title\n\
                  Ana Sol-Rey,ANA@a.example,Acme,Partner\n\
                  jon ito,jon@b.example,beta,Clerk\n\
                  Ana Sol,ana@other.example,Acme,Judge\n";
    let report = firm.import(ImportKind::Contacts, second).await;
    assert_eq!((counts(&report), report.created_companies), ([1, 2, 0, 0], 0));
    assert_eq!(firm.count("contacts").await, 4);
}

#[tokio::test]
async fn a_row_that_fits_several_contacts_is_refused_and_not_guessed() {
    let firm = Firm::new().await;
    firm.import(ImportKind::Contacts, "name,company\nJon Ito,Acme\nJon Ito,Beta\n").await;
    let report = firm.import(ImportKind::Contacts, "name,phone,owner\nJon Ito,1,New Owner\n").await;
    assert_eq!(counts(&report), [0, 0, 0, 1]);
    assert!(report.errors[0].reason.contains("2 contacts"), "{:?}", report.errors);
    assert_eq!(firm.count("users").await, 0, "a refused row brings nothing along");
}

#[tokio::test]
async fn rows_with_different_ids_stay_different_people() {
    let firm = Firm::new().await;
    let file =
        "id,name,email\n1,Info Desk,info@a.example\n2,Help Desk,info@a.example\n3,Ann Lee,\n4,Ann Lee,\n";
    assert_eq!(counts(&firm.import(ImportKind::Contacts, file).await), [4, 0, 0, 0]);
    assert_eq!(counts(&firm.import(ImportKind::Contacts, file).await), [0, 0, 4, 0]);
}

#[tokio::test]
async fn names_come_in_parts_turned_round_or_from_the_address() {
    let firm = Firm::new().await;
    let file = "id,full name,first name,last name,email\n\
                1,\"Doe, Jane\",,,\n2,,Ana,Sol,\n3,,,,maria.lopez@x\n4,,,,\n";
    let report = firm.import(ImportKind::Contacts, file).await;
    assert_eq!(counts(&report), [3, 0, 0, 1]);
    assert_eq!(contact(&firm, "1").await.full_name, "Jane Doe");
    assert_eq!(contact(&firm, "2").await.full_name, "Ana Sol");
    assert_eq!(contact(&firm, "3").await.last_name.as_deref(), Some("Lopez"));
    assert_eq!(report.errors[0].line, 5);
}

#[tokio::test]
async fn a_wrong_row_writes_nothing_and_says_where_and_why() {
    let firm = Firm::new().await;
    let file = "name,notes,amount,close date,owner,company\n\
                Good One,\"two\nlines\",1,2026-01-31,Ann,Acme\n\
                Bad One,x,bad,31.31.2026,Bob,Beta\n\
                Too Many,x,1,,Ann,Acme,surplus\n";
    let report = firm.import(ImportKind::Deals, file).await;
    assert_eq!(counts(&report), [1, 0, 0, 2]);
    let errors: Vec<_> =
        report.errors.iter().map(|e| (e.line, e.column.as_deref(), e.value.as_deref())).collect();
    assert_eq!(
        errors,
        [(4, Some("amount"), Some("bad")), (4, Some("close date"), Some("31.31.2026")), (5, None, None)]
    );
    assert!(report.errors[1].reason.contains("2026-11-23"));
    let counted = [firm.count("users").await, firm.count("companies").await, firm.count("notes").await];
    assert_eq!(counted, [1, 1, 1], "neither Bob nor Beta");
}

#[tokio::test]
async fn a_bad_value_that_a_contact_can_do_without_is_left_empty_and_noted() {
    let firm = Firm::new().await;
    let file = "id,name,email,priority,follow up by,created,company,owner\n\
                1,Ann Bo,N/A,Urgent,14.03.26,20260314,-,?\n2,Carl Di,mailto:carl@x.example,,,,,\n\
                3,Eve Fox,eve@x.example; bad,,,,,\n4,Gus Ho,Gus Ho <gus@x.example>,,,,,Ann Lee (ann@firm.example)\n";
    let report = firm.import(ImportKind::Contacts, file).await;
    assert_eq!((counts(&report), report.created_companies), ([4, 0, 0, 0], 0), "{:?}", report.errors);
    let noted: Vec<_> =
        report.notices.iter().filter(|n| n.line == 2).filter_map(|n| n.column.as_deref()).collect();
    assert_eq!(noted, ["email", "created", "company", "priority", "owner", "follow up by"]);
    assert!(report.notices.iter().any(|notice| notice.reason.contains("two digits")));
    let emails = [contact(&firm, "1").await, contact(&firm, "2").await, contact(&firm, "3").await];
    let emails = emails.map(|contact| contact.email.unwrap_or_default());
    assert_eq!(emails, ["", "carl@x.example", "eve@x.example"]);
    assert_eq!(contact(&firm, "4").await.email.as_deref(), Some("gus@x.example"));
    let users = firm.read(|tx, w| Box::pin(users::list(tx, w))).await;
    assert_eq!(users[0].email.as_deref(), Some("ann@firm.example"));
}
