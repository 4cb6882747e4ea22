//! `duplicate-key`: a property that an object has twice.

use std::collections::HashMap;

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::tree::{Kind, Node};

pub static RULE: Rule = Rule {
    name: "duplicate-key",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[],
    source: "RFC 8259, section 4",
    page: include_str!("duplicate_key.md"),
    visit: Some(visit),
    say: |_, _, text| {
        text.set(
            "the property is in this object twice; JSON leaves open which one counts, so what Cloud API reads is a matter of luck",
            "keep one of them",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    for node in visit.root.descendants() {
        if node.kind() == Kind::Object && node.count() > 1 {
            object(visit, node);
        }
    }
}

fn object(visit: &mut Visit<'_>, object: Node<'_>) {
    // Most objects are small and without duplicates: keys are compared only where a hash of 64 values was seen before.
    if object.count() <= 32 {
        let mut seen = 0_u64;
        for (index, (key, value)) in object.members().enumerate() {
            let name = key.bytes();
            let mark = 1 << ((name.len() * 7 + usize::from(*name.first().unwrap_or(&0)) + 3 * usize::from(*name.last().unwrap_or(&0))) % 64);
            if seen & mark != 0
                && let Some(first) = object.members().take(index).find(|(earlier, _)| earlier.bytes() == name)
            {
                report(visit, first, (key, value));
            }
            seen |= mark;
        }
        return;
    }
    let mut seen = HashMap::with_capacity(object.count());
    for (key, value) in object.members() {
        if let Some(first) = seen.get(key.text()) {
            report(visit, *first, (key, value));
        } else {
            seen.insert(key.text(), (key, value));
        }
    }
}

fn report(visit: &mut Visit<'_>, first: (Node<'_>, Node<'_>), second: (Node<'_>, Node<'_>)) {
    if second.0.has_hole() {
        return;
    }
    visit.report(&RULE, Place::member(second), Args::None, None).related.push(Place::member(first));
}
