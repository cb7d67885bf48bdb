//! What may be shown beside a record: the newest of what hangs on it.

use lexi_store::{Filter, Link, Order, Page, records};
use lexi_types::RecordId;
use lexi_types::records::{Record, RecordType};

use crate::CrmError;
use crate::crm::View;
use crate::filter::{read_scope, relations};

/// So many of each.
const SHOWN: Page = Page { page: 1, per_page: 3 };

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Include {
    Notes,
    Tasks,
    Deals,
}

impl Include {
    const ALL: [Self; 3] = [Self::Notes, Self::Tasks, Self::Deals];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Notes => "notes",
            Self::Tasks => "tasks",
            Self::Deals => "deals",
        }
    }

    /// The list in which they are shown.
    pub const fn shown_as(self) -> &'static str {
        match self {
            Self::Notes => "recent_notes",
            Self::Tasks => "open_tasks",
            Self::Deals => "open_deals",
        }
    }

    pub const fn kind(self) -> RecordType {
        match self {
            Self::Notes => RecordType::Note,
            Self::Tasks => RecordType::Task,
            Self::Deals => RecordType::Deal,
        }
    }

    /// What a record of this type may be shown with.
    pub fn of(kind: RecordType) -> Vec<Self> {
        Self::ALL.into_iter().filter(|include| include.column(kind).is_some()).collect()
    }

    /// Reads a list with commas; `*` stands for all.
    pub fn parse(kind: RecordType, text: &str) -> Result<Vec<Self>, CrmError> {
        let known = Self::of(kind);
        let mut wanted = Vec::new();
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            match known.iter().find(|include| include.as_str() == name) {
                Some(include) => wanted.push(*include),
                None if name == "*" => wanted.extend(&known),
                None => return Err(CrmError::field("include", expected(kind))),
            }
        }
        Ok(known.into_iter().filter(|include| wanted.contains(include)).collect())
    }

    /// The column in which these name a record of this type.
    fn column(self, kind: RecordType) -> Option<&'static str> {
        let relation = relations(kind).iter().find(|relation| relation.name == self.as_str())?;
        match relation.link {
            Link::Column(column) | Link::ColumnOrEntity(column) => Some(column),
            Link::Entity => None,
        }
    }
}

fn expected(kind: RecordType) -> String {
    let names: Vec<&str> = Include::of(kind).into_iter().map(Include::as_str).collect();
    if names.is_empty() {
        return format!("a {} is shown with nothing else; leave it out", kind.as_str());
    }
    format!("must be a list with commas of {}, or *", names.join(", "))
}

impl View<'_, '_> {
    pub(super) async fn beside(
        &mut self,
        kind: RecordType,
        id: RecordId,
        include: &[Include],
    ) -> Result<Vec<(&'static str, Vec<Record>)>, CrmError> {
        let mut beside = Vec::with_capacity(include.len());
        for include in include {
            self.access.require(read_scope(include.kind()))?;
            let Some(column) = include.column(kind) else { continue };
            let mut filter = Filter::new(self.sight, include.kind());
            filter.equal(column, id);
            let order = match include {
                Include::Notes => Order::Newest,
                Include::Tasks => {
                    filter.not_equal("status", "completed");
                    Order::FirstDue
                }
                Include::Deals => {
                    filter.equal("status", "active");
                    Order::Updated
                }
            };
            let shown = records::list(self.tx, &filter, order, SHOWN).await?;
            beside.push((include.shown_as(), shown.rows));
        }
        Ok(beside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn includes_are_read_and_wrong_ones_blamed() {
        let read = |text| Include::parse(RecordType::Contact, text);
        assert_eq!(read("deals, notes").unwrap(), [Include::Notes, Include::Deals]);
        assert_eq!(read("*").unwrap().len(), 3);
        assert_eq!(read("").unwrap(), []);
        assert!(read("matters").unwrap_err().to_string().contains("notes, tasks, deals"));
        assert_eq!(Include::of(RecordType::Deal), [Include::Notes, Include::Tasks]);
        assert!(Include::parse(RecordType::Note, "*").unwrap().is_empty());
        assert!(Include::parse(RecordType::Note, "notes").is_err());
    }
}
