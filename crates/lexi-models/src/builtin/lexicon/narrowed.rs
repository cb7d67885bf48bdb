//! How records are narrowed: states, dates, negations, and the small words that join names.

use super::Table;
use crate::builtin::field::Field;
use crate::builtin::question::DateField;
use crate::builtin::tag::{Prep, State, Tag};

#[rustfmt::skip] // one phrase a line would hide what belongs together
pub(super) const WORDS: Table = &[
    (Tag::State(State::Open), &[
        "open", "active", "ongoing", "live", "running", "in play", "outstanding", "unresolved",
        "still in progress", "in the works", "currently open", "not yet closed", "still going", "undecided",
    ]),
    (Tag::State(State::Won), &[
        "won", "win", "wins", "winning", "closed won", "signed up", "landed", "successful", "successfully closed",
        "secured", "brought in", "bring in", "brings in",
    ]),
    (Tag::State(State::Lost), &["lost", "lose", "loses", "losses", "losing", "closed lost", "unsuccessful"]),
    (Tag::State(State::Closed), &[
        "closed", "close", "closes", "ended", "concluded", "wrapped up", "finalised", "finalized", "decided",
        "shut", "archived",
    ]),
    (Tag::State(State::Pending), &["pending", "on hold"]),
    (Tag::State(State::Done), &[
        "completed", "complete", "done", "finished", "ticked off", "crossed off", "completes",
    ]),
    (Tag::State(State::Undone), &[
        "unfinished", "incomplete", "uncompleted", "undone", "not done", "not yet done", "not finished",
        "not yet finished", "not completed", "not yet completed", "not complete", "nobody has finished yet",
        "nobody has finished", "nobody has done", "nobody has completed", "still to do", "still have to finish", "still has to finish", "still needs to finish", "still need to finish", "have to finish", "has to finish", "needs to finish", "need to finish", "left to finish", "still to be done",
        "left to do", "remaining", "still have to get done", "still have to do", "still has to do",
        "still has to get done", "still need to do", "still needs to do", "still have to be done",
        "have to get done", "have to do", "has to do", "has to get done", "need to do", "needs to do",
        "to get done", "on my plate", "should i do", "do i have to do", "do i need to do", "is on my agenda", "on my agenda", "on the agenda", "left for today", "to be done",  "to work on",
    ]),
    (Tag::State(State::InProgress), &[
        "in progress", "started but not finished", "being worked on", "under way", "underway",
    ]),
    (Tag::State(State::Overdue), &[
        "overdue", "behind on", "behind with", "behind schedule", "past due", "late", "already passed", "has already passed", "has passed", "passed",
        "already past", "is in the past", "expired", "lapsed", "in the past", "past their due date",
        "past the due date", "past deadline", "missed",
    ]),
    (Tag::State(State::Unassigned), &[
        "unassigned", "not assigned to anyone", "not assigned to anybody", "assigned to nobody",
        "assigned to no one", "without an assignee", "nobody is assigned to", "nobodys", "not assigned", "unowned",
        "owned by nobody", "owned by no one",
    ]),
    (Tag::State(State::Pinned), &["pinned"]),
    (Tag::State(State::New), &["new", "brand new", "fresh", "newly"]),
    (Tag::Dated(DateField::Created), &[
        "created", "added", "came in", "come in", "coming in", "came", "started", "entered", "newly created",
        "newly added", "got in", "did we add", "have we added", "we added", "we add", "been added", "did we get",
        "did we create", "received", "logged", "recorded", "written", "create", "acquired", "gained", "take place",
        "took place", "joined us",
    ]),
    (Tag::Dated(DateField::Opened), &[
        "opened", "newly opened", "opening", "did we open", "do we open", "have we opened", "we open", "we opened",
        "did i open", "were opened", "was opened", "got opened", "took on", "taken on", "take on",
    ]),
    (Tag::Dated(DateField::Closed), &[
        "closing", "due to close", "expected to close", "set to close", "scheduled to close", "supposed to close",
        "should close", "will close", "going to close", "to close", "expected to be closed", "up for closing",
    ]),
    (Tag::Dated(DateField::Due), &[
        "due", "falling due", "fall due", "falls due", "due for", "coming due", "that fall due", "become due", "must be done",
        "must get done", "must be finished",
    ]),
    (Tag::Dated(DateField::Updated), &["updated", "modified", "changed", "edited", "touched"]),
    (Tag::By, &[
        "grouped by", "broken down by", "split by", "split up by", "split into", "divided by", "segmented by",
        "break down by", "breakdown by", "for each", "by each", "in each", "of each", "by", "per", "each",
        "across", "spread across", "distributed across", "distributed by", "spread over", "for every", "in every",
        "according to", "ordered by", "sorted by", "sort by", "order by", "ranked by", "split across",
        "broken down into", "on a per", "each of the", "across all", "across our", "breakdown of",
    ]),
    (Tag::Not, &[
        "not", "isnt", "arent", "wasnt", "werent", "dont", "doesnt", "didnt", "havent", "hasnt", "except for",
        "except", "excluding", "apart from", "other than", "besides", "but not", "neither", "nor", "never",
        "outside of", "outside", "aside from", "leaving out", "not counting", "minus", "that arent",
        "that are not", "ignoring", "rather not", "non", "if we leave out", "if you leave out", "leave out", "leaving aside", "without counting", "if we exclude", "if we ignore", "disregarding", "if we disregard", "excluding those", "exclude", "not in", "all but", "but the","everything but", "everyone but",
    ]),
    (Tag::Without, &[
        "w o any", "w o an", "w o a", "w o", "without any", "without an", "without a", "without", "with no", "have no", "has no", "having no", "had no",
        "lacking", "lack", "lacks", "missing", "dont have any", "dont have a", "dont have an", "dont have",
        "do not have any", "do not have a", "do not have", "doesnt have any", "doesnt have a", "doesnt have",
        "does not have", "does not have a", "does not have any", "no", "not having", "not attached to any",
        "not attached to a", "not linked to any", "not linked to a", "not connected to any", "not connected to a",
        "not associated with any", "not associated with a", "havent got a", "havent got any", "haven t got",
        "have neither", "never had a", "zero", "never had a single", "have never had a", "have never had any",
        "have never had", "never had any", "have never had a single", "has never had a", "has never had any",
        "has never had a single", "not a single", "without a single", "there is no", "there are no",
        "dont belong to any", "do not belong to any", "not part of any", "not tied to any", "not related to any",
        "dont yet have a", "do not yet have a", "have not got", "no recorded", "with neither", "neither has",
        "have not been given a", "who have no", "where there is no", "where we have no", "for which we have no",
        "dont have yet a",
    ]),
    (Tag::Or, &["or", "either", "and or"]),
    (Tag::And, &["and", "plus", "as well as", "together with", "along with"]),
    (Tag::Prep(Prep::With), &["with", "w", "involving"]),
    (Tag::Prep(Prep::For), &["for", "on behalf of", "concerning", "regarding", "re"]),
    (Tag::Prep(Prep::Of), &["of", "belonging to", "belong to", "belongs to"]),
    (Tag::Prep(Prep::At), &[
        "at", "working at", "work at", "works at", "working for", "work for", "works for", "employed at",
        "employed by",
    ]),
    (Tag::Prep(Prep::In), &[
        "in", "within", "inside", "sitting in", "based in", "located in", "seated in", "situated in", "sit in",
        "sits in", "stuck in", "currently in", "headquartered in", "in the",
    ]),
    (Tag::Prep(Prep::From), &["from", "coming from", "out of"]),
    (Tag::Prep(Prep::On), &["on"]),
    (Tag::Prep(Prep::To), &["to"]),
    (Tag::Prep(Prep::About), &[
        "about", "around", "dealing with", "to do with", "related to", "relating to", "on the subject of",
    ]),
    (Tag::Me, &["my", "mine", "me", "i", "myself", "i own", "im"]),
    (Tag::Person1, &["she", "he", "her", "his", "him", "hers"]),
    (Tag::It, &["it", "its", "that one", "this one"]),
    (Tag::They, &[
        "they", "them", "their", "theirs", "those", "these", "the ones", "ones", "of those", "of these", "of them",
        "of which",
    ]),
    (Tag::This, &["this", "that", "the current", "current"]),
    (Tag::Quiet, &[
        "no note and no activity", "no notes and no activities", "no notes and no activity",
        "no activity and no notes", "no notes or activities", "no notes or activity", "no note or activity",
        "gone quiet", "been quiet", "gone cold", "gone stale", "went quiet", "went cold", "quiet", "inactive",
        "untouched", "dormant", "stale", "stalled", "idle", "neglected", "asleep", "sleeping", "cold",
        "without any activity", "without activity", "without an activity", "no activity", "no activities",
        "nothing happened", "nothing has happened", "had no activity", "have had no activity",
        "not been contacted", "not contacted", "not been worked on", "no contact", "not had any activity",
        "without any contact", "havent heard from", "have not heard from", "without a touch", "not had activity",
        "without any note or activity", "no touchpoint", "no touch", "no interaction", "no interactions",
        "without notes or activities", "without any notes or activities", "without any activities",
        "without activities", "no movement", "has nobody contacted", "nobody has contacted", "not heard from",
        "nobody has worked on", "nothing going on", "not seen any activity", "seen no activity", "not moved",
    ]),
    (Tag::Unchanged, &[
        "without an update", "without any update", "without update", "without updates", "no update", "no updates",
        "not updated", "not been updated", "havent been updated", "hasnt been updated", "have not been updated",
        "has not been updated", "not been changed", "not changed", "havent changed", "hasnt changed",
        "not been edited", "not been modified", "not modified", "nobody has updated", "nobody touched",
        "nobody has touched", "has nobody touched", "have nobody touched", "not been touched", "not touched",
        "havent been touched", "hasnt been touched", "no one has touched", "no one touched", "werent updated",
        "unchanged",
    ]),
    (Tag::Mentions, &[
        "mention", "mentions", "mentioning", "mentioned", "that mention", "talk about", "talks about",
        "talking about", "containing", "contain", "contains", "refer to", "refers to", "referring to", "speak of",
        "speak about", "with the word", "with the words", "that say", "saying", "say", "that include the word",
        "including the word", "with the phrase", "with the text", "discuss", "discussing", "discusses",
        "speaks of", "the word", "that contain", "reference to", "referencing", "bring up the",
        "with a mention of", "that discuss",
    ]),
    (Tag::Tail, &[
        "law", "work", "fee", "fees", "speaking", "speak", "speaks", "speakers", "based", "related", "business",
        "basis", "interest", "interested in", "product interest", "space", "world", "market", "side", "group",
        "fee basis", "sources",
    ]),
    (Tag::Everyone, &[
        "overall", "altogether", "everyone", "everybody", "all owners", "whole workspace", "all lawyers",
        "the whole firm", "firm wide", "firmwide", "for everyone", "in general", "the whole team",
        "across the firm", "across the board",
    ]),
    (Tag::Goes, &[
        "and what about", "and how about", "what about", "how about", "and now", "and only", "same for",
        "same thing for", "the same for", "same question for", "same but", "same again for", "same", "only",
        "just", "now only", "now", "ok and", "okay and", "and then", "same with", "how does that look for", "then",
        "and also",
    ]),
    // Who owns them, said with a verb.
    (Tag::Key(Field::Owner), &[
        "who is the owner of", "who is responsible for", "who is in charge of", "whos in charge of", "who owns",
        "who owned", "who manages", "who handles", "who handled", "who looks after", "who takes care of",
        "who runs", "which lawyer handles", "which lawyer owns", "which lawyer is responsible for",
        "which lawyer is handling", "which attorney handles", "which colleague handles", "who is handling",
        "who is looking after", "whos handling", "whos looking after", "whos responsible for", "who leads",
        "who is leading", "who is on", "whos on", "who is working on", "whos working on", "who works on",
        "our person for", "who is assigned to", "whos assigned to", "who deals with", "who is dealing with",
        "who covers", "who is our person for", "who is our contact person for",
    ]),
];
