//! The models as the assistant uses them: through the trait.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod answers;
mod anthropic;
mod chain;
mod follow_ups;
mod grammar;
mod openai;
mod questions;
mod robust;
mod support;
mod upstream;
mod writes;
mod writes_never;
