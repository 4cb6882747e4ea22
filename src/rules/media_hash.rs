//! `media-hash`: the hash of received media in hexadecimal digits.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Applies, CodeVisit, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Value};
use crate::form::Document;
use crate::read::code::uses::{Argument, Call, Constant, StepKey};

pub static RULE: Rule = Rule {
    name: "media-hash",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Safe],
    source: "Meta's webhook reference; On-Premises webhook reference",
    page: include_str!("media_hash.md"),
    visit: Some(visit),
    code: Some(code),
    say: |finding, _, text| {
        if let Args::Use(_) = finding.args {
            text.set(
                "`sha256` is compared with hexadecimal digits here; Cloud API sends the hash in base64, so the two never compare equal",
                "compare it with the hash in base64",
            );
            return;
        }
        text.set(
            "`sha256` is in hexadecimal digits, as On-Premises API sent it; Cloud API sends it in base64, so the two never compare equal",
            "write it in base64",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    if !visit.is(Document::Webhook) {
        return;
    }
    for (_, media) in &visit.anatomy.media {
        let Some(hash) = visit.node(*media).get("sha256") else { continue };
        let Some(bytes) = hash.as_str().and_then(from_hex) else { continue };
        let change = Change::Set { node: hash.id(), value: Value::Text(STANDARD.encode(bytes).into()) };
        let fix = Fix::one(Level::Safe, "write the hash in base64", change);
        visit.report(&RULE, Place::value(hash), Args::None, Some(fix));
    }
}

/// The bytes of a SHA-256 hash in hexadecimal digits.
fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    let mut bytes = [0; 32];
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        *byte = digit(0)? << 4 | digit(1)?;
    }
    Some(bytes)
}

fn code(visit: &mut CodeVisit<'_>) {
    let cloud = visit.own.traits.cloud_host || visit.own.traits.product;
    if !visit.speaks() || visit.is_cloud() || cloud {
        return;
    }
    let hex = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["hexdigest", "sha256hex", "bin2hex", "hex.encodetostring", "tohexstring", "hash_file", "hexlify", "encode16"]
            .iter()
            .any(|word| name.ends_with(word))
    };
    let in_hex = |call: &Call| {
        let digits = |argument: &Argument| argument.constant == Some(Constant::Text("hex".to_owned()));
        hex(&call.name) || call.arguments.iter().any(digits)
    };
    let in_digits: BTreeSet<_> = visit.uses.calls.iter().filter(|call| in_hex(call)).map(|call| call.within).collect();
    let places: Vec<_> = visit
        .uses
        .steps
        .iter()
        .filter(|step| !step.follows && matches!(&step.key, StepKey::Key(key) if key == "sha256"))
        // Of a library it is the function that makes a hash.
        .filter(|step| !matches!(visit.uses.holder(step.of), Some("hashlib" | "hashes" | "crypto")))
        .filter(|step| in_digits.contains(&step.within))
        .map(|step| step.span)
        .collect();
    for at in places {
        visit.report(&RULE, at, Args::Use("hex"), "compare it in base64").confidence = Confidence::Medium;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_written_as_cloud_api_writes_it() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let bytes = from_hex(hex).expect("64 digits");
        assert_eq!(STANDARD.encode(bytes), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert!(from_hex(&hex[1..]).is_none() && from_hex(&hex.replace('e', "g")).is_none());
    }
}
