//! Step 1: looking whether all is ready, without changing anything.

use std::fmt::Write as _;

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use ureq::http::Method;

use super::servers::Servers;
use super::session::{Session, Stop};
use crate::facts::{Date, facts};
use crate::net::graph::{Graph, PhoneNumber, Token};
use crate::net::onprem::{Health, OnPrem};
use crate::net::{ApiError, Body, SecretName};

/// The permissions that the token must have.
pub const PERMISSIONS: [&str; 2] = ["whatsapp_business_messaging", "whatsapp_business_management"];

/// What earlier runs did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Past {
    /// When the backup that is kept was made; with one the On-Premises client may be down.
    pub backup: Option<Timestamp>,
    /// Whether a registration was tried.
    pub tried: bool,
}

/// What is ready.
#[derive(Debug)]
pub struct Ready {
    /// How the number is.
    pub phone_number: PhoneNumber,
    /// The app of the token.
    pub app_id: Option<String>,
    /// The On-Premises client; `None` when it does not answer.
    pub onprem: Option<OnPrem>,
    /// Whether it is connected.
    pub is_connected: bool,
    /// The version of the On-Premises client.
    pub onprem_version: Option<String>,
}

/// What a look at one thing said.
enum Look {
    Good(String),
    /// It does not stop the run, but a person should know.
    Doubt(String),
    Bad(String, String),
}

/// What was looked at so far.
#[derive(Default)]
struct Looks {
    bad: Vec<(String, String)>,
}

impl Looks {
    fn take(&mut self, session: &mut Session<'_>, look: Look) {
        match look {
            Look::Good(text) => session.say(format!("  ok    {text}")),
            Look::Doubt(text) => session.say(format!("  note  {text}")),
            Look::Bad(text, advice) => {
                session.say(format!("  stop  {text}"));
                self.bad.push((text, advice));
            }
        }
    }
}

/// Looks at everything, then stops when something stands in the way.
///
/// # Errors
/// When something stands in the way, or the run stops here.
pub fn preflight(session: &mut Session<'_>, servers: &Servers<'_>, past: Past, today: Date) -> Result<Ready, Stop> {
    let mut looks = Looks::default();
    looks.take(session, graph_version(servers.version, today));
    let graph = servers.graph()?;
    let app_id = token(session, servers, &graph, &mut looks)?;
    let phone_number = number(session, servers, &graph, past, &mut looks)?;
    subscription(session, servers, &mut looks)?;
    challenge(session, servers, &mut looks)?;
    let client = onprem_client(session, servers, past, &mut looks)?;
    if let Some(phone_number) = phone_number.filter(|_| looks.bad.is_empty()) {
        let is_connected = client.as_ref().is_some_and(|(_, health)| health.is_connected());
        let (onprem, health) = client.unzip();
        let onprem_version = health.and_then(|health| health.version);
        return Ok(Ready { phone_number, app_id, onprem, is_connected, onprem_version });
    }
    let what: Vec<String> = looks.bad.iter().map(|(what, _)| what.clone()).collect();
    let mut advice: Vec<String> = looks.bad.into_iter().map(|(_, advice)| advice).collect();
    advice.dedup();
    Err(Stop::on_the_way(format!("not ready, nothing was changed: {}", what.join("; ")), advice))
}

fn graph_version(version: &str, today: Date) -> Look {
    let row = version.parse().ok().and_then(|version| facts().tables.graph_versions().find(version));
    match row {
        Some(row) if row.is_expired(today) => Look::Bad(
            format!("Graph API no longer serves {version}"),
            "write a newer `graph-version` into waport.toml; `waport explain` knows the versions".to_owned(),
        ),
        Some(_) => Look::Good(format!("Graph API {version} is served")),
        None => Look::Doubt(format!("nothing is known of Graph API {version}")),
    }
}

fn token(
    session: &mut Session<'_>,
    servers: &Servers<'_>,
    graph: &Graph,
    looks: &mut Looks,
) -> Result<Option<String>, Stop> {
    let secret = servers.secret(SecretName::GraphToken)?;
    let token = match session.read("GET debug_token", || graph.debug_token(secret))? {
        Ok(token) => token,
        Err(error) => {
            let advice = error.remedy.clone().unwrap_or_else(|| "run it again".to_owned());
            looks.take(session, Look::Bad(format!("the access token could not be looked at: {error}"), advice));
            return Ok(None);
        }
    };
    let now = session.world.now();
    looks.take(session, of_token(&token, servers, now));
    if let (Some(own), Some(configured)) = (&token.app_id, &servers.migrate.app_id)
        && own != configured
    {
        let advice = "use a token of that app, or mend `app-id` in waport.toml".to_owned();
        let text = format!("the token is of the app {own}, waport.toml names {configured}");
        looks.take(session, Look::Bad(text, advice));
    }
    Ok(token.app_id)
}

fn of_token(token: &Token, servers: &Servers<'_>, now: Timestamp) -> Look {
    const LEAST: i64 = 15 * 60;
    let renew = "make a new access token and set WAPORT_GRAPH_TOKEN; a system user's does not expire".to_owned();
    if !token.is_valid {
        return Look::Bad("the access token is not valid".to_owned(), renew);
    }
    if token.expires_at.is_some_and(|at| at - now.as_second() < LEAST) {
        return Look::Bad("the access token ends within a quarter of an hour".to_owned(), renew);
    }
    let lacks: Vec<&str> =
        PERMISSIONS.into_iter().filter(|one| !token.scopes.iter().any(|scope| scope == one)).collect();
    if !lacks.is_empty() {
        let advice = "ask for advanced access to both permissions, then make a new token that has them".to_owned();
        return Look::Bad(format!("the access token lacks {}", lacks.join(" and ")), advice);
    }
    let waba = &servers.number.waba_id;
    let narrow = token.granular_scopes.iter().find(|(scope, targets)| {
        PERMISSIONS.contains(&scope.as_str()) && !targets.is_empty() && !targets.contains(waba)
    });
    if let Some((scope, _)) = narrow {
        let advice = "give the token's user access to the WhatsApp Business Account, then make a new token".to_owned();
        return Look::Bad(format!("the token's {scope} does not hold for the account {waba}"), advice);
    }
    Look::Good("the access token is valid and has both permissions for the account".to_owned())
}

fn number(
    session: &mut Session<'_>,
    servers: &Servers<'_>,
    graph: &Graph,
    past: Past,
    looks: &mut Looks,
) -> Result<Option<PhoneNumber>, Stop> {
    let (id, waba) = (&servers.number.phone_number_id, &servers.number.waba_id);
    match session.read("GET phone_numbers", || graph.phone_numbers(waba))? {
        Ok(ids) if ids.contains(id) => {
            looks.take(session, Look::Good(format!("the account {waba} has the number {id}")));
        }
        Ok(_) => {
            let advice = "compare `waba-id` and `phone-number-id` in waport.toml with WhatsApp Manager".to_owned();
            looks.take(session, Look::Bad(format!("the account {waba} does not have the number {id}"), advice));
        }
        Err(error) => {
            let advice = error.remedy.clone().unwrap_or_else(|| "run it again".to_owned());
            looks.take(session, Look::Bad(format!("the account's numbers could not be read: {error}"), advice));
        }
    }
    let phone_number = match session.read("GET phone number", || graph.phone_number(id))? {
        Ok(phone_number) => phone_number,
        Err(error) => {
            let advice = error.remedy.clone().unwrap_or_else(|| "run it again".to_owned());
            looks.take(session, Look::Bad(format!("the number could not be read: {error}"), advice));
            return Ok(None);
        }
    };
    looks.take(session, platform(&phone_number, past));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (shown, configured) =
        (phone_number.display_phone_number.as_deref().map(digits), &servers.number.display_phone_number);
    if shown.as_ref() != Some(configured) {
        let shown = shown.unwrap_or_else(|| "not known".to_owned());
        let text = format!("the number of {id} is {shown}, waport.toml names {configured}");
        let advice = "compare `phone-number-id` and `display-phone-number` in waport.toml".to_owned();
        looks.take(session, Look::Bad(text, advice));
    }
    Ok(Some(phone_number))
}

fn platform(phone_number: &PhoneNumber, past: Past) -> Look {
    match phone_number.platform_type.as_deref() {
        Some("ON_PREMISE") => Look::Good("the number is registered with On-Premises API".to_owned()),
        Some("CLOUD_API") => Look::Bad(
            "the number is on Cloud API already".to_owned(),
            "there is nothing to migrate: see that the app is subscribed to the account's webhooks, and compare with \
             `waport migrate verify`"
                .to_owned(),
        ),
        // What Graph API says of a number whose client a wrong PIN took down is not documented.
        Some(other) if past.backup.is_some() && past.tried => Look::Doubt(format!(
            "the number is registered with neither API (`platform_type` {other}); there is a backup"
        )),
        Some(other) => Look::Bad(
            format!("the number is registered with neither API (`platform_type` {other})"),
            without_backup().to_owned(),
        ),
        None => Look::Bad(
            "Graph API does not say with which API the number is registered".to_owned(),
            "see WhatsApp Manager, and run it again".to_owned(),
        ),
    }
}

/// What is left when no backup can be had.
#[must_use]
pub fn without_backup() -> &'static str {
    "without a backup the number can only be registered anew: request_code, verify_code with the code that comes by SMS \
     or call, register with a PIN; `waport migrate plan` says what that costs"
}

fn subscription(session: &mut Session<'_>, servers: &Servers<'_>, looks: &mut Looks) -> Result<(), Stop> {
    let Some((graph, app)) = servers.graph_as_app()? else {
        let text = "the app's webhook subscription was not looked at: `app-id` or WAPORT_APP_SECRET is not known";
        looks.take(session, Look::Doubt(text.to_owned()));
        return Ok(());
    };
    let found = session.read("GET subscriptions", || graph.app_subscriptions(app))?;
    let all = match found {
        Ok(all) => all,
        Err(error) => {
            looks.take(session, Look::Doubt(format!("the app's webhook subscription could not be read: {error}")));
            return Ok(());
        }
    };
    let advice = "configure Webhooks for WhatsApp in the App Dashboard".to_owned();
    let own = all.iter().find(|one| one.object == "whatsapp_business_account" && one.active);
    looks.take(
        session,
        match own {
            None => Look::Bad("the app has no webhook subscription for whatsapp_business_account".to_owned(), advice),
            Some(own) if !own.fields.iter().any(|field| field == "messages") => {
                Look::Bad("the app's webhook subscription lacks the field `messages`".to_owned(), advice)
            }
            Some(own) => match &servers.migrate.webhook_url {
                Some(url) if url.as_str().trim_end_matches('/') != own.callback_url.trim_end_matches('/') => Look::Bad(
                    "the app's webhooks go elsewhere than `webhook-url` in waport.toml says".to_owned(),
                    advice,
                ),
                Some(_) => Look::Good("the app's webhooks go to `webhook-url`, with the field `messages`".to_owned()),
                None => Look::Doubt(
                    "`webhook-url` is not known, so where the app's webhooks go was not compared".to_owned(),
                ),
            },
        },
    );
    Ok(())
}

fn challenge(session: &mut Session<'_>, servers: &Servers<'_>, looks: &mut Looks) -> Result<(), Stop> {
    let Some(client) = servers.webhook()? else {
        looks.take(session, Look::Doubt("the webhook endpoint was not asked: `webhook-url` is not known".to_owned()));
        return Ok(());
    };
    let verify = servers.secrets.get(SecretName::VerifyToken, &servers.number.name);
    let unknown = SecretString::from("waport-preflight");
    let challenge = format!("{}", session.world.now().as_nanosecond().unsigned_abs() % 1_000_000_007);
    let query = [
        ("hub.mode", "subscribe"),
        ("hub.verify_token", verify.unwrap_or(&unknown).expose_secret()),
        ("hub.challenge", &challenge),
    ];
    session.world.point("before GET webhook")?;
    let answer = client.call(&Method::GET, "", &query, None);
    session.world.point("after GET webhook")?;
    let echoed = |answer: &crate::net::Answer| match &answer.body {
        // A challenge is made of digits, which is JSON as well.
        Body::Json(json) => *json == *challenge || json.as_i64().is_some_and(|number| number.to_string() == challenge),
        Body::Empty | Body::Other(_) | Body::Broken(_) | Body::TooLong(_) => false,
    };
    looks.take(session, match (answer, verify) {
        (Err(failure), _) => Look::Bad(
            format!("the webhook endpoint does not answer: {failure}"),
            "start the endpoint for Cloud API's webhooks, and see that it can be reached".to_owned(),
        ),
        (Ok(answer), Some(_)) if answer.is_success() && echoed(&answer) => {
            Look::Good("the webhook endpoint answers the challenge".to_owned())
        }
        (Ok(answer), Some(_)) => Look::Bad(
            format!("the webhook endpoint answered {} without the challenge", answer.status),
            "answer `hub.challenge` when `hub.verify_token` is right; compare WAPORT_VERIFY_TOKEN".to_owned(),
        ),
        (Ok(answer), None) => Look::Doubt(format!(
            "the webhook endpoint answers ({}); whether it knows the challenge was not tried, as WAPORT_VERIFY_TOKEN is \
             not known",
            answer.status
        )),
    });
    Ok(())
}

fn onprem_client(
    session: &mut Session<'_>,
    servers: &Servers<'_>,
    past: Past,
    looks: &mut Looks,
) -> Result<Option<(OnPrem, Health)>, Stop> {
    let kept = past.backup.map(|made| format!("the backup of {made} is there"));
    if let Some(kept) = kept.as_ref().filter(|_| !servers.can_log_in()) {
        looks.take(session, Look::Good(format!("{kept}, and no login for the On-Premises client: it is not asked")));
        return Ok(None);
    }
    session.world.point("before POST login")?;
    let client = servers.onprem()?;
    session.world.point("after POST login")?;
    let asked = match client {
        Ok(client) => session.read("GET health", || client.health())?.map(|health| (client, health)),
        Err(error) => Err(error),
    };
    let (client, health) = match (asked, &kept) {
        (Ok(asked), _) => asked,
        (Err(error), Some(kept)) => {
            looks.take(session, Look::Doubt(format!("the On-Premises client: {error}; {kept}")));
            return Ok(None);
        }
        (Err(error), None) => {
            looks.take(session, Look::Bad(format!("the On-Premises client: {error}"), without_client(&error)));
            return Ok(None);
        }
    };
    looks.take(session, connection(&health, kept.as_deref()));
    let version = health.version.as_deref().unwrap_or("unknown");
    if let Some(status) = health.api_status.as_deref().filter(|status| *status != "stable") {
        looks.take(session, Look::Doubt(format!("the On-Premises client {version} calls itself {status}")));
    }
    Ok(Some((client, health)))
}

fn connection(health: &Health, kept: Option<&str>) -> Look {
    if health.is_connected() {
        return Look::Good("the On-Premises client is connected".to_owned());
    }
    let said = if health.gateway_status.is_empty() { "nothing".to_owned() } else { health.gateway_status.join(", ") };
    // A backup is made from the client's own database; whether it takes a connection is not documented.
    let then = kept.unwrap_or("a backup may still be had");
    Look::Doubt(format!("the On-Premises client is not connected, it says {said}; {then}"))
}

/// What to do about a client that does not answer as it should.
fn without_client(error: &ApiError) -> String {
    let mut advice = error.remedy.clone().unwrap_or_else(|| "look into the client's logs".to_owned());
    if error.status.is_none() && error.passes {
        let _ = write!(
            advice,
            " The last version of the client expired on 2025-10-23; one that answers no more gives no backup: {}.",
            without_backup()
        );
    }
    advice
}
