//! States: open, won, overdue, done, and what they are for each type of record.

use lexi_types::Period;
use lexi_types::records::RecordType;

use super::Reader;
use crate::builtin::field::Field;
use crate::builtin::question::{DateField, Entity, ME};
use crate::builtin::tag::{State, Tag};

impl Reader<'_> {
    pub(super) fn state(&mut self, at: usize, state: State, not: bool) -> Option<usize> {
        let entity = self.entity();
        let add = |reader: &mut Self, value: &str, not: bool| {
            reader.question.filters.add(Field::Status, value, not)
        };
        match (entity, state) {
            (_, State::New) => {
                // "new deals this month" was read with the period; else the newest are meant.
                if self.question.filters.period.is_none() && !not {
                    self.question.sort = self.question.sort.or(Some(crate::builtin::question::Sort::Newest));
                } else {
                    self.question.filters.date_field =
                        self.question.filters.date_field.or(Some(DateField::Created));
                }
            }
            (_, State::Pinned) => self.question.filters.pinned = !not,
            (Entity::Deals, State::Open) => add(self, "active", not),
            (Entity::Deals, State::Won) => add(self, "won", not),
            (Entity::Deals, State::Lost) => add(self, "lost", not),
            (Entity::Deals, State::Closed | State::Done) if not => add(self, "active", false),
            (Entity::Deals, State::Closed | State::Done) => {
                // "closed won": the state beside it says which; else both.
                let said = self.has(|tag| {
                    matches!(tag, Tag::State(State::Won | State::Lost) | Tag::Revenue | Tag::WinRate)
                }) || self.question.filters.values(&Field::Status).iter().any(|v| v != "active");
                if !said {
                    add(self, "won", false);
                    add(self, "lost", false);
                }
                self.question.filters.date_field =
                    self.question.filters.date_field.or(Some(DateField::Closed));
            }
            (Entity::Deals, State::Undone) => add(self, "active", not),
            (Entity::Matters, State::Open | State::Undone) => add(self, "open", not),
            (Entity::Matters, State::Pending) => add(self, "pending", not),
            (Entity::Matters, State::Closed | State::Done) => {
                add(self, "closed", not);
                if !not {
                    self.question.filters.date_field =
                        self.question.filters.date_field.or(Some(DateField::Closed));
                }
            }
            (Entity::Tasks, State::Open | State::Pending | State::Undone) => {
                // Whatever is not done yet, begun or not.
                self.open_tasks(state, not);
                // "what should I do", "on my plate"
                if self.folded(at).split(' ').any(|word| matches!(word, "i" | "my")) {
                    self.question.filters.add(Field::Owner, ME, false);
                }
            }
            (Entity::Tasks, State::Done | State::Closed) => add(self, "completed", not),
            (Entity::Tasks, State::InProgress) => add(self, "in_progress", not),
            (Entity::Tasks, State::Overdue) if not => {
                // From today on.
                if self.question.filters.period.is_none() {
                    self.question.filters.period = Some(Period::since(self.lexis.briefing.today));
                    self.question.filters.date_field = Some(DateField::Due);
                }
            }
            (Entity::Tasks, State::Overdue) => self.question.filters.overdue = true,
            (Entity::Contacts, _) => return self.contact_state(at, not),
            _ => return None,
        }
        self.take(at);
        Some(at)
    }

    fn open_tasks(&mut self, state: State, not: bool) {
        if state == State::Open {
            self.question.filters.add(Field::Status, "open", not);
        } else {
            self.question.filters.add(Field::Status, "completed", !not);
        }
    }

    /// Contacts have the statuses that the workspace gives them: "won", "open".
    fn contact_state(&mut self, at: usize, not: bool) -> Option<usize> {
        let written = self.folded(at);
        let known = self.lexis.briefing.vocabulary.values(RecordType::Contact, "status");
        let value = known.iter().find(|value| crate::builtin::words::fold(value) == written).cloned();
        let value = match value {
            Some(value) => value,
            None if known.is_empty() => self.text(at),
            None => return None,
        };
        self.question.filters.add(Field::Status, &value, not);
        self.take(at);
        Some(at)
    }
}
