//! `duplicate-key`: a property that an object has twice.

use std::collections::HashMap;

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::tree::Node;

pub static RULE: Rule = Rule {
    name: "duplicate-key",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[],
    source: "RFC 8259, section 4",
    page: include_str!("duplicate_key.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "the property is in this object twice; JSON leaves open which one counts, so what Cloud API reads is a matter of luck",
            "keep one of them",
        );
    },
};

/// Up to how many members keys are compared each with each, without memory.
const FEW: usize = 16;

fn visit(visit: &mut Visit<'_>) {
    for id in visit.look.tree.objects_with_like_keys(visit.root.id()) {
        object(visit, visit.node(*id));
    }
}

fn object(visit: &mut Visit<'_>, object: Node<'_>) {
    let mut seen = HashMap::new();
    for (index, (key, value)) in object.members().enumerate() {
        let name = key.bytes();
        let first = if object.count() <= FEW {
            object.members().take(index).find(|(earlier, _)| earlier.bytes() == name)
        } else {
            let first = seen.get(name).copied();
            seen.entry(name).or_insert((key, value));
            first
        };
        if let Some(first) = first {
            report(visit, first, (key, value));
        }
    }
}

fn report(visit: &mut Visit<'_>, first: (Node<'_>, Node<'_>), second: (Node<'_>, Node<'_>)) {
    if second.0.has_hole() {
        return;
    }
    visit.report(&RULE, Place::member(second), Args::None, None).related.push(Place::member(first));
}
