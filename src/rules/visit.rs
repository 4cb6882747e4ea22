//! What a rule is given: the payload with its parts, and where findings and claims go.

use crate::config::{Config, Numbers};
use crate::facts::{Facts, facts};
use crate::finding::{Args, Confidence, Finding, Place};
use crate::fix::{Change, Fix, Level};
use crate::form::{Document, Evidence, Part, Payload};
use crate::rules::Rule;
use crate::tree::{Kind, Node, NodeId, Span, Tree, same};

/// A source and the tree that was read from it.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// The text that was read.
    pub source: &'a str,
    /// What was read from it.
    pub tree: &'a Tree,
}

impl<'a> Look<'a> {
    /// The node with this number.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Node<'a> {
        self.tree.node(self.source, id)
    }

    /// The bytes that a place covers in the source.
    #[must_use]
    pub fn span(&self, place: Place) -> Span {
        place.span(|id| self.node(id).span())
    }

    /// The facts.
    #[must_use]
    pub fn facts(&self) -> &'static Facts {
        facts()
    }
}

/// What a finding says: filled in when it is printed.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// What is wrong and why Cloud API minds.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Text {
    /// Empties both, keeps the memory.
    pub fn clear(&mut self) {
        self.message.clear();
        self.help.clear();
    }

    /// Sets both to constants.
    pub(crate) fn set(&mut self, message: &str, help: &str) {
        self.message.push_str(message);
        self.help.push_str(help);
    }
}

/// Kinds of media objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Media {
    Image,
    Video,
    Audio,
    Document,
    Sticker,
}

impl Media {
    /// What the object is called in a message.
    #[cfg(feature = "net")]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Sticker => "sticker",
        }
    }

    const KEYS: [(&'static str, Self); 6] = [
        ("image", Self::Image),
        ("video", Self::Video),
        ("audio", Self::Audio),
        ("voice", Self::Audio),
        ("document", Self::Document),
        ("sticker", Self::Sticker),
    ];
}

/// The parts of a payload that rules look at, found once for all of them.
#[derive(Debug, Default)]
pub(crate) struct Anatomy {
    /// Media objects with their kind, sent or received.
    pub media: Vec<(Media, NodeId)>,
    /// Contents of template messages.
    pub templates: Vec<NodeId>,
    /// Lists of template components, those of carousel cards too.
    pub components: Vec<NodeId>,
    /// `interactive.action`, those of carousel cards too.
    pub actions: Vec<NodeId>,
    /// Messages in webhooks.
    pub inbound: Vec<NodeId>,
    /// Statuses in webhooks.
    pub statuses: Vec<NodeId>,
    /// Error objects in webhooks and in answers of On-Premises form.
    pub errors: Vec<NodeId>,
}

impl Anatomy {
    pub fn clear(&mut self) {
        let Self { media, templates, components, actions, inbound, statuses, errors } = self;
        media.clear();
        for list in [templates, components, actions, inbound, statuses, errors] {
            list.clear();
        }
    }

    pub fn study(&mut self, payload: &Payload, root: Node<'_>) {
        match (payload.form.document(), payload.part) {
            (Document::Message, Part::Template) => self.template(root),
            (Document::Message, Part::Interactive) => self.interactive(root),
            (Document::Message, _) => self.message(root),
            (Document::Webhook, Part::Whole) => {
                for entry in root.get("entry").into_iter().flat_map(|entry| entry.items()) {
                    self.entry(entry);
                }
            }
            (Document::Webhook, Part::Entry) => self.entry(root),
            (Document::Webhook, Part::Change) => self.change(root),
            (Document::Webhook, Part::Value) => self.value(root),
            (Document::Error, _) => {
                self.errors_of(root);
                self.errors
                    .extend(root.get("error").filter(|error| error.kind() == Kind::Object).map(|error| error.id()));
            }
            _ => {}
        }
    }

    fn message(&mut self, root: Node<'_>) {
        self.media_in(root);
        if let Some(template) = root.get("template").filter(|node| node.kind() == Kind::Object) {
            self.template(template);
        }
        if let Some(interactive) = root.get("interactive") {
            self.interactive(interactive);
        }
    }

    fn template(&mut self, template: Node<'_>) {
        self.templates.push(template.id());
        self.components_of(template);
    }

    fn interactive(&mut self, interactive: Node<'_>) {
        if let Some(header) = interactive.get("header") {
            self.media_in(header);
        }
        if let Some(action) = interactive.get("action").filter(|node| node.kind() == Kind::Object) {
            self.actions.push(action.id());
            for card in action.get("cards").into_iter().flat_map(|cards| cards.items()) {
                if let Some(header) = card.get("header") {
                    self.media_in(header);
                }
            }
        }
    }

    fn components_of(&mut self, holder: Node<'_>) {
        let Some(components) = holder.get("components").filter(|node| node.kind() == Kind::Array) else { return };
        self.components.push(components.id());
        for component in components.items() {
            for parameter in component.get("parameters").into_iter().flat_map(|parameters| parameters.items()) {
                self.media_in(parameter);
            }
            for card in component.get("cards").into_iter().flat_map(|cards| cards.items()) {
                self.components_of(card);
            }
        }
    }

    fn media_in(&mut self, holder: Node<'_>) {
        for (key, value) in holder.members() {
            if value.kind() == Kind::Object
                && let Some((_, kind)) = Media::KEYS.iter().find(|(name, _)| same(name.as_bytes(), key.bytes()))
            {
                self.media.push((*kind, value.id()));
            }
        }
    }

    fn entry(&mut self, entry: Node<'_>) {
        for change in entry.get("changes").into_iter().flat_map(|changes| changes.items()) {
            self.change(change);
        }
    }

    fn change(&mut self, change: Node<'_>) {
        if change.get("field").and_then(|field| field.as_str()).is_none_or(|field| field == "messages")
            && let Some(value) = change.get("value")
        {
            self.value(value);
        }
    }

    fn value(&mut self, value: Node<'_>) {
        self.errors_of(value);
        for message in value.get("messages").into_iter().flat_map(|messages| messages.items()) {
            self.inbound.push(message.id());
            self.media_in(message);
            self.errors_of(message);
        }
        for status in value.get("statuses").into_iter().flat_map(|statuses| statuses.items()) {
            self.statuses.push(status.id());
            self.errors_of(status);
        }
    }

    fn errors_of(&mut self, holder: Node<'_>) {
        let errors = holder.get("errors").into_iter().flat_map(|errors| errors.items());
        self.errors.extend(errors.filter(|error| error.kind() == Kind::Object).map(|error| error.id()));
    }
}

/// A payload under examination.
pub struct Visit<'a> {
    pub(crate) look: Look<'a>,
    pub(crate) payload: Payload,
    /// The number of the payload in its document.
    pub(crate) number: u32,
    pub(crate) root: Node<'a>,
    pub(crate) anatomy: &'a Anatomy,
    pub(crate) config: &'a Config,
    pub(crate) numbers: &'a Numbers<'a>,
    pub(crate) findings: &'a mut Vec<Finding>,
    pub(crate) claims: &'a mut Vec<Claim>,
}

/// A place where a specific rule has spoken and the generic ones are silent: a node, and for a missing property
/// its name.
pub(crate) type Claim = (NodeId, &'static str);

impl<'a> Visit<'a> {
    pub(crate) fn node(&self, id: NodeId) -> Node<'a> {
        self.look.node(id)
    }

    /// The nodes of one list of the anatomy.
    pub(crate) fn each(&self, list: fn(&Anatomy) -> &Vec<NodeId>) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let look = self.look;
        list(self.anatomy).iter().map(move |id| look.node(*id))
    }

    /// Reports a finding and claims its place.
    pub(crate) fn report(&mut self, rule: &'static Rule, at: Place, args: Args, fix: Option<Fix>) -> &mut Finding {
        if let Some(node) = at.node()
            && !matches!(at, Place::Lacks(_))
        {
            self.claims.push((node, ""));
        }
        self.findings.push(Finding {
            rule,
            severity: rule.severity,
            confidence: rule.confidence,
            at,
            args,
            fix,
            related: Vec::new(),
            payload: Some(self.number),
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// Reports the member `name` of `object`, when it is there, with its deletion as the fix.
    pub(crate) fn report_unwanted(
        &mut self,
        rule: &'static Rule,
        object: Node<'_>,
        name: &str,
        level: Level,
        title: &'static str,
    ) -> Option<&mut Finding> {
        let member = object.member(name)?;
        let change = Change::Remove { object: object.id(), key: member.0.id() };
        Some(self.report(rule, Place::member(member), Args::None, Some(Fix::one(level, title, change))))
    }

    /// Silences the generic rules about the property `name` that `object` lacks.
    pub(crate) fn claim_missing(&mut self, object: Node<'_>, name: &'static str) {
        self.claims.push((object.id(), name));
    }

    /// The rule's confidence, or that of the form when the finding rests on it and it is less.
    pub(crate) fn sure_of_form(&self, rule: &Rule) -> Confidence {
        rule.confidence.min(self.payload.confidence)
    }

    /// Whether the payload has On-Premises form, or had it before fixes.
    pub(crate) fn is_of_onprem(&self) -> bool {
        self.payload.form.is_onprem() || self.payload.evidence.has(Evidence::Translated)
    }

    pub(crate) fn is(&self, document: Document) -> bool {
        self.payload.form.document() == document
    }
}
