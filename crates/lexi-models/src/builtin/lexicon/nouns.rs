//! Of what: records, people, kinds of activity, and the fields and units of time by which they are broken down.

use lexi_types::Unit;

use super::Table;
use crate::builtin::field::Field;
use crate::builtin::question::Entity;
use crate::builtin::tag::Many::{Many, One};
use crate::builtin::tag::{Role, Tag};

#[rustfmt::skip] // one phrase a line would hide what belongs together
pub(super) const WORDS: Table = &[
    (Tag::Noun(Entity::Contacts, Many), &[
        "contacts", "people", "persons", "individuals", "folks", "contact records",
    ]),
    (Tag::Noun(Entity::Contacts, One), &["contact", "person", "contact record"]),
    (Tag::Noun(Entity::Companies, Many), &[
        "companies", "organisations", "organizations", "orgs", "accounts", "businesses", "firms", "corporations",
        "enterprises",
    ]),
    (Tag::Noun(Entity::Companies, One), &["company", "organisation", "organization", "org", "account", "firm"]),
    (Tag::Noun(Entity::Deals, Many), &[
        "deals", "opportunities", "opps", "sales opportunities", "pitches", "proposals and deals",
    ]),
    (Tag::Noun(Entity::Deals, One), &["deal", "opportunity", "opp", "pitch"]),
    (Tag::Noun(Entity::Matters, Many), &[
        "matters", "cases", "files", "mandates", "lawsuits", "legal matters", "case files", "dossiers",
    ]),
    (Tag::Noun(Entity::Matters, One), &["matter", "case", "mandate", "file", "lawsuit", "case file", "dossier"]),
    (Tag::Noun(Entity::Notes, Many), &["notes", "memos", "file notes", "comments"]),
    (Tag::Noun(Entity::Notes, One), &["note", "memo", "file note"]),
    (Tag::Noun(Entity::Tasks, Many), &[
        "tasks", "todos", "to dos", "to do items", "to do list", "todo list", "task list", "tasks list",
        "action items", "todo items", "deadlines", "to do s", "reminders",
    ]),
    (Tag::Noun(Entity::Tasks, One), &["task", "todo", "to do", "action item", "deadline", "reminder"]),
    (Tag::Noun(Entity::Activities, Many), &[
        "activities", "interactions", "touchpoints", "touch points", "logged activities",
    ]),
    (Tag::Noun(Entity::Activities, One), &["interaction", "touchpoint"]),
    (Tag::Happened("call"), &["calls", "phone calls", "call", "phone call", "telephone calls"]),
    (Tag::Happened("meeting"), &["meetings", "meeting", "appointments", "appointment"]),
    (Tag::Happened("email"), &["emails", "e mails", "mails", "emailed"]),
    (Tag::Happened("document"), &["documents", "document"]),
    (Tag::Timeline, &[
        "timeline", "history", "what happened", "what has happened", "whats happened", "what changed",
        "what has changed", "whats changed", "anything changed", "changes", "whats new", "what is new",
        "anything new", "news", "activity", "activity feed", "latest activity", "recent activity", "last activity",
        "latest activities", "last contact with", "last touch", "last touchpoint", "last interaction", "last speak to", "last speak with", "last talk to", "last talk with", "last spoke to", "last spoke with", "last spoken to", "last spoken with", "last contacted", "last contact", "last in touch with", "last hear from", "last heard from", "last in contact with", "last meet", "last met", "last met with", "last talked to",
        "what have we done", "what did we do", "what did i miss", "the latest on", "latest on", "the latest about", "the latest from", "the latest with", "latest with", "latest news on", "any news on", "any news from", "any news about", "any updates on", "any update on", "updates on", "update on", "status update on", "news on", "news about",
    ]),
    (Tag::Role(Role::Client), &["clients", "client", "customers", "customer"]),
    (Tag::Role(Role::Lead), &["leads", "lead"]),
    (Tag::Role(Role::Prospect), &["prospects", "prospect"]),
    (Tag::Private, &["private client", "private clients", "private individuals"]),
    (Tag::Pipeline, &["pipeline", "sales pipeline", "deal pipeline", "funnel", "sales funnel"]),
    (Tag::Stages, &["pipelines", "stages", "pipeline stages", "deal stages"]),
    (Tag::FollowUp, &[
        "follow up date", "follow up dates", "next follow up date", "next follow up", "next follow ups",
        "follow ups", "follow up", "followups", "followup", "followed up", "follow up with", "following up",
        "followed up with", "next followup", "get back to",
    ]),
    (Tag::Staff, &[
        "users", "colleagues", "lawyers", "attorneys", "team members", "team", "staff", "owners", "coworkers",
        "associates", "fee earners", "users of this workspace", "who works here", "reps", "salespeople",
        "people here",
    ]),
    (Tag::Unknown, &["why", "how do i", "how to", "should we", "could we", "what if", "at the end of", "at the end", "the end of", "starts with", "start with", "starting with", "begins with", "begin with", "beginning with", "ends with", "ending with", "end with", "in alphabetical order", "alphabetically"]),
    (Tag::Employees, &["employees", "employee", "headcount of"]),
    // Fields.
    (Tag::Key(Field::Stage), &["stage", "deal stage", "pipeline stage", "which stage", "phase"]),
    (Tag::Key(Field::Status), &[
        "status", "statuses", "state", "contact status", "matter status", "deal status", "task status", "outcome",
    ]),
    (Tag::Key(Field::Owner), &[
        "owner", "deal owner", "user", "lawyer", "rep", "salesperson", "colleague", "assignee", "attorney",
        "partner in charge", "partner", "partners", "responsible", "responsible lawyer", "responsible attorney",
        "responsible person", "responsible partner", "person responsible", "relationship partner",
        "account manager", "relationship manager", "fee earner", "team member", "associate", "case owner",
        "person in charge",
    ]),
    (Tag::Key(Field::Industry), &[
        "industry", "industries", "sector", "sectors", "client industry", "company industry", "line of business",
        "branch",
    ]),
    (Tag::Key(Field::Country), &["country", "countries", "nation", "client country"]),
    (Tag::Key(Field::City), &["city", "cities", "town", "location", "locations"]),
    (Tag::Key(Field::Size), &["size", "sizes", "company size", "company sizes", "size band"]),
    (Tag::Key(Field::Pipeline), &["which pipeline"]),
    (Tag::Key(Field::Priority), &["priority", "priorities", "urgency", "prio"]),
    (Tag::Key(Field::PracticeArea), &[
        "practice area", "practice areas", "area of law", "areas of law", "legal area", "legal areas",
        "matter type", "matter types", "practice group", "practice groups", "practice", "practices", "department",
        "departments", "type of matter", "type of work", "area", "areas", "type of law", "work type",
        "practise area", "field of law", "practice field",
    ]),
    (Tag::Key(Field::FeeModel), &[
        "fee model", "fee models", "fee arrangement", "fee arrangements", "billing model", "billing type",
        "fee type", "fee types", "pricing model", "fee structure", "type of fee",
    ]),
    (Tag::Key(Field::Currency), &["currency", "currencies"]),
    (Tag::Key(Field::JobTitle), &[
        "job title", "job titles", "title", "titles", "position", "positions", "role", "roles", "job", "jobs",
        "function",
    ]),
    (Tag::Key(Field::Tag), &[
        "tag", "tags", "label", "labels", "tagged", "tagged as", "tagged with", "labelled", "labeled",
        "flagged as", "flagged", "marked as", "marked",
    ]),
    (Tag::Key(Field::Type), &[
        "type", "types", "kind", "kinds", "activity type", "note type", "activity types", "type of activity",
        "kind of activity",
    ]),
    (Tag::Key(Field::Probability), &[
        "win probability", "probability", "probabilities", "likelihood", "chance", "chances", "chance of winning",
        "odds",
    ]),
    (Tag::Key(Field::Email), &[
        "email address", "email addresses", "e mail address", "e mail addresses", "e mail", "email",
        "mail address", "mail",
    ]),
    (Tag::Key(Field::Phone), &["by telephone", "by phone", "on the phone", 
        "phone number", "phone numbers", "telephone number", "telephone numbers", "phone", "telephone",
        "mobile number", "mobile", "cell number", "number on file", "tel",
    ]),
    (Tag::Key(Field::Website), &["website", "web site", "homepage", "web address", "url", "domain"]),
    (Tag::Key(Field::LinkedIn), &["linkedin", "linkedin page", "linkedin profile", "linkedin url"]),
    (Tag::Key(Field::Description), &["description", "descriptions"]),
    (Tag::Key(Field::DueDate), &["due date", "due dates"]),
    (Tag::Key(Field::CloseDate), &["closing date", "close date", "close dates", "closed date", "date of closing"]),
    (Tag::Key(Field::OpenDate), &["opening date", "open date", "date of opening"]),
    (Tag::Key(Field::CreatedDate), &["creation date", "created date", "date of creation"]),
    (Tag::Key(Field::Contact), &[
        "contact for", "contact on", "contact person", "main contact", "main contact person", "point of contact",
        "primary contact", "key contact", "contact persons", "main contacts",
    ]),
    (Tag::Key(Field::Company), &["employer", "client company", "client companies"]),
    (Tag::Key(Field::Number), &["matter number", "file number", "case number", "reference number", "reference"]),
    (Tag::Key(Field::Name), &[
        "whose name is", "with the name", "with name", "named", "called", "by the name of", "the name of",
        "name of", "surname", "last name", "first name", "with the surname", "with the last name",
    ]),
    // Units of time, behind "by".
    (Tag::Time(Unit::Day), &["day", "daily"]),
    (Tag::Time(Unit::Week), &["week", "weeks", "weekly", "calendar week"]),
    (Tag::Time(Unit::Month), &["month", "months", "monthly", "calendar month", "month by month"]),
    (Tag::Time(Unit::Quarter), &["quarter", "quarters", "quarterly", "quarter by quarter"]),
    (Tag::Time(Unit::Year), &["year", "years", "yearly", "annually", "year by year"]),
];
