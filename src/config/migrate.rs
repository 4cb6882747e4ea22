//! What the migration needs to know: `[migrate]`, one `[[migrate.number]]` each, and `[[media.tested]]`.
//!
//! Nothing here is secret: tokens, PINs and passwords come from elsewhere.

use std::path::PathBuf;

use globset::GlobSet;
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::file::{self, Word};
use super::{ConfigError, WebhookIdentity};
use crate::facts::Date;

/// Where Graph API is, when the configuration does not say.
pub const GRAPH_URL: &str = "https://graph.facebook.com";

/// What `[migrate]` says.
#[derive(Clone, Debug)]
pub struct Migrate {
    /// Where Graph API is, without a version.
    pub graph_url: Url,
    /// The ID of the Meta app that webhooks are subscribed with.
    pub app_id: Option<String>,
    /// Where Cloud API's webhooks go.
    pub webhook_url: Option<Url>,
    /// When a run may start.
    pub window: Option<Window>,
    /// Why there is nothing to check, when no message and no webhook is in sight.
    pub nothing_to_check: Option<String>,
    /// What the gate may pass over, as the checks do.
    pub excluded: Vec<Excluded>,
    /// The numbers, in the order of the file.
    pub numbers: Vec<Number>,
}

/// Files that are kept from being checked on purpose, and why.
#[derive(Clone, Debug)]
pub struct Excluded {
    /// The files.
    pub path: GlobSet,
    /// The same as written.
    pub pattern: String,
    /// Why they need no check.
    pub reason: String,
    /// The first day on which that no longer holds.
    pub until: Date,
}

impl Default for Migrate {
    fn default() -> Self {
        Self {
            graph_url: Url::parse(GRAPH_URL).expect("a URL"),
            app_id: None,
            webhook_url: None,
            window: None,
            nothing_to_check: None,
            excluded: Vec::new(),
            numbers: Vec::new(),
        }
    }
}

/// A business phone number that is to be migrated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// What it is called on the command line: letters, digits, `-` and `_`.
    pub name: String,
    /// The number as users see it, digits only.
    pub display_phone_number: String,
    /// ID of the business phone number.
    pub phone_number_id: String,
    /// ID of the WhatsApp Business Account.
    pub waba_id: String,
    /// Where its On-Premises client is, without `/v1`.
    pub onprem_url: Url,
    /// How the certificate of its On-Premises client is known.
    pub onprem_trust: Trust,
    /// About how many messages it sends and gets a day.
    pub daily_messages: Option<u64>,
    /// How many shards its client runs.
    pub shards: Option<u32>,
    /// Whether it is migrated before all others.
    pub pilot: bool,
}

/// How a server's certificate is known to be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It leads to one of the public certificate authorities.
    Public,
    /// It leads to an authority in this PEM file, relative to the configuration's folder.
    Authority(PathBuf),
    /// Its DER form has this SHA-256.
    Pin([u8; 32]),
}

/// When a run may start: minutes of the day in a time zone. `from` may be after `to`, then midnight lies between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first minute, 0 to 1439.
    pub from: u16,
    /// The minute that no longer belongs to it, 1 to 1440.
    pub to: u16,
    /// The name of the time zone, such as `Europe/Berlin`.
    pub zone: String,
}

/// A host of media links that was tried with Cloud API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestedHost {
    /// The host's name, in lower case.
    pub host: String,
    /// When.
    pub date: Date,
    /// By whom.
    pub by: String,
}

impl Migrate {
    pub(super) fn of(
        written: &file::Migrate,
        identity: &WebhookIdentity,
        text: &str,
        glob: impl Fn(&Word) -> Result<GlobSet, ConfigError>,
    ) -> Result<Self, ConfigError> {
        let of = |word: &Word, key: &str, check: &dyn Fn(&str) -> Result<Url, String>| {
            check(word.get_ref())
                .map_err(|problem| ConfigError::at(text, &word.span(), format!("[migrate] {key}: {problem}")))
        };
        let graph_url = written.graph_url.as_ref().map(|word| of(word, "graph-url", &service)).transpose()?;
        let webhook_url = written.webhook_url.as_ref().map(|word| of(word, "webhook-url", &service)).transpose()?;
        let window = written.window.as_ref().map(|word| {
            Window::parse(word.get_ref())
                .map_err(|problem| ConfigError::at(text, &word.span(), format!("[migrate] window: {problem}")))
        });
        if let Some(reason) = written.nothing_to_check.as_ref().filter(|reason| reason.get_ref().trim().is_empty()) {
            let problem = "[migrate] nothing-to-check: say why there is nothing to check";
            return Err(ConfigError::at(text, &reason.span(), problem.to_owned()));
        }
        let is_digits = |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
        if let Some(app) = written.app_id.as_ref().filter(|app| !is_digits(app.get_ref())) {
            let problem = "[migrate] app-id: it is not made of digits".to_owned();
            return Err(ConfigError::at(text, &app.span(), problem));
        }
        let mut numbers: Vec<Number> = Vec::new();
        for entry in &written.number {
            let fail = |problem: String| ConfigError::at(text, &entry.span(), format!("[[migrate.number]] {problem}"));
            let number = Number::of(entry.get_ref(), identity).map_err(fail)?;
            numbers.iter().try_for_each(|other| number.differs_from(other)).map_err(fail)?;
            numbers.push(number);
        }
        Ok(Self {
            graph_url: graph_url.unwrap_or_else(|| Self::default().graph_url),
            app_id: written.app_id.as_ref().map(|app| app.get_ref().clone()),
            webhook_url,
            window: window.transpose()?,
            nothing_to_check: written.nothing_to_check.as_ref().map(|reason| reason.get_ref().clone()),
            excluded: written
                .excluded
                .iter()
                .map(|entry| Excluded::of(entry, text, glob(&entry.path)?))
                .collect::<Result<_, _>>()?,
            numbers,
        })
    }

    /// The number called `name`, whatever its letter case.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<&Number> {
        self.numbers.iter().find(|number| number.name.eq_ignore_ascii_case(name))
    }

    /// The numbers in the order in which they are migrated: the pilot, then those with the fewest daily messages, then
    /// those of which nobody said how many.
    #[must_use]
    pub fn in_order(&self) -> Vec<&Number> {
        let mut numbers: Vec<&Number> = self.numbers.iter().collect();
        numbers.sort_by_key(|number| (!number.pilot, number.daily_messages.unwrap_or(u64::MAX)));
        numbers
    }
}

impl Number {
    fn of(written: &file::MigrateNumber, identity: &WebhookIdentity) -> Result<Self, String> {
        let name = written.name.clone().ok_or("has no `name`")?;
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return Err(format!("name: `{name}` is none; letters, digits, `-` and `_` make one"));
        }
        let known = |own: &Option<String>, other: &Option<String>, key: &str| {
            own.clone().or_else(|| other.clone()).ok_or(format!("`{name}` has no `{key}`, nor has [webhook]"))
        };
        let id = |key: &str, id: String| {
            let digits = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
            if digits { Ok(id) } else { Err(format!("{key}: `{id}` is not made of digits")) }
        };
        let display = known(&written.display_phone_number, &identity.display_phone_number, "display-phone-number")?;
        let plain: String = display.chars().filter(|c| !matches!(c, '+' | ' ' | '-' | '(' | ')' | '.')).collect();
        let onprem_url = written.onprem_url.as_deref().ok_or(format!("`{name}` has no `onprem-url`"))?;
        let onprem_trust = match (&written.onprem_ca, &written.onprem_cert_sha256) {
            (Some(_), Some(_)) => return Err(format!("`{name}` has both `onprem-ca` and `onprem-cert-sha256`")),
            (Some(file), None) => Trust::Authority(PathBuf::from(file)),
            (None, Some(pin)) => Trust::Pin(fingerprint(pin).ok_or(
                "onprem-cert-sha256: it is 64 hexadecimal digits, as `openssl x509 -fingerprint -sha256` prints them",
            )?),
            (None, None) => Trust::Public,
        };
        if written.shards == Some(0) {
            return Err("shards: a client has one at least".to_owned());
        }
        Ok(Self {
            display_phone_number: id("display-phone-number", plain)?,
            phone_number_id: id(
                "phone-number-id",
                known(&written.phone_number_id, &identity.phone_number_id, "phone-number-id")?,
            )?,
            waba_id: id("waba-id", known(&written.waba_id, &identity.waba_id, "waba-id")?)?,
            onprem_url: service(onprem_url).map_err(|problem| format!("onprem-url: {problem}"))?,
            onprem_trust,
            daily_messages: written.daily_messages,
            shards: written.shards,
            pilot: written.pilot,
            name,
        })
    }
}

impl Number {
    /// Refuses two numbers that cannot be told apart, or whose secrets or backups would be mixed up.
    fn differs_from(&self, other: &Self) -> Result<(), String> {
        if self.name.eq_ignore_ascii_case(&other.name) {
            return Err(format!("name: there are two called `{}`", self.name));
        }
        let variable = variable_part(&self.name);
        if variable == variable_part(&other.name) {
            return Err(format!(
                "name: `{}` and `{}` would both get their PIN from WAPORT_PIN_{variable}; rename one",
                other.name, self.name
            ));
        }
        if self.phone_number_id == other.phone_number_id {
            return Err(format!("phone-number-id: `{}` has the same", other.name));
        }
        if same_client(&self.onprem_url, &other.onprem_url) {
            return Err(format!(
                "onprem-url: `{}` has the same, whose backup would be registered for `{}`; a client serves one number, \
                 so write where that of `{}` is",
                other.name, self.name, self.name
            ));
        }
        if self.pilot && other.pilot {
            return Err(format!("pilot: `{}` is the pilot, and there is one only", other.name));
        }
        Ok(())
    }
}

/// What the name of a number is in the variables of its secrets: `berlin-2` is the end of `WAPORT_PIN_BERLIN_2`.
#[must_use]
pub fn variable_part(name: &str) -> String {
    name.to_ascii_uppercase().replace('-', "_")
}

/// Whether two addresses are those of one On-Premises client, however they are written.
fn same_client(one: &Url, other: &Url) -> bool {
    let parts = |url: &Url| {
        let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_owned();
        let path = percent_decode_str(url.path().trim_end_matches('/')).collect::<Vec<u8>>();
        (url.scheme().to_owned(), host, url.port_or_known_default(), path)
    };
    parts(one) == parts(other)
}

impl Window {
    fn parse(text: &str) -> Result<Self, String> {
        let fault = || format!("`{text}` is no window like `02:00-04:00 Europe/Berlin`");
        let (times, zone) = text.trim().split_once(' ').ok_or_else(fault)?;
        let (from, to) = times.split_once('-').ok_or_else(fault)?;
        let minute = |time: &str| {
            let (hour, minute) = time.split_once(':')?;
            let number = |digits: &str| if digits.len() == 2 { digits.parse::<u16>().ok() } else { None };
            let at = number(hour)? * 60 + number(minute).filter(|minute| *minute < 60)?;
            (at <= 24 * 60).then_some(at)
        };
        let (from, to) = minute(from).zip(minute(to)).ok_or_else(fault)?;
        let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'+');
        if from == to || from == 24 * 60 || to == 0 || !zone.trim().bytes().all(is_name) {
            return Err(fault());
        }
        Ok(Self { from, to, zone: zone.trim().to_owned() })
    }

    /// Whether a minute of the day, in the window's time zone, lies in it.
    #[must_use]
    pub fn holds(&self, minute: u16) -> bool {
        if self.from < self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }
}

impl std::fmt::Display for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (from, to) = (self.from, self.to);
        write!(f, "{:02}:{:02}-{:02}:{:02} {}", from / 60, from % 60, to / 60, to % 60, self.zone)
    }
}

impl Excluded {
    fn of(entry: &file::Excluded, text: &str, path: GlobSet) -> Result<Self, ConfigError> {
        if entry.reason.get_ref().trim().is_empty() {
            let problem = "[[migrate.excluded]] reason: say in a few words why these files need no check";
            return Err(ConfigError::at(text, &entry.reason.span(), problem.to_owned()));
        }
        let until = entry.until.get_ref().to_string();
        let until = until.parse().map_err(|_| {
            let problem = format!("[[migrate.excluded]] until: `{until}` is no day; write one like 2027-01-31");
            ConfigError::at(text, &entry.until.span(), problem)
        })?;
        let (pattern, reason) = (entry.path.get_ref().clone(), entry.reason.get_ref().clone());
        Ok(Self { path, pattern, reason, until })
    }
}

impl TestedHost {
    pub(super) fn of(written: &file::Tested, text: &str) -> Result<Self, ConfigError> {
        let fail = |word: &Word, problem: String| ConfigError::at(text, &word.span(), problem);
        let host = super::host_name(written.host.get_ref(), "[[media.tested]]")
            .map_err(|problem| fail(&written.host, problem))?;
        let date = written.date.get_ref().date.map(|date| date.to_string()).and_then(|date| date.parse().ok());
        let date = date.ok_or_else(|| {
            let problem = "[[media.tested]] date: write a day such as 2026-11-02".to_owned();
            ConfigError::at(text, &written.date.span(), problem)
        })?;
        if written.by.get_ref().trim().is_empty() {
            return Err(fail(&written.by, "[[media.tested]] by: say who tried it".to_owned()));
        }
        Ok(Self { host, date, by: written.by.get_ref().clone() })
    }
}

/// The address of a service: secrets go there, so that anything but https is for this machine only.
fn service(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("`{text}` is no URL: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user or a password; secrets do not stand in waport.toml".to_owned());
    }
    if url.host().is_none() {
        return Err(format!("`{text}` names no host"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_this_machine(&url) => Ok(url),
        _ => Err(format!("`{text}` does not begin with https://, and is not on this machine")),
    }
}

/// Whether an address is that of the machine itself, so that what is sent there does not leave it.
#[must_use]
pub fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// 64 hexadecimal digits, with or without colons.
fn fingerprint(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text.bytes().filter(|b| *b != b':').collect();
    let (pairs, rest) = digits.as_chunks::<2>();
    if pairs.len() != 32 || !rest.is_empty() {
        return None;
    }
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = [0; 32];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    const NUMBER: &str = "[[migrate.number]]\nname = 'berlin'\ndisplay-phone-number = '+1 555-010-0900'\n\
        phone-number-id = '509170334801264'\nwaba-id = '318842706651090'\nonprem-url = 'https://wa.example.org:9090'\n";

    /// Another number, with a client of its own.
    fn other(name: &str, id: &str) -> String {
        let number = NUMBER.replace("berlin", name).replace("509170334801264", id);
        number.replace("wa.example.org:9090", &format!("{name}.example.org:9091"))
    }

    fn migrate(text: &str) -> Result<Migrate, String> {
        Config::parse(text).map(|config| config.migrate).map_err(|error| error.to_string())
    }

    #[test]
    fn a_number_says_all_or_leaves_it_to_webhook() {
        let all = migrate(NUMBER).expect("whole");
        assert_eq!(all.number("Berlin").expect("there").display_phone_number, "15550100900");
        assert_eq!(all.graph_url.as_str(), "https://graph.facebook.com/");
        let short = "[[migrate.number]]\nname = 'b'\nonprem-url = 'https://wa.example.org'\n";
        assert!(migrate(short).is_err_and(|error| error.contains("`display-phone-number`")));
        let shared = "[webhook]\nwaba-id = '1'\nphone-number-id = '2'\ndisplay-phone-number = '15550100900'\n";
        assert!(migrate(&format!("{shared}{short}")).is_ok_and(|all| all.numbers[0].waba_id == "1"));
    }

    #[test]
    fn secrets_do_not_go_where_others_read() {
        for url in ["http://wa.example.org", "https://me:secret@wa.example.org", "ftp://wa.example.org", "wa"] {
            let text = NUMBER.replace("https://wa.example.org:9090", url);
            assert!(migrate(&text).is_err_and(|error| error.contains("onprem-url") && !error.contains("https://me")));
        }
        for url in ["http://127.0.0.1:9090", "http://localhost:1", "http://[::1]:80"] {
            assert!(migrate(&NUMBER.replace("https://wa.example.org:9090", url)).is_ok());
        }
    }

    #[test]
    fn a_certificate_is_known_in_one_way() {
        let pin = "ab:".repeat(32);
        let pinned = migrate(&format!("{NUMBER}onprem-cert-sha256 = '{}'", pin.trim_end_matches(':'))).expect("a pin");
        assert_eq!(pinned.numbers[0].onprem_trust, Trust::Pin([0xab; 32]));
        assert!(migrate(&format!("{NUMBER}onprem-cert-sha256 = 'ab'")).is_err());
        let both = format!("{NUMBER}onprem-ca = 'ca.pem'\nonprem-cert-sha256 = '{}'", "ab".repeat(32));
        assert!(migrate(&both).is_err());
    }

    #[test]
    fn numbers_are_told_apart_and_ordered() {
        let second = other("paris", "2");
        let third = other("rome", "3");
        let text = format!("{NUMBER}{second}daily-messages = 9\n{third}pilot = true\n");
        let all = migrate(&text).expect("three");
        let names: Vec<&str> = all.in_order().iter().map(|number| &*number.name).collect();
        assert_eq!(names, ["rome", "paris", "berlin"]);
        let fault = |second: &str| migrate(&format!("{NUMBER}{second}")).expect_err(second);
        assert!(fault(&other("BERLIN", "2")).contains("two called `BERLIN`"));
        assert!(fault(&other("paris", "509170334801264")).contains("phone-number-id: `berlin` has the same"));
    }

    #[test]
    fn no_two_numbers_share_the_variables_of_their_secrets() {
        for (one, two) in [("berlin-2", "berlin_2"), ("a-b_c", "A_b-C")] {
            let fault = migrate(&format!("{}{}", other(one, "1"), other(two, "2"))).expect_err(two);
            assert!(fault.contains(&format!("`{one}` and `{two}`")), "{fault}");
        }
        for (one, two) in [("berlin", "berlin-2"), ("berlin-2", "berlin2")] {
            assert!(migrate(&format!("{}{}", other(one, "1"), other(two, "2"))).is_ok(), "{one} {two}");
        }
    }

    #[test]
    fn no_two_numbers_share_a_client() {
        let at = |one: &str, two: &str| {
            let two = other("paris", "2").replace("https://paris.example.org:9091", two);
            migrate(&format!("{}{two}", NUMBER.replace("https://wa.example.org:9090", one)))
        };
        for (one, two) in [
            ("https://wa.example.org:9090", "https://wa.example.org:9090"),
            ("https://wa.example.org", "https://WA.example.org:443/"),
            ("https://wa.example.org/berlin", "https://wa.example.org./x/../%62erlin/"),
            ("http://127.0.0.1", "http://127.1:80"),
        ] {
            let fault = at(one, two).expect_err(two);
            assert!(fault.contains("onprem-url: `berlin` has the same"), "{fault}");
        }
        for (one, two) in [
            ("https://wa.example.org:9090", "https://wa.example.org:9091"),
            ("https://wa.example.org/berlin", "https://wa.example.org/paris"),
            ("https://wa.example.org", "https://wb.example.org"),
            ("http://127.0.0.1:443", "https://127.0.0.1"),
        ] {
            assert!(at(one, two).is_ok(), "{one} {two}");
        }
    }

    #[test]
    fn a_window_may_cross_midnight() {
        let window = |text: &str| migrate(&format!("[migrate]\nwindow = '{text}'")).map(|all| all.window.expect("one"));
        let early = window("02:00-04:00 Europe/Berlin").expect("a window");
        assert!(early.holds(120) && early.holds(239) && !early.holds(240) && !early.holds(119));
        assert_eq!(early.to_string(), "02:00-04:00 Europe/Berlin");
        let late = window("23:30-00:30 UTC").expect("a window");
        assert!(late.holds(1410) && late.holds(0) && !late.holds(30) && !late.holds(720));
        for fault in ["2-4 UTC", "02:00-02:00 UTC", "02:60-03:00 UTC", "02:00-04:00", "25:00-26:00 UTC"] {
            assert!(window(fault).is_err(), "{fault}");
        }
    }

    #[test]
    fn a_tested_host_has_a_day_and_a_tester() {
        let tested = |text: &str| Config::parse(&format!("[[media.tested]]\n{text}")).map(|config| config.tested_hosts);
        let hosts = tested("host = 'Cdn.example.org'\ndate = 2026-11-02\nby = 'operations'").expect("one");
        assert_eq!(hosts[0].host, "cdn.example.org");
        assert!(tested("host = 'https://cdn.example.org'\ndate = 2026-11-02\nby = 'operations'").is_err());
        assert!(tested("host = 'cdn.example.org'\ndate = 2026-11-02\nby = ' '").is_err());
        assert!(tested("host = 'cdn.example.org'\ndate = 10:00:00\nby = 'operations'").is_err());
    }
}
