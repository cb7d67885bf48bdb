//! How people ask for something to be written. Each wording covers a whole message; what stands in its places is read
//! strictly. Words that only lead up to a request or follow it carry nothing.

use crate::builtin::field::Field;

/// What a wording asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::builtin) enum Deed {
    /// A field of one record, or of several, gets a value.
    Set,
    /// What is named gets a value that says itself which field is meant: a stage, a status.
    Move,
    /// The same, but said so that "lost" cannot be mistaken.
    Mark,
    Assign,
    Tag,
    Delete,
    Complete,
    Create,
    Note,
    Log,
    Task,
}

/// What leads up to a request. Nothing that asks whether, or says if.
#[rustfmt::skip]
pub(in crate::builtin) const LEADS: &[&str] = &[
    "please", "pls", "plz", "kindly", "hey", "hi", "hello", "hey lexi", "hi lexi", "hello lexi", "lexi", "dear lexi",
    "good morning", "ok", "okay", "so", "well", "now", "also", "can you", "could you", "would you", "will you", "can u",
    "can you please", "could you please", "would you please", "please can you", "please could you", "i need to",
    "i need you to", "i want to", "i want you to", "i would like to", "i would like you to", "id like to",
    "id like you to", "we need to", "we want to", "we would like to", "wed like to", "i have to", "we have to",
    "i d like to", "go ahead and", "lets", "let us", "would you mind", "be so kind and", "quickly", "just",
    "in the crm", "in the system", "in our crm", "then",
];

/// What follows a request and adds nothing.
#[rustfmt::skip]
pub(in crate::builtin) const TRAILS: &[&str] = &[
    "please", "pls", "plz", "thanks", "thank you", "thx", "cheers", "in the crm", "in our crm", "in crm", "from the crm",
    "from our crm", "in the system", "from the system", "in the database", "from the database", "in lexi", "for me",
    "for us", "right away", "now", "asap", "right now", "immediately", "thanks a lot", "thank you very much", "many thanks",
];

/// What may stand anywhere and adds nothing.
pub(in crate::builtin) const ASIDES: &[&str] =
    &["in the crm", "in our crm", "in the system", "in the database", "within the crm"];

/// A sentence behind a request that only asks for it once more.
#[rustfmt::skip]
pub(in crate::builtin) const AGAIN: &[&str] = &[
    "make that change", "make this change", "make the change", "make those changes", "make these changes",
    "make the changes", "do that", "do this", "do it", "take care of that", "take care of it", "update that",
    "update it", "update this", "change that", "change it", "update them", "change them", "get that done",
    "thanks", "thank you",
];

#[rustfmt::skip] // one wording a line
pub(in crate::builtin) const ORDERS: &[(Deed, &[&str])] = &[
    (Deed::Set, &[
        "update|change|set|switch|edit|modify|adjust|correct|raise|lower|increase|reduce|bring|put|move|turn|push|postpone ?the {field} of|for|on {name} to|at|as|into|back|forward ?to {value} {tail}",
        "update|change|set|switch|edit|modify|adjust|correct|raise|lower|increase|reduce|bring|put|move|turn|push|postpone {owner} {field} to|at|as|into ?the {value} {tail}",
        "update|change|set|switch|edit|modify|adjust|correct ?the {field} to|at {value} for|of|on {name}",
        "set|update|change|switch {name} to|into ?the {field} {value}",
        "move|advance|push|shift|bring|put {name} to|into|in ?the {field} {value}",
        "add|enter|record|save ?the {field} {value} to|for|on {name}",
        "give {name} ?a|the|an {field} ?of {value}",
        "{owner} {field} is|has ?now|changed ?to {value} ; update|change|correct|record|fix|set that|it|this",
        "update|change|set|switch|edit|modify|adjust ?the {field} of|for|on {many} to|at|as|into {value}",
        "update|change|set|switch|edit|modify|adjust ?the {field} to|at {value} for|of|on {many}",
        "set|update|change|switch|move {many} to|into|in ?the {field} {value}",
        "give {many} ?a|the|an {field} ?of {value}",
    ]),
    (Deed::Mark, &[
        "update|change|set|switch {name} to|as|into ?the {value} ?status|stage|phase {tail}",
        "mark|flag|classify|record {name} as ?a|an {value} ?status {tail}",
        "move|advance|push|shift|bring|take|put|progress|promote|drag {name} ?on|over|along|forward|back|down|up to|into|in ?the {value} ?stage|status|phase|column {tail}",
        "{name} has|have ?just|now|been moved|progressed|advanced|gone|changed|switched ?on to|into ?the {value} ?status|stage|phase ; update|change|record|reflect|note|correct that|it|them|this|him|her",
        "{name} has|have ?just|now|been moved|progressed|advanced|gone|changed|switched ?on to|into ?the {value} ?status|stage|phase ; make that|this|the change|update",
        "{name} has|have ?just|now|been moved|progressed|advanced|gone|changed|switched ?on to|into ?the {value} ?status|stage|phase ; move|update|change|set them|it|him|her to {again} ?status|stage",
        "{name} is ?now ?in|at ?the {value} ?status|stage|phase ; update|change|record|reflect|correct that|it|them|this|him|her",
        "weve|we got|have ?got ?a|an ?new|another customer|client|lead|contact|prospect that|who|thats|whos|which ?has|is moved|progressed|advanced|gone to|into ?the {value} ?status|stage ; update|change|set|move {name} to|into {again} ?status|stage",
        "update|change|set|switch {many} to|as|into ?the {value} ?status|stage|phase",
        "mark|flag|classify {many} as ?a|an {value} ?status",
    ]),
    (Deed::Move, &[
        "move|advance|push|shift|bring|take|put|progress|promote {many} ?on|over|along|forward|back to|into|in ?the {value} ?stage|status|phase|column",
    ]),
    (Deed::Assign, &[
        "reassign|assign|transfer|hand|pass|give|move|switch|shift|delegate {name} ?over|on|back to {user}",
        "give|hand|assign {user} {name}",
        "make {user} ?the owner|responsible ?person|lawyer of|for {name}",
        "put {user} in charge of {name}",
        "{user} is taking|takes|will|has ?take|taken over {name} ; reassign|assign|transfer|update|change|move it|them|that|this|her|him ?accordingly",
        "reassign|assign|transfer|hand|pass|give|move|switch|shift|delegate {many} ?over|on|back to {user}",
        "give|hand|assign {user} {many}",
        "make {user} ?the owner|responsible ?person|lawyer of|for {many}",
        "put {user} in charge of {many}",
        "{user} is taking|takes|will|has ?take|taken over {many} ; reassign|assign|transfer|update|change|move them|that|those|these|it ?to ?him|her|them ?accordingly",
    ]),
    (Deed::Tag, &[
        "add ?the|a tag|label {tag} to {name}",
        "add ?the|a {tag} tag|label to {name}",
        "put ?the|a tag|label {tag} on {name}",
        "tag|label {name} with|as {tag}",
        "add {tag} as ?a tag|label to|for {name}",
        "add {tag} to ?the tags|labels of|for {name}",
        "give {name} ?the|a tag|label {tag}",
    ]),
    (Deed::Delete, &[
        "delete|remove|erase {name}",
        "get rid of {name}",
        "we no longer need|want ?to ?keep {name} ; delete|remove|erase it|them|that|him|her",
        "we dont need|want ?to ?keep {name} anymore|any ?more|longer ; delete|remove|erase it|them|that|him|her",
        "delete|remove|erase {many}",
        "get rid of {many}",
        "we|i no longer need|want ?to ?keep {many} ; delete|remove|erase them|those|these|that|it ?all",
        "we|i dont need|want ?to ?keep {many} anymore|any ?more|longer ; delete|remove|erase them|those|these|that|it ?all",
    ]),
    (Deed::Complete, &[
        "mark|set|flag|update|change ?the|my|this task|todo|reminder {task} as|to ?being done|complete|completed|finished|closed",
        "mark|set ?the|my {task} task|todo|reminder as|to done|complete|completed|finished|closed",
        "complete|finish|close ?the|my|this task|todo|reminder {task}",
        "complete|finish|close ?the|my {task} task|todo|reminder",
        "tick|check|cross off ?the|my|this task|todo|reminder {task}",
        "tick|check|cross ?the|my|this task|todo|reminder {task} off",
        "?the|my task|todo|reminder {task} is|has ?been ?now done|complete|completed|finished ; update|mark|complete|close|tick that|it ?off ?as ?done|completed",
    ]),
    (Deed::Create, &[
        "add|create|enter|register|record|make|open|put|start|set ?up ?in ?a|an|the|another ?new {role} ?called|named {new} {tail}",
        "add|create|enter|register|record|put ?in {new} as|being ?a|an ?new {role} {tail}",
        "add|enter|register|put {new} to|in|into ?the|our|my crm|contacts|system|database|list ?of ?contacts {tail}",
        "weve|we|i|ive got|have|won ?got ?a|an|another ?new {role} ?called|named {new} ; add|create|enter|register|record them|her|him|it ?to|in|into ?the|our ?crm|contacts|system|database {tail}",
        "{new} is ?a|an|our ?new {role} ; add|create|enter|register|record them|her|him|it ?to|in|into ?the|our ?crm|contacts|system|database {tail}",
    ]),
    (Deed::Note, &[
        "add|write|create|make|leave|put|take|save|attach|enter ?down ?a|an|the|this ?new|quick|short note|memo|comment to|for|on|about|at|under|with|against|regarding {name} : {text}",
        "add|write|create|make|leave|put|take|save|attach|enter ?down ?a|an|the ?new|quick|short note|memo|comment to|for|on|about|at|under|with|against|regarding {name} that|saying|stating ?that {text}",
        "note|memo|comment for|on|to|about {name} : {text}",
        "note|memo|comment for|on|to|about {name} that {text}",
        "make a note of|about {name} : {text}",
        "note {name} : {text}",
    ]),
    (Deed::Log, &[
        "log|record|add|enter|track|register ?a|an|my|the|this|our ?new {activity} with|to|from|at|for {name} : {text}",
        "log|record|add|enter|track|register ?a|an|my|the|this|our ?new {activity} with|to|from|at|for {name} about|regarding|on {text}",
        "log|record|track|register ?a|an|my|the|this|our ?new {activity} with|to|from|at|for {name}",
    ]),
    (Deed::Task, &[
        "remind {user} to {text}",
        "remind {user} {day} to {text}",
        "create|add|make|set|open|schedule ?up ?a|an|another ?new task|todo|reminder|to ?do for {user} to {text}",
        "create|add|make|set|open|schedule ?up ?a|an|another ?new task|todo|reminder|to ?do for {user} : {text}",
        "create|add|make|set|open|schedule ?up ?a|an|another ?new task|todo|reminder|to ?do to {text}",
        "create|add|make|set|open|schedule ?up ?a|an|another ?new task|todo|reminder|to ?do : {text}",
        "give|assign {user} ?a|the ?new task|todo to|of {text}",
        "give|assign {user} ?a|the ?new task|todo : {text}",
    ]),
];

/// What else is said of a record in the same breath. Of the text clauses only the last may be long.
#[rustfmt::skip] // one wording a line
pub(in crate::builtin) fn clauses() -> Vec<(Field, &'static [&'static str])> {
    vec![
        (Field::Owner, &[
            "assign|reassign|give|transfer|hand them|it|him|her|that ?over to {user}",
            "theyre|it|she|he|they ?is|are|should|must|need|needs ?to ?be assigned to {user}",
            "need|needs|should|must|has|have ?to be assigned|reassigned|given to {user}",
            "assigned to {user}", "owned by {user}", "owner ?is {user}", "assignee ?is {user}",
            "make {user} ?the ?their|its|his|her owner", "belongs|belonging to {user}", "for {user} to look after",
        ]),
        (Field::Status, &[
            "theyre|shes|hes|its a|an ?new {role}", "they|she|he|it are|is a|an ?new {role}",
            "as a|an ?new {role}", "?the status ?is|of|to|as {value}", "set ?the|their|its|his|her status to {value}",
        ]),
        (Field::Email, &["?the|an|a|their|her|his email|mail ?address ?is|of {value}", "e mail ?address ?is|of {value}"]),
        (Field::Phone, &["?the|a|their|her|his phone|telephone|mobile|tel ?number ?is|of {value}"]),
        (Field::JobTitle, &["?the|a|their|her|his job title ?is|of {value}", "?the|a|their|her|his position ?is|of {value}"]),
        (Field::Company, &["at|for|from|of|with ?the ?company|client|customer {value}", "works|working at|for {value}", "?the company ?is {value}"]),
        (Field::Value, &["worth|valued ?at {value}", "?a|an|the ?estimated value ?is|of {value}", "for {value}", "over {value}"]),
        (Field::Stage, &["in|at ?the {value} stage|phase", "in ?the stage|phase {value}", "stage ?is {value}", "in {value}", "set ?the|its|their stage to {value}"]),
        (Field::Pipeline, &["in ?the {value} pipeline", "?in ?the pipeline {value}"]),
        (Field::Probability, &["?a|an|the ?win probability ?is|of {value}", "?a {value} probability|chance"]),
        (Field::Priority, &["?the priority ?is|of {value}", "?a {value} priority"]),
        (Field::Tag, &["tagged ?as|with {value}", "?the tag {value}"]),
        (Field::FollowUp, &["follow up on|by {value}", "?the|a ?next ?follow ?up ?date ?is|on|for|of {value}", "?a|the follow up ?date ?is|on|for|of {value}"]),
        (Field::City, &["in|from|based ?in {value}"]),
        (Field::Country, &["in|from|based ?in {value}"]),
        (Field::Industry, &["?the|in ?the industry ?is {value}", "in ?the {value} industry|sector"]),
        (Field::Website, &["?the|a website|site ?is {value}", "?the domain ?is {value}"]),
    ]
}
