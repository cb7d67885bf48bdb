//! Questions about one record: "who is X", "tell me about X", "the status of X", "X's e-mail", "what industry is X in".

use lexi_types::records::RecordType;

use super::Reader;
use crate::builtin::field::Field;
use crate::builtin::question::{DateField, Entity, Intent, Name, Subject};
use crate::builtin::tag::{Many, Prep, State, Tag};

/// What is asked of the record.
#[derive(Debug, Clone, Default)]
struct Frame {
    focus: Option<Field>,
    kind: Option<Entity>,
    who: bool,
    everything: bool,
    /// A lead that opens nothing but questions about one record.
    sure: bool,
    /// A lead that also opens others: what follows must look like a name.
    soft: bool,
}

impl Reader<'_> {
    pub(super) fn record(&mut self) -> bool {
        if let Some(at) = self.find(|t| *t == Tag::ThatOne) {
            let end = self.tokens.last().map_or(0, |token| token.span.end);
            self.question.that_one =
                Some(self.words.slice(self.span_start(at + 1)..end)).filter(|text| !text.is_empty());
            self.question.follows = true;
            return self.question.that_one.is_some();
        }
        let Some(frame) = self.frame() else { return false };
        if self.colleague(&frame) {
            return true;
        }
        let subjects: Vec<usize> = (0..self.tokens.len()).filter(|at| self.is(*at, is_subject)).collect();
        let this = self.this_subject();
        match (subjects.as_slice(), this) {
            ([], None) => self.of_the_one_before(&frame),
            ([], Some(kind)) => {
                let intended = frame.focus.is_some() || frame.sure || frame.soft;
                intended && self.look_up(frame, Subject::This(kind))
            }
            ([one], _) => {
                let name = self.name_of(*one, &frame, None);
                self.one_subject(frame, *one, name)
            }
            ([one, other], _)
                if self.is(other - 1, |t| matches!(t, Tag::Prep(Prep::At | Prep::From | Prep::With)))
                    && other - 1 == one + 1 =>
            {
                let hint = Some(self.text(*other));
                let name = self.name_of(*one, &frame, hint);
                frame.who && self.one_subject(frame, *one, name)
            }
            _ => false,
        }
    }

    fn one_subject(&mut self, frame: Frame, at: usize, name: Name) -> bool {
        let token = self.tokens.get(at);
        let looks = token.is_some_and(|token| token.capital || token.quoted || token.tag == Tag::Mention)
            || frame.kind.is_some();
        let bare = frame.focus.is_none() && !frame.sure && !frame.soft;
        if !looks && (frame.soft && !frame.sure || bare) && frame.focus.is_none() {
            return false;
        }
        // A name alone, behind "what about" or "and", may also replace a filter of the question before.
        if bare && self.question.follows {
            return false;
        }
        self.look_up(frame, Subject::Named(name))
    }

    fn look_up(&mut self, frame: Frame, subject: Subject) -> bool {
        self.question.intent = Some(Intent::Lookup);
        self.question.who = frame.who;
        self.question.focus = frame.focus;
        self.question.everything = frame.everything;
        self.question.subject = Some(subject);
        self.question.pronoun = false;
        self.question.plural = false;
        true
    }

    /// What is asked, if nothing in the message asks for anything but one record.
    fn frame(&self) -> Option<Frame> {
        let mut frame = Frame::default();
        let (mut who, mut what, mut when, mut wher, mut is, mut work, mut which) =
            (false, false, false, false, false, false, false);
        let mut states = Vec::new();
        let mut asked: Vec<Field> = Vec::new();
        let mut how = false;
        for (at, token) in self.tokens.iter().enumerate().filter(|(_, token)| !token.used) {
            match &token.tag {
                Tag::Filler => {
                    let text = self.folded(at);
                    work |= ["work", "works", "working"].contains(&text.as_str());
                    if text == "why" {
                        return None;
                    }
                    how |= text == "how";
                    // "what does X do"
                    if what && ["do", "doing"].contains(&text.as_str()) && at + 1 == self.tokens.len() {
                        frame.focus = frame.focus.or(Some(Field::JobTitle));
                    }
                }
                Tag::Prep(prep) => {
                    work |= *prep == Prep::At && token.span.len() > 1;
                }
                Tag::Mention
                | Tag::Name
                | Tag::This
                | Tag::Tail
                | Tag::Person1
                | Tag::It
                | Tag::They
                | Tag::And
                | Tag::Goes
                | Tag::Me => {}
                Tag::Who => {
                    who = true;
                    is |= token.possessive;
                }
                Tag::What => {
                    what = true;
                    is |= token.possessive;
                }
                Tag::Which => which = true,
                Tag::When => when = true,
                Tag::Where => wher = true,
                Tag::Is => is = true,
                Tag::About => frame.sure = true,
                Tag::Everything => {
                    frame.sure = true;
                    frame.everything = true;
                }
                Tag::Summary | Tag::List => frame.soft = true,
                Tag::HowMuch | Tag::Value => frame.focus = Some(Field::Value),
                Tag::FollowUp => frame.focus = Some(Field::FollowUp),
                // "what is file 2026-0301 called?"
                Tag::Key(Field::Name)
                    if what && at + 1 == self.tokens.len() && self.folded(at) == "called" =>
                {
                    frame.sure = true;
                }
                Tag::Key(Field::Name | Field::Tag) => return None,
                Tag::Key(field) => {
                    asked.push(field.clone());
                    frame.focus = Some(field.clone());
                    who |= *field == Field::Owner && self.folded(at).starts_with("who");
                }
                Tag::State(
                    state @ (State::Open
                    | State::Won
                    | State::Lost
                    | State::Closed
                    | State::Pending
                    | State::Done),
                ) => states.push(*state),
                Tag::Dated(_) => {}
                Tag::Role(_) => states.push(State::New),
                Tag::Noun(kind, Many::One)
                    if !matches!(kind, Entity::Notes | Entity::Tasks | Entity::Activities) =>
                {
                    frame.kind = frame.kind.or(Some(*kind));
                }
                Tag::Own if token.quoted => {}
                Tag::Newest if frame.focus.is_some() || self.followed_by_field(at) => {}
                Tag::Colleague(_) => {}
                Tag::Timeline if self.folded(at) == "activity" => return None,
                _ => return None,
            }
        }
        if when {
            asked.extend(self.dates_asked(&states));
        }
        if frame.focus.is_some() && self.which_company() {
            asked.push(Field::Company);
        }
        asked.dedup();
        let several = asked.len() > 1;
        if several {
            // "what industry are they in, and in which city": the whole record says both.
            frame.focus = None;
            frame.sure = true;
        }
        // "who works at Acme" asks for people.
        let subject = self.find(is_subject);
        let at_first = self
            .find(|t| matches!(t, Tag::Prep(Prep::At)))
            .is_some_and(|at| subject.is_some_and(|subject| at < subject));
        if who && work && at_first {
            return None;
        }
        if work && (wher || which || what || who) {
            frame.focus = Some(Field::Company);
            frame.kind = frame.kind.filter(|kind| *kind != Entity::Companies);
        } else if wher {
            frame.focus = frame.focus.or(Some(Field::City));
        }
        if self.has(|t| *t == Tag::HowMuch) && !states.is_empty() {
            // "how much have we won from Acme" is a sum.
            return None;
        }
        if several {
            // Every one of them is in the whole record.
        } else if when {
            frame.focus = Some(self.when_focus(&states, frame.focus.clone())?);
        } else if is && !states.is_empty() && frame.focus.is_none() && !who && !what && !which {
            // "is X still open", "is X a client"
            frame.focus = Some(Field::Status);
        } else if !states.is_empty() && frame.focus.is_none() && !frame.sure {
            return None;
        }
        // "how can I reach her by telephone", but not "how is she"
        if how && frame.focus.is_none() {
            return None;
        }
        frame.who = who && frame.focus.is_none();
        frame.sure |= frame.who && is;
        frame.soft |= what && frame.focus.is_none() || which && frame.focus.is_none() && frame.kind.is_some();
        if frame.who && !is {
            return None;
        }
        Some(frame)
    }

    /// "my", but not "I".
    fn says_mine(&self) -> bool {
        (0..self.tokens.len())
            .any(|at| self.is(at, |t| *t == Tag::Me) && matches!(self.folded(at).as_str(), "my" | "mine"))
    }

    /// "when was it opened, and when was it closed": two dates.
    fn dates_asked(&self, states: &[State]) -> Vec<Field> {
        let mut dates = Vec::new();
        if states.iter().any(|s| matches!(s, State::Closed | State::Won | State::Lost | State::Done)) {
            dates.push(Field::CloseDate);
        }
        for token in self.tokens.iter().filter(|token| !token.used) {
            match token.tag {
                Tag::Dated(DateField::Opened) => dates.push(Field::OpenDate),
                Tag::Dated(DateField::Created) => dates.push(Field::CreatedDate),
                Tag::Dated(DateField::Closed) => dates.push(Field::CloseDate),
                _ => {}
            }
        }
        dates
    }

    /// "and at which company"
    fn which_company(&self) -> bool {
        (1..self.tokens.len()).any(|at| {
            self.is(at, |t| matches!(t, Tag::Noun(Entity::Companies, Many::One)))
                && self.prior(at).is_some_and(|p| matches!(self.tag(p), Some(Tag::Which | Tag::What)))
        })
    }

    fn followed_by_field(&self, at: usize) -> bool {
        matches!(self.tag(self.after(at)), Some(Tag::Key(_) | Tag::FollowUp))
    }

    fn when_focus(&self, states: &[State], said: Option<Field>) -> Option<Field> {
        if let Some(field) = said {
            return Some(field);
        }
        if states.iter().any(|s| matches!(s, State::Closed | State::Won | State::Lost | State::Done)) {
            return Some(Field::CloseDate);
        }
        let dated = self.tokens.iter().find_map(|token| match token.tag {
            Tag::Dated(field) => Some(field),
            _ => None,
        });
        match dated {
            Some(DateField::Closed) => Some(Field::CloseDate),
            Some(DateField::Opened) => Some(Field::OpenDate),
            Some(DateField::Created) => Some(Field::CreatedDate),
            _ if states.contains(&State::Open) => Some(Field::OpenDate),
            _ => None,
        }
    }

    /// "this deal", "this", "the current contact", "this page".
    fn this_subject(&self) -> Option<Option<RecordType>> {
        let at = self.find(|tag| *tag == Tag::This)?;
        let next = self.after(at);
        match self.open(next) {
            Some(Tag::Noun(kind, Many::One)) => Some(Some(kind.kind())),
            Some(Tag::Role(_)) => Some(Some(RecordType::Contact)),
            None => Some(None),
            _ if self.words.is(self.span_start(at) + 1, &["page", "record", "one"]) => Some(None),
            _ => None,
        }
    }

    fn name_of(&self, at: usize, frame: &Frame, hint: Option<String>) -> Name {
        let token = self.tokens.get(at);
        let mut kinds = token.map(|token| token.kinds.clone()).unwrap_or_default();
        // "matter" stands beside the name; "which company does she work for" asks for another record.
        let said = frame.kind.map(Entity::kind);
        let client = self.tokens.iter().any(|token| matches!(token.tag, Tag::Role(_)));
        if let Some(kind) = said {
            if kinds.is_empty() || kinds.contains(&kind) {
                kinds = vec![kind];
            }
        } else if let Some(kind) = frame.focus.as_ref().and_then(kind_of) {
            if kinds.contains(&kind) || kinds.is_empty() {
                kinds = vec![kind];
            }
        } else if client && kinds.is_empty() {
            kinds = vec![RecordType::Contact, RecordType::Company];
        } else if frame.who {
            kinds.sort_by_key(|kind| *kind != RecordType::Contact);
        }
        Name { text: self.text(at), kinds, hint }
    }

    /// "who is Nadia", "Daniel's e-mail": those who work here are no records.
    fn colleague(&mut self, frame: &Frame) -> bool {
        let people: Vec<usize> =
            (0..self.tokens.len()).filter(|at| self.is(*at, |t| matches!(t, Tag::Colleague(_)))).collect();
        let [one] = people.as_slice() else { return false };
        let others = self.has(is_subject)
            || self.has(|t| {
                matches!(
                    t,
                    Tag::Value
                        | Tag::HowMuch
                        | Tag::State(_)
                        | Tag::Noun(..)
                        | Tag::Role(_)
                        | Tag::FollowUp
                        | Tag::This
                )
            });
        let of_people = matches!(frame.focus, None | Some(Field::Email | Field::Name | Field::Owner));
        let asks = frame.sure || frame.who || frame.focus.is_some();
        if others || !of_people || !asks || self.question.follows {
            return false;
        }
        let name = match self.tag(*one) {
            Some(Tag::Colleague(Some(name))) => name.clone(),
            _ => self.text(*one),
        };
        self.question.intent = Some(Intent::Users);
        self.question.focus = frame.focus.clone();
        self.question.subject = Some(Subject::Named(Name { text: name, kinds: Vec::new(), hint: None }));
        true
    }

    /// "what is her e-mail", "who owns it", "and the main contact?": the record is the one before.
    fn of_the_one_before(&mut self, frame: &Frame) -> bool {
        let Some(focus) = frame.focus.clone() else { return false };
        let alone = self.question.follows && !self.has(|t| matches!(t, Tag::Value | Tag::HowMuch));
        if !(self.question.pronoun || alone)
            || self.question.plural
            || frame.kind.is_some()
            || self.has(|t| matches!(t, Tag::Colleague(_)))
            || self.says_mine()
        {
            return false;
        }
        self.question.focus = Some(focus);
        self.question.intent = Some(Intent::Lookup);
        true
    }
}

pub(super) const fn is_subject(tag: &Tag) -> bool {
    matches!(tag, Tag::Mention | Tag::Name)
}

/// The kind of record that alone has such a field.
const fn kind_of(focus: &Field) -> Option<RecordType> {
    match focus {
        Field::Email | Field::Phone | Field::JobTitle | Field::LinkedIn => Some(RecordType::Contact),
        Field::Value
        | Field::Stage
        | Field::Probability
        | Field::Contact
        | Field::FeeModel
        | Field::Pipeline => Some(RecordType::Deal),
        Field::Industry | Field::Website | Field::City | Field::Country | Field::Size => {
            Some(RecordType::Company)
        }
        Field::Number | Field::OpenDate => Some(RecordType::Matter),
        _ => None,
    }
}
