//! What may be chosen for an import.

use std::fmt;
use std::str::FromStr;

use super::error::ImportError;
use super::fields::ImportKind;
use super::profiles::System;

#[derive(Debug, Clone)]
pub struct ImportOptions {
    pub kind: ImportKind,
    /// A column of the file and the field that it fills, `custom.<name>` or `ignore`, before any guessing.
    pub map: Vec<(String, String)>,
    /// Does everything and keeps nothing.
    pub dry_run: bool,
    /// For amounts without a currency.
    pub default_currency: String,
    /// How the file writes days with slashes; without it the columns themselves must prove it.
    pub dates: Option<DateOrder>,
    /// By what alone a row finds the record that exists; without it the foreign id, the address and the name are tried.
    pub match_by: Option<MatchBy>,
    /// Whether users, companies, contacts, pipelines and stages that rows name are made where they are unknown. Rows
    /// that name unknown ones are refused otherwise.
    pub create_missing: bool,
    /// The system that wrote the file, where that is known: some columns mean something else in each.
    pub system: Option<System>,
    /// What the rows of a file of activities are where they do not say it themselves: `call`, `meeting` …
    pub activity_type: Option<String>,
}

impl ImportOptions {
    pub fn new(kind: ImportKind) -> Self {
        Self {
            kind,
            map: Vec::new(),
            dry_run: false,
            default_currency: "EUR".to_owned(),
            dates: None,
            match_by: None,
            create_missing: true,
            system: None,
            activity_type: None,
        }
    }
}

impl ImportOptions {
    pub(super) fn check(&self) -> Result<(), ImportError> {
        let Some(way) = self.match_by else { return Ok(()) };
        let ways = self.kind.ways_to_match();
        if ways.contains(&way) {
            return Ok(());
        }
        let use_instead = ways.iter().map(MatchBy::to_string).collect::<Vec<_>>().join(" or --match ");
        Err(ImportError::NoSuchMatch { kind: self.kind, way, use_instead })
    }
}

/// The order of day, month and year where a date has slashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// Year, month, day; days with slashes in another order are refused.
    Iso,
    /// Month, day, year.
    Us,
    /// Day, month, year.
    European,
}

impl FromStr for DateOrder {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "iso" => Ok(Self::Iso),
            "us" => Ok(Self::Us),
            "european" => Ok(Self::European),
            other => Err(format!(
                "`{other}` is no order of dates: write iso (year first), us (month first) or european (day first)"
            )),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchBy {
    Email,
    Name,
    ExternalId,
}

impl fmt::Display for MatchBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Email => "email",
            Self::Name => "name",
            Self::ExternalId => "external-id",
        })
    }
}

impl FromStr for MatchBy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "email" => Ok(Self::Email),
            "name" => Ok(Self::Name),
            "external-id" | "external_id" => Ok(Self::ExternalId),
            other => Err(format!("`{other}` is no way to match: write email, name or external-id")),
        }
    }
}
