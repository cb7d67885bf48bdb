//! Importing with the program itself: folders, interruptions, files that are none.

use std::fmt::Write;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use lexi_testkit::Lexi;
use serde_json::Value;

use crate::world::builtin;

const ROWS: usize = 8_000;

fn file(folder: &Path) -> String {
    let mut text = "id,name,email,company,owner,notes\n".to_owned();
    for row in 0..ROWS {
        let (company, owner) = (row % 300, row % 7);
        writeln!(text, "{row},Person {row},p{row}@x.example,Firm {company},Owner {owner},note {row}")
            .unwrap();
    }
    let path = folder.join("people.csv");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn count(lexi: &Lexi, table: &str) -> usize {
    let db = rusqlite::Connection::open(lexi.database()).unwrap();
    db.busy_timeout(Duration::from_secs(10)).unwrap();
    let count: i64 = db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
    usize::try_from(count).unwrap()
}

fn import(lexi: &Lexi, arguments: &[&str]) -> Value {
    let arguments = [&["import", "--workspace", "Firm", "--json"], arguments].concat();
    let output = lexi.command(&arguments).output().unwrap();
    assert!(!output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Starts an import and waits until it has written something.
fn begun(lexi: &Lexi, file: &str) -> Child {
    let before = count(lexi, "contacts");
    let mut command = lexi.command(&["import", "contacts", file, "--workspace", "Firm"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let started = Instant::now();
    while count(lexi, "contacts") == before {
        assert!(started.elapsed() < Duration::from_secs(60), "it never begins");
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be interrupted");
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

#[tokio::test]
async fn an_import_that_is_killed_or_interrupted_goes_on_and_doubles_nothing() {
    let lexi = builtin().await;
    let file = file(lexi.folder());
    let mut killed = begun(&lexi, &file);
    killed.kill().unwrap();
    killed.wait().unwrap();
    let after_kill = count(&lexi, "contacts");
    assert!(after_kill > 0 && after_kill < ROWS, "{after_kill}");

    let interrupted = begun(&lexi, &file);
    let kill = format!("kill -INT {}", interrupted.id());
    assert!(std::process::Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    let output = interrupted.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("doubles nothing"));
    let written = count(&lexi, "contacts");
    assert!(written > after_kill && written < ROWS, "{written}");

    let report = &import(&lexi, &["contacts", &file])["report"];
    assert_eq!(report["created"], ROWS - written);
    assert_eq!(report["unchanged"], written);
    let all = ["contacts", "notes", "companies", "users"].map(|table| count(&lexi, table));
    assert_eq!(all, [ROWS, ROWS, 300, 7]);
}

#[tokio::test]
async fn a_folder_is_tried_and_taken_over_with_one_list_of_what_was_left_out() {
    let lexi = builtin().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lexi-crm/tests/exports/salesforce");
    let folder = folder.canonicalize().unwrap().display().to_string();
    let listed = lexi.folder().join("left-out.csv");
    let from = ["--from", "salesforce", &folder, "--report", listed.to_str().unwrap()];
    let counts = |report: &Value| {
        let files = report["files"].as_array().unwrap();
        let counts =
            |file: &Value| ["rows", "created", "unchanged", "failed"].map(|n| file["report"][n].as_u64());
        files.iter().map(counts).collect::<Vec<_>>()
    };
    let dry = import(&lexi, &[&from[..], &["--dry-run"]].concat());
    assert_eq!(count(&lexi, "contacts"), 0);
    let left: Vec<_> = std::fs::read_dir(lexi.folder()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("scratch")), "{left:?}");
    let real = import(&lexi, &from);
    assert_eq!(counts(&dry), counts(&real), "a file finds what the files before it would have brought");
    assert_eq!((dry["dry_run"].as_bool(), real["unused"].as_array().unwrap().len()), (Some(true), 2));
    let list = std::fs::read_to_string(&listed).unwrap();
    for wanted in ["\"Account.csv\",11,\"Name\"", "\"Task.csv\",6,\"WhoId\"", ",note,", ",left out,"] {
        assert!(list.contains(wanted), "{wanted} is not in {list}");
    }
    let again = import(&lexi, &from);
    let made: u64 =
        again["files"].as_array().unwrap().iter().filter_map(|f| f["report"]["created"].as_u64()).sum();
    assert_eq!(made, 0);
}

#[tokio::test]
async fn what_is_no_csv_or_fits_no_option_says_what_to_do() {
    let lexi = builtin().await;
    let refuse = |name: &str, content: &[u8], arguments: &[&str]| {
        let path = lexi.folder().join(name);
        std::fs::write(&path, content).unwrap();
        let path = path.display().to_string();
        let arguments = [&["import", "--workspace", "Firm"], arguments, &[&path]].concat();
        let output = lexi.command(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let workbook = refuse("book.csv", b"PK\x03\x04\x14\0xl/workbook.xml", &["contacts"]);
    assert!(workbook.contains("Excel workbook") && workbook.contains("CSV UTF-8"), "{workbook}");
    assert!(refuse("a.csv", b"\x89PNG\r\n\x1a\n", &["contacts"]).contains("picture"));
    assert!(refuse("b.csv", b"", &["contacts"]).contains("empty"));
    assert!(refuse("c.csv", b"colour\nred\n", &["deals"]).contains("name"));
    let way = refuse("d.csv", b"name\nA\n", &["deals", "--match", "email"]);
    assert!(way.contains("--match name or --match external-id"), "{way}");
    let path = lexi.folder().join("e.csv");
    std::fs::write(&path, "name,email\n").unwrap();
    assert_eq!(import(&lexi, &["contacts", path.to_str().unwrap()])["report"]["rows"], 0, "a header alone");
    let piped = refuse("f.csv", b"Full Name|Email\nA|a@x\n", &["contacts"]);
    assert!(piped.contains("commas, semicolons or tabs"), "{piped}");
    let nameless = refuse("g.csv", b"name,foo\nA,b\n", &["contacts", "--map", "foo=custom."]);
    assert!(nameless.contains("custom.<name>"), "{nameless}");
    let binary = refuse("h.csv", b"name\nJa\0ne\n", &["contacts"]);
    assert!(binary.contains("line 2") && binary.contains("column 3"), "{binary}");
    let currency = refuse("i.csv", b"name\nA\n", &["deals", "--currency", "XYZ"]);
    assert!(currency.contains("ISO 4217"), "{currency}");
}

#[tokio::test]
async fn what_is_printed_names_the_encoding_and_only_a_list_that_is_there() {
    let lexi = builtin().await;
    let print = |name: &str, content: &[u8], arguments: &[&str]| {
        let path = lexi.folder().join(name);
        std::fs::write(&path, content).unwrap();
        let path = path.display().to_string();
        let arguments = [&["import", "contact", &path, "--workspace", "Firm"], arguments].concat();
        let output = lexi.command(&arguments).output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    let listed = lexi.folder().join("listed.csv").display().to_string();
    let report = ["--report", listed.as_str()];
    let text = print("a.csv", b"name,email\n", &report);
    assert!(text.contains("no rows below the header") && !text.contains("listed"), "{text}");
    assert!(!Path::new(&listed).exists());
    let text = print("b.csv", b"name\nJ\xfcrgen\n", &report);
    assert!(text.contains("windows-1252") && !Path::new(&listed).exists(), "{text}");
    let text = print("c.csv", b"name,email\nAnn,bad\n", &report);
    assert!(text.contains("is listed in") && Path::new(&listed).exists(), "{text}");
    let itself = lexi.folder().join("d.csv").display().to_string();
    let text = print("d.csv", b"name\nAnn\n", &["--report", &itself]);
    assert!(text.contains("name another file"), "{text}");
    assert_eq!(std::fs::read(&itself).unwrap(), b"name\nAnn\n");
}

/// Imports contacts with a report and gives that and the most memory that the program had, in MiB.
fn import_watched(lexi: &Lexi, path: &Path) -> (Value, u64) {
    let report = lexi.folder().join("report.csv");
    let mut command = lexi.command(&["import", "contacts", "--workspace", "Firm", "--json"]);
    command.arg(path).arg("--report").arg(report);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        peak = line.and_then(|kib| kib.parse().ok()).unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().unwrap();
    (serde_json::from_slice(&output.stdout).unwrap(), peak / 1_024)
}

/// Of a program that has 30 MiB before it reads anything.
const MEMORY_MIB_MAX: u64 = 100;

#[tokio::test]
async fn a_value_of_100_mb_leaves_its_row_out_and_fills_no_memory() {
    let lexi = builtin().await;
    let path = lexi.folder().join("large.csv");
    let mut file = std::fs::File::create(&path).unwrap();
    file.write_all(b"name,notes,city\nAnn,fine,Bonn\nBob,\"").unwrap();
    for _ in 0..100 {
        file.write_all(&[b'x'; 1_000_000]).unwrap();
    }
    file.write_all(b"\",Kiel\nCy,ok,Ulm\n").unwrap();
    let (report, peak) = import_watched(&lexi, &path);
    let error = &report["report"]["errors"][0];
    assert_eq!((error["line"].as_u64(), error["column"].as_str()), (Some(3), Some("notes")), "{report}");
    assert_eq!((count(&lexi, "contacts"), report["report"]["failed"].as_u64()), (2, Some(1)));
    assert!(peak > 0 && peak < MEMORY_MIB_MAX, "{peak} MiB");
}

#[tokio::test]
#[ignore = "takes minutes: ten million rows"]
async fn ten_million_refused_rows_are_all_listed_and_fill_no_memory() {
    let lexi = builtin().await;
    let path = lexi.folder().join("many.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    writeln!(file, "id,name,phone").unwrap();
    for row in 0..10_000_000 {
        writeln!(file, "{row},,+49 30 {row}").unwrap();
    }
    file.flush().unwrap();
    let (report, peak) = import_watched(&lexi, &path);
    assert_eq!(report["report"]["failed"], 10_000_000, "{report}");
    let listed = std::fs::File::open(lexi.folder().join("report.csv")).unwrap();
    assert_eq!(std::io::BufRead::lines(std::io::BufReader::new(listed)).count(), 10_000_001);
    assert!(peak > 0 && peak < MEMORY_MIB_MAX, "{peak} MiB");
}
