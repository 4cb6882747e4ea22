//! Speed of translating an archive of On-Premises form, with the full check before and after, beside that of a rewrite
//! with `serde_json::Value` that checks nothing, on the same bytes in the same run.
//!
//! Without arguments the archive is an invented one; `WAPORT_BENCH_ARCHIVE` names a file of NDJSON in its place, of
//! which no more than the first 64 MB are used.

mod lines;
mod timing;

use std::hint::black_box;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use divan::Bencher;
use serde_json::{Map, Value, json};
use timing::{measure, ratio};
use waport::check::Checker;
use waport::config::Config;
use waport::diagnose::Origin;
use waport::fix::Level;
use waport::read::Notation;
use waport::suppress::{Selection, Sieve};
use waport::translate::{Policy, Translator};

/// How many bytes of lines are made.
const SIZE: usize = 8 << 20;
/// How many bytes of a file are used.
const MOST: usize = 64 << 20;

static ARCHIVE: LazyLock<String> = LazyLock::new(|| match std::env::var("WAPORT_BENCH_ARCHIVE") {
    Err(_) => lines::onprem(SIZE),
    Ok(file) => {
        let mut text = std::fs::read_to_string(file).expect("the archive can be read");
        let end = text.bytes().take(MOST).rposition(|byte| byte == b'\n').map_or(0, |newline| newline + 1);
        text.truncate(end);
        text
    }
});

static LINES: LazyLock<Vec<&str>> = LazyLock::new(|| ARCHIVE.lines().collect());

#[expect(clippy::print_stdout, reason = "the figure is what the benchmark is for")]
fn main() {
    divan::main();
    if let Some(ratio) = ratio("translate", "serde_json::Value") {
        println!("\n{} bytes, {} lines", ARCHIVE.len(), LINES.len());
        println!("translate, with the check before and after, as a multiple of serde_json::Value: {ratio:.2}");
    }
}

#[divan::bench(name = "serde_json::Value", sample_count = 40, sample_size = 1, max_time = 20)]
fn value(bencher: Bencher<'_, '_>) {
    measure(bencher, "serde_json::Value", &LINES, || rewrite_all(&LINES));
}

#[divan::bench(name = "translate", sample_count = 40, sample_size = 1, max_time = 20)]
fn translate(bencher: Bencher<'_, '_>) {
    let config = Config::parse(
        "[webhook]\nwaba-id = '102290129340398'\nphone-number-id = '106540352242922'\ndisplay-phone-number = '15550100199'",
    );
    let config = config.expect("a configuration");
    measure(bencher, "translate", &LINES, || translate_all(&LINES, &config));
}

/// How many bytes come out.
fn translate_all(lines: &[&str], config: &Config) -> usize {
    let selection = Selection::default();
    let mut sieve = Sieve::new(config, &selection);
    let mut checker = Checker::new(config);
    let mut translator = Translator::new(config, Policy { level: Level::Unsafe, onprem_only: true });
    let (mut written, mut offset) = (0, 0);
    for (number, line) in (1..).zip(lines) {
        let found = checker.check(line, Notation::JsonLines, true, None);
        let origin = Origin { file: "archive.ndjson", identity: "archive.ndjson", offset, line: number };
        let mut translated = translator.translate(&found, origin, &mut sieve, &mut ());
        translated.left(origin, &mut sieve, &mut ());
        written += black_box(translated.checked.look.source).len();
        offset += line.len() as u64 + 1;
    }
    written
}

/// How many bytes come out of a rewrite by hand, as one would write it: parsed, changed, written.
fn rewrite_all(lines: &[&str]) -> usize {
    let mut text = Vec::new();
    lines.iter().fold(0, |written, line| {
        let value = serde_json::from_str(line).expect("every line is JSON");
        text.clear();
        serde_json::to_writer(&mut text, &rewrite(value)).expect("a value can be written");
        written + black_box(&text).len()
    })
}

fn rewrite(mut value: Value) -> Value {
    if value.get("to").is_none() {
        return wrap(value);
    }
    let Value::Object(message) = &mut value else { return value };
    message.insert("messaging_product".to_owned(), json!("whatsapp"));
    message.remove("ttl");
    if let Some(preview) = message.remove("preview_url")
        && let Some(Value::Object(text)) = message.get_mut("text")
    {
        text.insert("preview_url".to_owned(), preview);
    }
    if let Some(Value::Object(template)) = message.get_mut("template") {
        template.remove("namespace");
    }
    if let Some(hsm) = message.remove("hsm") {
        let given = hsm["localizable_params"].as_array().into_iter().flatten();
        let parameters: Vec<Value> = given.map(|given| json!({"type": "text", "text": given["default"]})).collect();
        let language = json!({"policy": "deterministic", "code": hsm["language"]["code"]});
        let components = json!([{"type": "body", "parameters": parameters}]);
        message.insert("type".to_owned(), json!("template"));
        message.insert(
            "template".to_owned(),
            json!({"name": hsm["element_name"], "language": language, "components": components}),
        );
    }
    value
}

fn wrap(mut value: Value) -> Value {
    for message in value.get_mut("messages").and_then(Value::as_array_mut).into_iter().flatten() {
        received(message);
    }
    for status in value.get_mut("statuses").and_then(Value::as_array_mut).into_iter().flatten() {
        errors(status);
        let Value::Object(status) = status else { continue };
        if let Some(message) = status.remove("message") {
            let recipient = message["recipient_id"].as_str().unwrap_or_default().trim_start_matches('+').to_owned();
            status.insert("recipient_id".to_owned(), Value::String(recipient));
        }
        if status.get("type").is_some_and(|kind| kind == "message") {
            status.remove("type");
        }
    }
    errors(&mut value);
    let mut content = Map::new();
    content.insert("messaging_product".to_owned(), json!("whatsapp"));
    content.insert(
        "metadata".to_owned(),
        json!({"display_phone_number": "15550100199", "phone_number_id": "106540352242922"}),
    );
    if let Value::Object(members) = value {
        content.extend(members);
    }
    json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [{"value": content, "field": "messages"}]}],
    })
}

fn received(message: &mut Value) {
    errors(message);
    let Value::Object(message) = message else { return };
    if message.get("type").is_some_and(|kind| kind == "voice") {
        let mut voice = message.remove("voice").unwrap_or_default();
        voice["voice"] = json!(true);
        message.insert("audio".to_owned(), voice);
        message.insert("type".to_owned(), json!("audio"));
    }
    for kind in ["image", "audio", "video", "document", "sticker"] {
        let Some(Value::Object(media)) = message.get_mut(kind) else { continue };
        media.remove("file");
        media.remove("metadata");
        let hash = media.get("sha256").and_then(Value::as_str).filter(|hash| hash.len() == 64);
        if let Some(hash) = hash {
            let pair = |at: usize| u8::from_str_radix(&hash[at..at + 2], 16).unwrap_or_default();
            let bytes: Vec<u8> = (0..64).step_by(2).map(pair).collect();
            media.insert("sha256".to_owned(), Value::String(STANDARD.encode(bytes)));
        }
    }
}

fn errors(holder: &mut Value) {
    for error in holder.get_mut("errors").and_then(Value::as_array_mut).into_iter().flatten() {
        let Value::Object(error) = error else { continue };
        if let Some(details) = error.remove("details") {
            let title = error.get("title").cloned().unwrap_or_default();
            error.insert("message".to_owned(), title);
            error.insert("error_data".to_owned(), json!({ "details": details }));
        }
        let cloud = match error.get("code").and_then(Value::as_i64) {
            Some(470) => 131_047,
            Some(471) => 131_048,
            Some(501) => 131_051,
            Some(1013) => 131_026,
            Some(code) if code < 3000 => code + 130_000,
            _ => continue,
        };
        error.insert("code".to_owned(), json!(cloud));
    }
}
