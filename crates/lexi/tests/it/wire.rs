//! The stream, read by clients that nobody here wrote: curl, openai-python, httpx-sse, eventsource-parser, and
//! fetch-event-source in Chromium. With keep-alives in it, and with ids in it.

use std::path::Path;
use std::process::Command;

use crate::world::scripted;

#[tokio::test(flavor = "multi_thread")]
async fn five_clients_read_the_same_answer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    assert!(
        root.join("tests/wire/node_modules/.installed").exists() && root.join(".venv/.installed").exists(),
        "the third-party clients are not installed; run scripts/setup-tests.sh (make test does)"
    );
    let (lexi, _model) = scripted(&["keep_alive_s=1"]).await;
    // Silence before the first word and between the first two is filled with keep-alives.
    let message = r#"{"words":4,"first_delay_ms":1300,"delay_ms":300,"tools":[{"name":"pipelines.list","arguments":{}}]}"#;
    let body = serde_json::json!({ "message": message }).to_string();
    let output = Command::new("sh")
        .arg(root.join("tests/wire/run.sh"))
        .args([&lexi.url, &lexi.key, &body])
        .output()
        .unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    println!("{text}");
    assert!(output.status.success(), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("PASS")).count(), 15, "{text}");
    let audit = lexi.audit().await;
    assert!(audit.is_sound() && audit.account.held == 0, "{audit:?}");
}
