//! The `lexi` program: the server, the demonstration, the terminal client, and the commands of whoever runs it.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod chat;
mod commands;
mod config;
mod lock;
mod serve;
mod server;
mod telemetry;

use commands::{credits, demo, doctor, eval, import, key, openapi, workspace};
use config::ConfigArgs;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Lexi: an AI assistant on your own CRM data, on your own machine.
#[derive(Debug, Parser)]
#[command(name = "lexi", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve,
    /// Try it: a made-up law firm, a first answer, and a server to play with
    Demo(demo::Args),
    /// Ask from the terminal
    Chat(chat::ChatArgs),
    /// Import records from a CSV file
    Import(import::Args),
    /// Ask a file of questions whose answers are known, and judge the answers
    Eval(eval::Args),
    /// Create and list workspaces
    Workspace(workspace::Args),
    /// Create, list and revoke API keys
    Key(key::Args),
    /// Grant and show credits
    Credits(credits::Args),
    /// Check the configuration, the database and the books
    Doctor(doctor::Args),
    /// Print the description of the API (OpenAPI 3.1)
    Openapi,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return report(&anyhow::Error::new(error).context("the runtime cannot start")),
    };
    let result = runtime.block_on(Box::pin(dispatch(cli)));
    // A blocking read of standard input may still be waiting: it must not keep the program.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match result {
        Ok(code) => code,
        Err(error) => report(&error),
    }
}

async fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    let config = &cli.config;
    match cli.command {
        Command::Serve => serve::run(config).await,
        Command::Demo(args) => demo::run(config, args).await,
        Command::Chat(args) => chat::run(args).await,
        Command::Import(args) => import::run(config, args).await,
        Command::Eval(args) => eval::run(config, args).await,
        Command::Workspace(args) => workspace::run(config, args).await,
        Command::Key(args) => key::run(config, args).await,
        Command::Credits(args) => credits::run(config, args).await,
        Command::Doctor(args) => doctor::run(config, args).await,
        Command::Openapi => openapi::run(),
    }
}

#[expect(clippy::print_stderr, reason = "the last word of a failed command")]
fn report(error: &anyhow::Error) -> ExitCode {
    eprintln!("lexi: {error:#}");
    ExitCode::FAILURE
}
