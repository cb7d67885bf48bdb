//! Filters: states, words of the workspace's own, people; each wanted, or left out behind a "not".

use lexi_types::records::RecordType;

use super::Reader;
use super::doubts::Placed;
use crate::builtin::field::Field;
use crate::builtin::question::{Entity, Grouping, ME};
use crate::builtin::tag::{Prep, Role, Tag};
use crate::builtin::tokens::Own;

impl Reader<'_> {
    pub(super) fn narrow(&mut self) {
        let mut not: Option<usize> = None;
        let mut at = 0;
        while at < self.tokens.len() {
            if self.is(at, |tag| *tag == Tag::Not) {
                not = Some(at);
                at += 1;
                continue;
            }
            let negated = not.is_some();
            let before = self.question.filters.conditions.clone();
            let Some(end) = self.filter(at, negated) else {
                at += 1;
                continue;
            };
            if let Some(not) = not {
                self.take(not);
            }
            let field = self
                .question
                .filters
                .conditions
                .iter()
                .find(|c| !before.contains(c))
                .map(|c| c.field.clone());
            if let Some(field) = field.clone() {
                self.placed.push(Placed { at, end, field, not: negated });
            }
            let joint = self.after(end);
            let joined = self.is(joint, |tag| matches!(tag, Tag::Or | Tag::And));
            let next = if joined { self.skip_preps(joint) } else { joint };
            let same = field.is_some() && self.field_at(next) == field;
            if negated && same {
                // "not in Lead, Enquiry or Proposal", "neither clients nor leads": all are left out.
                if joined {
                    self.take(joint);
                }
                at = next;
                continue;
            }
            if same && self.is(joint, |tag| *tag == Tag::Or) {
                self.take(joint);
            }
            not = None;
            at = end + 1;
        }
        self.said_fields();
        self.either();
    }

    /// Of which field the word at a place would be a value.
    fn field_at(&self, at: usize) -> Option<Field> {
        let own = || self.chosen(at).map(|own| own.field);
        let contacts = self.entity() == Entity::Contacts;
        let field = match self.open(at)? {
            Tag::State(_) => Some(Field::Status),
            Tag::Colleague(_) | Tag::Me => Some(Field::Owner),
            Tag::Currency(_) => Some(Field::Currency),
            Tag::Role(_) if contacts => Some(Field::Status),
            Tag::Own | Tag::Role(_) => own(),
            _ => None,
        }?;
        Some(if contacts && field == Field::Stage { Field::Status } else { field })
    }

    /// "in all *departments* except tax": the name of a field whose values were understood.
    fn said_fields(&mut self) {
        for at in 0..self.tokens.len() {
            let field = match self.open(at) {
                // "where do they come from? number of clients by source"
                Some(Tag::Where)
                    if self.question.groups.iter().any(|g| {
                        matches!(g, Grouping::Field(Field::Custom(_) | Field::Country | Field::City))
                    }) =>
                {
                    self.take(at);
                    continue;
                }
                Some(Tag::Key(field)) => field.clone(),
                Some(Tag::Stages) => Field::Stage,
                _ => continue,
            };
            // "marked as client": a value of another field.
            let marked = field == Field::Tag
                && self.folded(at).ends_with(" as")
                && self.placed_at(self.after(at)).is_some();
            let grouped = marked || self.question.groups.contains(&Grouping::Field(field.clone()));
            if grouped || self.question.filters.conditions.iter().any(|condition| condition.field == field) {
                self.take(at);
            }
        }
    }

    /// "either … or": what joins alternatives of one field carries nothing once both are understood.
    fn either(&mut self) {
        for at in 0..self.tokens.len() {
            if !self.is(at, |tag| *tag == Tag::Or) {
                continue;
            }
            let next = self.skip_preps(at);
            let either = self.folded(at) == "either";
            let alike = self.prior(at).is_some_and(|before| self.alike(before, next));
            if alike || either && next < self.tokens.len() {
                self.take(at);
            }
        }
    }

    /// Whether both are understood, and as values of one field.
    fn alike(&self, one: usize, other: usize) -> bool {
        let (Some(first), Some(second)) = (self.tokens.get(one), self.tokens.get(other)) else {
            return false;
        };
        if !first.used || !second.used {
            return false;
        }
        match (self.placed_at(one), self.placed_at(other)) {
            (Some(field), Some(same)) => field == same,
            (None, None) => {
                let kind = std::mem::discriminant(&first.tag) == std::mem::discriminant(&second.tag);
                kind && !matches!(first.tag, Tag::Bounds(..) | Tag::Without | Tag::Period(_) | Tag::State(_))
            }
            _ => false,
        }
    }

    pub(super) fn skip_preps(&self, at: usize) -> usize {
        let mut next = self.after(at);
        while matches!(self.tag(next), Some(Tag::Prep(_) | Tag::Not | Tag::Is)) {
            next = self.after(next);
        }
        next
    }

    /// Takes the filter at a place; gives the place where it ends.
    fn filter(&mut self, at: usize, not: bool) -> Option<usize> {
        if let Some(end) = self.said_field(at, not) {
            return Some(end);
        }
        match self.open(at)?.clone() {
            Tag::State(state) => self.state(at, state, not),
            Tag::Colleague(name) => self.colleague_filter(at, name, not),
            Tag::Me => {
                let value = ME;
                self.question.filters.add(Field::Owner, value, not);
                self.take(at);
                Some(at)
            }
            Tag::Role(role) => self.role_filter(at, role, not),
            Tag::Own => self.own(at, not),
            Tag::Currency(code) => {
                self.question.filters.add(Field::Currency, code, not);
                self.take(at);
                Some(at)
            }
            Tag::Key(_)
            | Tag::Noun(..)
            | Tag::Happened(_)
            | Tag::Pipeline
            | Tag::Tail
            | Tag::Prep(_)
            | Tag::Filler
            | Tag::Private
                if self.tokens.get(at).is_some_and(|token| !token.own.is_empty()) =>
            {
                // "found us via the website": a field's name that is also a value.
                let exact = self.tokens.get(at).is_some_and(|token| token.own.iter().any(|own| own.exact));
                let field = self.is(at, |tag| matches!(tag, Tag::Key(_) | Tag::Happened(_)));
                (exact && field).then(|| self.own(at, not)).flatten()
            }
            _ => None,
        }
    }

    fn colleague_filter(&mut self, at: usize, name: Option<String>, not: bool) -> Option<usize> {
        let name = name.unwrap_or_else(|| self.text(at));
        self.question.filters.add(Field::Owner, &name, not);
        self.take(at);
        // "owned by Raj", "Nadia is responsible": the verb says no more.
        for place in [self.prior(at), Some(self.after(at))].into_iter().flatten() {
            if self.is(place, |tag| matches!(tag, Tag::By | Tag::Key(Field::Owner))) {
                self.take(place);
            }
        }
        let before = self.prior(at).and_then(|p| self.prior(p));
        if let Some(before) = before.filter(|p| self.is(*p, |tag| matches!(tag, Tag::Key(Field::Owner)))) {
            self.take(before);
        }
        Some(at)
    }

    fn role_filter(&mut self, at: usize, role: Role, not: bool) -> Option<usize> {
        if self.entity() != Entity::Contacts {
            // "deals in Lead": a stage that is called so.
            return self.own(at, not);
        }
        self.role(at, role, not);
        self.take(at);
        Some(at)
    }

    /// A word of the workspace, as the filter of the records in question that it can be.
    fn own(&mut self, at: usize, not: bool) -> Option<usize> {
        let own = self.chosen(at)?;
        self.question.filters.add(own.field.clone(), &own.value, not);
        self.take(at);
        self.company_noun(at);
        // "practice", "law", "industry", "high *priority*", "(*the industry*)"
        let mut next = at + 1;
        while self.tail(next, &own.field) {
            self.take(next);
            next += 1;
        }
        let mut place = at;
        while let Some(before) = place.checked_sub(1).filter(|p| self.tail(*p, &own.field)) {
            self.take(before);
            place = before;
        }
        // The same once more: "CFOs (Chief Financial Officer)".
        for other in next..self.tokens.len() {
            let same = self.tokens.get(other).is_some_and(|t| {
                !t.used
                    && t.tag == Tag::Own
                    && t.own.iter().any(|o| o.value == own.value && o.field == own.field)
            });
            if same {
                self.take(other);
            }
        }
        Some(next - 1)
    }

    fn company_noun(&mut self, at: usize) {
        let next = self.after(at);
        let qualifies =
            self.is(next, |t| matches!(t, Tag::Noun(Entity::Companies, _) | Tag::Key(Field::Company)));
        if qualifies && self.question.entity.is_some_and(|entity| entity != Entity::Companies) {
            self.take(next);
        }
    }

    fn tail(&self, at: usize, field: &Field) -> bool {
        let industry = *field == Field::Industry;
        self.is(at, |tag| match tag {
            Tag::Tail => true,
            Tag::Key(other) => {
                other == field
                    || *field == Field::PracticeArea && matches!(other, Field::PracticeArea)
                    || matches!(field, Field::Custom(_)) && matches!(other, Field::Custom(_))
            }
            Tag::Noun(Entity::Companies, _) => {
                industry && self.question.entity.is_some_and(|e| e != Entity::Companies)
            }
            Tag::Pipeline => *field == Field::Pipeline,
            Tag::Stages => *field == Field::Stage,
            _ => false,
        })
    }

    /// Of what the words may stand for, what fits the records in question best.
    fn chosen(&self, at: usize) -> Option<Own> {
        let token = self.tokens.get(at)?;
        let entity = self.entity();
        let companies = matches!(
            self.tag(self.after(at)),
            Some(Tag::Noun(Entity::Companies, _) | Tag::Key(Field::Industry))
        ) || matches!(self.tag(at + 1), Some(Tag::Own))
            && matches!(self.tag(at + 2), Some(Tag::Noun(Entity::Companies, _)));
        let before = at.checked_sub(1).and_then(|i| self.tag(i));
        let next = self.tag(at + 1);
        let rank = |own: &Own| -> Option<usize> {
            // Contacts whose statuses nobody knows yet go by the stages of deals.
            let stages = entity == Entity::Contacts
                && own.field == Field::Stage
                && self.lexis.briefing.vocabulary.values(RecordType::Contact, "status").is_empty();
            let base = if stages { Some(40) } else { rank(entity, own, companies) }?;
            // "source referral", "high priority", "tagged VIP": the field is said.
            let said = [before, next]
                .into_iter()
                .flatten()
                .any(|tag| matches!(tag, Tag::Key(field) if *field == own.field));
            let stage = own.field == Field::Stage
                && matches!(before, Some(Tag::Prep(Prep::In)) | Some(Tag::Key(Field::Stage)));
            Some(if said || stage { base / 4 } else { base } + if own.exact { 0 } else { 3 })
        };
        token
            .own
            .iter()
            .filter_map(|own| Some((rank(own)?, own)))
            .min_by_key(|(rank, _)| *rank)
            .map(|(_, own)| own.clone())
    }

    /// "status Qualified", "in stage Banana", "tagged VIP", "priority high", "region is North", "named Smith".
    fn said_field(&mut self, at: usize, not: bool) -> Option<usize> {
        let Tag::Key(field) = self.open(at)?.clone() else { return self.level(at, not) };
        let mut value = at + 1;
        while self.tag(value).is_some_and(|tag| {
            matches!(tag, Tag::Is | Tag::Filler | Tag::Prep(Prep::Of | Prep::To | Prep::In | Prep::With))
        }) {
            value += 1;
        }
        let entity = self.entity();
        match (&field, self.open(value)?.clone()) {
            (Field::Name, Tag::Name | Tag::Mention | Tag::Own | Tag::Colleague(_)) => {
                self.question.filters.text = Some(self.text(value));
            }
            (Field::Status, Tag::Own | Tag::Name) if matches!(entity, Entity::Contacts) => {
                let chosen = self.chosen(value).filter(|own| own.field == Field::Status);
                let (text, end) = match chosen {
                    Some(own) => (own.value, value),
                    None => (self.text(value), value),
                };
                value = end;
                self.question.filters.add(Field::Status, &text, not);
            }
            (Field::Status, Tag::Role(_)) if entity == Entity::Contacts => {
                let text = self.text(value);
                self.question.filters.add(Field::Status, &text, not);
            }
            (Field::Status, Tag::Name) if field.argument(entity).is_some() => {
                let text = self.text(value);
                self.question.filters.add(Field::Status, &text, not);
            }
            (Field::Status | Field::Stage, Tag::State(_)) => {
                self.take(at);
                return self.filter(value, not);
            }
            (Field::Stage, Tag::Name) => {
                let text = self.text(value);
                self.question.filters.add(Field::Stage, &text, not);
            }
            (Field::Tag, Tag::Name) => {
                let text = self.text(value);
                self.question.filters.add(Field::Tag, &text, not);
            }
            (Field::Custom(_), Tag::Name | Tag::Figure(_)) => {
                let text = self.text(value);
                self.question.filters.add(field.clone(), &text, not);
            }
            (field, Tag::Own) => {
                let fits = self
                    .tokens
                    .get(value)
                    .is_some_and(|token| token.own.iter().any(|own| own.field == *field));
                if !fits {
                    return None;
                }
                let end = self.own(value, not)?;
                self.take(at);
                return Some(end.max(value));
            }
            (Field::Priority, Tag::Name) => return None,
            _ => return None,
        }
        self.take(at);
        self.take(value);
        Some(value)
    }

    /// "high priority", where no record has a priority yet to learn the word from.
    fn level(&mut self, at: usize, not: bool) -> Option<usize> {
        let level = self.folded(at);
        let known = ["high", "medium", "low", "urgent"].contains(&level.as_str());
        let priority = |place: usize| self.is(place, |tag| *tag == Tag::Key(Field::Priority));
        let (next, before) = (self.after(at), self.prior(at));
        let beside = if priority(next) { Some(next) } else { before.filter(|p| priority(*p)) };
        let own =
            self.tokens.get(at).is_some_and(|token| token.own.iter().any(|own| own.field == Field::Priority));
        if !known
            || Field::Priority.argument(self.entity()).is_none()
            || own && beside.is_none() && self.chosen(at).is_some()
        {
            return None;
        }
        let beside = beside?;
        let level = if level == "urgent" { "high".to_owned() } else { level };
        self.question.filters.add(Field::Priority, &level, not);
        self.take(at);
        self.take(beside);
        Some(at.max(beside))
    }
}

/// How well a word of this field belongs in a question about these records; the lowest first.
pub(super) fn rank(entity: Entity, own: &Own, companies: bool) -> Option<usize> {
    own.field.argument(entity)?;
    let order = [
        Field::Stage,
        Field::PracticeArea,
        Field::Status,
        Field::Industry,
        Field::Country,
        Field::City,
        Field::FeeModel,
        Field::Pipeline,
        Field::JobTitle,
        Field::Priority,
        Field::Type,
    ];
    let place = order.iter().position(|field| *field == own.field).unwrap_or(if own.field == Field::Tag {
        12
    } else {
        11
    });
    let of_company = matches!(own.field, Field::Industry | Field::Country | Field::City);
    let through = of_company
        && own.kind == RecordType::Company
        && matches!(entity, Entity::Deals | Entity::Contacts | Entity::Matters);
    // Deals and matters have the same practice areas, deals and tasks the same priorities.
    let shared = match own.field {
        Field::PracticeArea => matches!(own.kind, RecordType::Deal | RecordType::Matter),
        Field::Priority => matches!(entity, Entity::Tasks | Entity::Deals | Entity::Contacts),
        _ => false,
    };
    if companies && (of_company || entity == Entity::Companies && own.kind == RecordType::Company) {
        return Some(place);
    }
    if companies && entity != Entity::Companies && own.kind != RecordType::Company {
        return Some(60 + place);
    }
    if own.kind == entity.kind() {
        Some(4 + place)
    } else if shared {
        Some(20 + place)
    } else if through {
        Some(24 + place)
    } else {
        None
    }
}
