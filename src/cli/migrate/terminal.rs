//! The person at the terminal: what is told, and what is asked.

use std::io::{self, IsTerminal as _, Write as _};

use secrecy::{ExposeSecret as _, SecretString};

use crate::cli::environment::say;
use crate::migrate::session::Dialogue;
use crate::net::SecretName;
use crate::report::harmless;

/// Tells on one of the two streams, and asks at the terminal; without one nobody is asked.
pub(super) struct Terminal {
    /// Whether standard output is for a program.
    pub to_error: bool,
    /// The number, when it was typed beforehand.
    pub confirmed: Option<String>,
    /// The word for two-step verification, when it was typed beforehand.
    pub confirmed_two_step: Option<String>,
}

impl Dialogue for Terminal {
    fn say(&mut self, text: &str) {
        let mut lines = String::new();
        for line in text.lines() {
            lines.push_str(&harmless(line));
            lines.push('\n');
        }
        if self.to_error {
            say(&lines);
        } else {
            let _ = io::stdout().lock().write_all(lines.as_bytes());
        }
    }

    fn secret(&mut self, name: SecretName, twice: bool) -> Option<SecretString> {
        if !io::stdin().is_terminal() {
            return None;
        }
        loop {
            let secret = SecretString::from(rpassword::prompt_password(format!("{}: ", name.what())).ok()?);
            if secret.expose_secret().is_empty() {
                return None;
            }
            if !twice {
                return Some(secret);
            }
            let again = SecretString::from(rpassword::prompt_password("once more: ").ok()?);
            if again.expose_secret() == secret.expose_secret() {
                return Some(secret);
            }
            say("these are not the same\n");
        }
    }

    fn confirm(&mut self, question: &str, word: &str) -> bool {
        let same = |typed: &str| {
            let plain = |text: &str| text.chars().filter(|c| !matches!(c, '+' | ' ' | '-')).collect::<String>();
            plain(typed.trim()) == plain(word)
        };
        let beforehand = if word == "unprotected" { &self.confirmed_two_step } else { &self.confirmed };
        if let Some(typed) = beforehand {
            return same(typed);
        }
        if !io::stdin().is_terminal() {
            return false;
        }
        say(&format!("{question}: "));
        let mut typed = String::new();
        io::stdin().read_line(&mut typed).is_ok() && same(&typed)
    }
}
