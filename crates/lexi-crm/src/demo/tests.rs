use std::collections::{HashMap, HashSet};

use lexi_store::{OpenOptions, Store, contacts, workspaces};
use lexi_types::{RecordId, Timestamp};

use super::*;

fn today() -> Date {
    Date::new(2026, 11, 23).unwrap()
}

fn firm() -> Firm {
    generate(SEED, today())
}

fn ids<T>(records: &[T], id: impl Fn(&T) -> RecordId) -> HashSet<RecordId> {
    records.iter().map(id).collect()
}

#[test]
fn the_same_seed_and_day_give_the_same_firm() {
    assert_eq!(firm(), firm());
    assert_ne!(firm().contacts, generate(SEED + 1, today()).contacts);
    let later = generate(SEED, today().plus_days(7));
    assert_eq!(
        later.contacts.iter().map(|c| &c.full_name).collect::<Vec<_>>(),
        firm().contacts.iter().map(|c| &c.full_name).collect::<Vec<_>>(),
        "another day moves the dates, not the people"
    );
}

#[test]
fn the_firm_has_the_promised_size() {
    let firm = firm();
    let counts = [
        firm.users.len(),
        firm.pipelines.len(),
        firm.companies.len(),
        firm.contacts.len(),
        firm.deals.len(),
        firm.matters.len(),
        firm.notes.len(),
        firm.tasks.len(),
        firm.activities.len(),
    ];
    assert_eq!(counts, [12, 2, COMPANIES, CONTACTS, DEALS, MATTERS, NOTES, TASKS, ACTIVITIES]);
    assert_eq!(firm.record_count(), counts.iter().sum::<usize>());
}

#[test]
fn every_link_resolves_and_every_id_is_used_once() {
    let firm = firm();
    let users = ids(&firm.users, |r| r.id);
    let companies = ids(&firm.companies, |r| r.id);
    let contacts = ids(&firm.contacts, |r| r.id);
    let deals = ids(&firm.deals, |r| r.id);
    let matters = ids(&firm.matters, |r| r.id);
    let in_set = |set: &HashSet<RecordId>, id: Option<RecordId>| id.is_none_or(|id| set.contains(&id));
    for contact in &firm.contacts {
        assert!(contact.owner_user_id.is_some() && in_set(&users, contact.owner_user_id));
        assert!(in_set(&companies, contact.related_company_id));
        assert_eq!(contact.related_company_id.is_some(), contact.company_name.is_some());
    }
    for deal in &firm.deals {
        assert!(deal.main_contact_id.is_some() && in_set(&contacts, deal.main_contact_id));
        assert!(in_set(&users, deal.owner_user_id) && in_set(&companies, deal.related_company_id));
        assert!(in_set(&matters, deal.matter_id));
    }
    for matter in &firm.matters {
        assert!(in_set(&contacts, matter.client_contact_id) && in_set(&users, matter.responsible_user_id));
        assert!(in_set(&companies, matter.client_company_id) && !matter.name.is_empty());
    }
    for note in &firm.notes {
        assert!(in_set(&contacts, note.contact_id) && note.contact_id.is_some());
        assert!(in_set(&deals, note.deal_id) && in_set(&matters, note.matter_id));
    }
    for task in &firm.tasks {
        assert!(in_set(&users, task.assigned_to_user_id) && !task.title.is_empty());
        assert!(task.contact_id.is_some() || task.deal_id.is_some() || task.matter_id.is_some());
        assert!(in_set(&deals, task.deal_id) && in_set(&matters, task.matter_id));
    }
    for activity in &firm.activities {
        assert!(in_set(&contacts, activity.contact_id) && in_set(&deals, activity.deal_id));
        assert!(in_set(&matters, activity.entity_id));
    }
    let mut all = ids(&firm.notes, |r| r.id);
    all.extend(ids(&firm.tasks, |r| r.id));
    all.extend(ids(&firm.activities, |r| r.id));
    all.extend(ids(&firm.pipelines, |r| r.id));
    for set in [users, companies, contacts, deals, matters] {
        all.extend(set);
    }
    assert_eq!(all.len(), firm.record_count());
}

#[test]
fn the_past_is_18_months_long_and_nothing_comes_from_the_future() {
    let firm = firm();
    let now = today().start();
    let oldest = today().plus_days(-548).start();
    let check = |created: Timestamp, updated: Timestamp| {
        assert!(oldest <= created && created <= updated && updated < now, "{created} {updated}");
    };
    firm.companies.iter().for_each(|r| check(r.created_date, r.updated_date));
    firm.contacts.iter().for_each(|r| check(r.created_date, r.updated_date));
    firm.deals.iter().for_each(|r| check(r.created_date, r.updated_date));
    firm.matters.iter().for_each(|r| check(r.created_date, r.updated_date));
    firm.notes.iter().for_each(|r| check(r.created_date, r.updated_date));
    firm.tasks.iter().for_each(|r| check(r.created_date, r.updated_date));
    firm.activities.iter().for_each(|r| check(r.created_date, r.created_date));
    let first = firm.activities.iter().map(|a| a.created_date).min().unwrap();
    assert!(first < today().plus_days(-480).start(), "the log begins at {first}");
    for matter in &firm.matters {
        assert_eq!(matter.close_date.is_some(), matter.status == "closed");
        assert!(matter.close_date.is_none_or(|day| Some(day) >= matter.open_date && day < today()));
    }
}

#[test]
fn deals_agree_with_their_stage() {
    let firm = firm();
    let stages: HashMap<(&str, &str), &lexi_types::records::Stage> = firm
        .pipelines
        .iter()
        .flat_map(|p| p.stages.iter().map(|s| ((p.name.as_str(), s.name.as_str()), s)))
        .collect();
    for deal in &firm.deals {
        let stage = stages[&(deal.pipeline.as_deref().unwrap(), deal.stage.as_deref().unwrap())];
        let kind = if deal.status == "active" { "open" } else { &deal.status };
        assert_eq!(stage.stage_type, kind, "{}", deal.name);
        assert_eq!(deal.probability, Some(stage.probability));
        assert_eq!(deal.closed_date.is_some(), deal.status != "active");
        assert!(deal.closed_date.is_none_or(|day| day >= deal.created_date.date() && day < today()));
        assert!(["EUR", "CHF"].contains(&deal.currency.as_str()));
        let contact = firm.contacts.iter().find(|c| Some(c.id) == deal.main_contact_id).unwrap();
        assert!(deal.created_date >= contact.created_date, "a deal is younger than its contact");
        assert_eq!(deal.related_company_id, contact.related_company_id);
    }
    let share = |status: &str| firm.deals.iter().filter(|d| d.status == status).count();
    assert!((320..440).contains(&share("active")) && (260..370).contains(&share("won")));
}

#[test]
fn sums_are_those_of_a_firm_of_twelve() {
    let firm = firm();
    let euros = |status: &str| -> i64 {
        let deals = firm.deals.iter().filter(|d| d.status == status && d.currency == CURRENCY);
        deals.filter_map(|d| d.estimated_value).map(|m| m.minor() / 100).sum()
    };
    assert!((3_000_000..20_000_000).contains(&euros("won")), "{}", euros("won"));
    assert!((3_000_000..25_000_000).contains(&euros("active")), "{}", euros("active"));
    let other = firm.deals.iter().filter(|d| d.currency != CURRENCY).count();
    assert!((1..20).contains(&other), "{other}");
    let late = firm.tasks.iter().filter(|t| t.status != "completed" && t.due_date < Some(today())).count();
    assert!((30..200).contains(&late), "{late} overdue tasks");
}

#[test]
fn owners_are_uneven_and_one_is_nadia() {
    let firm = firm();
    assert!(firm.users.iter().any(|u| u.full_name.starts_with("Nadia ")));
    let mut owned: Vec<usize> = firm
        .users
        .iter()
        .map(|u| firm.deals.iter().filter(|d| d.owner_user_id == Some(u.id)).count())
        .collect();
    owned.sort_unstable();
    assert!(owned[0] >= 1 && owned[11] > 4 * owned[0], "{owned:?}");
}

#[test]
fn jane_doe_is_one_person_in_the_proposal_stage_and_some_people_share_a_name() {
    let firm = firm();
    let jane: Vec<_> = firm.contacts.iter().filter(|c| c.full_name == "Jane Doe").collect();
    assert_eq!(jane.len(), 1);
    let deals: Vec<_> = firm.deals.iter().filter(|d| d.main_contact_id == Some(jane[0].id)).collect();
    assert_eq!(deals.len(), 1);
    assert_eq!(
        (deals[0].stage.as_deref(), deals[0].status.as_str(), deals[0].estimated_value.is_some()),
        (Some("Proposal"), "active", true)
    );
    assert!(firm.contacts.iter().filter(|c| c.full_name == "Maria Silva").count() >= 3);
    let addresses: HashSet<_> = firm.contacts.iter().map(|c| &c.email).collect();
    assert_eq!(addresses.len(), firm.contacts.len());
    let numbers: HashSet<_> = firm.matters.iter().map(|m| m.number.as_deref().unwrap()).collect();
    assert_eq!(numbers.len(), firm.matters.len());
}

#[tokio::test]
async fn a_loaded_firm_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_sqlite(&folder.path().join("lexi.db"), OpenOptions::default()).await.unwrap();
    let created = store.write(|tx| Box::pin(workspaces::create(tx, FIRM_NAME, today().start()))).await;
    let workspace = created.unwrap().unwrap().id;
    let firm = firm();
    let mut steps = Vec::new();
    load(&store, workspace, &firm, &mut |done, total| steps.push((done, total))).await.unwrap();
    let total = firm.record_count() as u64;
    assert_eq!(steps.last(), Some(&(total, total)));
    let jane = firm.contacts[0].clone();
    let id = jane.id;
    let stored = store.read(move |tx| Box::pin(contacts::get(tx, workspace, id))).await.unwrap();
    assert_eq!(stored, Some(jane));
}
