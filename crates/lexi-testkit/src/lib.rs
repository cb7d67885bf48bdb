//! What the tests of several crates share. Never part of the product.

pub mod http;
pub mod lexi;
pub mod model_server;

pub use http::{Answered, Http};
pub use lexi::{Lexi, Setup};
pub use model_server::ModelServer;
