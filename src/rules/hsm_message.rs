//! `hsm-message`: the legacy template object, which Cloud API never had.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Value};
use crate::form::Document;
use crate::tree::{Kind, Node};

pub static RULE: Rule = Rule {
    name: "hsm-message",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[Level::Safe, Level::Unsafe, Level::Manual],
    source: "Meta's messages reference; On-Premises change log, v2.39",
    page: include_str!("hsm_message.md"),
    visit: Some(visit),
    say: |_, _, text| {
        text.set(
            "`hsm` is the legacy template object of On-Premises API; Cloud API has no such message type",
            "send it as `template`: `element_name` becomes `name`, each of `localizable_params` a parameter of the body",
        );
    },
};

/// Whether a message is one with the legacy template object, and nothing else.
pub(crate) fn is_hsm(root: Node<'_>) -> bool {
    let typed = root.get("type").is_none_or(|kind| kind.is_hole() || kind.as_str() == Some("hsm"));
    typed && root.get("hsm").is_some()
}

fn visit(visit: &mut Visit<'_>) {
    if !visit.is(Document::Message) {
        return;
    }
    let Some(member) = visit.root.member("hsm") else { return };
    let fix = rewrite(visit.root, member).unwrap_or_else(|| Fix::manual("rewrite `hsm` as `template`"));
    visit.report(&RULE, Place::member(member), Args::None, Some(fix));
}

/// The template that an `hsm` means, when all it needs is there: name, language and a list of parameters.
fn rewrite(root: Node<'_>, (key, hsm): (Node<'_>, Node<'_>)) -> Option<Fix> {
    let name = hsm.get("element_name")?;
    let code = hsm.path(&["language", "code"])?;
    let given = hsm.get("localizable_params");
    if given.is_some_and(|given| given.kind() != Kind::Array) || root.get("template").is_some() {
        return None;
    }
    let mut guessed = false;
    let mut parameters = Vec::new();
    for given in given.into_iter().flat_map(|given| given.items()) {
        parameters.push(parameter(given, &mut guessed)?);
    }
    let language =
        Value::Object(vec![("policy", Value::Text("deterministic".into())), ("code", Value::Copy(code.id()))]);
    let mut template = vec![("name", Value::Copy(name.id())), ("language", language)];
    if !parameters.is_empty() {
        let body = vec![("type", Value::Text("body".into())), ("parameters", Value::Array(parameters))];
        template.push(("components", Value::Array(vec![Value::Object(body)])));
    }
    let mut changes = Vec::new();
    if let Some(kind) = root.get("type") {
        changes.push(Change::Set { node: kind.id(), value: Value::Text("template".into()) });
    }
    changes.push(Change::Rename { key: key.id(), to: "template".into() });
    changes.push(Change::Set { node: hsm.id(), value: Value::Object(template) });
    let level = if guessed { Level::Unsafe } else { Level::Safe };
    Some(Fix { title: "rewrite `hsm` as `template`".into(), level, changes })
}

/// A parameter of the template's body for one of `localizable_params`. Currency is renamed; of a date only the
/// fallback text is kept, all that Cloud API shows of it.
fn parameter(given: Node<'_>, guessed: &mut bool) -> Option<Value> {
    let default = Value::Copy(given.get("default")?.id());
    let typed = |kind: &'static str, content| Value::Object(vec![("type", Value::Text(kind.into())), (kind, content)]);
    if let Some(currency) = given.get("currency") {
        *guessed = true;
        let members = vec![
            ("fallback_value", default),
            ("code", Value::Copy(currency.get("currency_code")?.id())),
            ("amount_1000", Value::Copy(currency.get("amount_1000")?.id())),
        ];
        return Some(typed("currency", Value::Object(members)));
    }
    if given.get("date_time").is_some() {
        *guessed = true;
        return Some(typed("date_time", Value::Object(vec![("fallback_value", default)])));
    }
    Some(typed("text", default))
}
