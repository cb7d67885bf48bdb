//! Who says what Lexi may do.

use serde_json::{Value, json};

use super::office::{Office, calling, listed, put, steps, written};

fn offered(request: &Value) -> Vec<String> {
    let tools = request["tools"].as_array().cloned().unwrap_or_default();
    tools.iter().map(|tool| tool["function"]["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_is_allowed_is_made_at_once() {
    let office = Office::open().await;
    office.policy(&["notes.*", "deals.update"], &[], &[]).await;
    let http = office.http();
    let body = json!({"message": calling(&[office.note("Call")])});
    let answer = http.post("/v1/lexi/chat", &body).await.json()["data"].clone();
    assert_eq!((&answer["task_id"], &answer["requires_approval"]), (&Value::Null, &json!(false)));
    let record = &answer["tool_steps"][0]["records"][0];
    assert_eq!((&record["type"], &record["name"]), (&json!("note"), &json!("Call")));
    assert_eq!(office.count("notes"), 1);
    assert_eq!(office.events(), ["note.created"]);
    let who: (Option<String>, Option<String>, String) = office
        .db()
        .query_row("SELECT run_id, task_id, source FROM audit_log WHERE resource_type = 'note'", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert!(who.0.is_some() && who.1.is_none() && who.2 == "lexi", "{who:?}");

    // Two changes of one record in one round: the second is planned on the first.
    let set = |priority: &str| json!({"records": [office.deal], "set": {"priority": priority}});
    let read = ("deals.get", json!({"id": office.deal}));
    let calls = [("deals.update", set("medium")), read, ("deals.update", set("high"))];
    let answer = http.chat(&calling(&calls)).await;
    let tools: Vec<Value> = steps(&answer).iter().map(|step| step["tool"].clone()).collect();
    assert_eq!(tools, ["deals.get", "deals.update", "deals.update"], "reading comes first");
    assert!(steps(&answer).iter().all(|step| step["is_error"] == false), "{}", answer.text());
    assert_eq!(office.priority(), "high");
    assert!(listed(&http, "pending").await.is_empty());
}

#[tokio::test]
async fn the_whole_answer_names_the_task_that_waits() {
    let office = Office::open().await;
    let body = json!({"message": office.raise("high")});
    let answer = office.http().post("/v1/lexi/chat", &body).await.json()["data"].clone();
    let tasks = listed(&office.http(), "pending").await;
    assert_eq!((&answer["task_id"], &answer["requires_approval"]), (&tasks[0]["id"], &json!(true)));
    assert_eq!(answer["tool_steps"][0]["task_id"], tasks[0]["id"]);
    // Nothing to change needs nobody's consent.
    let same = json!({"message": office.raise("low")});
    let answer = office.http().post("/v1/lexi/chat", &same).await.json()["data"].clone();
    assert_eq!(answer["requires_approval"], false, "{answer}");
    assert_eq!(listed(&office.http(), "pending").await.len(), 1);
}

#[tokio::test]
async fn a_ban_wins_is_not_offered_and_a_call_all_the_same_is_refused() {
    let office = Office::open().await;
    office.policy(&["*"], &[], &["notes.create", "deals.search"]).await;
    let http = office.http();
    let answer = http.chat(&calling(&[office.note("Call"), ("deals.search", json!({}))])).await;
    for step in steps(&answer) {
        assert_eq!((&step["is_error"], &step["records"]), (&json!(true), &json!([])), "{step}");
    }
    assert_eq!(steps(&answer).len(), 2);
    assert_eq!((office.count("notes"), office.count("lexi_tasks")), (0, 0));
    let requests = office.model.requests();
    let names = offered(&requests[0]);
    assert!(!names.contains(&"notes_create".to_owned()) && !names.contains(&"deals_search".to_owned()));
    assert!(names.contains(&"deals_get".to_owned()), "{names:?}");
    assert!(requests[0].to_string().contains("switched off these tools"), "{}", requests[0]);

    // A ban holds from the moment at which it is set, for a run under way, too.
    office.policy(&["*"], &[], &[]).await;
    let mut script: Value = serde_json::from_str(&calling(&[office.note("Call")])).unwrap();
    script["first_delay_ms"] = json!(300);
    let asked = json!({"message": script.to_string()});
    let asked =
        http.request(reqwest::Method::POST, "/v1/lexi/chat/stream").json(&asked).send().await.unwrap();
    office.policy(&["*"], &[], &["notes.*"]).await;
    let step = written(&lexi_testkit::http::read(asked).await);
    assert_eq!(step["summary"], "Not permitted: notes.create is switched off");
    assert_eq!((office.count("notes"), office.count("lexi_tasks")), (0, 0));

    // Reading cannot wait: to be asked for it is not to have it.
    office.policy(&[], &["contacts.*"], &[]).await;
    let get = ("contacts.get", json!({"id": office.jane}));
    let body = json!({"message": calling(&[get]), "context": {"contact_id": office.jane}});
    let answer = http.post("/v1/lexi/chat/stream", &body).await;
    assert_eq!(written(&answer)["is_error"], true);
    // A list in the instructions names records of the page; what is in them stays out.
    let requests = office.model.requests();
    let request = requests.last().unwrap();
    assert!(!offered(request).iter().any(|name| name == "contacts_get" || name == "contacts_search"));
    assert!(offered(request).contains(&"contacts_update".to_owned()));
}

#[tokio::test]
async fn the_policy_of_a_key_comes_before_that_of_the_workspace() {
    let office = Office::open().await;
    office.policy(&["*"], &[], &[]).await;
    let id: String = office.db().query_row("SELECT id FROM api_keys", [], |row| row.get(0)).unwrap();
    let set = |lists: &[&str]| {
        let arguments = [&["key", "policy", "--workspace", "Firm", &id, "--json"], lists].concat();
        let output = office.lexi.command(&arguments).output().unwrap();
        let (out, err) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        if output.status.success() { Ok(serde_json::from_str::<Value>(&out).unwrap()) } else { Err(err) }
    };
    let shown = set(&["--ask", "notes.*"]).unwrap();
    assert_eq!((&shown["ask"], &shown["allow"]), (&json!(["notes.*"]), &json!([])));
    let decision = |tool: &str| {
        let tools = shown["tools"].as_array().unwrap();
        tools.iter().find(|one| one["name"] == tool).unwrap()["decision"].clone()
    };
    assert_eq!((decision("notes.create"), decision("tasks.create")), (json!("ask"), json!("allow")));
    let answer = office.http().chat(&calling(&[office.note("Call")])).await;
    assert_eq!(written(&answer)["requires_approval"], true, "{}", answer.text());
    assert!(set(&["--deny", "note.*"]).unwrap_err().contains("notes.create"), "a typing error is told");
    let shown = set(&["--deny", "notes.create"]).unwrap();
    assert_eq!(shown["ask"], json!(["notes.*"]), "a list that is not given stays");
    let answer = office.http().chat(&calling(&[office.note("Call")])).await;
    assert_eq!(written(&answer)["is_error"], true);
    assert_eq!(set(&["--ask", "", "--deny", ""]).unwrap()["deny"], json!([]));
    let answer = office.http().chat(&calling(&[office.note("Call")])).await;
    assert_eq!((&written(&answer)["is_error"], office.count("notes")), (&json!(false), 1));
    assert_eq!(office.count("audit_log WHERE resource_type = 'tool_policy' AND source = 'command line'"), 3);
}

#[tokio::test]
async fn a_policy_is_replaced_whole_and_names_only_tools_that_exist() {
    let office = Office::open().await;
    let http = office.http();
    let shown = http.get("/v1/lexi/policy").await.json()["data"].clone();
    assert_eq!((&shown["allow"], &shown["ask"], &shown["deny"]), (&json!([]), &json!([]), &json!([])));
    let tool = |shown: &Value, name: &str| {
        let tools = shown["tools"].as_array().unwrap();
        tools.iter().find(|tool| tool["name"] == name).unwrap()["decision"].clone()
    };
    assert_eq!((tool(&shown, "deals.get"), tool(&shown, "deals.update")), (json!("allow"), json!("ask")));
    let set =
        put(&http, &json!({"allow": ["deals.*", " notes.create ", "deals.*"], "deny": ["*.delete"]})).await;
    assert_eq!(set.status, 200, "{}", set.text());
    let data = set.json()["data"].clone();
    assert_eq!(data["allow"], json!(["deals.*", "notes.create"]));
    assert_eq!(
        (tool(&data, "deals.update"), tool(&data, "contacts.delete")),
        (json!("allow"), json!("deny"))
    );
    assert_eq!(http.get("/v1/lexi/policy").await.json()["data"], data);
    for (body, field) in [
        (json!({"deny": ["deal.*"]}), "deny"),
        (json!({"allow": "deals.*"}), "allow"),
        (json!({"ask": [1]}), "ask"),
        (json!({"ask": [""]}), "ask"),
    ] {
        let refused = put(&http, &body).await;
        assert_eq!(refused.error(), (400, "validation_error".into()), "{body}");
        assert!(refused.json()["error"]["details"]["fields"][field].is_string(), "{}", refused.text());
    }
    assert!(put(&http, &json!({"deny": ["deal.*"]})).await.text().contains("deals.update"));
    assert_eq!(http.get("/v1/lexi/policy").await.json()["data"], data, "a refusal changes nothing");
    assert_eq!(put(&http, &json!({})).await.json()["data"]["allow"], json!([]));
    let cli = office.lexi.command(&["workspace", "policy", "Firm", "--deny", "*.delete"]).output().unwrap();
    let told = String::from_utf8(cli.stdout).unwrap();
    assert!(told.contains("deny   *.delete") && told.contains("deny   contacts.delete"), "{told}");
    let (before, after): (String, String) = office
        .db()
        .query_row(
            "SELECT before, after FROM audit_log WHERE resource_type = 'tool_policy' ORDER BY seq LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(before, r#"{"allow":[],"ask":[],"deny":[]}"#);
    assert_eq!(after, r#"{"allow":["deals.*","notes.create"],"ask":[],"deny":["*.delete"]}"#);
}
