//! What was said and done: notes and the activity log.

use lexi_types::records::{Activity, Contact, CustomFields, Deal, Matter, Note};
use lexi_types::{RecordId, Timestamp};

use super::calendar::{Calendar, office_time};
use super::deals::links;
use super::dice::Dice;

/// A kind of note with the title and texts that go with it.
const NOTES: &[(&str, &str, &[&str])] = &[
    (
        "call",
        "Call with {}",
        &[
            "Spoke about the timetable. They need an answer before the end of the month.",
            "They asked for a fixed fee. Promised a figure by Friday.",
            "Not reached at first; called back in the afternoon. Happy with the work so far.",
            "Budget has to be approved by the board. Next call in two weeks.",
        ],
    ),
    (
        "meeting",
        "Meeting with {}",
        &[
            "Went through the documents together. Two annexes are still missing.",
            "Agreed on the scope and the team. The engagement letter is next.",
            "They compare us with one other firm; experience in cross-border work decides.",
            "Explained the risks of going to court. They prefer to settle.",
        ],
    ),
    (
        "email",
        "E-mail from {}",
        &[
            "Sends the signed power of attorney.",
            "Asks whether the deadline can be moved by a week.",
            "Thanks us for the quick help and recommends us to a colleague.",
        ],
    ),
    (
        "general",
        "About {}",
        &[
            "Prefers calls in the morning.",
            "Was recommended by a former colleague.",
            "Invoice goes to the holding company, not to the subsidiary.",
            "Conflict check done: no conflict found.",
        ],
    ),
];

pub(super) fn notes(
    dice: &mut Dice,
    calendar: Calendar,
    count: usize,
    contacts: &[Contact],
    deals: &[Deal],
    matters: &[Matter],
) -> Vec<Note> {
    let mut notes = Vec::new();
    while notes.len() < count {
        let Some(about) = subject(dice, contacts, deals, matters) else { break };
        let Some(contact) = contacts.iter().find(|c| Some(c.id) == about.contact) else { break };
        let Some((kind, title, texts)) = dice.pick(NOTES) else { break };
        let created = about.moment(dice, calendar);
        let text = dice.word(texts);
        notes.push(Note {
            id: dice.id(created),
            title: title.replace("{}", &contact.full_name),
            content: text.to_owned(),
            note_type: (*kind).to_owned(),
            is_pinned: dice.chance(3),
            tags: Vec::new(),
            contact_id: about.contact,
            related_company_id: about.company,
            deal_id: about.deal,
            matter_id: about.matter,
            created_date: created,
            updated_date: created,
        });
    }
    notes
}

const ACTIVITIES: &[(&str, &str)] = &[
    ("call", "Called {}"),
    ("email", "Wrote to {}"),
    ("meeting", "Met {}"),
    ("document", "Shared a document with {}"),
];

pub(super) fn activities(
    dice: &mut Dice,
    calendar: Calendar,
    count: usize,
    contacts: &[Contact],
    deals: &[Deal],
    matters: &[Matter],
) -> Vec<Activity> {
    let mut activities: Vec<Activity> = deals.iter().flat_map(|deal| milestones(dice, deal)).collect();
    while activities.len() < count {
        let Some(about) = subject(dice, contacts, deals, matters) else { break };
        let Some(contact) = contacts.iter().find(|c| Some(c.id) == about.contact) else { break };
        let Some((kind, title)) = dice.pick(ACTIVITIES) else { break };
        let at = about.moment(dice, calendar);
        let title = title.replace("{}", &contact.full_name);
        let mut activity = activity(dice, at, kind, title, about.owner);
        activity.contact_id = about.contact;
        activity.deal_id = about.deal;
        if let Some(matter) = about.matter {
            activity.entity_type = Some("matter".to_owned());
            activity.entity_id = Some(matter);
        }
        activities.push(activity);
    }
    activities.sort_by_key(|a| (a.created_date, a.id));
    activities
}

/// A deal's beginning and end are in the log.
fn milestones(dice: &mut Dice, deal: &Deal) -> Vec<Activity> {
    let mut milestones = vec![(deal.created_date, "deal_created", format!("Deal created: {}", deal.name))];
    if let Some(day) = deal.closed_date {
        let at = office_time(dice, day).max(deal.created_date);
        milestones.push((at, "stage_changed", format!("Deal {}: {}", deal.status, deal.name)));
    }
    let mut activities = Vec::new();
    for (at, kind, title) in milestones {
        let mut activity = activity(dice, at, kind, title, deal.owner_user_id);
        activity.contact_id = deal.main_contact_id;
        activity.deal_id = Some(deal.id);
        activities.push(activity);
    }
    activities
}

fn activity(dice: &mut Dice, at: Timestamp, kind: &str, title: String, by: Option<RecordId>) -> Activity {
    Activity {
        id: dice.id(at),
        kind: kind.to_owned(),
        title,
        description: None,
        contact_id: None,
        deal_id: None,
        entity_type: None,
        entity_id: None,
        metadata: CustomFields::new(),
        created_by_user_id: by,
        created_date: at,
    }
}

/// What a note or an activity is about, and the time in which it can have happened.
struct Subject {
    contact: Option<RecordId>,
    company: Option<RecordId>,
    deal: Option<RecordId>,
    matter: Option<RecordId>,
    owner: Option<RecordId>,
    from: Timestamp,
    until: Option<Timestamp>,
}

impl Subject {
    fn moment(&self, dice: &mut Dice, calendar: Calendar) -> Timestamp {
        let first = calendar.days_since(self.from);
        let last = self.until.map_or(1, |until| calendar.days_since(until)).max(1);
        let days = dice.between(last, first.max(last));
        calendar.time_ago(dice, days).max(self.from)
    }
}

fn subject(dice: &mut Dice, contacts: &[Contact], deals: &[Deal], matters: &[Matter]) -> Option<Subject> {
    Some(match dice.below(10) {
        0..4 => {
            let deal = dice.pick(deals)?;
            let (contact, company) = links(deal);
            Subject {
                contact,
                company,
                deal: Some(deal.id),
                matter: None,
                owner: deal.owner_user_id,
                from: deal.created_date,
                until: deal.closed_date.map(|day| day.start()),
            }
        }
        4..7 => {
            let matter = dice.pick(matters)?;
            Subject {
                contact: matter.client_contact_id,
                company: matter.client_company_id,
                deal: None,
                matter: Some(matter.id),
                owner: matter.responsible_user_id,
                from: matter.created_date,
                until: matter.close_date.map(|day| day.start()),
            }
        }
        _ => {
            let contact = dice.pick(contacts)?;
            Subject {
                contact: Some(contact.id),
                company: contact.related_company_id,
                deal: None,
                matter: None,
                owner: contact.owner_user_id,
                from: contact.created_date,
                until: None,
            }
        }
    })
}
