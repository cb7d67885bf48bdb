//! Which records are in question, and which words only say of what kind others are.

use super::Reader;
use super::doubts::Placed;
use crate::builtin::field::Field;
use crate::builtin::question::{DateField, Entity, Grouping, Measure};
use crate::builtin::tag::{Many, Prep, Role, State, Tag};

impl Reader<'_> {
    pub(super) fn nouns(&mut self) {
        if self.of_those_before() {
            self.having();
            return;
        }
        let main = self.main_noun();
        if let Some((at, entity)) = main {
            self.question.entity = Some(entity);
            self.say_main(at);
            self.news(entity);
        } else if self.is_leader_of_companies() {
            // "top 5 clients by value": of companies there is nothing but their deals.
            self.question.entity = Some(Entity::Deals);
            if !self.has(|t| matches!(t, Tag::Count)) {
                self.question.measures.push(Measure::Sum);
            }
        } else if self
            .has(|t| matches!(t, Tag::WinRate | Tag::Pipeline | Tag::Revenue | Tag::Forecast | Tag::Weighted))
        {
            self.question.entity = self.question.entity.or(Some(Entity::Deals));
        } else if self.has(|t| matches!(t, Tag::State(State::Undone | State::Overdue | State::InProgress)))
            && self.before.is_none()
        {
            self.question.entity = self.question.entity.or(Some(Entity::Tasks));
        } else if let Some(at) = self.who_works() {
            self.question.entity = Some(Entity::Contacts);
            self.take(at);
        } else if let Some(entity) = self.of_groups().filter(|_| self.fresh()) {
            self.question.entity = self.question.entity.or(Some(entity));
        } else if let Some(entity) = self.of_own_words().filter(|_| self.fresh()) {
            self.question.entity = self.question.entity.or(Some(entity));
        }
        self.question.alone = self.asks_of_deals();
        self.having();
        self.qualifiers();
    }

    /// "with open deals?", after companies: of those, the ones that have some.
    fn of_those_before(&mut self) -> bool {
        let Some(before) = self.before else { return false };
        let first = self.tokens.iter().position(|token| !token.used && token.tag != Tag::Filler);
        let Some(with) = first.filter(|at| self.is(*at, |t| *t == Tag::Prep(Prep::With))) else {
            return false;
        };
        let mut noun = self.after(with);
        let state = match self.open(noun) {
            Some(Tag::State(state)) => Some(*state),
            _ => None,
        };
        if state.is_some() {
            noun = self.after(noun);
        }
        let related = matches!(self.open(noun), Some(Tag::Noun(other, _))
            if *other != before && super::lacks::relation(before, *other, state).is_some());
        if related && self.after(noun) >= self.tokens.len() {
            self.question.entity = Some(before);
            self.question.follows = true;
            return true;
        }
        false
    }

    /// "which product interest is most common": the records that alone have such a field.
    fn of_groups(&self) -> Option<Entity> {
        use lexi_types::records::RecordType::{Company, Contact, Deal, Matter};
        let Some(Grouping::Field(field)) = self.question.groups.first() else { return None };
        let kinds = [
            (Deal, Entity::Deals),
            (Contact, Entity::Contacts),
            (Matter, Entity::Matters),
            (Company, Entity::Companies),
        ];
        match field {
            Field::Custom(name) => {
                let column = format!("custom.{name}");
                let has = |kind| !self.lexis.briefing.vocabulary.values(kind, &column).is_empty();
                kinds.into_iter().find(|(kind, _)| has(*kind)).map(|(_, entity)| entity)
            }
            Field::JobTitle => Some(Entity::Contacts),
            Field::Size | Field::City | Field::Country | Field::Industry if !self.says_amounts() => {
                Some(Entity::Companies)
            }
            _ => None,
        }
    }

    /// Whether it does not go on from the question before.
    fn fresh(&self) -> bool {
        let asks = self.has(|t| matches!(t, Tag::Which | Tag::Count | Tag::List | Tag::What));
        self.before.is_none() || asks && !self.question.follows && !self.question.pronoun
    }

    /// "what did we win last quarter": won are deals.
    fn asks_of_deals(&self) -> bool {
        let won = self.has(|t| matches!(t, Tag::State(State::Won | State::Lost)));
        let asks =
            self.tokens.first().is_some_and(|t| matches!(t.tag, Tag::What | Tag::HowMuch | Tag::Count));
        let did = (0..self.words.len()).any(|at| self.words.is(at, &["did", "have"]));
        won && asks && did && self.question.filters.period.is_some() && !self.question.follows
    }

    /// "how many general counsels": the records that alone use such a word.
    fn of_own_words(&self) -> Option<Entity> {
        let own: Vec<_> = self.tokens.iter().filter(|token| !token.used && token.tag == Tag::Own).collect();
        let all = |entity| {
            own.iter()
                .all(|token| token.own.iter().any(|own| super::filters::rank(entity, own, false).is_some()))
        };
        let entities = [Entity::Deals, Entity::Contacts, Entity::Matters, Entity::Companies];
        entities.into_iter().find(|entity| !own.is_empty() && all(*entity))
    }

    /// "anything new in the deals since Friday", "which deals changed": the records, not what happened to them.
    fn news(&mut self, entity: Entity) {
        if self.question.filters.period.is_none() || matches!(entity, Entity::Notes | Entity::Activities) {
            return;
        }
        if let Some(at) = self.find(|t| *t == Tag::Timeline) {
            let text = self.folded(at);
            let field = if text.contains("chang") { DateField::Updated } else { DateField::Created };
            if text.contains("new") || text.contains("chang") {
                self.question.filters.date_field = self.question.filters.date_field.or(Some(field));
                self.take(at);
            }
        }
    }

    fn is_leader_of_companies(&self) -> bool {
        self.question.leader.is_some() && self.question.groups.contains(&Grouping::Field(Field::Company))
    }

    /// "who works at Acme"
    fn who_works(&self) -> Option<usize> {
        let at = self.find(|t| *t == Tag::Who)?;
        let works = self.words.list.iter().any(|w| matches!(w.fold.as_str(), "works" | "work" | "working"))
            || self.words.list.iter().any(|w| w.fold == "know")
                && self.has(|t| matches!(t, Tag::Prep(Prep::At)));
        works.then_some(at)
    }

    fn noun_at(&self, at: usize) -> Option<Entity> {
        match self.open(at)? {
            Tag::Noun(entity, _) => Some(*entity),
            Tag::Role(_) if self.is_stage(at) => None,
            Tag::Role(_) => Some(Entity::Contacts),
            Tag::Happened(_) => Some(Entity::Activities),
            _ => None,
        }
    }

    /// "in Lead", "Lead vs Qualified": a stage that is called as contacts are.
    fn is_stage(&self, at: usize) -> bool {
        let stage = |place: usize| {
            self.tokens.get(place).is_some_and(|token| token.own.iter().any(|own| own.field == Field::Stage))
        };
        let beside = |tag: Option<&Tag>| matches!(tag, Some(Tag::Versus | Tag::Or | Tag::And | Tag::Not));
        let next = self.after(at);
        let before = self.prior(at);
        let other = beside(self.tag(next)) && stage(self.after(next))
            || before.is_some_and(|p| beside(self.tag(p)) && self.prior(p).is_some_and(stage));
        let said = matches!(self.tag(next), Some(Tag::Key(Field::Stage)));
        let within = said
            || before
                .is_some_and(|p| matches!(self.tag(p), Some(Tag::Prep(Prep::In) | Tag::Key(Field::Stage))));
        stage(at) && (within || other || self.has(|t| matches!(t, Tag::HowMuch | Tag::Value | Tag::Sum)))
    }

    /// The first noun that is no qualifier of another.
    fn main_noun(&self) -> Option<(usize, Entity)> {
        let nouns: Vec<(usize, Entity)> =
            (0..self.tokens.len()).filter_map(|at| Some((at, self.noun_at(at)?))).collect();
        // "on the Acme *deal*": what kind of record the name is.
        let of_name = |at: usize| {
            let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
            matches!(self.tag(at), Some(Tag::Noun(_, Many::One)))
                && beside.into_iter().any(|i| self.is(i, |t| matches!(t, Tag::Name | Tag::Mention)))
        };
        let told = self.has(|t| *t == Tag::Timeline);
        let others = nouns.iter().any(|(at, _)| !of_name(*at)) || told;
        let nouns: Vec<(usize, Entity)> =
            nouns.into_iter().filter(|(at, _)| !(others && of_name(*at))).collect();
        let many = |at: usize| {
            matches!(self.tag(at), Some(Tag::Noun(_, Many::Many)))
                || matches!(self.tag(at), Some(Tag::Happened(_) | Tag::Role(_)))
                    && self.folded(at).ends_with('s')
        };
        // "meeting notes", "client contacts": the second noun is the main one.
        let compound = nouns.iter().find(|(at, entity)| {
            let before =
                at.checked_sub(1).filter(|i| matches!(self.open(*i), Some(Tag::Happened(_) | Tag::Role(_))));
            before.is_some()
                && matches!(
                    entity,
                    Entity::Notes | Entity::Contacts | Entity::Companies | Entity::Deals | Entity::Matters
                )
                && matches!(self.tag(*at), Some(Tag::Noun(..)))
        });
        if let Some((at, entity)) = compound {
            return Some((*at, *entity));
        }
        let qualifier = |at: usize| {
            let before = self.prior(at).and_then(|p| self.skip_own_back(p));
            before.is_some_and(|p| matches!(self.tag(p), Some(Tag::Prep(_) | Tag::Without)))
        };
        // "which general counsels do we know at companies in Berlin"
        let aside = nouns.iter().all(|(at, entity)| qualifier(*at) && *entity == Entity::Companies);
        if aside && self.of_own_words() == Some(Entity::Contacts) {
            return None;
        }
        let plain = nouns.iter().find(|(at, _)| many(*at) && !qualifier(*at));
        let first_many = nouns.iter().find(|(at, _)| many(*at));
        let first =
            plain.or(first_many).or_else(|| nouns.iter().find(|(at, _)| !qualifier(*at))).or(nouns.first());
        // The name of a record, with its kind: "matters of the client Acme".
        first.copied()
    }

    /// Before words of the workspace ("with *healthcare or software* companies").
    fn skip_own_back(&self, at: usize) -> Option<usize> {
        let mut place = at;
        while matches!(self.tag(place), Some(Tag::Own | Tag::Or | Tag::State(_) | Tag::Filler)) {
            place = self.prior(place)?;
        }
        Some(place)
    }

    fn say_main(&mut self, at: usize) {
        let entity = self.question.entity;
        let tag = self.tag(at).cloned();
        // "the Acme deal": the noun still has to say what kind of name stands before it.
        let named = at.checked_sub(1).is_some_and(|i| self.is(i, |t| matches!(t, Tag::Name | Tag::Mention)));
        self.singular = matches!(tag, Some(Tag::Noun(_, Many::One)));
        match tag {
            Some(Tag::Happened(kind)) => self.happened(at, kind),
            Some(Tag::Role(role)) => self.role(at, role, false),
            _ => {}
        }
        if !(self.singular && named) {
            self.take(at);
        }
        // The same noun again adds nothing: "contacts … among our contacts".
        for place in 0..self.tokens.len() {
            let same = self.is(place, |t| matches!(t, Tag::Noun(other, _) if Some(*other) == entity));
            let name_beside = [place.checked_sub(1), Some(place + 1)]
                .into_iter()
                .flatten()
                .any(|i| self.is(i, |t| matches!(t, Tag::Name | Tag::Mention)));
            if same && place != at && !name_beside {
                self.take(place);
            }
        }
        if entity == Some(Entity::Notes)
            && let Some(before) = at.checked_sub(1)
            && let Some(Tag::Happened(kind)) = self.open(before).cloned()
        {
            self.question.filters.add(Field::Type, kind, false);
            self.take(before);
        }
    }

    /// "calls", and further kinds that are named beside it.
    fn happened(&mut self, at: usize, kind: &'static str) {
        self.question.filters.add(Field::Type, kind, false);
        for place in at + 1..self.tokens.len() {
            if let Some(Tag::Happened(other)) = self.open(place).cloned() {
                self.question.filters.add(Field::Type, other, false);
                self.take(place);
                let joint = self.prior(place).filter(|p| self.is(*p, |t| matches!(t, Tag::And | Tag::Or)));
                if let Some(joint) = joint {
                    self.take(joint);
                }
            }
        }
    }

    /// "clients", "leads": contacts of that status, as this workspace calls it.
    pub(super) fn role(&mut self, at: usize, role: Role, not: bool) {
        self.placed.push(Placed { at, end: at, field: Field::Status, not });
        let known = self.lexis.briefing.vocabulary.values(lexi_types::records::RecordType::Contact, "status");
        let written = self.folded(at);
        let fits = |value: &&String| {
            let key = super::super::words::fold(value);
            key == role.status() || key == super::super::spelling::stem(&written)
        };
        let value = known.iter().find(fits).cloned();
        match value {
            Some(value) => self.question.filters.add(Field::Status, &value, not),
            // All contacts of a workspace without such a status are customers.
            None if written.starts_with("customer") && !not => {}
            None => {
                let mut name = role.status().to_owned();
                if let Some(first) = name.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                self.question.filters.add(Field::Status, &name, not);
            }
        }
    }

    /// "with software *companies*", "at *companies* in Berlin", "*client* Acme": nouns that only say what the words beside
    /// them are.
    fn qualifiers(&mut self) {
        let entity = self.entity();
        for at in 0..self.tokens.len() {
            let companies =
                self.is(at, |t| matches!(t, Tag::Noun(Entity::Companies, _) | Tag::Key(Field::Company)));
            let client = self.is(at, |t| matches!(t, Tag::Role(Role::Client)));
            let beside_name = [at.checked_sub(1), Some(self.after(at))]
                .into_iter()
                .flatten()
                .any(|i| self.is(i, |t| matches!(t, Tag::Name | Tag::Mention)));
            let through = matches!(entity, Entity::Deals | Entity::Contacts | Entity::Matters);
            let words_beside = self.prior(at).is_some_and(|p| matches!(self.tag(p), Some(Tag::Own)))
                || matches!(self.tag(self.after(at)), Some(Tag::Prep(Prep::In | Prep::From)));
            let of_words = through && words_beside && self.question.entity.is_some();
            let clients = client && entity != Entity::Contacts && (of_words || beside_name);
            if companies
                && of_words
                && let Some(token) = self.tokens.get_mut(at)
            {
                token.used = true;
                token.tag = Tag::Noun(Entity::Companies, Many::Many);
            } else if clients {
                self.take(at);
            }
        }
    }
}
