//! What a key may do (`action:resource`) and how often.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! scopes {
    ($($variant:ident = $text:literal),* $(,)?) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Scope { $($variant),* }

        impl Scope {
            pub const ALL: &'static [Scope] = &[$(Scope::$variant),*];

            pub const fn as_str(self) -> &'static str {
                match self { $(Scope::$variant => $text),* }
            }
        }
    };
}

scopes! {
    ReadAi = "read:ai", WriteAi = "write:ai",
    ReadContacts = "read:contacts", WriteContacts = "write:contacts",
    ReadCompanies = "read:companies", WriteCompanies = "write:companies",
    ReadDeals = "read:deals", WriteDeals = "write:deals",
    ReadMatters = "read:matters", WriteMatters = "write:matters",
    ReadNotes = "read:notes", WriteNotes = "write:notes",
    ReadTasks = "read:tasks", WriteTasks = "write:tasks",
    ReadActivities = "read:activities", WriteActivities = "write:activities",
    AdminApiKeys = "admin:api_keys", AdminCredits = "admin:credits", AdminWebhooks = "admin:webhooks",
    AdminWalls = "admin:walls", AdminAudit = "admin:audit", AdminWorkspace = "admin:workspace",
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown scope `{0}`; scopes are {list}", list = Scope::ALL.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(", "))]
pub struct InvalidScope(pub String);

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        Self::ALL.iter().copied().find(|s| s.as_str() == text).ok_or_else(|| InvalidScope(text.to_owned()))
    }
}

/// A set of scopes, in the order of [`Scope::ALL`].
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct ScopeSet(u32);

impl ScopeSet {
    pub fn all() -> Self {
        Scope::ALL.iter().copied().collect()
    }

    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u32) != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |s| self.contains(*s))
    }

    /// Comma-separated, as it is stored and as the command line takes it. Blanks around a scope are ignored.
    pub fn parse_list(text: &str) -> Result<Self, InvalidScope> {
        text.split(',').map(str::trim).filter(|s| !s.is_empty()).map(Scope::from_str).collect()
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | (1 << scope as u32)))
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Debug for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for ScopeSet {
    fn serialize<S: serde::Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.collect_seq(self.iter().map(Scope::as_str))
    }
}

/// How often a key may call; the numbers are configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum RateTier {
    #[default]
    Standard,
    High,
    /// Counted, never refused.
    Unmetered,
}

impl RateTier {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::High => "high",
            Self::Unmetered => "unmetered",
        }
    }
}

impl FromStr for RateTier {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "standard" => Ok(Self::Standard),
            "high" => Ok(Self::High),
            "unmetered" => Ok(Self::Unmetered),
            other => Err(format!("unknown rate limit tier `{other}`; tiers are standard, high, unmetered")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_back() {
        let set = ScopeSet::parse_list("write:ai, read:deals").unwrap();
        assert!(
            set.contains(Scope::WriteAi) && set.contains(Scope::ReadDeals) && !set.contains(Scope::ReadAi)
        );
        assert_eq!(ScopeSet::parse_list(&set.to_string()).unwrap(), set);
        assert!(ScopeSet::parse_list("write:everything").unwrap_err().to_string().contains("read:ai"));
        assert!(Scope::ALL.len() <= 32);
    }
}
