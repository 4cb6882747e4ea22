//! What must not be seen: where secrets come from, and taking them out of texts.
//!
//! They come from the environment, from a file that only its owner can read, or from a prompt; never from an argument,
//! which every user of a machine can list.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::config::migrate::variable_part;

/// A secret that commands may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretName {
    /// The access token for Graph API.
    GraphToken,
    /// The app's secret, which reads its webhook subscriptions.
    AppSecret,
    /// What the webhook endpoint takes as `hub.verify_token`.
    VerifyToken,
    /// A session token of the On-Premises client.
    OnpremToken,
    /// A user of the On-Premises client.
    OnpremUser,
    /// That user's password.
    OnpremPassword,
    /// The six digits of two-step verification.
    Pin,
    /// The password that a backup is encoded with.
    BackupPassword,
}

impl SecretName {
    /// All, in the order in which they are explained.
    pub const ALL: [Self; 8] = [
        Self::GraphToken,
        Self::AppSecret,
        Self::VerifyToken,
        Self::OnpremToken,
        Self::OnpremUser,
        Self::OnpremPassword,
        Self::Pin,
        Self::BackupPassword,
    ];

    /// The variable of the environment, for all numbers.
    #[must_use]
    pub fn variable(self) -> &'static str {
        match self {
            Self::GraphToken => "WAPORT_GRAPH_TOKEN",
            Self::AppSecret => "WAPORT_APP_SECRET",
            Self::VerifyToken => "WAPORT_VERIFY_TOKEN",
            Self::OnpremToken => "WAPORT_ONPREM_TOKEN",
            Self::OnpremUser => "WAPORT_ONPREM_USER",
            Self::OnpremPassword => "WAPORT_ONPREM_PASSWORD",
            Self::Pin => "WAPORT_PIN",
            Self::BackupPassword => "WAPORT_BACKUP_PASSWORD",
        }
    }

    /// The variable for one number: its name in capitals behind, `-` as `_`.
    #[must_use]
    pub fn variable_for(self, number: &str) -> String {
        format!("{}_{}", self.variable(), variable_part(number))
    }

    /// What it is, for prompts and messages.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::GraphToken => "access token for Graph API",
            Self::AppSecret => "secret of the Meta app",
            Self::VerifyToken => "verify token of the webhook endpoint",
            Self::OnpremToken => "session token of the On-Premises client",
            Self::OnpremUser => "user of the On-Premises client",
            Self::OnpremPassword => "password of the On-Premises client's user",
            Self::Pin => "six-digit PIN of two-step verification",
            Self::BackupPassword => "password of the backup",
        }
    }
}

/// Why secrets could not be read. The text holds none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SecretError(String);

/// The secrets that were given, by the variable they go by.
#[derive(Clone, Default)]
pub struct Secrets {
    values: BTreeMap<String, SecretString>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

impl Secrets {
    /// Those among `variables`, names and values, that begin with `WAPORT_` and are secrets.
    pub fn from_variables(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let known = |name: &str| SecretName::ALL.iter().any(|known| is_variable(*known, name));
        let values = variables.into_iter().filter(|(name, value)| known(name) && !value.is_empty());
        Self { values: values.map(|(name, value)| (name, SecretString::from(value))).collect() }
    }

    /// Adds those in a file of lines such as `WAPORT_PIN=…`, which win. Blank lines and lines that begin with `#` say
    /// nothing; a value may stand in quotes.
    ///
    /// # Errors
    /// When the file cannot be read, others than its owner can read it, or a line is none or names no secret.
    pub fn add_file(&mut self, file: &Path) -> Result<(), SecretError> {
        let name = file.to_string_lossy();
        let fail = |problem: String| SecretError(format!("secrets file {name}: {problem}"));
        only_for_its_owner(file).map_err(fail)?;
        let text = std::fs::read_to_string(file).map_err(|error| fail(error.to_string()))?;
        let text = SecretString::from(text);
        for (line, entry) in (1..).zip(text.expose_secret().lines()) {
            let entry = entry.trim();
            if entry.is_empty() || entry.starts_with('#') {
                continue;
            }
            let (variable, value) = entry
                .strip_prefix("export ")
                .unwrap_or(entry)
                .split_once('=')
                .ok_or_else(|| fail(format!("line {line} is not written as NAME=value")))?;
            let variable = variable.trim();
            if !SecretName::ALL.iter().any(|known| is_variable(*known, variable)) {
                let names: Vec<&str> = SecretName::ALL.iter().map(|known| known.variable()).collect();
                return Err(fail(format!("line {line} names no secret; there are {}", names.join(", "))));
            }
            let value = value.trim();
            let quoted = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
            let value = quoted('"').or_else(|| quoted('\'')).unwrap_or(value);
            if !value.is_empty() {
                self.values.insert(variable.to_owned(), SecretString::from(value));
            }
        }
        Ok(())
    }

    /// Adds a secret that somebody typed, for one number.
    pub fn put(&mut self, name: SecretName, number: &str, value: SecretString) {
        self.values.insert(name.variable_for(number), value);
    }

    /// A secret: the number's own, else that for all.
    #[must_use]
    pub fn get(&self, name: SecretName, number: &str) -> Option<&SecretString> {
        self.values.get(&name.variable_for(number)).or_else(|| self.values.get(name.variable()))
    }

    /// Takes all of them out of texts.
    #[must_use]
    pub fn redactor(&self) -> Redactor {
        Redactor::of(self.values.values())
    }
}

/// Whether a variable is that of a secret, for all numbers or for one.
fn is_variable(secret: SecretName, name: &str) -> bool {
    let rest = name.strip_prefix(secret.variable());
    rest.is_some_and(|rest| rest.is_empty() || (rest.len() > 1 && rest.starts_with('_')))
}

/// Refuses a file of secrets that others can read.
///
/// # Errors
/// When it cannot be looked at, is no file, or its mode gives group or others a right.
pub fn only_for_its_owner(file: &Path) -> Result<(), String> {
    let data = std::fs::metadata(file).map_err(|error| error.to_string())?;
    if !data.is_file() {
        return Err("it is no file".to_owned());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = data.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(format!("others can read it (mode {mode:04o}); run `chmod 600` on it"));
        }
    }
    Ok(())
}

/// Takes secrets out of texts that come from elsewhere, such as a server that repeats what it was sent.
#[derive(Clone, Default)]
pub struct Redactor {
    secrets: Vec<SecretString>,
    words: Words,
}

/// What is looked for in a text.
#[derive(Clone, Default)]
enum Words {
    /// There is no secret.
    #[default]
    Nothing,
    /// Secrets, in every form.
    Known(AhoCorasick),
    /// There are secrets that cannot be looked for, so any text may hold one.
    Anything,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}

impl Redactor {
    /// What stands in a text where a secret stood.
    pub const MARK: &'static str = "[redacted]";

    /// The fewest characters of a secret that is looked for; shorter ones cannot be told from other text.
    const FEWEST: usize = 4;

    /// One that knows these secrets, as they are and as JSON or an address writes them. Those of fewer than four
    /// characters stay out.
    pub fn of<'s>(secrets: impl IntoIterator<Item = &'s SecretString>) -> Self {
        let known = |secret: &&SecretString| secret.expose_secret().chars().count() >= Self::FEWEST;
        let secrets: Vec<SecretString> = secrets.into_iter().filter(known).cloned().collect();
        let forms: BTreeSet<String> = secrets.iter().flat_map(|secret| forms(secret.expose_secret())).collect();
        let words = if forms.is_empty() { Words::Nothing } else { Words::of(&forms) };
        Self { secrets, words }
    }

    /// One that knows another secret as well.
    #[must_use]
    pub fn and(&self, secret: &SecretString) -> Self {
        Self::of(self.secrets.iter().chain([secret]))
    }

    /// The text without secrets.
    #[must_use]
    pub fn clean(&self, text: &str) -> String {
        match &self.words {
            Words::Nothing => text.to_owned(),
            Words::Known(words) => words.replace_all(text, &vec![Self::MARK; words.patterns_len()]),
            Words::Anything => Self::MARK.to_owned(),
        }
    }
}

impl Words {
    fn of(forms: &BTreeSet<String>) -> Self {
        // Of a secret that begins with another one the whole is found. The kind keeps long secrets small in memory.
        let words = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(forms);
        words.map_or(Self::Anything, Self::Known)
    }
}

/// A secret as it is, and as it stands within JSON and addresses.
fn forms(secret: &str) -> impl Iterator<Item = String> {
    let json = Value::from(secret).to_string();
    let json = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(secret).to_owned();
    let in_json = [in_ascii(&json), json].into_iter().flat_map(|json| [json.replace('/', r"\/"), json]);
    // Of what stands in an address some programs encode more than others, and write the digits in small letters.
    let encoded = |kept| utf8_percent_encode(secret, kept).to_string();
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let in_address = [encoded(NON_ALPHANUMERIC), encoded(RESERVED), encoded(COMPONENT), form];
    let in_address = in_address.into_iter().flat_map(|text| [in_small_letters(&text), text]);
    [secret.to_owned()].into_iter().chain(in_json).chain(in_address)
}

/// What RFC 3986 does not call unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What `encodeURIComponent` of ECMAScript encodes.
const COMPONENT: &AsciiSet = &RESERVED.remove(b'!').remove(b'*').remove(b'\'').remove(b'(').remove(b')');

/// A text of JSON with all beyond ASCII as `\u…`.
fn in_ascii(json: &str) -> String {
    let unit = |unit: u16| match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    };
    json.encode_utf16().map(unit).collect()
}

/// Percent-encoded text with its digits in small letters.
fn in_small_letters(encoded: &str) -> String {
    let mut since = 3;
    let small = |c: char| {
        since = if c == '%' { 0 } else { since + 1 };
        if since < 3 { c.to_ascii_lowercase() } else { c }
    };
    encoded.chars().map(small).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(pairs: &[(&str, &str)]) -> Secrets {
        Secrets::from_variables(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn the_secret_of_a_number_wins_over_that_of_all() {
        let all = secrets(&[
            ("WAPORT_PIN", "111111"),
            ("WAPORT_PIN_BERLIN_2", "222222"),
            ("HOME", "/"),
            ("WAPORT_PINS", "9"),
        ]);
        let pin = |number: &str| all.get(SecretName::Pin, number).map(|pin| pin.expose_secret().to_owned());
        assert_eq!(pin("berlin-2").as_deref(), Some("222222"));
        assert_eq!(pin("paris").as_deref(), Some("111111"));
        assert_eq!(format!("{all:?}"), r#"{"WAPORT_PIN", "WAPORT_PIN_BERLIN_2"}"#);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_of_secrets_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secrets.env");
        std::fs::write(&file, "# ours\nexport WAPORT_PIN='123456'\n\nWAPORT_GRAPH_TOKEN = a=b\n").expect("a file");
        let mode = |mode| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("a mode");
        let mut all = secrets(&[("WAPORT_PIN", "000000")]);
        mode(0o640);
        assert!(all.add_file(&file).is_err_and(|error| error.to_string().contains("chmod 600")));
        mode(0o600);
        all.add_file(&file).expect("for its owner");
        assert_eq!(all.get(SecretName::Pin, "a").map(ExposeSecret::expose_secret), Some("123456"));
        assert_eq!(all.get(SecretName::GraphToken, "a").map(ExposeSecret::expose_secret), Some("a=b"));
        std::fs::write(&file, "WAPORT_PIM=123456\n").expect("a file");
        let fault = all.add_file(&file).expect_err("no secret").to_string();
        assert!(fault.contains("line 1") && !fault.contains("123456"), "{fault}");
    }

    #[test]
    fn what_a_server_repeats_is_taken_out() {
        let all = secrets(&[("WAPORT_PIN", "123456"), ("WAPORT_GRAPH_TOKEN", "EAAtoken")]);
        assert_eq!(all.redactor().clean("pin 123456 with EAAtoken"), "pin [redacted] with [redacted]");
        assert_eq!(Redactor::default().clean("pin"), "pin");
    }

    fn redactor(all: &[&str]) -> Redactor {
        let all: Vec<SecretString> = all.iter().map(|secret| SecretString::from(*secret)).collect();
        Redactor::of(&all)
    }

    #[test]
    fn of_a_secret_that_begins_with_another_nothing_is_left() {
        for all in [["waport", "waport-2026!"], ["waport-2026!", "waport"]] {
            assert_eq!(redactor(&all).clean("waport has waport-2026!"), "[redacted] has [redacted]");
        }
    }

    #[test]
    fn a_secret_is_taken_out_however_json_and_addresses_write_it() {
        let all = redactor(&["a b/ü\"~(1)"]);
        for text in [
            r#"a b/ü\"~(1)"#,
            r#"a b\/ü\"~(1)"#,
            r#"a b/\u00fc\"~(1)"#,
            r#"a b\/\u00fc\"~(1)"#,
            "a%20b%2F%C3%BC%22%7E%281%29",
            "a%20b%2f%c3%bc%22%7e%281%29",
            "a%20b%2F%C3%BC%22~%281%29",
            "a%20b%2F%C3%BC%22~(1)",
            "a+b%2F%C3%BC%22%7E%281%29",
            "a+b%2f%c3%bc%22%7e%281%29",
        ] {
            assert_eq!(all.clean(&format!("<{text}>")), "<[redacted]>", "{text}");
        }
        assert_eq!(redactor(&["Ab%Cd"]).clean("Ab%25Cd"), "[redacted]");
    }

    #[test]
    fn fewer_than_four_characters_are_no_secret() {
        assert_eq!(redactor(&["äöü", "/é"]).clean("äöü %2F%C3%A9"), "äöü %2F%C3%A9");
        assert_eq!(redactor(&["äöüß"]).clean("äöüß"), "[redacted]");
    }

    #[test]
    fn when_secrets_cannot_be_looked_for_nothing_is_told() {
        let broken = Redactor { words: Words::Anything, ..Redactor::default() };
        assert_eq!(broken.clean("it is"), "[redacted]");
    }

    #[test]
    fn a_redactor_does_not_show_what_it_knows() {
        assert_eq!(format!("{:?}", redactor(&["EAAtoken"])), "Redactor");
    }
}
