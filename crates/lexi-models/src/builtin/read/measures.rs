//! What is wanted: a figure, a list, a summary, what happened.

use lexi_types::Period;

use super::Reader;
use crate::builtin::field::Field;
use crate::builtin::question::{DateField, Entity, Filters, Grouping, Intent, Leader, Measure, Sort};
use crate::builtin::tag::{State, Tag};

type Test = fn(&Tag) -> bool;

impl Reader<'_> {
    pub(super) fn asked(&mut self) {
        self.order();
        self.owners_listed();
        self.measures();
        self.question.intent = self.question.intent.or_else(|| self.intent());
        let intent = self.question.intent;
        // "when was the last call": the list says the day.
        if self.question.limit == Some(1) && matches!(intent, Some(Intent::List | Intent::Timeline))
            || intent == Some(Intent::Timeline) && self.has(|t| *t == Tag::When)
        {
            self.take_all(|t| *t == Tag::When);
            self.question.limit = Some(1);
        }
    }

    fn intent(&mut self) -> Option<Intent> {
        let pipeline = self.pipeline();
        let noun = self.question.entity.is_some() && !pipeline;
        let grouped = !self.question.groups.is_empty();
        let measured = !self.question.measures.is_empty();
        if self.workload() {
            return Some(Intent::Workload);
        }
        if self.doings() {
            return Some(Intent::Timeline);
        }
        if self.has(|t| *t == Tag::Timeline) && !noun && !measured {
            return Some(self.timeline(grouped));
        }
        if self.summarised(pipeline) {
            self.take_all(|t| matches!(t, Tag::Summary | Tag::Total));
            return Some(Intent::Summary);
        }
        if pipeline && !measured {
            // What the pipeline is compared by is its value.
            self.question.measures.push(Measure::Sum);
            return Some(Intent::Measure);
        }
        if measured {
            return Some(Intent::Measure);
        }
        if self.has(|t| *t == Tag::Stages) && !noun {
            self.take_all(|t| *t == Tag::Stages);
            return Some(Intent::Stages);
        }
        let summary = self.take_all(|t| *t == Tag::Summary);
        if self.question.entity.is_some() && (grouped || self.question.compare.is_some()) || summary {
            self.question.measures.push(Measure::Count);
            return Some(Intent::Measure);
        }
        if self.has(|t| *t == Tag::Staff) && self.question.entity.is_none() {
            self.take_all(|t| matches!(t, Tag::Count));
            // Of the people here nothing is known but that they are.
            if self.question.filters == Filters::default() {
                self.take_all(|t| matches!(t, Tag::Staff));
            }
            return Some(Intent::Users);
        }
        (self.lists() || self.question.sort.is_some()).then_some(Intent::List)
    }

    /// "summarize", or the pipeline and nothing that asks for a figure of it.
    fn summarised(&self, pipeline: bool) -> bool {
        let question = &self.question;
        let of_deals = matches!(question.entity, None | Some(Entity::Deals));
        let alone = question.measures.is_empty() && question.compare.is_none() && question.groups.len() < 2;
        self.has(|t| *t == Tag::Summary) && of_deals
            || pipeline && alone && !self.listed() && !self.values_beside()
    }

    /// "what is Freya working on"
    fn workload(&self) -> bool {
        let works = (0..self.words.len()).any(|at| {
            self.words.phrase_at(at, "working on").is_some() || self.words.phrase_at(at, "work on").is_some()
        });
        let filters = &self.question.filters;
        let theirs = !filters.values(&Field::Owner).is_empty()
            && filters.conditions.len() == 1
            && filters.period.is_none();
        works
            && theirs
            && self.question.entity.is_none()
            && self.question.measures.is_empty()
            && self.has(|t| *t == Tag::What)
    }

    /// "what did Nadia do yesterday"
    fn doings(&mut self) -> bool {
        let did = (0..self.words.len()).any(|at| self.words.is(at, &["did", "has", "have"]))
            && (0..self.words.len()).any(|at| self.words.is(at, &["do", "done"]));
        let theirs = !self.question.filters.values(&Field::Owner).is_empty();
        let found = did
            && theirs
            && self.question.entity.is_none()
            && self.question.measures.is_empty()
            && self.has(|t| *t == Tag::What);
        if found {
            self.take_all(|t| *t == Tag::State(State::Done));
            self.question.filters.remove(&Field::Status);
            self.question.entity = Some(Entity::Activities);
        }
        found
    }

    /// "the latest activity", but not "what happened", leaves out what was only created.
    fn timeline(&mut self, grouped: bool) -> Intent {
        let words = ["activity", "activities", "interaction", "touch", "touchpoint"];
        let said = (0..self.tokens.len()).filter(|at| self.is(*at, |t| *t == Tag::Timeline)).any(|at| {
            let text = self.folded(at);
            text.starts_with("last") || words.iter().any(|word| text.ends_with(word))
        });
        self.take_all(|t| matches!(t, Tag::Timeline | Tag::Newest));
        if said || grouped {
            self.question.entity = Some(Entity::Activities);
        }
        if grouped {
            self.question.measures.push(Measure::Count);
            return Intent::Measure;
        }
        Intent::Timeline
    }

    /// "who owns the Acme deals": the list says who.
    fn owners_listed(&mut self) {
        let many =
            self.tokens.iter().any(|token| matches!(token.tag, Tag::Noun(_, super::super::tag::Many::Many)));
        let owner = self.find(|t| *t == Tag::Key(Field::Owner));
        if let Some(at) = owner.filter(|_| self.question.plural && self.question.groups.is_empty() && !many) {
            // "who owns them?"
            self.question.groups.push(Grouping::Field(Field::Owner));
            self.question.measures.push(Measure::Count);
            self.take(at);
            return;
        }
        if let Some(at) = owner.filter(|at| {
            many && self.words.is(self.span_start(*at), &["who"]) && self.question.groups.is_empty()
        }) {
            self.take(at);
        }
    }

    fn listed(&self) -> bool {
        self.has(|t| matches!(t, Tag::List)) && self.question.sort.is_some()
    }

    fn values_beside(&self) -> bool {
        self.question
            .groups
            .iter()
            .any(|g| matches!(g, Grouping::Field(field) if self.question.filters.values(field).len() > 1))
    }

    fn lists(&self) -> bool {
        self.has(|t| matches!(t, Tag::List | Tag::Which | Tag::What))
    }

    /// "the pipeline": the deals that are still open.
    fn pipeline(&mut self) -> bool {
        let noun = self.tokens.iter().any(|token| matches!(token.tag, Tag::Noun(Entity::Deals, _)));
        if !self.take_all(|t| *t == Tag::Pipeline) {
            return false;
        }
        let filters = &mut self.question.filters;
        let bare = filters.values(&Field::Status).is_empty()
            && filters.values(&Field::Pipeline).is_empty()
            && filters.values(&Field::Stage).is_empty();
        if bare && matches!(self.question.entity, None | Some(Entity::Deals)) {
            self.question.entity = Some(Entity::Deals);
            filters.add(Field::Status, "active", false);
        }
        !noun
    }

    /// Which come first.
    fn order(&mut self) {
        let sorts: [(Test, Sort); 5] = [
            (|t| matches!(t, Tag::Updated), Sort::Updated),
            (|t| matches!(t, Tag::Largest | Tag::Top), Sort::Largest),
            (|t| matches!(t, Tag::Smallest), Sort::Smallest),
            (|t| matches!(t, Tag::Newest), Sort::Newest),
            (|t| matches!(t, Tag::Oldest), Sort::Oldest),
        ];
        let of_deals = self.says_amounts() || self.question.entity.is_none();
        self.extremes();
        for (test, sort) in sorts {
            if !self.has(test) {
                continue;
            }
            let by_value = matches!(sort, Sort::Largest | Sort::Smallest);
            if sort == Sort::Oldest {
                let oldest: Vec<usize> = (0..self.tokens.len()).filter(|at| self.is(*at, test)).collect();
                for at in oldest {
                    self.still_open(at);
                    // "which deal took the longest": how long each took is in no list.
                    if self.prior_word(at, &["took", "takes", "take", "taken", "taking"]) {
                        self.doubt(at, at);
                    }
                }
            }
            if by_value && !of_deals {
                // Nothing but deals is large.
                continue;
            }
            self.take_all(test);
            if self.question.leader.is_none() {
                self.question.sort = self.question.sort.or(Some(sort));
            }
        }
        if of_deals
            && self.question.leader.is_none()
            && self.question.entity == Some(Entity::Deals)
            && self.take_all(|t| *t == Tag::Most)
        {
            self.question.sort = self.question.sort.or(Some(Sort::Largest));
        }
        if self.question.entity == Some(Entity::Tasks) && self.take_all(|t| *t == Tag::Coming) {
            self.question.sort = self.question.sort.or(Some(Sort::Oldest));
            if self.question.filters.period.is_none() {
                self.question.filters.period = Some(Period::since(self.lexis.briefing.today));
                self.question.filters.date_field = Some(DateField::Due);
                self.question.filters.add(Field::Status, "completed", true);
            }
        }
        if self.question.sort.is_some() {
            // "with the earliest opening date"
            self.take_all(|t| {
                matches!(
                    t,
                    Tag::Key(Field::OpenDate | Field::CreatedDate | Field::CloseDate | Field::DueDate)
                )
            });
        }
        // "the biggest deal"
        if self.singular && self.question.sort.is_some() {
            self.question.limit = self.question.limit.or(Some(1));
        }
    }

    /// "the highest deal value": of no record in particular.
    fn extremes(&mut self) {
        let noun = self.tokens.iter().any(|token| matches!(token.tag, Tag::Noun(..) | Tag::Role(_)));
        if noun
            || !self.has(|t| *t == Tag::Value)
            || self.question.leader.is_some()
            || !self.question.groups.is_empty()
        {
            return;
        }
        for (test, measure) in [
            ((|t| matches!(t, Tag::Largest)) as Test, Measure::Largest),
            (|t| matches!(t, Tag::Smallest), Measure::Smallest),
        ] {
            if self.take_all(test) {
                self.take_all(|t| *t == Tag::Value);
                self.question.measures.push(measure);
            }
        }
    }

    fn measures(&mut self) {
        let entity = self.question.entity;
        let count = self.take_all(|t| *t == Tag::Count);
        let rate = self.take_all(|t| *t == Tag::WinRate);
        let to_win = (0..self.tokens.len())
            .any(|at| self.is(at, |t| *t == Tag::Cycle) && self.folded(at).contains("win"));
        let share = self.take_all(|t| *t == Tag::Share);
        let rate = rate || share && self.wins();
        if share && !rate {
            if let Some(at) = self.find(|t| matches!(t, Tag::Value | Tag::Sum | Tag::Weighted | Tag::Revenue))
            {
                // A share of the money; shares are of numbers of records.
                self.doubt(at, at);
            }
            self.share();
        }
        let cycle = self.take_all(|t| *t == Tag::Cycle);
        if to_win && self.question.filters.values(&Field::Status).is_empty() {
            self.question.filters.add(Field::Status, "won", false);
        }
        let ordered = matches!(self.question.sort, Some(Sort::Largest | Sort::Smallest));
        if rate && ordered && self.question.groups.is_empty() {
            self.question.unplaced.push("lowest or highest win rate".to_owned());
        }
        if cycle && self.question.sort.is_some() && self.question.groups.is_empty() {
            // "which matter took the longest": how long each took is in no list.
            self.question.unplaced.push("the longest".to_owned());
        }
        let median = self.take_all(|t| *t == Tag::Median);
        let average = self.take_all(|t| *t == Tag::Average);
        let forecast = self.take_all(|t| *t == Tag::Forecast);
        let weighted = self.take_all(|t| *t == Tag::Weighted) || forecast;
        let revenue = self.take_all(|t| *t == Tag::Revenue);
        let much = self.take_all(|t| *t == Tag::HowMuch);
        // "how much is the biggest deal worth": its value is in the list.
        let one = self.singular && matches!(self.question.sort, Some(Sort::Largest | Sort::Smallest));
        let sum = self.take_all(|t| *t == Tag::Sum) || much && !one;
        let total = self.take_all(|t| *t == Tag::Total);
        let sorted = self.question.sort.is_some();
        let value = self.take_all(|t| *t == Tag::Value) || self.by_value && self.question.leader.is_some();
        let _sized = (average || median)
            && entity != Some(Entity::Companies)
            && self.take_all(|t| *t == Tag::Key(Field::Size));
        let money_said = value || sum || revenue || self.says_currency_alone();
        let measures = &mut self.question.measures;
        if rate {
            measures.push(Measure::WinRate);
        }
        if cycle {
            measures.push(Measure::Cycle);
        }
        if median && !cycle {
            measures.push(Measure::Median);
        }
        if average && !cycle && !rate {
            measures.push(Measure::Average);
        }
        if weighted {
            measures.push(Measure::Weighted);
        }
        let other = rate || cycle || median || average || weighted;
        let first_by_money = self.question.leader.is_some() && (value || money_said && !count);
        // "what did we win in EUR, month by month"
        let in_money = money_said && !count && entity.is_none() && !self.question.groups.is_empty();
        let summed = in_money || sum || revenue || value && !sorted || total && !count && !sorted;
        if !other && (summed || first_by_money) {
            measures.push(Measure::Sum);
        }
        if count {
            // "number and total value": both, in the order of the question.
            measures.insert(0, Measure::Count);
        }
        measures.dedup();
        let several = measures.len() > 1 && measures.iter().any(|m| m.is_money());
        if several && count && self.question.filters.value.is_empty() {
            // "how many, and what were they worth in euros": the currency is that of the amount, and all are shown.
            self.question.filters.remove(&Field::Currency);
        }
        if count && average && !(value || sum) {
            // "the average number of deals": of nothing that can be averaged here.
            self.question.unplaced.push("average number".to_owned());
        }
        self.implied(revenue, forecast, rate);
        self.only_count(total);
    }

    /// "what percentage of deals do we win": a win rate.
    fn wins(&self) -> bool {
        matches!(self.question.entity, None | Some(Entity::Deals))
            && self.tokens.iter().any(|token| token.tag == Tag::State(State::Won))
    }

    /// "what percentage of contacts are clients": what is said last, of all that the rest leaves.
    fn share(&mut self) {
        let entity = self.entity();
        let last = self
            .question
            .filters
            .conditions
            .pop()
            .filter(|condition| !condition.not && condition.values.len() == 1);
        match last
            .filter(|condition| condition.field.grouping(entity).is_some() && self.question.groups.is_empty())
        {
            Some(condition) => {
                self.question.groups.push(Grouping::Field(condition.field.clone()));
                self.question.measures.push(Measure::Count);
                self.question.share = Some(condition);
            }
            None => self.question.unplaced.push("percentage".to_owned()),
        }
    }

    /// "total tasks": matters and tasks are counted, they have no value.
    fn only_count(&mut self, total: bool) {
        let Some(entity) = self.question.entity else { return };
        if total && !entity.has_value() && self.question.measures == [Measure::Sum] {
            self.question.measures = vec![Measure::Count];
        }
    }

    /// What was earned is won, what may be earned is open.
    fn implied(&mut self, revenue: bool, forecast: bool, rate: bool) {
        let cycle = self.question.measures(Measure::Cycle) && self.before.is_none();
        if revenue || forecast || rate || cycle || self.question.measures(Measure::Weighted) {
            self.question.entity = self.question.entity.or(Some(Entity::Deals));
        }
        if self.question.measures(Measure::Cycle) && self.question.filters.period.is_some() {
            // How long took what ended then.
            self.question.filters.date_field = self.question.filters.date_field.or(Some(DateField::Closed));
        }
        if self.question.entity != Some(Entity::Deals) {
            return;
        }
        let said = !self.question.filters.values(&Field::Status).is_empty();
        if forecast && self.question.filters.period.is_some() {
            self.question.filters.date_field = self.question.filters.date_field.or(Some(DateField::Closed));
        }
        if revenue && !forecast && !said {
            self.question.filters.add(Field::Status, "won", false);
        } else if forecast && !said {
            self.question.filters.add(Field::Status, "active", false);
        }
        if rate {
            self.question.filters.date_field = self
                .question
                .filters
                .date_field
                .filter(|f| *f == DateField::Created)
                .or(Some(DateField::Closed));
            // "what percentage of his closed deals has he won": both states are in the rate already.
            self.question.filters.remove(&Field::Status);
            if self.question.groups.contains(&Grouping::Field(Field::Status)) {
                self.question.groups.retain(|g| *g != Grouping::Field(Field::Status));
            }
        }
    }

    fn prior_word(&self, at: usize, words: &[&str]) -> bool {
        let start = self.span_start(at);
        (start.saturating_sub(2)..start).any(|place| self.words.is(place, words))
    }

    fn says_currency_alone(&self) -> bool {
        self.question.filters.value.is_empty() && !self.question.filters.values(&Field::Currency).is_empty()
    }

    /// What follows from several parts together.
    pub(super) fn settle(&mut self) {
        self.settle_lacks();
        let filters = &mut self.question.filters;
        let placed = filters
            .conditions
            .iter()
            .any(|condition| matches!(condition.field, Field::Status | Field::Stage));
        let deals = matches!(self.question.entity.or(self.before), None | Some(Entity::Deals));
        if self.closing && deals && !placed {
            filters.add(Field::Status, "active", false);
        }
        let entity = self.question.entity.or(self.before);
        let question = &mut self.question;
        if entity == Some(Entity::Contacts) {
            for condition in &mut question.filters.conditions {
                if condition.field == Field::Stage {
                    condition.field = Field::Status;
                }
            }
        }
        // "won deals by stage of win or loss": a rate says both.
        let won_and_lost = question.filters.values(&Field::Status).len() == 2
            && question.groups.contains(&Grouping::Field(Field::Status))
            && question.groups.len() == 2;
        if won_and_lost
            && entity == Some(Entity::Deals)
            && question.measures == [Measure::Count]
            && question.filters.values(&Field::Status).iter().all(|v| v != "active")
        {
            question.groups.retain(|g| *g != Grouping::Field(Field::Status));
            question.measures = vec![Measure::WinRate];
            question.filters.remove(&Field::Status);
            question.filters.date_field = question.filters.date_field.or(Some(DateField::Closed));
        }
        if question.leader == Some(Leader::Least) && question.measures.is_empty() && question.intent.is_none()
        {
            question.intent = Some(Intent::Measure);
        }
    }
}
