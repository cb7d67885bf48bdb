//! Which files of an exported folder hold what, in the order in which they build on each other.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::System;
use crate::import::fields::{ImportKind, squeezed};

const HEADER_BYTES_MAX: u64 = 64 << 10;

/// Parts of file names and the kind that they stand for, what others build on first.
const KINDS: &[(&str, &[&str])] = &[
    ("users", &["user", "owner"]),
    ("companies", &["compan", "account", "organi"]),
    ("contacts", &["contact", "people", "person"]),
    ("deals", &["deal", "opportunit"]),
    ("matters", &["matter"]),
    ("notes", &["note"]),
    ("tasks", &["task"]),
    ("activities", &["activit", "engagement", "event", "calls"]),
];

/// Columns that give away what the rows are where the name of the file does not.
const HEADERS: &[(&str, &[&str])] = &[
    ("deals", &["dealname", "dealtitle", "opportunityname", "stagename"]),
    ("matters", &["matternumber", "displaynumber"]),
    ("contacts", &["personname", "firstname"]),
    ("companies", &["companyname", "organizationname", "accountname"]),
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
    /// Columns that the system uses in its own way.
    pub map: Vec<(String, String)>,
}

#[derive(Debug)]
pub struct UnusedFile {
    pub path: PathBuf,
    pub reason: String,
}

pub fn read_folder(system: System, folder: &Path) -> std::io::Result<Folder> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    let (mut files, mut unused) = (Vec::new(), Vec::new());
    for path in paths {
        match understand(system, &path) {
            Ok((rank, file)) => files.push((rank, file)),
            Err(reason) => unused.push(UnusedFile { path, reason }),
        }
    }
    files.sort_by_key(|(rank, _)| *rank);
    Ok(Folder { files: files.into_iter().map(|(_, file)| file).collect(), unused })
}

fn understand(system: System, path: &Path) -> Result<(usize, FolderFile), String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    if !name.ends_with(".csv") {
        return Err("is not a CSV file".to_owned());
    }
    if name.ends_with(".errors.csv") {
        return Err("lists the refused rows of an import".to_owned());
    }
    let headers = headers(path).map_err(|error| format!("cannot be read: {error}"))?;
    let has = |wanted: &str| headers.iter().any(|header| header == wanted);
    let by_name = KINDS.iter().find(|(_, parts)| parts.iter().any(|part| name.contains(part)));
    let by_header = || HEADERS.iter().find(|(_, wanted)| wanted.iter().any(|wanted| has(wanted)));
    let kind = by_name
        .or_else(by_header)
        .map(|(kind, _)| *kind)
        .ok_or("neither its name nor its columns say what the rows are")?;
    let rank = KINDS.iter().position(|(known, _)| *known == kind).unwrap_or(KINDS.len());
    let parsed: ImportKind = kind.parse()?;
    let mut map = Vec::new();
    if system == System::Clio && parsed == ImportKind::Matters && has("description") {
        // Clio's matters have no name besides their description.
        map.push(("Description".to_owned(), "name".to_owned()));
    }
    if system == System::Clio && parsed == ImportKind::Contacts && has("title") {
        // A form of address, not a position.
        map.push(("Title".to_owned(), "custom.title".to_owned()));
    }
    Ok((rank, FolderFile { path: path.to_owned(), kind: parsed, map }))
}

/// The names of the columns without blanks and punctuation.
fn headers(path: &Path) -> std::io::Result<Vec<String>> {
    let mut line = Vec::new();
    let _read = BufReader::new(File::open(path)?.take(HEADER_BYTES_MAX)).read_until(b'\n', &mut line)?;
    let line = String::from_utf8_lossy(&line);
    Ok(line.split([',', ';', '\t']).map(squeezed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_name_or_header_and_put_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("all-deals.csv", "Deal Name,Amount\n"),
            ("export-1.csv", "\u{feff}First Name,Last Name\r\n"),
            ("hubspot-companies.csv", "Company name\n"),
            ("readme.txt", "x"),
            ("strange.csv", "a,b\n"),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let found = read_folder(System::HubSpot, folder.path()).unwrap();
        let kinds: Vec<_> = found.files.iter().map(|file| file.kind).collect();
        assert_eq!(kinds, [ImportKind::Companies, ImportKind::Contacts, ImportKind::Deals]);
        assert_eq!(found.unused.len(), 2);
    }

    #[test]
    fn the_description_of_a_clio_matter_is_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let text = "Display Number,Description,Client\n";
        std::fs::write(folder.path().join("matters.csv"), text).unwrap();
        let found = read_folder(System::Clio, folder.path()).unwrap();
        assert_eq!(found.files[0].map, [("Description".to_owned(), "name".to_owned())]);
    }
}
