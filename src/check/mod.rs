//! One document in, findings out. Pure: text and configuration decide, nothing else.

mod code;

use std::path::Path;

use crate::config::{Config, Numbers};
use crate::facts::{Date, Keyword, Shape, ShapeError, facts};
use crate::finding::{Args, Confidence, Finding, Place, Severity};
use crate::fix::Level;
use crate::form::{self, Declared, Document, Evidence, Form, Part, Payload};
use crate::language::Language;
use crate::project::{FileFacts, Project};
use crate::read::code::Uses;
use crate::read::code::words::path_says_whatsapp;
use crate::read::{self, Notation, Notice, NoticeKind, SyntaxError, SyntaxErrorKind, settings};
use crate::rules::{self, Applies, Look, RULES, Rule, Visit};
use crate::rules::{Anatomy, Claim};
use crate::tree::{Node, NodeId, Span, Tree};

/// Checks one document after the other and reuses its memory.
#[derive(Debug)]
pub struct Checker<'c> {
    config: &'c Config,
    tree: Tree,
    notices: Vec<Notice>,
    payloads: Vec<Payload>,
    findings: Vec<Finding>,
    shape: Shape,
    anatomy: Anatomy,
    claims: Vec<Claim>,
    unjudged: Vec<NodeId>,
    notation: Notation,
    declared: Option<Declared>,
    error: Option<SyntaxError>,
    numbers: Numbers<'c>,
    project: &'c Project,
    today: Option<Date>,
    uses: Uses,
    own: FileFacts,
    /// What the path of the file says of its settings.
    whereabouts: Whereabouts,
    /// What looks at messages that are sent.
    of_sent: Vec<rules::VisitFn>,
    /// What looks at all else.
    of_received: Vec<rules::VisitFn>,
}

/// What the path of a file says.
#[derive(Clone, Copy, Debug, Default)]
struct Whereabouts {
    /// Whether it is a file that programs write or fetch.
    fetched: bool,
    /// Whether it is about WhatsApp.
    ours: bool,
}

/// A payload of a text that was edited since.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    /// Where it begins now.
    pub at: u32,
    /// What it was taken for; its root is that of the text before.
    pub payload: Payload,
    /// Whether it is to be taken for that again, whatever it looks like now.
    pub stays: bool,
}

/// The result for one document.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'a> {
    /// The text and its tree; the tree is empty when the text could not be read.
    pub look: Look<'a>,
    /// How the text is written down.
    pub notation: Notation,
    /// What the configuration says of its documents.
    pub declared: Option<Declared>,
    /// The payloads in it, in document order.
    pub payloads: &'a [Payload],
    /// What was found, by place, then rule. Every confidence and severity is in here.
    pub findings: &'a [Finding],
    /// Values whose content no schema describes yet.
    pub unjudged: &'a [NodeId],
    /// What strict JSON does not allow and was read all the same, in order; nothing for files that are not to be judged.
    pub notices: &'a [Notice],
    /// Why the text could not be read. A finding says the same when the text speaks of WhatsApp.
    pub error: Option<SyntaxError>,
}

impl Checked<'_> {
    /// Whether what stands around a finding may be secret: in a file of settings, passwords stand beside names.
    #[must_use]
    pub fn guards(&self, finding: &Finding) -> bool {
        let of_settings = matches!(finding.rule.applies, Applies::Code | Applies::Settings | Applies::CodeAndSettings);
        self.notation == Notation::Settings || self.notation == Notation::Yaml && of_settings
    }
}

impl<'c> Checker<'c> {
    /// A checker under a configuration.
    #[must_use]
    pub fn new(config: &'c Config) -> Self {
        let without = |other: Applies| {
            let rules = RULES.iter().filter(move |rule| rule.applies != other);
            rules.filter_map(|rule| rule.visit).collect()
        };
        Self {
            config,
            of_sent: without(Applies::Webhooks),
            of_received: without(Applies::Payloads),
            tree: Tree::new(),
            notices: Vec::new(),
            payloads: Vec::new(),
            findings: Vec::new(),
            shape: Shape::default(),
            anatomy: Anatomy::default(),
            claims: Vec::new(),
            unjudged: Vec::new(),
            notation: Notation::ByContent,
            declared: None,
            error: None,
            numbers: Numbers::new(&config.webhook),
            project: Project::none(),
            today: None,
            uses: Uses::default(),
            own: FileFacts::default(),
            whereabouts: Whereabouts::default(),
        }
    }

    /// The same checker for files of a project, on a day.
    #[must_use]
    pub fn within(mut self, project: &'c Project, today: Option<Date>) -> Self {
        (self.project, self.today) = (project, today);
        self
    }

    /// Goes on to the documents of the file at `path`, which is relative to the configuration's folder: where it is may
    /// say which number its webhooks came to. Needed only when [`crate::config::Webhook::asks_for_path`].
    pub fn in_file(&mut self, path: &Path) {
        self.numbers.enter(path);
    }

    /// Goes on to the file at `path`, which may say what its settings are about and whether they are the project's own.
    pub fn in_settings(&mut self, path: &str) {
        self.whereabouts = Whereabouts { fetched: settings::is_fetched(path), ours: path_says_whatsapp(path) };
    }

    /// Whether the last document was a file of code that has to do with WhatsApp.
    #[must_use]
    pub fn speaks_in_code(&self) -> bool {
        matches!(self.notation, Notation::Code(_)) && self.own.traits.speaks
    }

    /// Checks one document: a JSON file, or one line of JSON Lines. A fault that keeps it from being read is a
    /// finding when `suspect` says that WhatsApp is to be expected here or the text itself speaks of it.
    pub fn check<'a>(
        &'a mut self,
        source: &'a str,
        notation: Notation,
        suspect: bool,
        declared: Option<Declared>,
    ) -> Checked<'a> {
        self.look_at(source, notation, suspect, declared, &[]);
        self.checked(source)
    }

    /// Checks a text again after edits. The payloads in `known`, in order, are marked as translated, or taken for what they
    /// were before.
    pub(crate) fn check_again(
        &mut self,
        source: &str,
        notation: Notation,
        declared: Option<Declared>,
        known: &[Known],
    ) {
        let suspect = matches!(notation, Notation::Code(_)) && self.whereabouts.ours;
        self.look_at(source, notation, suspect, declared, known);
    }

    /// What the last check found; `source` is the text that was checked.
    pub(crate) fn checked<'a>(&'a self, source: &'a str) -> Checked<'a> {
        Checked {
            look: Look { source, tree: &self.tree },
            notation: self.notation,
            declared: self.declared,
            payloads: &self.payloads,
            findings: &self.findings,
            unjudged: &self.unjudged,
            notices: if self.declared == Some(Declared::Ignored) { &[] } else { &self.notices },
            error: self.error,
        }
    }

    fn look_at(
        &mut self,
        source: &str,
        notation: Notation,
        suspect: bool,
        declared: Option<Declared>,
        known: &[Known],
    ) {
        self.payloads.clear();
        self.findings.clear();
        self.unjudged.clear();
        self.uses.clear();
        let error = match notation {
            Notation::Code(language) => {
                self.own = FileFacts::default();
                read::code::read(source, language, self.project, &mut self.tree, &mut self.uses, &mut self.notices)
                    .err()
            }
            _ => read::read(source, notation, &mut self.tree, &mut self.notices).err(),
        };
        (self.notation, self.declared, self.error) = (notation, declared, error);
        if let Some(error) = error {
            if (suspect || speaks_of_whatsapp(source.as_bytes())) && declared != Some(Declared::Ignored) {
                self.findings.push(syntax_finding(source, error));
            }
        } else if let Some(root) = self.tree.root(source) {
            match declared {
                None => form::find(root, &mut self.payloads),
                Some(Declared::Ignored) => {}
                Some(Declared::As(form)) => form::declared(root, form, &mut self.payloads),
            }
            if !known.is_empty() {
                self.take_for(source, known);
            }
            if declared != Some(Declared::Ignored) {
                self.report_broken_documents(source);
            }
            if let Notation::Code(_) = notation {
                self.judge_forms(source, suspect);
            }
            if !self.payloads.is_empty() {
                let json = !self.tree.is_foreign() && !self.tree.is_gathered();
                if json && notation != Notation::JsonWithComments {
                    self.report_notices();
                }
                let old = self.payloads.iter().filter(|payload| payload.form == Form::OnPrem(Document::Webhook));
                self.numbers.look_around(source, &self.tree, old.map(|payload| payload.root));
                for number in 0..self.payloads.len() {
                    self.payload(source, number);
                }
            }
            if matches!(notation, Notation::Code(_)) && declared != Some(Declared::Ignored) {
                self.code(source);
            }
            self.sort(source);
        }
        if matches!(notation, Notation::Settings | Notation::Yaml) && declared != Some(Declared::Ignored) {
            self.settings(source);
        }
    }

    /// Puts what is known of payloads to what they were taken for, or in its place.
    fn take_for(&mut self, source: &str, known: &[Known]) {
        let look = Look { source, tree: &self.tree };
        for Known { at, payload, stays } in known {
            let begins = |id: NodeId| look.node(id).span().start;
            let index = self.payloads.partition_point(|payload| begins(payload.root) < *at);
            let found = self.payloads.get_mut(index).filter(|payload| begins(payload.root) == *at);
            match found {
                Some(found) if *stays => *found = Payload { root: found.root, ..*payload },
                Some(found) => found.evidence.add(Evidence::Translated),
                None if !stays => {}
                // What it was recognised by has gone.
                None => {
                    let mut all = (0..self.tree.len()).map(|id| NodeId(crate::tree::offset(id)));
                    if let Some(root) = all.find(|id| look.node(*id).is_object() && begins(*id) == *at) {
                        self.payloads.insert(index, Payload { root, ..*payload });
                    }
                }
            }
        }
    }

    /// Strings that speak of WhatsApp and begin like JSON, but cannot be read.
    fn report_broken_documents(&mut self, source: &str) {
        let broken = self.notices.iter().filter(|notice| notice.kind == NoticeKind::BrokenDocument);
        let ours = broken.filter(|notice| speaks_of_whatsapp(&source.as_bytes()[notice.span.range()]));
        self.findings.extend(ours.map(|notice| noticed(*notice, Severity::Error, Confidence::Medium)));
    }

    fn report_notices(&mut self) {
        let silent = [NoticeKind::Placeholder, NoticeKind::BrokenDocument];
        let others = self.notices.iter().filter(|notice| !silent.contains(&notice.kind));
        self.findings.extend(others.map(|notice| noticed(*notice, Severity::Warning, Confidence::High)));
    }

    fn payload(&mut self, source: &str, number: usize) {
        let payload = self.payloads[number];
        let look = Look { source, tree: &self.tree };
        let root = look.node(payload.root);
        self.shape.clear();
        self.anatomy.clear();
        self.claims.clear();
        self.anatomy.study(&payload, root);
        if !matches!(payload.part, Part::Template | Part::Interactive) {
            judge(&payload, root, &mut self.shape);
        }
        self.unjudged.append(&mut self.shape.unjudged);
        let mut visit = Visit {
            look,
            payload,
            number: crate::tree::offset(number),
            root,
            anatomy: &self.anatomy,
            config: self.config,
            numbers: &self.numbers,
            findings: &mut self.findings,
            claims: &mut self.claims,
        };
        if matches!(payload.part, Part::Template | Part::Interactive) {
            rules::OF_PARTS.iter().filter_map(|rule| rule.visit).for_each(|look_at| look_at(&mut visit));
            return;
        }
        let sent = matches!(payload.form.document(), Document::Message | Document::ReadReceipt);
        for look_at in if sent { &self.of_sent } else { &self.of_received } {
            look_at(&mut visit);
        }
        if !self.shape.errors.is_empty() {
            self.claims.sort_unstable();
            for error in &self.shape.errors {
                if self
                    .claims
                    .binary_search(&(
                        error.node,
                        error.property.filter(|_| error.keyword == Keyword::Required).unwrap_or(""),
                    ))
                    .is_err()
                    && let Some(mut finding) = generic(look, &payload, error)
                {
                    finding.payload = Some(crate::tree::offset(number));
                    self.findings.push(finding);
                }
            }
        }
    }

    fn sort(&mut self, source: &str) {
        if matches!(self.notation, Notation::Code(_)) {
            // What stands in the code once may be a part of several values.
            let look = Look { source, tree: &self.tree };
            self.findings.sort_by_cached_key(|finding| {
                (look.span(finding.at), finding.rule.name, std::cmp::Reverse(finding.confidence))
            });
            self.findings.dedup_by_key(|finding| (look.span(finding.at), finding.rule.name));
            // What else the code does with a value is not seen.
            let fixes = self.findings.iter_mut().filter_map(|finding| finding.fix.as_mut());
            fixes.for_each(|fix| fix.level = fix.level.max(Level::Unsafe));
            return;
        }
        if self.findings.len() > 1 {
            let look = Look { source, tree: &self.tree };
            let place = |finding: &Finding| (look.span(finding.at), finding.rule.name);
            // Where a string's content stands is worked out once a finding.
            match self.tree.layers() {
                [] => self.findings.sort_by(|one, other| place(one).cmp(&place(other))),
                _ => self.findings.sort_by_cached_key(place),
            }
        }
    }
}

/// Judges a payload by the schema of what it is or will have to be on Cloud API.
fn judge(payload: &Payload, root: Node<'_>, shape: &mut Shape) {
    let facts = facts();
    let schema = match (payload.form, payload.part) {
        (form, _) if form.document() == Document::Message => {
            if payload.evidence.has(Evidence::Calls) {
                shape.unjudged.push(root.id());
                return;
            }
            if rules::hsm_message::is_hsm(root) {
                shape.judge(facts, facts.hsm_message, root);
                return;
            }
            // Without a type, the content that is there tells what was meant.
            let meant = if root.get("type").is_none() { rules::missing_type::meant(root) } else { None };
            meant.and_then(|name| facts.message_of_type(name)).unwrap_or(facts.message)
        }
        (Form::Cloud(Document::ReadReceipt), _) => facts.read_receipt,
        (Form::Cloud(Document::SendResponse), _) => facts.send_response,
        (Form::Cloud(Document::Error), _) => facts.error,
        (form, part) if form.document() == Document::Webhook => match part {
            Part::Whole => facts.envelope,
            Part::Entry => facts.entry,
            Part::Change => facts.change,
            Part::Value | Part::Template | Part::Interactive => facts.value,
        },
        _ => return,
    };
    shape.judge(facts, schema, root);
}

/// The finding of a generic rule for a shape error, unless the form is too uncertain to make one.
fn generic(look: Look<'_>, payload: &Payload, error: &ShapeError) -> Option<Finding> {
    let facts = facts();
    let schema = facts.schema(error.schema);
    let rule = rule_of(error.keyword);
    let at_root = error.object == payload.root;
    let ambiguous = matches!(payload.form, Form::Ambiguous(_));
    if ambiguous && at_root {
        return None;
    }
    // What is `undefined` in the end is not sent.
    let unsent = matches!(look.tree.language(), Some(Language::JavaScript | Language::TypeScript | Language::Tsx));
    if unsent && error.key.is_some() && look.node(error.node).is_hole() {
        return None;
    }
    let mut confidence = schema.confidence(error.keyword);
    if at_root || payload.form.document() == Document::Webhook {
        confidence = confidence.min(payload.confidence);
    }
    let at = match (error.keyword, error.key) {
        (Keyword::Required, _) => Place::Lacks(error.node),
        (_, Some(key)) => Place::Member { key, value: error.node },
        _ => Place::Value(error.node),
    };
    let args = Args::Shape {
        keyword: error.keyword,
        schema: error.schema,
        property: error.property,
        actual: error.actual,
        key: error.key,
    };
    let severity = schema.severity(error.keyword);
    let sends = matches!(payload.form.document(), Document::Message | Document::ReadReceipt);
    let fix = match (error.keyword, error.key) {
        (Keyword::Type, _) => rules::wrong_type::fix(look.node(payload.root), schema.types(), look.node(error.node)),
        (_, Some(key)) if sends => Some(rules::unknown_property::fix(look, schema, look.node(error.object), key)),
        _ => None,
    };
    Some(Finding { rule, severity, confidence, at, args, fix, related: Vec::new(), payload: None })
}

fn noticed(notice: Notice, severity: Severity, confidence: Confidence) -> Finding {
    Finding {
        rule: &rules::invalid_json::RULE,
        severity,
        confidence,
        at: Place::Bytes(notice.span),
        args: Args::Notice(notice.kind),
        fix: None,
        related: Vec::new(),
        payload: None,
    }
}

fn rule_of(keyword: Keyword) -> &'static Rule {
    match keyword {
        Keyword::Type => &rules::wrong_type::RULE,
        Keyword::Known => &rules::unknown_value::RULE,
        Keyword::Required => &rules::missing_property::RULE,
        Keyword::AdditionalProperties => &rules::unknown_property::RULE,
        Keyword::MinLength | Keyword::MaxLength | Keyword::SoftMaxLength => &rules::text_length::RULE,
        Keyword::MinItems | Keyword::MinProperties | Keyword::MaxItems | Keyword::SoftMaxItems => {
            &rules::item_count::RULE
        }
        Keyword::Const
        | Keyword::Enum
        | Keyword::Pattern
        | Keyword::Minimum
        | Keyword::Maximum
        | Keyword::Discriminator => &rules::invalid_value::RULE,
    }
}

/// The finding for a text that could not be read.
#[must_use]
pub fn syntax_finding(source: &str, error: SyntaxError) -> Finding {
    let start = crate::tree::offset(error.offset);
    let width = source.get(error.offset..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let (rule, severity) = match error.kind {
        SyntaxErrorKind::TooMuchCode => (&rules::unreadable::RULE, Severity::Warning),
        _ => (&rules::invalid_json::RULE, Severity::Error),
    };
    Finding {
        rule,
        severity,
        confidence: Confidence::High,
        at: Place::Bytes(Span { start, end: start + crate::tree::offset(width) }),
        args: Args::Syntax(error.kind),
        fix: None,
        related: Vec::new(),
        payload: None,
    }
}

/// Whether bytes hold a word that only a text about WhatsApp holds, or words that together mean a body that sends.
#[must_use]
pub fn speaks_of_whatsapp(bytes: &[u8]) -> bool {
    const WORDS: [&str; 8] = [
        "messaging_product",
        "whatsapp_business_account",
        "localizable_params",
        "\"wa_id\"",
        "wa_id\\\"",
        "recipient_type",
        "wamid.",
        "preview_url",
    ];
    // A plain body of On-Premises form, whatever its quotation marks.
    const TOGETHER: [&str; 4] = ["to", "type", "text", "body"];
    let has = |word: &str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
    let is_key = |word: &&str| {
        let quoted = |mark: &str| has(&format!("{mark}{word}{mark}")) || has(&format!("{mark}{word}\\{mark}"));
        quoted("\"") || quoted("'")
    };
    WORDS.iter().any(|word| has(word)) || TOGETHER.iter().all(is_key)
}
