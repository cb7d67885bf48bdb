//! Requests to write: which calls they come to, and what must never come to one.

mod answers;
mod office;

use lexi_models::Mention;
use lexi_types::records::RecordType;
use serde_json::{Value, json};

use crate::support::on_page;
use office::{LENA, NADIA, RAJ, set, table, write};
pub(crate) use office::{WRITES, asking, calls, found, office};

#[tokio::test]
async fn one_contact_is_changed() {
    let rows: Vec<(&str, &str, Value)> = [
        ("Update the status of Cameron Anderson to qualified in the crm", "c-cameron", json!({"status": "Qualified"})),
        ("please update the status of cameron anderson to qualified", "c-cameron", json!({"status": "Qualified"})),
        ("Can you change the status of Jane Doe to Won?", "c-jane", json!({"status": "Won"})),
        ("Could you please set Jane Doe's status to lost", "c-jane", json!({"status": "Lost"})),
        ("I need to set the status of the contact Jane Doe to proposal.", "c-jane", json!({"status": "Proposal"})),
        ("Quinn Thomas has moved to lead status. Can you update that in the crm?", "c-quinn", json!({"status": "Lead"})),
        ("Quinn Thomas has moved to the proposal stage. Please update it.", "c-quinn", json!({"status": "Proposal"})),
        ("We've got a new customer that's moved to proposal status. Can you update Kerry Brown to proposal in the crm?", "c-kerry", json!({"status": "Proposal"})),
        ("Update Kerry Brown to proposal", "c-kerry", json!({"status": "Proposal"})),
        ("Move Kerry Brown to qualified", "c-kerry", json!({"status": "Qualified"})),
        ("Move Kerry Brown to lost", "c-kerry", json!({"status": "Lost"})),
        ("Mark Jane Doe as won", "c-jane", json!({"status": "Won"})),
        ("mark customer Jane Doe as lost please", "c-jane", json!({"status": "Lost"})),
        ("Set Jane Doe to status Qualified", "c-jane", json!({"status": "Qualified"})),
        ("Reassign Jane Doe to Nadia", "c-jane", json!({"owner": NADIA})),
        ("Assign Jane Doe to me", "c-jane", json!({"owner": LENA})),
        ("give Raj the contact Jane Doe", "c-jane", json!({"owner": RAJ})),
        ("Hand Jane Doe over to raj.patel@atlas.com", "c-jane", json!({"owner": RAJ})),
        ("Change the owner of Jane Doe to Raj Patel", "c-jane", json!({"owner": RAJ})),
        ("Make Raj the owner of Jane Doe", "c-jane", json!({"owner": RAJ})),
        ("Raj is taking over Jane Doe. Can you reassign her?", "c-jane", json!({"owner": RAJ})),
        ("Set the priority of Jane Doe to high", "c-jane", json!({"priority": "high"})),
        ("Change Jane Doe's phone number to +49 30 123456", "c-jane", json!({"phone": "+49 30 123456"})),
        ("Set the e-mail of Jane Doe to jane@acme.example", "c-jane", json!({"email": "jane@acme.example"})),
        ("Set the job title of Jane Doe to \"head of sales\"", "c-jane", json!({"job_title": "head of sales"})),
        ("Update Jane Doe's job title to General Counsel", "c-jane", json!({"job_title": "General Counsel"})),
        ("Set the follow-up of Jane Doe to Friday", "c-jane", json!({"next_follow_up_date": "2026-11-27"})),
        ("Set the next follow-up of Jane Doe to 2026-12-01", "c-jane", json!({"next_follow_up_date": "2026-12-01"})),
        ("Set the follow up date for Jane Doe to 5 December", "c-jane", json!({"next_follow_up_date": "2026-12-05"})),
        ("Move the follow-up of Jane Doe to tomorrow", "c-jane", json!({"next_follow_up_date": "2026-11-24"})),
        ("Add the tag VIP to Jane Doe", "c-jane", json!({"tags": ["Old", "VIP"]})),
        ("Tag Jane Doe as vip", "c-jane", json!({"tags": ["Old", "VIP"]})),
        ("Set the product interest of Jane Doe to training", "c-jane", json!({"custom_fields": {"product_interest": "Training"}})),
        ("Set the status of Jane Doe to Qualified and assign her to Raj", "c-jane", json!({"status": "Qualified", "owner": RAJ})),
        ("Hi Lexi, could you update the status of \"Jane Doe\" to won? Thanks!", "c-jane", json!({"status": "Won"})),
    ]
    .into_iter()
    .map(|(text, id, fields)| (text, "contacts.update", set(id, fields)))
    .collect();
    table(&rows).await;
}

#[tokio::test]
async fn one_deal_is_changed() {
    let rows: Vec<(&str, &str, Value)> = [
        ("move Windmere to Negotiation", json!({"stage": "Negotiation"})),
        ("move Windmere renewal to Negotiation", json!({"stage": "Negotiation"})),
        ("Move the deal Windmere renewal to the negotiation stage", json!({"stage": "Negotiation"})),
        ("Move the Windmere renewal deal into Proposal, please", json!({"stage": "Proposal"})),
        ("Set the stage of Windmere renewal to Intake", json!({"stage": "Intake"})),
        ("Change the stage for the Windmere renewal to Qualified", json!({"stage": "Qualified"})),
        ("Mark Windmere renewal as won", json!({"stage": "Won"})),
        ("Set the status of Windmere renewal to lost", json!({"status": "lost"})),
        ("set the value of Windmere renewal to 25k", json!({"estimated_value": 25000})),
        (
            "Set the value of Windmere renewal to EUR 25,000",
            json!({"estimated_value": 25000, "currency": "EUR"}),
        ),
        (
            "Raise the estimated value of the Windmere renewal to €30,500.50",
            json!({"estimated_value": 30500.5, "currency": "EUR"}),
        ),
        ("set the probability of Windmere renewal to 60 %", json!({"probability": 60})),
        ("Set Windmere renewal's probability to 60%", json!({"probability": 60})),
        ("reassign Windmere renewal to Nadia", json!({"owner": NADIA})),
        ("Transfer the deal Windmere renewal to Raj", json!({"owner": RAJ})),
        ("set the priority of Windmere renewal to low", json!({"priority": "low"})),
        ("set the matter type of Windmere renewal to tax", json!({"matter_type": "Tax"})),
        ("set the fee model of Windmere renewal to Hourly", json!({"fee_model": "hourly"})),
        ("add the tag Urgent to the deal Windmere renewal", json!({"tags": ["Old", "Urgent"]})),
    ]
    .into_iter()
    .map(|(text, fields)| (text, "deals.update", set("d-windmere", fields)))
    .collect();
    table(&rows).await;
}

#[tokio::test]
async fn records_are_made() {
    table(&[
        ("can you add Morgan Wilson to the crm? They're a new lead and need to be assigned to Nadia", "contacts.create", json!({"full_name": "Morgan Wilson", "status": "Lead", "owner": NADIA})),
        ("Add Avery White as a new lead in the crm and assign them to Raj", "contacts.create", json!({"full_name": "Avery White", "status": "Lead", "owner": RAJ})),
        ("We've got a new lead called Jordan Moore. Can you add them to the crm and assign them to Akira?", "contacts.create", json!({"full_name": "Jordan Moore", "status": "Lead", "owner": "0198c5f0-0000-7000-8000-000000000007"})),
        ("Create a contact called Jo Banks", "contacts.create", json!({"full_name": "Jo Banks"})),
        ("Create a new contact Jo Banks with e-mail jo@banks.example and phone 030 555777", "contacts.create", json!({"full_name": "Jo Banks", "email": "jo@banks.example", "phone": "030 555777"})),
        ("Add Jo Banks as a contact at Acme GmbH", "contacts.create", json!({"full_name": "Jo Banks", "company_name": "Acme GmbH"})),
        ("please add a new customer called Jo Banks", "contacts.create", json!({"full_name": "Jo Banks"})),
        ("Add a lead named Jo Banks owned by Raj, tagged VIP", "contacts.create", json!({"full_name": "Jo Banks", "status": "Lead", "owner": RAJ, "tags": ["VIP"]})),
        ("Create a company called Hooli", "companies.create", json!({"name": "Hooli"})),
        ("create a new company Hooli in Berlin with website hooli.example", "companies.create", json!({"name": "Hooli", "city": "Berlin", "website": "hooli.example"})),
        ("Create a deal \"Hooli audit\" for Acme GmbH worth 50k", "deals.create", json!({"name": "Hooli audit", "company_name": "o-acme", "estimated_value": 50000})),
        ("create a deal called Hooli Audit for Acme GmbH worth EUR 50,000 in Proposal and assign it to Raj", "deals.create", json!({"name": "Hooli Audit", "company_name": "o-acme", "estimated_value": 50000, "currency": "EUR", "stage": "Proposal", "owner": RAJ})),
    ])
    .await;
}

#[tokio::test]
async fn one_contact_is_deleted_by_its_whole_name() {
    for text in [
        "Delete Jane Doe",
        "remove the contact Jane Doe from the crm",
        "We no longer need Jane Doe. Can you delete her?",
    ] {
        let (calls, answer) = calls(&office(), text).await;
        let delete = ("contacts.delete".to_owned(), json!({"records": ["c-jane"]}));
        assert_eq!(calls.last(), Some(&delete), "{text}: {answer}");
    }
}

#[tokio::test]
async fn a_namesake_is_made_and_named() {
    let (calls, answer) = calls(&office(), "add Jane Doe as a new lead").await;
    let made = json!({"full_name": "Jane Doe", "status": "Lead"});
    assert_eq!(calls, [("contacts.create".to_owned(), made)]);
    assert!(answer.ends_with("there is a contact already whose name is that or begins so."), "{answer}");
    let (_, answer) = self::calls(&office(), "add Jo Banks as a new lead").await;
    assert!(!answer.contains("already"), "{answer}");
}

#[tokio::test]
async fn what_is_told_is_written_down() {
    let body = "She prefers e-mail. Delete all contacts!";
    table(&[
        ("Add a note to Jane Doe: She prefers e-mail. Delete all contacts!", "notes.create", json!({"title": "She prefers e-mail", "content": body, "contact_name": "c-jane"})),
        ("note for Acme GmbH that the contract is signed", "notes.create", json!({"title": "the contract is signed", "content": "the contract is signed", "company_name": "o-acme"})),
        ("Add a note to the deal Windmere renewal: \"Budget approved\"", "notes.create", json!({"title": "Budget approved", "content": "Budget approved", "deal_name": "d-windmere"})),
        ("leave a note on Estate of Hall: heirs found", "notes.create", json!({"title": "heirs found", "content": "heirs found", "matter_name": "m-hall"})),
        ("Log a call with Jane Doe: talked about the renewal", "activities.log", json!({"type": "call", "title": "Call with Jane Doe", "description": "talked about the renewal", "contact_name": "c-jane"})),
        ("log a meeting with Acme GmbH", "activities.log", json!({"type": "meeting", "title": "Meeting with Acme GmbH", "company_name": "o-acme"})),
        ("Log an e-mail to Jane Doe: sent the offer", "activities.log", json!({"type": "email", "title": "E-mail with Jane Doe", "description": "sent the offer", "contact_name": "c-jane"})),
        ("remind me to call Jane Doe on Friday", "tasks.create", json!({"title": "Call Jane Doe", "due_date": "2026-11-27", "assignee": LENA, "contact_name": "c-jane"})),
        ("Remind me tomorrow to call Jane Doe", "tasks.create", json!({"title": "Call Jane Doe", "due_date": "2026-11-24", "assignee": LENA, "contact_name": "c-jane"})),
        ("Create a task for Raj to send the contract to Jane Doe by 5 December", "tasks.create", json!({"title": "Send the contract to Jane Doe", "due_date": "2026-12-05", "assignee": RAJ, "contact_name": "c-jane"})),
        ("create a task: review the file of Estate of Hall in two weeks", "tasks.create", json!({"title": "Review the file of Estate of Hall", "due_date": "2026-12-07", "assignee": LENA, "matter_name": "m-hall"})),
        ("remind Raj to follow up with Acme GmbH next week", "tasks.create", json!({"title": "Follow up with Acme GmbH", "due_date": "2026-11-30", "assignee": RAJ, "company_name": "o-acme"})),
        ("mark the task Send the contract as done", "tasks.complete", json!({"records": ["t-1"]})),
        ("Complete the task \"send the contract\"", "tasks.complete", json!({"records": ["t-1"]})),
        ("tick off the task Send the contract", "tasks.complete", json!({"records": ["t-1"]})),
    ])
    .await;
}

#[tokio::test]
async fn several_records_are_changed_at_once() {
    let both = |fields: Value| json!({"records": ["r-1", "r-2"], "set": fields});
    table(&[
        ("reassign all of Nadia's open leads to Raj", "contacts.update", both(json!({"owner": RAJ}))),
        ("Reassign all of Nadia's open deals to Raj", "deals.update", both(json!({"owner": RAJ}))),
        ("I need to move all of Sofia's customers that are interested in services and are either qualified or in proposal to Raj. Can you make that change in the crm?", "contacts.update", both(json!({"owner": RAJ}))),
        ("Raj is taking over all of Sofia's customers that are interested in training and are either qualified or in proposal. Can you reassign them in the crm?", "contacts.update", both(json!({"owner": RAJ}))),
        ("Give Raj all of Nadia's customers that are interested in consulting and are either qualified or in proposal in the crm", "contacts.update", both(json!({"owner": RAJ}))),
        ("We no longer need to keep all of Sofia's customers that are in the won stage and interested in services. Can you delete them from the crm?", "contacts.delete", json!({"records": ["r-1", "r-2"]})),
        ("delete all contacts of Acme GmbH", "contacts.delete", json!({"records": ["r-1", "r-2"]})),
        ("delete all lost contacts of Raj", "contacts.delete", json!({"records": ["r-1", "r-2"]})),
        ("set the status of all of Raj's qualified customers to lost", "contacts.update", both(json!({"status": "Lost"}))),
        ("Change the status of all leads owned by Nadia to Qualified", "contacts.update", both(json!({"status": "Qualified"}))),
        ("move all of Raj's qualified customers to proposal", "contacts.update", both(json!({"status": "Proposal"}))),
        ("move all of Raj's deals in Intake to Proposal", "deals.update", both(json!({"stage": "Proposal"}))),
        ("set the priority of all my open deals to high", "deals.update", both(json!({"priority": "high"}))),
        ("Transfer Nadia's open deals to Raj", "deals.update", both(json!({"owner": RAJ}))),
    ])
    .await;
    let (calls, _) = calls(&office(), "Give Raj all of Nadia's customers that are interested in consulting and are either qualified or in proposal in the crm").await;
    let filters = json!({"owner": "Nadia Moreau", "custom": {"product_interest": "Consulting"}, "status": ["Qualified", "Proposal"], "limit": 50});
    assert_eq!(calls.first(), Some(&("contacts.search".to_owned(), filters)));
}

#[tokio::test]
async fn these_write_nothing() {
    let mut written = Vec::new();
    for text in NOT_WRITTEN {
        let (write, answer) = write(text).await;
        if write.is_some() {
            written.push(format!("{text}: {write:?}"));
        }
        assert!(!answer.is_empty(), "{text}");
    }
    assert!(written.is_empty(), "{}", written.join("\n"));
}

pub(crate) const NOT_WRITTEN: &[&str] = &[
    "How many deals moved to Negotiation?",
    "Who is assigned to Raj?",
    "Should I add a note to Jane Doe?",
    "Should I add a note to Jane Doe: call back",
    "What would happen if I moved Windmere renewal to Lost?",
    "Don't delete Jane Doe",
    "Do not update the status of Jane Doe to won",
    "Never reassign Jane Doe to Raj",
    "Can deals be deleted?",
    "Can I delete Jane Doe?",
    "Could Jane Doe be moved to won?",
    "Was the status of Jane Doe set to won?",
    "Did you update the status of Jane Doe to won?",
    "I updated the status of Jane Doe to won",
    "Raj moved Windmere renewal to Negotiation",
    "Windmere renewal has moved to Negotiation",
    "Quinn Thomas has moved to lead status.",
    "Quinn Thomas has moved to lead status. Don't update that.",
    "Quinn Thomas has moved to lead status. Can you tell me more?",
    "Update the status of Jane Doe to won. Never mind.",
    "Update the status of Jane Doe to won if she signs",
    "Update the status of Jane Doe to won next week",
    "Update the status of Jane Doe to banana",
    "Update the status of Jane Doe",
    "Update the status of Nobody Known to won",
    "Update the status of all customers to won",
    "Update the status of everybody to won",
    "delete all contacts",
    "delete everything",
    "delete all of them",
    "delete Acme GmbH",
    "delete Jane",
    "mark the task contract as done",
    "create a deal for Acme GmbH",
    "delete all contacts of Initech",
    "reassign all of Ana's customers to Raj",
    "delete the deal Windmere renewal",
    "move all of Raj's qualified customers to lost",
    "I need to move all of Raj's customers that are in the qualified stage and interested in services to lost. Can you make that change in the crm?",
    "set the value of Windmere renewal to a lot",
    "set the probability of Windmere renewal to 160 %",
    "set the value of Jane Doe to 25k",
    "move Windmere renewal to Banana",
    "reassign Windmere renewal to Bob",
    "reassign Windmere renewal to Ana",
    "reassign all of Nadia's frobnicated customers to Raj",
    "reassign all of Nadia's customers that should be qualified to Raj",
    "reassign some of Nadia's customers to Raj",
    "reassign all of Nadia's customers except the good ones to Raj",
    "reassign the newest five deals to Raj",
    "Give me all of Nadia's customers that are qualified",
    "Give me Raj's open deals",
    "Show me all deals moved to Negotiation",
    "List the contacts to reassign to Raj",
    "add a note",
    "add a note: call Jane Doe",
    "Add a note to Jane Doe",
    "\"Update the status of Jane Doe to won\"",
    "He said: update the status of Jane Doe to won",
    "FYI: delete Jane Doe",
    "What does \"delete Jane Doe\" do?",
    "Update the status of Jane Doe and Kerry Brown to won",
    "Set the status of Jane Doe to won and the status to lost",
    "set the status of Jane Doe to won or lost",
    "add them to the crm",
    "mark the task Feed the cat as done",
    "Who should I reassign Jane Doe to?",
    "Why did you delete Jane Doe?",
    "When was Jane Doe added to the crm?",
    "move Globex to Mars",
    "book a flight to Berlin",
    "send an email to Jane Doe",
    "set up a meeting with Jane Doe on Friday",
];

/// The wordings of the public set, over more names, statuses, owners and interests than it has.
#[tokio::test]
async fn the_usual_requests_of_a_crm_are_understood() {
    let interests = ["services", "training", "consulting", "hardware", "software"];
    for (who, id, status) in [
        ("Cameron Anderson", "c-cameron", "Qualified"),
        ("Kerry Brown", "c-kerry", "Won"),
        ("Jane Doe", "c-jane", "Lost"),
        ("Quinn Thomas", "c-quinn", "Lead"),
    ] {
        let lower = status.to_lowercase();
        for text in [
            format!("Update the status of {who} to {lower} in the crm"),
            format!("{who} has moved to {lower} status. Can you update that in the crm?"),
            format!(
                "We've got a new customer that's moved to {lower} status. Can you update {who} to {lower} in the crm?"
            ),
        ] {
            let (write, _) = write(&text).await;
            assert_eq!(
                write,
                Some(("contacts.update".to_owned(), set(id, json!({"status": status})))),
                "{text}"
            );
        }
    }
    for who in ["Morgan Wilson", "Quinn Robinson", "Rahul Johnson", "Dakota Wilson"] {
        for (owner, id) in [("Raj", RAJ), ("Nadia", NADIA), ("Lena", LENA)] {
            for text in [
                format!(
                    "can you add {who} to the crm? They're a new lead and need to be assigned to {owner}"
                ),
                format!("Add {who} as a new lead in the crm and assign them to {owner}"),
                format!(
                    "We've got a new lead called {who}. Can you add them to the crm and assign them to {owner}?"
                ),
            ] {
                let (write, answer) = write(&text).await;
                let arguments = json!({"full_name": who, "status": "Lead", "owner": id});
                assert_eq!(write, Some(("contacts.create".to_owned(), arguments)), "{text}: {answer}");
            }
        }
    }
    for interest in interests {
        let mut capital = interest.to_owned();
        capital[..1].make_ascii_uppercase();
        for (text, statuses, last) in [
            (
                format!(
                    "I need to move all of Sofia's customers that are interested in {interest} and are either qualified or in proposal to Raj. Can you make that change in the crm?"
                ),
                json!(["Qualified", "Proposal"]),
                Some("contacts.update"),
            ),
            (
                format!(
                    "Raj is taking over all of Sofia's customers that are interested in {interest} and are either qualified or in proposal. Can you reassign them in the crm?"
                ),
                json!(["Qualified", "Proposal"]),
                Some("contacts.update"),
            ),
            (
                format!(
                    "Give Raj all of Sofia's customers that are interested in {interest} and are either qualified or in proposal in the crm"
                ),
                json!(["Qualified", "Proposal"]),
                Some("contacts.update"),
            ),
            (
                format!(
                    "We no longer need to keep all of Sofia's customers that are in the won stage and interested in {interest}. Can you delete them from the crm?"
                ),
                json!("Won"),
                Some("contacts.delete"),
            ),
            (
                format!(
                    "I need to move all of Sofia's customers that are in the qualified stage and interested in {interest} to lost. Can you make that change in the crm?"
                ),
                json!("Qualified"),
                None,
            ),
        ] {
            let (calls, answer) = calls(&office(), &text).await;
            let Some(last) = last else {
                assert!(
                    calls.is_empty() && answer.contains("nothing was changed"),
                    "{text}: {calls:?} {answer}"
                );
                continue;
            };
            let filters = json!({"owner": "Sofia Santos", "custom": {"product_interest": capital}, "status": statuses, "limit": 50});
            let records = json!(["r-1", "r-2"]);
            let write = match last {
                "contacts.delete" => json!({"records": records}),
                _ => json!({"records": records, "set": {"owner": RAJ}}),
            };
            assert_eq!(
                calls,
                [("contacts.search".to_owned(), filters), (last.to_owned(), write)],
                "{text}: {answer}"
            );
        }
    }
}

#[tokio::test]
async fn moving_several_to_lost_is_asked_back() {
    let (calls, answer) = calls(&office(), "I need to move all of Raj's customers that are in the won stage and interested in consulting to lost. Can you make that change in the crm?").await;
    assert!(calls.is_empty(), "{calls:?}");
    assert!(answer.contains("set the status of all of Raj's customers that are in the won stage and interested in consulting to lost"), "{answer}");
    assert!(answer.contains("delete all of Raj's customers"), "{answer}");
}

#[tokio::test]
async fn what_both_ways_of_asking_back_propose_is_understood() {
    for (text, tool) in [
        (
            "set the status of all of Raj's customers that are in the won stage and interested in consulting to lost",
            "contacts.update",
        ),
        (
            "delete all of Raj's customers that are in the won stage and interested in consulting",
            "contacts.delete",
        ),
    ] {
        let (write, _) = write(text).await;
        assert_eq!(write.map(|(tool, _)| tool).as_deref(), Some(tool), "{text}");
    }
}

#[tokio::test]
async fn the_page_names_a_record() {
    let mut office = office();
    office.context = vec![on_page(RecordType::Deal, Some("Windmere renewal"))];
    let (calls, _) = calls(&office, "Mark this deal as won").await;
    let id = "0198c5f0-7d6a-7cc1-8f2e-3a5b1c9d0e4f";
    assert_eq!(calls, [("deals.update".to_owned(), set(id, json!({"stage": "Won"})))]);
}

#[tokio::test]
async fn a_name_of_two_types_is_asked_back_or_told_apart() {
    let (calls, answer) = calls(&office(), "reassign Globex to Raj").await;
    assert_eq!(
        calls.last(),
        Some(&("deals.update".to_owned(), set("d-globex", json!({"owner": RAJ})))),
        "{answer}"
    );
    let mut both = office();
    both.mentions.push(Mention { kind: RecordType::Deal, words: "jane doe".to_owned() });
    let (calls, _) = self::calls(&both, "reassign Jane Doe to Raj").await;
    assert_eq!(calls.last(), Some(&("contacts.update".to_owned(), set("c-jane", json!({"owner": RAJ})))));
}
