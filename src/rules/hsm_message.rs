//! `hsm-message`: the legacy template object, which Cloud API never had.

use super::{Applies, CodeVisit, Rule, Visit};
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
    code: Some(code),
    say: |_, _, text| {
        text.set(
            "`hsm` is the legacy template object of On-Premises API; Cloud API has no such message type",
            "send it as `template`: `element_name` becomes `name`, each of `localizable_params` a parameter of the body",
        );
    },
};

/// Whether a message is one with the legacy template object, and nothing else.
pub(crate) fn is_hsm(root: Node<'_>) -> bool {
    let meant = match root.get("type") {
        Some(kind) if kind.is_text("hsm") => true,
        Some(kind) if !kind.is_hole() => false,
        _ => root.get("template").is_none(),
    };
    meant && root.get("hsm").is_some()
}

fn visit(visit: &mut Visit<'_>) {
    if !visit.is(Document::Message) {
        return;
    }
    let Some(member) = visit.root.member("hsm") else { return };
    let fix = cure(visit.root, member).unwrap_or_else(|| Fix::manual("rewrite `hsm` as `template`"));
    visit.report(&RULE, Place::member(member), Args::None, Some(fix));
}

fn cure(root: Node<'_>, (key, hsm): (Node<'_>, Node<'_>)) -> Option<Fix> {
    let template = root.get("template").is_some();
    match root.get("type") {
        // What was sent is the template beside it.
        Some(kind) if template && kind.as_str() == Some("template") => {
            let change = Change::Remove { object: root.id(), key: key.id() };
            Some(Fix::one(Level::Unsafe, "delete `hsm`; the message is the `template` beside it", change))
        }
        _ if template => None,
        Some(kind) if kind.as_str() == Some("hsm") => {
            let (level, template) = rewritten(hsm)?;
            let mut changes = vec![Change::Set { node: kind.id(), value: Value::Text("template".into()) }];
            changes.extend(renamed(key, hsm, template));
            Some(Fix { title: REWRITE.into(), level, changes })
        }
        // The type is added by its own rule.
        None => {
            let (level, template) = rewritten(hsm)?;
            Some(Fix { title: REWRITE.into(), level, changes: renamed(key, hsm, template).into() })
        }
        Some(_) => None,
    }
}

const REWRITE: &str = "rewrite `hsm` as `template`";

fn renamed(key: Node<'_>, hsm: Node<'_>, template: Value) -> [Change; 2] {
    [Change::Rename { key: key.id(), to: "template".into() }, Change::Set { node: hsm.id(), value: template }]
}

/// The members of `object` that have these names, in the order of the names, but for what is `null`. `None` when it has
/// others, has one twice or may have more at run time: no rewriting of it would be whole.
fn only<'a, const N: usize>(object: Node<'a>, names: [&str; N]) -> Option<[Option<Node<'a>>; N]> {
    let mut found = [None; N];
    if !object.is_object() || object.is_open() {
        return None;
    }
    for (key, value) in object.members() {
        let place = names.iter().position(|name| *name == key.text())?;
        if value.kind() != Kind::Null && found[place].replace(value).is_some() {
            return None;
        }
    }
    Some(found)
}

/// The template that an `hsm` means and how sure that is, when all that is in it is known. The namespace goes, and the
/// policy becomes the only one there is.
fn rewritten(hsm: Node<'_>) -> Option<(Level, Value)> {
    let [_, name, language, beside] = only(hsm, ["namespace", "element_name", "language", "localizable_params"])?;
    let [policy, code, within] = only(language?, ["policy", "code", "localizable_params"])?;
    let given = match (beside, within) {
        (Some(_), Some(_)) => return None,
        (beside, within) => beside.or(within),
    };
    if given.is_some_and(|given| given.kind() != Kind::Array || given.is_open()) {
        return None;
    }
    let mut level = Level::Safe;
    let mut parameters = Vec::new();
    for given in given.into_iter().flat_map(|given| given.items()) {
        parameters.push(parameter(given, &mut level)?);
    }
    let policy = match policy {
        Some(policy) if policy.is_hole() => Value::Copy(policy.id()),
        _ => Value::Text("deterministic".into()),
    };
    let language = Value::Object(vec![("policy", policy), ("code", Value::Copy(code?.id()))]);
    let mut template = vec![("name", Value::Copy(name?.id())), ("language", language)];
    if !parameters.is_empty() {
        let body = vec![("type", Value::Text("body".into())), ("parameters", Value::Array(parameters))];
        template.push(("components", Value::Array(vec![Value::Object(body)])));
    }
    Some((level, Value::Object(template)))
}

/// A parameter of the template's body for one of `localizable_params`. What Cloud API shows of an amount or a date is
/// its fallback text, so these need a look.
fn parameter(given: Node<'_>, level: &mut Level) -> Option<Value> {
    let [default, currency, date] = only(given, ["default", "currency", "date_time"])?;
    let default = default?;
    let default = match default.kind() {
        Kind::String | Kind::Hole => Value::Copy(default.id()),
        Kind::Number => Value::Text(default.raw().to_owned().into()),
        _ => return None,
    };
    let typed = |kind: &'static str, content| Value::Object(vec![("type", Value::Text(kind.into())), (kind, content)]);
    let content = match (currency, date) {
        (None, None) => return Some(typed("text", default)),
        (Some(currency), None) => {
            let [code, amount] = only(currency, ["currency_code", "amount_1000"])?;
            let amount = ("amount_1000", Value::Copy(amount?.id()));
            typed(
                "currency",
                Value::Object(vec![("fallback_value", default), ("code", Value::Copy(code?.id())), amount]),
            )
        }
        (None, Some(date)) => {
            let mut members = vec![("fallback_value", default)];
            date_members(date, &mut members)?;
            typed("date_time", Value::Object(members))
        }
        (Some(_), Some(_)) => return None,
    };
    *level = Level::Unsafe;
    Some(content)
}

/// What a date has in `component` or `unix_epoch` stands in a template's date itself.
fn date_members(date: Node<'_>, members: &mut Vec<(&'static str, Value)>) -> Option<()> {
    const COMPONENT: [&str; 7] = ["day_of_week", "day_of_month", "year", "month", "hour", "minute", "calendar"];
    const EPOCH: [&str; 1] = ["timestamp"];
    let [component, epoch] = only(date, ["component", "unix_epoch"])?;
    let mut add = |name: &'static str, value: Option<Node<'_>>| {
        members.extend(value.map(|value| (name, Value::Copy(value.id()))));
    };
    if let Some(component) = component {
        COMPONENT.into_iter().zip(only(component, COMPONENT)?).for_each(|(name, value)| add(name, value));
    }
    if let Some(epoch) = epoch {
        EPOCH.into_iter().zip(only(epoch, EPOCH)?).for_each(|(name, value)| add(name, value));
    }
    Some(())
}

fn code(visit: &mut CodeVisit<'_>) {
    if !visit.speaks() {
        return;
    }
    let fields =
        visit.uses.types.iter().filter(|declared| declared.fields.len() > 1).flat_map(|declared| &declared.fields);
    let declared = fields.filter(|field| field.wire == "hsm");
    let mut places: Vec<_> = declared.map(|field| field.span).collect();
    let setters = visit.uses.calls.iter().filter(|call| {
        ["setElementName", "setLocalizableParams", "setHsm"].iter().any(|name| call.name.ends_with(name))
    });
    places.extend(setters.map(|call| call.span));
    for at in places {
        visit.report(&RULE, at, Args::Use("hsm"), "send it as `template`");
    }
}
