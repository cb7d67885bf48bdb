//! Rows that are activities: calls, e-mails, meetings and whatever else happened.

use lexi_store::{activities, name_key};
use lexi_types::Timestamp;
use lexi_types::records::{Activity, CustomFields};

use super::cells::Cells;
use super::desk::{Change, Desk, Done};
use super::identity::id_of;
use super::parents::{ParentsRow, title_of};
use super::persons::Person;
use super::tasks;
use super::values::Parsed;

#[derive(Debug)]
pub(super) struct ActivityRow {
    external_id: Option<String>,
    kind: String,
    title: String,
    description: Option<String>,
    user: Person,
    metadata: CustomFields,
    created: Option<Timestamp>,
    /// Whether the system has activities that are still to be done: such a row was a task before.
    was_task: bool,
    parents: ParentsRow,
}

/// Whether the row tells of something that is still to be done.
pub(super) fn is_planned(cells: &mut Cells<'_>) -> bool {
    cells.parse("done", tasks::status).is_some_and(|status| status != "completed")
}

impl ActivityRow {
    /// `usual` is the type of rows that name none.
    pub(super) fn read(cells: &mut Cells<'_>, usual: Option<&str>) -> Self {
        let description = cells.long_text("description");
        let kind = cells.parse("type", kind).or_else(|| usual.map(str::to_owned));
        let title =
            cells.text("title").or_else(|| description.as_deref().map(title_of)).or_else(|| kind.clone());
        if title.is_none() && cells.errors.is_empty() {
            cells.refuse("title", "the row has no title, no description and no type".to_owned());
        }
        let mut common = cells.common();
        let entered = cells.moment("entered_date");
        let created = cells.main_moment("created_date", "start_time");
        let created = created.or_else(|| cells.main_moment("due_date", "start_time"));
        if let (Some(_), Some(entered)) = (created, entered) {
            common.custom_fields.insert("entered_date".to_owned(), entered.to_string().into());
        }
        Self {
            kind: kind.unwrap_or_else(|| "other".to_owned()),
            title: title.unwrap_or_default(),
            description,
            user: cells.person("user", "user_email", "user_external_id"),
            metadata: common.custom_fields,
            created: created.or(entered),
            was_task: cells.has("done"),
            external_id: common.external_id,
            parents: ParentsRow::read(cells),
        }
    }

    pub(super) async fn write(&self, desk: &mut Desk<'_, '_>) -> Done<Change> {
        let parents = self.parents.find(desk).await?;
        let user = desk.find_user("user", &self.user).await?;
        if let (true, Some(external_id)) = (self.was_task, &self.external_id) {
            tasks::complete(desk, external_id).await?;
        }
        let created = self.created.map(|time| time.to_string());
        let mut words = vec![
            Some(self.kind.as_str()),
            Some(&self.title),
            self.description.as_deref(),
            created.as_deref(),
        ];
        words.extend(self.parents.words());
        // The same work of two people, or at two prices, is two rows and no repetition.
        words.extend(self.user.words());
        let more: Vec<String> = self.metadata.iter().map(|(name, value)| format!("{name}={value}")).collect();
        words.extend(more.iter().map(|text| Some(text.as_str())));
        let id = id_of(desk.workspace, "activities", self.external_id.as_deref(), &words);
        let existing = activities::get(desk.tx, desk.workspace, id).await?;
        let user = desk.keep_user(user).await?;
        let earlier = existing.as_ref();
        let entity = match (parents.matter, parents.company) {
            (Some(matter), _) => Some(("matter", matter)),
            (None, Some(company)) => Some(("company", company)),
            (None, None) => None,
        };
        let activity = Activity {
            id,
            kind: self.kind.clone(),
            title: self.title.clone(),
            description: self.description.clone().or_else(|| earlier.and_then(|a| a.description.clone())),
            contact_id: parents.contact.or(earlier.and_then(|a| a.contact_id)),
            deal_id: parents.deal.or(earlier.and_then(|a| a.deal_id)),
            entity_type: entity
                .map(|(kind, _)| kind.to_owned())
                .or_else(|| earlier.and_then(|a| a.entity_type.clone())),
            entity_id: entity.map(|(_, id)| id).or(earlier.and_then(|a| a.entity_id)),
            metadata: if self.metadata.is_empty() {
                earlier.map(|a| a.metadata.clone()).unwrap_or_default()
            } else {
                self.metadata.clone()
            },
            created_by_user_id: user.or(earlier.and_then(|a| a.created_by_user_id)),
            created_date: self.created.or(earlier.map(|a| a.created_date)).unwrap_or(desk.now),
        };
        let external_id = self.external_id.as_deref();
        match existing {
            None => activities::insert(desk.tx, desk.workspace, &activity, external_id).await?,
            Some(existing) if existing == activity => return Ok(Change::Unchanged),
            Some(_) => {
                activities::update(desk.tx, desk.workspace, &activity, external_id).await?;
                return Ok(Change::Updated);
            }
        }
        Ok(Change::Created)
    }
}

/// The words that tools know, and any other as the file has it.
fn kind(text: &str) -> Parsed<String> {
    let key = name_key(text);
    Ok(match key.as_str() {
        "" => return Err("has no letter and no digit in it".to_owned()),
        "call" | "calls" | "phone" | "phone call" => "call".to_owned(),
        "email" | "e mail" | "emails" | "mail" | "incoming email" | "forwarded email" => "email".to_owned(),
        "meeting" | "meetings" | "event" | "appointment" => "meeting".to_owned(),
        "note" | "notes" => "note".to_owned(),
        "task" | "tasks" | "to do" => "task".to_owned(),
        "timeentry" => "time_entry".to_owned(),
        "expenseentry" => "expense_entry".to_owned(),
        "phonecommunication" => "call".to_owned(),
        "emailcommunication" => "email".to_owned(),
        _ => key.replace(' ', "_"),
    })
}
