//! By what figures are broken down, and who or what is first in that.

use super::Reader;
use crate::builtin::field::Field;
use crate::builtin::question::{Entity, Grouping, Leader, Problem, Sort};
use crate::builtin::tag::{Many, Prep, Tag};

const GROUPS_MAX: usize = 2;

/// What people also break numbers down by.
const UNKNOWN: &[&str] = &[
    "region",
    "gender",
    "age",
    "postcode",
    "product",
    "territory",
    "state",
    "weekday",
    "hour",
    "judge",
    "court",
];

impl Reader<'_> {
    pub(super) fn groups(&mut self) {
        for at in 0..self.tokens.len() {
            if !self.is(at, |tag| *tag == Tag::By) {
                continue;
            }
            let noun = self.after(at);
            // "by EUR value"
            let currency = self.is(noun, |tag| matches!(tag, Tag::Currency(_)));
            let noun = if currency { self.after(noun) } else { noun };
            // "ordered by value"
            if self.is(noun, |tag| matches!(tag, Tag::Value)) {
                self.question.sort = Some(Sort::Largest);
                self.by_value = true;
                self.take(at);
                self.take(noun);
                continue;
            }
            // "top five countries by number of companies"
            if self.is(noun, |tag| {
                matches!(
                    tag,
                    Tag::Count | Tag::Revenue | Tag::Forecast | Tag::Weighted | Tag::WinRate | Tag::Sum
                )
            }) {
                self.take(at);
                continue;
            }
            if self.is(noun, |tag| matches!(tag, Tag::Colleague(_) | Tag::Me | Tag::Mention)) {
                continue;
            }
            let Some(mut last) = self.group_at(noun) else {
                let text = self.folded(noun);
                let word = text.split(' ').next().unwrap_or_default();
                if self.is(noun, |tag| *tag == Tag::Name)
                    && UNKNOWN.contains(&word)
                    && self.words.is(self.span_start(at), &["by", "per"])
                {
                    self.question.problem = Some(Problem::Group(self.text(noun)));
                    self.take(at);
                    self.take(noun);
                }
                // "just the number for each"
                let last =
                    self.tokens.iter().skip(at + 1).all(|token| token.used || token.tag == Tag::Filler);
                // "across the pipeline", "each": no breakdown.
                let loose = last
                    || self
                        .words
                        .is(self.span_start(at), &["across", "each", "of", "in", "sorted", "ordered"]);
                if loose {
                    self.take(at);
                }
                continue;
            };
            self.take(at);
            // "by owner and quarter", "by pipeline, then by year"
            loop {
                last = self.tail_of_group(last);
                let joint = self.after(last);
                let joined = self.is(joint, |tag| matches!(tag, Tag::And | Tag::By));
                let mut next = if joined { self.after(joint) } else { break };
                if self.is(joint, |tag| *tag == Tag::And) && self.is(next, |tag| *tag == Tag::By) {
                    self.take(next);
                    next = self.after(next);
                }
                if self.question.groups.len() >= GROUPS_MAX
                    || self.is(next, |tag| matches!(tag, Tag::Colleague(_)))
                {
                    break;
                }
                let Some(end) = self.group_at(next) else { break };
                self.take(joint);
                last = end;
            }
        }
        self.every();
    }

    /// The grouping at a place; marks it, and gives the place where it ends.
    fn group_at(&mut self, at: usize) -> Option<usize> {
        let grouping = self.grouping(at)?;
        if !self.question.groups.contains(&grouping) {
            self.question.groups.push(grouping);
        }
        self.take(at);
        Some(at)
    }

    fn grouping(&self, at: usize) -> Option<Grouping> {
        Some(match self.open(at)? {
            Tag::Key(field) => match field {
                Field::Email
                | Field::Phone
                | Field::Website
                | Field::Name
                | Field::Description
                | Field::Probability => return None,
                Field::CloseDate | Field::CreatedDate | Field::DueDate | Field::OpenDate => return None,
                field => Grouping::Field(field.clone()),
            },
            Tag::Time(unit) => Grouping::Time(*unit),
            Tag::Noun(Entity::Companies, _) | Tag::Role(_) => Grouping::Field(Field::Company),
            Tag::Noun(Entity::Contacts, _) => Grouping::Field(Field::Contact),
            Tag::Noun(Entity::Deals, Many::One) => Grouping::Field(Field::Deal),
            Tag::Staff => Grouping::Field(Field::Owner),
            Tag::Pipeline => Grouping::Field(Field::Pipeline),
            Tag::Stages if self.folded(at).contains("stage") => Grouping::Field(Field::Stage),
            Tag::Stages => Grouping::Field(Field::Pipeline),
            _ => return None,
        })
    }

    /// "by industry *of the client company*", "by year *opened*", "by fee *model*".
    fn tail_of_group(&mut self, at: usize) -> usize {
        let of = self.after(at);
        if self.is(of, |tag| matches!(tag, Tag::Prep(Prep::Of))) {
            let mut end = self.after(of);
            let company = |tag: &Tag| {
                matches!(tag, Tag::Role(_) | Tag::Noun(Entity::Companies, _) | Tag::Key(Field::Company))
            };
            if self.is(end, company) {
                self.take(of);
                self.take(end);
                if self.is(self.after(end), company) {
                    end = self.after(end);
                    self.take(end);
                }
                return end;
            }
        }
        if self.is(of, |tag| matches!(tag, Tag::Dated(_)))
            && self.question.groups.iter().any(|g| matches!(g, Grouping::Time(_)))
        {
            if let Some(Tag::Dated(field)) = self.open(of).cloned() {
                self.question.filters.date_field = self.question.filters.date_field.or(Some(field));
            }
            self.take(of);
            return of;
        }
        at
    }

    /// "monthly", "every week".
    fn every(&mut self) {
        for at in 0..self.tokens.len() {
            let Some(Tag::Time(unit)) = self.open(at).cloned() else { continue };
            let text = self.folded(at);
            let every = at > 0 && self.words.is(self.span_start(at).saturating_sub(1), &["every", "each"]);
            if text.ends_with("ly") || text.contains(" by ") || text == "daily" || every {
                self.take(at);
                if !self.question.groups.contains(&Grouping::Time(unit)) {
                    self.question.groups.push(Grouping::Time(unit));
                }
            }
        }
    }

    /// "who has the most won deals", "which stage has the highest value", "top job title": a grouping too, of which the
    /// first is wanted.
    pub(super) fn leaders(&mut self) {
        let most = |tag: &Tag| matches!(tag, Tag::Most | Tag::Top | Tag::Largest);
        let least = |tag: &Tag| matches!(tag, Tag::Fewest | Tag::Smallest);
        let Some(at) = self.find(|tag| most(tag) || least(tag)) else { return };
        let leader = if self.is(at, least) { Leader::Least } else { Leader::Most };
        if self.largest_one(at) {
            return;
        }
        let Some((asked, grouping)) = self.led(at) else {
            // "worst win rate by practice area"
            let measured =
                self.has(|tag| matches!(tag, Tag::WinRate | Tag::Average | Tag::Median | Tag::Cycle));
            if !self.question.groups.is_empty() && measured {
                self.take_all(|tag| most(tag) || least(tag));
                self.question.leader = Some(leader);
            }
            return;
        };
        if self.question.groups.is_empty() {
            self.question.groups.push(grouping);
        } else if self.question.groups.len() < GROUPS_MAX && !self.question.groups.contains(&grouping) {
            return;
        }
        asked.into_iter().for_each(|place| self.take(place));
        self.take_all(|tag| most(tag) || least(tag));
        self.question.leader = Some(leader);
        self.question.sort = None;
    }

    /// "who has the largest open deal": that deal, and not who has the most of them.
    fn largest_one(&mut self, at: usize) -> bool {
        if !self.is(at, |tag| matches!(tag, Tag::Largest | Tag::Smallest)) {
            return false;
        }
        let mut noun = self.after(at);
        while matches!(self.tag(noun), Some(Tag::State(_) | Tag::Own)) {
            noun = self.after(noun);
        }
        if !self.is(noun, |tag| matches!(tag, Tag::Noun(Entity::Deals, Many::One))) {
            return false;
        }
        if let Some((asked, grouping)) = self.led(at)
            && matches!(grouping, Grouping::Field(Field::Owner | Field::Company | Field::Contact))
        {
            // The list says whose it is.
            asked.into_iter().for_each(|place| self.take(place));
        }
        true
    }

    /// "companies with more than three open deals", "in which areas do we have more than 40 matters".
    pub(super) fn counted_groups(&mut self) {
        let Some(at) = self.counted else { return };
        let led = self.led(at).or_else(|| {
            let noun = (0..at).find(|i| {
                self.is(*i, |t| {
                    matches!(
                        t,
                        Tag::Staff
                            | Tag::Noun(Entity::Companies | Entity::Contacts, Many::Many)
                            | Tag::Role(_)
                    )
                })
            })?;
            let grouping = match self.open(noun)? {
                Tag::Staff => Field::Owner,
                Tag::Noun(Entity::Contacts, _) => Field::Contact,
                _ => Field::Company,
            };
            Some((vec![noun], Grouping::Field(grouping)))
        });
        let Some((asked, grouping)) = led.filter(|_| self.question.groups.is_empty()) else { return };
        self.question.groups.push(grouping);
        asked.into_iter().for_each(|place| self.take(place));
        self.take(at);
    }

    /// "top job title among our contacts", "busiest lawyer", "best month", "top 5 clients by value", "who is our best client"
    fn named_leader(&self, at: usize) -> Option<(Vec<usize>, Grouping)> {
        let mut noun = self.after(at);
        if matches!(self.tag(noun), Some(Tag::Figure(_))) {
            noun = self.after(noun);
        }
        let grouping = self.grouping(noun)?;
        let fits = matches!(
            self.tag(noun)?,
            // Companies have no size of their own but their deals.
            Tag::Key(_) | Tag::Staff | Tag::Time(_) | Tag::Noun(Entity::Companies, _) | Tag::Role(_)
        );
        let who = self.find(|tag| *tag == Tag::Who);
        fits.then(|| (std::iter::once(noun).chain(who).collect(), grouping))
    }

    /// The tokens that ask for a leader, and of what.
    fn led(&self, at: usize) -> Option<(Vec<usize>, Grouping)> {
        if let Some(found) = self.named_leader(at) {
            return Some(found);
        }
        // "who owns the most", "who has the most", "who won most"
        if let Some(who) = self.find(|tag| *tag == Tag::Who) {
            return Some((vec![who], Grouping::Field(Field::Owner)));
        }
        if let Some(who) = (0..self.tokens.len()).find(|i| {
            self.is(*i, |t| *t == Tag::Key(Field::Owner))
                && self.words.is(self.span_start(*i), &["who", "which"])
        }) {
            return Some((vec![who], Grouping::Field(Field::Owner)));
        }
        // "which practice area has the best …", "in what month did we win the most …"
        let which = (0..self.tokens.len()).find_map(|i| {
            self.is(i, |tag| matches!(tag, Tag::Which | Tag::What)).then_some(())?;
            let noun = self.after(i);
            let noun = if self.is(noun, |t| matches!(t, Tag::Is)) { self.after(noun) } else { noun };
            let noun =
                if matches!(self.tag(noun), Some(Tag::Prep(Prep::Of))) { self.after(noun) } else { noun };
            let noun = if matches!(self.tag(noun), Some(Tag::Figure(_))) { self.after(noun) } else { noun };
            let grouping = self.grouping(noun).or_else(|| match self.open(noun)? {
                Tag::Noun(Entity::Companies, _) => Some(Grouping::Field(Field::Company)),
                _ => None,
            })?;
            // "which contacts are the newest" asks for contacts.
            let records = matches!(self.tag(noun), Some(Tag::Noun(Entity::Contacts | Entity::Deals, _)));
            let counted = self.others(noun);
            (noun < at && (!records || counted)).then_some((vec![i, noun], grouping))
        });
        if which.is_some() {
            return which;
        }
        None
    }

    /// Whether other records than those at a place are spoken of.
    fn others(&self, at: usize) -> bool {
        (0..self.tokens.len())
            .any(|i| i != at && self.is(i, |tag| matches!(tag, Tag::Noun(_, Many::Many) | Tag::Happened(_))))
    }
}
