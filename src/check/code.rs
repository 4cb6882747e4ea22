//! What code and files of settings do, and what the payloads in code are.

use super::Checker;
use crate::form;
use crate::project::{FileFacts, Project};
use crate::read::{Notice, NoticeKind, settings};
use crate::rules::{self, Address, CodeVisit, Inbound, Look, RULES};

impl Checker<'_> {
    /// What payloads in code are, by what becomes of them and what else the code does.
    pub(super) fn judge_forms(&mut self, source: &str, suspect: bool) {
        self.own = FileFacts::of(source, &self.uses, suspect);
        let look = Look { source, tree: &self.tree };
        let code = form::Code { own: &self.own, project: self.project, values: &self.uses.values };
        self.payloads.retain_mut(|payload| code.judge(look.node(payload.root), payload));
        if let Some(root) = self.tree.root(source) {
            code.fragments(root, &mut self.payloads);
        }
    }

    /// What the code does with payloads.
    pub(super) fn code(&mut self, source: &str) {
        let speaks = self.own.speaks_within(self.project);
        let inbound = Inbound::of(&self.uses, speaks, self.own.traits.other_product);
        let addresses = Address::all(&self.uses, source, speaks, self.own.traits.other_product, self.config);
        self.look_with(source, self.project, &inbound, &addresses, RULES.iter().filter_map(|rule| rule.code));
        self.note_comments();
    }

    /// What a file of settings deploys, and where it points.
    pub(super) fn settings(&mut self, source: &str) {
        if self.whereabouts.fetched {
            return;
        }
        settings::read(source, &mut self.uses);
        self.note_comments();
        self.own = FileFacts::of_settings(source, &self.uses, self.whereabouts.ours);
        let addresses = Address::all(&self.uses, source, self.own.traits.speaks, false, self.config);
        self.look_with(source, Project::none(), &Inbound::default(), &addresses, rules::OF_SETTINGS.into_iter());
        self.sort(source);
    }

    /// Lists the comments that were seen beside those that the reader of payloads told of.
    fn note_comments(&mut self) {
        self.notices.extend(self.uses.comments.iter().map(|span| Notice { kind: NoticeKind::Comment, span: *span }));
        self.notices.sort_by_key(|notice| notice.span.start);
        self.notices.dedup_by(|one, other| one.kind == NoticeKind::Comment && one.span.start == other.span.start);
    }

    fn look_with(
        &mut self,
        source: &str,
        project: &Project,
        inbound: &Inbound,
        addresses: &[Address],
        look_ats: impl Iterator<Item = rules::CodeFn>,
    ) {
        let mut visit = CodeVisit {
            look: Look { source, tree: &self.tree },
            uses: &self.uses,
            own: &self.own,
            project,
            config: self.config,
            today: self.today,
            payloads: &self.payloads,
            inbound,
            addresses,
            findings: &mut self.findings,
        };
        for look_at in look_ats {
            look_at(&mut visit);
        }
    }
}
