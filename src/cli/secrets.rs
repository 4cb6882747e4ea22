//! Where commands get secrets from: the environment, a file, a prompt.

use std::io::{self, IsTerminal as _};
use std::path::Path;

use secrecy::SecretString;

use super::environment::Trouble;
use crate::net::{SecretName, Secrets};
use crate::report::harmless;

/// The secrets in the environment and in the file that `--secrets` names, whose own win.
pub(super) fn load(file: Option<&Path>) -> Result<Secrets, Trouble> {
    let variables = std::env::vars_os();
    let mut secrets = Secrets::from_variables(
        variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
    );
    if let Some(file) = file {
        secrets.add_file(file).map_err(|error| Trouble::Said(harmless(&error.to_string()).into_owned()))?;
    }
    Ok(secrets)
}

/// A secret for a number. When it was not given, a person at a terminal is asked.
pub(super) fn need(secrets: &mut Secrets, name: SecretName, number: &str) -> Result<SecretString, Trouble> {
    if let Some(secret) = secrets.get(name, number) {
        return Ok(secret.clone());
    }
    let variable = name.variable();
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let message = format!("the {} is missing; set {variable}, or name a file with it by --secrets", name.what());
        return Err(Trouble::Said(message));
    }
    let typed = rpassword::prompt_password(format!("{} for {number} ({variable}): ", name.what()));
    let typed = typed.map_err(|error| Trouble::Said(format!("{variable}: {error}")))?;
    if typed.trim().is_empty() {
        return Err(Trouble::Said(format!("the {} is missing; set {variable}", name.what())));
    }
    secrets.put(name, number, SecretString::from(typed.trim()));
    Ok(secrets.get(name, number).cloned().unwrap_or_default())
}
