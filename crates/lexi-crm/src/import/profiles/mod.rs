//! The habits of the systems whose exports are taken over as a whole folder.

mod folder;
mod signs;

use std::str::FromStr;

use super::options::DateOrder;

pub use folder::{Folder, FolderFile, UnusedFile, read_folder};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    HubSpot,
    Salesforce,
    Pipedrive,
    Clio,
}

impl System {
    /// How the system writes days with slashes, where that is certain: until a file proves otherwise.
    pub const fn dates(self) -> Option<DateOrder> {
        match self {
            Self::HubSpot | Self::Pipedrive => Some(DateOrder::Iso),
            Self::Clio => Some(DateOrder::Us),
            // As the user who exports is at home.
            Self::Salesforce => None,
        }
    }
}

impl FromStr for System {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "hubspot" => Ok(Self::HubSpot),
            "salesforce" => Ok(Self::Salesforce),
            "pipedrive" => Ok(Self::Pipedrive),
            "clio" => Ok(Self::Clio),
            other => {
                Err(format!("`{other}` is not a known system; hubspot, salesforce, pipedrive and clio are"))
            }
        }
    }
}
