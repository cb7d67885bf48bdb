use std::process::ExitCode;
#[derive(Debug, clap::Args)]
pub struct Args {}
pub async fn run(_: &crate::config::ConfigArgs, _: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("soon")
}
