//! Payloads in code: what becomes of them there, and what else the code does, tells more than their form alone.

use super::{Document, Evidence, EvidenceSet, Form, Part, Payload};
use crate::project::{FileFacts, Project};
use crate::read::code::uses::Fate;
use crate::severity::Confidence;
use crate::tree::{Node, NodeId};

/// What is known around the payloads of a file of code.
pub(crate) struct Code<'a> {
    pub own: &'a FileFacts,
    pub project: &'a Project,
    /// The values that stand on their own, with their fates, in document order.
    pub values: &'a [(NodeId, Fate)],
}

impl Code<'_> {
    /// Corrects what a payload was taken for; says whether it is one at all.
    pub fn judge(&self, root: Node<'_>, payload: &mut Payload) -> bool {
        let doubtful = payload.confidence < Confidence::High;
        match payload.form {
            Form::OnPrem(Document::Message) => {
                let (own, project) = (self.own.traits, self.project.traits);
                // Bodies of other products look the same.
                if doubtful && !own.speaks && (own.other_product || !project.speaks) {
                    return false;
                }
                if self.is_completed(root.id()) {
                    payload.form = Form::Ambiguous(Document::Message);
                }
                true
            }
            // The bare value of a change, in code that takes it out of the envelope.
            Form::OnPrem(Document::Webhook) if doubtful => {
                if self.own.traits.unwraps || self.project.traits.unwraps {
                    payload.form = Form::Ambiguous(Document::Webhook);
                }
                true
            }
            Form::Ambiguous(_) => payload.evidence.has(Evidence::NewMessageId) || self.own.traits.speaks,
            _ => true,
        }
    }

    /// Adds parts of messages that the code makes on their own, outside of the payloads that were found.
    pub fn fragments(&self, root: Node<'_>, found: &mut Vec<Payload>) {
        if !self.own.traits.speaks {
            return;
        }
        let mut parts = Vec::new();
        let mut next = 0;
        for node in root.descendants().filter(Node::is_object) {
            let Some(part) = part_of(node) else { continue };
            if node.id().0 < next || found.iter().any(|payload| root.sibling_of(payload.root).contains(node.id())) {
                continue;
            }
            next = node.next_id().0;
            let (form, evidence) = (Form::Ambiguous(Document::Message), EvidenceSet::of(Evidence::Fragment));
            parts.push(Payload { root: node.id(), form, confidence: Confidence::High, part, evidence });
        }
        found.extend(parts);
        found.sort_by_key(|payload| payload.root);
    }

    /// Whether something else adds `messaging_product` to a body before it is sent, as far as can be told.
    fn is_completed(&self, root: NodeId) -> bool {
        let after = self.values.partition_point(|(value, _)| *value <= root);
        let Some((_, fate)) = after.checked_sub(1).map(|index| &self.values[index]) else { return false };
        match fate {
            Fate::Passed(function) => {
                let own = self.own.functions.contains(function);
                self.adds_product(function) || !(own || self.project.has_function(function))
            }
            Fate::Sent(function) => function.as_ref().is_some_and(|function| self.adds_product(function)),
            Fate::Returned(_) => !self.own.adders.is_empty() || self.project.has_adders(),
            Fate::Kept => false,
        }
    }

    /// Whether a function of the file or the project adds `messaging_product` to what it is given.
    fn adds_product(&self, function: &str) -> bool {
        self.own.adders.iter().any(|adder| adder == function) || self.project.adds_product(function)
    }
}

/// Which part of a message an object is, by what only that part has.
fn part_of(node: Node<'_>) -> Option<Part> {
    let has = |name: &str| node.get(name).is_some();
    let policy = node.path(&["language", "policy"]).is_some() || node.path(&["language", "code"]).is_some();
    if has("name") && (has("namespace") && (has("language") || has("components")) || policy && has("components")) {
        return Some(Part::Template);
    }
    let hsm = node.get("hsm").is_some_and(|hsm| hsm.get("element_name").or(hsm.get("localizable_params")).is_some());
    if hsm && !has("to") {
        return Some(Part::Template);
    }
    let kind = node.get("type").and_then(|kind| kind.as_str());
    let interactive = kind.is_some_and(|kind| matches!(kind, "button" | "list" | "product" | "product_list"));
    (interactive && has("body") && node.get("action").is_some_and(|action| action.is_object()))
        .then_some(Part::Interactive)
}
