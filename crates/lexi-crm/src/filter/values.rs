//! One argument as a condition of the store, and as it was understood.

use lexi_store::vocabulary::Place;
use lexi_store::{Condition, Filter, pipelines};
use lexi_types::records::RecordType;
use lexi_types::{Date, Period, Scope};
use serde_json::{Map, Value, json};

use super::fields::{Argument, Clock, Slot};
use super::{Asked, choose};
use crate::CrmError;
use crate::crm::{Reading, View};

/// Where an import keeps the day on which an open deal is expected to be closed.
const EXPECTED_CLOSE: &str = "expected_close_date";

impl View<'_, '_> {
    /// One argument as a condition; `None` when it asks for nothing.
    pub(crate) async fn condition(
        &mut self,
        kind: RecordType,
        argument: &Argument,
        asked: &Asked,
        filter: &mut Filter,
    ) -> Result<Option<(Condition, Value)>, CrmError> {
        let name = argument.name;
        match argument.slot {
            Slot::Query => Ok(None),
            Slot::Custom => self.custom_fields(kind, asked, filter).await,
            Slot::CustomDates => self.custom_dates(kind, asked, filter).await,
            Slot::ExpectedClose => Ok(asked.period(name)?.map(|period| {
                let active = filter.any_of("status", ["active"]);
                let names = [EXPECTED_CLOSE.to_owned()];
                let expected = filter.custom_within(&names, period.from, period.to);
                let expected = match within(filter, "closed_date", Clock::Day, period) {
                    Some(said) => Filter::either(&expected, &said),
                    None => expected,
                };
                (Filter::both(&active, &expected), period.shown())
            })),
            Slot::Period(column, clock) => {
                let Some(period) = asked.period(name)? else { return Ok(None) };
                let condition = within(filter, column, clock, period);
                Ok(condition.map(|condition| (condition, period.shown())))
            }
            Slot::After(column, clock) => Ok(asked
                .date(name)?
                .map(|day| {
                    let period = Period::since(day);
                    (within(filter, column, clock, period), json!(day))
                })
                .and_then(|(condition, shown)| Some((condition?, shown)))),
            Slot::Before(column, clock) => Ok(asked
                .date(name)?
                .map(|day| {
                    let period = Period::until(day);
                    (within(filter, column, clock, period), json!(day))
                })
                .and_then(|(condition, shown)| Some((condition?, shown)))),
            Slot::LeastMoney(column) => {
                Ok(asked.amount(name)?.map(|value| (filter.compare(column, ">=", value), json!(value))))
            }
            Slot::MostMoney(column) => {
                Ok(asked.amount(name)?.map(|value| (filter.compare(column, "<=", value), json!(value))))
            }
            Slot::Least(column) => {
                Ok(asked.number(name)?.map(|value| (filter.compare(column, ">=", value), json!(value))))
            }
            Slot::Most(column) => {
                Ok(asked.number(name)?.map(|value| (filter.compare(column, "<=", value), json!(value))))
            }
            Slot::Overdue => Ok(asked.flag(name)?.filter(|overdue| *overdue).map(|_| {
                let late = filter.compare("due_date", "<", asked.today());
                let undone = filter.compare("status", "<>", "completed");
                (Filter::both(&late, &undone), json!(true))
            })),
            Slot::Flag(column) => {
                Ok(asked.flag(name)?.map(|flag| (filter.compare(column, "=", i64::from(flag)), json!(flag))))
            }
            Slot::Inactive => self.inactive(kind, asked, filter),
            _ => self.values(kind, argument, asked, filter).await,
        }
    }

    /// An argument that takes one value or several, any of which will do.
    async fn values(
        &mut self,
        kind: RecordType,
        argument: &Argument,
        asked: &Asked,
        filter: &mut Filter,
    ) -> Result<Option<(Condition, Value)>, CrmError> {
        let mut all: Option<Condition> = None;
        let mut names = Vec::new();
        for text in asked.texts(argument.name)? {
            let (condition, name) = match self.value(kind, argument, asked, &text, filter).await {
                // The other values still count.
                Err(CrmError::NotFound { .. }) if self.reading == Reading::AsWritten => {
                    (filter.nothing(), json!(text))
                }
                other => other?,
            };
            all = Some(match all {
                None => condition,
                Some(before) => Filter::either(&before, &condition),
            });
            names.push(name);
        }
        let shown = if names.len() == 1 { names.pop().unwrap_or_default() } else { Value::Array(names) };
        Ok(all.map(|condition| (condition, shown)))
    }

    async fn value(
        &mut self,
        kind: RecordType,
        argument: &Argument,
        asked: &Asked,
        text: &str,
        filter: &mut Filter,
    ) -> Result<(Condition, Value), CrmError> {
        let name = argument.name;
        Ok(match argument.slot {
            Slot::Word(column) => {
                let spelt = self.words(kind, column, name, text).await?;
                (filter.any_of(column, &spelt), json!(spelt.first()))
            }
            Slot::Choice(column, choices) => {
                let choice = match choose(name, text, choices) {
                    Err(_) if self.reading == Reading::AsWritten => {
                        return Ok((filter.nothing(), json!(text)));
                    }
                    chosen => chosen?,
                };
                // Of what is overdue, "open" is everything that is not done.
                if kind == RecordType::Task && choice == "open" && asked.flag("overdue")? == Some(true) {
                    (filter.compare(column, "<>", "completed"), json!(choice))
                } else {
                    (filter.any_of(column, [choice]), json!(choice))
                }
            }
            Slot::Level(column) => {
                let choice = match choose(name, text, &["high", "medium", "low", "1", "2", "3"]) {
                    Err(_) if self.reading == Reading::AsWritten => {
                        return Ok((filter.nothing(), json!(text)));
                    }
                    chosen => chosen?,
                };
                let number: i64 = match choice {
                    "high" | "1" => 1,
                    "medium" | "2" => 2,
                    _ => 3,
                };
                (filter.any_of(column, [number]), json!(choice))
            }
            Slot::User(column) => {
                let user = self.user(text).await?;
                (filter.any_of(column, [user.id]), json!(user.name))
            }
            Slot::Record(named, column) => {
                let record = self.one(named, text).await?;
                (filter.any_of(column, [record.id]), json!(record.name))
            }
            Slot::Company => self.company_of_contacts(filter, text).await?,
            Slot::Client => self.client(filter, text).await?,
            Slot::OfCompany { link, column } => {
                self.access.require(Scope::ReadCompanies)?;
                let spelt = self.words(RecordType::Company, column, name, text).await?;
                let shown = json!(spelt.first());
                (filter.through(link, RecordType::Company, column, spelt), shown)
            }
            Slot::Address(column) => (filter.address(column, text), json!(text)),
            Slot::Currency => {
                let code = text.to_uppercase();
                (filter.any_of("currency", [code.as_str()]), json!(code))
            }
            Slot::Tag => {
                let spelt = self.tags(kind, text).await?;
                (filter.tagged(&spelt), json!(spelt.first()))
            }
            _ => return Err(CrmError::invalid(format!("{name} takes no value of this kind."))),
        })
    }

    /// The stored spellings of a word; a stage without deals is a stage all the same.
    async fn words(
        &mut self,
        kind: RecordType,
        column: &'static str,
        name: &str,
        text: &str,
    ) -> Result<Vec<String>, CrmError> {
        if kind != RecordType::Deal || !matches!(column, "stage" | "pipeline") {
            return self.spellings(kind, column, name, text).await;
        }
        let workspace = self.workspace();
        let mut known: Vec<String> = Vec::new();
        for pipeline in pipelines::list(self.tx, workspace).await? {
            match column {
                "pipeline" => known.push(pipeline.name),
                _ => known.extend(pipeline.stages.into_iter().map(|stage| stage.name)),
            }
        }
        self.spelt(kind, Place::Column(column), name, text, known).await
    }

    async fn custom_fields(
        &mut self,
        kind: RecordType,
        asked: &Asked,
        filter: &mut Filter,
    ) -> Result<Option<(Condition, Value)>, CrmError> {
        let mut all: Option<Condition> = None;
        let mut shown = Map::new();
        for (name, values) in asked.pairs("custom")? {
            let (mut names, mut spelt, mut first) = (Vec::new(), Vec::new(), Vec::new());
            for value in &values {
                let (stored, fitting) = self.custom(kind, &name, value).await?;
                first.extend(fitting.first().map(|value| json!(value)));
                spelt.extend(fitting);
                names = stored;
            }
            let condition = filter.custom(&names, &spelt);
            all = Some(match all {
                None => condition,
                Some(before) => Filter::both(&before, &condition),
            });
            let value = if first.len() == 1 { first.pop().unwrap_or_default() } else { Value::Array(first) };
            shown.insert(names.into_iter().next().unwrap_or(name), value);
        }
        Ok(all.map(|condition| (condition, Value::Object(shown))))
    }

    async fn custom_dates(
        &mut self,
        kind: RecordType,
        asked: &Asked,
        filter: &mut Filter,
    ) -> Result<Option<(Condition, Value)>, CrmError> {
        let mut all: Option<Condition> = None;
        let mut shown = Map::new();
        for (name, values) in asked.pairs("custom_dates")? {
            let [text] = values.as_slice() else {
                return Err(CrmError::invalid("custom_dates takes one period for each field."));
            };
            let period = Period::parse(text, asked.today()).ok_or_else(|| {
                CrmError::invalid(format!("custom_dates takes periods such as {}.", Period::FORMS))
            })?;
            let names = self.custom_name(kind, &name).await?;
            let condition = filter.custom_within(&names, period.from, period.to);
            all = Some(match all {
                None => condition,
                Some(before) => Filter::both(&before, &condition),
            });
            shown.insert(names.into_iter().next().unwrap_or(name), period.shown());
        }
        Ok(all.map(|condition| (condition, Value::Object(shown))))
    }

    fn inactive(
        &mut self,
        kind: RecordType,
        asked: &Asked,
        filter: &mut Filter,
    ) -> Result<Option<(Condition, Value)>, CrmError> {
        let Some(days) = asked.number("inactive_days")? else { return Ok(None) };
        self.access.require(Scope::ReadNotes)?;
        self.access.require(Scope::ReadActivities)?;
        // The last so many days, today among them.
        let back = i32::try_from(days).unwrap_or(i32::MAX).min(100_000);
        let since = asked.today().plus_days(1 - back).start();
        let (note, activity) = lexi_store::links::touches(kind);
        let notes = filter.related_since(RecordType::Note, note, since);
        let activities = filter.related_since(RecordType::Activity, activity, since);
        let made = filter.compare("created_date", ">=", since);
        let lively = Filter::either(&Filter::either(&notes, &activities), &made);
        Ok(Some((Filter::negated(&lively), json!(days))))
    }
}

impl Slot {
    /// Whether the opposite can be asked for with `not`.
    pub(crate) const fn takes_values(self) -> bool {
        matches!(
            self,
            Self::Word(_)
                | Self::Choice(..)
                | Self::Level(_)
                | Self::User(_)
                | Self::Record(..)
                | Self::Company
                | Self::Client
                | Self::OfCompany { .. }
                | Self::Address(_)
                | Self::Currency
                | Self::Tag
                | Self::Custom
        )
    }
}

fn within(filter: &mut Filter, column: &'static str, clock: Clock, period: Period) -> Option<Condition> {
    let mut bound = |operator, day: Date| match clock {
        Clock::Day => filter.compare(column, operator, day),
        Clock::Micros => filter.compare(column, operator, day.start()),
    };
    let from = period.from.map(|day| bound(">=", day));
    let to = period.to.map(|day| bound("<", day));
    match (from, to) {
        (Some(from), Some(to)) => Some(Filter::both(&from, &to)),
        (one, other) => one.or(other),
    }
}
