//! What a run is told before the first question.

use lexi_types::records::RecordType;
use lexi_types::{PageContext, Scope, ScopeSet};

use crate::office::{Office, World};

#[tokio::test]
async fn a_briefing_names_the_person_the_page_and_examples() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let context = PageContext {
        deal_id: Some(office.deals[0].id),
        company_id: Some(office.companies[1].id),
        contact_id: Some(office.deals[0].id),
        ..PageContext::default()
    };
    let parts = world.crm.briefing_parts(&office.access(), &context, &[]).await.unwrap();
    assert_eq!(parts.user.as_ref().map(|user| user.full_name.as_str()), Some("Nadia Rahman"));
    let named: Vec<_> = parts.context.iter().map(|r| (r.kind, r.name.as_deref())).collect();
    assert_eq!(
        named,
        [
            (RecordType::Contact, None),
            (RecordType::Deal, Some("Supply contract")),
            (RecordType::Company, Some("Blue Harbor Ltd")),
        ]
    );
    assert_eq!(parts.pipelines, office.pipelines);
    let stages = parts.vocabulary.values(RecordType::Deal, "stage");
    for deal in &office.deals {
        assert!(deal.stage.iter().all(|stage| stages.contains(stage)), "{:?}", deal.stage);
    }
    assert!(!stages.is_empty());
    let samples = parts.samples;
    assert!(samples.contact.is_some() && samples.company.is_some());
    assert!(samples.deal.is_some() && samples.matter.is_some());
}

#[tokio::test]
async fn a_briefing_hides_what_the_key_may_not_read() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let context = PageContext {
        deal_id: Some(office.deals[0].id),
        matter_id: Some(office.matters[0].id),
        ..PageContext::default()
    };
    let access = office.access_with([Scope::WriteAi].into_iter().collect::<ScopeSet>());
    let parts = world.crm.briefing_parts(&access, &context, &[]).await.unwrap();
    assert!(parts.context.len() == 2 && parts.context.iter().all(|record| record.name.is_none()));
    assert!(parts.pipelines.is_empty());
    assert!(parts.vocabulary.fields.is_empty());
    assert_eq!(parts.samples, lexi_crm::SampleNames::default());
    assert_eq!(parts.users.len(), 2, "the firm's own people are no secret");
}

#[tokio::test]
async fn a_briefing_knows_the_names_in_the_questions() {
    let office = Office::new();
    let world = World::of(&[&office]).await;
    let none = PageContext::default();
    let questions = ["who is anna muller?", "and the Supply contract with BLUE harbor ltd, or Blue Harbor?"];
    let parts = world.crm.briefing_parts(&office.access(), &none, &questions).await.unwrap();
    let said = |kind, words: &str| parts.mentions.iter().any(|m| m.kind == kind && m.words == words);
    assert!(said(RecordType::Contact, "anna muller"));
    assert!(said(RecordType::Deal, "supply contract"));
    assert!(said(RecordType::Company, "blue harbor ltd"));
    assert!(said(RecordType::Company, "blue harbor"), "the beginning of a name of several words");
    assert!(!parts.mentions.iter().any(|m| m.words == "blue" || m.words == "the"));
    let access = office.access_with([Scope::WriteAi, Scope::ReadDeals].into_iter().collect::<ScopeSet>());
    let parts = world.crm.briefing_parts(&access, &none, &questions).await.unwrap();
    assert!(parts.mentions.iter().all(|m| m.kind == RecordType::Deal), "{:?}", parts.mentions);
}
