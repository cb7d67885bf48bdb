//! What `lexi doctor` says to whoever has set something up wrongly.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use lexi_testkit::{Lexi, ModelServer};
use serde_json::Value;

use crate::world::setup;

/// The doctor's lines of the models, and whether all is sound.
fn asked(lexi: &Lexi, settings: &[&str]) -> (String, bool) {
    let mut command = lexi.command(&["doctor"]);
    for setting in settings {
        command.args(["--set", setting]);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("the model ")).collect();
    (lines.join("\n"), output.status.success())
}

/// A model whose name is its script.
fn scripted(protocol: &str, script: &str) -> String {
    format!("model={protocol}:{script}")
}

const CALLS: &str = r#"{"tools":[{"name":"lexi.check"}]}"#;

#[tokio::test]
async fn a_model_that_works_is_fine_and_one_without_calls_is_doubtful() {
    let (lexi, server) = (setup().start().await, ModelServer::start());
    let url = format!("model_base_url={}", server.url);
    for protocol in ["openai", "anthropic"] {
        let (says, sound) = asked(&lexi, &[&scripted(protocol, CALLS), &url]);
        assert!(sound && says.starts_with("ok ") && says.ends_with("and calls tools"), "{says}");
        let (says, sound) = asked(&lexi, &[&scripted(protocol, r#"{"words":3}"#), &url]);
        assert!(sound && says.starts_with("??? ") && says.contains("did not call the tool"), "{says}");
    }
    let (says, sound) = asked(&lexi, &["model=builtin"]);
    assert!(sound && says.contains("needs no network"), "{says}");
    let before = server.stats().started;
    let mut offline =
        lexi.command(&["doctor", "--offline", "--set", &scripted("openai", CALLS), "--set", &url]);
    assert!(offline.output().unwrap().status.success());
    assert_eq!(server.stats().started, before, "nothing is sent");
}

#[tokio::test]
async fn what_is_wrong_with_a_model_is_said_in_plain_words() {
    let (lexi, server) = (setup().start().await, ModelServer::start());
    let url = format!("model_base_url={}", server.url);
    let elsewhere = format!("model_base_url={}/elsewhere", server.url.trim_end_matches("/v1"));
    let fails = |rest: &str| format!(r#"{{"fail":{{"at":"start","kind":"status",{rest}}}}}"#);
    let keyed = r#"{"key":"right","tools":[{"name":"lexi.check"}]}"#.to_owned();
    for protocol in ["openai", "anthropic"] {
        for (script, more, expected) in [
            (keyed.clone(), vec![], "it wants a key: set LEXI_MODEL_API_KEY"),
            (keyed.clone(), vec!["model_api_key=sk-not-this-one"], "it does not take the key"),
            (fails(r#""status":404,"code":"model_not_found""#), vec![], "it knows no model"),
            (
                fails(r#""status":404,"body":"html""#),
                vec![],
                "what answers there is no model: check model_base_url",
            ),
            (fails(r#""status":429,"code":"insufficient_quota""#), vec![], "is used up"),
            (fails(r#""status":529"#), vec![], "its server fails"),
            (
                r#"{"fail":{"at":"headers","kind":"garbage"}}"#.to_owned(),
                vec![],
                "not what the protocol says",
            ),
            (
                r#"{"fail":{"at":"start","kind":"redirect"}}"#.to_owned(),
                vec![],
                "what answers there is no model",
            ),
            (
                r#"{"fail":{"at":"start","kind":"stall"}}"#.to_owned(),
                vec!["model_first_token_timeout_s=1"],
                "does not answer in time",
            ),
            (CALLS.to_owned(), vec![elsewhere.as_str()], "what answers there is no model"),
        ] {
            let model = scripted(protocol, &script);
            let settings = [vec![model.as_str(), &url], more].concat();
            let (says, sound) = asked(&lexi, &settings);
            assert!(!sound && says.starts_with("BAD ") && says.contains(expected), "{script}: {says}");
            assert!(!says.contains("sk-not-this-one"), "{says}");
        }
    }
    let (says, sound) = asked(&lexi, &["model=openai:m", "model_base_url=http://127.0.0.1:1"]);
    assert!(!sound && says.contains("nothing answers there"), "{says}");
    let second =
        [&scripted("openai", CALLS), &url, "model_2=openai:m", "model_2_base_url=http://127.0.0.1:1"];
    let (says, _) = asked(&lexi, &second);
    assert!(says.contains("model_2_base_url"), "{says}");
}

#[tokio::test]
async fn a_certificate_that_nobody_signed_is_named() {
    let lexi = setup().start().await;
    let server = Tls::start();
    let url = format!("model_base_url=https://localhost:{}", server.port);
    let (says, sound) = asked(&lexi, &["model=openai:m", &url]);
    assert!(!sound && says.contains("its certificate is not accepted"), "{says}");
}

#[tokio::test]
async fn a_wrong_clock_a_missing_database_and_a_wrong_setting_are_lines_too() {
    let lexi = setup().start().await;
    let doctor = |arguments: &[&str]| {
        let output = lexi.command(&[&["doctor"], arguments].concat()).output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), output.status.success())
    };
    let (says, sound) = doctor(&[]);
    assert!(sound && says.contains("ok   the clock says 20") && says.contains("MiB are free"), "{says}");
    let (says, sound) = doctor(&["--set", "keepalive_s=1"]);
    assert!(!sound && says.starts_with("BAD  ") && says.contains("keep_alive_s"), "{says}");
    let nowhere = lexi.folder().join("nowhere.db");
    let mut elsewhere = Command::new(env!("CARGO_BIN_EXE_lexi"));
    elsewhere.env_clear().args(["doctor", "--json", "--database", &format!("sqlite:{}", nowhere.display())]);
    let output = elsewhere.output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["sound"], output.status.success()), (&Value::Bool(false), false));
    assert!(json.to_string().contains("workspace create"), "{json}");
    let future = now_micros() + 3_600_000_000;
    let database = rusqlite::Connection::open(lexi.database()).unwrap();
    database.execute("UPDATE workspaces SET created_at = ?1", [future]).unwrap();
    let (says, sound) = doctor(&[]);
    assert!(!sound && says.contains("BAD  the clock says"), "{says}");
}

fn now_micros() -> i64 {
    let now = Command::new("date").arg("+%s").output().unwrap();
    String::from_utf8(now.stdout).unwrap().trim().parse::<i64>().unwrap() * 1_000_000
}

/// A server with a certificate of its own making.
struct Tls {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Tls {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = Command::new("openssl")
            .current_dir(folder.path())
            .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem"])
            .args(["-days", "1", "-subj", "/CN=localhost"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        let mut process = Command::new("openssl")
            .current_dir(folder.path())
            .args(["s_server", "-accept", "0", "-key", "key.pem", "-cert", "cert.pem", "-www"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port =
            lines.filter_map(|line| line.strip_prefix("ACCEPT ")?.rsplit(':').next()?.parse().ok()).next();
        Self { process, port: port.unwrap(), _folder: folder }
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}
