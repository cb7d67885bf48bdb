//! By which columns, or else by which name, a file of an export is recognised.

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
    (Records(Users), &["username", "isactive"]),
    (Records(Users), &["username", "profileid"]),
    (Records(Users), &["username", "useremail"]),
    (Records(Users), &["email", "superadmin"]),
    (Records(Users), &["email", "seat"]),
    (Records(Users), &["email", "subscriptiontype"]),
    (Records(Notes), &["notebody"]),
    (Records(Notes), &["notecontent"]),
    (Records(Notes), &["parentid", "body", "title"]),
    (Records(Notes), &["textpreview", "title"]),
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
        ],
    ),
    (Other("leads"), &["lead", "leads"]),
    (Other("tickets"), &["ticket", "tickets"]),
    (Other("products"), &["product", "products"]),
];

pub(super) fn by_columns(headers: &[String]) -> Option<Holds> {
    let all = |signs: &[&str]| signs.iter().all(|sign| headers.iter().any(|header| header == sign));
    SIGNS.iter().find(|(_, signs)| all(signs)).map(|(holds, _)| *holds)
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
        let by = |headers: &[&str]| by_columns(&headers.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>());
        assert_eq!(by(&["firstname", "email", "superadmin"]), Some(Records(Users)));
        assert_eq!(by(&["subject", "whoid", "startdatetime"]), Some(Records(Activities)));
        assert_eq!(by(&["firstname", "isconverted"]), Some(Other("leads")));
        assert_eq!(by(&["colour"]), None);
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
