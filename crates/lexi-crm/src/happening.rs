//! What happened, whatever type of record says so: notes, tasks, activities, deals and matters in one form.

use std::collections::HashMap;

use lexi_store::{Filter, Named, Order, activities, deals, matters, notes, tasks};
use lexi_types::records::{Activity, Deal, Matter, Note, RecordType, Task};
use lexi_types::{RecordId, Timestamp};

use crate::CrmError;
use crate::crm::{View, first};
use crate::filter::{Asked, read_scope};
use crate::names::shown;

/// The types that say what happened, in the order in which they are told of.
pub(crate) const TELLING: [RecordType; 5] =
    [RecordType::Activity, RecordType::Note, RecordType::Task, RecordType::Deal, RecordType::Matter];

#[derive(Debug, Clone)]
pub(crate) struct Happening {
    pub(crate) kind: RecordType,
    pub(crate) id: RecordId,
    pub(crate) title: String,
    pub(crate) text: String,
    /// The type of an activity or a note: call, meeting …
    pub(crate) word: Option<String>,
    pub(crate) date: Timestamp,
    pub(crate) user: Option<RecordId>,
    links: Vec<(Named, RecordId)>,
}

/// The record that something is about, as far as the key may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct About {
    pub kind: RecordType,
    pub id: RecordId,
    pub name: String,
}

/// The names behind the links of some happenings.
#[derive(Debug, Default)]
pub(crate) struct LinkNames(Vec<(Named, HashMap<RecordId, String>)>);

fn links(all: impl IntoIterator<Item = (Named, Option<RecordId>)>) -> Vec<(Named, RecordId)> {
    all.into_iter().filter_map(|(named, id)| Some((named, id?))).collect()
}

impl From<Activity> for Happening {
    fn from(record: Activity) -> Self {
        let entity = match record.entity_type.as_deref() {
            Some("contact") => Some(Named::Contact),
            Some("company") => Some(Named::Company),
            Some("deal") => Some(Named::Deal),
            Some("matter") => Some(Named::Matter),
            _ => None,
        };
        let mut all = links([(Named::Contact, record.contact_id), (Named::Deal, record.deal_id)]);
        all.extend(entity.zip(record.entity_id));
        Self {
            kind: RecordType::Activity,
            id: record.id,
            title: record.title,
            text: record.description.unwrap_or_default(),
            word: Some(record.kind),
            date: record.created_date,
            user: record.created_by_user_id,
            links: all,
        }
    }
}

impl From<Note> for Happening {
    fn from(record: Note) -> Self {
        Self {
            kind: RecordType::Note,
            id: record.id,
            title: record.title,
            text: record.content,
            word: Some(record.note_type),
            date: record.created_date,
            user: None,
            links: links([
                (Named::Contact, record.contact_id),
                (Named::Deal, record.deal_id),
                (Named::Matter, record.matter_id),
                (Named::Company, record.related_company_id),
            ]),
        }
    }
}

impl From<Task> for Happening {
    fn from(record: Task) -> Self {
        Self {
            kind: RecordType::Task,
            id: record.id,
            title: record.title,
            text: record.description.unwrap_or_default(),
            word: None,
            date: record.created_date,
            user: record.assigned_to_user_id,
            links: links([
                (Named::Contact, record.contact_id),
                (Named::Deal, record.deal_id),
                (Named::Matter, record.matter_id),
                (Named::Company, record.related_company_id),
            ]),
        }
    }
}

impl From<Deal> for Happening {
    fn from(record: Deal) -> Self {
        Self {
            kind: RecordType::Deal,
            id: record.id,
            title: record.name,
            text: record.high_level_description.unwrap_or_default(),
            word: None,
            date: record.created_date,
            user: record.owner_user_id,
            links: links([
                (Named::Company, record.related_company_id),
                (Named::Contact, record.main_contact_id),
                (Named::Matter, record.matter_id),
            ]),
        }
    }
}

impl From<Matter> for Happening {
    fn from(record: Matter) -> Self {
        Self {
            kind: RecordType::Matter,
            id: record.id,
            title: record.name,
            text: record.description.unwrap_or_default(),
            word: None,
            date: record.created_date,
            user: record.responsible_user_id,
            links: links([
                (Named::Company, record.client_company_id),
                (Named::Contact, record.client_contact_id),
            ]),
        }
    }
}

impl Happening {
    /// The first of the linked records that the key may read.
    pub(crate) fn about(&self, names: &LinkNames) -> Option<About> {
        self.links.iter().find_map(|(named, id)| {
            let (_, known) = names.0.iter().find(|(kind, _)| kind == named)?;
            Some(About { kind: record_type(*named)?, id: *id, name: known.get(id)?.clone() })
        })
    }

    pub(crate) fn user(&self, names: &LinkNames) -> Option<String> {
        let (_, users) = names.0.iter().find(|(kind, _)| *kind == Named::User)?;
        users.get(&self.user?).cloned()
    }
}

const fn record_type(named: Named) -> Option<RecordType> {
    Some(match named {
        Named::Contact => RecordType::Contact,
        Named::Company => RecordType::Company,
        Named::Deal => RecordType::Deal,
        Named::Matter => RecordType::Matter,
        Named::User => return None,
    })
}

impl View<'_, '_> {
    /// The newest of one type that match, and how many do.
    pub(crate) async fn newest(
        &mut self,
        kind: RecordType,
        filter: &Filter,
        limit: i64,
    ) -> Result<(Vec<Happening>, i64), CrmError> {
        macro_rules! listed {
            ($table:ident) => {{
                let listed = $table::list(self.tx, filter, Order::Newest, first(limit)).await?;
                (listed.rows.into_iter().map(Happening::from).collect(), listed.total)
            }};
        }
        Ok(match kind {
            RecordType::Activity => listed!(activities),
            RecordType::Note => listed!(notes),
            RecordType::Task => listed!(tasks),
            RecordType::Deal => listed!(deals),
            RecordType::Matter => listed!(matters),
            RecordType::Contact | RecordType::Company => (Vec::new(), 0),
        })
    }

    /// The names of what these are about and of who did them, each only where the key may read it.
    pub(crate) async fn link_names(&mut self, all: &[Happening]) -> Result<LinkNames, CrmError> {
        let mut names = LinkNames::default();
        for named in [Named::Contact, Named::Company, Named::Deal, Named::Matter] {
            let linked = all.iter().flat_map(|one| &one.links).filter(|(kind, _)| *kind == named);
            let ids = linked.map(|(_, id)| Some(*id)).collect();
            names.0.push((named, self.names(named, ids).await?));
        }
        let users = self.names(Named::User, all.iter().map(|one| one.user).collect()).await?;
        names.0.push((Named::User, users));
        Ok(names)
    }

    /// The types that were asked for, in the singular or the plural; without any all that the key may read.
    pub(crate) fn types(&self, asked: &Asked) -> Result<Vec<RecordType>, CrmError> {
        let texts = asked.texts("types")?;
        if texts.is_empty() {
            return Ok(TELLING.into_iter().filter(|kind| self.access.may(read_scope(*kind))).collect());
        }
        let mut wanted = Vec::new();
        for text in texts {
            let word = text.to_lowercase();
            let kind = TELLING.into_iter().find(|kind| kind.as_str() == word || kind.plural() == word);
            let kind = kind.ok_or_else(|| CrmError::Invalid {
                message: format!(
                    "types must be some of {}; one is \"{}\".",
                    TELLING.map(RecordType::plural).join(", "),
                    shown(&text)
                ),
                valid: TELLING.iter().map(|kind| kind.plural().to_owned()).collect(),
            })?;
            self.access.require(read_scope(kind))?;
            if !wanted.contains(&kind) {
                wanted.push(kind);
            }
        }
        Ok(wanted)
    }
}
