//! Asking as a client does: a real run, with a key, charged.

use std::time::{Duration, Instant};

use anyhow::{anyhow, bail};
use lexi_assistant::{Assistant, OpenError, Request, Resume};
use lexi_crm::Access;
use lexi_types::{ChatRequest, ConversationId, Event, PageContext, sse};

#[derive(Debug)]
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) conversation: ConversationId,
    pub(super) credits: i64,
    pub(super) took: Duration,
    pub(super) failed: bool,
}

pub(super) async fn ask(
    assistant: &Assistant,
    access: &Access,
    message: &str,
    conversation: Option<ConversationId>,
) -> anyhow::Result<Answer> {
    let chat = ChatRequest {
        message: message.to_owned(),
        conversation_id: conversation,
        context: PageContext::default(),
        allow_tools: true,
    };
    let permit = assistant
        .slots()
        .acquire(access.key_id)
        .map_err(|_| anyhow!("no stream is free; raise streams_max"))?;
    let started = Instant::now();
    let request = Request { chat, idempotency: None, resume: Resume::default() };
    let mut opened = match assistant.open(access, request, permit).await {
        Ok(opened) => opened,
        Err(OpenError::InsufficientCredits) => {
            bail!("the workspace has no credit left; grant some with `lexi credits grant`")
        }
        Err(error) => return Err(error.into()),
    };
    let mut answer = Answer {
        text: String::new(),
        conversation: opened.conversation_id,
        credits: 0,
        took: Duration::ZERO,
        failed: false,
    };
    let mut parser = sse::Parser::default();
    while let Some(next) = opened.reader.next().await {
        let bytes = next.map_err(|_| anyhow!("the answer was cut short"))?;
        for frame in parser.push(&bytes) {
            match Event::from_frame(&frame.event, &frame.data) {
                Some(Ok(Event::Text { delta, .. })) => answer.text.push_str(&delta),
                Some(Ok(Event::Done { credits_charged, .. })) => answer.credits = credits_charged,
                Some(Ok(Event::Error { message, .. })) => {
                    answer.failed = true;
                    answer.text.push_str(&message);
                }
                _ => {}
            }
        }
    }
    answer.took = started.elapsed();
    Ok(answer)
}
