//! Payloads in code: what becomes of them there, and what else the code does, tells more than their form alone.

use super::{Document, Evidence, Form, Payload};
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

    /// Whether something else adds `messaging_product` to a body before it is sent, as far as can be told.
    fn is_completed(&self, root: NodeId) -> bool {
        let after = self.values.partition_point(|(value, _)| *value <= root);
        let Some((_, fate)) = after.checked_sub(1).map(|index| &self.values[index]) else { return false };
        match fate {
            Fate::Sent => false,
            Fate::Passed(function) => {
                let own = self.own.functions.contains(function);
                let adds = self.own.adders.contains(function) || self.project.adds_product(function);
                adds || !(own || self.project.has_function(function))
            }
            Fate::Returned(_) => !self.own.adders.is_empty() || self.project.has_adders(),
            Fate::Kept => false,
        }
    }
}
