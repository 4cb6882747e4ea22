//! `single-change`: a webhook handler that takes the first of several.

use super::{Applies, CodeVisit, Rule};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;
use crate::read::code::Uses;
use crate::read::code::uses::{Of, Step, StepKey};

pub static RULE: Rule = Rule {
    name: "single-change",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::Code,
    fix: &[Level::Manual],
    source: "Meta's webhooks reference",
    page: include_str!("single_change.md"),
    visit: None,
    code: Some(code),
    say: |_, _, text| {
        text.set(
            "only the first item of this list is looked at; Cloud API sends several changes and messages in one webhook, the others are lost here",
            "go through all of `entry`, `changes` and `messages`",
        );
    },
};

fn code(visit: &mut CodeVisit<'_>) {
    if !visit.own.traits.unwraps || !visit.speaks() {
        return;
    }
    let uses = visit.uses;
    let lists = ["entry", "changes"];
    let of_list = |index: usize| {
        let step = &uses.steps[index];
        let key = step.key == StepKey::Index(0) || step.key == StepKey::Call("first".to_owned());
        key.then(|| uses.holder(step.of)).flatten().filter(|name| lists.contains(name))
    };
    let each =
        |name: &str| uses.steps.iter().any(|step| step.key == StepKey::Each && uses.holder(step.of) == Some(name));
    let mut seen = Vec::new();
    for index in 0..uses.steps.len() {
        let Some(name) = of_list(index) else { continue };
        // The list itself is named where the first is taken.
        let Some(step) = named(uses, index).filter(|step| !step.follows) else { continue };
        if each(name) || !seen.is_empty() {
            continue;
        }
        seen.push(step.within);
        visit.report(&RULE, step.span, Args::Use("first"), "go through all of them");
    }
}

/// The step with a name that a step goes on from.
fn named(uses: &Uses, index: usize) -> Option<&Step> {
    let mut of = uses.steps.get(index)?.of;
    while let Of::Step(before) = of {
        let step = uses.steps.get(before as usize)?;
        if matches!(step.key, StepKey::Key(_)) {
            return Some(step);
        }
        of = step.of;
    }
    None
}
