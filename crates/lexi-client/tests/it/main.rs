//! The client against a server that plays a script, byte by byte, over a real socket.

#![expect(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

mod answers;
mod resume;
mod server;
mod streams;
