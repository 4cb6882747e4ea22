//! A plan as a page: plain text for a terminal, Markdown for a ticket.

use std::fmt::Write as _;

use super::{Checklist, NumberPlan, Plan, Step, WithoutBackup};
use crate::migrate::requests::Request;
use crate::report::{harmless, thousands};

/// How a page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// For a terminal.
    Text,
    /// For what shows Markdown.
    Markdown,
}

/// The plan as a page; each line has its end.
#[must_use]
pub fn page(plan: &Plan, look: Look) -> String {
    let mut page = Page { look, out: String::new() };
    page.plan(plan);
    while page.out.contains("\n\n\n") {
        page.out = page.out.replace("\n\n\n", "\n\n");
    }
    page.out
}

struct Page {
    look: Look,
    out: String,
}

impl Page {
    fn plan(&mut self, plan: &Plan) {
        let many = plan.numbers.len();
        let numbers = if many == 1 { "1 number".to_owned() } else { format!("{many} numbers") };
        self.heading(1, &format!("Plan: {numbers} from On-Premises API to Cloud API"));
        self.line(&format!(
            "As of {}, by {}, with Graph API {}. Nothing was sent to make it.",
            plan.today,
            harmless(&plan.configuration),
            plan.graph_version
        ));
        self.gate(&plan.gate);
        self.list("The shutdown of 2025-10-23", &plan.shutdown);
        self.list("Before you begin", &plan.warnings);
        self.list("What does not change", &plan.unchanged);
        self.checks("To be confirmed by a person, since no API proves it", plan.attestations.iter().cloned());
        for number in &plan.numbers {
            self.number(number);
        }
        self.checklist(&plan.checklist);
        self.heading(2, "What the placeholders stand for");
        for secret in &plan.secrets {
            let variable = secret.variable.map_or(String::new(), |variable| format!(", from {}", code(variable)));
            let line = format!("{}: {}{variable}", code(&secret.placeholder), secret.what);
            self.item(&line);
        }
        self.heading(2, "Support");
        self.line("Direct Support ticket:");
        self.item(&format!("Topic: {}", self.strong(plan.ticket.topic)));
        self.item(&format!("Request Type: {}", self.strong(plan.ticket.request_type)));
        plan.ticket.say.iter().for_each(|say| self.item(&format!("Name in it: {say}")));
    }

    fn gate(&mut self, gate: &super::Gate) {
        self.heading(2, if gate.open { "The gate is open" } else { "The gate is closed" });
        if !gate.open {
            self.line("In the way of all that follows:");
        }
        for thing in &gate.in_the_way {
            let line = format!("{}. Show: {}", self.foreign(&thing.what), code(&harmless(&thing.command)));
            self.item(&line);
        }
        if !gate.noted.is_empty() {
            self.line("Noted, and not in the way:");
            for note in &gate.noted {
                self.item(&self.foreign(note));
            }
        }
    }

    fn number(&mut self, number: &NumberPlan) {
        let pilot = if number.pilot { ", the pilot" } else { "" };
        self.heading(2, &format!("Number {}: {}{pilot}", number.name, number.display_phone_number));
        let mut about = vec![
            format!("phone number ID {}, account {}", number.phone_number_id, number.waba_id),
            format!("old client at {}", harmless(&number.onprem_url)),
        ];
        about.extend(number.daily_messages.map(|daily| format!("about {} messages a day", thousands(daily))));
        about.extend(
            number.shards.map(|shards| if shards == 1 { "1 shard".to_owned() } else { format!("{shards} shards") }),
        );
        self.items(&about);
        self.heading(3, "Steps");
        for step in &number.steps {
            self.step(step);
        }
        self.heading(3, "Runbook of the cut-over");
        self.checks("", number.runbook.iter().cloned());
        self.without_backup(&number.without_backup);
    }

    fn step(&mut self, step: &Step) {
        let guide = step.guide_step.map_or(String::new(), |number| format!(" (step {number} of Meta's guide)"));
        self.heading(4, &format!("{}. {}{guide}", step.number, step.title));
        if !step.preconditions.is_empty() {
            self.line("Has to hold:");
            self.items(&step.preconditions);
        }
        step.requests.iter().for_each(|request| self.request(request));
        if !step.notes.is_empty() {
            self.line("To know:");
            self.items(&step.notes);
        }
        step.undo.iter().for_each(|request| self.request(request));
    }

    fn without_backup(&mut self, way: &WithoutBackup) {
        self.heading(3, "If no backup can be had");
        self.items(&way.notes);
        way.requests.iter().for_each(|request| self.request(request));
    }

    fn checklist(&mut self, checklist: &Checklist) {
        self.heading(2, "Checklist for the pilot");
        let Checklist { sent, received } = checklist;
        if sent.is_empty() && received.is_empty() {
            self.line("No message was seen in the files. Write down what you send and receive, and try each of it.");
            return;
        }
        self.line("The kinds of messages that the files have. Try each on the pilot before the other numbers.");
        let look = Self { look: self.look, out: String::new() };
        let row = |verb: &str, kind: &super::Kind| {
            let times =
                if kind.count == 1 { "seen once".to_owned() } else { format!("seen {} times", thousands(kind.count)) };
            let first =
                kind.first.as_ref().map_or(String::new(), |first| format!(", first at {}", look.foreign(first)));
            format!("{verb}: {} ({times}{first})", kind.kind)
        };
        self.checks(
            "",
            sent.iter().map(|kind| row("send", kind)).chain(received.iter().map(|kind| row("receive", kind))),
        );
    }

    fn list(&mut self, title: &str, lines: &[String]) {
        self.heading(2, title);
        self.items(lines);
    }

    fn checks(&mut self, title: &str, lines: impl Iterator<Item = String>) {
        if !title.is_empty() {
            self.heading(2, title);
        }
        for line in lines {
            self.item(&format!("[ ] {line}"));
        }
    }

    fn request(&mut self, request: &Request) {
        self.line(&format!("{}:", request.what));
        let mut text = format!("{} {}\n", request.method, harmless(&request.url));
        for header in &request.headers {
            let _ = writeln!(text, "{}", harmless(header));
        }
        if let Some(body) = &request.body {
            let _ = write!(text, "\n{body:#}\n");
        }
        if self.look == Look::Markdown {
            let _ = write!(self.out, "\n```http\n{text}```\n");
            return;
        }
        for line in text.lines() {
            let _ = writeln!(self.out, "{}", format!("    {line}").trim_end());
        }
    }

    fn heading(&mut self, level: usize, text: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        let _ = match (self.look, level) {
            (Look::Markdown, level) => writeln!(self.out, "{} {text}\n", "#".repeat(level)),
            (Look::Text, 1) => writeln!(self.out, "{text}\n{}\n", "=".repeat(text.chars().count())),
            (Look::Text, 2) => writeln!(self.out, "{text}\n{}", "-".repeat(text.chars().count())),
            (Look::Text, _) => writeln!(self.out, "{text}"),
        };
    }

    fn line(&mut self, text: &str) {
        let fresh = self.out.ends_with("\n\n") || self.look == Look::Text;
        let _ = match self.look {
            Look::Markdown if fresh => writeln!(self.out, "{text}\n"),
            Look::Markdown => writeln!(self.out, "\n{text}\n"),
            Look::Text => writeln!(self.out, "{text}"),
        };
    }

    fn item(&mut self, text: &str) {
        let _ = writeln!(self.out, "- {text}");
    }

    fn items(&mut self, lines: &[String]) {
        for line in lines {
            self.item(line);
        }
    }

    /// Text with names of files in it, which Markdown must not take for more.
    fn foreign(&self, text: &str) -> String {
        let text = harmless(text);
        if self.look == Look::Text {
            return text.into_owned();
        }
        text.replace('<', "\\<").replace('[', "\\[").replace('*', "\\*").replace('_', "\\_")
    }

    fn strong(&self, text: &str) -> String {
        if self.look == Look::Markdown { format!("**{text}**") } else { text.to_owned() }
    }
}

/// A word of a program.
fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}
