//! Which files of an exported folder hold what, in the order in which they build on each other.

use std::path::{Path, PathBuf};

use super::System;
use super::signs::{self, Holds};
use crate::import::fields::{ImportKind, squeezed};
use crate::import::options::ImportOptions;
use crate::import::reader;

const ENDINGS: [&str; 3] = ["csv", "tsv", "txt"];

/// What others build on first.
const ORDER: [ImportKind; 8] = [
    ImportKind::Users,
    ImportKind::Companies,
    ImportKind::Contacts,
    ImportKind::Deals,
    ImportKind::Matters,
    ImportKind::Notes,
    ImportKind::Tasks,
    ImportKind::Activities,
];

#[derive(Debug)]
pub struct Folder {
    /// In the order in which they are to be imported.
    pub files: Vec<FolderFile>,
    pub unused: Vec<UnusedFile>,
}

#[derive(Debug)]
pub struct FolderFile {
    pub path: PathBuf,
    pub kind: ImportKind,
    system: System,
    /// Columns that the system uses in its own way.
    map: Vec<(String, String)>,
    activity_type: Option<String>,
}

#[derive(Debug)]
pub struct UnusedFile {
    pub path: PathBuf,
    pub reason: String,
}

impl FolderFile {
    /// How this file is to be imported; what the options say goes before the habits of the system.
    pub fn options(&self, chosen: ImportOptions) -> ImportOptions {
        // A way to match that a kind does not know is meant for the other files.
        let match_by = chosen.match_by.filter(|way| self.kind.ways_to_match().contains(way));
        ImportOptions {
            kind: self.kind,
            map: self.map.clone(),
            match_by,
            system: Some(self.system),
            activity_type: self.activity_type.clone(),
            ..chosen
        }
    }
}

pub fn read_folder(system: System, folder: &Path) -> std::io::Result<Folder> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_file() && !hidden {
            paths.push(path);
        }
    }
    paths.sort();
    let (mut files, mut unused) = (Vec::new(), Vec::new());
    for path in paths {
        match understand(system, &path) {
            Ok(file) => files.push(file),
            Err(reason) => unused.push(UnusedFile { path, reason }),
        }
    }
    files.sort_by_key(|file| ORDER.iter().position(|kind| *kind == file.kind));
    Ok(Folder { files, unused })
}

fn understand(system: System, path: &Path) -> Result<FolderFile, String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if matches!(ending.as_str(), "xlsx" | "xls" | "xlsm" | "ods") {
        return Err("is a workbook: save it as CSV".to_owned());
    }
    if !ENDINGS.contains(&ending.as_str()) {
        return Err("is not a CSV file".to_owned());
    }
    let headers = reader::peek_headers(path).map_err(|error| error.to_string())?;
    let headers: Vec<String> = headers.iter().map(|header| squeezed(header)).collect();
    let by_columns = || signs::by_columns(system, &headers);
    let holds = signs::by_object(system, &name).or_else(by_columns).or_else(|| signs::by_name(&name));
    let kind = match holds {
        Some(Holds::Records(kind)) => kind,
        Some(Holds::Other(what)) => return Err(format!("holds {what}, which are not imported")),
        None => return Err("neither its columns nor its name say what the rows are".to_owned()),
    };
    Ok(FolderFile {
        path: path.to_owned(),
        kind,
        system,
        map: habits(system, kind, &headers),
        activity_type: activity_type(kind, &headers).map(str::to_owned),
    })
}

/// Columns that a system uses in its own way.
fn habits(system: System, kind: ImportKind, headers: &[String]) -> Vec<(String, String)> {
    let known: &[(&str, &str)] = match (system, kind) {
        // Clio's matters have no name besides their description.
        (System::Clio, ImportKind::Matters) => &[("description", "name")],
        // A form of address, not a position.
        (System::Clio, ImportKind::Contacts) => &[("title", "custom.title"), ("type", "person_type")],
        (System::Clio, ImportKind::Activities) => &[("note", "description")],
        (System::HubSpot, ImportKind::Deals) => &[("dealprobability", "probability_share")],
        (System::Salesforce, ImportKind::Users) => &[("username", "ignore")],
        _ => &[],
    };
    let there = known.iter().filter(|(column, _)| headers.iter().any(|header| header == column));
    there.map(|(column, field)| ((*column).to_owned(), (*field).to_owned())).collect()
}

/// What the rows of a file of activities are, where its columns tell.
fn activity_type(kind: ImportKind, headers: &[String]) -> Option<&'static str> {
    const TYPES: &[(&str, &str)] = &[
        ("calltitle", "call"),
        ("callnotes", "call"),
        ("meetingname", "meeting"),
        ("meetingtitle", "meeting"),
        ("emailsubject", "email"),
        ("startdatetime", "meeting"),
        ("startat", "meeting"),
        ("starttime", "meeting"),
        ("allday", "meeting"),
        ("nonbillable", "time_entry"),
        ("activityuser", "time_entry"),
    ];
    let found = TYPES.iter().find(|(column, _)| headers.iter().any(|header| header == column));
    found.filter(|_| kind == ImportKind::Activities).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_their_columns_then_their_name_and_put_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("all-deals.csv", "Deal Name,Amount\n"),
            ("export-1.csv", "\u{feff}First Name,Last Name\r\n"),
            ("tasks.tsv", "Company name\tCompany Domain Name\n"),
            ("notes.txt", "Text;Contact\n"),
            ("readme.txt", "x"),
            ("strange.csv", "a,b\n"),
            ("book.xlsx", "PK"),
            ("picture.csv", "\u{0}\u{1}"),
            (".hidden.csv", "Deal Name\n"),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let found = read_folder(System::HubSpot, folder.path()).unwrap();
        let kinds: Vec<_> = found.files.iter().map(|file| file.kind).collect();
        let wanted = [ImportKind::Companies, ImportKind::Contacts, ImportKind::Deals, ImportKind::Notes];
        assert_eq!(kinds, wanted);
        assert_eq!(found.unused.len(), 4, "{:?}", found.unused);
    }

    #[test]
    fn the_description_of_a_clio_matter_is_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let text = "Display Number,Description,Client\n";
        std::fs::write(folder.path().join("matters.csv"), text).unwrap();
        let found = read_folder(System::Clio, folder.path()).unwrap();
        let options = found.files[0].options(ImportOptions::new(ImportKind::Users));
        assert_eq!(options.kind, ImportKind::Matters);
        assert_eq!(options.map, [("description".to_owned(), "name".to_owned())]);
    }
}
