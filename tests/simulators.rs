//! The simulators of both APIs, over real sockets: the facts that they play, the faults, and clients that behave badly.

#![cfg(feature = "net")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;
mod wire;

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use waport::config::Config;
use waport::config::migrate::Trust;
use waport::migrate::simulate::{
    AppSubscription, CertificateKind, Fault, MediaFaults, MediaFile, Moment, Onset, Setup, SimulatedNumber, Simulators,
    Stall, Whereabouts,
};

use program::Project;
use wire::{Any, Line, Reply, request};

const PHONE: &str = "509170334801264";
const WABA: &str = "318842706651090";
const APP: &str = "733105928846017";
const FIELDS: &str = "platform_type,status,throughput,is_pin_enabled";

/// Simulators and somebody who talks to them.
struct World {
    simulators: Simulators,
    trust: Arc<ClientConfig>,
}

impl World {
    fn of(setup: Setup) -> Self {
        Self { simulators: Simulators::start(setup).unwrap(), trust: Any::trust().1 }
    }

    fn new() -> Self {
        Self::of(quick())
    }

    fn with(faults: &[Fault]) -> Self {
        Self::of(Setup { faults: faults.to_vec(), ..quick() })
    }

    fn secret(&self, name: &str) -> String {
        self.simulators.secrets().into_iter().find(|(known, _)| known == name).unwrap().1
    }

    fn token(&self) -> String {
        self.secret("WAPORT_GRAPH_TOKEN")
    }

    fn app_token(&self) -> String {
        format!("{APP}|{}", self.secret("WAPORT_APP_SECRET"))
    }

    fn send(&self, url: &str, bytes: &[u8]) -> io::Result<Reply> {
        let mut line = Line::to(url, &self.trust)?;
        line.send(bytes)?;
        line.reply()
    }

    fn try_graph(&self, method: &str, path: &str, body: &Value) -> io::Result<Reply> {
        let bearer = format!("Bearer {}", self.token());
        let headers = [("Authorization", &*bearer), ("Content-Type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let bytes = request(method, &format!("/v26.0{path}"), &headers, body.as_bytes());
        self.send(&self.simulators.graph_url(), &bytes)
    }

    fn graph(&self, method: &str, path: &str, body: &Value) -> Reply {
        self.try_graph(method, path, body).unwrap()
    }

    fn get(&self, path: &str) -> Reply {
        self.graph("GET", path, &Value::Null)
    }

    fn try_onprem(&self, method: &str, path: &str, body: &Value) -> io::Result<Reply> {
        let bearer = format!("Bearer {}", self.simulators.onprem_token());
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let bytes = request(method, path, &[("Authorization", &bearer)], body.as_bytes());
        self.send(&self.simulators.onprem_url(), &bytes)
    }

    fn onprem(&self, method: &str, path: &str, body: &Value) -> Reply {
        self.try_onprem(method, path, body).unwrap()
    }

    fn backup(&self, password: &str) -> String {
        let reply = self.onprem("POST", "/v1/settings/backup", &json!({ "password": password }));
        reply.json()["settings"]["data"].as_str().unwrap_or_else(|| panic!("no backup: {}", reply.json())).to_owned()
    }

    /// What a number is registered with.
    fn registration(&self) -> Value {
        let password = self.secret("WAPORT_BACKUP_PASSWORD");
        let data = self.backup(&password);
        let backup = json!({ "password": password, "data": data });
        json!({ "messaging_product": "whatsapp", "pin": self.secret("WAPORT_PIN"), "backup": backup })
    }

    fn try_register(&self, registration: &Value) -> io::Result<Reply> {
        self.try_graph("POST", &format!("/{PHONE}/register"), registration)
    }

    fn register(&self, registration: &Value) -> Reply {
        self.try_register(registration).unwrap()
    }

    /// Sends register and does not wait for the answer.
    fn send_register(&self, registration: &Value) -> Line {
        let bearer = format!("Bearer {}", self.token());
        let headers = [("Authorization", &*bearer), ("Content-Type", "application/json")];
        let path = format!("/v26.0/{PHONE}/register");
        let mut line = Line::to(&self.simulators.graph_url(), &self.trust).unwrap();
        line.send(&request("POST", &path, &headers, registration.to_string().as_bytes())).unwrap();
        line
    }

    fn field(&self, name: &str) -> Value {
        self.get(&format!("/{PHONE}?fields={name}")).json()[name].clone()
    }

    fn health(&self) -> Value {
        self.onprem("GET", "/v1/health", &Value::Null).json()["health"]["gateway_status"].clone()
    }

    fn effects(&self) -> usize {
        self.simulators.seen().register_effects
    }
}

/// Whether something becomes so within some seconds.
fn comes_true(is_so: impl Fn() -> bool) -> bool {
    let begun = Instant::now();
    while !is_so() {
        if begun.elapsed() > Duration::from_secs(20) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

/// A world in which nobody waits for long.
fn quick() -> Setup {
    Setup { slow: Duration::from_millis(300), patience: Duration::from_millis(600), ..Setup::default() }
}

fn root(pem: &str) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(builder.with_root_certificates(roots).with_no_client_auth())
}

// The world

#[test]
fn the_configuration_and_the_secrets_are_those_of_the_world() {
    for certificate in CertificateKind::ALL {
        let world = World::of(Setup { certificate, ..quick() });
        let migrate = Config::parse(&world.simulators.configuration()).unwrap().migrate;
        let number = &migrate.numbers[0];
        assert_eq!(migrate.graph_url.as_str().trim_end_matches('/'), world.simulators.graph_url());
        assert_eq!(number.onprem_url.as_str().trim_end_matches('/'), world.simulators.onprem_url());
        assert_eq!((&*number.display_phone_number, &*number.phone_number_id), ("15550100900", PHONE));
        assert!(number.pilot && number.waba_id == WABA && migrate.app_id.as_deref() == Some(APP));
        match certificate {
            CertificateKind::SelfSigned => {
                assert_eq!(number.onprem_trust, Trust::Pin(world.simulators.certificate_sha256()));
            }
            CertificateKind::Issued => assert_eq!(number.onprem_trust, Trust::Authority("onprem-ca.pem".into())),
        }
        for (name, value) in world.simulators.secrets() {
            assert!(!value.is_empty() && !world.simulators.configuration().contains(&value), "{name}");
        }
    }
}

#[test]
fn two_numbers_have_a_client_and_a_pin_each() {
    let other = SimulatedNumber {
        name: "paris-2".to_owned(),
        display_phone_number: "15550100901".to_owned(),
        phone_number_id: "509170334801265".to_owned(),
        pin: Some("193518".to_owned()),
        ..SimulatedNumber::default()
    };
    let world = World::of(Setup { numbers: vec![SimulatedNumber::default(), other], ..quick() });
    let migrate = Config::parse(&world.simulators.configuration()).unwrap().migrate;
    assert_eq!(migrate.numbers.len(), 2);
    assert_ne!(world.simulators.onprem_urls()[0], world.simulators.onprem_urls()[1]);
    assert_eq!(world.secret("WAPORT_PIN_PARIS_2"), "193518");
    // A backup is one number's.
    let data = world.backup("x");
    let body = json!({ "messaging_product": "whatsapp", "pin": "193518", "backup": { "password": "x", "data": data } });
    assert_eq!(world.graph("POST", "/509170334801265/register", &body).code(), 133_002);
    assert_eq!(world.simulators.whereabouts("paris-2"), Some(Whereabouts::OnPremises));
    assert_eq!(world.simulators.whereabouts("rome"), None);
}

#[test]
fn an_address_that_others_reach_is_refused() {
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let setup = Setup { listen: listen.parse().unwrap(), ..quick() };
        assert!(Simulators::start(setup).is_err_and(|error| error.kind() == io::ErrorKind::InvalidInput));
    }
}

#[test]
fn ports_are_free_again_when_the_simulators_are_dropped() {
    // Without numbers there are no clients, whose ports may be somebody else's.
    let world = World::of(Setup { numbers: Vec::new(), ..quick() });
    let address: SocketAddr = world.simulators.graph_url().trim_start_matches("http://").parse().unwrap();
    let mut line = Line::to(&world.simulators.graph_url(), &world.trust).unwrap();
    drop(world);
    assert!(TcpStream::connect(address).is_err());
    assert!(line.send(b"GET / HTTP/1.1\r\n").is_err() || line.reply().is_err());
    let again = Setup { listen: address, numbers: Vec::new(), ..quick() };
    assert_eq!(Simulators::start(again).unwrap().graph_url(), format!("http://{address}"));
}

// Certificates

#[test]
fn an_issued_certificate_leads_to_its_authority() {
    let world = World::of(Setup { certificate: CertificateKind::Issued, ..quick() });
    let trust = root(world.simulators.authority_pem());
    let mut line = Line::to(&world.simulators.onprem_url(), &trust).unwrap();
    line.send(&request("GET", "/v1/health", &[], b"")).unwrap();
    assert_eq!(line.reply().unwrap().status, 401);
    let other = World::of(Setup { certificate: CertificateKind::Issued, ..quick() });
    assert!(Line::to(&other.simulators.onprem_url(), &trust).is_err());
}

#[test]
fn a_self_signed_certificate_is_known_by_its_sha_256_alone() {
    let world = World::new();
    let fault = Line::to(&world.simulators.onprem_url(), &root(world.simulators.authority_pem())).err().unwrap();
    assert!(fault.to_string().contains("CaUsedAsEndEntity"), "{fault}");
    let (any, trust) = Any::trust();
    Line::to(&world.simulators.onprem_url(), &trust).unwrap();
    assert_eq!(*any.seen.lock().unwrap(), Some(world.simulators.certificate_sha256()));
    assert_eq!(world.simulators.certificate_pin().len(), 64);
}

#[test]
fn wrong_certificate_shows_another_one_until_it_is_mended() {
    for certificate in CertificateKind::ALL {
        let world = World::of(Setup { certificate, faults: vec![Fault::WrongCertificate], ..quick() });
        let (any, trust) = Any::trust();
        Line::to(&world.simulators.onprem_url(), &trust).unwrap();
        assert_ne!(*any.seen.lock().unwrap(), Some(world.simulators.certificate_sha256()));
        world.simulators.mend();
        Line::to(&world.simulators.onprem_url(), &trust).unwrap();
        assert_eq!(*any.seen.lock().unwrap(), Some(world.simulators.certificate_sha256()));
    }
}

// Graph API

#[test]
fn every_error_of_graph_api_is_an_error_object_with_a_trace() {
    let world = World::new();
    let ask = |method: &str, path: &str, bearer: &str| {
        let bytes = request(method, path, &[("Authorization", &format!("Bearer {bearer}"))], b"");
        let reply = world.send(&world.simulators.graph_url(), &bytes).unwrap();
        let error = &reply.json()["error"];
        assert_eq!(error["type"], "OAuthException");
        assert!(error["message"].is_string() && error["fbtrace_id"].as_str().unwrap().len() > 10);
        (reply.status, reply.code(), error["error_subcode"].as_i64())
    };
    let token = world.token();
    let phone = format!("/v26.0/{PHONE}");
    assert_eq!(ask("GET", &phone, "EAAanother"), (401, 190, None));
    assert_eq!(ask("GET", &phone, ""), (401, 190, None));
    assert_eq!(ask("GET", &phone, &format!("{APP}|wrong")), (401, 190, None));
    assert_eq!(ask("GET", &phone, &world.app_token()), (400, 100, Some(33)));
    assert_eq!(ask("GET", "/v26.0/123456", &token), (400, 100, Some(33)));
    assert_eq!(ask("DELETE", &phone, &token), (400, 100, Some(33)));
    assert_eq!(ask("GET", &format!("{phone}/register"), &token), (400, 100, Some(33)));
    assert_eq!(ask("GET", &format!("{phone}/nothing"), &token), (400, 2500, None));
    assert_eq!(ask("GET", "/v26.0/nothing/at/all", &token), (400, 2500, None));
    assert_eq!(ask("GET", &format!("/v99.0/{PHONE}"), &token), (400, 2500, None));
    assert_eq!(ask("GET", &format!("{phone}?fields=id,nothing"), &token), (400, 100, None));
    assert_eq!(ask("GET", &format!("/v26.0/{APP}/subscriptions"), &token), (400, 15, None));
    assert_eq!(ask("GET", "/", &token).1, 100);
    let bytes = request("GET", &phone, &[], b"");
    assert_eq!(world.send(&world.simulators.graph_url(), &bytes).unwrap().code(), 190);
}

#[test]
fn old_versions_and_none_are_served() {
    let world = World::new();
    for version in ["/v26.0", "/v13.0", ""] {
        let path = format!("{version}/{PHONE}?fields=id&access_token={}", world.token());
        let reply = world.send(&world.simulators.graph_url(), &request("GET", &path, &[], b"")).unwrap();
        assert_eq!(reply.json(), json!({ "id": PHONE }));
    }
}

#[test]
fn a_token_is_described() {
    let world = World::new();
    let reply = world.get(&format!("/debug_token?input_token={}", world.token()));
    let data = &reply.json()["data"];
    assert_eq!((&data["is_valid"], &data["app_id"], &data["expires_at"]), (&json!(true), &json!(APP), &json!(0)));
    for scope in ["whatsapp_business_management", "whatsapp_business_messaging"] {
        assert!(data["scopes"].as_array().unwrap().contains(&json!(scope)));
        let granular = data["granular_scopes"].as_array().unwrap();
        assert!(granular.contains(&json!({ "scope": scope, "target_ids": [WABA] })));
    }
    let other = world.get("/debug_token?input_token=EAAanother").json();
    assert_eq!((&other["data"]["is_valid"], &other["data"]["error"]["code"]), (&json!(false), &json!(190)));
    assert_eq!(world.get("/debug_token").code(), 100);
}

#[test]
fn a_number_answers_the_fields_that_are_asked_for() {
    let world = World::new();
    let all = "id,display_phone_number,verified_name,quality_rating,platform_type,throughput{level},status,\
               code_verification_status,name_status,is_pin_enabled,messaging_limit_tier,health_status,\
               is_official_business_account,account_mode";
    let number = world.get(&format!("/{PHONE}?fields={all}")).json();
    assert_eq!(number["display_phone_number"], "+1 555-010-0900");
    assert_eq!((&number["platform_type"], &number["status"]), (&json!("ON_PREMISE"), &json!("CONNECTED")));
    assert_eq!(number.as_object().unwrap().len(), all.split(',').count());
    assert_eq!(world.get(&format!("/{PHONE}?fields=status")).json(), json!({ "id": PHONE, "status": "CONNECTED" }));
    assert_eq!(world.get(&format!("/{PHONE}")).json()["verified_name"], "Example Shop");
    world.simulators.overrule("berlin", "quality_rating", json!("RED"));
    assert_eq!(world.field("quality_rating"), "RED");
}

#[test]
fn the_numbers_of_an_account_come_in_pages() {
    let world = World::of(Setup { neighbours: 6, page: 3, ..quick() });
    let mut path = format!("/{WABA}/phone_numbers?fields=id,platform_type");
    let mut ids = Vec::new();
    for _ in 0..3 {
        let page = world.get(&path).json();
        ids.extend(page["data"].as_array().unwrap().iter().map(|number| number["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["paging"]["next"].as_str() else { break };
        path = next.strip_prefix(&format!("{}/v26.0", world.simulators.graph_url())).unwrap().to_owned();
    }
    assert!(ids.len() == 7 && ids.contains(&PHONE.to_owned()), "{ids:?}");
    assert_eq!(world.get(&format!("/{WABA}/phone_numbers?limit=100")).json()["data"].as_array().unwrap().len(), 7);
}

#[test]
fn the_apps_own_subscription_needs_the_apps_token() {
    for subscription in [AppSubscription::Messages, AppSubscription::WithoutMessages, AppSubscription::Nothing] {
        let world = World::of(Setup { subscription, ..quick() });
        let bearer = format!("Bearer {}", world.app_token());
        let bytes = request("GET", &format!("/v26.0/{APP}/subscriptions"), &[("Authorization", &bearer)], b"");
        let all = world.send(&world.simulators.graph_url(), &bytes).unwrap().json();
        let fields = all["data"][0]["fields"].as_array().cloned().unwrap_or_default();
        let names: Vec<&str> = fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
        assert_eq!(names.contains(&"messages"), subscription == AppSubscription::Messages);
        assert_eq!(all["data"].as_array().unwrap().is_empty(), subscription == AppSubscription::Nothing);
        if !names.is_empty() {
            assert_eq!(all["data"][0]["object"], "whatsapp_business_account");
            assert_eq!(all["data"][0]["callback_url"], format!("{}/webhook", world.simulators.graph_url()));
            assert_eq!(all["data"][0]["active"], true);
        }
    }
}

#[test]
fn an_app_is_subscribed_and_unsubscribed() {
    let world = World::new();
    let path = format!("/{WABA}/subscribed_apps");
    assert_eq!(world.get(&path).json(), json!({ "data": [] }));
    assert_eq!(world.graph("POST", &path, &Value::Null).json(), json!({ "success": true }));
    assert_eq!(world.get(&path).json()["data"][0]["whatsapp_business_api_data"]["id"], APP);
    assert_eq!(world.graph("DELETE", &path, &Value::Null).json(), json!({ "success": true }));
    assert_eq!(world.get(&path).json(), json!({ "data": [] }));
    let seen = world.simulators.seen();
    assert_eq!((seen.subscribe_calls, seen.subscribe_effects), (1, 1));
}

#[test]
fn the_webhook_endpoint_repeats_the_challenge_for_the_right_token() {
    let world = World::new();
    let ask = |query: String| {
        world.send(&world.simulators.graph_url(), &request("GET", &format!("/webhook?{query}"), &[], b"")).unwrap()
    };
    let right =
        format!("hub.mode=subscribe&hub.verify_token={}&hub.challenge=1158201444", world.secret("WAPORT_VERIFY_TOKEN"));
    let reply = ask(right.clone());
    assert_eq!((reply.status, &reply.body[..]), (200, &b"1158201444"[..]));
    assert_eq!(ask(right.replace("simulated", "another")).status, 403);
    assert_eq!(ask(right.replace("subscribe", "other")).status, 403);
    assert_eq!(ask(String::new()).status, 403);
}

// The On-Premises client

#[test]
fn a_login_gives_a_session_of_seven_days() {
    let world = World::new();
    let login = |user: &str, password: &str| {
        let basic = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        let bytes = request("POST", "/v1/users/login", &[("Authorization", &format!("Basic {basic}"))], b"");
        world.send(&world.simulators.onprem_url(), &bytes).unwrap()
    };
    let health = |headers: &[(&str, &str)]| {
        world.send(&world.simulators.onprem_url(), &request("GET", "/v1/health", headers, b"")).unwrap()
    };
    let (user, password) = (world.secret("WAPORT_ONPREM_USER"), world.secret("WAPORT_ONPREM_PASSWORD"));
    let refused = login(&user, "wrong");
    assert_eq!((refused.status, refused.json()["errors"][0]["code"].as_i64()), (401, Some(1005)));
    let reply = login(&user, &password).json();
    let token = reply["users"][0]["token"].as_str().unwrap().to_owned();
    let ends = reply["users"][0]["expires_after"].as_str().unwrap();
    assert!(ends.len() == 25 && ends.ends_with("+00:00"), "{ends}");
    assert_eq!(reply["meta"]["api_status"], "stable");
    let bearer = format!("Bearer {token}");
    assert_eq!(health(&[("Authorization", &bearer)]).status, 200);
    assert_eq!(health(&[]).status, 401);
    assert!(health(&[("Authorization", "Bearer other")]).json()["errors"].is_array());
    world.simulators.skip(Duration::from_secs(7 * 24 * 3600));
    assert_eq!(health(&[("Authorization", &bearer)]).status, 401);
    assert_eq!(world.simulators.seen().logins, 1);
}

#[test]
fn every_answer_of_the_client_says_its_status_and_version() {
    let number = SimulatedNumber { api_status: "deprecated".to_owned(), shards: 2, ..SimulatedNumber::default() };
    let world = World::of(Setup { numbers: vec![number], ..quick() });
    for (method, path, status) in [
        ("GET", "/v1/health", 200),
        ("DELETE", "/v1/settings/account/two-step", 200),
        ("GET", "/v1/media/none", 404),
        ("GET", "/v1/nothing", 404),
        ("PUT", "/v1/health", 405),
        ("POST", "/v1/settings/backup", 400),
    ] {
        let reply = world.onprem(method, path, &Value::Null);
        assert_eq!((reply.status, &reply.json()["meta"]["api_status"]), (status, &json!("deprecated")), "{path}");
        assert_eq!(reply.json()["errors"].is_array(), status != 200, "{path}");
    }
    // Multi-connect answers for each container.
    let health = world.onprem("GET", "/v1/health", &Value::Null).json();
    assert!(health["health"].as_object().unwrap().values().all(|node| node["gateway_status"] == "connected"));
}

#[test]
fn a_backup_takes_any_text_as_its_password_and_no_other_opens_it() {
    for password in ["tacocat", "", "pässwörd \"with\" \\ all\n\u{1f32e}", &"x".repeat(5000)] {
        let world = World::new();
        let data = world.backup(password);
        assert_ne!(data, world.backup(password));
        let register = |password: &str, data: &str| {
            let backup = json!({ "password": password, "data": data });
            let pin = world.secret("WAPORT_PIN");
            world.register(&json!({ "messaging_product": "whatsapp", "pin": pin, "backup": backup }))
        };
        assert_eq!(register("another", &data).code(), 133_002);
        assert_eq!(register(password, &data[..data.len() - 4]).code(), 133_002);
        assert_eq!(register(password, "no backup at all").code(), 133_001);
        assert_eq!((world.health(), world.field("platform_type")), (json!("connected"), json!("ON_PREMISE")));
        assert_eq!(register(password, &data).json(), json!({ "success": true }));
        assert_eq!(world.simulators.seen().backups, 2);
    }
}

#[test]
fn two_step_verification_is_set_and_deleted() {
    let world = World::new();
    let set = |pin: Value| world.onprem("POST", "/v1/settings/account/two-step", &json!({ "pin": pin })).status;
    assert_eq!(world.onprem("DELETE", "/v1/settings/account/two-step", &Value::Null).status, 200);
    assert_eq!(world.field("is_pin_enabled"), false);
    assert_eq!((set(json!("12345")), set(json!(123_456)), set(json!("12345x"))), (400, 400, 400));
    assert_eq!(set(json!("123456")), 200);
    assert_eq!(world.field("is_pin_enabled"), true);
    let seen = world.simulators.seen();
    assert_eq!((seen.two_step_deletes, seen.pins_set), (1, 1));
}

// Register

#[test]
fn a_number_leaves_on_premises_as_it_is_registered() {
    let world = World::new();
    let registration = world.registration();
    assert_eq!(world.health(), "connected");
    assert_eq!(world.register(&registration).json(), json!({ "success": true }));
    let number = world.get(&format!("/{PHONE}?fields={FIELDS}")).json();
    assert_eq!((&number["platform_type"], &number["status"]), (&json!("CLOUD_API"), &json!("CONNECTED")));
    assert_eq!(number["throughput"]["level"], "STANDARD");
    assert_eq!(world.health(), "unregistered");
    for (method, path) in [("POST", "/v1/settings/backup"), ("DELETE", "/v1/settings/account/two-step")] {
        let reply = world.onprem(method, path, &json!({ "password": "x" }));
        assert_eq!((reply.status, reply.json()["errors"][0]["code"].as_i64()), (503, Some(1011)));
    }
    // Register once more takes effect once more; that it is not sent is the program's business.
    assert_eq!(world.register(&registration).json(), json!({ "success": true }));
    let seen = world.simulators.seen();
    assert_eq!((seen.register_calls, seen.register_effects, seen.backups), (2, 2, 1));
}

#[test]
fn two_shards_become_high_throughput() {
    let number = SimulatedNumber { shards: 2, ..SimulatedNumber::default() };
    let world = World::of(Setup { numbers: vec![number], ..quick() });
    world.register(&world.registration());
    assert_eq!(world.field("throughput")["level"], "HIGH");
}

#[test]
fn register_needs_the_backup_and_all_else() {
    let world = World::new();
    let right = world.registration();
    let without = |pointer: &str, value: Value| {
        let mut body = right.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        world.register(&body).code()
    };
    assert_eq!(without("/backup", Value::Null), 133_006);
    assert_eq!(without("/backup", json!("text")), 100);
    assert_eq!(without("/backup", json!({ "password": "x" })), 100);
    assert_eq!(without("/backup", json!({ "data": "x" })), 100);
    assert_eq!(without("/messaging_product", json!("other")), 100);
    assert_eq!(without("/pin", json!("12345")), 100);
    assert_eq!(without("/pin", json!("१२३४५६")), 100);
    assert_eq!(without("/pin", json!(["804267"])), 100);
    assert_eq!(world.register(&json!({})).code(), 100);
    let bytes = request(
        "POST",
        &format!("/v26.0/{PHONE}/register"),
        &[("Authorization", &format!("Bearer {}", world.token())), ("Content-Type", "application/json")],
        b"{\"pin\":",
    );
    assert_eq!(world.send(&world.simulators.graph_url(), &bytes).unwrap().code(), 100);
    assert_eq!(
        (world.effects(), world.field("platform_type"), world.health()),
        (0, json!("ON_PREMISE"), json!("connected"))
    );
    assert_eq!(world.register(&right).json(), json!({ "success": true }));
}

#[test]
fn a_wrong_pin_takes_the_old_client_down_and_the_kept_backup_saves_the_number() {
    let world = World::new();
    let mut registration = world.registration();
    registration["pin"] = json!("000000");
    let reply = world.register(&registration);
    assert_eq!((reply.status, reply.code()), (400, 133_005));
    assert_eq!((world.effects(), world.health()), (0, json!("disconnected")));
    assert_eq!((world.field("platform_type"), world.field("status")), (json!("ON_PREMISE"), json!("DISCONNECTED")));
    let again = world.onprem("POST", "/v1/settings/backup", &json!({ "password": "x" }));
    assert_eq!((again.status, &again.json()["errors"][0]["code"]), (503, &json!(1011)));
    assert_eq!(world.simulators.whereabouts("berlin"), Some(Whereabouts::Down));
    registration["pin"] = json!(world.secret("WAPORT_PIN"));
    assert_eq!(world.register(&registration).json(), json!({ "success": true }));
    assert_eq!((world.effects(), world.field("platform_type")), (1, json!("CLOUD_API")));
}

#[test]
fn without_two_step_verification_any_pin_becomes_the_new_one() {
    let world = World::new();
    world.onprem("DELETE", "/v1/settings/account/two-step", &Value::Null);
    let mut registration = world.registration();
    registration["pin"] = json!("555012");
    assert_eq!(world.register(&registration).json(), json!({ "success": true }));
    assert_eq!(world.field("is_pin_enabled"), true);
    registration["pin"] = json!("555013");
    assert_eq!(world.register(&registration).code(), 133_005);
    assert_eq!(
        world.graph("POST", &format!("/{PHONE}"), &json!({ "pin": "555013" })).json(),
        json!({ "success": true })
    );
    assert_eq!(world.register(&registration).json(), json!({ "success": true }));
}

#[test]
fn a_number_has_ten_requests_in_72_hours() {
    let world = World::of(Setup { earlier_requests: 6, ..quick() });
    let registration = world.registration();
    let deregister = || world.graph("POST", &format!("/{PHONE}/deregister"), &Value::Null);
    assert_eq!(deregister().code(), 133_010);
    assert_eq!(world.register(&registration).json(), json!({ "success": true }));
    assert_eq!(deregister().json(), json!({ "success": true }));
    assert_eq!((world.field("platform_type"), world.health()), (json!("NOT_APPLICABLE"), json!("unregistered")));
    assert_eq!(world.register(&registration).json(), json!({ "success": true }));
    assert_eq!((deregister().code(), world.register(&registration).code()), (133_016, 133_016));
    assert_eq!(world.effects(), 2);
    world.simulators.skip(Duration::from_secs(72 * 3600 - 60));
    assert_eq!(deregister().code(), 133_016);
    world.simulators.skip(Duration::from_secs(60));
    assert_eq!(deregister().json(), json!({ "success": true }));
}

// Faults

/// Whether the number was taken, by the state alone.
fn is_on_cloud(world: &World) -> bool {
    world.field("platform_type") == "CLOUD_API"
}

#[test]
fn refused_lets_nobody_in_after_the_backup_for_a_while() {
    let world = World::of(Setup { faults: vec![Fault::Refused], outage: Duration::from_secs(60), ..quick() });
    let mut kept = Line::to(&world.simulators.graph_url(), &world.trust).unwrap();
    assert!(!is_on_cloud(&world));
    let registration = world.registration();
    let refused = world.try_register(&registration).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    assert!(kept.send(b"GET / HTTP/1.1\r\n\r\n").is_err() || kept.reply().is_err(), "connections end, too");
    world.simulators.mend();
    assert!(!is_on_cloud(&world));
    assert_eq!(world.register(&registration).json(), json!({ "success": true }));

    let world = World::of(Setup { faults: vec![Fault::Refused], outage: Duration::from_secs(2), ..quick() });
    let registration = world.registration();
    let begun = Instant::now();
    let reply = world.try_register(&registration);
    assert!(reply.is_err(), "{reply:?} after {:?}", begun.elapsed());
    assert!(comes_true(|| world.try_register(&registration).is_ok()), "the outage ends by itself");
    assert_eq!(world.effects(), 1);
}

#[test]
fn resets_break_the_connection_before_or_after_the_effect() {
    for (fault, effects) in [(Fault::ResetBeforeRegister, 0), (Fault::ResetAfterRegister, 1)] {
        let world = World::with(&[fault]);
        let registration = world.registration();
        let error = world.try_register(&registration).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{fault}");
        assert_eq!((world.effects(), is_on_cloud(&world)), (effects, effects == 1), "{fault}");
        if effects == 0 {
            assert_eq!(world.register(&registration).json(), json!({ "success": true }));
        }
        assert_eq!(world.effects(), 1);
    }
}

#[test]
fn time_outs_give_no_answer_before_or_after_the_effect() {
    for (fault, effects) in [(Fault::TimeoutBeforeRegister, 0), (Fault::TimeoutAfterRegister, 1)] {
        let world = World::with(&[fault]);
        let registration = world.registration();
        let begun = Instant::now();
        let error = world.try_register(&registration).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "{fault}");
        assert!(begun.elapsed() >= Duration::from_millis(500), "{fault}: {:?}", begun.elapsed());
        assert_eq!((world.effects(), is_on_cloud(&world)), (effects, effects == 1), "{fault}");
    }
}

#[test]
fn a_time_out_proves_nothing_as_the_effect_may_come_later() {
    let faults = vec![Fault::TimeoutAfterRegister];
    let effect_delay = Duration::from_secs(2);
    let world = World::of(Setup { faults, effect_delay, patience: Duration::from_secs(60), ..quick() });
    let mut line = world.send_register(&world.registration());
    line.patience(Duration::from_millis(100));
    assert!(line.reply().is_err());
    line.hang_up();
    assert_eq!((world.effects(), is_on_cloud(&world)), (0, false));
    assert!(comes_true(|| is_on_cloud(&world)));
    assert_eq!(world.effects(), 1);
}

#[test]
fn errors_of_servers_and_proxies_come_once_and_take_no_effect_unless_they_lie() {
    for (fault, status) in [(Fault::ServerError, 500), (Fault::HtmlAnswer, 502)] {
        for deceitful in [false, true] {
            let world = World::of(Setup { faults: vec![fault], deceitful, ..quick() });
            let registration = world.registration();
            let reply = world.register(&registration);
            assert_eq!(reply.status, status);
            if fault == Fault::ServerError {
                assert_eq!(reply.code(), 131_000);
            } else {
                assert!(reply.body.starts_with(b"<html>") && reply.header("content-type") == Some("text/html"));
            }
            assert_eq!((world.effects(), is_on_cloud(&world)), (usize::from(deceitful), deceitful));
            assert_eq!(world.register(&registration).json(), json!({ "success": true }));
        }
    }
}

#[test]
fn rate_limited_stays_until_it_is_mended() {
    let world = World::with(&[Fault::RateLimited]);
    let registration = world.registration();
    for _ in 0..2 {
        let reply = world.register(&registration);
        assert_eq!((reply.status, reply.code()), (400, 133_016));
    }
    assert_eq!((world.effects(), world.health()), (0, json!("connected")));
    world.simulators.mend();
    assert_eq!(world.register(&registration).json(), json!({ "success": true }));
}

#[test]
fn wrong_pin_refuses_the_one_that_the_secrets_name() {
    let world = World::with(&[Fault::WrongPin]);
    let registration = world.registration();
    assert_eq!((world.register(&registration).code(), world.health()), (133_005, json!("disconnected")));
    world.simulators.mend();
    assert_eq!(world.register(&registration).json(), json!({ "success": true }));
    assert_eq!(world.effects(), 1);
}

#[test]
fn wrong_backup_password_leaves_the_number_where_it_is() {
    let world = World::with(&[Fault::WrongBackupPassword]);
    let registration = world.registration();
    let reply = world.register(&registration);
    assert_eq!((reply.status, reply.code(), world.health()), (400, 133_002, json!("connected")));
    assert_eq!((world.effects(), is_on_cloud(&world)), (0, false));
}

#[test]
fn register_false_comes_once_and_success_is_then_a_text() {
    let world = World::with(&[Fault::RegisterFalse]);
    let registration = world.registration();
    let reply = world.register(&registration);
    assert_eq!((reply.status, reply.json()), (200, json!({ "success": false })));
    assert!(!is_on_cloud(&world));
    assert_eq!(world.register(&registration).json(), json!({ "success": "true" }));
    let world = World::of(Setup { success_as_text: true, ..quick() });
    assert_eq!(world.register(&world.registration()).json(), json!({ "success": "true" }));
}

#[test]
fn subscribe_false_comes_once() {
    let world = World::with(&[Fault::SubscribeFalse]);
    let path = format!("/{WABA}/subscribed_apps");
    let reply = world.graph("POST", &path, &Value::Null);
    assert_eq!((reply.status, reply.json()), (200, json!({ "success": false })));
    assert_eq!(world.get(&path).json(), json!({ "data": [] }));
    assert_eq!(world.graph("POST", &path, &Value::Null).json(), json!({ "success": true }));
    let seen = world.simulators.seen();
    assert_eq!((seen.subscribe_calls, seen.subscribe_effects), (2, 1));
}

#[test]
fn a_token_expires_at_the_start_at_the_backup_or_after_register() {
    let of = |onset| World::of(Setup { faults: vec![Fault::ExpiredToken], onset, ..quick() });
    let start = of(Onset::Start);
    let reply = start.get(&format!("/{PHONE}"));
    assert_eq!((reply.status, reply.code(), &reply.json()["error"]["error_subcode"]), (401, 190, &json!(463)));
    let path = format!("/v26.0/debug_token?input_token={}", start.token());
    let bearer = format!("Bearer {}", start.app_token());
    let bytes = request("GET", &path, &[("Authorization", &bearer)], b"");
    let data = start.send(&start.simulators.graph_url(), &bytes).unwrap().json();
    assert_eq!((&data["data"]["is_valid"], &data["data"]["error"]["subcode"]), (&json!(false), &json!(463)));

    let backup = of(Onset::Backup);
    assert!(!is_on_cloud(&backup));
    let registration = backup.registration();
    assert_eq!((backup.register(&registration).code(), backup.effects()), (190, 0));
    backup.simulators.mend();
    assert_eq!(backup.register(&registration).json(), json!({ "success": true }));

    let register = of(Onset::Register);
    assert_eq!(register.register(&register.registration()).json(), json!({ "success": true }));
    assert_eq!(register.graph("POST", &format!("/{WABA}/subscribed_apps"), &Value::Null).code(), 190);
}

#[test]
fn missing_permission_is_10_for_messaging_and_200_for_management() {
    let world = World::with(&[Fault::MissingPermission]);
    let registration = world.registration();
    let refused = |reply: &Reply| (reply.status, reply.code());
    assert_eq!(refused(&world.register(&registration)), (403, 10));
    assert_eq!(refused(&world.get(&format!("/{PHONE}"))), (403, 200));
    assert_eq!(refused(&world.graph("POST", &format!("/{WABA}/subscribed_apps"), &Value::Null)), (403, 200));
    let data = world.get(&format!("/debug_token?input_token={}", world.token())).json();
    assert!(!data["data"]["scopes"].to_string().contains("whatsapp"), "{data}");
    assert_eq!(world.effects(), 0);
}

#[test]
fn already_on_cloud_has_nothing_left_on_premises() {
    let world = World::with(&[Fault::AlreadyOnCloud]);
    assert_eq!((is_on_cloud(&world), world.health()), (true, json!("unregistered")));
    assert_eq!(world.onprem("POST", "/v1/settings/backup", &json!({ "password": "x" })).status, 503);
}

#[test]
fn wrong_waba_has_other_numbers_only() {
    let world = World::with(&[Fault::WrongWaba]);
    let numbers = world.get(&format!("/{WABA}/phone_numbers")).json();
    assert!(!numbers["data"].as_array().unwrap().is_empty() && !numbers.to_string().contains(PHONE));
}

#[test]
fn a_truncated_answer_promises_more_than_comes() {
    let world = World::with(&[Fault::TruncatedAnswer]);
    let reply = world.register(&world.registration());
    assert!(reply.status == 200 && !reply.is_whole && !reply.body.is_empty(), "{reply:?}");
    assert_eq!((world.effects(), is_on_cloud(&world)), (1, true));
}

#[test]
fn slow_takes_its_time_and_effect_even_when_nobody_waits() {
    let world = World::with(&[Fault::Slow]);
    let begun = Instant::now();
    assert_eq!(world.register(&world.registration()).json(), json!({ "success": true }));
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(Setup::default().slow, Duration::from_secs(20));

    let world = World::of(Setup { faults: vec![Fault::Slow], slow: Duration::from_secs(2), ..quick() });
    let mut line = world.send_register(&world.registration());
    assert!(comes_true(|| world.simulators.seen().register_calls == 1));
    line.hang_up();
    assert!(line.reply().is_err() && !is_on_cloud(&world));
    assert!(comes_true(|| is_on_cloud(&world)));
}

#[test]
fn onprem_gone_refuses_connections() {
    let world = World::with(&[Fault::OnpremGone]);
    let error = world.try_onprem("GET", "/v1/health", &Value::Null).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    assert!(!is_on_cloud(&world));
    world.simulators.mend();
    assert_eq!(world.health(), "connected");
}

#[test]
fn faults_of_the_program_itself_are_not_the_servers() {
    let others: Vec<Fault> = Fault::ALL.into_iter().filter(|fault| !fault.is_played_by_servers()).collect();
    assert_eq!(others, [Fault::FullDisk, Fault::Killed]);
    let world = World::with(&others);
    assert_eq!(world.register(&world.registration()).json(), json!({ "success": true }));
}

// Media

fn form(product: &str, kind: &str, bytes: &[u8]) -> Vec<u8> {
    let mut body = format!(
        "--b0\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\n{product}\r\n--b0\r\n\
         Content-Disposition: form-data; name=\"type\"\r\n\r\n{kind}\r\n--b0\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\nContent-Type: {kind}\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b0--\r\n");
    body
}

fn upload(world: &World, body: &[u8]) -> io::Result<Reply> {
    let bearer = format!("Bearer {}", world.token());
    let headers = [("Authorization", &*bearer), ("Content-Type", "multipart/form-data; boundary=b0")];
    world.send(&world.simulators.graph_url(), &request("POST", &format!("/v26.0/{PHONE}/media"), &headers, body))
}

#[test]
fn media_are_fetched_from_one_and_uploaded_to_the_other() {
    let world = World::new();
    let file = &Setup::default().media[0];
    let fetched = world.onprem("GET", &format!("/v1/media/{}", file.id), &Value::Null);
    assert_eq!((fetched.header("content-type"), &fetched.body[..]), (Some("image/jpeg"), &*file.bytes));
    let id = upload(&world, &form("whatsapp", "image/jpeg", &fetched.body)).unwrap().json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(id.bytes().all(|b| b.is_ascii_digit()), "{id}");
    let known = world.get(&format!("/{id}")).json();
    let sha256 = format!("{:x}", Sha256::digest(&file.bytes));
    assert_eq!((&known["mime_type"], &known["sha256"]), (&json!("image/jpeg"), &json!(sha256)));
    assert_eq!(known["file_size"].as_u64(), u64::try_from(file.bytes.len()).ok());
    let path = known["url"].as_str().unwrap().strip_prefix(&world.simulators.graph_url()).unwrap().to_owned();
    let bytes = request("GET", &path, &[("Authorization", &format!("Bearer {}", world.token()))], b"");
    assert_eq!(world.send(&world.simulators.graph_url(), &bytes).unwrap().body, &*file.bytes);
    assert_eq!(world.simulators.seen().uploads[&sha256].answered, 1);
    assert_eq!(world.simulators.seen().downloads[&file.id], 1);
    assert_eq!(world.graph("DELETE", &format!("/{id}"), &Value::Null).json(), json!({ "success": true }));
    assert_eq!(world.get(&format!("/{id}")).code(), 100);
    let gone = world.onprem("GET", "/v1/media/none", &Value::Null);
    assert_eq!((gone.status, &gone.json()["errors"][0]["code"]), (404, &json!(1006)));
}

#[test]
fn uploads_that_cloud_api_does_not_take_are_refused() {
    let world = World::new();
    let code = |body: &[u8]| upload(&world, body).unwrap().code();
    assert_eq!(code(&form("whatsapp", "image/gif", b"GIF89a")), 100);
    assert_eq!(code(&form("whatsapp", "image/png", b"")), 100);
    assert_eq!(code(&form("whatsapp", "image/png", &vec![0; (5 << 20) + 1])), 100);
    assert_eq!(code(&form("other", "image/png", b"x")), 100);
    assert_eq!(code(b"no form"), 100);
    assert_eq!(upload(&world, &form("whatsapp", "audio/ogg; codecs=opus", b"OggS")).unwrap().status, 200);
    assert_eq!(world.simulators.seen().uploads.len(), 1);
}

#[test]
fn media_are_wrong_in_the_ways_that_were_asked_for() {
    let faults = MediaFaults { seed: 9, mislabelled: 1, truncated: 1, too_large: 1, gone: 3, ..MediaFaults::default() };
    let world = World::of(Setup { media: MediaFile::small(20, 4), media_faults: faults, ..quick() });
    let ids = world.simulators.media_ids();
    assert_eq!(ids.len(), 26);
    let (mut gone, mut truncated, mut mislabelled, mut large) = (0, 0, 0, 0);
    for id in &ids {
        let reply = world.onprem("GET", &format!("/v1/media/{id}"), &Value::Null);
        gone += usize::from(reply.status == 404);
        truncated += usize::from(!reply.is_whole);
        mislabelled +=
            usize::from(reply.body.starts_with(b"<!doctype") && reply.header("content-type") == Some("image/jpeg"));
        large += usize::from(reply.body.len() > 5 << 20);
    }
    assert_eq!((gone, truncated, mislabelled, large), (3, 1, 1, 1));
}

#[test]
fn media_faults_come_at_their_rate_and_every_file_gets_through() {
    let faults = MediaFaults { seed: 2, per_mille: 300, ..MediaFaults::default() };
    let world = World::of(Setup { media: MediaFile::small(60, 4), media_faults: faults, ..quick() });
    let (mut mishaps, mut codes) = (0, std::collections::BTreeSet::new());
    for id in world.simulators.media_ids() {
        let fetched = loop {
            match world.try_onprem("GET", &format!("/v1/media/{id}"), &Value::Null) {
                Ok(reply) if reply.status == 200 && reply.is_whole => break reply,
                _ => mishaps += 1,
            }
        };
        let body = form("whatsapp", fetched.header("content-type").unwrap(), &fetched.body);
        loop {
            match upload(&world, &body) {
                Ok(reply) if reply.status == 200 => break,
                Ok(reply) => codes.insert(reply.code()),
                Err(_) => codes.insert(0),
            };
        }
    }
    assert!((5..60).contains(&mishaps), "{mishaps}");
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), [0, 80_007, 130_429, 131_000]);
    let seen = world.simulators.seen();
    assert!(seen.uploads.values().all(|uploads| uploads.taken == uploads.answered));
    // Some files have the same bytes, and here each is uploaded.
    assert_eq!(seen.uploads.len(), 54);
}

#[test]
fn a_lost_answer_is_counted_as_taken() {
    let faults = MediaFaults { per_mille: 1000, lost_answers: true, ..MediaFaults::default() };
    let world = World::of(Setup { media_faults: faults, ..quick() });
    let lost = (0..40u8).filter(|byte| upload(&world, &form("whatsapp", "image/png", &[*byte])).is_err()).count();
    let seen = world.simulators.seen();
    assert_eq!(seen.uploads.values().map(|uploads| uploads.taken).sum::<usize>(), lost);
    assert!(lost > 0 && seen.uploads.values().all(|uploads| uploads.answered == 0));
}

// Being killed

#[test]
fn a_held_request_takes_effect_before_or_after_its_client_goes() {
    for (moment, effects) in [(Moment::Before, 0), (Moment::After, 1)] {
        let world = World::new();
        let registration = world.registration();
        // The backup was the first request.
        world.simulators.stall(Some(Stall { request: 2, moment }));
        let line = world.send_register(&registration);
        assert!(world.simulators.stalled(Duration::from_secs(10)));
        assert_eq!(world.effects(), effects);
        line.hang_up();
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!((world.effects(), is_on_cloud(&world)), (effects, effects == 1));
        assert!(!World::new().simulators.stalled(Duration::from_millis(10)));
    }
}

#[test]
fn a_held_request_that_is_let_go_is_answered() {
    let world = World::new();
    world.simulators.stall(Some(Stall { request: 1, moment: Moment::Before }));
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| world.health());
        assert!(world.simulators.stalled(Duration::from_secs(10)));
        world.simulators.stall(None);
        assert_eq!(asking.join().unwrap(), "connected");
    });
}

#[test]
fn the_log_holds_no_secret() {
    let world = World::new();
    world.register(&world.registration());
    for (_, secret) in world.simulators.secrets() {
        let secret: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        world.get(&format!("/{secret}?access_token={secret}"));
        let path = format!("/webhook?hub.verify_token={secret}");
        let _ = world.send(&world.simulators.graph_url(), &request("GET", &path, &[], b""));
    }
    let seen = world.simulators.seen();
    let log = format!("{seen:?}\n{}", seen.calls.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    for (name, secret) in world.simulators.secrets() {
        assert!(!log.contains(&secret), "{name}");
    }
    assert!(log.contains("graph POST /v26.0/509170334801264/register 200"), "{log}");
    assert_eq!(world.simulators.calls_from(seen.requests).len(), 0);
}

// Clients that behave badly

#[test]
fn rubbish_is_answered_with_an_error_and_harms_nobody() {
    let world = World::new();
    let urls = [world.simulators.graph_url(), world.simulators.onprem_url()];
    let huge = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "y".repeat(100_000));
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(1000));
    let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "y".repeat(100_000));
    let cases: [(&[u8], u16); 12] = [
        (b"\x00\x01\x02\x03\r\n\r\n", 400),
        (b"GET\r\n\r\n", 400),
        (b"GET / HTTP/3.7\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n", 400),
        (huge.as_bytes(), 431),
        (many.as_bytes(), 431),
        (long.as_bytes(), 431),
    ];
    for url in &urls {
        for (bytes, status) in cases {
            let mut line = Line::to(url, &world.trust).unwrap();
            // Not all of it may be taken before the answer comes.
            let _ = line.send(bytes);
            let reply = line.reply().unwrap_or_else(|error| panic!("{url}: {error}: {}", bytes.escape_ascii()));
            assert_eq!(reply.status, status, "{url}: {}", String::from_utf8_lossy(&bytes[..bytes.len().min(60)]));
            assert!(reply.json()["error"].is_object() || reply.json()["errors"].is_array());
            assert!(line.reply().is_err(), "the connection ends");
        }
    }
    // Half a request, no TLS where TLS is wanted, TLS where it is not.
    for (url, bytes) in [
        (&urls[0], &b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"[..]),
        (&urls[0], b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
        (&urls[1], b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ] {
        let mut socket = TcpStream::connect(url.split_once("://").unwrap().1).unwrap();
        socket.write_all(bytes).unwrap();
        socket.shutdown(std::net::Shutdown::Write).unwrap();
    }
    assert_eq!(world.simulators.seen().requests, 0);
    assert_eq!((world.health(), world.effects()), (json!("connected"), 0));
}

#[test]
fn no_bytes_make_a_simulator_panic() {
    static PANICS: AtomicUsize = AtomicUsize::new(0);
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if matches!(std::thread::current().name(), Some("connection" | "simulator")) {
            PANICS.fetch_add(1, Ordering::Relaxed);
        }
        before(info);
    }));
    let world = World::new();
    let (graph, onprem) = (format!("Bearer {}", world.token()), format!("Bearer {}", world.simulators.onprem_token()));
    let json = [("Authorization", &*graph), ("Content-Type", "application/json")];
    let multipart = [("Authorization", &*graph), ("Content-Type", "multipart/form-data; boundary=b0")];
    let bearer = [("Authorization", &*onprem)];
    let requests = [
        (
            true,
            request("POST", &format!("/v26.0/{PHONE}/register"), &json, world.registration().to_string().as_bytes()),
        ),
        (true, request("POST", &format!("/v26.0/{PHONE}/media"), &multipart, &form("whatsapp", "image/png", b"x"))),
        (true, request("GET", &format!("/v26.0/{PHONE}?fields=throughput{{level}}&a=%7b"), &json, b"")),
        (true, request("GET", &format!("/v26.0/{WABA}/phone_numbers?after=1&limit=1"), &json, b"")),
        (false, request("POST", "/v1/settings/backup", &bearer, br#"{"password":"x"}"#)),
        (
            false,
            b"POST /v1/users/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
                .to_vec(),
        ),
    ];
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |limit: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % u64::try_from(limit).unwrap()).unwrap()
    };
    for round in 0..900 {
        let (is_graph, bytes) = &requests[round % requests.len()];
        let mut bytes = bytes.clone();
        for _ in 0..=below(4) {
            let at = below(bytes.len());
            match below(3) {
                0 => bytes[at] = u8::try_from(below(256)).unwrap(),
                1 => bytes.truncate(at + 1),
                _ => bytes.insert(at, b"\r\n{}\"%;:-\0\xff"[below(11)]),
            }
        }
        let url = if *is_graph { world.simulators.graph_url() } else { world.simulators.onprem_url() };
        let mut line = Line::to(&url, &world.trust).unwrap();
        line.patience(Duration::from_millis(10));
        let _ = line.send(&bytes);
        let _ = line.reply();
        line.hang_up();
    }
    assert_eq!(PANICS.load(Ordering::Relaxed), 0);
    assert!(world.get(&format!("/{PHONE}")).status == 200);
}

#[test]
fn a_connection_carries_many_requests_of_every_framing() {
    let world = World::new();
    let bearer = format!("Bearer {}", world.simulators.onprem_token());
    let mut line = Line::to(&world.simulators.onprem_url(), &world.trust).unwrap();
    let health = request("GET", "/v1/health", &[("Authorization", &bearer)], b"");
    // Two at once, one in chunks, one that asks first, one without a body in its answer.
    line.send(&[&health[..], &health[..]].concat()).unwrap();
    assert_eq!((line.reply().unwrap().status, line.reply().unwrap().status), (200, 200));
    let head = format!("POST /v1/settings/backup HTTP/1.1\r\nHost: a\r\nAuthorization: {bearer}\r\n");
    line.send(format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes()).unwrap();
    for chunk in ["5\r\n{\"pas\r\n", "e\r\nsword\": \"any\"}\r\n", "0\r\n\r\n"] {
        line.send(chunk.as_bytes()).unwrap();
    }
    assert_eq!(line.reply().unwrap().status, 200);
    line.send(format!("{head}Expect: 100-continue\r\nContent-Length: 18\r\n\r\n").as_bytes()).unwrap();
    assert_eq!(line.reply().unwrap().status, 100);
    line.send(b"{\"password\": \"it\"}").unwrap();
    assert_eq!(line.reply().unwrap().status, 200);
    line.send(format!("GET /v1/health HTTP/1.0\r\nAuthorization: {bearer}\r\n\r\n").as_bytes()).unwrap();
    assert_eq!(line.reply().unwrap().header("connection"), Some("close"));
    assert!(line.reply().is_err());
    assert_eq!(world.simulators.seen().backups, 2);
}

#[test]
fn slow_clients_block_nobody() {
    let world = World::new();
    let urls = [world.simulators.graph_url(), world.simulators.onprem_url()];
    let mut idle = Vec::new();
    for url in &urls {
        for _ in 0..60 {
            // Some never say a word, not even of TLS, some stop in the midst of it.
            let mut socket = TcpStream::connect(url.split_once("://").unwrap().1).unwrap();
            socket.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nCont").unwrap();
            idle.push(socket);
            idle.push(TcpStream::connect(url.split_once("://").unwrap().1).unwrap());
        }
    }
    let begun = Instant::now();
    assert_eq!((world.health(), is_on_cloud(&world)), (json!("connected"), false));
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    let begun = Instant::now();
    drop(world);
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
}

#[test]
fn more_connections_than_are_served_are_closed_and_the_server_lives() {
    let world = World::new();
    let url = world.simulators.graph_url();
    let crowd: Vec<TcpStream> =
        (0..700).filter_map(|_| TcpStream::connect(url.trim_start_matches("http://")).ok()).collect();
    drop(crowd);
    assert!(comes_true(|| world.try_graph("GET", &format!("/{PHONE}"), &Value::Null).is_ok()));
}

#[test]
fn answers_take_their_latency_side_by_side() {
    let world = World::of(Setup { latency: Duration::from_millis(50), ..quick() });
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let bearer = format!("Bearer {}", world.token());
                let bytes = request("GET", &format!("/v26.0/{PHONE}"), &[("Authorization", &bearer)], b"");
                let mut line = Line::to(&world.simulators.graph_url(), &world.trust).unwrap();
                for _ in 0..10 {
                    line.send(&bytes).unwrap();
                    assert_eq!(line.reply().unwrap().status, 200);
                }
            });
        }
    });
    let taken = begun.elapsed();
    assert!(taken >= Duration::from_millis(500) && taken < Duration::from_millis(3500), "{taken:?}");
}

// The command

#[test]
fn the_command_refuses_what_others_reach_and_what_servers_cannot_play() {
    let project = Project::new();
    for listen in ["0.0.0.0", "0.0.0.0:8080", "[::]:1", "192.0.2.7:80", "example.com:80", "127.0.0.1:x", "localhostile"]
    {
        let run = project.run(&["migrate", "simulate", "--listen", listen]);
        assert_eq!((run.code, run.text()), (2, ""), "{listen}");
        assert!(run.err.contains("--listen"), "{}", run.err);
    }
    for fault in ["killed", "full-disk", "nothing"] {
        let run = project.run(&["migrate", "simulate", "--fault", fault]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains("--fault") && run.err.contains(fault), "{}", run.err);
    }
    project.write("there/onprem-ca.pem", "mine");
    let run = project.run(&["migrate", "simulate", "--write", "there"]);
    assert!(run.code == 2 && run.err.contains("onprem-ca.pem is there already"), "{}", run.err);
    assert!(!project.path("there/waport.toml").exists());
    assert_eq!(std::fs::read_to_string(project.path("there/onprem-ca.pem")).unwrap(), "mine");
}

#[test]
fn the_command_says_what_is_needed_and_serves() {
    let project = Project::new();
    let args = ["migrate", "simulate", "--listen", "localhost", "--output-format", "json", "--write", "new/folder"];
    let options = ["--certificate", "issued", "--fault", "register-false,slow"];
    let mut command = project.command(&[&args[..], &options[..]].concat());
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let said: Value = serde_json::from_str(&first).unwrap();
    let toml = std::fs::read_to_string(project.path("new/folder/waport.toml")).unwrap();
    assert_eq!(said["configuration"], json!(toml));
    let pem = std::fs::read_to_string(project.path("new/folder/onprem-ca.pem")).unwrap();
    assert_eq!(said["faults"].as_array().unwrap().len(), 2);
    let secrets = std::fs::read_to_string(project.path("new/folder/secrets.env")).unwrap();
    for (name, value) in said["environment"].as_object().unwrap() {
        assert!(secrets.contains(&format!("{name}={}\n", value.as_str().unwrap())), "{name}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(project.path("new/folder/secrets.env")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let mut line = Line::to(said["onprem_url"].as_str().unwrap(), &root(&pem)).unwrap();
    line.send(&request("GET", "/v1/health", &[], b"")).unwrap();
    assert_eq!(line.reply().unwrap().status, 401);
    let mut heard = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut heard).unwrap();
    assert_eq!(heard, "onprem GET /v1/health 401\n");
    child.kill().unwrap();
    child.wait().unwrap();
}
