//! The command line program. All it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    waport::cli::run()
}
