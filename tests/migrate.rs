//! `waport migrate run`, `status`, `verify`, `accept` and `rehearse` against the simulators, over real sockets, killed
//! and begun again.

#![cfg(feature = "net")]

mod program;

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use program::{Project, Run};
use serde_json::Value;
use waport::migrate::rehearse::Rehearsal;
use waport::migrate::simulate::{
    AppSubscription, CertificateKind, Fault, Setup, SimulatedNumber, Simulators, Whereabouts,
};

/// A message and a webhook that Cloud API takes and sends.
const MESSAGE: &str = r#"{"messaging_product":"whatsapp","to":"15550100123","type":"text","text":{"body":"Hello"}}"#;
const WEBHOOK: &str = r#"{"object":"whatsapp_business_account","entry":[{"id":"318842706651090","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100900","phone_number_id":"509170334801264"},"contacts":[{"profile":{"name":"Somebody"},"wa_id":"15550100123"}],"messages":[{"from":"15550100123","id":"wamid.HBgLMTU1NTAxMDAxMjMVAgASGBQzQTAxMDIwMzA0MDUwNjA3MDgwOQA=","timestamp":"1793510000","type":"text","text":{"body":"Hi"}}]}}]}]}"#;

/// A project whose gate is open, and the world that it talks to.
struct Stage {
    project: Project,
    world: Simulators,
}

impl Stage {
    fn with(setup: Setup) -> Self {
        let world =
            Simulators::start(Setup { slow: ms(300), patience: ms(4000), outage: ms(200), ..setup }).expect("a world");
        let project = Project::with(&[("outbound.json", MESSAGE), ("webhook.json", WEBHOOK)]);
        world.write(&project.path("")).expect("a configuration");
        Self { project, world }
    }

    fn configure(&self, more: &str) {
        let text = std::fs::read_to_string(self.project.path("waport.toml")).expect("a configuration");
        self.project.write("waport.toml", text.replacen("[migrate]\n", &format!("[migrate]\n{more}\n"), 1));
    }

    /// The program with the secrets of this world, in a hurry.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.project.command(args);
        command.envs(self.world.secrets()).env("WAPORT_TEST_QUICKER", "60");
        command
    }

    fn run(&self, args: &[&str]) -> Run {
        program::finish(&mut self.command(args), b"")
    }

    fn execute(&self) -> Run {
        self.run(&["migrate", "run", "--number", "berlin", "--execute", "--confirm", "15550100900"])
    }

    /// A run that waits at a point, and what it says there; `None` when it came to its end before.
    fn stopped_at(&self, point: u32) -> Option<(Child, String)> {
        let args = ["migrate", "run", "--number", "berlin", "--execute", "--confirm", "15550100900"];
        let mut command = self.command(&args);
        command.env("WAPORT_TEST_STOP_AT", point.to_string()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program");
        let stderr = BufReader::new(child.stderr.take().expect("its standard error"));
        let place = stderr.lines().map_while(Result::ok).find(|line| line.starts_with("point "));
        if place.is_none() {
            assert!(child.wait().expect("its end").success());
        }
        place.map(|place| (child, place))
    }

    fn journal(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.project.path("waport-journal.jsonl")).unwrap_or_default();
        assert!(text.is_empty() || text.ends_with('\n'), "torn: {text}");
        text.lines().map(|line| serde_json::from_str(line).expect("an entry")).collect()
    }

    fn is_on_cloud(&self) -> bool {
        self.world.whereabouts("berlin") == Some(Whereabouts::Cloud)
    }

    /// The secret that a text holds, in one of the forms in which it is sent. A user's name alone is none.
    fn leak(&self, text: &str) -> Option<String> {
        use base64::Engine as _;
        let secrets = self.world.secrets();
        let secret = |variable: &str| {
            let mut all = secrets.iter().filter(|(name, _)| name == variable);
            all.next().map_or("", |(_, secret)| secret.as_str())
        };
        let pair = format!("{}:{}", secret("WAPORT_ONPREM_USER"), secret("WAPORT_ONPREM_PASSWORD"));
        let mut forms = vec![base64::engine::general_purpose::STANDARD.encode(pair)];
        for (_, secret) in secrets.iter().filter(|(name, _)| name != "WAPORT_ONPREM_USER") {
            forms.extend([
                secret.clone(),
                serde_json::to_string(secret).expect("a text").trim_matches('"').to_owned(),
                url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
                percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC).to_string(),
            ]);
        }
        forms.into_iter().find(|form| text.contains(form.as_str()))
    }

    /// Nothing that was printed or kept holds a secret, but the file for secrets itself.
    fn keeps_secrets(&self, run: &Run) {
        let all = [run.text(), &run.err];
        assert_eq!(all.iter().find_map(|text| self.leak(text)), None, "{}\n{}", run.text(), run.err);
        for entry in std::fs::read_dir(self.project.path("")).expect("the folder") {
            let path = entry.expect("an entry").path();
            if path.is_file() && path.file_name().is_some_and(|name| name != "secrets.env") {
                let text = String::from_utf8_lossy(&std::fs::read(&path).expect("a file")).into_owned();
                assert_eq!(self.leak(&text), None, "{}", path.display());
            }
        }
    }
}

fn ms(count: u64) -> std::time::Duration {
    std::time::Duration::from_millis(count)
}

#[test]
fn a_number_is_migrated_and_all_is_in_the_journal() {
    for certificate in [CertificateKind::SelfSigned, CertificateKind::Issued] {
        let stage = Stage::with(Setup { certificate, ..Setup::default() });
        let dry = stage.run(&["migrate", "run", "--number", "berlin"]);
        assert_eq!((dry.code, stage.journal().len()), (0, 0), "{}{}", dry.text(), dry.err);
        assert_eq!(stage.world.seen().backups, 0);
        let run = stage.execute();
        assert_eq!(run.code, 0, "{}{}", run.text(), run.err);
        stage.keeps_secrets(&run);
        let seen = stage.world.seen();
        assert!(stage.is_on_cloud() && (seen.register_effects, seen.subscribe_effects) == (1, 1));
        let events: Vec<String> = stage.journal().iter().map(|entry| entry["event"].to_string()).collect();
        assert!(events.contains(&"\"downtime-ended\"".to_owned()), "{events:?}");
        assert!(!stage.project.path("waport-journal.jsonl.509170334801264.backup").exists());
        let verify = stage.run(&["migrate", "verify", "--number", "berlin"]);
        assert_eq!(verify.code, 0, "{}{}", verify.text(), verify.err);
        stage.world.overrule("berlin", "quality_rating", "RED".into());
        let verify = stage.run(&["migrate", "verify", "--number", "berlin", "--output-format", "json"]);
        assert_eq!((verify.code, &verify.json()["differences"][0]), (1, &"quality_rating is RED, was GREEN".into()));
        stage.keeps_secrets(&verify);
    }
}

#[test]
fn killed_at_every_point_it_goes_on_and_registers_once() {
    let mut points = 0;
    for point in 1.. {
        let stage = Stage::with(Setup::default());
        let Some((mut child, place)) = stage.stopped_at(point) else { break };
        child.kill().expect("killed");
        child.wait().expect("gone");
        points += 1;
        let before = stage.journal();
        let run = stage.execute();
        assert_eq!(run.code, 0, "{place}: {}{}", run.text(), run.err);
        stage.keeps_secrets(&run);
        let seen = stage.world.seen();
        assert!(stage.is_on_cloud() && seen.subscribe_effects > 0, "{place}");
        assert_eq!(seen.register_effects, 1, "{place}");
        assert_eq!(stage.journal()[..before.len()], before, "{place}: entries were lost");
    }
    // As many as a run has entries and requests, twice each.
    assert!(points > 60, "{points}");
}

#[test]
fn killed_while_a_request_is_on_its_way_it_registers_once() {
    use waport::migrate::simulate::{Moment, Stall};
    for moment in [Moment::Before, Moment::After] {
        for request in 1.. {
            let stage = Stage::with(Setup::default());
            stage.world.stall(Some(Stall { request, moment }));
            let mut command =
                stage.command(&["migrate", "run", "--number", "berlin", "--execute", "--confirm", "15550100900"]);
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program");
            // The run is quicker than that, unless it is held.
            if !stage.world.stalled(ms(4000)) {
                assert!(child.wait().expect("its end").success());
                break;
            }
            child.kill().expect("killed");
            child.wait().expect("gone");
            stage.world.stall(None);
            let run = stage.execute();
            assert_eq!(run.code, 0, "{moment:?} {request}: {}{}", run.text(), run.err);
            assert!(stage.is_on_cloud(), "{moment:?} {request}");
            assert_eq!(stage.world.seen().register_effects, 1, "{moment:?} {request}");
            stage.journal();
        }
    }
}

#[test]
fn a_second_run_at_the_same_time_refuses() {
    let stage = Stage::with(Setup::default());
    let (mut child, _) = stage.stopped_at(5).expect("a run that waits");
    let second = stage.execute();
    assert_eq!(second.code, 2, "{}", second.text());
    assert!(second.err.contains("another run"), "{}", second.err);
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert_eq!(stage.world.seen().register_calls, 0);
}

#[test]
fn every_fault_ends_as_it_should_with_both_kinds_of_certificates() {
    for certificate in [CertificateKind::SelfSigned, CertificateKind::Issued] {
        for fault in Fault::ALL {
            // That takes long, and the program itself is killed in tests of their own.
            if fault == Fault::Killed && certificate == CertificateKind::Issued {
                continue;
            }
            let folder = tempfile::tempdir().expect("a folder");
            let setup = Setup { certificate, ..Setup::default() };
            let mut out = Vec::new();
            let rehearsal = Rehearsal { faults: vec![fault], setup, ..Rehearsal::default() };
            let outcome = rehearsal.play(folder.path(), &mut out).expect("played");
            let text = String::from_utf8(out).expect("UTF-8");
            assert!(outcome.is_good(), "{fault}: {outcome:?}\n{text}");
            let expected: &[&str] = match fault {
                Fault::Refused
                | Fault::ResetAfterRegister
                | Fault::TimeoutAfterRegister
                | Fault::SubscribeFalse
                | Fault::TruncatedAnswer
                | Fault::Slow => &["done"],
                Fault::Killed => &["killed", "done"],
                Fault::AlreadyOnCloud => &["stopped"],
                _ => &["stopped", "done"],
            };
            assert_eq!(outcome.runs, expected, "{fault}\n{text}");
            let (sent, effects) = match fault {
                Fault::AlreadyOnCloud => (0, 0),
                Fault::ResetBeforeRegister
                | Fault::TimeoutBeforeRegister
                | Fault::ServerError
                | Fault::RegisterFalse
                | Fault::HtmlAnswer
                | Fault::WrongPin
                | Fault::WrongBackupPassword
                | Fault::RateLimited => (2, 1),
                _ => (1, 1),
            };
            assert_eq!((outcome.sent, outcome.effects), (sent, effects), "{fault}\n{text}");
            let secrets = Simulators::start(Setup::default()).expect("a world").secrets();
            for (name, secret) in secrets.iter().filter(|(name, _)| name != "WAPORT_ONPREM_USER") {
                assert!(!text.contains(secret.as_str()), "{fault} shows {name}:\n{text}");
            }
        }
    }
}

#[test]
fn an_answer_that_lies_is_found_out_by_reading_the_number() {
    for fault in [Fault::ServerError, Fault::HtmlAnswer] {
        let stage = Stage::with(Setup { faults: vec![fault], deceitful: true, ..Setup::default() });
        let run = stage.execute();
        assert_eq!(run.code, 0, "{fault}: {}{}", run.text(), run.err);
        let seen = stage.world.seen();
        assert_eq!((seen.register_calls, seen.register_effects), (1, 1), "{fault}");
    }
}

#[test]
fn nothing_is_changed_without_the_number_typed_or_behind_a_shut_gate() {
    let stage = Stage::with(Setup::default());
    for confirm in [&[][..], &["--confirm", "15550100901"][..]] {
        let run = stage.run(&[&["migrate", "run", "--number", "berlin", "--execute"], confirm].concat());
        assert_eq!(run.code, 2, "{}", run.text());
        assert!(run.err.contains("nothing was sent"), "{}", run.err);
    }
    stage.project.write("outbound.json", program::OLD);
    let run = stage.execute();
    assert_eq!(run.code, 1, "{}{}", run.text(), run.err);
    let seen = stage.world.seen();
    assert_eq!((seen.backups, seen.register_calls, seen.two_step_deletes), (0, 0, 0));
}

#[test]
fn a_run_goes_on_behind_a_gate_that_shut_after_the_registration() {
    let stage = Stage::with(Setup { faults: vec![Fault::SubscribeFalse], ..Setup::default() });
    // Stopped right after the registration.
    let is_there = |point: &u32| {
        let probe = Stage::with(Setup::default());
        let (mut child, place) = probe.stopped_at(*point).expect("a run that waits");
        child.kill().expect("killed");
        child.wait().expect("gone");
        place.ends_with("after the entry done register")
    };
    let point = (1..500).find(is_there).expect("the point");
    let (mut child, _) = stage.stopped_at(point).expect("a run that waits");
    child.kill().expect("killed");
    child.wait().expect("gone");
    stage.project.write("outbound.json", program::OLD);
    let run = stage.execute();
    assert_eq!(run.code, 0, "{}{}", run.text(), run.err);
    assert_eq!(stage.world.seen().register_calls, 1);
}

#[test]
fn a_wrong_pin_is_not_sent_again_unless_it_was_corrected() {
    let stage = Stage::with(Setup::default());
    let args = ["migrate", "run", "--number", "berlin", "--execute", "--confirm", "15550100900"];
    let wrong = |more: &[&str]| {
        let mut command = stage.command(&[&args, more].concat());
        program::finish(command.env("WAPORT_PIN", "000000"), b"")
    };
    assert_eq!(wrong(&[]).code, 3);
    let again = wrong(&[]);
    assert!(again.code == 2 && again.err.contains("--pin-corrected"), "{}", again.err);
    assert_eq!(stage.world.seen().register_calls, 1);
    let status = stage.run(&["migrate", "status"]);
    let text = status.text();
    assert!(text.contains("Topic: WABiz: Cloud API") && text.contains("fbtrace_id"), "{text}");
    let right = stage.run(&[&args[..], &["--pin-corrected"]].concat());
    assert_eq!(right.code, 0, "{}{}", right.text(), right.err);
    assert_eq!(stage.world.seen().backups, 1, "the old client is down and gives no second backup");
}

#[test]
fn two_step_verification_is_turned_off_only_after_a_second_question() {
    let stage = Stage::with(Setup::default());
    let args = ["migrate", "run", "--number", "berlin", "--execute", "--confirm", "15550100900", "--disable-two-step"];
    let run = stage.run(&args);
    assert_eq!((run.code, stage.world.seen().two_step_deletes), (2, 0), "{}{}", run.text(), run.err);
    let run = stage.run(&[&args[..], &["--confirm-two-step", "unprotected"]].concat());
    assert_eq!((run.code, stage.world.seen().two_step_deletes), (0, 1), "{}{}", run.text(), run.err);
    assert!(stage.is_on_cloud());
}

#[test]
fn a_password_for_the_backup_is_made_and_kept_for_its_owner() {
    let stage = Stage::with(Setup::default());
    let args = ["migrate", "run", "--number", "berlin", "--execute", "--confirm", "15550100900"];
    let mut command = stage.command(&[&args[..], &["--generate-backup-password", "backup-password"]].concat());
    let run = program::finish(command.env_remove("WAPORT_BACKUP_PASSWORD"), b"");
    assert_eq!(run.code, 0, "{}{}", run.text(), run.err);
    let kept = std::fs::read_to_string(stage.project.path("backup-password")).expect("kept");
    assert!(kept.len() == 32 && !run.text().contains(&kept));
}

#[test]
fn secrets_come_from_a_file_and_what_is_missing_is_named() {
    let stage = Stage::with(Setup::default());
    let bare = |args: &[&str]| stage.project.run(args);
    let run = bare(&["migrate", "run", "--number", "berlin"]);
    assert!(run.code == 2 && run.err.contains("WAPORT_GRAPH_TOKEN_BERLIN"), "{}", run.err);
    let lines: Vec<String> = stage.world.secrets().iter().map(|(name, value)| format!("{name}={value}")).collect();
    stage.project.write("ours.env", lines.join("\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |mode| {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(stage.project.path("ours.env"), permissions).expect("a mode");
        };
        mode(0o644);
        let run = bare(&["migrate", "run", "--number", "berlin", "--secrets", "ours.env"]);
        assert!(run.code == 2 && run.err.contains("chmod 600"), "{}", run.err);
        mode(0o600);
    }
    let run = bare(&["migrate", "run", "--number", "berlin", "--secrets", "ours.env"]);
    assert_eq!(run.code, 0, "{}{}", run.text(), run.err);
}

#[test]
fn what_was_sent_is_remembered_whatever_the_journal_and_the_name() {
    // Killed while the first registration is on its way.
    let begun = || {
        let stage = Stage::with(Setup::default());
        let point = (30..100).find_map(|point| {
            let probe = Stage::with(Setup::default());
            let (mut child, place) = probe.stopped_at(point)?;
            child.kill().expect("killed");
            child.wait().expect("gone");
            place.ends_with("after POST register").then_some(point)
        });
        let (mut child, _) = stage.stopped_at(point.expect("the point")).expect("a run that waits");
        child.kill().expect("killed");
        child.wait().expect("gone");
        stage
    };
    let args = ["migrate", "run", "--number", "berlin", "--execute", "--confirm", "15550100900"];

    let stage = begun();
    let other = stage.run(&[&args[..], &["--journal", "other.jsonl"]].concat());
    assert!(other.code == 2 && other.err.contains("waport-journal.jsonl"), "{}", other.err);
    std::fs::remove_file(stage.project.path("waport-journal.jsonl")).expect("the journal is lost");
    let other = stage.run(&[&args[..], &["--journal", "other.jsonl"]].concat());
    assert_eq!(other.code, 0, "{}{}", other.text(), other.err);
    assert!(other.text().contains("finding out what became of it"), "{}", other.text());
    assert_eq!(stage.world.seen().register_calls, 1);

    let stage = begun();
    let text = std::fs::read_to_string(stage.project.path("waport.toml")).expect("a configuration");
    stage.project.write("waport.toml", text.replace("name = \"berlin\"", "name = \"hamburg\""));
    let mut renamed = args;
    renamed[3] = "hamburg";
    let run = stage.run(&renamed);
    assert_eq!((run.code, stage.world.seen().register_calls), (0, 1), "{}{}", run.text(), run.err);
}

#[test]
fn a_journal_of_other_servers_says_nothing_of_these() {
    let rehearsed = Stage::with(Setup::default());
    assert_eq!(rehearsed.execute().code, 0);
    let stage = Stage::with(Setup::default());
    let journal = "waport-journal.jsonl";
    std::fs::copy(rehearsed.project.path(journal), stage.project.path(journal)).expect("copied");
    let run = stage.execute();
    assert_eq!(run.code, 0, "{}{}", run.text(), run.err);
    let seen = stage.world.seen();
    assert_eq!((seen.backups, seen.register_effects), (1, 1));
}

#[test]
fn a_kept_backup_is_used_when_the_client_is_gone_and_with_its_own_password_only() {
    let stage = Stage::with(Setup { faults: vec![Fault::WrongPin], ..Setup::default() });
    assert_eq!(stage.execute().code, 3);
    let backup = stage.project.path("waport-journal.jsonl.509170334801264.backup");
    let kept = std::fs::read(&backup).expect("kept");
    stage.world.mend();
    let args = ["migrate", "run", "--number", "berlin", "--execute", "--confirm", "15550100900", "--pin-corrected"];
    let mut command = stage.command(&args);
    let run = program::finish(command.env("WAPORT_BACKUP_PASSWORD", "another"), b"");
    assert!(run.code == 2 && run.err.contains("another password"), "{}{}", run.text(), run.err);
    let run = stage.run(&[&args[..], &["--generate-backup-password", "new"]].concat());
    assert!(run.code == 2 && !stage.project.path("new").exists(), "{}{}", run.text(), run.err);
    assert_eq!(std::fs::read(&backup).expect("still there"), kept);
    // Even without its journal a backup is not lost.
    std::fs::remove_file(stage.project.path("waport-journal.jsonl")).expect("the journal is lost");
    let run = stage.run(&args);
    assert_eq!(run.code, 0, "{}{}", run.text(), run.err);
    assert_eq!((stage.world.seen().backups, stage.world.seen().register_effects), (1, 1));
    assert!(!backup.exists());
}

#[test]
fn a_number_without_protection_is_named_whatever_the_end() {
    let stage = Stage::with(Setup { faults: vec![Fault::ServerError], ..Setup::default() });
    let args = ["migrate", "run", "--number", "berlin", "--execute", "--confirm", "15550100900"];
    let off = ["--disable-two-step", "--confirm-two-step", "unprotected"];
    let run = stage.run(&[&args[..], &off].concat());
    assert!(run.code == 3 && run.text().contains("unprotected until it is registered"), "{}", run.text());
    stage.project.write("outbound.json", program::OLD);
    let run = stage.run(&[&args[..], &["--output-format", "json"]].concat());
    assert_eq!((run.code, &run.json()["unprotected"]), (1, &true.into()), "{}", run.text());
    assert_eq!(run.json()["gate"]["open"], false, "{}", run.text());
    let status = stage.run(&["migrate", "status"]);
    assert!(status.text().contains("unprotected"), "{}", status.text());
    stage.project.write("outbound.json", MESSAGE);
    let run = stage.run(&args);
    assert_eq!(run.code, 0, "{}{}", run.text(), run.err);
    assert_eq!(stage.world.seen().two_step_deletes, 1);
}

#[test]
fn a_registration_on_its_way_is_waited_for() {
    // It takes effect long after the client gave up, and is not sent again meanwhile.
    let setup = Setup { faults: vec![Fault::TimeoutAfterRegister], effect_delay: ms(3500), ..Setup::default() };
    let stage = Stage::with(setup);
    let run = stage.execute();
    assert_eq!(run.code, 0, "{}{}", run.text(), run.err);
    assert_eq!((stage.world.seen().register_calls, stage.world.seen().register_effects), (1, 1));
}

#[test]
fn differences_are_compared_again_or_accepted_by_name() {
    let stage = Stage::with(Setup::default());
    stage.world.overrule("berlin", "throughput", serde_json::json!({ "level": "STANDARD" }));
    let text = std::fs::read_to_string(stage.project.path("waport.toml")).expect("a configuration");
    stage.project.write("waport.toml", text.replace("shards = 1", "shards = 2"));
    let run = stage.execute();
    assert!(run.code == 1 && run.text().contains("throughput is STANDARD"), "{}{}", run.text(), run.err);
    let accept = ["migrate", "accept", "--number", "berlin", "--by", "us"];
    assert_eq!(stage.run(&accept).code, 2);
    assert_eq!(stage.run(&[&accept[..], &["--despite-differences"]].concat()).code, 0);
}

#[test]
fn no_command_shows_a_secret_whatever_goes_wrong() {
    for fault in Fault::ALL.into_iter().filter(|fault| fault.is_played_by_servers()) {
        let stage = Stage::with(Setup { faults: vec![fault], ..Setup::default() });
        assert!(
            stage
                .world
                .secrets()
                .iter()
                .all(|(_, secret)| stage.leak(&format!("is {secret}")).is_some() || secret == "simulated-admin")
        );
        stage.keeps_secrets(&stage.execute());
        for format in ["full", "json"] {
            for args in [
                &["migrate", "run", "--number", "berlin"][..],
                &["migrate", "status"],
                &["migrate", "verify", "--number", "berlin"],
                &["migrate", "accept", "--number", "berlin", "--by", "us"],
                &["migrate", "gate"],
                &["migrate", "plan"],
            ] {
                stage.keeps_secrets(&stage.run(&[args, &["--output-format", format]].concat()));
            }
        }
    }
}

#[test]
fn other_numbers_wait_until_the_pilot_is_accepted() {
    let second = SimulatedNumber {
        name: "paris".to_owned(),
        display_phone_number: "15550100901".to_owned(),
        phone_number_id: "509170334801265".to_owned(),
        shards: 2,
        ..SimulatedNumber::default()
    };
    let stage = Stage::with(Setup { numbers: vec![SimulatedNumber::default(), second], ..Setup::default() });
    let paris = || stage.run(&["migrate", "run", "--number", "paris", "--execute", "--confirm", "+1 555-010-0901"]);
    let accept = || stage.run(&["migrate", "accept", "--number", "berlin", "--by", "the night shift"]);
    let run = paris();
    assert!(run.code == 2 && run.err.contains("waits for the pilot `berlin`"), "{}", run.err);
    assert_eq!(accept().code, 2);
    let run = stage.execute();
    assert_eq!(run.code, 0, "{}{}", run.text(), run.err);
    let run = paris();
    assert!(run.code == 2 && run.err.contains("waport migrate accept --number berlin"), "{}", run.err);
    assert_eq!(accept().code, 0);
    let run = paris();
    assert_eq!(run.code, 0, "{}{}", run.text(), run.err);
    assert!(run.text().contains("throughput is HIGH"), "{}", run.text());
    let status = stage.run(&["migrate", "status", "--output-format", "json"]).json();
    assert_eq!(status["numbers"][0]["accepted_by"], "the night shift");
    assert_eq!(status["numbers"][1]["stage"], "migrated");
}

#[test]
fn a_run_starts_in_its_window_only() {
    let stage = Stage::with(Setup::default());
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    let at = |hours: i8| format!("{:02}:00", (now.hour() + hours).rem_euclid(24));
    stage.configure(&format!("window = \"{}-{} UTC\"", at(3), at(4)));
    let run = stage.execute();
    assert!(run.code == 2 && run.err.contains("window"), "{}", run.err);
    assert_eq!(stage.world.seen().requests, 0);
    assert_eq!(stage.run(&["migrate", "run", "--number", "berlin"]).code, 0, "a dry run needs no window");
    stage.configure("window = \"02:00-04:00 Europe/Berlinn\"");
    assert_eq!(stage.execute().code, 2);
}

#[test]
fn preflight_names_all_that_is_wrong_and_changes_nothing() {
    let stage = Stage::with(Setup {
        faults: vec![Fault::WrongWaba],
        subscription: AppSubscription::WithoutMessages,
        ..Setup::default()
    });
    let mut command = stage.command(&["migrate", "run", "--number", "berlin", "--execute", "--confirm", "15550100900"]);
    let run = program::finish(command.env("WAPORT_VERIFY_TOKEN", "another"), b"");
    assert_eq!(run.code, 3);
    for part in ["does not have the number", "lacks the field `messages`", "without the challenge"] {
        assert!(run.text().contains(part), "{part}: {}", run.text());
    }
    let seen = stage.world.seen();
    assert_eq!((seen.backups, seen.register_calls), (0, 0));
}

#[test]
fn a_torn_entry_does_not_keep_a_run_from_going_on() {
    let stage = Stage::with(Setup::default());
    let (mut child, _) = stage.stopped_at(20).expect("a run that waits");
    child.kill().expect("killed");
    child.wait().expect("gone");
    let mut bytes = std::fs::read(stage.project.path("waport-journal.jsonl")).expect("a journal");
    bytes.extend_from_slice(b"{\"version\":1,\"at\":\"20");
    std::fs::write(stage.project.path("waport-journal.jsonl"), bytes).expect("torn");
    let run = stage.execute();
    assert_eq!(run.code, 0, "{}{}", run.text(), run.err);
    assert!(stage.journal().iter().any(|entry| entry["event"] == "torn"));
}

#[test]
fn rehearse_plays_in_an_empty_folder_and_leaves_nothing_there() {
    let project = Project::new();
    let run = project.run(&["migrate", "rehearse"]);
    assert_eq!(run.code, 0, "{}{}", run.text(), run.err);
    assert!(run.text().contains("register was sent once and took effect once"), "{}", run.text());
    assert!(std::fs::read_dir(project.path("")).expect("the folder").next().is_none());
    let run = project.run(&["migrate", "rehearse", "--keep", "kept", "--fault", "server-error"]);
    assert_eq!(run.code, 0, "{}", run.text());
    assert!(project.path("kept/waport-journal.jsonl").exists());
    let run = project.run(&["migrate", "rehearse", "--keep", "kept"]);
    assert!(run.code == 2 && run.err.contains("not empty"), "{}", run.err);
    let run = project.run(&["migrate", "rehearse", "--fault", "reset"]);
    assert!(run.code == 2 && run.err.contains("reset-before-register"), "{}", run.err);
}
