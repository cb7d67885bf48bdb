//! One line for everything that can go wrong, with what to do about it.

use std::error::Error;

use lexi_client::{ApiError, ClientError};

use super::text::clean;

pub(super) fn advice(error: &ClientError) -> String {
    let line = match error {
        ClientError::Connect { url, source } => {
            format!(
                "cannot reach {url} ({}): start it with `lexi serve`, or name another with --url",
                root(source)
            )
        }
        ClientError::Api(error) => refusal(error),
        ClientError::Cut { .. } => format!("{error}: ask again"),
        ClientError::Transport(source) => format!("{error} ({}): ask again", root(source)),
        ClientError::Protocol(_) => format!("{error}: does --url name a Lexi server?"),
        other => other.to_string(),
    };
    clean(&line).replace('\n', " ")
}

fn refusal(error: &ApiError) -> String {
    let todo = match error.status {
        401 => ": give a valid key with --key or LEXI_KEY".to_owned(),
        429 | 503 => match error.retry_after {
            Some(pause) => format!(": try again in {} s", pause.as_secs().max(1)),
            None => ": try again later".to_owned(),
        },
        _ => String::new(),
    };
    let request = error.request_id.as_ref().map(|id| format!(", request {id}")).unwrap_or_default();
    format!("{}{todo} ({}{request})", error.message.trim_end_matches('.'), error.code)
}

/// The innermost cause, which says most: "connection refused" instead of "error sending request".
fn root(error: &dyn Error) -> String {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root.to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn api(status: u16, code: &str, message: &str) -> ClientError {
        let retry_after = Some(Duration::from_secs(7));
        let request_id = Some("req_1".to_owned());
        let (code, message) = (code.to_owned(), message.to_owned());
        ApiError { status, code, message, details: None, request_id, retry_after }.into()
    }

    #[test]
    fn refusals_say_what_to_do_in_one_line() {
        assert_eq!(
            advice(&api(401, "invalid_key", "The key is not valid.")),
            "The key is not valid: give a valid key with --key or LEXI_KEY (invalid_key, request req_1)"
        );
        assert_eq!(
            advice(&api(429, "rate_limited", "too many\nrequests")),
            "too many requests: try again in 7 s (rate_limited, request req_1)"
        );
    }
}
