//! What single systems do in their own way.

use lexi_store::{activities, contacts, deals, matters, notes, tasks};

use super::*;

type Outcome = (String, Result<ImportReport, String>);

fn report<'o>(outcomes: &'o [Outcome], name: &str) -> &'o ImportReport {
    let found = outcomes.iter().find(|(file, _)| file.contains(name)).unwrap();
    found.1.as_ref().unwrap()
}

fn refusal<'o>(outcomes: &'o [Outcome], name: &str) -> &'o str {
    let found = outcomes.iter().find(|(file, _)| file.contains(name)).unwrap();
    found.1.as_ref().unwrap_err()
}

fn noted(report: &ImportReport, column: &str, reason: &str) -> bool {
    let this = |notice: &Notice| notice.column.as_deref() == Some(column) && notice.reason.contains(reason);
    report.notices.iter().any(this)
}

#[tokio::test]
async fn objects_of_salesforce_that_are_no_records_are_named_and_not_used() {
    let firm = Firm::new().await;
    let outcomes = firm
        .take_over(
            System::Salesforce,
            &[
                ("Account.csv", "Id,Name,BillingCity,ContractNumber\n1,Acme,Ulm,\n"),
                ("Contract.csv", "Id,AccountId,BillingCity,Name\n2,1,Ulm,Frame contract\n"),
                ("my-orders.csv", "Id,AccountId,BillingCity,OrderNumber,Name\n3,1,Ulm,7,Order\n"),
                ("CampaignMember.csv", "Id,CampaignId,LeadId,FirstName\n4,5,6,Camp\n"),
                ("ContentNote.csv", "Id,Title,TextPreview\n5,T,preview\n"),
                ("OpportunityHistory.csv", "Id,OpportunityId,StageName,Name\n6,7,Won,x\n"),
            ],
        )
        .await;
    assert_eq!(outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert!(refusal(&outcomes, "Contract").contains("holds contracts"));
    assert!(refusal(&outcomes, "orders").contains("holds orders"));
    assert!(refusal(&outcomes, "ContentNote").contains("without their text"));
    assert_eq!([firm.count("companies").await, firm.count("contacts").await], [1, 0]);
}

#[tokio::test]
async fn an_event_has_its_time_and_the_next_best_column_fills_in() {
    let firm = Firm::new().await;
    let file = "Id,Subject,ActivityDate,ActivityDateTime,StartDateTime,CreatedDate\n\
                1,Both,2026-06-18,2026-06-18 05:19:00,2026-06-18 05:19:00,2025-01-01 00:00:00\n\
                2,Day,2026-06-19,,,2025-01-01 00:00:00\n3,None,,,,2025-01-01 00:00:00\n";
    firm.take_over(System::Salesforce, &[("Event.csv", file)]).await;
    for (name, time) in
        [("both", "2026-06-18T05:19:00Z"), ("day", "2026-06-19T00:00:00Z"), ("none", "2025-01-01T00:00:00Z")]
    {
        let found = firm.read(move |tx, w| Box::pin(activities::find_by_name_key(tx, w, name))).await;
        assert_eq!(found[0].created_date.to_string(), time, "{name}");
    }
    let people =
        "Person - ID,Person - Name,Person - Email - Work,Person - Email - Home\n1,Ann Bo,,ann@home.example\n";
    firm.take_over(System::Pipedrive, &[("people.csv", people)]).await;
    let ann = firm.read(|tx, w| Box::pin(contacts::find_by_external_id(tx, w, "1"))).await.unwrap();
    assert_eq!(ann.email.as_deref(), Some("ann@home.example"));
}

#[tokio::test]
async fn clios_notes_tasks_and_calendar_find_their_people_and_times() {
    let firm = Firm::new().await;
    let files = [
        ("contacts.csv", "first_name,last_name,company\nAnn,Bo,\n,,Acme\n"),
        (
            "contact_notes.csv",
            "contact_first_name,contact_last_name,contact_company_name,subject,date,detail\n\
             Ann,Bo,,One,03/14/2026,a\n,,Acme,Two,03/14/2026,b\n,,,Three,03/14/2026,c\n",
        ),
        ("tasks.csv", "Task name,Task description,Due at,Task type\nDraft,the lease,03/14/2026,Admin\n"),
        (
            "calendar_events.csv",
            "summary,start_date,start_time,location\nHearing,05/08/2026,10:30 AM,Court\n",
        ),
        (
            "calendar.csv",
            "ID,Title,Start,End,All Day\n1,Signing,03/25/2026 10:00 AM,03/25/2026 11:00 AM,No\n",
        ),
    ];
    let outcomes = firm.take_over(System::Clio, &files).await;
    let note = async |key: &'static str| {
        firm.read(move |tx, w| Box::pin(notes::find_by_name_key(tx, w, key))).await.remove(0)
    };
    assert!(note("one a").await.contact_id.is_some() && note("two b").await.related_company_id.is_some());
    assert!(noted(report(&outcomes, "contact_notes"), "contact_first_name", "is empty"));
    let task = firm.read(|tx, w| Box::pin(tasks::find_by_name_key(tx, w, "draft"))).await.remove(0);
    assert_eq!(task.description.as_deref(), Some("the lease"));
    assert!(noted(report(&outcomes, "tasks"), "Task type", "not taken over"));
    for (name, time) in [("hearing", "2026-05-08T10:30:00Z"), ("signing", "2026-03-25T10:00:00Z")] {
        let found = firm.read(move |tx, w| Box::pin(activities::find_by_name_key(tx, w, name))).await;
        assert_eq!((found[0].created_date.to_string().as_str(), found[0].kind.as_str()), (time, "meeting"));
    }
}

#[tokio::test]
async fn clios_lists_have_ids_and_addresses_of_work() {
    let firm = Firm::new().await;
    let files = [
        (
            "contacts.csv",
            "Id,Name,Type,Email Address (Work),Phone Number (Work)\nc1,Yolanda Quist,Person,y@x.example,512\n\
             c2,Pemberton LLC,Company,,\n",
        ),
        (
            "matters.csv",
            "Unique ID,Display Number,Description,Client ID,Client Name\nm1,1-Q,Trust,c1,Somebody\nm2,2-P,Lease,c2,\n",
        ),
    ];
    let outcomes = firm.take_over(System::Clio, &files).await;
    assert_eq!(counts(report(&outcomes, "contacts")), [2, 0, 0, 0]);
    let quist = firm.read(|tx, w| Box::pin(contacts::find_by_external_id(tx, w, "c1"))).await.unwrap();
    assert_eq!((quist.email.as_deref(), quist.phone.as_deref()), (Some("y@x.example"), Some("512")));
    let matter = async |id: &'static str| {
        firm.read(move |tx, w| Box::pin(matters::find_by_external_id(tx, w, id))).await.unwrap()
    };
    assert_eq!(matter("m1").await.client_contact_id, Some(quist.id));
    assert!(matter("m2").await.client_company_id.is_some());
}

#[tokio::test]
async fn a_link_that_finds_nothing_is_noted_beside_one_that_does() {
    let firm = Firm::new().await;
    let files = [
        ("contacts.csv", "Record ID,First Name,Last Name\n1,Ann,Bo\n"),
        (
            "notes.csv",
            "Record ID,Note body,Associated Contact IDs,Associated Deal IDs,Activity created by\n1,x,1,999,Ann\n",
        ),
    ];
    let outcomes = firm.take_over(System::HubSpot, &files).await;
    let report = report(&outcomes, "notes");
    assert_eq!(counts(report), [1, 0, 0, 0]);
    assert!(noted(report, "Associated Deal IDs", "comes without"), "{:?}", report.notices);
    assert!(noted(report, "Activity created by", "not taken over"), "{:?}", report.notices);
}

#[tokio::test]
async fn dates_that_contradict_the_habit_of_a_system_are_asked_about() {
    let firm = Firm::new().await;
    let clio = |dates: &str| {
        let rows = dates.split(' ').enumerate().map(|(row, date)| format!("M{row},{date},{row}\n"));
        format!("description,open_date,custom_number\n{}", rows.collect::<String>())
    };
    let european = clio("14/03/2026 03/04/2026 25/12/2026");
    let outcomes = firm.take_over(System::Clio, &[("matters.csv", &european)]).await;
    let reason = refusal(&outcomes, "matters");
    assert!(reason.contains("`14/03/2026` in line 2") && reason.contains("--dates european"), "{reason}");
    assert_eq!(firm.count("matters").await, 0, "not half of it");
    let usual = clio("03/14/2026 03/04/2026 12/25/2026 14/03/2026");
    let outcomes = firm.take_over(System::Clio, &[("matters.csv", &usual)]).await;
    assert_eq!(counts(report(&outcomes, "matters"))[0], 4, "a stray is left empty and noted");

    let hubspot = |day: u8| {
        format!(
            "Record ID,Deal Name,Close Date,Deal Stage\n1,A,3/{day}/2026 9:22,Closed won\n2,B,3/4/2026 9:22,Closed won\n"
        )
    };
    let outcomes = firm.take_over(System::HubSpot, &[("deals.csv", &hubspot(5))]).await;
    assert!(refusal(&outcomes, "deals").contains("--dates us"));
    let outcomes = firm.take_over(System::HubSpot, &[("deals.csv", &hubspot(15))]).await;
    assert!(noted(report(&outcomes, "deals"), "Close Date", "month first"));
    let deal = firm.read(|tx, w| Box::pin(deals::find_by_external_id(tx, w, "2"))).await.unwrap();
    assert_eq!(deal.closed_date.unwrap().to_string(), "2026-03-04");
}

#[tokio::test]
async fn hubspots_ways_to_name_others_are_understood() {
    let firm = Firm::new().await;
    let files = [
        ("companies.csv", "Record ID,Company name,Company Domain Name\n100,,nameless.example\n"),
        (
            "contacts.csv",
            "Record ID,First Name,Last Name,Email,Contact owner,Associated Company,Lead Status,Lifecycle Stage\n\
             1,Ann,Bo,ann@x.example,Carla Diaz (Deactivated User),nameless.example,,Lead\n\
             2,Carl,Di,,Carla Diaz,Ghost One;Ghost Two,,\n",
        ),
        ("deals.csv", "Record ID,Deal Name,Associated Contact\n1,A,Ann Bo (ann@x.example);Carl Di\n"),
    ];
    let outcomes = firm.take_over(System::HubSpot, &files).await;
    assert!(noted(report(&outcomes, "companies"), "Company Domain Name", "no name beside it"));
    let contact = async |id: &'static str| {
        firm.read(move |tx, w| Box::pin(contacts::find_by_external_id(tx, w, id))).await.unwrap()
    };
    let (ann, carl) = (contact("1").await, contact("2").await);
    assert_eq!((ann.owner_user_id, ann.status.as_deref()), (carl.owner_user_id, Some("Lead")));
    assert!(ann.related_company_id.is_some());
    assert_eq!(carl.company_name.as_deref(), Some("Ghost One"));
    let deal = firm.read(|tx, w| Box::pin(deals::find_by_external_id(tx, w, "1"))).await.unwrap();
    assert_eq!(deal.main_contact_id, Some(ann.id));
    assert_eq!([firm.count("contacts").await, firm.count("users").await], [2, 1]);
}

#[tokio::test]
async fn a_long_column_of_a_folder_goes_to_the_note_and_costs_no_contact() {
    let firm = Firm::new().await;
    let file = format!("Record ID,First Name,Message,City\n1,Ann,{},Ulm\n", "long ".repeat(2_000));
    let outcomes = firm.take_over(System::HubSpot, &[("contacts.csv", &file)]).await;
    assert!(noted(report(&outcomes, "contacts"), "Message", "too long"));
    let ann = firm.read(|tx, w| Box::pin(contacts::find_by_external_id(tx, w, "1"))).await.unwrap();
    assert_eq!(ann.custom_fields.keys().collect::<Vec<_>>(), ["city"]);
    let found = firm.read(move |tx, w| Box::pin(notes::get(tx, w, desk::note_id(ann.id)))).await.unwrap();
    assert!(found.content.starts_with("Message:\nlong long"));
    let text = format!("Record ID,Note body\n1,{}\n", "long ".repeat(12_000));
    let outcomes = firm.take_over(System::HubSpot, &[("notes.csv", &text)]).await;
    assert_eq!(counts(report(&outcomes, "notes"))[0], 1);
    assert!(noted(report(&outcomes, "notes"), "Note body", "cut off"));
}

#[tokio::test]
async fn amounts_are_never_a_thousandfold_and_say_what_was_assumed() {
    let firm = Firm::new().await;
    let file = "Record ID,Deal Name,Amount,Currency\n1,A,12.345,\n2,B,1.2345E7,EUR\n3,C,$5,EUR\n4,D,1,XYZ\n";
    let outcomes = firm.take_over(System::HubSpot, &[("deals.csv", file)]).await;
    let report = report(&outcomes, "deals");
    assert_eq!(counts(report), [3, 0, 0, 1]);
    assert!(report.errors[0].reason.contains("ISO 4217"));
    for reason in ["rounded", "another currency", "EUR is assumed"] {
        assert!(noted(report, "Amount", reason), "{reason} {:?}", report.notices);
    }
    for (id, minor) in [("1", 1_235), ("2", 1_234_500_000), ("3", 500)] {
        let deal = firm.read(move |tx, w| Box::pin(deals::find_by_external_id(tx, w, id))).await.unwrap();
        assert_eq!((deal.estimated_value.unwrap().minor(), deal.currency.as_str()), (minor, "EUR"));
    }
}
