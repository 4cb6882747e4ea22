//! `missing-property`: a property that must be there is not. The shape check finds it, but for the recipient, who may be named in
//! two ways, and for what depends on how many there are.

use std::fmt::Write as _;

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Value};
use crate::form::{Document, Evidence, Form};
use crate::tree::Node;

pub static RULE: Rule = Rule {
    name: "missing-property",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[Level::Unsafe, Level::Manual],
    source: "Meta's messages reference",
    page: include_str!("missing_property.md"),
    visit: Some(visit),
    code: None,
    say: |finding, look, text| {
        if let Args::Case(case) = finding.args {
            let (message, help) = case_of(case);
            text.set(message, help);
            return;
        }
        let Args::Shape { property: Some(property), schema, keyword, .. } = finding.args else { return };
        let required = look.facts().schema(schema).severity(keyword) == Severity::Error;
        let why = if required { "Cloud API refuses the request without it" } else { "Cloud API always sends it" };
        let _ = write!(text.message, "`{property}` is missing; {why}");
        let _ = write!(text.help, "add `{property}`");
    },
};

fn case_of(case: &str) -> (&'static str, &'static str) {
    match case {
        "message ID" => (
            "the read receipt does not name the message; On-Premises API had its ID in the URL, Cloud API wants it in `message_id`",
            "add `message_id` with the ID of a message of Cloud API",
        ),
        "media" => (
            "the parameter has its media beside the type; Cloud API wants it in an object that is named as the type is",
            "put it into that object",
        ),
        "title" => (
            "the section has no `title`; Cloud API wants one where there is more than one section",
            "give each section a title",
        ),
        "name" => (
            "the name has no part beside `formatted_name`; Cloud API wants one at least",
            "add `first_name`, `last_name` or another part",
        ),
        _ => (
            "neither `to` nor `recipient` is there; Cloud API refuses a message to nobody",
            "add `to` with the number of the recipient",
        ),
    }
}

/// Whether what an object does not have is missing for sure.
fn is_closed(object: Node<'_>) -> bool {
    object.is_object() && !object.is_open() && object.members().all(|(key, _)| !key.has_hole())
}

fn visit(visit: &mut Visit<'_>) {
    recipient(visit);
    read_message(visit);
    parameter_media(visit);
    contact_names(visit);
    section_titles(visit);
}

fn recipient(visit: &mut Visit<'_>) {
    let root = visit.root;
    let sends = visit.payload.form == Form::Cloud(Document::Message) && !visit.payload.evidence.has(Evidence::Calls);
    let named = || ["to", "recipient"].iter().any(|name| root.get(name).is_some());
    // A pin goes to a group, which its schema asks for.
    let pins = || root.get("type").is_some_and(|kind| kind.is_text("pin"));
    if sends && !named() && !pins() && is_closed(root) {
        visit.report(&RULE, Place::Lacks(root.id()), Args::Case("recipient"), None);
    }
}

/// On-Premises API had the ID in the URL of a read receipt.
fn read_message(visit: &mut Visit<'_>) {
    let root = visit.root;
    if visit.payload.form == Form::OnPrem(Document::ReadReceipt) && root.get("message_id").is_none() && is_closed(root)
    {
        visit.claim_missing(root, "message_id");
        let fix = Fix::manual("add the ID of the message, which stood in the URL");
        visit.report(&RULE, Place::Lacks(root.id()), Args::Case("message ID"), Some(fix));
    }
}

/// An old collection of requests has the link of a template's media in the parameter itself.
fn parameter_media(visit: &mut Visit<'_>) {
    let components = visit.each(|anatomy| &anatomy.components).flat_map(|components| components.items());
    let parameters = components.filter_map(|component| component.get("parameters"));
    for parameter in parameters.flat_map(|parameters| parameters.items()) {
        let Some(named) = parameter.get("type") else { continue };
        let kind = ["image", "video", "document"].into_iter().find(|name| named.is_text(name));
        let Some(kind) = kind.filter(|_| is_closed(parameter)) else { continue };
        let (name, (key, file)) = match (parameter.member("link"), parameter.member("id"), parameter.get(kind)) {
            (Some(link), None, None) => ("link", link),
            (None, Some(id), None) => ("id", id),
            _ => continue,
        };
        let mut members = vec![(name, Value::Copy(file.id()))];
        let mut changes = vec![Change::Rename { key: key.id(), to: kind.into() }];
        visit.claims.push((file.id(), ""));
        if let Some((key, filename)) = parameter.member("filename").filter(|_| kind == "document") {
            members.push(("filename", Value::Copy(filename.id())));
            changes.push(Change::Remove { object: parameter.id(), key: key.id() });
            visit.claims.push((filename.id(), ""));
        }
        changes.push(Change::Set { node: file.id(), value: Value::Object(members) });
        visit.claim_missing(parameter, kind);
        let fix = Fix { title: format!("put it into `{kind}`").into(), level: Level::Unsafe, changes };
        visit.report(&RULE, Place::Lacks(parameter.id()), Args::Case("media"), Some(fix));
    }
}

/// Parts of a name beside the whole.
const PARTS: [&str; 5] = ["first_name", "last_name", "middle_name", "suffix", "prefix"];

fn contact_names(visit: &mut Visit<'_>) {
    if !visit.is(Document::Message) {
        return;
    }
    let contacts = visit.root.get("contacts").into_iter().flat_map(|contacts| contacts.items());
    for name in contacts.filter_map(|contact| contact.get("name")).filter(|name| is_closed(*name)) {
        // Without the whole that is the one thing to say.
        if name.get("formatted_name").is_some() && PARTS.iter().all(|part| name.get(part).is_none()) {
            visit.claims.push((name.id(), ""));
            visit.report(&RULE, Place::Lacks(name.id()), Args::Case("name"), None).confidence = Confidence::Medium;
        }
    }
}

fn section_titles(visit: &mut Visit<'_>) {
    for action in visit.each(|anatomy| &anatomy.actions) {
        let Some(sections) = action.get("sections").filter(|sections| sections.count() > 1) else { continue };
        for section in sections.items().filter(|section| is_closed(*section)) {
            if section.get("title").is_none() {
                visit.report(&RULE, Place::Lacks(section.id()), Args::Case("title"), None);
            }
        }
    }
}
