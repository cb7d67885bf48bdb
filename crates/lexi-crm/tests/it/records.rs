//! How records are put into an office: with what a test cares about said and everything else filled in.

use lexi_types::records::{
    Activity, Company, Contact, CustomFields, Deal, Matter, Note, Pipeline, Stage, Task, User,
};
use lexi_types::{Money, RecordId};
use serde_json::json;

use crate::office::{Office, day, moment};

impl Office {
    pub(crate) fn user(&mut self, name: &str, email: &str) -> RecordId {
        let id = RecordId::new();
        self.users.push(User { id, full_name: name.to_owned(), email: Some(email.to_owned()) });
        id
    }

    pub(crate) fn company(&mut self, name: &str, industry: &str, city: &str) -> RecordId {
        let id = RecordId::new();
        self.companies.push(Company {
            id,
            name: name.to_owned(),
            industry: Some(industry.to_owned()),
            website: None,
            domain: None,
            linkedin_url: None,
            size: None,
            city: Some(city.to_owned()),
            country: None,
            tags: Vec::new(),
            custom_fields: CustomFields::new(),
            created_date: moment("2026-01-01"),
            updated_date: moment("2026-01-01"),
        });
        id
    }

    pub(crate) fn contact(
        &mut self,
        name: &str,
        email: &str,
        company: Option<(RecordId, &str)>,
        status: &str,
        owner: RecordId,
    ) -> RecordId {
        let id = RecordId::new();
        let custom =
            json!({ "Source": if status == "Lead" { "Web" } else { "Fair" }, "Score": self.contacts.len() });
        self.contacts.push(Contact {
            id,
            first_name: None,
            last_name: None,
            full_name: name.to_owned(),
            email: Some(email.to_owned()),
            phone: Some("+49 221 1".to_owned()),
            job_title: Some("Director".to_owned()),
            company_name: company.map(|(_, name)| name.to_owned()),
            related_company_id: company.map(|(id, _)| id),
            linkedin_url: None,
            priority: Some(1),
            status: Some(status.to_owned()),
            owner_user_id: Some(owner),
            next_follow_up_date: Some(day("2026-02-01")),
            tags: vec!["vip".to_owned()],
            custom_fields: custom.as_object().unwrap().clone(),
            created_date: moment("2026-01-01"),
            updated_date: moment("2026-01-01"),
        });
        id
    }

    #[expect(clippy::too_many_arguments, reason = "a row of a table of test data")]
    pub(crate) fn deal(
        &mut self,
        name: &str,
        stage: &str,
        status: &str,
        minor: Option<i64>,
        probability: Option<i64>,
        owner: RecordId,
        company: Option<RecordId>,
        contact: Option<RecordId>,
    ) {
        let created = day("2026-01-15").plus_days(20 * i32::try_from(self.deals.len()).unwrap()).start();
        self.deals.push(Deal {
            id: RecordId::new(),
            name: name.to_owned(),
            stage: Some(stage.to_owned()),
            status: status.to_owned(),
            pipeline: Some("New business".to_owned()),
            estimated_value: minor.map(Money::from_minor),
            currency: "EUR".to_owned(),
            probability,
            main_contact_id: contact,
            owner_user_id: Some(owner),
            priority: Some("High".to_owned()),
            matter_type: Some("Advice".to_owned()),
            related_company_id: company,
            matter_id: None,
            tags: Vec::new(),
            custom_fields: CustomFields::new(),
            high_level_description: None,
            next_follow_up_date: None,
            fee_model: None,
            closed_date: None,
            created_date: created,
            updated_date: created,
        });
    }

    pub(crate) fn matter(
        &mut self,
        number: &str,
        name: &str,
        status: &str,
        area: &str,
        client: RecordId,
        user: RecordId,
    ) -> RecordId {
        let id = RecordId::new();
        self.matters.push(Matter {
            id,
            number: Some(number.to_owned()),
            name: name.to_owned(),
            status: status.to_owned(),
            practice_area: Some(area.to_owned()),
            client_company_id: Some(client),
            client_contact_id: None,
            responsible_user_id: Some(user),
            description: None,
            open_date: Some(day("2026-01-20")),
            close_date: None,
            tags: Vec::new(),
            custom_fields: CustomFields::new(),
            created_date: moment("2026-01-20"),
            updated_date: moment("2026-01-20"),
        });
        id
    }

    pub(crate) fn note(&mut self, title: &str, content: &str, kind: &str, parents: impl FnOnce(&mut Note)) {
        let created = day("2026-02-01").plus_days(i32::try_from(self.notes.len()).unwrap()).start();
        let mut note = Note {
            id: RecordId::new(),
            title: title.to_owned(),
            content: content.to_owned(),
            note_type: kind.to_owned(),
            is_pinned: false,
            tags: Vec::new(),
            contact_id: None,
            related_company_id: None,
            deal_id: None,
            matter_id: None,
            created_date: created,
            updated_date: created,
        };
        parents(&mut note);
        self.notes.push(note);
    }

    pub(crate) fn task(
        &mut self,
        title: &str,
        status: &str,
        due: Option<&str>,
        user: RecordId,
        parents: impl FnOnce(&mut Task),
    ) {
        let mut task = Task {
            id: RecordId::new(),
            title: title.to_owned(),
            description: Some("as agreed".to_owned()),
            status: status.to_owned(),
            priority: Some("high".to_owned()),
            due_date: due.map(day),
            assigned_to_user_id: Some(user),
            contact_id: None,
            related_company_id: None,
            deal_id: None,
            matter_id: None,
            created_date: moment("2026-01-01"),
            updated_date: moment("2026-01-01"),
        };
        parents(&mut task);
        self.tasks.push(task);
    }

    pub(crate) fn activity(&mut self, title: &str, contact: RecordId) {
        self.activities.push(Activity {
            id: RecordId::new(),
            kind: "call".to_owned(),
            title: title.to_owned(),
            description: None,
            contact_id: Some(contact),
            deal_id: None,
            entity_type: None,
            entity_id: None,
            metadata: CustomFields::new(),
            created_by_user_id: None,
            created_date: moment("2026-01-01"),
        });
    }
}

pub(crate) fn pipeline(name: &str, stages: &[&str]) -> Pipeline {
    let stages = (0..).zip(stages).map(|(order, name)| Stage {
        id: RecordId::new(),
        name: (*name).to_owned(),
        stage_type: "open".to_owned(),
        sort_order: order,
        probability: 10 * order,
    });
    Pipeline { id: RecordId::new(), name: name.to_owned(), stages: stages.collect() }
}
