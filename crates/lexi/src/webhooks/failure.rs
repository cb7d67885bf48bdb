//! Why an attempt failed, in the words of the log.

use std::error::Error;

use super::target::{Blocked, Unknown};

pub(super) const TIMEOUT: &str = "timeout";
pub(super) const BLOCKED: &str = "blocked_address";
pub(super) const HTTP: &str = "http_error";

/// The reason is somewhere among the reasons of the reason.
pub(super) fn word(failure: &reqwest::Error) -> &'static str {
    if has::<Blocked>(failure) {
        BLOCKED
    } else if has::<Unknown>(failure) {
        "dns_failure"
    } else if has::<rustls::Error>(failure) {
        "tls_error"
    } else if failure.is_timeout() {
        TIMEOUT
    } else if failure.is_connect() {
        "connection_refused"
    } else {
        HTTP
    }
}

/// I/O errors keep what they are made of out of `source`.
fn has<E: Error + 'static>(failure: &(dyn Error + 'static)) -> bool {
    let inside = failure.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    failure.is::<E>() || inside.is_some_and(|inner| has::<E>(inner)) || failure.source().is_some_and(has::<E>)
}
