//! `waport migrate`: one file per subcommand, and what they share.

mod gate;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::environment::{Loaded, Trouble, relative_to_here, today};
use crate::facts::Date;
use crate::migrate::gate::Gate;
use crate::report::harmless;

#[derive(Debug, Subcommand)]
pub(super) enum MigrateCommand {
    /// Says whether all is ready for a number to be registered with Cloud API, and what is in the way.
    ///
    /// Looks at the folder of waport.toml by itself, now. What hides or lowers a finding without a reason and a day on
    /// which that ends does not count: severities in the configuration, comments, baselines, excluded paths. Exits with
    /// 0 when the gate is open, 1 when it is closed, and 2 when it could not look.
    ///
    /// Example: `waport migrate gate --output-format json`
    Gate(gate::GateArgs),
}

/// Runs a subcommand.
pub(super) fn run(command: MigrateCommand) -> Result<ExitCode, Trouble> {
    match command {
        MigrateCommand::Gate(args) => gate::run(&args),
    }
}

/// Under which configuration, and how fast.
#[derive(Debug, Args)]
struct Basis {
    /// The configuration file; by default waport.toml is looked for from the current folder upwards.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How many threads work; by default one per core.
    #[arg(short = 'j', long = "threads", value_name = "N")]
    threads: Option<usize>,
}

/// A day to come.
#[derive(Debug, Args)]
struct Day {
    /// Asks for a day to come, as YYYY-MM-DD, on which suppressions and media may have expired; by default the current one.
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
}

impl Day {
    /// The day. One that is over would bring back what has ended.
    fn known(&self) -> Result<Date, Trouble> {
        let now = today();
        match self.today {
            Some(day) if day < now => {
                let message = format!("--today {day}: that day is over; the gate holds for {now} or a day to come");
                Err(Trouble::Said(message))
            }
            day => Ok(day.unwrap_or(now)),
        }
    }
}

/// A configuration, which a migration cannot do without.
struct Ground {
    loaded: Loaded,
    file: PathBuf,
    root: PathBuf,
    is_named: bool,
    threads: usize,
}

impl Basis {
    fn ground(&self) -> Result<Ground, Trouble> {
        let loaded = Loaded::find(self.config.as_deref(), false, None)?;
        let Some(file) = loaded.file.clone() else {
            let message = "no waport.toml in this folder or one above it; `waport migrate` needs one, which says what is \
                           checked and which numbers there are: `waport config init` writes an example";
            return Err(Trouble::Said(message.to_owned()));
        };
        let threads = match self.threads {
            Some(0) => return Err(Trouble::Said("-j 0: at least one thread must work".to_owned())),
            Some(threads) => threads.min(256),
            None => std::thread::available_parallelism().map_or(1, usize::from),
        };
        let root = relative_to_here(&loaded.base);
        let file = if self.config.is_some() { file } else { PathBuf::from(loaded.name()) };
        Ok(Ground { loaded, file, root, is_named: self.config.is_some(), threads })
    }
}

impl Ground {
    fn gate(&self, today: Date) -> Gate<'_> {
        Gate {
            config: &self.loaded.config,
            base: &self.loaded.base,
            root: &self.root,
            file: &self.file,
            text: &self.loaded.text,
            is_named: self.is_named,
            today,
            threads: self.threads,
        }
    }
}

/// What cannot be looked at is told with the folder.
fn failed(root: &Path, error: &std::io::Error) -> Trouble {
    Trouble::Said(format!("{}: {error}", harmless(&root.to_string_lossy())))
}
