//! What Lexi may do by itself in a workspace, what it must ask for, and what it may not do.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use lexi_assistant::policy::{self, InvalidPolicy, Policies};
use lexi_store::policies::ToolPolicy;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::Api;
use crate::auth::{AdminWorkspace, Auth};
use crate::body;
use crate::errors::{ApiError, ApiResult};
use crate::once::{Answer, Once};

use super::data;

pub(crate) async fn read(State(api): State<Api>, auth: Auth<AdminWorkspace>) -> ApiResult<Response> {
    let workspace = auth.access.workspace;
    let policies = api
        .inner
        .store
        .read(move |tx| Box::pin(async move { Policies::of(tx, workspace, None).await }))
        .await?;
    Ok(data(wire(&api, &policies.workspace)))
}

#[derive(Deserialize)]
struct Replace {
    #[serde(default)]
    allow: Value,
    #[serde(default)]
    ask: Value,
    #[serde(default)]
    deny: Value,
}

impl Replace {
    fn policy(&self) -> ApiResult<ToolPolicy> {
        Ok(ToolPolicy {
            allow: globs("allow", &self.allow)?,
            ask: globs("ask", &self.ask)?,
            deny: globs("deny", &self.deny)?,
        })
    }
}

fn globs(name: &str, value: &Value) -> ApiResult<Vec<String>> {
    let wrong =
        || ApiError::field(name, "must be a list of names of tools, in which * stands for any letters");
    let entries = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(entries) => entries,
        _ => return Err(wrong()),
    };
    entries.iter().map(|entry| entry.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
}

/// A list that is left out is emptied.
pub(crate) async fn replace(
    State(api): State<Api>,
    auth: Auth<AdminWorkspace>,
    once: Once,
    headers: HeaderMap,
    body: Body,
) -> ApiResult<Response> {
    let body = body::read(&api.inner.settings, &headers, body).await?;
    let wanted = body::parse::<Replace>(&body)?.policy()?;
    let wanted = policy::checked(api.inner.assistant.crm(), wanted)?;
    let (workspace, actor, shown) = (auth.access.workspace, auth.actor(), wire(&api, &wanted));
    once.of(&api, &auth, &body)
        .write(move |tx| {
            Box::pin(async move {
                policy::replace(tx, workspace, None, &wanted, &actor).await?;
                Ok(Answer::ok(shown))
            })
        })
        .await
}

impl From<InvalidPolicy> for ApiError {
    fn from(invalid: InvalidPolicy) -> Self {
        Self::field(invalid.list, invalid.reason)
    }
}

/// With what it comes to for each tool, for keys that have no policy of their own.
fn wire(api: &Api, policy: &ToolPolicy) -> Value {
    let policies = Policies { workspace: policy.clone(), key: ToolPolicy::default() };
    let tools: Vec<Value> = policy::verdicts(api.inner.assistant.crm(), &policies)
        .into_iter()
        .map(|(tool, verdict)| json!({ "name": tool, "decision": verdict.as_str() }))
        .collect();
    json!({ "allow": policy.allow, "ask": policy.ask, "deny": policy.deny, "tools": tools })
}
