//! One newtype per kind of id, so that a deal's id cannot stand where a contact's belongs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind} id")]
pub struct InvalidId {
    pub kind: &'static str,
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id; ids made later sort later.
            #[expect(clippy::disallowed_methods, clippy::new_without_default, reason = "the one place where ids are made")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            /// Takes the hyphenated form only, in either case.
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                if text.len() != 36 {
                    return Err(InvalidId { kind: $kind });
                }
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId { kind: $kind })
            }
        }
    };
}

uuid_id!(
    /// The tenant: every record, key, credit and conversation belongs to exactly one.
    WorkspaceId, "workspace");
uuid_id!(KeyId, "API key");
uuid_id!(ConversationId, "conversation");
uuid_id!(
    /// One execution of a chat request. Never shown to clients.
    RunId, "run");
uuid_id!(
    /// A CRM record of any type; the type stands beside it.
    RecordId, "record");
uuid_id!(LedgerId, "ledger row");
uuid_id!(
    /// Something that Lexi has proposed and a person decides on.
    LexiTaskId, "Lexi task");
uuid_id!(WebhookId, "webhook");
uuid_id!(
    /// Something that a webhook is told of; the same in every attempt to deliver it.
    EventId, "event");

macro_rules! ulid_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            #[expect(clippy::new_without_default, reason = "an id is never a default")]
            pub fn new() -> Self {
                Self(format!(concat!($prefix, "{}"), ulid::Ulid::generate()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let invalid = InvalidId { kind: $kind };
                let Some(rest) = text.strip_prefix($prefix) else { return Err(invalid) };
                ulid::Ulid::from_string(rest).map_err(|_| invalid)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let text = String::deserialize(input)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

ulid_id!(MessageId, "msg_", "message");
ulid_id!(RequestId, "req_", "request");
ulid_id!(AuditId, "log_", "audit log row");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_what_they_print() {
        let id = ConversationId::new();
        assert_eq!(id.to_string().parse(), Ok(id));
        let message = MessageId::new();
        assert_eq!(message.to_string().parse(), Ok(message.clone()));
        assert!(message.as_str().starts_with("msg_"));
    }

    #[test]
    fn other_spellings_of_a_uuid_are_refused() {
        for bad in [
            "",
            "conv_01HY1",
            "{0198c5f0-0000-7000-8000-000000000000}",
            "0198c5f0000070008000000000000000",
            "0198c5f0-0000-7000-8000-00000000000g",
        ] {
            assert!(bad.parse::<ConversationId>().is_err(), "{bad}");
        }
    }
}
