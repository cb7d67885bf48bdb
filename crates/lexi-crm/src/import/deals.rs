//! Rows that are deals.

use lexi_store::{deals, name_key};
use lexi_types::records::{CustomFields, Deal};
use lexi_types::{Date, Money, RecordId, Timestamp};

use super::amounts;
use super::cells::Cells;
use super::closing::{Closed, outcome, status};
use super::common::Common;
use super::currencies::currency;
use super::desk::{Change, Desk, Done, merge, set};
use super::matching::Meant;
use super::options::MatchBy;
use super::parties::Hint;
use super::persons::Person;
use super::profiles::System;
use super::stages::Place;
use super::values::{self, Parsed};

/// The custom field for the day on which an open deal is to be closed.
const EXPECTED_CLOSE_DATE: &str = "expected_close_date";

#[derive(Debug)]
pub(super) struct DealRow {
    common: Common,
    name: String,
    stage: Option<String>,
    status: Option<String>,
    pipeline: Option<String>,
    value: Option<Money>,
    currency: Option<String>,
    probability: Option<i64>,
    contact: Person,
    company_name: Option<String>,
    company_ids: Vec<String>,
    owner: Person,
    priority: Option<String>,
    matter_type: Option<String>,
    description: Option<String>,
    next_follow_up_date: Option<Date>,
    fee_model: Option<String>,
    closed: Closed,
    /// What the columns say that deals of this stage are.
    outcome: Option<&'static str>,
}

impl DealRow {
    pub(super) fn read(cells: &mut Cells<'_>) -> Self {
        let name = cells.name("name");
        if name.is_none() && cells.errors.is_empty() {
            cells.refuse("name", "the row has no name".to_owned());
        }
        // Systems that write numbers for programs know no thousands.
        let point = cells.is_from(System::HubSpot) || cells.is_from(System::Salesforce);
        let amount = cells.require("estimated_value", |text| amounts::money(text, point));
        if amount.as_ref().is_some_and(|amount| amount.assumed) {
            cells.notice(
                "estimated_value",
                "has three digits behind its only separator; they were read as thousands",
            );
        }
        if amount.as_ref().is_some_and(|amount| amount.rounded) {
            cells.notice("estimated_value", "has parts of a cent; it was rounded");
        }
        let currency = cells.require("currency", currency);
        let sign = amount.as_ref().and_then(|amount| amount.currency.clone());
        if sign.is_some() && currency.is_some() && sign != currency {
            cells.notice("estimated_value", "names another currency than its column, which counts");
        }
        let probability = read_probability(cells);
        let outcome = outcome(cells);
        Self {
            name: name.unwrap_or_default(),
            stage: cells.name("stage"),
            status: cells.parse("status", status),
            pipeline: cells.name("pipeline"),
            value: amount.as_ref().map(|amount| amount.money),
            currency: currency.or(sign),
            probability,
            contact: cells.person("contact", "contact_email", "contact_external_id"),
            company_name: cells.named("company_name", "company_external_id"),
            company_ids: cells.ids("company_external_id"),
            owner: cells.person("owner", "owner_email", "owner_external_id"),
            priority: cells.parse("priority", priority),
            matter_type: cells.text("matter_type"),
            description: cells.long_text("high_level_description"),
            next_follow_up_date: cells.date("next_follow_up_date"),
            fee_model: cells.text("fee_model"),
            closed: Closed::read(cells),
            outcome,
            common: cells.common_and_created(),
        }
    }

    pub(super) async fn write(&self, desk: &mut Desk<'_, '_>) -> Done<Change> {
        let owner = desk.find_user("owner", &self.owner).await?;
        let hint = Hint { contact: Some(&self.contact), email: self.contact.email.as_deref() };
        let name = self.company_name.as_deref();
        let company = desk.find_company("company_name", name, &self.company_ids, hint).await?;
        let contact = desk.find_contact("contact", &self.contact, company.record()).await?;
        let (pipeline, stage) = (self.pipeline.as_deref(), self.stage.as_deref());
        let place = desk.find_place(pipeline, stage, self.probability, self.outcome).await?;
        let links = Links {
            owner: owner.record().map(|owner| owner.id),
            company: company.record().map(|company| company.id),
            contact: contact.record().map(|contact| contact.id),
        };
        let fill = |deal: &mut Deal| self.fill(deal, &place, links);
        let meant = self.matching(desk, links, &fill).await?;
        desk.keep_user(owner).await?;
        desk.keep_company(&company).await?;
        desk.keep_contact(&contact).await?;
        desk.keep_place(&place).await?;
        let external_id = self.common.external_id.as_deref();
        let change = meant.change();
        let created = self.common.created.unwrap_or(desk.now);
        let blank = blank_deal("", desk.default_currency, created, desk.now);
        let before = meant.record_or(|id| Deal { id, ..blank.clone() });
        let mut deal = before.clone();
        fill(&mut deal);
        let id = deal.id;
        desk.remember(&before, &deal, &blank, &fill, &self.common);
        let noted = desk.keep_note(&self.common, id, |note| note.deal_id = Some(id)).await?;
        if change == Change::Created {
            if self.value.is_some() && self.currency.is_none() {
                let reason = format!("names no currency: {} is assumed", desk.default_currency);
                desk.notice("estimated_value", None, reason);
            }
            deals::insert(desk.tx, desk.workspace, &deal, external_id).await?;
            return Ok(Change::Created);
        }
        let changed = deal != before;
        if changed {
            deal.updated_date = desk.now;
        }
        if changed || !desk.has_id(&deal, external_id).await? {
            deals::update(desk.tx, desk.workspace, &deal, external_id).await?;
        }
        Ok(if changed || noted { Change::Updated } else { change })
    }

    fn fill(&self, deal: &mut Deal, place: &Place, links: Links) {
        set(&mut deal.owner_user_id, &links.owner);
        set(&mut deal.related_company_id, &links.company);
        set(&mut deal.main_contact_id, &links.contact);
        let was_closed = deal.status != "active";
        deal.name.clone_from(&self.name);
        if let Some(pipeline) = place.pipeline() {
            deal.pipeline = Some(pipeline.to_owned());
        }
        if let Some(stage) = place.stage() {
            deal.stage = Some(stage.name.clone());
            let status = if stage.stage_type == "open" { "active" } else { &stage.stage_type };
            status.clone_into(&mut deal.status);
        }
        if let Some(outcome) = self.outcome {
            let status = if outcome == "open" { "active" } else { outcome };
            status.clone_into(&mut deal.status);
        }
        if let Some(status) = &self.status {
            deal.status.clone_from(status);
        }
        match deal.status.as_str() {
            "won" => deal.probability = Some(100),
            "lost" => deal.probability = Some(0),
            _ if was_closed => {
                deal.probability = None;
                deal.closed_date = None;
            }
            _ => {}
        }
        if deal.status == "active" {
            set(&mut deal.probability, &self.probability);
        }
        set(&mut deal.estimated_value, &self.value);
        if let Some(currency) = &self.currency {
            deal.currency.clone_from(currency);
        }
        set(&mut deal.priority, &self.priority);
        set(&mut deal.matter_type, &self.matter_type);
        set(&mut deal.high_level_description, &self.description);
        set(&mut deal.next_follow_up_date, &self.next_follow_up_date);
        set(&mut deal.fee_model, &self.fee_model);
        set(&mut deal.closed_date, &self.closed.on(&deal.status));
        if let Some(expected) = self.closed.expected(&deal.status) {
            deal.custom_fields.insert(EXPECTED_CLOSE_DATE.to_owned(), expected.to_string().into());
        }
        merge(&mut deal.tags, &mut deal.custom_fields, &self.common);
    }

    /// By foreign id, else by name, and company where the row names one.
    async fn matching(
        &self,
        desk: &mut Desk<'_, '_>,
        links: Links,
        fill: &(impl Fn(&mut Deal) + Sync),
    ) -> Done<Meant<Deal>> {
        let mut search = match desk.search(&self.common, fill).await? {
            Ok(deal) => return Ok(Meant::Record(deal)),
            Err(search) => search,
        };
        if desk.matches_by(MatchBy::Name) {
            let found = deals::find_by_name_key(desk.tx, desk.workspace, &name_key(&self.name)).await?;
            let company = links.company;
            // An id that nobody knows is that of another company.
            let names_one = company.is_some() || !self.company_ids.is_empty();
            let both = |deal: &Deal| names_one && deal.related_company_id.is_some();
            let fits = |deal: &Deal| both(deal) && deal.related_company_id == company;
            let other_contact = |deal: &Deal| {
                deal.main_contact_id.is_some()
                    && links.contact.is_some_and(|id| deal.main_contact_id != Some(id))
            };
            // Private clients have no company: then the contact tells.
            let differs = |deal: &Deal| both(deal) && !fits(deal) || !both(deal) && other_contact(deal);
            let found = search.weigh(desk, found, false).await?;
            // One that this import wrote, whose company or contact nobody could tell.
            let untold = |deal: &Deal| {
                let none = deal.related_company_id.is_none() && deal.main_contact_id.is_none();
                none && (links.company.is_some() || links.contact.is_some()) && desk.said(deal) != 0
            };
            let differs = |deal: &Deal| differs(deal) || untold(deal);
            let found = search.narrow(desk, found, differs, fits);
            if let Some(deal) = search.only(found, "name", &self.name)? {
                return Ok(Meant::Record(deal));
            }
        }
        search.otherwise(desk).await
    }
}

/// The records that a row links to.
#[derive(Debug, Clone, Copy)]
struct Links {
    owner: Option<RecordId>,
    company: Option<RecordId>,
    contact: Option<RecordId>,
}

fn blank_deal(name: &str, currency: &str, created: Timestamp, now: Timestamp) -> Deal {
    Deal {
        id: RecordId::new(),
        name: name.to_owned(),
        stage: None,
        status: "active".to_owned(),
        pipeline: None,
        estimated_value: None,
        currency: currency.to_owned(),
        probability: None,
        main_contact_id: None,
        owner_user_id: None,
        priority: None,
        matter_type: None,
        related_company_id: None,
        matter_id: None,
        tags: Vec::new(),
        custom_fields: CustomFields::new(),
        high_level_description: None,
        next_follow_up_date: None,
        fee_model: None,
        closed_date: None,
        created_date: created,
        updated_date: now,
    }
}

fn read_probability(cells: &mut Cells<'_>) -> Option<i64> {
    let mut field = "probability";
    let mut read = cells.parse(field, values::percent);
    if read.is_none() {
        field = "probability_share";
        read = cells.parse(field, values::share);
    }
    let (probability, rounded) = read?;
    if rounded {
        cells.notice(field, "was rounded to a whole percent");
    }
    Some(probability)
}

fn priority(text: &str) -> Parsed<String> {
    let name = match values::contact_priority(text)? {
        1 => "high",
        2 => "medium",
        _ => "low",
    };
    Ok(name.to_owned())
}
