//! What the tests of several crates share. Never part of the product.

pub mod model_server;

pub use model_server::ModelServer;
