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
    let mut versions = Vec::new();
    let mut tags = 0;
    let mut values = headers.get_all(header).iter().peekable();
    if values.peek().is_none() {
        return Ok(None);
    }
    for value in values {
        let text = value.to_str().map_err(|_| malformed())?.trim();
        if text == "*" && tags == 0 {
            return Ok(Some(Seen::Any));
        }
        // Our own tags have no comma; one of somebody else's is malformed here, and would match nothing anyway.
        for tag in text.split(',').map(str::trim) {
            let (is_weak, quoted) = tag.strip_prefix("W/").map_or((false, tag), |quoted| (true, quoted));
            let bare = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            let bare = bare.filter(|bare| !bare.contains('"')).ok_or_else(malformed)?;
            tags += 1;
            if !is_weak || weak {
                versions.extend(Version::parse(bare));
            }
        }
    }
    if tags > TAGS_MAX { Err(malformed()) } else { Ok(Some(Seen::Versions(versions))) }
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
        assert_eq!(still(&HeaderMap::new()).map_err(drop), Ok(None));
        for malformed in ["", ONE, "\"", "\"a\" \"b\"", "\"a\",", "*, \"a\"", "W/*"] {
            assert_eq!(seen(malformed, false), Err(()), "{malformed}");
        }
    }
}
