//! What the lawyers have to do: a good part of it done, some of it late.

use lexi_types::records::{Contact, Deal, Matter, Task};

use super::calendar::{Calendar, office_time};
use super::deals::links;
use super::dice::Dice;

const DEAL_TASKS: &[&str] = &[
    "Send the fee proposal",
    "Call back about the scope",
    "Run the conflict check",
    "Prepare the engagement letter",
    "Ask for the missing documents",
];
const MATTER_TASKS: &[&str] = &[
    "Draft the contract",
    "File the submission",
    "Review the other side's draft",
    "Prepare for the hearing",
    "Send the interim invoice",
    "Summarise the evidence",
];
const CONTACT_TASKS: &[&str] = &["Follow up", "Invite to the client evening", "Update the contact details"];

pub(super) fn tasks(
    dice: &mut Dice,
    calendar: Calendar,
    count: usize,
    contacts: &[Contact],
    deals: &[Deal],
    matters: &[Matter],
) -> Vec<Task> {
    let active: Vec<&Deal> = deals.iter().filter(|d| d.status == "active").collect();
    let open: Vec<&Matter> = matters.iter().filter(|m| m.status != "closed").collect();
    let mut tasks = Vec::new();
    for _ in 0..count {
        let mut task = dated(dice, calendar);
        match dice.below(10) {
            0..4 => {
                let Some(deal) = dice.pick(&active) else { continue };
                (task.contact_id, task.related_company_id) = links(deal);
                task.deal_id = Some(deal.id);
                task.assigned_to_user_id = deal.owner_user_id;
                task.title = format!("{}: {}", dice.word(DEAL_TASKS), deal.name);
            }
            4..8 => {
                let Some(matter) = dice.pick(&open) else { continue };
                task.contact_id = matter.client_contact_id;
                task.related_company_id = matter.client_company_id;
                task.matter_id = Some(matter.id);
                task.assigned_to_user_id = matter.responsible_user_id;
                task.title = format!("{}: {}", dice.word(MATTER_TASKS), matter.name);
            }
            _ => {
                let Some(contact) = dice.pick(contacts) else { continue };
                task.contact_id = Some(contact.id);
                task.related_company_id = contact.related_company_id;
                task.assigned_to_user_id = contact.owner_user_id;
                task.title = format!("{}: {}", dice.word(CONTACT_TASKS), contact.full_name);
            }
        }
        tasks.push(task);
    }
    tasks
}

/// A task without title and links. Due dates lie on both sides of today; what is past is mostly completed.
fn dated(dice: &mut Dice, calendar: Calendar) -> Task {
    let due_in = dice.between(-90, 40);
    let done = if due_in < 0 { 84 } else { 12 };
    let status = match dice.below(100) {
        roll if roll < done => "completed",
        roll if roll > 90 => "in_progress",
        _ => "open",
    };
    let lead = dice.between(3, 30);
    let created = calendar.time_ago(dice, (lead - due_in).max(1));
    let updated = if status == "completed" {
        let early = dice.between(0, 2);
        office_time(dice, calendar.day_ahead(due_in.min(-1) - early))
    } else {
        created
    };
    Task {
        id: dice.id(created),
        title: String::new(),
        description: None,
        status: status.to_owned(),
        priority: dice
            .weighted(&[(None, 20), (Some("high"), 20), (Some("medium"), 40), (Some("low"), 20)])
            .copied()
            .flatten()
            .map(str::to_owned),
        due_date: Some(calendar.day_ahead(due_in)),
        assigned_to_user_id: None,
        contact_id: None,
        related_company_id: None,
        deal_id: None,
        matter_id: None,
        created_date: created,
        updated_date: updated.max(created),
    }
}
