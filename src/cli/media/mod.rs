//! `waport media`: one file per subcommand.

mod links;
mod list;

use std::process::ExitCode;

use clap::Subcommand;

use super::environment::Trouble;

#[derive(Debug, Subcommand)]
pub(super) enum MediaCommand {
    /// Lists every media ID in the payloads, where it is used, and what the media map has for it until when.
    ///
    /// Example: `waport media list --ids-from ids.txt --output-format json`
    List(list::ListArgs),
    /// Lists every host that media links in messages lead to: what is to be tried with Cloud API, which refuses some.
    ///
    /// Links in free-form messages and in templates are told apart, each with an example.
    ///
    /// Example: `waport media links outbound/`
    Links(links::LinksArgs),
}

/// Runs a subcommand.
pub(super) fn run(command: MediaCommand) -> Result<ExitCode, Trouble> {
    match command {
        MediaCommand::List(args) => list::run(&args),
        MediaCommand::Links(args) => links::run(&args),
    }
}
