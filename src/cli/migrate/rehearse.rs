//! `waport migrate rehearse`.

use std::process::ExitCode;

use super::RehearseArgs;
use crate::cli::environment::Trouble;

pub(super) fn run(_args: &RehearseArgs) -> Result<ExitCode, Trouble> {
    Err(Trouble::Said("not yet".to_owned()))
}
