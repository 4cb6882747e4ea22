//! What a rule is given of a file of code: what the code does, what that tells about it, and where findings go.

mod address;
mod inbound;
pub(crate) mod snippet;

use crate::config::Config;
use crate::facts::Date;
use crate::finding::{Args, Finding, Place};
use crate::fix::Fix;
use crate::form::Payload;
use crate::project::{FileFacts, Project};
use crate::read::code::Uses;
use crate::read::code::uses::{Of, StepKey, plain};
use crate::rules::{Look, Rule};
use crate::severity::{Confidence, Severity};
use crate::tree::Span;

pub(crate) use address::{Address, Goal};
pub(crate) use inbound::{Inbound, ROOT};

/// A file of code under examination.
pub struct CodeVisit<'a> {
    pub(crate) look: Look<'a>,
    pub(crate) uses: &'a Uses,
    /// What this file says.
    pub(crate) own: &'a FileFacts,
    /// What all files of the project say.
    pub(crate) project: &'a Project,
    pub(crate) config: &'a Config,
    pub(crate) today: Option<Date>,
    /// The payloads in it.
    pub(crate) payloads: &'a [Payload],
    /// What it does with webhooks.
    pub(crate) inbound: &'a Inbound,
    /// The addresses of On-Premises API in it.
    pub(crate) addresses: &'a [Address],
    pub(crate) findings: &'a mut Vec<Finding>,
}

impl CodeVisit<'_> {
    /// Reports a finding at a place in the code.
    pub(crate) fn report(&mut self, rule: &'static Rule, at: Span, args: Args, todo: &'static str) -> &mut Finding {
        self.findings.push(Finding {
            rule,
            severity: rule.severity,
            confidence: rule.confidence,
            at: Place::Bytes(at),
            args,
            fix: Some(Fix::manual(todo)),
            related: Vec::new(),
            payload: None,
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// The same, less sure and less bad where the file alone does not tell.
    pub(crate) fn report_as(
        &mut self,
        rule: &'static Rule,
        at: Span,
        args: Args,
        todo: &'static str,
        (severity, confidence): (Severity, Confidence),
    ) {
        let finding = self.report(rule, at, args, todo);
        finding.severity = severity;
        finding.confidence = confidence;
    }

    /// Reports a call to an endpoint.
    pub(crate) fn report_address(&mut self, rule: &'static Rule, address: &Address, todo: &'static str) {
        let severity = if address.on_purpose { Severity::Note } else { rule.severity };
        let sure = (severity, address.confidence.min(rule.confidence));
        self.report_as(rule, address.at, Args::Endpoint(address.endpoint), todo, sure);
    }

    /// Reports all calls with a goal.
    pub(crate) fn report_goal(&mut self, rule: &'static Rule, goal: Goal, todo: &'static str) {
        let addresses = self.addresses;
        for address in addresses.iter().filter(|address| address.goal == goal) {
            self.report_address(rule, address, todo);
        }
    }

    /// Whether the file, or the project around it, is about WhatsApp.
    pub(crate) fn speaks(&self) -> bool {
        self.own.speaks_within(self.project)
    }

    /// Whether the file handles Cloud webhooks, or another of its project does and nothing here says otherwise.
    pub(crate) fn is_cloud(&self) -> bool {
        self.own.traits.unwraps || (self.project.traits.unwraps && self.addresses.is_empty())
    }

    /// Where a Cloud webhook is taken apart, when the file is an endpoint that is sent webhooks.
    pub(crate) fn endpoint(&self) -> Option<Span> {
        if !self.own.traits.unwraps || !self.own.traits.endpoint || !self.speaks() {
            return None;
        }
        let is_entry = |key: &StepKey| matches!(key, StepKey::Key(key) if key == "entry");
        self.uses.steps.iter().find(|step| !step.follows && is_entry(&step.key)).map(|step| step.span)
    }

    /// Whether the property that is read at a place is one of an item of a list.
    pub(crate) fn is_of_list(&self, at: Span) -> bool {
        let steps = self.uses.steps.iter().filter(|step| step.span == at);
        steps
            .filter_map(|step| match step.of {
                Of::Step(index) => self.uses.steps.get(index as usize),
                Of::Base(_) => None,
            })
            .any(|step| matches!(step.key, StepKey::Index(_)))
    }

    /// Whether a place is in one of the payloads.
    pub(crate) fn in_payload(&self, at: Span) -> bool {
        self.payloads.iter().any(|payload| {
            let span = self.look.node(payload.root).span();
            span.start <= at.start && at.end <= span.end
        })
    }

    /// Places where a property called `name` is read from one called one of `holders`, whatever items are between.
    pub(crate) fn reads(&self, name: &str, holders: &[&str]) -> Vec<Span> {
        let steps = self.uses.steps.iter().filter(|step| {
            !step.follows
                && matches!(&step.key, StepKey::Key(key) if same_name(key, name))
                && self.uses.holder(step.of).is_some_and(|holder| holders.contains(&holder))
        });
        steps.map(|step| step.span).collect()
    }
}

/// Whether two names are the same but for capitals and underscores, in which languages differ.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    one == other || one.len().abs_diff(other.len()) < 4 && plain(one) == plain(other)
}
