//! What a few words of a question may be, before it is known what the question asks.

use lexi_types::{Period, Unit};

use super::field::Field;
use super::question::{Bounds, DateField, Entity};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tag {
    // What is asked for.
    Count,
    Sum,
    /// "total", "combined": the sum, unless something else is asked for.
    Total,
    HowMuch,
    /// "value", "worth": the amount of a deal, or that amounts are asked for.
    Value,
    Average,
    Median,
    Weighted,
    /// What may still be earned.
    Forecast,
    /// What was earned.
    Revenue,
    WinRate,
    /// "what percentage of".
    Share,
    Cycle,
    List,
    Which,
    Who,
    What,
    When,
    Where,
    Is,
    /// "will": nobody knows.
    Will,
    Summary,
    Compare,
    Versus,
    /// "one figure for each", "separately".
    Apart,
    Than,
    More,
    Fewer,
    /// "the one before".
    Before,
    /// "year over year".
    YearBefore,
    Top,
    Most,
    Fewest,
    Largest,
    Smallest,
    Newest,
    /// "the next task": the first to come.
    Coming,
    Oldest,
    Updated,
    /// "tell me about": one record.
    About,
    /// "the one at Acme": of the namesakes before.
    ThatOne,
    /// "everything about".
    Everything,
    // Of what.
    Noun(Entity, Many),
    /// Contacts of a status: clients, leads.
    Role(Role),
    Pipeline,
    Stages,
    FollowUp,
    Staff,
    /// A kind of activity: calls, meetings.
    Happened(&'static str),
    Timeline,
    // How narrowed.
    State(State),
    Dated(DateField),
    By,
    Key(Field),
    Time(Unit),
    Not,
    Without,
    Or,
    And,
    Prep(Prep),
    Me,
    /// "she", "his".
    Person1,
    /// "it".
    It,
    /// "they", "those".
    They,
    This,
    Quiet,
    /// "not updated".
    Unchanged,
    /// "mentioning".
    Mentions,
    /// "private clients": no company.
    Private,
    /// Stands behind a word of the workspace and adds nothing: "litigation *practice*".
    Tail,
    Everyone,
    /// "and what about", "only", "same for": the question before goes on.
    Goes,
    Employees,
    /// What no filter takes.
    Unknown,
    // Values.
    /// Words of the workspace's own.
    Own,
    Colleague(Option<String>),
    Period(Period),
    Bounds(Bounds, Measured, Option<&'static str>),
    Currency(&'static str),
    Figure(f64),
    /// "30 days", "for six weeks".
    Days(i64),
    /// "older than 30 days".
    Older(i64),
    /// The whole name, or the first words of one, of a record that there is.
    Mention,
    Name,
    Filler,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Many {
    One,
    Many,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Client,
    Lead,
    Prospect,
}

impl Role {
    pub(super) const fn status(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Lead => "lead",
            Self::Prospect => "prospect",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Open,
    Won,
    Lost,
    Closed,
    Pending,
    Done,
    Undone,
    InProgress,
    Overdue,
    Unassigned,
    Pinned,
    New,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prep {
    With,
    For,
    Of,
    At,
    In,
    From,
    On,
    To,
    About,
}

/// What a bound is a bound of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measured {
    Money,
    Percent,
    /// A bare number: of whatever the question speaks.
    Plain,
}
