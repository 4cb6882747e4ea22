//! What a plan says: the steps of Meta's guide, what it warns of, what people have to see to.

use super::{NumberPlan, Placeholder, Step, Ticket, WithoutBackup};
use crate::config::Migrate;
use crate::config::migrate::Number;
use crate::facts::{Date, facts};
use crate::migrate::preflight::PERMISSIONS;
use crate::migrate::requests::{METADATA, Requests, placeholder};
use crate::migrate::standing::MOST;
use crate::migrate::ticket::{REQUEST_TYPE, TOPIC};
use crate::net::SecretName;

fn lines<const N: usize>(lines: [&str; N]) -> Vec<String> {
    lines.map(str::to_owned).to_vec()
}

/// What the end of On-Premises API means.
pub(super) fn shutdown() -> Vec<String> {
    lines([
        "On-Premises API was shut down on 2025-10-23: its last client has expired, and no message to or from a number on it is delivered.",
        "The steps below are those of Meta's guide. They need an old client that still answers a request for a backup. `waport migrate run` asks for it before the registration; without it nothing is registered, and the number stays where it is.",
        "Not known: whether an expired client still makes a backup, and whether Meta still takes one. No public source says so. The run stops with what it was told.",
        "Where no backup can be had, the number is registered anew, without one; what that takes and costs is said below for each number.",
    ])
}

/// What Meta's guide warns of, and what the configuration leaves open.
pub(super) fn warnings(migrate: &Migrate, today: Date, version: &str) -> Vec<String> {
    let mut all = lines([
        "Registering a number for use with Cloud API takes it off On-Premises API. A number is on one of them only, and since the shutdown there is no way back.",
        "Downtime begins with the registration and should last a few seconds. What users send to the number meanwhile is dropped, and nobody is told.",
        "A wrong PIN at the registration takes the old client down, too. After that it may not be possible to make a second backup; waport keeps the first until all is verified.",
        "Migrate one number with little traffic first, try on it all that you mean to offer, and only then the others.",
        "Migrate when there is little traffic.",
        "When the number is registered its old webhooks end and those of Cloud API begin. They have another form; an endpoint of their own is best, and it has to be there before.",
        "Cloud API's webhooks are delivered only when the app is subscribed to the account's, even when another number of the account is on Cloud API already.",
        "Cloud API refuses media IDs of the old client, some hosts of media links, properties that it does not know, buttons without an index, and texts of buttons with blanks around them; it has no sticker packs, and other error codes. The gate looks for these.",
        "This is not the move of a number between two WhatsApp Business Accounts: `migrate_phone_number` is never called.",
    ]);
    all.push(format!(
        "Meta takes {MOST} registrations and deregistrations of a number within 72 hours, and refuses more."
    ));
    if migrate.numbers.len() > 1 && !migrate.numbers.iter().any(|number| number.pilot) {
        all.push("No number has `pilot = true` in waport.toml. Choose one with little traffic.".to_owned());
    }
    let row = version.parse().ok().and_then(|version| facts().tables.graph_versions().find(version));
    if row.is_some_and(|row| row.is_expired(today)) {
        all.push(format!("Graph API no longer serves {version}. Write a newer `graph-version` into waport.toml."));
    }
    if migrate.app_id.is_none() {
        all.push(
            "waport.toml names no `app-id`, so whether the app is subscribed can be told in part only.".to_owned(),
        );
    }
    if migrate.webhook_url.is_none() {
        all.push(
            "waport.toml names no `webhook-url`, so the endpoint of Cloud API's webhooks cannot be asked.".to_owned(),
        );
    }
    all
}

/// What the migration does not change.
pub(super) fn unchanged() -> Vec<String> {
    lines([
        "the number's display name",
        "the number's verification status",
        "the number's quality rating",
        "the templates and their statuses",
        "the account's status as an official business account",
        "the account's messaging limit",
    ])
}

/// What a person has to confirm.
pub(super) fn attestations() -> Vec<String> {
    let mut all: Vec<String> = PERMISSIONS
        .iter()
        .map(|permission| format!("App Review gave the app advanced access to {permission}. A token with the permission does not prove that."))
        .collect();
    all.extend(lines([
        "The app is claimed by, or belongs to, the verified Meta Business Account.",
        "The endpoint digests Cloud API's webhooks of all the kinds that you receive.",
        "The endpoint, or another, digests Business Management API's webhooks.",
        "Who runs this owns the number, or the owner agrees.",
    ]));
    all
}

/// What placeholders stand for.
pub(super) fn secrets() -> Vec<Placeholder> {
    let named = SecretName::ALL.into_iter().map(|name| Placeholder {
        placeholder: placeholder(name),
        what: name.what().to_owned(),
        variable: Some(name.variable()),
    });
    let metadata = Placeholder {
        placeholder: METADATA.to_owned(),
        what: "what the old client answers to the request for a backup".to_owned(),
        variable: None,
    };
    named.chain([metadata]).collect()
}

/// The ticket for Meta's support.
pub(super) fn ticket() -> Ticket {
    Ticket {
        topic: TOPIC,
        request_type: REQUEST_TYPE,
        say: lines([
            "phone number ID and WhatsApp Business Account ID",
            "the step that failed, the error code and the `fbtrace_id`: `waport migrate status` prints them",
            "version and `api_status` of the old client",
        ]),
    }
}

/// What would be done with one number.
pub(super) fn number(migrate: &Migrate, number: &Number, version: &str, first: Option<&str>) -> NumberPlan {
    let requests = Requests { migrate, number, version };
    NumberPlan {
        name: number.name.clone(),
        display_phone_number: number.display_phone_number.clone(),
        phone_number_id: number.phone_number_id.clone(),
        waba_id: number.waba_id.clone(),
        onprem_url: number.onprem_url.to_string(),
        pilot: number.pilot,
        daily_messages: number.daily_messages,
        shards: number.shards,
        steps: vec![
            gate(),
            preflight(requests),
            two_step(requests),
            backup(requests),
            register(requests),
            subscribe(requests),
            verify(requests),
        ],
        runbook: runbook(migrate, number, version, first),
        without_backup: without_backup(requests),
    }
}

fn gate() -> Step {
    Step {
        number: 0,
        guide_step: None,
        title: "The gate",
        preconditions: lines(["The gate is open. A run that goes on after the registration is not held back by it."]),
        requests: Vec::new(),
        undo: Vec::new(),
        notes: Vec::new(),
    }
}

fn preflight(requests: Requests<'_>) -> Step {
    let (migrate, number) = (requests.migrate, requests.number);
    let mut preconditions = vec![
        format!(
            "The access token is valid, has {}, and both hold for the account {}.",
            PERMISSIONS.join(" and "),
            number.waba_id
        ),
        format!("The account {} has the number {}.", number.waba_id, number.phone_number_id),
        "The number's `platform_type` is still ON_PREMISE.".to_owned(),
        "The app has a webhook subscription for whatsapp_business_account with the field `messages`.".to_owned(),
    ];
    if let Some(url) = &migrate.webhook_url {
        preconditions.push(format!("That subscription goes to {url}, which answers the challenge."));
    }
    preconditions.push("The old client answers. One that calls itself deprecated is only noted.".to_owned());
    let graph = [requests.debug_token(), requests.phone_numbers(), requests.phone_number(), requests.doubtful_fields()];
    let rest = [requests.app_subscriptions(), requests.challenge(), Some(requests.login()), Some(requests.health())];
    Step {
        number: 1,
        guide_step: None,
        title: "Preflight",
        preconditions,
        requests: graph.into_iter().chain(rest.into_iter().flatten()).collect(),
        undo: Vec::new(),
        notes: lines([
            "Nothing is changed. How the number is now is kept in the journal, waport-journal.jsonl beside waport.toml, to compare with at the end.",
        ]),
    }
}

fn two_step(requests: Requests<'_>) -> Step {
    Step {
        number: 2,
        guide_step: Some(1),
        title: "Two-step verification",
        preconditions: lines(["The PIN is known: then nothing is sent. Or nobody knows it, and the number's owner wants two-step verification off."]),
        requests: vec![requests.disable_two_step()],
        undo: vec![requests.enable_two_step()],
        notes: vec![
            format!("When nobody knows the PIN: `waport migrate run --number {} --execute --disable-two-step`, after a second confirmation.", requests.number.name),
            "Only the number's owner may turn it off. When that is somebody else, ask them.".to_owned(),
            "From then on until the registration the number is not protected. The registration sets a new PIN of six digits. When it does not come to that, turn two-step verification on again, as below.".to_owned(),
        ],
    }
}

fn backup(requests: Requests<'_>) -> Step {
    Step {
        number: 3,
        guide_step: Some(2),
        title: "Backup of the number's metadata",
        preconditions: lines([
            "A password for the backup, which can be any text; `--generate-backup-password FILE` makes one.",
        ]),
        requests: vec![requests.backup()],
        undo: Vec::new(),
        notes: lines([
            "Metadata and password are both needed at the registration. The metadata is kept beside the journal, for its owner alone, until all is verified.",
        ]),
    }
}

fn register(requests: Requests<'_>) -> Step {
    let number = requests.number;
    let mut notes = lines([
        "The point of no return. Downtime begins here; what users send until it ends is dropped.",
        "It usually takes up to 15 seconds. It is never sent twice unless it is proven that the first did not take effect; a time-out is no proof.",
        "A wrong PIN is refused, and takes the old client down all the same. The backup is kept, and with the right PIN and `--pin-corrected` the next run goes on.",
    ]);
    if number.shards.is_some_and(|shards| shards >= 2) {
        notes.push(
            "The client runs two shards or more: Cloud API gives the number high throughput by itself.".to_owned(),
        );
    }
    let mut preconditions = vec![
        "The PIN is right: the number's own, or a new one of six digits when two-step verification was turned off."
            .to_owned(),
        format!("Fewer than {MOST} registrations and deregistrations within the last 72 hours."),
    ];
    if let Some(window) = &requests.migrate.window {
        preconditions.push(format!("The run begins within {window}."));
    }
    preconditions
        .push(format!("Somebody types the number {}, or gives it with `--confirm`.", number.display_phone_number));
    Step {
        number: 4,
        guide_step: Some(3),
        title: "Registration with Cloud API",
        preconditions,
        requests: vec![requests.register()],
        undo: Vec::new(),
        notes,
    }
}

fn subscribe(requests: Requests<'_>) -> Step {
    Step {
        number: 5,
        guide_step: None,
        title: "Subscription to the account's webhooks",
        preconditions: lines(["The number is registered."]),
        requests: vec![requests.subscribed_apps(), requests.subscribe()],
        undo: Vec::new(),
        notes: lines([
            "Meta's guide asks for it after the migration, in its section on webhooks. Until then no webhook of the number is delivered.",
        ]),
    }
}

fn verify(requests: Requests<'_>) -> Step {
    let throughput = match requests.number.shards {
        Some(2..) => ", `throughput` is HIGH",
        _ => "",
    };
    Step {
        number: 6,
        guide_step: None,
        title: "Comparison with the time before",
        preconditions: Vec::new(),
        requests: vec![requests.phone_number(), requests.doubtful_fields(), requests.subscribed_apps()],
        undo: Vec::new(),
        notes: vec![
            format!("`platform_type` is CLOUD_API, `status` is CONNECTED{throughput}, and the app is subscribed."),
            "Display name, quality rating, verification and messaging limit are as before.".to_owned(),
        ],
    }
}

fn runbook(migrate: &Migrate, number: &Number, version: &str, first: Option<&str>) -> Vec<String> {
    let name = &number.name;
    let graph = migrate.graph_url.as_str().trim_end_matches('/');
    let mut all = lines([
        "Rehearse: `waport migrate rehearse` plays it all against simulators on this machine; `waport migrate rehearse --list-faults` says what can go wrong there.",
    ]);
    all.push(format!("Try without changing anything: `waport migrate run --number {name}`."));
    all.extend(lines([
        "Bring up the endpoint for Cloud API's webhooks, and leave the old one running.",
        "Pause everything that sends with this number: schedulers, campaigns, workers of queues. Keep what they would have sent.",
        "Let the old client's send queue drain: wait until each message that was handed over has a status, or has failed.",
        "Let the old client's callback queue drain: wait until no more webhooks come to the old endpoint.",
    ]));
    all.push(format!("Migrate: `waport migrate run --number {name} --execute`. It registers and subscribes. If it stops, do what it says and run it again."));
    all.push(format!(
        "Switch the senders to {graph}/{version}/{}/messages with the access token in `Authorization: Bearer`, and to the bodies that Cloud API takes.",
        number.phone_number_id
    ));
    all.extend(lines([
        "Resume sending, little by little, and watch for `failed` statuses.",
        "Do not start the old client with this number again. Keep its volumes until you need nothing from it any more, media included.",
    ]));
    all.push(format!("Compare once more after some hours: `waport migrate verify --number {name}`."));
    match first {
        Some(first) if first != number.name => {
            let line = format!(
                "Begin when {first} was tried and accepted: `waport migrate accept --number {first} --by WHO`, which `waport migrate status` tells."
            );
            all.insert(0, line);
        }
        _ => all.push(format!(
            "Try the checklist below on this number, then: `waport migrate accept --number {name} --by WHO`. The other numbers wait for that."
        )),
    }
    all
}

fn without_backup(requests: Requests<'_>) -> WithoutBackup {
    let number = requests.number;
    WithoutBackup {
        notes: vec![
            "By hand; `waport migrate run` does not do this.".to_owned(),
            format!("Somebody has to receive an SMS or a call at {}, and pass on the code of six digits.", number.display_phone_number),
            "When two-step verification is on, the PIN has to be known. Nobody but the owner can turn it off, in WhatsApp Manager, as the old client no longer can. Too many wrong PINs block the number for a while (133008, 133009).".to_owned(),
            "Each try counts among the registrations of 72 hours.".to_owned(),
            "What the old client kept stays there: messages in its queues, media, its own settings. Display name, templates, quality rating and limits belong to number and account, not to the client.".to_owned(),
            "Not known: what else a backup carries over, and whether a number that Graph API calls VERIFIED can be registered without a new code. The error 133006 would say that it needs one.".to_owned(),
            "Then subscribe the app and compare, as in steps 5 and 6.".to_owned(),
        ],
        requests: vec![requests.request_code(), requests.verify_code(), requests.register_anew()],
    }
}
