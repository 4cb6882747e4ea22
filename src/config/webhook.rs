//! Whose webhooks they are: `[webhook]`, and `[[webhook.number]]` where several numbers share an archive or a tree.

use std::path::Path;
use std::sync::Arc;

use globset::GlobSet;
use serde::{Deserialize, Serialize};

use super::{ConfigError, file};
use crate::tree::{Kind, Node, NodeId, Tree};

/// The business account and number that webhooks arrive for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WebhookIdentity {
    /// ID of the WhatsApp Business Account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waba_id: Option<String>,
    /// ID of the business phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number_id: Option<String>,
    /// The number as users see it, digits only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_phone_number: Option<String>,
}

impl WebhookIdentity {
    /// Whether all three are known.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.waba_id.is_some() && self.phone_number_id.is_some() && self.display_phone_number.is_some()
    }

    /// This identity, and from `other` what it does not say.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let either = |one: &Option<String>, other: &Option<String>| one.as_ref().or(other.as_ref()).cloned();
        Self {
            waba_id: either(&self.waba_id, &other.waba_id),
            phone_number_id: either(&self.phone_number_id, &other.phone_number_id),
            display_phone_number: either(&self.display_phone_number, &other.display_phone_number),
        }
    }
}

/// What the configuration says of whose webhooks they are.
#[derive(Clone, Debug, Default)]
pub struct Webhook {
    identity: Arc<WebhookIdentity>,
    /// The way from a wrapper to the field that says which number a webhook came to.
    field: Vec<String>,
    numbers: Vec<Number>,
}

/// One of several numbers.
#[derive(Clone, Debug)]
struct Number {
    /// What the field says of it; `None` is whatever it says.
    value: Option<String>,
    /// Where its webhooks are; `None` is everywhere.
    path: Option<GlobSet>,
    /// What its entry says.
    written: WebhookIdentity,
    /// The same with what holds for all numbers.
    identity: Arc<WebhookIdentity>,
}

impl Number {
    fn complete(&mut self, given: &WebhookIdentity, all: &WebhookIdentity) {
        // The IDs of another number are no help, its account is.
        let account = WebhookIdentity { waba_id: all.waba_id.clone(), ..WebhookIdentity::default() };
        self.identity = Arc::new(self.written.or(given).or(&account));
    }
}

impl Webhook {
    pub(super) fn of(
        written: &file::Webhook,
        text: &str,
        glob: impl Fn(&file::Word) -> Result<GlobSet, ConfigError>,
    ) -> Result<Self, ConfigError> {
        let field = written.number_field.as_ref().map(|word| {
            tokens(word.get_ref()).ok_or_else(|| {
                let problem = format!(
                    "[webhook] number-field: `{}` is no JSON Pointer to a field; write one like `/channel`",
                    word.get_ref()
                );
                ConfigError::at(text, &word.span(), problem)
            })
        });
        let field = field.transpose()?.unwrap_or_default();
        let identity = written.identity();
        let mut numbers = Vec::new();
        for entry in &written.number {
            let said = entry.get_ref();
            if said.value.is_none() && said.path.is_none() {
                let problem = "[[webhook.number]] says neither `value` nor `path`, by which its webhooks are known";
                return Err(ConfigError::at(text, &entry.span(), problem.to_owned()));
            }
            if let Some(value) = said.value.as_ref().filter(|_| field.is_empty()) {
                let problem =
                    "[[webhook.number]] value: `number-field` in [webhook] has to name the field that says it";
                return Err(ConfigError::at(text, &value.span(), problem.to_owned()));
            }
            let mut number = Number {
                value: said.value.as_ref().map(|value| value.get_ref().clone()),
                path: said.path.as_ref().map(&glob).transpose()?,
                written: said.identity(),
                identity: Arc::default(),
            };
            number.complete(&WebhookIdentity::default(), &identity);
            numbers.push(number);
        }
        Ok(Self { identity: Arc::new(identity), field, numbers })
    }

    /// Whose webhooks they are that no `[[webhook.number]]` speaks of.
    #[must_use]
    pub fn identity(&self) -> &WebhookIdentity {
        &self.identity
    }

    /// Whether the path of a file matters, see [`crate::check::Checker::in_file`].
    #[must_use]
    pub fn asks_for_path(&self) -> bool {
        self.numbers.iter().any(|number| number.path.is_some())
    }

    pub(super) fn override_identity(&mut self, given: &WebhookIdentity) {
        self.identity = Arc::new(given.or(&self.identity));
        for number in &mut self.numbers {
            number.complete(given, &self.identity);
        }
    }
}

/// The unescaped reference tokens of a JSON Pointer that leads somewhere; `None` when it is none.
fn tokens(pointer: &str) -> Option<Vec<String>> {
    let unescaped = |token: &str| {
        let lone = token.replace("~0", "").replace("~1", "").contains('~');
        (!lone).then(|| token.replace("~1", "/").replace("~0", "~"))
    };
    pointer.strip_prefix('/')?.split('/').map(unescaped).collect()
}

/// The numbers that the webhooks in one file may have come to.
#[derive(Debug)]
pub(crate) struct Numbers<'c> {
    webhook: &'c Webhook,
    /// Those whose path matches.
    here: Vec<&'c Number>,
    /// Payloads of the document with the value of the field around them, in the order of their numbers.
    fields: Vec<(NodeId, NodeId)>,
    /// The same of the strings around the texts that are being walked through.
    strings: Vec<(NodeId, NodeId)>,
}

impl<'c> Numbers<'c> {
    /// Those that hold wherever a file is.
    pub fn new(webhook: &'c Webhook) -> Self {
        let here = webhook.numbers.iter().filter(|number| number.path.is_none()).collect();
        Self { webhook, here, fields: Vec::new(), strings: Vec::new() }
    }

    /// Goes on to the file at `path`, which is relative to the configuration's folder.
    pub fn enter(&mut self, path: &Path) {
        let all = self.webhook.numbers.iter();
        self.here.clear();
        self.here.extend(all.filter(|number| number.path.as_ref().is_none_or(|glob| glob.is_match(path))));
    }

    /// Takes note of what the field says around each of the payloads whose roots are `roots`: in one walk, since there
    /// may be many in one document.
    pub fn look_around(&mut self, source: &str, tree: &Tree, roots: impl Iterator<Item = NodeId>) {
        self.fields.clear();
        if self.here.iter().all(|number| number.value.is_none()) {
            return;
        }
        let mut roots: Vec<NodeId> = roots.collect();
        roots.sort_unstable();
        let Some(last) = roots.last().copied() else { return };
        self.strings.clear();
        let mut layers = tree.layers().iter().peekable();
        // The objects around, each with what the field says in the innermost that has it.
        let mut around: Vec<(Node<'_>, Option<NodeId>)> = Vec::new();
        let mut outside = None;
        for id in (0..=last.0).map(NodeId) {
            if let Some(layer) = layers.next_if(|layer| layer.root == id) {
                around.clear();
                outside = known(&self.strings, layer.string);
            }
            while around.last().is_some_and(|(object, _)| !object.contains(id)) {
                around.pop();
            }
            let field = around.last().map_or(outside, |(_, field)| *field);
            let node = tree.node(source, id);
            if let Some(field) = field {
                if roots.binary_search(&id).is_ok() {
                    self.fields.push((id, field));
                }
                if node.holds_document() {
                    self.strings.push((id, field));
                }
            }
            if node.is_object() {
                around.push((node, self.field_of(node).or(field)));
            }
        }
    }

    fn field_of(&self, object: Node<'_>) -> Option<NodeId> {
        let value = self.webhook.field.iter().try_fold(object, |node, token| match node.kind() {
            Kind::Array => token.parse().ok().and_then(|index| node.items().nth(index)),
            _ => node.get(token),
        })?;
        matches!(value.kind(), Kind::String | Kind::Number).then_some(value.id())
    }

    /// Whose webhook the payload at `root` is.
    pub fn identity_of(&self, root: Node<'_>, source: &str) -> &'c Arc<WebhookIdentity> {
        let field = known(&self.fields, root.id()).map(|field| root.tree().node(source, field).text());
        let number = self.here.iter().find(|number| match &number.value {
            Some(value) => field == Some(value.as_str()),
            None => true,
        });
        number.map_or(&self.webhook.identity, |number| &number.identity)
    }
}

fn known(fields: &[(NodeId, NodeId)], node: NodeId) -> Option<NodeId> {
    fields.binary_search_by_key(&node, |(known, _)| *known).ok().map(|index| fields[index].1)
}
