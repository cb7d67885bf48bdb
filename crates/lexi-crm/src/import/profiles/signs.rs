//! By which columns, or else by which name, a file of an export is recognised.

use super::System;
use crate::import::fields::ImportKind;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Records(ImportKind),
    /// Something that is not taken over.
    Other(&'static str),
}

use Holds::{Other, Records};
use ImportKind::{Activities, Companies, Contacts, Deals, Matters, Notes, Tasks, Users};

/// Columns that only files of such records have, without case, blanks and punctuation. The first line of which a file
/// has every column decides.
const SIGNS: &[(Holds, &[&str])] = &[
    (Other("leads"), &["isconverted"]),
    (Other("leads"), &["leadtitle"]),
    (Other("tickets"), &["ticketname"]),
    (Other("products"), &["productcode"]),
    (Other("cases"), &["casenumber", "isescalated"]),
    (Other("attachments"), &["bodylength", "contenttype"]),
    (Other("notes without their text"), &["textpreview", "title"]),
    (Other("bills"), &["bill", "balance"]),
    (Records(Users), &["username", "isactive"]),
    (Records(Users), &["username", "profileid"]),
    (Records(Users), &["username", "useremail"]),
    (Records(Users), &["email", "superadmin"]),
    (Records(Users), &["email", "seat"]),
    (Records(Users), &["email", "subscriptiontype"]),
    (Records(Notes), &["notebody"]),
    (Records(Notes), &["notecontent"]),
    (Records(Notes), &["parentid", "body", "title"]),
    (Records(Notes), &["subject", "detail"]),
    (Records(Notes), &["subject", "notedetail"]),
    (Records(Activities), &["activitysubject"]),
    (Records(Activities), &["calltitle"]),
    (Records(Activities), &["callnotes"]),
    (Records(Activities), &["meetingname"]),
    (Records(Activities), &["meetingtitle"]),
    (Records(Activities), &["emailsubject"]),
    (Records(Activities), &["subject", "startdatetime"]),
    (Records(Activities), &["subject", "activitydatetime"]),
    (Records(Activities), &["quantity", "nonbillable"]),
    (Records(Activities), &["quantity", "activityuser"]),
    (Records(Activities), &["subject", "body", "from", "to"]),
    (Records(Activities), &["summary", "startat"]),
    (Records(Activities), &["summary", "startdate"]),
    (Records(Activities), &["title", "start", "end"]),
    (Records(Tasks), &["tasktitle"]),
    (Records(Tasks), &["taskname"]),
    (Records(Tasks), &["subject", "whoid"]),
    (Records(Tasks), &["assignee", "dueat"]),
    (Records(Tasks), &["assignee", "duedate"]),
    (Records(Deals), &["dealname"]),
    (Records(Deals), &["dealtitle"]),
    (Records(Deals), &["dealstage"]),
    (Records(Deals), &["opportunityname"]),
    (Records(Deals), &["stagename"]),
    (Records(Matters), &["displaynumber"]),
    (Records(Matters), &["customnumber"]),
    (Records(Matters), &["matternumber"]),
    (Records(Matters), &["responsibleattorney"]),
    (Records(Companies), &["billingcity"]),
    (Records(Companies), &["billingstreet"]),
    (Records(Companies), &["companydomainname"]),
    (Records(Contacts), &["personname"]),
    (Records(Contacts), &["firstname"]),
    (Records(Contacts), &["lastname"]),
    (Records(Companies), &["organizationname"]),
    (Records(Companies), &["companyname"]),
    (Records(Companies), &["accountname"]),
];

/// Words of file names.
const WORDS: &[(Holds, &[&str])] = &[
    (Records(Users), &["user", "users", "owner", "owners"]),
    (
        Records(Companies),
        &["company", "companies", "account", "accounts", "organization", "organizations", "organisations"],
    ),
    (Records(Contacts), &["contact", "contacts", "person", "persons", "people"]),
    (Records(Deals), &["deal", "deals", "opportunity", "opportunities"]),
    (Records(Matters), &["matter", "matters"]),
    (Records(Notes), &["note", "notes"]),
    (Records(Tasks), &["task", "tasks"]),
    (
        Records(Activities),
        &[
            "activity",
            "activities",
            "engagements",
            "event",
            "events",
            "call",
            "calls",
            "meeting",
            "meetings",
            "emails",
            "communications",
            "calendar",
        ],
    ),
    (Other("leads"), &["lead", "leads"]),
    (Other("tickets"), &["ticket", "tickets"]),
    (Other("products"), &["product", "products"]),
    (Other("bills"), &["bill", "bills", "invoice", "invoices"]),
];

/// Columns of objects of Salesforce that look like others.
const SALESFORCE: &[(Holds, &[&str])] = &[
    (Other("contracts"), &["contractnumber"]),
    (Other("orders"), &["ordernumber"]),
    (Other("quotes"), &["quotenumber"]),
    (Other("members of campaigns"), &["campaignid", "leadid"]),
    (Other("the history of opportunities"), &["opportunityid", "stagename"]),
];

/// The objects of Salesforce, after which its exports name their files.
const OBJECTS: &[(&str, Holds)] = &[
    ("user", Records(Users)),
    ("account", Records(Companies)),
    ("contact", Records(Contacts)),
    ("opportunity", Records(Deals)),
    ("note", Records(Notes)),
    ("task", Records(Tasks)),
    ("event", Records(Activities)),
    ("lead", Other("leads")),
    ("case", Other("cases")),
    ("casecomment", Other("comments on cases")),
    ("contract", Other("contracts")),
    ("order", Other("orders")),
    ("orderitem", Other("lines of orders")),
    ("quote", Other("quotes")),
    ("quotelineitem", Other("lines of quotes")),
    ("campaign", Other("campaigns")),
    ("campaignmember", Other("members of campaigns")),
    ("contentnote", Other("notes without their text")),
    ("contentversion", Other("files")),
    ("contentdocument", Other("files")),
    ("attachment", Other("attachments")),
    ("emailmessage", Other("e-mails")),
    ("opportunityhistory", Other("the history of opportunities")),
    ("opportunityfieldhistory", Other("the history of opportunities")),
    ("opportunitycontactrole", Other("roles of contacts")),
    ("accountcontactrole", Other("roles of contacts")),
    ("opportunitylineitem", Other("lines of opportunities")),
    ("product2", Other("products")),
    ("pricebook2", Other("price books")),
    ("pricebookentry", Other("price books")),
    ("asset", Other("assets")),
    ("partner", Other("partners")),
    ("solution", Other("solutions")),
];

pub(super) fn by_columns(system: System, headers: &[String]) -> Option<Holds> {
    let all = |signs: &[&str]| signs.iter().all(|sign| headers.iter().any(|header| header == sign));
    let own = if system == System::Salesforce { SALESFORCE } else { &[] };
    own.iter().chain(SIGNS).find(|(_, signs)| all(signs)).map(|(holds, _)| *holds)
}

/// By the name that the system itself gives to its files, which is surer than columns: many objects share those.
pub(super) fn by_object(system: System, name: &str) -> Option<Holds> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
    let part = stem.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['-', '_', ' ']);
    let named = |stem: &str| OBJECTS.iter().find(|(object, _)| *object == stem).map(|(_, holds)| *holds);
    named(&stem).or_else(|| named(part)).filter(|_| system == System::Salesforce)
}

/// By the last word of the name that means something: `matter-notes.csv` holds notes.
pub(super) fn by_name(name: &str) -> Option<Holds> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
    let words = stem.split(|c: char| !c.is_alphabetic());
    words.rev().find_map(|word| Some(WORDS.iter().find(|(_, known)| known.contains(&word))?.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_decide_and_words_of_the_name_are_whole() {
        let by = |headers: &[&str]| {
            by_columns(System::Salesforce, &headers.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(by(&["firstname", "email", "superadmin"]), Some(Records(Users)));
        assert_eq!(by(&["subject", "whoid", "startdatetime"]), Some(Records(Activities)));
        assert_eq!(by(&["firstname", "isconverted"]), Some(Other("leads")));
        assert_eq!(by(&["colour"]), None);
        assert_eq!(by(&["billingcity", "ordernumber", "name"]), Some(Other("orders")));
        assert_eq!(by_object(System::Salesforce, "Account_2.csv"), Some(Records(Companies)));
        assert_eq!(by_object(System::Salesforce, "CampaignMember.csv"), Some(Other("members of campaigns")));
        assert_eq!(by_object(System::Salesforce, "accounts.csv"), None);
        assert_eq!(by_object(System::HubSpot, "Account.csv"), None);
        for (name, holds) in [
            ("hubspot-crm-exports-all-deals-2026-11-01.csv", Some(Records(Deals))),
            ("matter_notes.csv", Some(Records(Notes))),
            ("People.TSV", Some(Records(Contacts))),
            ("accounting.csv", None),
            ("recalls.csv", None),
        ] {
            assert_eq!(by_name(name), holds, "{name}");
        }
    }
}
