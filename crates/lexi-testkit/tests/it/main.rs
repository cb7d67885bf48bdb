//! The scripted model server, read over a real socket.

#![expect(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

mod model_server;
