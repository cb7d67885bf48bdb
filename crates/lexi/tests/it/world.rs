use lexi_testkit::{Lexi, ModelServer, Setup};

pub(crate) fn setup() -> Setup {
    Setup::new(env!("CARGO_BIN_EXE_lexi"))
}

/// A server that answers with the built-in model.
pub(crate) async fn builtin() -> Lexi {
    setup().start().await
}

/// A server whose answers are scripted by the questions. Keep the model server as long as the other.
pub(crate) async fn scripted(settings: &[&str]) -> (Lexi, ModelServer) {
    let model = ModelServer::start();
    let setup = settings.iter().fold(setup().model(&model.url), |setup, setting| setup.set(setting));
    (setup.start().await, model)
}

/// The protocols of models, in the words of the settings.
pub(crate) const PROTOCOLS: [&str; 2] = ["openai", "anthropic"];

/// The same in either protocol.
pub(crate) async fn speaking(protocol: &str, settings: &[&str]) -> (Lexi, ModelServer) {
    let model = format!("model={protocol}:scripted");
    scripted(&[&[model.as_str()], settings].concat()).await
}

/// A question that is answered word by word.
pub(crate) fn words(words: usize, delay_ms: u64) -> String {
    format!(r#"{{"words":{words},"delay_ms":{delay_ms}}}"#)
}

/// A question for which tools are called first.
pub(crate) fn with_tools(calls: usize, words: usize, delay_ms: u64) -> String {
    let call = r#"{"name":"pipelines.list","arguments":{}}"#;
    format!(r#"{{"words":{words},"delay_ms":{delay_ms},"tools":[{}]}}"#, vec![call; calls].join(","))
}

pub(crate) fn new_key() -> String {
    #[expect(clippy::disallowed_methods, reason = "what a client makes")]
    uuid::Uuid::new_v4().to_string()
}
