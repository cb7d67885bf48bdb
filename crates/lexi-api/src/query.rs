//! Query parameters and ids in paths: a wrong one is blamed by name, never silently replaced by a default.

use std::convert::Infallible;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path, Query};
use http::request::Parts;
use lexi_store::Page;

use crate::errors::{ApiError, ApiResult};

const PER_PAGE_MAX: i64 = 100;
const SEARCH_CHARS_MAX: usize = 200;

/// The parameters of a request. Unknown ones are ignored; of a repeated one the last counts, unless a route says
/// otherwise.
#[derive(Debug)]
pub(crate) struct Params(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map(|Query(pairs)| pairs);
        Ok(Self(pairs.unwrap_or_default()))
    }
}

impl Params {
    /// A parameter that is there and not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let last = self.0.iter().rev().find(|(given, _)| given == name);
        last.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// All of them, as they came.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        self.0.clone()
    }

    pub(crate) fn parse<T: FromStr>(&self, name: &str, expected: &str) -> ApiResult<Option<T>> {
        self.text(name).map(|text| text.parse().map_err(|_| ApiError::field(name, expected))).transpose()
    }

    /// Words to look for: bounded, because every row is held against them.
    pub(crate) fn search(&self) -> ApiResult<Option<String>> {
        let Some(text) = self.text("search") else { return Ok(None) };
        if text.chars().count() > SEARCH_CHARS_MAX || text.contains('\0') {
            return Err(ApiError::field(
                "search",
                format!("must be text of at most {SEARCH_CHARS_MAX} characters"),
            ));
        }
        Ok(Some(text.to_owned()))
    }

    pub(crate) fn flag(&self, name: &str) -> ApiResult<bool> {
        Ok(self.parse(name, "must be true or false")?.unwrap_or(false))
    }

    pub(crate) fn number(&self, name: &str, default: i64, max: i64) -> ApiResult<i64> {
        let expected = format!("must be a whole number from 1 to {max}");
        let number = self.parse(name, &expected)?.unwrap_or(default);
        if (1..=max).contains(&number) { Ok(number) } else { Err(ApiError::field(name, expected)) }
    }

    pub(crate) fn page(&self, per_page_default: i64) -> ApiResult<Page> {
        let page = self.number("page", 1, 1_000_000)?;
        let per_page = self.number("per_page", per_page_default, PER_PAGE_MAX)?;
        Ok(Page { page, per_page })
    }
}

/// The `{id}` of a route's path, as it stands there.
#[derive(Debug)]
pub(crate) struct PathId(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        path.map(|Path(text)| Self(text)).map_err(|_| ApiError::field("id", "must be a UUID"))
    }
}

/// An id from the path.
pub(crate) fn path_id<T: FromStr>(text: &str) -> ApiResult<T> {
    text.parse().map_err(|_| ApiError::field("id", "must be a UUID"))
}
