//! Writes by Lexi: what it may do by itself, what a person must agree to, and that either happens once.

mod canceled;
mod decided;
mod hostile;
mod office;
mod once;
mod policy;
mod refused;
mod seen;
mod told;
