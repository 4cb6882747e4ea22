//! `waport migrate`: one file per subcommand.

mod simulate;

use std::process::ExitCode;

use clap::Subcommand;

use super::environment::Trouble;

#[derive(Debug, Subcommand)]
pub(super) enum MigrateCommand {
    /// Serves simulators of Graph API and of an On-Premises client on this machine, to try a configuration on.
    ///
    /// It says where they listen, what waport.toml says of them and which environment variables hold their secrets, all
    /// invented. A number is registered there as with Meta, once and for good: start the simulators anew for another
    /// try. Nobody reaches them from another machine. They serve until interrupted, and write each request to standard
    /// error.
    ///
    /// Example: `waport migrate simulate --write rehearsal/ --fault timeout-after-register`
    Simulate(simulate::SimulateArgs),
}

pub(super) fn run(command: &MigrateCommand) -> Result<ExitCode, Trouble> {
    match command {
        MigrateCommand::Simulate(args) => simulate::simulate(args),
    }
}
