//! Entity tags: which state of a record a client has seen.

use http::{HeaderMap, HeaderName, header};
use lexi_crm::Version;

use crate::errors::{ApiError, ApiResult};

const TAGS_MAX: usize = 20;

pub(super) fn etag(version: &Version) -> String {
    format!("\"{}\"", version.as_str())
}

/// What a condition asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    /// Whatever there is.
    Any,
    /// One of these; tags that are none of ours name no state of any record.
    Versions(Vec<Version>),
}

impl Seen {
    pub(super) fn matches(&self, version: &Version) -> bool {
        match self {
            Self::Any => true,
            Self::Versions(versions) => versions.contains(version),
        }
    }
}

/// `If-Match`: only if the record is still in one of these states. A weak tag is not one to be sure of.
pub(super) fn still(headers: &HeaderMap) -> ApiResult<Option<Seen>> {
    read(headers, &header::IF_MATCH, "If-Match", false)
}

/// `If-None-Match`: only if it is in none of these.
pub(super) fn not_changed(headers: &HeaderMap) -> ApiResult<Option<Seen>> {
    read(headers, &header::IF_NONE_MATCH, "If-None-Match", true)
}

fn read(headers: &HeaderMap, header: &HeaderName, name: &'static str, weak: bool) -> ApiResult<Option<Seen>> {
    let malformed = || {
        ApiError::field(
            name,
            format!("must be *, or at most {TAGS_MAX} entity tags in double quotes, with commas"),
        )
    };
    let mut tags = Vec::new();
    for value in headers.get_all(header) {
        let text = value.to_str().map_err(|_| malformed())?.trim();
        if text == "*" {
            return Ok(Some(Seen::Any));
        }
        tags.extend(entity_tags(text).ok_or_else(malformed)?);
    }
    match tags.len() {
        0 => Ok(None),
        1..=TAGS_MAX => {
            let known = tags.into_iter().filter(|(_, is_weak)| !is_weak || weak);
            Ok(Some(Seen::Versions(known.filter_map(|(tag, _)| Version::parse(tag)).collect())))
        }
        _ => Err(malformed()),
    }
}

/// What stands between the quotes of each, and whether it is weak.
fn entity_tags(mut text: &str) -> Option<Vec<(&str, bool)>> {
    let mut tags = Vec::new();
    loop {
        let quoted = text.strip_prefix("W/").unwrap_or(text);
        let (tag, rest) = quoted.strip_prefix('"')?.split_once('"')?;
        tags.push((tag, quoted.len() < text.len()));
        let rest = rest.trim_start();
        if rest.is_empty() {
            return Some(tags);
        }
        text = rest.strip_prefix(',')?.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "0123456789abcdef01234567";

    fn seen(value: &str, weak: bool) -> Result<Option<Seen>, ()> {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_MATCH, value.parse().unwrap());
        read(&headers, &header::IF_MATCH, "If-Match", weak).map_err(drop)
    }

    #[test]
    fn tags_are_read_as_http_writes_them() {
        let one = Version::parse(ONE).unwrap();
        assert_eq!(seen("*", false), Ok(Some(Seen::Any)));
        assert_eq!(seen(&format!("\"x\", \"{ONE}\""), false), Ok(Some(Seen::Versions(vec![one.clone()]))));
        assert_eq!(seen(&format!("W/\"{ONE}\""), false), Ok(Some(Seen::Versions(Vec::new()))));
        assert_eq!(seen(&format!("W/\"{ONE}\""), true), Ok(Some(Seen::Versions(vec![one]))));
        assert_eq!(seen("\"a,b\" , \"c\"", false), Ok(Some(Seen::Versions(Vec::new()))));
        assert_eq!(still(&HeaderMap::new()).map_err(drop), Ok(None));
        for malformed in ["", ONE, "\"", "\"a\" \"b\"", "\"a\",", "*, \"a\"", "W/*"] {
            assert_eq!(seen(malformed, false), Err(()), "{malformed}");
        }
    }
}
