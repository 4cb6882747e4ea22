//! The configuration, parsed. Finding and reading the file is not its job.

pub mod media;

use serde::Deserialize;

pub use media::MediaMap;

/// What `waport.toml` says.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// What an On-Premises webhook does not say about itself.
    pub webhook: WebhookIdentity,
    /// What took the place of On-Premises media IDs.
    pub media: MediaMap,
}

/// The business account and number that webhooks arrive for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WebhookIdentity {
    /// ID of the WhatsApp Business Account.
    pub waba_id: Option<String>,
    /// ID of the business phone number.
    pub phone_number_id: Option<String>,
    /// The number as users see it, digits only.
    pub display_phone_number: Option<String>,
}

impl WebhookIdentity {
    /// Whether all three are known.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.waba_id.is_some() && self.phone_number_id.is_some() && self.display_phone_number.is_some()
    }
}
