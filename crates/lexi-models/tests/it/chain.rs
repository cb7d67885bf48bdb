//! Who is asked, how often, and what of it is shown. Time is the tests' own: pauses pass at once.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use lexi_models::{
    Builtin, Cause, Chain, Finish, Model, ModelError, ModelEvent, ModelMessage, ModelRequest, ModelStream,
    Patience, Then, ToolCall,
};
use lexi_types::Usage;
use tokio::time::Instant;

use crate::support::{briefing, request, said};

type Answer = Vec<Result<ModelEvent, ModelError>>;

/// Gives its answers in order, then says its name for ever.
#[derive(Clone)]
struct Scripted {
    name: &'static str,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    asked: Arc<Mutex<Vec<Instant>>>,
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Model for Scripted {
    fn name(&self) -> &str {
        self.name
    }

    fn stream(&self, _: ModelRequest) -> ModelStream {
        self.asked.lock().unwrap().push(Instant::now());
        let next = self.answers.lock().unwrap().pop_front();
        stream::iter(next.unwrap_or_else(|| says(self.name))).boxed()
    }
}

fn scripted(name: &'static str, answers: Vec<Answer>) -> Scripted {
    Scripted { name, answers: Arc::new(Mutex::new(answers.into())), asked: Arc::default() }
}

impl Scripted {
    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

fn text(text: &str) -> ModelEvent {
    ModelEvent::Text(text.to_owned())
}

fn says(what: &str) -> Answer {
    vec![Ok(text(what)), Ok(ModelEvent::Finish(Finish::Stop))]
}

fn error(cause: Cause, retry: bool, retry_after: Option<u64>) -> ModelError {
    let retry_after = retry_after.map(Duration::from_secs);
    ModelError { cause, message: "scripted".to_owned(), retry, retry_after }
}

fn fails(cause: Cause, retry: bool) -> Answer {
    vec![Err(error(cause, retry, None))]
}

fn chain(models: &[&Scripted]) -> Chain {
    let models = models.iter().map(|model| Arc::new((*model).clone()) as Arc<dyn Model>).collect();
    Chain::new(models, Patience::default())
}

/// The answer in short: who answers, texts, failures, the error at the end.
async fn ask(chain: &Chain) -> Vec<String> {
    let told = |event: Result<ModelEvent, ModelError>| match event {
        Ok(ModelEvent::By(model)) => format!("by {model}"),
        Ok(ModelEvent::Text(text) | ModelEvent::Thinking(text)) => text,
        Ok(ModelEvent::Failed { model, error, then: Then::Next }) => {
            format!("{model} {}, next", error.cause.as_str())
        }
        Ok(ModelEvent::Failed { model, error, .. }) => format!("{model} {}, again", error.cause.as_str()),
        Ok(ModelEvent::Usage(usage)) => format!("{} tokens", usage.output_tokens),
        Ok(ModelEvent::ToolCall(call)) => format!("calls {}", call.name),
        Ok(ModelEvent::Reasoning(_)) => "reasons".to_owned(),
        Ok(ModelEvent::Finish(_)) => "end".to_owned(),
        Err(error) => format!("error {}", error.cause.as_str()),
    };
    chain.stream(request(briefing(), vec![said("hello")])).map(told).collect().await
}

#[tokio::test(start_paused = true)]
async fn a_failure_before_the_first_word_is_tried_again_and_then_the_next_model_is_asked() {
    let busy = || fails(Cause::Overloaded, true);
    let (a, b) = (scripted("a", vec![busy(), busy(), busy()]), scripted("b", vec![]));
    let told = ask(&chain(&[&a, &b])).await;
    assert_eq!(
        told,
        ["a overloaded, again", "a overloaded, again", "a overloaded, next", "by b", "b", "end"]
    );
    assert_eq!((a.asked(), b.asked()), (3, 1));
    let asked = a.asked.lock().unwrap().clone();
    let (first, second) = (asked[1] - asked[0], asked[2] - asked[1]);
    assert!(
        (150..=300).contains(&first.as_millis()) && (300..=600).contains(&second.as_millis()),
        "{first:?} {second:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn after_the_first_word_nothing_is_tried_again() {
    for first in [text("half"), ModelEvent::Thinking("half".to_owned())] {
        let cut = vec![Ok(first), Err(error(Cause::Broken, true, None))];
        let (a, b) = (scripted("a", vec![cut]), scripted("b", vec![]));
        assert_eq!(ask(&chain(&[&a, &b])).await, ["by a", "half", "error broken"]);
        assert_eq!((a.asked(), b.asked()), (1, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn tool_calls_are_held_back_until_the_answer_is_whole() {
    let call = || Ok(ModelEvent::ToolCall(ToolCall { name: "deals.get".to_owned(), ..ToolCall::default() }));
    let cut = vec![call(), Err(error(Cause::Broken, true, None))];
    let whole = vec![call(), Ok(ModelEvent::Finish(Finish::ToolCalls))];
    let a = scripted("a", vec![cut, whole]);
    assert_eq!(ask(&chain(&[&a])).await, ["a broken, again", "by a", "calls deals.get", "end"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_retry_cannot_mend_goes_on_at_once_and_nothing_is_waited_for_twice() {
    for (cause, retry) in [(Cause::Key, false), (Cause::TooLong, false), (Cause::Timeout, false)] {
        let (a, b) = (scripted("a", vec![fails(cause, retry)]), scripted("b", vec![]));
        let first = format!("a {}, next", cause.as_str());
        assert_eq!(ask(&chain(&[&a, &b])).await, [&first, "by b", "b", "end"]);
    }
    let a = scripted("a", vec![fails(Cause::Key, false)]);
    assert_eq!(ask(&chain(&[&a])).await, ["by a", "error key"]);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_asks_for_time_gets_it_within_reason() {
    let after = |seconds| vec![Err(error(Cause::Busy, true, Some(seconds)))];
    let a = scripted("a", vec![after(7)]);
    assert_eq!(ask(&chain(&[&a])).await, ["a busy, again", "by a", "a", "end"]);
    let asked = a.asked.lock().unwrap().clone();
    assert_eq!((asked[1] - asked[0]).as_secs(), 7);
    let (a, b) = (scripted("a", vec![after(16)]), scripted("b", vec![]));
    assert_eq!(ask(&chain(&[&a, &b])).await, ["a busy, next", "by b", "b", "end"]);
}

#[tokio::test(start_paused = true)]
async fn an_empty_answer_is_tried_once_more_and_its_tokens_are_counted() {
    let empty = || {
        let usage = Usage { output_tokens: 2, ..Usage::default() };
        vec![Ok(ModelEvent::Usage(usage)), Ok(ModelEvent::Finish(Finish::Stop))]
    };
    let (a, b) = (scripted("a", vec![empty(), empty()]), scripted("b", vec![]));
    let told = ask(&chain(&[&a, &b])).await;
    assert_eq!(
        told,
        ["by a", "2 tokens", "a empty, again", "by a", "2 tokens", "a empty, next", "by b", "b", "end"]
    );
    let a = scripted("a", vec![empty(), empty()]);
    assert_eq!(
        ask(&chain(&[&a])).await,
        ["by a", "2 tokens", "a empty, again", "by a", "2 tokens", "by a", "error empty"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_model_that_keeps_failing_is_left_out_and_then_probed() {
    let (a, b) = (scripted("a", vec![fails(Cause::Key, false); 6]), scripted("b", vec![]));
    let chain = chain(&[&a, &b]);
    for _ in 0..5 {
        assert_eq!(ask(&chain).await[0], "a key, next");
    }
    assert_eq!(ask(&chain).await, ["by b", "b", "end"]);
    assert!(chain.health()[0].skipped && !chain.health()[1].skipped);
    tokio::time::advance(Duration::from_secs(30)).await;
    assert_eq!(ask(&chain).await[0], "a key, next");
    tokio::time::advance(Duration::from_secs(59)).await;
    assert_eq!(ask(&chain).await, ["by b", "b", "end"]);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(ask(&chain).await, ["by a", "a", "end"]);
    assert!(!chain.health()[0].skipped);
}

#[tokio::test(start_paused = true)]
async fn where_there_is_nobody_else_a_model_that_is_left_out_is_asked_once() {
    let a = scripted("a", vec![fails(Cause::Overloaded, true); 6]);
    let chain = chain(&[&a]);
    assert_eq!(ask(&chain).await, ["a overloaded, again", "a overloaded, again", "by a", "error overloaded"]);
    // The fifth failure in a row: nobody is made to wait for an attempt that would not be made.
    assert_eq!(ask(&chain).await, ["a overloaded, again", "by a", "error overloaded"]);
    assert_eq!(ask(&chain).await, ["by a", "error overloaded"]);
    assert_eq!(ask(&chain).await, ["by a", "a", "end"]);
}

#[tokio::test(start_paused = true)]
async fn a_run_goes_on_with_the_model_that_it_has_begun_with() {
    let (a, b) = (scripted("a", vec![]), scripted("b", vec![]));
    let mut asked = request(briefing(), vec![said("hello")]);
    asked.begun_with = Some("b".into());
    let events: Vec<_> = chain(&[&a, &b]).stream(asked).collect().await;
    assert_eq!(events[0], Ok(ModelEvent::By("b".into())));
    assert_eq!(a.asked(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_built_in_model_takes_over_in_the_middle_of_a_turn() {
    let a = scripted("a", vec![fails(Cause::Key, false)]);
    let chain = Chain::new(vec![Arc::new(a), Arc::new(Builtin::default())], Patience::default());
    let mut messages = vec![said("How many open deals do we have?")];
    let call = ToolCall { id: "x".to_owned(), name: "contacts.search".to_owned(), ..ToolCall::default() };
    messages.push(ModelMessage::Assistant {
        text: "Let me see.".to_owned(),
        tool_calls: vec![call],
        by: Some("a".into()),
        reasoning: Vec::new(),
    });
    messages.push(ModelMessage::Tool {
        call_id: "x".to_owned(),
        name: "contacts.search".to_owned(),
        result: Arc::new(serde_json::json!({ "contacts": [], "total": 0 })),
        is_error: false,
    });
    let events: Vec<_> = chain.stream(request(briefing(), messages)).map(Result::unwrap).collect().await;
    assert!(events.contains(&ModelEvent::By("builtin".into())));
    let called =
        events.iter().any(|e| matches!(e, ModelEvent::ToolCall(call) if call.name == "deals.aggregate"));
    assert!(called, "{events:?}");
}
