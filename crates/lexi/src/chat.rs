//! `lexi chat`: a conversation in the terminal. The answer goes to standard output, and everything about it (tool
//! steps, thoughts, credits, errors) to standard error, so that `lexi chat "…" > answer.md` holds the answer alone.

mod advice;
mod input;
mod interrupts;
mod proposals;
mod screen;
mod session;
#[cfg(test)]
mod shown;
mod text;

use std::process::ExitCode;

use lexi_client::{ChatParams, Client};
use lexi_types::ConversationId;

use self::input::Input;
use self::interrupts::Interrupts;
use self::screen::Screen;
use self::session::{Outcome, Session};

/// What a shell reports for a program ended by Ctrl-C.
const EXIT_CANCELED: u8 = 130;

#[derive(Debug, clap::Args)]
pub(crate) struct ChatArgs {
    /// The question; without one, a conversation begins
    pub(crate) message: Vec<String>,
    /// Where Lexi answers
    #[arg(long, env = "LEXI_URL", default_value = "http://127.0.0.1:8787")]
    pub(crate) url: String,
    /// The API key
    #[arg(long, env = "LEXI_KEY", hide_env_values = true)]
    pub(crate) key: Option<String>,
    /// Print the events as they come, one JSON object per line
    #[arg(long)]
    pub(crate) json: bool,
    /// Go on with an earlier conversation
    #[arg(long, value_name = "ID")]
    pub(crate) conversation: Option<ConversationId>,
    /// Answer without looking at any records
    #[arg(long)]
    pub(crate) no_tools: bool,
}

/// Asks once, or goes on until the user leaves.
pub(crate) async fn run(args: ChatArgs) -> anyhow::Result<ExitCode> {
    let Some(key) = args.key.filter(|key| !key.trim().is_empty()) else {
        anyhow::bail!("no API key: give one with --key or LEXI_KEY");
    };
    let client = Client::new(&args.url, key.trim())?;
    let template = ChatParams::new("").in_conversation(args.conversation).allow_tools(!args.no_tools);
    let mut session = Session::new(client, template, Screen::of_terminal(args.json), Interrupts::listen()?);
    let message = args.message.join(" ");
    let outcome = if message.is_empty() {
        session.converse(&args.url, &mut Input::of_terminal()?).await
    } else {
        session.ask(message).await
    };
    match outcome {
        Ok(Outcome::Answered) => Ok(ExitCode::SUCCESS),
        Ok(Outcome::Failed) => Ok(ExitCode::FAILURE),
        Ok(Outcome::Canceled) => Ok(ExitCode::from(EXIT_CANCELED)),
        // Whoever read our output has enough of it: `lexi chat … | head -1`.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error.into()),
    }
}
