//! Comparisons of people, stages, areas: "Nadia vs Edmund: who has more open deals?"

use super::Reader;
use crate::builtin::field::Field;
use crate::builtin::question::{Grouping, Leader};
use crate::builtin::tag::{State, Tag};

impl Reader<'_> {
    pub(super) fn compare_values(&mut self) {
        let joint =
            |tag: &Tag| matches!(tag, Tag::Compare | Tag::Versus | Tag::Than | Tag::More | Tag::Fewer);
        let kinds = self.question.filters.values(&Field::Type).len() > 1 && self.question.groups.is_empty();
        // "how many does Nadia have, and how many does Raj?"
        let counts = self.tokens.iter().filter(|token| token.tag == Tag::Count).count() > 1;
        let asked = self.has(joint) || self.has(|tag| *tag == Tag::Apart) || kinds || counts;
        let side_by_side = self.states_side_by_side();
        let apart = self.question.groups.is_empty();
        if !apart {
            self.take_all(|tag| *tag == Tag::Apart);
        }
        if !asked && !side_by_side {
            return;
        }
        let entity = self.entity();
        let several = self.question.filters.conditions.iter().filter(|condition| {
            condition.values.len() > 1 && !condition.not && condition.field.grouping(entity).is_some()
        });
        let new = |field: &Field| !self.question.groups.contains(&Grouping::Field(field.clone()));
        let fields: Vec<Field> = several.map(|condition| condition.field.clone()).collect();
        let found = match fields.iter().find(|field| new(field)) {
            Some(field) => field.clone(),
            None if fields.is_empty() => return,
            None => fields.first().cloned().unwrap_or(Field::Status),
        };
        let field = if side_by_side && !asked { Field::Status } else { found };
        let grouping = Grouping::Field(field.clone());
        if self.question.groups.len() < 2 && !self.question.groups.contains(&grouping) {
            self.question.groups.push(grouping);
        }
        if !asked {
            return;
        }
        let fewer = self.has(|tag| *tag == Tag::Fewer);
        let more = self.has(|tag| *tag == Tag::More) || fewer;
        if more || self.has(|tag| *tag == Tag::Who) {
            self.question.leader = Some(if fewer { Leader::Least } else { Leader::Most });
        }
        self.take_all(joint);
        self.take_all(|tag| *tag == Tag::Apart);
        self.take_all(|tag| matches!(tag, Tag::Or | Tag::Who | Tag::Which));
        // "… in each of the two stages"
        let of_field = |tag: &Tag| {
            matches!(tag, Tag::Key(key) if *key == field)
                || matches!(tag, Tag::Stages) && field == Field::Stage
        };
        self.take_all(of_field);
    }

    /// "won and lost deals", "how many were won or lost": both, each with its own figure.
    fn states_side_by_side(&self) -> bool {
        let values = self.question.filters.values(&Field::Status);
        let both = values.len() > 1;
        let said = self
            .tokens
            .iter()
            .filter(|token| {
                matches!(
                    token.tag,
                    Tag::State(
                        State::Won
                            | State::Lost
                            | State::Open
                            | State::Pending
                            | State::Done
                            | State::InProgress
                    )
                )
            })
            .count()
            > 1;
        let apart = (0..self.words.len()).any(|at| {
            self.words.phrase_at(at, "won and lost together").is_some()
                || self.words.is(at, &["together", "combined"])
        });
        let counts = self.tokens.iter().filter(|token| token.tag == Tag::Count).count() > 1;
        let joined = counts || self.tokens.iter().any(|token| matches!(token.tag, Tag::And));
        both && said && joined && !apart && self.question.groups.is_empty()
            || both && said && joined && !apart && self.question.groups.len() == 1
    }
}
