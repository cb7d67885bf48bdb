//! Questions about one record: "who is X", "tell me about X", "the status of X", "X's e-mail".

use std::ops::Range;

use lexi_types::records::RecordType;

use super::{Reader, intent};
use crate::builtin::question::{Focus, Intent, Name, Subject};

struct Lead {
    phrase: &'static str,
    who: bool,
    /// Also opens other questions: what follows must look like a name.
    soft: bool,
    focus: Option<Focus>,
}

const fn hard(phrase: &'static str) -> Lead {
    Lead { phrase, who: false, soft: false, focus: None }
}

const fn soft(phrase: &'static str) -> Lead {
    Lead { phrase, who: false, soft: true, focus: None }
}

const fn on(phrase: &'static str, focus: Focus) -> Lead {
    Lead { phrase, who: false, soft: true, focus: Some(focus) }
}

/// Longer phrases stand before the shorter ones that they begin with.
const LEADS: &[Lead] = &[
    on("who is the owner of", Focus::Owner),
    on("who is responsible for", Focus::Owner),
    on("who is in charge of", Focus::Owner),
    Lead { phrase: "who is", who: true, soft: false, focus: None },
    Lead { phrase: "who was", who: true, soft: false, focus: None },
    on("who owns", Focus::Owner),
    on("who manages", Focus::Owner),
    on("who handles", Focus::Owner),
    hard("tell me more about"),
    hard("tell me about"),
    hard("tell us about"),
    hard("what do we know about"),
    hard("what do you know about"),
    hard("what can you tell me about"),
    hard("what do we have on"),
    hard("what is going on with"),
    hard("what is happening with"),
    hard("what is new with"),
    hard("information on"),
    hard("information about"),
    hard("info on"),
    hard("info about"),
    hard("details on"),
    hard("details about"),
    hard("details of"),
    hard("details for"),
    hard("background on"),
    hard("look up"),
    hard("lookup"),
    hard("describe"),
    hard("brief me on"),
    hard("give me an overview of"),
    on("which stage is", Focus::Stage),
    on("what stage is", Focus::Stage),
    on("how much is", Focus::Value),
    on("when does", Focus::CloseDate),
    on("when will", Focus::CloseDate),
    on("when is", Focus::CloseDate),
    on("where is", Focus::Status),
    on("how is", Focus::Status),
    soft("what is"),
    soft("what"),
    soft("show me"),
    soft("show"),
    soft("give me"),
    soft("find"),
    soft("search for"),
    soft("get"),
    soft("open"),
    soft("pull up"),
    soft("summarize"),
    soft("summarise"),
];

const FOCUSES: &[(&str, Focus)] = &[
    ("email address", Focus::Email),
    ("e mail address", Focus::Email),
    ("e mail", Focus::Email),
    ("email", Focus::Email),
    ("phone number", Focus::Phone),
    ("telephone number", Focus::Phone),
    ("phone", Focus::Phone),
    ("telephone", Focus::Phone),
    ("status", Focus::Status),
    ("stage", Focus::Stage),
    ("estimated value", Focus::Value),
    ("value", Focus::Value),
    ("amount", Focus::Value),
    ("owner", Focus::Owner),
    ("account manager", Focus::Owner),
    ("responsible lawyer", Focus::Owner),
    ("win probability", Focus::Probability),
    ("probability", Focus::Probability),
    ("closing date", Focus::CloseDate),
    ("close date", Focus::CloseDate),
    ("next follow up date", Focus::FollowUp),
    ("next follow up", Focus::FollowUp),
    ("follow up date", Focus::FollowUp),
    ("follow up", Focus::FollowUp),
    ("job title", Focus::JobTitle),
    ("title", Focus::JobTitle),
    ("role", Focus::JobTitle),
    ("position", Focus::JobTitle),
    ("company", Focus::Company),
    ("employer", Focus::Company),
    ("industry", Focus::Industry),
    ("website", Focus::Website),
    ("practice area", Focus::PracticeArea),
];

/// Where one of these stands, many records are asked for.
const MANY: &[&str] = &[
    "many",
    "total",
    "average",
    "count",
    "sum",
    "weighted",
    "most",
    "largest",
    "biggest",
    "newest",
    "oldest",
    "latest",
    "by",
    "per",
    "pipeline",
    "pipelines",
    "stages",
    "overdue",
    "highest",
    "best",
    "top",
    "our",
    "number",
    "open",
    "won",
    "lost",
    "between",
    "over",
    "above",
    "than",
];
const NOUNS_BEFORE: &[&str] =
    &["the", "a", "an", "our", "my", "called", "named", "about", "mr", "mrs", "ms", "dr"];
const AFTERTHOUGHTS: &[&str] = &[
    "doing",
    "going",
    "now",
    "currently",
    "please",
    "again",
    "in",
    "at",
    "worth",
    "close",
    "closing",
    "right",
    "today",
    "due",
];
const PRONOUNS: &[&str] =
    &["she", "he", "her", "his", "him", "it", "its", "they", "their", "them", "i", "you", "me", "we"];
const NAME_WORDS_MAX: usize = 12;

impl Reader<'_> {
    pub(super) fn lookup(&mut self) -> bool {
        let Some(first) = (0..self.words.len()).find(|at| self.words.open(*at).is_some() || self.quoted(*at))
        else {
            return false;
        };
        let (lead, start) = self.lead(first);
        let (who, soft) = (lead.is_some_and(|l| l.who), lead.is_none_or(|l| l.soft));
        let end = self.sentence_end(start);
        let (focus, span) = self.focused(start..end);
        if lead.is_none() && focus.is_none() {
            return self.pronoun_focus(start..end);
        }
        let focus = focus.or(lead.and_then(|l| l.focus));
        let Some((subject, named)) = self.subject(span.clone(), who) else {
            return self.pronoun_focus(start..end);
        };
        if soft && !named {
            return false;
        }
        self.words.mark(first..end);
        let of_focus = focus.and_then(kind_of);
        let question = &mut self.question;
        question.intent = Some(Intent::Lookup);
        question.who = who;
        question.focus = focus;
        question.pronoun = false;
        question.subject = Some(match subject {
            Subject::Named(name) => Subject::Named(Name { kind: name.kind.or(of_focus), ..name }),
            this @ Subject::This(_) => this,
        });
        let rest = self.words.slice(end..self.words.len());
        if !rest.is_empty() {
            question.unplaced.push(rest);
        }
        true
    }

    fn quoted(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|w| w.quoted)
    }

    fn lead(&self, first: usize) -> (Option<&'static Lead>, usize) {
        // "who's", "what's"
        if self.words.get(first).is_some_and(|w| w.possessive) {
            let spelled = if self.words.is(first, &["who"]) { "who is" } else { "what is" };
            if self.words.is(first, &["who", "what", "how", "where"]) {
                return (LEADS.iter().find(|lead| lead.phrase == spelled), first + 1);
            }
        }
        let found =
            LEADS.iter().find_map(|lead| self.words.phrase_at(first, lead.phrase).map(|end| (lead, end)));
        found.map_or((None, first), |(lead, end)| (Some(lead), end))
    }

    /// The end of the first sentence, or of its first half where a second question is joined to it.
    fn sentence_end(&self, start: usize) -> usize {
        const JOINS: &[&str] =
            &["what", "which", "how", "who", "when", "where", "does", "is", "are", "show", "tell", "list"];
        let end = (start..self.words.len()).find(|at| {
            let joined = self.words.is(*at, &["and", "then"]) && self.words.is(at + 1, JOINS);
            joined
                || at
                    .checked_sub(1)
                    .filter(|i| *i >= start)
                    .and_then(|i| self.words.get(i))
                    .is_some_and(|w| w.ends)
        });
        end.unwrap_or(self.words.len())
    }

    /// "the status of X", "X's status": what is asked for, and where X stands.
    fn focused(&self, span: Range<usize>) -> (Option<Focus>, Range<usize>) {
        let mut at = span.start;
        while self.words.is(at, &["the", "a", "current", "latest", "deal"]) && at < span.end {
            at += 1;
        }
        for (phrase, focus) in FOCUSES {
            if let Some(end) = self.words.phrase_at(at, phrase)
                && self.words.is(end, &["of", "for", "on"])
            {
                return (Some(*focus), end + 1..span.end);
            }
            for place in span.clone() {
                let owner = place.checked_sub(1).filter(|i| *i >= span.start).and_then(|i| self.words.get(i));
                if owner.is_some_and(|w| w.possessive)
                    && self.words.phrase_at(place, phrase) == Some(span.end)
                {
                    return (Some(*focus), span.start..place);
                }
            }
        }
        (None, span)
    }

    /// The record that the span names, and whether it looks like a name.
    fn subject(&self, span: Range<usize>, who: bool) -> Option<(Subject, bool)> {
        let noun_at = |at: usize| self.words.open(at).and_then(intent::singular);
        let Range { mut start, mut end } = span;
        if let Some(this) = self.this(start, end) {
            return Some((this, true));
        }
        let mut kind = None;
        while start < end && (self.words.is(start, NOUNS_BEFORE) || noun_at(start).is_some()) {
            kind = noun_at(start).or(kind);
            start += 1;
        }
        while end > start && (self.words.is(end - 1, AFTERTHOUGHTS) || noun_at(end - 1).is_some()) {
            kind = noun_at(end - 1).or(kind);
            end -= 1;
        }
        let many = |at: usize| {
            self.words.is(at, MANY) && self.words.get(at).is_some_and(|w| !w.capital || at == start)
        };
        let plural = |at: usize| self.words.open(at).and_then(intent::plural).is_some();
        let pronoun = end == start + 1 && self.words.is(start, PRONOUNS);
        if start >= end
            || end - start > NAME_WORDS_MAX
            || pronoun
            || (start..end).any(|at| many(at) || plural(at))
        {
            return None;
        }
        let kind = kind.map(crate::builtin::question::Entity::kind);
        let people = who || kind == Some(RecordType::Contact);
        let place = (start + 1..end).find(|at| people && self.words.is(*at, &["at", "from", "with"]));
        let looks = self.words.get(start).is_some_and(|w| w.capital || w.quoted);
        let hint = place.map(|at| self.words.slice(at + 1..end)).filter(|hint| !hint.is_empty());
        let text = self.words.slice(start..place.unwrap_or(end));
        let named = looks || kind.is_some();
        Some((Subject::Named(Name { text, kind, hint }), named)).filter(|_| !self.is_vocabulary(start..end))
    }

    /// "this deal", "this", "the current contact", "this page".
    fn this(&self, start: usize, end: usize) -> Option<Subject> {
        let at =
            start + usize::from(self.words.is(start, &["the"]) && self.words.is(start + 1, &["current"]));
        if !self.words.is(at, &["this", "that", "current"]) {
            return None;
        }
        let kind = self.words.open(at + 1).filter(|_| at + 1 < end).and_then(intent::singular);
        let alone = end == at + 1 || self.words.is(at + 1, &["one", "page", "record", "about"]);
        (kind.is_some() || alone).then_some(Subject::This(kind.map(crate::builtin::question::Entity::kind)))
    }

    fn is_vocabulary(&self, span: Range<usize>) -> bool {
        let text = crate::builtin::words::fold(&self.words.slice(span));
        let mut stages = self.briefing.pipelines.iter().flat_map(|p| &p.stages);
        stages.any(|stage| crate::builtin::words::fold(&stage.name) == text)
    }

    /// "what is her e-mail", "who owns it": the record is the one before.
    fn pronoun_focus(&mut self, span: Range<usize>) -> bool {
        if !self.question.pronoun {
            return false;
        }
        let owns = self.words.find("who owns").is_some();
        let found = span.clone().find_map(|at| {
            FOCUSES
                .iter()
                .find(|(phrase, _)| self.words.phrase_at(at, phrase).is_some())
                .map(|(_, focus)| *focus)
        });
        let many =
            |at: usize| self.words.is(at, MANY) || self.words.open(at).and_then(intent::plural).is_some();
        let entity = span.clone().any(many);
        let focus = if owns { Some(Focus::Owner) } else { found };
        if entity || focus.is_none() {
            return false;
        }
        self.words.mark(span);
        self.question.focus = focus;
        self.question.intent = Some(Intent::Lookup);
        true
    }
}

/// The kind of record that alone has such a field.
const fn kind_of(focus: Focus) -> Option<RecordType> {
    match focus {
        Focus::Email | Focus::Phone | Focus::JobTitle => Some(RecordType::Contact),
        Focus::Value | Focus::Stage | Focus::Probability | Focus::CloseDate => Some(RecordType::Deal),
        Focus::Industry | Focus::Website => Some(RecordType::Company),
        Focus::PracticeArea => Some(RecordType::Matter),
        Focus::Status | Focus::Owner | Focus::FollowUp | Focus::Company => None,
    }
}
