//! Whether a model works: one tiny request, which asks for a tool call, because an assistant without tools knows nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use lexi_types::Timestamp;
use serde_json::json;

use crate::{
    Briefing, Cause, Model, ModelError, ModelEvent, ModelMessage, ModelRequest, Samples, System, ToolSpec,
};

/// A model that goes on longer has shown what it does.
const ANSWER_BYTES_MAX: usize = 4096;

/// How a model answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probed {
    /// Until the first sign of an answer.
    pub first: Duration,
    /// It called the tool that it was asked to call.
    pub called: bool,
    /// It was asked without tools, because it would not answer with them.
    pub without_tools: bool,
}

/// Asks the model. The error is that of the request with tools.
pub async fn probe(model: &dyn Model) -> Result<Probed, ModelError> {
    let error = match ask(model, true).await {
        Ok(probed) => return Ok(probed),
        Err(error) => error,
    };
    // A refusal for reasons of its own may mean the tools.
    if matches!(error.cause, Cause::Rejected | Cause::NoTools | Cause::Overloaded)
        && let Ok(probed) = ask(model, false).await
    {
        return Ok(probed);
    }
    Err(error)
}

async fn ask(model: &dyn Model, with_tools: bool) -> Result<Probed, ModelError> {
    let begun = Instant::now();
    let mut events = model.stream(request(with_tools));
    let mut probed = Probed { first: Duration::ZERO, called: false, without_tools: !with_tools };
    let mut bytes = 0;
    while let Some(event) = events.next().await {
        let event = event?;
        if probed.first.is_zero() {
            probed.first = begun.elapsed();
        }
        match event {
            ModelEvent::ToolCall(_) => probed.called = true,
            ModelEvent::Text(text) | ModelEvent::Thinking(text) => bytes += text.len(),
            _ => {}
        }
        if bytes > ANSWER_BYTES_MAX {
            break;
        }
    }
    Ok(probed)
}

fn request(with_tools: bool) -> ModelRequest {
    let tool = ToolSpec {
        name: "lexi.check".to_owned(),
        description: "Reports that tools can be called.".to_owned(),
        parameters: json!({ "type": "object", "properties": {}, "additionalProperties": false }),
    };
    let question = if with_tools { "Call the tool lexi_check now, and say nothing." } else { "Say: ok" };
    ModelRequest {
        system: System { stable: "You check whether tools work.".to_owned(), run: String::new() },
        briefing: Arc::new(nothing()),
        messages: vec![ModelMessage::question_of(question.to_owned())],
        tools: if with_tools { [tool].into() } else { [].into() },
        tool_calls_left: usize::from(with_tools),
        begun_with: None,
        fence: "data".to_owned(),
    }
}

fn nothing() -> Briefing {
    Briefing {
        today: Timestamp::now().date(),
        workspace: String::new(),
        user: None,
        page: None,
        context: Vec::new(),
        pipelines: Vec::new(),
        users: Vec::new(),
        missing: Vec::new(),
        vocabulary: Arc::default(),
        mentions: Vec::new(),
        samples: Samples::default(),
    }
}
