//! What the real APIs refuse with 400, so that a client that sends it is found out.

pub(super) mod anthropic;
pub(super) mod openai;

/// The names that functions may have.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn need(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}
