use super::row::{BEGINNING_BYTES, FIELDS_MAX};
use super::*;

fn read(content: &[u8]) -> Result<Vec<RawRow>, ImportError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.csv");
    std::fs::write(&path, content).unwrap();
    let (headers, total, mut rows) = Rows::open(&path)?;
    assert_eq!(total, content.len() as u64);
    let mut all = vec![RawRow { fields: headers, ..RawRow::default() }];
    while let Some(row) = rows.next_marked()? {
        all.push(row);
    }
    Ok(all)
}

fn lines(content: &str) -> Vec<u64> {
    read(content.as_bytes()).unwrap().iter().skip(1).map(|row| row.line).collect()
}

#[test]
fn a_row_has_the_line_on_which_it_begins() {
    for end in ["\n", "\r\n", "\r"] {
        let content = ["name,notes", "A,\"one", "two", "three\"", "B,x", "", "", "C,y", ""].join(end);
        assert_eq!(lines(&content), [2, 5, 8], "{end:?}");
    }
    assert_eq!(lines("name\nA"), [2]);
}

#[test]
fn separators_and_the_byte_order_mark_are_recognised() {
    for content in ["\u{feff}name,city\nA,B\n", "name;city\nA;B\n", "\u{feff}\"a;b,c\"\tcity\nA\tB\n"] {
        let rows = read(content.as_bytes()).unwrap();
        assert_eq!(rows[0].fields.len(), 2, "{content}");
        assert!(!rows[0].fields[0].starts_with('\u{feff}'));
        assert_eq!(rows[1].fields, ["A", "B"]);
    }
}

#[test]
fn other_encodings_are_read_and_binaries_refused_with_the_line() {
    let rows = read(b"name\nAnna\nJ\xfcrgen \x80\n").unwrap();
    assert_eq!((rows[2].line, rows[2].fields[0].as_str()), (3, "Jürgen €"));
    let text = "name,city\nJürgen 😀,Köln\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (mark, content) in [(&b""[..], &little), (b"\xff\xfe", &little), (b"", &big), (b"\xfe\xff", &big)] {
        let rows = read(&[mark, content].concat()).unwrap();
        assert_eq!((rows[0].fields[0].as_str(), rows[1].fields[0].as_str()), ("name", "Jürgen 😀"));
    }
    assert!(matches!(read(b"name\nA\x00\x01\n"), Err(ImportError::NoText { line: 2, column: 2 })));
    for (content, what) in [
        (&b"PK\x03\x04\x14\x00[Content_Types].xml"[..], "Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel workbook"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"{\"contacts\": []}", "JSON"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b"\xff\xfe\0\0n\0\0\0", "UTF-32"),
        (b"\0\0\xfe\xff\0\0\0n", "UTF-32"),
    ] {
        let error = read(content).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    }
    assert!(matches!(read(b""), Err(ImportError::Empty)));
}

#[test]
fn characters_across_block_borders_are_no_error() {
    let mut content = b"name\n".to_vec();
    content.extend("€".repeat(100_000).bytes());
    assert_eq!(read(&content).unwrap()[1].fields[0].chars().count(), 100_000);
}

#[test]
fn separators_may_be_announced_and_count_as_a_line() {
    let rows = read(b"sep=;\nname;city, state\nA;B\n").unwrap();
    assert_eq!((rows[0].fields[1].as_str(), rows[1].line), ("city, state", 3));
}

#[test]
fn what_is_too_large_is_read_past_with_its_line_and_column() {
    let mut content = b"name,note,city\nA,".to_vec();
    content.resize(20 << 20, b'x');
    content.extend(b",C\nB,\"fine\n\",D\n\"E");
    content.resize(40 << 20, b'\n');
    let rows = read(&content).unwrap();
    let found: Vec<_> = rows.iter().map(|row| (row.line, row.fields.len(), row.too_large)).collect();
    assert_eq!(found, [(0, 3, None), (2, 2, Some(1)), (3, 3, None), (5, 1, Some(0))]);
    assert_eq!(rows[1].fields[1].len(), BEGINNING_BYTES);
    let many = [b"a\n", ",".repeat(FIELDS_MAX * 2).as_bytes(), b"\nB\n"].concat();
    let rows = read(&many).unwrap();
    assert_eq!((rows[1].fields.len(), rows[1].too_large), (FIELDS_MAX, Some(FIELDS_MAX)));
    assert_eq!((rows[2].line, rows[2].fields[0].as_str()), (3, "B"));
}

#[test]
fn a_quotation_mark_that_is_never_closed_is_told_of_its_row() {
    let rows = read(b"name,notes\nA,x\nB,\"y\nC,z\nD,\n").unwrap();
    let found: Vec<_> = rows.iter().map(|row| (row.line, row.unclosed)).collect();
    assert_eq!(found, [(0, false), (2, false), (3, true)]);
    assert_eq!(rows[2].fields, ["B", "y\nC,z\nD,\n"]);
    assert!(!read(b"name\n\"A\"").unwrap()[1].unclosed);
    assert!(matches!(read(b"\"name\nA\n"), Err(ImportError::HeaderUnclosed)));
}

#[test]
fn a_stray_byte_spoils_its_row_and_not_the_others() {
    let marked = [b"\xef\xbb\xbf".as_slice(), b"name,city\nJ\xfcrgen,Ulm\nAnn,Bonn\n"].concat();
    let plain = "name,city\nJörg,Köln\n".bytes().chain(*b"Ann,K\xf6ln\n").collect::<Vec<_>>();
    for (content, garbled) in [(marked, [Some(0), None]), (plain, [None, Some(1)])] {
        let rows = read(&content).unwrap();
        assert_eq!(rows[0].fields[0], "name");
        assert_eq!([rows[1].garbled, rows[2].garbled], garbled);
    }
    // Most of them, and it is Windows-1252: a name was damaged before.
    let rows = read(b"name\nJ\xc3\xbcrgen\nJ\xfcrg\nJ\xf6rg\n").unwrap();
    assert_eq!((rows[2].fields[0].as_str(), rows[2].garbled), ("Jürg", None));
    assert!(matches!(read(b"\xef\xbb\xbfn\xfcme\nA\n"), Err(ImportError::HeaderGarbled)));
}

#[test]
fn what_a_report_writes_below_its_rows_is_marked() {
    let notice = "Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved.";
    let report = format!("name,city\nA,B\nC\n\nD\n\nAll Accounts\n\"{notice}\"\nMy Company LLC\n");
    let footers = |content: &str| {
        let rows = read(content.as_bytes()).unwrap();
        rows.iter().filter(|row| row.footer).map(|row| row.fields[0].clone()).collect::<Vec<_>>()
    };
    assert_eq!(footers(&report), ["All Accounts", notice, "My Company LLC"]);
    assert_eq!(
        footers(&report.replace("\n\nAll", "\nE,F\n\nAll")),
        ["All Accounts", notice, "My Company LLC"]
    );
    assert_eq!(footers(&report.replace("LLC", "LLC,Ulm")), [""; 0]);
    assert_eq!(footers("name,city\nA,B\n\nC\nD\n"), [""; 0]);
}
