//! What may stand in a pattern besides its words.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// A record: "the deal Windmere renewal", "this contact".
    Name,
    /// The same with a possessive ending: "Jane Doe's".
    Owner,
    /// Records by what they have in common: "all of Raj's open deals".
    Many,
    /// Somebody who works here.
    User,
    Field,
    /// What a field is to be.
    Value,
    /// The value of the sentence before, said again.
    Again,
    Tag,
    /// The name of what is to be made.
    New,
    /// What is to be made, or what status it has: "contact", "lead".
    Role,
    /// "call", "meeting".
    Activity,
    /// The title of a task that there is.
    Task,
    /// Words that are content, to the end of the message.
    Text,
    Day,
    /// Further things said of the same record, each a clause; or nothing.
    Tail,
}

impl Slot {
    pub(super) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "name" => Self::Name,
            "owner" => Self::Owner,
            "many" => Self::Many,
            "user" => Self::User,
            "field" => Self::Field,
            "value" => Self::Value,
            "again" => Self::Again,
            "tag" => Self::Tag,
            "new" => Self::New,
            "role" => Self::Role,
            "activity" => Self::Activity,
            "task" => Self::Task,
            "text" => Self::Text,
            "day" => Self::Day,
            "tail" => Self::Tail,
            _ => return None,
        })
    }

    pub(super) const fn most_words(self) -> usize {
        match self {
            Self::Role | Self::Activity => 2,
            Self::User | Self::Field | Self::Tag => 4,
            Self::Day => 6,
            Self::Value | Self::Again | Self::Name | Self::Owner | Self::New => 10,
            Self::Task => 16,
            Self::Many | Self::Tail => 60,
            Self::Text => 400,
        }
    }

    pub(super) const fn may_be_empty(self) -> bool {
        matches!(self, Self::Tail)
    }

    pub(super) const fn spans_sentences(self) -> bool {
        matches!(self, Self::Tail | Self::Text)
    }
}
