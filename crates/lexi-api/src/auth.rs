//! Who is calling, and may they: a handler takes `Auth<scope>` and cannot be reached without it.

use std::marker::PhantomData;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts};
use http::header;
use http::request::Parts;
use lexi_crm::Access;
use lexi_store::audit::Actor;
use lexi_store::keys::{self, ApiKey, Token};
use lexi_store::limits::RateState;
use lexi_types::{Scope, Timestamp};

use crate::app::Api;
use crate::errors::ApiError;
use crate::observe::Observed;

const AGENT_CHARS_MAX: usize = 300;

/// The scope that a route asks for, as a type.
pub(crate) trait Needs: Send + Sync {
    const SCOPE: Option<Scope>;
}

macro_rules! needs {
    ($($name:ident = $scope:expr),* $(,)?) => {$(
        #[derive(Debug)]
        pub(crate) struct $name;

        impl Needs for $name {
            const SCOPE: Option<Scope> = $scope;
        }
    )*};
}

needs! {
    AnyKey = None,
    ReadAi = Some(Scope::ReadAi),
    WriteAi = Some(Scope::WriteAi),
    ReadContacts = Some(Scope::ReadContacts),
    WriteContacts = Some(Scope::WriteContacts),
    ReadCompanies = Some(Scope::ReadCompanies),
    WriteCompanies = Some(Scope::WriteCompanies),
    ReadDeals = Some(Scope::ReadDeals),
    WriteDeals = Some(Scope::WriteDeals),
    ReadMatters = Some(Scope::ReadMatters),
    WriteMatters = Some(Scope::WriteMatters),
    ReadNotes = Some(Scope::ReadNotes),
    WriteNotes = Some(Scope::WriteNotes),
    ReadTasks = Some(Scope::ReadTasks),
    WriteTasks = Some(Scope::WriteTasks),
    ReadActivities = Some(Scope::ReadActivities),
    WriteActivities = Some(Scope::WriteActivities),
    AdminApiKeys = Some(Scope::AdminApiKeys),
    AdminCredits = Some(Scope::AdminCredits),
    AdminWorkspace = Some(Scope::AdminWorkspace),
}

/// A proven key that may call this route and has not used up its windows.
#[derive(Debug)]
pub(crate) struct Auth<N> {
    pub(crate) access: Access,
    pub(crate) key: ApiKey,
    /// Where the request came from, for the audit log: the other end of the connection. What a proxy says of it in a header
    /// could be said by anybody.
    ip_address: Option<String>,
    user_agent: Option<String>,
    needs: PhantomData<N>,
}

impl<N> Auth<N> {
    /// Who does what this request does.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            key: Some(self.access.key_id),
            user: self.access.user_id,
            source: "api",
            ip_address: self.ip_address.clone(),
            user_agent: self.user_agent.clone(),
            ..Actor::default()
        }
    }
}

impl<N: Needs> FromRequestParts<Api> for Auth<N> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let now = Timestamp::now();
        let key = prove(parts, api, now).await?;
        // Counted from here on, whatever becomes of it: the key is known.
        let rate = api.inner.rates.count(key.workspace, key.id, key.tier, now);
        if let Some(observed) = parts.extensions.get::<Observed>() {
            let _first = observed.rate.set(rate);
        }
        api.inner.mark_used(key.workspace, key.id, now);
        if let Some(scope) = N::SCOPE.filter(|scope| !key.scopes.contains(*scope)) {
            return Err(ApiError::lacking(scope));
        }
        if !rate.allowed {
            return Err(too_many(&rate, now));
        }
        let access =
            Access { workspace: key.workspace, key_id: key.id, scopes: key.scopes, user_id: key.user_id };
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let ip_address = peer.map(|ConnectInfo(peer)| peer.ip().to_canonical().to_string());
        let user_agent = parts.headers.get(header::USER_AGENT);
        let user_agent = user_agent
            .map(|agent| String::from_utf8_lossy(agent.as_bytes()).chars().take(AGENT_CHARS_MAX).collect());
        Ok(Self { access, key, ip_address, user_agent, needs: PhantomData })
    }
}

async fn prove(parts: &Parts, api: &Api, now: Timestamp) -> Result<ApiKey, ApiError> {
    let mut values = parts.headers.get_all(header::AUTHORIZATION).iter();
    let (value, None) = (values.next(), values.next()) else {
        return Err(ApiError::invalid_key("The request has several Authorization headers."));
    };
    let value = value.ok_or_else(|| ApiError::invalid_key("The request has no API key."))?;
    // Bytes that are no text cannot be a key, and are refused like any other wrong key.
    let text = String::from_utf8_lossy(value.as_bytes());
    let (scheme, token) = text.split_once(' ').unwrap_or((&text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(ApiError::invalid_key("The Authorization header is not a bearer key."));
    }
    // From here on every refusal reads the same: it must not tell which keys exist.
    let refused = || ApiError::invalid_key("The API key is unknown, expired or revoked.");
    let token = Token::parse(token.trim()).ok_or_else(refused)?;
    let found =
        api.inner.store.look_up(move |tx| Box::pin(async move { keys::authenticate(tx, &token).await }));
    found.await?.filter(|key| key.is_active(now)).ok_or_else(refused)
}

fn too_many(rate: &RateState, now: Timestamp) -> ApiError {
    let wait = Duration::from_micros((rate.reset.micros() - now.micros()).max(0).unsigned_abs());
    let wait = Duration::from_secs(wait.as_secs() + 1);
    let message = format!(
        "The key has used its {} requests of this window. Try again after {}.",
        rate.limit, rate.reset
    );
    ApiError::rate_limited(message, wait)
}
