//! `lexi openapi`: the description of the API, as `GET /openapi.json` gives it.

use std::io::Write;
use std::process::ExitCode;

pub(crate) fn run() -> anyhow::Result<ExitCode> {
    std::io::stdout().lock().write_all(lexi_api::openapi::text().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
