//! Step 6: comparing the number with how it was before, and with how it should be on Cloud API.

use super::servers::Servers;
use super::session::{Session, Stop};
use crate::net::SecretName;
use crate::net::graph::PhoneNumber;

/// What a comparison said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What is as it should be.
    pub good: Vec<String>,
    /// What is not, each with what to do.
    pub differences: Vec<String>,
    /// What could not be told.
    pub unknown: Vec<String>,
}

/// Reads the number and the account's subscribed apps, and compares. Nothing is changed.
///
/// # Errors
/// When Graph API cannot be read, or the run stops here.
pub fn compare(
    session: &mut Session<'_>,
    servers: &Servers<'_>,
    before: Option<&PhoneNumber>,
) -> Result<Comparison, Stop> {
    let graph = servers.graph()?;
    let id = &servers.number.phone_number_id;
    let now = session.read("GET phone number", || graph.phone_number(id))?;
    let now = now.map_err(|error| Stop::of("the number could not be read", &error))?;
    let app = if let Some(app) = &servers.migrate.app_id {
        Some(app.clone())
    } else {
        let token = servers.secret(SecretName::GraphToken)?;
        session.read("GET debug_token", || graph.debug_token(token))?.ok().and_then(|token| token.app_id)
    };
    let waba = &servers.number.waba_id;
    let apps = session.read("GET subscribed_apps", || graph.subscribed_apps(waba))?;
    let apps = apps.map_err(|error| Stop::of("the account's subscribed apps could not be read", &error))?;
    let mut comparison = on_cloud(&now, servers.number.shards);
    comparison.subscription(app.as_deref(), &apps);
    match before {
        Some(before) => comparison.unchanged(before, &now),
        None => comparison.unknown.push("how the number was before: the journal has no snapshot".to_owned()),
    }
    Ok(comparison)
}

/// How a number should be on Cloud API.
fn on_cloud(now: &PhoneNumber, shards: Option<u32>) -> Comparison {
    let mut comparison = Comparison::default();
    comparison.expect("platform_type", now.platform_type.as_deref(), "CLOUD_API");
    comparison.expect("status", now.status.as_deref(), "CONNECTED");
    match (shards, now.throughput.as_deref()) {
        (Some(2..), level) => comparison.expect("throughput", level, "HIGH"),
        (_, Some(level)) => comparison.good.push(format!("throughput is {level}")),
        (_, None) => comparison.unknown.push("throughput".to_owned()),
    }
    comparison
}

impl Comparison {
    /// Whether nothing is as it should not be.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.differences.is_empty()
    }

    fn expect(&mut self, field: &str, now: Option<&str>, expected: &str) {
        match now {
            Some(now) if now == expected => self.good.push(format!("{field} is {expected}")),
            Some(now) => self.differences.push(format!("{field} is {now}, should be {expected}")),
            None => self.differences.push(format!("{field} is not said, should be {expected}")),
        }
    }

    fn subscription(&mut self, app: Option<&str>, apps: &[String]) {
        match app {
            Some(app) if apps.iter().any(|one| one == app) => {
                self.good.push(format!("the app {app} is subscribed to the account's webhooks"));
            }
            Some(app) => {
                self.differences.push(format!(
                    "the app {app} is not subscribed to the account's webhooks, so none is delivered; subscribe it \
                     with `waport migrate run`"
                ));
            }
            None if apps.is_empty() => {
                self.differences.push("no app is subscribed to the account's webhooks".to_owned());
            }
            None => self.differences.push("whether the app is subscribed is not known: write `app-id`".to_owned()),
        }
    }

    fn unchanged(&mut self, before: &PhoneNumber, now: &PhoneNumber) {
        let fields = [
            ("display_phone_number", &before.display_phone_number, &now.display_phone_number),
            ("verified_name", &before.verified_name, &now.verified_name),
            ("quality_rating", &before.quality_rating, &now.quality_rating),
            ("messaging_limit_tier", &before.messaging_limit_tier, &now.messaging_limit_tier),
            ("code_verification_status", &before.code_verification_status, &now.code_verification_status),
            ("name_status", &before.name_status, &now.name_status),
        ];
        for (field, before, now) in fields {
            match (before, now) {
                (Some(before), Some(now)) if before == now => self.good.push(format!("{field} is as before")),
                (Some(before), Some(now)) => self.differences.push(format!("{field} is {now}, was {before}")),
                (Some(_), None) => self.unknown.push(field.to_owned()),
                (None, _) => {}
            }
        }
        if before.is_official_business_account == Some(true) && now.is_official_business_account == Some(false) {
            self.differences.push("it was an official business account, and is none".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(platform: &str) -> PhoneNumber {
        PhoneNumber {
            platform_type: Some(platform.to_owned()),
            status: Some("CONNECTED".to_owned()),
            throughput: Some("STANDARD".to_owned()),
            verified_name: Some("Lamps".to_owned()),
            quality_rating: Some("GREEN".to_owned()),
            ..PhoneNumber::default()
        }
    }

    #[test]
    fn two_shards_become_high_throughput() {
        assert!(on_cloud(&number("CLOUD_API"), Some(1)).is_good());
        assert_eq!(on_cloud(&number("CLOUD_API"), Some(2)).differences, ["throughput is STANDARD, should be HIGH"]);
        assert!(!on_cloud(&number("ON_PREMISE"), None).is_good());
    }

    #[test]
    fn what_changed_is_named_and_what_is_not_said_is_no_difference() {
        let mut comparison = Comparison::default();
        let now = PhoneNumber { quality_rating: Some("RED".to_owned()), verified_name: None, ..number("CLOUD_API") };
        comparison.unchanged(&number("ON_PREMISE"), &now);
        assert_eq!(comparison.differences, ["quality_rating is RED, was GREEN"]);
        assert_eq!(comparison.unknown, ["verified_name"]);
    }

    #[test]
    fn an_app_has_to_be_subscribed_itself() {
        let mut comparison = Comparison::default();
        comparison.subscription(Some("1"), &["2".to_owned()]);
        assert_eq!(comparison.differences.len(), 1);
        comparison.subscription(Some("2"), &["2".to_owned()]);
        assert_eq!(comparison.good.len(), 1);
    }
}
