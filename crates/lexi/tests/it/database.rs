//! Databases that cannot be used: refused at start with what to do, or answered with 503 and nothing lost.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use crate::world::{new_key, scripted, words};

fn serve(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("timeout");
    command
        .arg("20")
        .arg(env!("CARGO_BIN_EXE_lexi"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .args(arguments);
    command.env_clear().env("PATH", "/usr/bin:/bin").current_dir(folder).output().unwrap()
}

fn refused(folder: &Path, arguments: &[&str], words: &[&str]) {
    let output = serve(folder, arguments);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {text}");
    for word in words {
        assert!(text.contains(word), "{arguments:?} should say `{word}`: {text}");
    }
    assert!(!text.contains("panicked"), "{text}");
}

#[test]
fn what_is_not_a_usable_database_is_refused_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(
        path.join("text.db"),
        "this is not a database, only some text that is long enough ".repeat(40),
    )
    .unwrap();
    refused(path, &["--database", "sqlite:text.db"], &["text.db", "damaged or is not a database"]);
    let foreign = rusqlite::Connection::open(path.join("foreign.db")).unwrap();
    foreign.execute_batch("CREATE TABLE theirs (x); PRAGMA application_id = 7").unwrap();
    let before = std::fs::read(path.join("foreign.db")).unwrap();
    refused(path, &["--database", "sqlite:foreign.db"], &["another program"]);
    assert_eq!(std::fs::read(path.join("foreign.db")).unwrap(), before, "and not a byte of it is changed");
    std::fs::create_dir(path.join("folder.db")).unwrap();
    refused(path, &["--database", "sqlite:folder.db"], &["folder"]);
    refused(path, &["--database", "postgres://localhost/lexi"], &["sqlite:PATH"]);
    refused(path, &["--database", "sqlite:/proc/nowhere/lexi.db"], &["/proc/nowhere"]);
    refused(path, &["--set", "keep_alive=3"], &["keep_alive_s"]);
    refused(path, &["--set", "listen=nowhere"], &["127.0.0.1:8787"]);
    std::fs::write(path.join("lexi.toml"), "lisen = \"127.0.0.1:1\"\n").unwrap();
    refused(path, &[], &["lisen", "listen"]);
    std::fs::write(path.join("lexi.toml"), "listen = [\n").unwrap();
    refused(path, &[], &["lexi.toml", "TOML"]);
}

#[tokio::test]
async fn one_server_per_database_and_one_program_per_port() {
    let (lexi, _model) = scripted(&[]).await;
    let database = format!("sqlite:{}", lexi.database().display());
    refused(lexi.folder(), &["--database", &database], &["another lexi server"]);
    std::os::unix::fs::symlink(lexi.database(), lexi.folder().join("link.db")).unwrap();
    refused(lexi.folder(), &["--database", "sqlite:link.db"], &["another lexi server"]);
    let taken = lexi.url.trim_start_matches("http://").to_owned();
    let listen = format!("listen={taken}");
    let text =
        String::from_utf8(serve(lexi.folder(), &["--set", &listen, "--database", "sqlite:other.db"]).stderr)
            .unwrap();
    assert!(text.contains("cannot listen") && text.contains("--listen"), "{text}");
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let (mut lexi, _model) = scripted(&[]).await;
    lexi.kill();
    let db = rusqlite::Connection::open(lexi.database()).unwrap();
    db.pragma_update(None, "user_version", 999).unwrap();
    let database = format!("sqlite:{}", lexi.database().display());
    refused(lexi.folder(), &["--database", &database], &["999", "newer"]);
}

#[tokio::test]
async fn a_locked_database_is_refused_at_start_and_503_later() {
    let (mut lexi, _model) = scripted(&["database_busy_timeout_s=1"]).await;
    let db = rusqlite::Connection::open(lexi.database()).unwrap();
    let http = lexi.http();
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    let key = new_key();
    let answer = http.keyed_chat(&words(1, 0), &key).await;
    assert_eq!(answer.error(), (503, "unavailable".into()));
    assert!(
        answer.header("retry-after").is_some() && !answer.text().contains("lexi.db"),
        "{}",
        answer.text()
    );
    let started = std::time::Instant::now();
    let (key_of_all, question) = (new_key(), words(1, 0));
    let together =
        futures_util::future::join_all((0..8).map(|_| http.keyed_chat(&question, &key_of_all))).await;
    assert!(together.iter().all(|answer| answer.status == 503));
    assert!(
        started.elapsed() < std::time::Duration::from_secs(5),
        "they wait together, not one after the other"
    );
    db.execute_batch("ROLLBACK").unwrap();
    assert_eq!(http.keyed_chat(&words(1, 0), &key).await.answer(), "w1", "the retry runs");

    // A lock in the middle of a run: it is settled when the lock is gone.
    let open = http.keyed(&words(10, 100), &new_key()).send().await.unwrap();
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(3500)).await;
    db.execute_batch("ROLLBACK").unwrap();
    let answer = lexi_testkit::http::read(open).await;
    assert!(answer.done().is_some() && answer.is_complete(), "{}", answer.text());
    assert!(lexi.audit().await.is_sound());

    lexi.kill();
    db.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let database = format!("sqlite:{}", lexi.database().display());
    refused(
        lexi.folder(),
        &["--database", &database, "--set", "database_busy_timeout_s=0"],
        &["locked", "another program"],
    );
}

#[tokio::test]
async fn a_read_only_file_is_refused() {
    let (mut lexi, _model) = scripted(&[]).await;
    lexi.kill();
    let database = format!("sqlite:{}", lexi.database().display());
    std::fs::set_permissions(lexi.database(), std::fs::Permissions::from_mode(0o444)).unwrap();
    if std::fs::OpenOptions::new().write(true).open(lexi.database()).is_ok() {
        return refuse_as_nobody(&lexi, &database);
    }
    refused(lexi.folder(), &["--database", &database], &["cannot be written"]);
}

/// Root may write everything; another user may not.
fn refuse_as_nobody(lexi: &lexi_testkit::Lexi, database: &str) {
    std::fs::set_permissions(lexi.folder(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let binary = lexi.folder().join("lexi-copy");
    std::fs::copy(env!("CARGO_BIN_EXE_lexi"), &binary).unwrap();
    std::fs::set_permissions(&binary, std::fs::Permissions::from_mode(0o755)).unwrap();
    let lock = format!("{}.serve-lock", lexi.database().display());
    std::fs::set_permissions(lock, std::fs::Permissions::from_mode(0o666)).unwrap();
    let output = Command::new("runuser")
        .args(["-u", "nobody", "--"])
        .arg(&binary)
        .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
        .current_dir(lexi.folder())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("cannot be written"), "{text}");
}

#[tokio::test]
async fn a_file_damaged_while_it_was_down_is_found() {
    let (mut lexi, _model) = scripted(&[]).await;
    for _ in 0..3 {
        assert_eq!(lexi.http().chat(&words(50, 0)).await.status, 200);
    }
    lexi.kill();
    let command = lexi.command(&["doctor", "--json"]).output().unwrap();
    assert!(command.status.success(), "sound before");
    let mut bytes = std::fs::read(lexi.database()).unwrap();
    let length = bytes.len();
    bytes[100..length / 2].fill(0xA5);
    let damaged = lexi.folder().join("damaged.db");
    std::fs::write(&damaged, bytes).unwrap();
    let database = format!("sqlite:{}", damaged.display());
    refused(lexi.folder(), &["--database", &database], &["damaged"]);
}

/// The server runs in a mount namespace of its own, on a file system of 3 MiB that a ballast file then fills.
#[tokio::test]
async fn a_full_disk_is_503_and_nothing_is_lost_when_there_is_room_again() {
    let (mut lexi, model) = scripted(&[]).await;
    lexi.kill();
    lexi.store.check().await.unwrap();
    let full = lexi.folder().join("full");
    std::fs::create_dir(&full).unwrap();
    let copy = rusqlite::Connection::open(lexi.database()).unwrap();
    let small = lexi.folder().join("small.db");
    copy.execute("VACUUM INTO ?1", [small.display().to_string()]).unwrap();
    let script = format!(
        "mount -t tmpfs -o size=3m tmpfs {full} && cp {small} {full}/lexi.db && exec {lexi} serve --listen 127.0.0.1:0 \
         --database sqlite:{full}/lexi.db --model openai:scripted --model-base-url {model} --set log_format=json",
        full = full.display(),
        small = small.display(),
        lexi = env!("CARGO_BIN_EXE_lexi"),
        model = model.url,
    );
    let namespace = if is_root() { vec!["-m"] } else { vec!["-r", "-m"] };
    let mut command = Command::new("unshare");
    command.args(namespace).args(["sh", "-c", &script]);
    lexi.launch_with(command);
    let (http, pid) = (lexi.http(), lexi.pid().unwrap());
    let inside = format!("/proc/{pid}/root{}", full.display());
    assert_eq!(http.chat(&words(2, 0)).await.status, 200);
    // Fill what is left, then ask until the log of the database has no room either.
    let ballast = format!("{inside}/ballast");
    let _full = std::fs::write(&ballast, vec![0u8; 8 << 20]);
    let mut refused = None;
    for _ in 0..200 {
        let answer = http.chat(&words(400, 0)).await;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
        assert!(answer.is_complete());
    }
    let refused = refused.expect("a full disk");
    assert_eq!(refused.error(), (503, "unavailable".into()));
    assert!(refused.header("retry-after").is_some());
    assert_eq!(http.get("/v1/credits").await.status, 200, "reading goes on");
    std::fs::remove_file(&ballast).unwrap();
    let answer = http.chat(&words(2, 0)).await;
    assert_eq!(
        (answer.status, answer.answer().as_str()),
        (200, "w1 w2"),
        "there is room again: {}",
        answer.text()
    );
    let account = http.get("/v1/credits").await.json();
    let ledger = http.get("/v1/credits/ledger?per_page=1").await.json();
    assert_eq!(account["data"]["held"], 0);
    assert_eq!(account["data"]["balance"], ledger["data"]["ledger"][0]["balance_after"]);
    let charges = ledger["meta"]["total"].as_i64().unwrap() - 1;
    assert_eq!(
        account["data"]["balance"].as_i64(),
        Some(1000 - charges),
        "each answer one credit, each in the ledger"
    );
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}
