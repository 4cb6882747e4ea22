//! `missing-button-index`: a template button component that does not say which button it belongs to.

use std::fmt::Write as _;

use super::code::snippet;
use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Finding, Place, Severity};
use crate::fix::{Change, Fix, Level, Position, Value};
use crate::tree::{Kind, Node};

pub static RULE: Rule = Rule {
    name: "missing-button-index",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[Level::Safe, Level::Unsafe, Level::Manual],
    source: "Meta's migration guide, Property Validation",
    page: include_str!("missing_button_index.md"),
    visit: Some(visit),
    code: None,
    say,
};

const MISSING: &str = "missing";
const UNUSABLE: &str = "unusable";
const RANGE: &str = "range";
const TWICE: &str = "twice";

fn say(finding: &Finding, look: &super::Look<'_>, text: &mut super::Text) {
    let Args::Case(case) = finding.args else { return };
    text.message.push_str(match case {
        UNUSABLE => {
            "the `index` of the button component is no number; Cloud API refuses a button without a usable index"
        }
        RANGE => "the `index` of the button component is out of 0 to 9, the positions a template's buttons can have",
        TWICE => {
            "the `index` of the button component is that of another one; each belongs to one button of the template"
        }
        _ => "the button component has no `index`; Cloud API refuses it, even when the message has only one button",
    });
    if finding.fix.as_ref().is_some_and(|fix| fix.level == Level::Safe) {
        let _ = write!(text.help, "add {}", snippet::member(snippet::language_of(finding, look), "index", "0"));
    } else {
        text.help.push_str(
            "give the position of the button among all buttons of the template, counted from 0, those without parameters included",
        );
    }
}

/// What an `index` says.
enum Index {
    Usable(i64),
    /// Known at run time only.
    Later,
    Faulty(&'static str),
}

fn index(component: Node<'_>) -> Index {
    let Some(index) = component.get("index") else {
        return if component.is_open() { Index::Later } else { Index::Faulty(MISSING) };
    };
    if index.has_hole() {
        return Index::Later;
    }
    let number = match index.kind() {
        Kind::Number => index.as_i64(),
        Kind::String => index.text().bytes().all(|b| b.is_ascii_digit()).then(|| index.text().parse().ok()).flatten(),
        _ => None,
    };
    match number {
        Some(number @ 0..=9) => Index::Usable(number),
        Some(_) => Index::Faulty(RANGE),
        None => Index::Faulty(UNUSABLE),
    }
}

fn is_button(component: &Node<'_>) -> bool {
    let word = |key| component.get(key).and_then(|value| value.as_str());
    word("type").is_some_and(|kind| kind.eq_ignore_ascii_case("button"))
        && !word("sub_type").is_some_and(|kind| kind.eq_ignore_ascii_case("voice_call"))
}

/// The positions that buttons have, as bits.
#[derive(Clone, Copy, Default)]
struct Positions(u16);

impl Positions {
    fn has(self, position: i64) -> bool {
        self.0 >> position & 1 == 1
    }

    fn add(&mut self, position: i64) {
        self.0 |= 1 << position;
    }

    fn first_free(self) -> Option<i64> {
        (0..=9).find(|position| !self.has(*position))
    }
}

fn visit(visit: &mut Visit<'_>) {
    for components in visit.each(|anatomy| &anatomy.components) {
        let buttons: Vec<Node<'_>> = components.items().filter(is_button).collect();
        let (mut used, mut taken) = (Positions::default(), Positions::default());
        for button in &buttons {
            if let Index::Usable(position) = index(*button) {
                taken.add(position);
            }
        }
        let is_number = |button: &Node<'_>| button.get("index").is_some_and(|index| index.kind() == Kind::Number);
        let numbers = buttons.iter().any(is_number);
        // The guide's own case: On-Premises API let the index of the only button be left out.
        let only = buttons.len() == 1 && visit.is_of_onprem() && !visit.root.is_open();
        for button in &buttons {
            let (case, confidence) = match index(*button) {
                Index::Later => continue,
                Index::Usable(position) if used.has(position) => (TWICE, Confidence::Medium),
                Index::Usable(position) => {
                    used.add(position);
                    continue;
                }
                Index::Faulty(RANGE) => (RANGE, Confidence::Medium),
                Index::Faulty(case) => (case, Confidence::High),
            };
            let fix = match taken.first_free().filter(|_| case != RANGE && case != TWICE) {
                None => Fix::manual("look the position up in the template"),
                Some(position) => {
                    taken.add(position);
                    fix(*button, position, numbers, only)
                }
            };
            visit.report(&RULE, Place::value(*button), Args::Case(case), Some(fix)).confidence = confidence;
        }
    }
}

fn fix(button: Node<'_>, position: i64, numbers: bool, only: bool) -> Fix {
    let value = if numbers { Value::Integer(position) } else { Value::Text(position.to_string().into()) };
    let written = if numbers { position.to_string() } else { format!("\"{position}\"") };
    let (verb, change) = if let Some(index) = button.get("index") {
        ("write", Change::Set { node: index.id(), value })
    } else {
        let before = button.member("sub_type").or_else(|| button.member("type"));
        let position = before.map_or(Position::Last, |(_, value)| Position::After(value.id()));
        ("insert", Change::Insert { object: button.id(), name: "index", value, position })
    };
    let (level, hint) = if only { (Level::Safe, "") } else { (Level::Unsafe, ", if the template has it there") };
    Fix::one(level, format!("{verb} `\"index\": {written}`{hint}"), change)
}
