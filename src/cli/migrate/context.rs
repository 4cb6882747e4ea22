//! What subcommands need: the configuration, the number, the secrets, the journal's place, the clock.

use std::path::PathBuf;

use super::Places;
use crate::cli::environment::{Loaded, Trouble};
pub(super) use crate::cli::secrets::load as secrets;
use crate::config::migrate::Number;
use crate::migrate::session::{Stop, Timing, World};
use crate::report::harmless;

/// The configuration that a migration goes by; there has to be one.
pub(super) fn load(places: &Places) -> Result<Loaded, Trouble> {
    let loaded = Loaded::find_without_map(places.config.as_deref(), false, None)?;
    if loaded.file.is_none() {
        let message = "there is no waport.toml here or above; `waport config init` writes one, and [migrate] in it says \
                       what is to be migrated";
        return Err(Trouble::Said(message.to_owned()));
    }
    Ok(loaded)
}

/// The number of a name.
pub(super) fn number<'l>(loaded: &'l Loaded, name: &str) -> Result<&'l Number, Trouble> {
    let migrate = &loaded.config.migrate;
    migrate.number(name).ok_or_else(|| {
        let names: Vec<&str> = migrate.numbers.iter().map(|number| &*number.name).collect();
        let there = match &names[..] {
            [] => "there is no [[migrate.number]] in waport.toml".to_owned(),
            names => format!("waport.toml has {}", names.join(", ")),
        };
        Trouble::Said(format!("there is no number `{}`; {there}", harmless(name)))
    })
}

/// Where the journal is.
pub(super) fn journal(places: &Places, loaded: &Loaded) -> PathBuf {
    places.journal.clone().unwrap_or_else(|| loaded.base.join("waport-journal.jsonl"))
}

/// The folder in which this machine remembers which numbers are being registered. Programs that were built for tests can
/// be told another.
pub(super) fn state() -> PathBuf {
    if cfg!(debug_assertions)
        && let Some(folder) = std::env::var_os("WAPORT_TEST_STATE")
    {
        return PathBuf::from(folder);
    }
    let folder = dirs::state_dir().or_else(dirs::data_local_dir).unwrap_or_else(std::env::temp_dir);
    folder.join("waport").join("registrations")
}

/// How long things are waited for. Programs that were built for tests can be told to be quicker.
pub(super) fn timing() -> Timing {
    let quicker = if cfg!(debug_assertions) { variable("WAPORT_TEST_QUICKER") } else { None };
    Timing::default().quicker(quicker.unwrap_or(1).max(1))
}

/// The clock of this machine.
#[derive(Default)]
pub(super) struct Clock {
    points: u32,
}

impl World for Clock {
    /// Programs that were built for tests stop at a point that they are told, and wait there to be killed.
    fn point(&mut self, place: &str) -> Result<(), Stop> {
        self.points += 1;
        if cfg!(debug_assertions) && variable("WAPORT_TEST_STOP_AT") == Some(self.points) {
            crate::cli::environment::say(&format!("point {}: {place}\n", self.points));
            loop {
                std::thread::park();
            }
        }
        Ok(())
    }
}

fn variable(name: &str) -> Option<u32> {
    std::env::var(name).ok()?.parse().ok()
}
