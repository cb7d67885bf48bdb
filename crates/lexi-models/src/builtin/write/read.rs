//! From a message to an order. Every wording that covers the message is tried; an order comes of it only if all that can be
//! read come to the same.

use std::ops::Range;
use std::sync::LazyLock;

use lexi_types::records::RecordType;
use serde_json::json;

use super::content::{activity, span};
use super::pattern::{Bound, Pattern};
use super::slot::Slot;
use super::values::{Setting, Told, Values, means_lost, role};
use super::{Act, Create, Named, Order, Reading, Set, Target, many, named};
use crate::builtin::field::Field;
use crate::builtin::format::{joined, plain};
use crate::builtin::lexicon::{self, AGAIN, ASIDES, Deed, LEADS, ORDERS, TRAILS};
use crate::builtin::question::{Entity, Question};
use crate::builtin::tag::{Many, Tag};
use crate::builtin::tokens::{self, Lexis};
use crate::builtin::words::{Words, fold};

/// More words than a request needs; what is longer is no request.
const WORDS_MAX: usize = 400;

static WORDINGS: LazyLock<Vec<(Deed, Vec<Pattern>)>> = LazyLock::new(|| {
    let of =
        |patterns: &'static [&'static str]| patterns.iter().filter_map(|text| Pattern::parse(text)).collect();
    ORDERS.iter().map(|(deed, patterns)| (*deed, of(patterns))).collect()
});

/// Why what was understood is not done. Of several the one of the lowest rank is said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub rank: u8,
    pub say: String,
}

impl Refusal {
    pub(super) const fn of(say: String) -> Self {
        Self { rank: 1, say }
    }
}

pub(super) struct Reader<'a> {
    pub values: Values<'a>,
}

/// What a message asks to be written; `None` where it asks for nothing of the kind, or not in words that are known.
pub(in crate::builtin) fn read(text: &str, lexis: &Lexis<'_>) -> Option<Reading> {
    let mut words = Words::new(text);
    if words.len() > WORDS_MAX {
        return None;
    }
    without_frames(&mut words);
    if words.list.is_empty() {
        return None;
    }
    let whole = read_words(&words, lexis);
    let shorter = whole.is_none().then(|| without_echo(&words)).flatten();
    whole.or_else(|| shorter.and_then(|words| read_words(&words, lexis)))
}

fn read_words(words: &Words, lexis: &Lexis<'_>) -> Option<Reading> {
    let reader = Reader { values: Values { words, lexis } };
    let mut orders: Vec<Order> = Vec::new();
    let mut refusals: Vec<Refusal> = Vec::new();
    for (deed, patterns) in WORDINGS.iter() {
        for bound in
            patterns.iter().flat_map(|pattern| pattern.whole(words, &|slot, span| reader.may(slot, span)))
        {
            match reader.order(*deed, &bound) {
                Some(Ok(order)) if !orders.contains(&order) => orders.push(order),
                Some(Ok(_)) | None => {}
                Some(Err(refusal)) => refusals.push(refusal),
            }
        }
    }
    // What must be asked back is never passed over for another way to read it.
    let asks = refusals.iter().find(|refusal| refusal.rank == 0);
    if let Some(refusal) = asks {
        return Some(Reading::Refused(refusal.say.clone()));
    }
    match orders.as_slice() {
        [] => refusals.into_iter().min_by_key(|refusal| refusal.rank).map(|refusal| Reading::Refused(refusal.say)),
        [only] => Some(Reading::Order(Box::new(only.clone()))),
        _ => Some(Reading::Refused(
            "That can be understood in more than one way, so nothing was changed. Please say it in other words, with names in quotes.".to_owned(),
        )),
    }
}

/// Takes politeness off the beginning and the end of each sentence.
fn without_frames(words: &mut Words) {
    let mut at = 0;
    while at < words.len() {
        let content = at.checked_sub(1).and_then(|i| words.get(i)).is_some_and(|w| w.colon);
        let starts = at == 0 || words.get(at - 1).is_some_and(|w| w.ends);
        if content {
            break;
        }
        let lead = words.any_at(at, LEADS).filter(|end| starts && *end < words.len());
        if let Some(end) = lead {
            words.list.drain(at..end);
            continue;
        }
        let trail = words
            .any_at(at, TRAILS)
            .filter(|end| at > 0 && (words.get(*end - 1).is_some_and(|w| w.ends) || *end == words.len()));
        let aside = words.any_at(at, ASIDES).filter(|_| at > 0);
        if let Some(end) = trail.or(aside) {
            let last = words.list.get(end - 1).cloned().unwrap_or_default();
            words.list.drain(at..end);
            if let Some(before) = at.checked_sub(1).and_then(|i| words.list.get_mut(i)) {
                before.ends |= last.ends;
                before.pause |= last.pause;
            }
            continue;
        }
        at += 1;
    }
}

/// Without a last sentence that only asks for the same once more.
fn without_echo(words: &Words) -> Option<Words> {
    let start = (1..words.len()).rev().find(|at| words.get(at - 1).is_some_and(|w| w.ends))?;
    let echo = words.any_at(start, AGAIN) == Some(words.len()) || echoes(words, start);
    let colon = (0..start).any(|at| words.get(at).is_some_and(|w| w.colon));
    let mut shorter = words.clone();
    shorter.list.truncate(start);
    (echo && !colon).then_some(shorter)
}

/// "reassign them", "move them for me": behind a request for just that.
fn echoes(words: &Words, start: usize) -> bool {
    let same = |at: usize| words.fold(at);
    words.len() == start + 2
        && words.is(start + 1, &["them", "it", "that"])
        && words.is(start, &["move", "reassign", "transfer", "delete", "remove", "assign", "add", "create"])
        && same(0) == same(start)
}

impl Reader<'_> {
    fn words(&self) -> &Words {
        self.values.words
    }

    fn slice(&self, span: &Range<usize>) -> String {
        self.words().slice(span.clone())
    }

    /// Whether the words can stand in such a place at all.
    fn may(&self, slot: Slot, span: &Range<usize>) -> bool {
        let words = self.words();
        let lexis = self.values.lexis;
        match slot {
            Slot::Name => named::record(words, span, lexis).is_some(),
            Slot::Owner => {
                words.get(span.end - 1).is_some_and(|w| w.possessive)
                    && named::record(words, span, lexis).is_some()
            }
            Slot::Many => many::may(words, span, lexis),
            Slot::User => named::user(words, span, lexis.briefing).is_some(),
            Slot::Field => self.field(span).is_some(),
            Slot::New => named::new_name(words, span).is_some(),
            Slot::Role => self.made(span).is_some(),
            Slot::Activity => activity(&self.slice(span)).is_some(),
            Slot::Day => tokens::day_to_come(words, span, lexis.briefing.today).is_some(),
            Slot::Text => span.end == words.len(),
            Slot::Tail => span.end == words.len(),
            Slot::Value | Slot::Again | Slot::Tag | Slot::Task => true,
        }
    }

    fn field(&self, span: &Range<usize>) -> Option<Field> {
        let words = self.words();
        let words_at =
            |at: usize| (span.start + at < span.end).then(|| words.fold(span.start + at)).flatten();
        let known =
            lexicon::longest(words_at).filter(|(length, _)| *length == span.len()).map(|(_, tag)| tag);
        let field = match known {
            Some(Tag::Key(field)) => Some(field),
            Some(Tag::Value) => Some(Field::Value),
            Some(Tag::FollowUp) => Some(Field::FollowUp),
            Some(Tag::Noun(Entity::Companies, Many::One)) => Some(Field::Company),
            Some(Tag::Dated(crate::builtin::question::DateField::Closed)) => Some(Field::CloseDate),
            _ => None,
        };
        let own = || {
            self.values
                .lexis
                .key_at(words, span.start)
                .filter(|(length, _)| *length == span.len())
                .map(|(_, field)| field)
        };
        field.or_else(own)
    }

    /// What is to be made: a contact, a company, a deal; and the status that the word says.
    fn made(&self, span: &Range<usize>) -> Option<(RecordType, bool)> {
        let text = fold(&self.slice(span));
        if role(&text).is_some() && !text.ends_with('s') {
            return Some((RecordType::Contact, true));
        }
        let kind = named::kind_of(&text)?;
        matches!(kind, RecordType::Contact | RecordType::Company | RecordType::Deal).then_some((kind, false))
    }

    fn order(&self, deed: Deed, bound: &Bound) -> Option<Result<Order, Refusal>> {
        match deed {
            Deed::Note => return self.note(bound),
            Deed::Log => return self.log(bound),
            Deed::Task => return self.task(bound),
            Deed::Create => return self.create(bound),
            Deed::Complete => {
                let text = self.slice(&span(bound, Slot::Task)?);
                let told = (format!("mark the task “{}” as completed", plain(&text)), String::new());
                return Some(Ok(Order { act: Act::Complete, target: Target::Task(text), told }));
            }
            // "give me all of them": to be shown.
            Deed::Assign if self.asks_to_see(bound) => return None,
            Deed::Set | Deed::Mark | Deed::Move | Deed::Assign | Deed::Tag | Deed::Delete => {}
        }
        let target = match self.target(bound)? {
            Ok(target) => target,
            Err(refusal) => return Some(Err(refusal)),
        };
        if deed == Deed::Delete {
            return Some(self.delete(target));
        }
        let mut settings = vec![self.setting(deed, bound)?];
        if deed == Deed::Move
            && let Target::Many(_) = &target
        {
            let value = self.slice(&settings.first()?.span);
            if means_lost(&value, self.values.lexis.briefing) {
                return Some(Err(self.asks_back(&value, &span(bound, Slot::Many)?)));
            }
        }
        if let Some(again) = span(bound, Slot::Again)
            && fold(&self.slice(&again)) != fold(&self.slice(&settings.first()?.span))
        {
            return None;
        }
        let kinds = kinds(&target, settings.first()?);
        let mut done: Vec<(RecordType, Set, Vec<Told>)> = Vec::new();
        let mut refusals = Vec::new();
        let tail = span(bound, Slot::Tail).unwrap_or_default();
        for kind in kinds {
            let Some(further) = self.values.tail(&tail, kind, true) else { continue };
            settings.truncate(1);
            settings.extend(further);
            match self.sets(kind, &settings) {
                Some(Ok((set, told))) => done.push((kind, set, told)),
                Some(Err(refusal)) => refusals.push(refusal),
                None => {}
            }
        }
        // "the status of" somebody, "the stage of" a deal: the first of the two that can have it.
        let said = settings.first().is_some_and(|s| matches!(s.field, Some(Field::Status | Field::Stage)));
        if said {
            done.truncate(1);
        }
        let Some((_, _, told)) = done.first() else {
            return refusals.into_iter().min_by_key(|refusal| refusal.rank).map(Err);
        };
        let several = matches!(target, Target::Many(_));
        if several && done.iter().any(|(_, set, _)| !set.tags.is_empty()) {
            return Some(Err(Refusal::of(
                "I can add tags to one record at a time only, so nothing was changed.".to_owned(),
            )));
        }
        let told = update_told(told);
        let act = Act::Update(done.into_iter().map(|(kind, set, _)| (kind, set)).collect());
        Some(Ok(Order { act, target, told }))
    }

    fn asks_to_see(&self, bound: &Bound) -> bool {
        let user = span(bound, Slot::User).unwrap_or_default();
        let before = user.start.checked_sub(1);
        self.words().is(user.start, &["me", "myself", "us"])
            && before.is_some_and(|at| self.words().is(at, &["give", "hand"]))
    }

    fn target(&self, bound: &Bound) -> Option<Result<Target, Refusal>> {
        if let Some(span) = span(bound, Slot::Many) {
            let question = many::question(self.words(), &span, self.values.lexis)?;
            return Some(question.map(|question| Target::Many(Box::new(question))));
        }
        let span = span(bound, Slot::Name).or_else(|| span(bound, Slot::Owner))?;
        let named = named::record(self.words(), &span, self.values.lexis)?;
        Some(named.map(|named| match (named.id, named.kinds.as_slice()) {
            (Some(id), [kind]) => Target::This(*kind, id),
            _ => Target::One(named),
        }))
    }

    fn setting(&self, deed: Deed, bound: &Bound) -> Option<Setting> {
        Some(match deed {
            Deed::Assign => Setting { field: Some(Field::Owner), span: span(bound, Slot::User)? },
            Deed::Tag => Setting { field: Some(Field::Tag), span: span(bound, Slot::Tag)? },
            Deed::Mark | Deed::Move => Setting { field: None, span: span(bound, Slot::Value)? },
            _ => {
                let field = self.field(&span(bound, Slot::Field)?)?;
                Setting { field: Some(field), span: span(bound, Slot::Value)? }
            }
        })
    }

    fn sets(&self, kind: RecordType, settings: &[Setting]) -> Option<Result<(Set, Vec<Told>), Refusal>> {
        let mut set = Set::default();
        let mut told = Vec::new();
        for setting in settings {
            match self.values.set(kind, setting, &mut set)? {
                Ok(one) => told.push(one),
                Err(refusal) => return Some(Err(refusal)),
            }
        }
        // The same field twice is a contradiction.
        let fields = told.iter().filter(|one| one.field != Field::Tag.noun());
        let twice =
            fields.clone().any(|one| fields.clone().filter(|other| other.field == one.field).count() > 1);
        (!twice).then_some(Ok((set, told)))
    }

    fn delete(&self, target: Target) -> Result<Order, Refusal> {
        let kinds = match &target {
            Target::One(named) => named.kinds.clone(),
            Target::This(kind, _) => vec![*kind],
            Target::Many(question) => question.entity.map(Entity::kind).into_iter().collect(),
            Target::New | Target::Task(_) => Vec::new(),
        };
        if let Some(kind) = kinds.first().filter(|_| !kinds.contains(&RecordType::Contact)) {
            return Err(Refusal::of(format!(
                "I can delete contacts, but not {}, so nothing was changed.",
                kind.plural()
            )));
        }
        let target = match target {
            Target::One(named) => Target::One(Named { kinds: vec![RecordType::Contact], ..named }),
            other => other,
        };
        Ok(Order { act: Act::Delete, target, told: ("delete ".to_owned(), String::new()) })
    }

    /// "move all of them to lost": marked, or removed?
    fn asks_back(&self, value: &str, many: &Range<usize>) -> Refusal {
        let them = plain(&self.slice(many));
        let value = plain(value);
        Refusal {
            rank: 0,
            say: format!(
                "Moving several records to {value} may mean two things, so nothing was changed. To keep them and mark them, say “set the status of {them} to {value}”. To remove them, say “delete {them}”."
            ),
        }
    }

    fn create(&self, bound: &Bound) -> Option<Result<Order, Refusal>> {
        let name = named::new_name(self.words(), &span(bound, Slot::New)?)?;
        let said = span(bound, Slot::Role);
        let (kind, as_status) = match &said {
            Some(span) => self.made(span)?,
            None => (RecordType::Contact, false),
        };
        let tail = span(bound, Slot::Tail).unwrap_or_default();
        let mut settings = self.values.tail(&tail, kind, false)?;
        let mut set = Set::default();
        let mut told = Vec::new();
        if let Some(span) = said.filter(|_| as_status) {
            let status = self.slice(&span);
            // Where nobody has such a status, all contacts are customers.
            let customer = fold(&status).starts_with("customer") || fold(&status).starts_with("client");
            match self.values.contact_status(&status, &mut set) {
                Ok(one) => told.push(one),
                Err(_) if customer => {}
                Err(refusal) => return Some(Err(refusal)),
            }
        }
        let mut parents = Vec::new();
        if kind == RecordType::Deal {
            let (of, rest): (Vec<Setting>, Vec<Setting>) =
                settings.into_iter().partition(|setting| setting.field == Some(Field::Company));
            settings = rest;
            for setting in of {
                match named::record(self.words(), &setting.span, self.values.lexis)? {
                    Ok(parent) => parents.push(parent),
                    Err(refusal) => return Some(Err(refusal)),
                }
            }
        }
        for setting in &settings {
            match self.values.set(kind, setting, &mut set)? {
                Ok(one) => told.push(one),
                Err(refusal) => return Some(Err(refusal)),
            }
        }
        let twice = told.iter().any(|one| told.iter().filter(|other| other.field == one.field).count() > 1);
        if twice || parents.len() > 1 {
            return None;
        }
        let mut fields = set.fields;
        let key = if kind == RecordType::Contact { "full_name" } else { "name" };
        fields.insert(key.to_owned(), json!(name));
        if !set.tags.is_empty() {
            fields.insert("tags".to_owned(), json!(set.tags));
        }
        let may_exist = named::kinds_of(&name, self.values.lexis.briefing).contains(&kind);
        let tool = match kind {
            RecordType::Contact => "contacts.create",
            RecordType::Company => "companies.create",
            _ => "deals.create",
        };
        let details: Vec<String> = told.iter().map(|one| format!("{} {}", one.field, one.value)).collect();
        let details =
            if details.is_empty() { String::new() } else { format!(" ({})", joined(&details, "and")) };
        let told = (format!("create the {} **{}**{details}", kind.as_str(), plain(&name)), String::new());
        let create = Create { kind, tool, fields, parents, may_exist };
        Some(Ok(Order { act: Act::Create(create), target: Target::New, told }))
    }
}

/// The types of records of which this may be set, the likeliest first.
fn kinds(target: &Target, setting: &Setting) -> Vec<RecordType> {
    use RecordType::{Contact, Deal};
    let all = match &setting.field {
        Some(Field::Stage | Field::Value | Field::Probability) => [Deal, Contact],
        _ => [Contact, Deal],
    };
    let named = match target {
        Target::One(named) if named.kinds.is_empty() => return all.to_vec(),
        Target::One(named) => named.kinds.clone(),
        Target::This(kind, _) => vec![*kind],
        Target::Many(question) => question.entity.map(Entity::kind).into_iter().collect(),
        Target::New | Target::Task(_) => Vec::new(),
    };
    let fitting: Vec<RecordType> = all.into_iter().filter(|kind| named.contains(kind)).collect();
    // Of others nothing can be changed; the first of them says so.
    if fitting.is_empty() { named } else { fitting }
}

/// "set the status of … to Qualified and the owner to Raj Patel".
fn update_told(told: &[Told]) -> (String, String) {
    let Some((first, rest)) = told.split_first() else { return Default::default() };
    if first.field == Field::Tag.noun() {
        return (format!("add the tag **{}** to ", first.value), String::new());
    }
    let mut behind = format!(" to **{}**", first.value);
    for one in rest {
        behind.push_str(&format!(" and the {} to **{}**", one.field, one.value));
    }
    (format!("set the {} of ", first.field), behind)
}

/// A question that stands for an order, so that no later one goes on from it.
impl From<Reading> for Question {
    fn from(reading: Reading) -> Self {
        Self {
            intent: Some(crate::builtin::question::Intent::Change),
            order: Some(reading),
            ..Self::default()
        }
    }
}

/// Words of the wordings, which no typing error made.
pub(super) fn knows(word: &str) -> bool {
    WORDINGS
        .iter()
        .flat_map(|(_, patterns)| patterns)
        .any(|pattern| pattern.words().any(|known| known == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wording_is_a_pattern_and_written_as_it_is_compared() {
        let clauses = lexicon::clauses();
        let all =
            ORDERS.iter().map(|(_, patterns)| *patterns).chain(clauses.iter().map(|(_, patterns)| *patterns));
        for text in all.flatten() {
            let pattern = Pattern::parse(text).unwrap_or_else(|| panic!("{text}"));
            for word in pattern.words() {
                assert_eq!(word, fold(word), "{text}");
            }
        }
        for phrase in LEADS.iter().chain(TRAILS).chain(ASIDES).chain(AGAIN) {
            assert_eq!(*phrase, fold(phrase), "{phrase}");
        }
    }
}
