//! Whose records may be written by whom.

use super::{create, delete, object, update, wrong};
use crate::office::{Office, World};
use lexi_crm::CrmError;
use lexi_types::records::RecordType;
use lexi_types::{RecordId, Scope, ScopeSet};
use serde_json::{Value, json};

#[tokio::test]
async fn another_workspace_is_not_reached() {
    let (office, other) = (Office::new(), Office::new());
    let world = World::of(&[&office, &other]).await;
    let access = office.access();
    let unknown = RecordId::new();
    for (kind, id) in [
        (RecordType::Contact, other.contacts[0].id),
        (RecordType::Company, other.companies[0].id),
        (RecordType::Deal, other.deals[0].id),
        (RecordType::Matter, other.matters[0].id),
        (RecordType::Note, other.notes[0].id),
        (RecordType::Task, other.tasks[0].id),
        (RecordType::Activity, other.activities[0].id),
    ] {
        for ask in [|kind, id| update(kind, id, json!({ "tags": [] })), delete] {
            let said = |id: RecordId| {
                let plan = world.crm.plan(&access, vec![ask(kind, id)]);
                async move { plan.await.unwrap_err().to_string().replace(&id.to_string(), "") }
            };
            assert_eq!(said(id).await, said(unknown).await, "{kind:?}");
        }
    }
    // A change that was planned in the other workspace cannot be made from this one.
    let theirs = vec![delete(RecordType::Contact, other.contacts[0].id)];
    let planned = world.crm.plan(&other.access(), theirs).await.unwrap();
    assert!(matches!(world.make(&access, planned).await, Err(CrmError::Conflict(_))));
    let theirs = vec![create(RecordType::Note, json!({ "title": "x", "deal_id": other.deals[0].id }))];
    let planned = world.crm.plan(&other.access(), theirs).await.unwrap();
    assert!(matches!(world.make(&access, planned).await, Err(CrmError::Conflict(_))));
    assert_eq!((world.rows(&other, "contacts").await, world.rows(&other, "audit_log").await), (4, 0));
}

#[tokio::test]
async fn the_scope_is_asked_for_when_it_is_planned_and_when_it_is_made() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let anna = office.contacts[0].id;
    let all_but = |scope: Scope| {
        office.access_with(Scope::ALL.iter().copied().filter(|one| *one != scope).collect::<ScopeSet>())
    };
    for (asking, scope) in [
        (create(RecordType::Contact, json!({ "full_name": "Ida" })), Scope::WriteContacts),
        (update(RecordType::Deal, office.deals[0].id, json!({ "probability": 11 })), Scope::WriteDeals),
        (delete(RecordType::Task, office.tasks[0].id), Scope::WriteTasks),
        (create(RecordType::Note, json!({ "title": "x", "contact_id": anna })), Scope::ReadContacts),
        (
            create(RecordType::Activity, json!({ "type": "call", "title": "x", "matter": "M-2026-001" })),
            Scope::ReadMatters,
        ),
    ] {
        let planned = world.crm.plan(&all_but(scope), vec![asking.clone()]).await;
        assert!(matches!(planned, Err(CrmError::Denied(lacks)) if lacks.0 == scope), "{asking:?}");
        let planned = world.crm.plan(&office.access(), vec![asking.clone()]).await.unwrap();
        let made = world.make(&all_but(scope), planned).await;
        assert!(matches!(made, Err(CrmError::Denied(lacks)) if lacks.0 == scope), "{asking:?}");
    }
    let mut blind = office.access();
    blind.scopes = [Scope::WriteContacts].into_iter().collect();
    let changed = world.write(&blind, vec![update(RecordType::Contact, anna, json!({ "phone": "1" }))]).await;
    assert_eq!(changed.unwrap()[0].fields()["phone"], "1", "who may write need not be able to read");
    assert_eq!(world.rows(&office, "audit_log").await, 1);
}

#[tokio::test]
async fn what_is_behind_a_wall_is_not_there() {
    let mut office = Office::new();
    office.deals[1].matter_id = Some(office.matters[0].id);
    let (nadia, jonas) = (office.users[0].id, office.users[1].id);
    let world = World::of(&[&office]).await;
    let mut outside = office.access();
    outside.scopes = Scope::ALL.iter().copied().filter(|scope| *scope != Scope::AdminWalls).collect();
    let note = |fields: Value| {
        let mut all = json!({ "title": "x" });
        all.as_object_mut().unwrap().extend(object(fields));
        create(RecordType::Note, all)
    };
    let (deal, matter, of_matter) = (office.deals[0].id, office.matters[0].id, office.deals[1].id);
    let early = world.crm.plan(&outside, vec![note(json!({ "deal_id": deal }))]).await.unwrap();
    let early_change = world
        .crm
        .plan(&outside, vec![update(RecordType::Deal, deal, json!({ "probability": 11 }))])
        .await
        .unwrap();
    world.wall(&office, "deal", deal, jonas).await;
    world.wall(&office, "matter", matter, jonas).await;
    assert_eq!(outside.user_id, Some(nadia));
    for (kind, id) in [
        (RecordType::Deal, deal),
        (RecordType::Deal, of_matter),
        (RecordType::Matter, matter),
        (RecordType::Note, office.notes[0].id),
        (RecordType::Note, office.notes[1].id),
        (RecordType::Task, office.tasks[1].id),
    ] {
        for asking in [update(kind, id, json!({ "tags": ["x"] })), delete(kind, id)] {
            let refused = world.crm.plan(&outside, vec![asking]).await;
            assert!(matches!(refused, Err(CrmError::NotFound { .. })), "{kind:?}");
        }
    }
    for given in [
        json!({ "deal_id": deal }),
        json!({ "deal_name": "Supply contract" }),
        json!({ "matter_id": matter }),
        json!({ "matter": "M-2026-001" }),
        json!({ "deal_id": of_matter }),
    ] {
        let name = given.as_object().unwrap().keys().next().unwrap().clone();
        assert_eq!(wrong(&world, &outside, vec![note(given)]).await, [name]);
    }
    let entity =
        json!({ "type": "call", "title": "x", "entity_type": "note", "entity_id": office.notes[0].id });
    assert_eq!(wrong(&world, &outside, vec![create(RecordType::Activity, entity)]).await, ["entity_id"]);
    let said = |id: RecordId| {
        let plan = world.crm.plan(&outside, vec![note(json!({ "deal_id": id }))]);
        async move { plan.await.unwrap_err().to_string() }
    };
    assert_eq!(said(deal).await, said(RecordId::new()).await);
    // A wall that was put up after the planning.
    for planned in [early, early_change] {
        assert!(matches!(world.make(&outside, planned).await, Err(CrmError::Conflict(_))));
    }
    assert_eq!(world.rows(&office, "audit_log").await, 0);
    let mut inside = outside;
    inside.user_id = Some(jonas);
    world
        .write(&inside, vec![note(json!({ "deal_id": deal })), delete(RecordType::Deal, deal)])
        .await
        .unwrap();
    assert_eq!(world.rows(&office, "walls").await, 2, "the history stays behind the wall");
}

#[tokio::test]
async fn what_was_behind_a_wall_stays_there_when_its_record_goes() {
    let mut office = Office::new();
    let (deal, matter, of_matter) = (office.deals[0].id, office.matters[0].id, office.deals[1].id);
    let (nadia, jonas) = (office.users[0].id, office.users[1].id);
    office.deals[1].matter_id = Some(matter);
    office.note("Lease talk", "Secret terms.", "call", |note| note.deal_id = Some(of_matter));
    office.task("Sign the lease", "open", None, jonas, |task| task.deal_id = Some(of_matter));
    office.activity("Toured the warehouse", office.contacts[1].id);
    office.activities[1].deal_id = Some(of_matter);
    let world = World::of(&[&office]).await;
    world.wall(&office, "deal", deal, jonas).await;
    world.wall(&office, "matter", matter, jonas).await;
    let without = |user: RecordId| {
        let mut access = office.access();
        access.scopes = Scope::ALL.iter().copied().filter(|scope| *scope != Scope::AdminWalls).collect();
        access.user_id = Some(user);
        access
    };
    let (outside, inside) = (without(nadia), without(jonas));
    let world = &world;
    let totals = |access: lexi_crm::Access| async move {
        let mut totals = Vec::new();
        for tool in ["notes.search", "tasks.search", "activities.timeline", "deals.search"] {
            totals.push(world.call(&access, tool, json!({})).await.result["total"].as_i64().unwrap());
        }
        totals
    };
    let (seen_outside, seen_inside) = (totals(outside).await, totals(inside).await);
    let gone = |kind, id| world.write(&inside, vec![delete(kind, id)]);
    gone(RecordType::Deal, of_matter).await.unwrap();
    gone(RecordType::Matter, matter).await.unwrap();
    gone(RecordType::Deal, deal).await.unwrap();
    assert_eq!(totals(outside).await, seen_outside);
    let left = totals(inside).await;
    assert_eq!((&left[..2], left[3]), (&seen_inside[..2], seen_inside[3] - 2));
    // What names a record that is gone can still be written, as long as it goes on naming it.
    let note = office.notes[0].id;
    let same = update(RecordType::Note, note, json!({ "title": "Kick-off", "deal_id": deal }));
    world.write(&inside, vec![same]).await.unwrap();
    // Without a wall, nothing is left of the link.
    let free = office.deals[2].id;
    world
        .write(&inside, vec![create(RecordType::Note, json!({ "title": "x", "deal_id": free }))])
        .await
        .unwrap();
    gone(RecordType::Deal, free).await.unwrap();
    let sql = "SELECT COUNT(*) FROM notes WHERE workspace_id = $1 AND deal_id = $2";
    let params = [office.workspace.into(), free.into()];
    let left = world.crm.store().read(move |tx| Box::pin(async move { tx.one(sql, &params).await?.int(0) }));
    assert_eq!(left.await.unwrap(), 0);
}
