//! `sarif`: SARIF 2.1.0, what code scanning services take. Results come first, so that they can be written as they are
//! found; the rules and how the run went stand behind them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::diagnose::{Cure, Diagnostic};
use crate::finding::Severity;
use crate::report::{Summary, Suppression, Unreadable, harmless, json, said};
use crate::rules::{RULES, Rule};

/// What stands before the first result.
pub(super) const BEGIN: &[u8] =
    b"{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json\",\
\"version\":\"2.1.0\",\"runs\":[{\"results\":[\n";

/// What the folder is called that names of files are relative to. Where it is on this machine is not told.
const ROOT: &str = "%SRCROOT%";

/// What does not stand for itself in the path of a URI.
const ENCODED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Where the program is at home, as far as its manifest says.
const HOMES: [&str; 2] = [env!("CARGO_PKG_HOMEPAGE"), env!("CARGO_PKG_REPOSITORY")];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    /// Where the rule is among all rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message<'a>,
    locations: [Location<'a>; 1],
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixes: Option<[Fix<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<[SarifSuppression<'a>; 1]>,
    properties: About<'a>,
}

#[derive(Serialize)]
struct SarifSuppression<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct Message<'a> {
    text: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logical_locations: Option<[LogicalLocation; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation<'a> {
    artifact_location: ArtifactLocation<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation<'a> {
    uri: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
    start_column: u64,
    end_line: u64,
    end_column: u64,
    #[serde(flatten)]
    bytes: Bytes,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bytes {
    byte_offset: u64,
    byte_length: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "waport/v1")]
    fingerprint: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix<'a> {
    description: Message<'a>,
    artifact_changes: [ArtifactChange<'a>; 1],
    properties: FixProperties,
}

#[derive(Serialize)]
struct FixProperties {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'a> {
    artifact_location: ArtifactLocation<'a>,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Bytes,
    inserted_content: Content<'a>,
}

#[derive(Serialize)]
struct Content<'a> {
    text: &'a str,
}

/// What SARIF has no place for.
#[derive(Serialize)]
struct About<'a> {
    confidence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
    source: &'a str,
}

/// Appends a finding as a result, which may be a suppressed one.
pub(super) fn finding(file: &str, diagnostic: &Diagnostic, suppression: Option<Suppression<'_>>, out: &mut Vec<u8>) {
    let location = artifact(file);
    let (start, end) = diagnostic.span;
    let region = Region {
        start_line: diagnostic.line,
        start_column: diagnostic.column,
        end_line: diagnostic.end_line,
        end_column: diagnostic.end_column,
        bytes: bytes(start, end),
    };
    let place = [diagnostic.document.as_deref(), diagnostic.pointer.as_deref()].map(Option::unwrap_or_default).concat();
    let result = SarifResult {
        rule_id: diagnostic.rule,
        rule_index: RULES.iter().position(|rule| rule.name == diagnostic.rule),
        level: diagnostic.severity.as_str(),
        message: plain(&said(diagnostic, "\n")),
        fixes: diagnostic.fix.as_ref().filter(|cure| !cure.edits.is_empty()).map(|cure| [fix(cure, location.clone())]),
        suppressions: suppression.map(|Suppression { in_source, reason }| {
            let kind = if in_source { "inSource" } else { "external" };
            [SarifSuppression { kind, justification: reason.map(harmless) }]
        }),
        locations: [Location {
            physical_location: PhysicalLocation { artifact_location: location, region: Some(region) },
            logical_locations: (!place.is_empty()).then_some([LogicalLocation { fully_qualified_name: place }]),
        }],
        partial_fingerprints: Fingerprints { fingerprint: format!("{:032x}", diagnostic.fingerprint) },
        properties: About {
            confidence: diagnostic.confidence.as_str(),
            form: diagnostic.form.map(crate::form::Form::as_str),
            document: diagnostic.document.as_deref(),
            pointer: diagnostic.pointer.as_deref(),
            source: &diagnostic.source,
        },
    };
    json::write(&result, out);
}

fn fix<'a>(cure: &'a Cure, artifact_location: ArtifactLocation<'a>) -> Fix<'a> {
    let replacements = cure.edits.iter().map(|(start, end, text)| Replacement {
        deleted_region: bytes(*start, *end),
        inserted_content: Content { text },
    });
    Fix {
        description: plain(&harmless(&cure.title)),
        artifact_changes: [ArtifactChange { artifact_location, replacements: replacements.collect() }],
        properties: FixProperties { level: cure.level.as_str() },
    }
}

fn bytes(start: u64, end: u64) -> Bytes {
    Bytes { byte_offset: start, byte_length: end.saturating_sub(start) }
}

/// A message whose text is that of findings. SARIF reads `{0}` in it as a placeholder and `[text](place)` as a link;
/// neither can come about.
fn plain(text: &str) -> Message<'static> {
    let text = text.replace('{', "{{").replace('}', "}}").replace("](", "]\\u{28}");
    Message { text: text.into(), markdown: None }
}

/// A file as a URI: relative to the root, unless it is known from the file system's root or lies outside.
fn artifact(file: &str) -> ArtifactLocation<'_> {
    let path: Cow<'_, str> = utf8_percent_encode(file, &ENCODED).into();
    if Path::new(file).is_absolute() {
        let begin = if file.starts_with('/') { "file://" } else { "file:///" };
        return ArtifactLocation { uri: format!("{begin}{path}").into(), uri_base_id: None };
    }
    let outside = file.split('/').any(|part| part == "..");
    ArtifactLocation { uri: path, uri_base_id: (!outside).then_some(ROOT) }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rest<'a> {
    tool: Tool,
    invocations: [Invocation<'a>; 1],
    original_uri_base_ids: BTreeMap<&'static str, Base>,
    column_kind: &'static str,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    information_uri: Option<&'static str>,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: Message<'static>,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_description: Option<Message<'static>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Message<'static>>,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties {
    tags: Vec<&'static str>,
    confidence: &'static str,
    /// What GitHub calls confidence.
    precision: &'static str,
    /// What GitHub calls severity.
    #[serde(rename = "problem.severity")]
    severity: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a> {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification<'a>>,
}

#[derive(Serialize)]
struct Notification<'a> {
    level: &'static str,
    message: Message<'a>,
    locations: [Location<'a>; 1],
}

#[derive(Serialize)]
struct Base {
    description: Message<'static>,
}

/// Appends what stands after the last result.
pub(super) fn end(summary: &Summary, out: &mut Vec<u8>) {
    let faults = summary.unreadable.iter().chain(&summary.not_payloads);
    let about_root = Base { description: plain("the folder in which waport was run") };
    let rest = Rest {
        tool: Tool {
            driver: Driver {
                name: "waport",
                version: env!("CARGO_PKG_VERSION"),
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: HOMES.into_iter().find(|uri| !uri.is_empty()),
                rules: RULES.iter().map(|rule| descriptor(rule, summary.rules.contains_key(rule.name))).collect(),
            },
        },
        invocations: [Invocation {
            execution_successful: !summary.failed,
            tool_execution_notifications: faults.map(notification).collect(),
        }],
        original_uri_base_ids: [(ROOT, about_root)].into(),
        column_kind: "unicodeCodePoints",
    };
    out.extend_from_slice(b"\n],");
    let from = out.len();
    json::write(&rest, out);
    // The run is open already: its second half goes without a bracket of its own.
    out.remove(from);
    out.extend_from_slice(b"]}\n");
}

/// A rule; its page only when it has found something, as results refer to rules by their number among all.
fn descriptor(rule: &'static Rule, found: bool) -> Descriptor {
    let text = |text: Cow<'static, str>| Message { text, markdown: None };
    Descriptor {
        id: rule.name,
        short_description: text(rule.summary().into()),
        full_description: found.then(|| text(reason(rule).into())),
        help: found.then_some(Message { text: rule.page.into(), markdown: Some(rule.page) }),
        default_configuration: Configuration { level: rule.severity.as_str() },
        properties: RuleProperties {
            tags: std::iter::once("whatsapp").chain(rule.looks_at().split(", ")).collect(),
            confidence: rule.confidence.as_str(),
            precision: rule.confidence.as_str(),
            severity: match rule.severity {
                Severity::Note => "recommendation",
                severity => severity.as_str(),
            },
        },
    }
}

/// Why a rule matters, in the words of its page.
fn reason(rule: &Rule) -> String {
    let section = rule.page.split("\n## ").find_map(|section| section.strip_prefix("Why it matters\n\n"));
    let paragraphs = section.unwrap_or_default().trim_end().split("\n\n").map(|paragraph| paragraph.replace('\n', " "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

fn notification(fault: &Unreadable) -> Notification<'_> {
    Notification {
        level: "error",
        message: plain(&harmless(&fault.reason)),
        locations: [Location {
            physical_location: PhysicalLocation { artifact_location: artifact(&fault.file), region: None },
            logical_locations: None,
        }],
    }
}
