//! The scripted model server, read over a real socket.

#![expect(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

mod answers;
mod checks;
mod exchange;
mod faults;
mod leaving;
mod model_server;
mod speaks;
mod wire;
