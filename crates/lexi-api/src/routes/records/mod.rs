//! The records of the CRM. One set of handlers for every type; a type is its [`Resource`].

mod bulk;
mod csv;
mod export;
mod read;
mod versions;
mod write;

use lexi_types::records::{Record, RecordType};
use serde_json::Value;

use crate::auth;
use crate::auth::Needs;

pub(crate) use bulk::{CHANGED_MAX, MADE_MAX, change_many, create_many};
pub(crate) use export::{EXPORTED, EXPORTED_MAX, export};
pub(crate) use read::{PER_PAGE, list, read};
pub(crate) use write::{change, create, remove};

/// A type of record, as its routes are registered with.
pub(crate) trait Resource: Send + Sync + 'static {
    const KIND: RecordType;
    type Read: Needs + 'static;
    type Write: Needs + 'static;
}

macro_rules! resources {
    ($($name:ident: $kind:ident, $read:ident, $write:ident;)*) => {$(
        #[derive(Debug)]
        pub(crate) struct $name;

        impl Resource for $name {
            const KIND: RecordType = RecordType::$kind;
            type Read = auth::$read;
            type Write = auth::$write;
        }
    )*};
}

resources! {
    Contacts: Contact, ReadContacts, WriteContacts;
    Companies: Company, ReadCompanies, WriteCompanies;
    Deals: Deal, ReadDeals, WriteDeals;
    Matters: Matter, ReadMatters, WriteMatters;
    Notes: Note, ReadNotes, WriteNotes;
    Tasks: Task, ReadTasks, WriteTasks;
    Activities: Activity, ReadActivities, WriteActivities;
}

fn wire(record: &Record) -> Value {
    Value::Object(record.fields())
}
