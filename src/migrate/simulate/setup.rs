//! What the simulators' world is like: an invented business, its number, its secrets, and what goes wrong.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::certificate::CertificateKind;
use super::fault::Fault;
use super::media::{MediaFaults, MediaFile};

/// What the simulators play. The default is a whole world in which a migration succeeds.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Where Graph API listens, on this machine; port 0 is any free one. The On-Premises clients take the ports behind
    /// it, or any free ones.
    pub listen: SocketAddr,
    /// Which kind of certificate the On-Premises clients show.
    pub certificate: CertificateKind,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// From when on `expired-token` and `missing-permission` are played.
    pub onset: Onset,
    /// The numbers that are to be migrated, each with an On-Premises client of its own; the first is the pilot. They
    /// are given in the configuration.
    pub numbers: Vec<SimulatedNumber>,
    /// How many other numbers the WhatsApp Business Account has.
    pub neighbours: usize,
    /// How many objects Graph API gives on one page of a list, when it is not asked for another number.
    pub page: usize,
    /// Which webhook fields the app is subscribed to.
    pub subscription: AppSubscription,
    /// Whether the app is subscribed to the webhooks of the WhatsApp Business Account before.
    pub is_subscribed: bool,
    /// Whether success is told as the text `"true"`, as the documentation once printed it.
    pub success_as_text: bool,
    /// Whether register takes effect although `server-error` or `html-answer` say otherwise.
    pub deceitful: bool,
    /// How many requests of the ten in 72 hours were made before.
    pub earlier_requests: usize,
    /// How long every answer takes at least.
    pub latency: Duration,
    /// How long register takes with `slow`. By default 20 seconds.
    pub slow: Duration,
    /// How long a connection is held open without an answer. By default two minutes.
    pub patience: Duration,
    /// How long after the request register takes effect with `timeout-after-register`; no longer than `patience`.
    pub effect_delay: Duration,
    /// How long Graph API's port refuses connections with `refused`. By default five seconds.
    pub outage: Duration,
    /// The media that the first number's On-Premises client has.
    pub media: Vec<MediaFile>,
    /// What goes wrong with media.
    pub media_faults: MediaFaults,
}

/// From when on something is wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Onset {
    /// From the start.
    #[default]
    Start,
    /// From the first backup on: register is the first to find out.
    Backup,
    /// From the first register on that takes effect.
    Register,
}

/// Which webhook fields the app is subscribed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AppSubscription {
    /// `messages` and some others.
    #[default]
    Messages,
    /// Others only.
    WithoutMessages,
    /// None.
    Nothing,
}

/// A business phone number of the simulators' world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulatedNumber {
    /// What it is called in the configuration.
    pub name: String,
    /// The number, digits only.
    pub display_phone_number: String,
    /// Its ID.
    pub phone_number_id: String,
    /// The ID of its WhatsApp Business Account.
    pub waba_id: String,
    /// The name that users see.
    pub verified_name: String,
    /// Its PIN, which the secrets name, too; without one, two-step verification is off.
    pub pin: Option<String>,
    /// How many shards its On-Premises client runs.
    pub shards: u32,
    /// About how many messages it has a day.
    pub daily_messages: u64,
    /// What `meta.api_status` of its On-Premises client says.
    pub api_status: String,
    /// What `meta.version` of its On-Premises client says.
    pub client_version: String,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            certificate: CertificateKind::default(),
            faults: Vec::new(),
            onset: Onset::default(),
            numbers: vec![SimulatedNumber::default()],
            neighbours: 2,
            page: 25,
            subscription: AppSubscription::default(),
            is_subscribed: false,
            success_as_text: false,
            deceitful: false,
            earlier_requests: 0,
            latency: Duration::ZERO,
            slow: Duration::from_secs(20),
            patience: Duration::from_secs(120),
            effect_delay: Duration::ZERO,
            outage: Duration::from_secs(5),
            media: MediaFile::small(12, 1),
            media_faults: MediaFaults::default(),
        }
    }
}

impl Default for SimulatedNumber {
    fn default() -> Self {
        Self {
            name: "berlin".to_owned(),
            display_phone_number: "15550100900".to_owned(),
            phone_number_id: "509170334801264".to_owned(),
            waba_id: WABA.to_owned(),
            verified_name: "Example Shop".to_owned(),
            pin: Some(PIN.to_owned()),
            shards: 1,
            daily_messages: 200,
            api_status: "stable".to_owned(),
            client_version: "2.61.2".to_owned(),
        }
    }
}

impl SimulatedNumber {
    /// The number as Graph API writes it.
    pub(super) fn written(&self) -> String {
        let digits = &self.display_phone_number;
        match (digits.strip_prefix('1'), digits.len()) {
            (Some(rest), 11) => format!("+1 {}-{}-{}", &rest[..3], &rest[3..6], &rest[6..]),
            _ => format!("+{digits}"),
        }
    }
}

/// The ID of the WhatsApp Business Account that numbers have by default.
const WABA: &str = "318842706651090";
/// The PIN that numbers have by default.
const PIN: &str = "804267";
/// The version of Graph API in the configuration.
const GRAPH_VERSION: &str = "v26.0";

/// The ID of the Meta app.
pub(super) const APP_ID: &str = "733105928846017";
/// The secret of the Meta app.
pub(super) const APP_SECRET: &str = "simulated-app-secret-7e41c05f92";
/// The access token for Graph API.
pub(super) const GRAPH_TOKEN: &str = "EAAKsimulatedGraphToken0b7d2Qz8";
/// What the webhook endpoint takes.
pub(super) const VERIFY_TOKEN: &str = "simulated-verify-token-51ac";
/// The user of the On-Premises clients.
pub(super) const ONPREM_USER: &str = "simulated-admin";
/// That user's password.
pub(super) const ONPREM_PASSWORD: &str = "Simulated-Onprem-Password-3f9!";
/// A session token that the On-Premises clients take without a login.
pub(super) const ONPREM_TOKEN: &str = "eyJzaW11bGF0ZWQtc2Vzc2lvbi10b2tlbiI6MX0";
/// The password for the backup that the secrets name: any text will do.
pub(super) const BACKUP_PASSWORD: &str = "any text, even with spaces & ümlauts";

/// What the configuration calls the file of the authority.
pub(super) const AUTHORITY_FILE: &str = "onprem-ca.pem";

impl Setup {
    /// The secrets of this world, by the variables that they are given in.
    pub(super) fn secrets(&self) -> Vec<(String, String)> {
        let mut secrets: Vec<(String, String)> = [
            ("WAPORT_GRAPH_TOKEN", GRAPH_TOKEN),
            ("WAPORT_APP_SECRET", APP_SECRET),
            ("WAPORT_VERIFY_TOKEN", VERIFY_TOKEN),
            ("WAPORT_ONPREM_USER", ONPREM_USER),
            ("WAPORT_ONPREM_PASSWORD", ONPREM_PASSWORD),
            ("WAPORT_BACKUP_PASSWORD", BACKUP_PASSWORD),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        for number in &self.numbers {
            let pin = number.pin.clone().unwrap_or_else(|| PIN.to_owned());
            let name = match &self.numbers[..] {
                [_] => "WAPORT_PIN".to_owned(),
                _ => format!("WAPORT_PIN_{}", number.name.to_ascii_uppercase().replace('-', "_")),
            };
            secrets.push((name, pin));
        }
        secrets
    }

    /// The `waport.toml` of this world.
    pub(super) fn configuration(&self, graph: &str, onprem: &[String], sha256: &[u8; 32]) -> String {
        let mut text = format!(
            "graph-version = \"{GRAPH_VERSION}\"\n\n[migrate]\ngraph-url = \"{graph}\"\napp-id = \"{APP_ID}\"\n\
             webhook-url = \"{graph}/webhook\"\n"
        );
        for (at, (number, url)) in self.numbers.iter().zip(onprem).enumerate() {
            let _ = write!(
                text,
                "\n[[migrate.number]]\nname = \"{}\"\ndisplay-phone-number = \"{}\"\nphone-number-id = \"{}\"\n\
                 waba-id = \"{}\"\nonprem-url = \"{url}\"\n",
                number.name, number.display_phone_number, number.phone_number_id, number.waba_id,
            );
            let _ = match self.certificate {
                CertificateKind::SelfSigned => writeln!(text, "onprem-cert-sha256 = \"{}\"", hexadecimal(sha256)),
                CertificateKind::Issued => writeln!(text, "onprem-ca = \"{AUTHORITY_FILE}\""),
            };
            let _ = writeln!(text, "daily-messages = {}\nshards = {}", number.daily_messages, number.shards);
            if at == 0 {
                text.push_str("pilot = true\n");
            }
        }
        text
    }
}

/// Bytes as hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
