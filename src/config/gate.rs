//! The configuration as the gate of the migration sees it: without what hides or lowers findings and gives neither a
//! reason nor a day on which that ends.

use super::{Config, HostForm};
use crate::facts::Date;

impl Config {
    /// This configuration with the severities that rules have of themselves, suppressions that say until when and hold on
    /// `today`, and hosts that make nothing right or less bad. With it come the places in [`Config::suppressions`] of the
    /// suppressions that are left. What the media map no longer has is forgotten.
    #[must_use]
    pub fn for_gate(&self, today: Date) -> (Self, Vec<usize>) {
        let mut strict = self.clone();
        strict.severities.clear();
        strict.overrides.clear();
        strict.hosts.retain(|host| host.form == HostForm::OnPrem);
        strict.hosts.iter_mut().for_each(|host| host.on_purpose = false);
        strict.media.forget_expired(today);
        let counts = |number: &usize| self.suppressions.get(*number).is_some_and(|entry| entry.counts_at_gate(today));
        let left: Vec<usize> = (0..self.suppressions.len()).filter(counts).collect();
        strict.suppressions.retain(|entry| entry.counts_at_gate(today));
        (strict, left)
    }

    /// This configuration without `[[form]]`: what documents are is told by what is in them.
    #[must_use]
    pub fn without_forms(&self) -> Self {
        Self { forms: Vec::new(), ..self.clone() }
    }

    /// The patterns of `include`, as written.
    pub fn include_patterns(&self) -> impl Iterator<Item = &str> {
        self.written.include.iter().map(|word| word.get_ref().as_str())
    }

    /// The patterns of `exclude`, as written.
    pub fn exclude_patterns(&self) -> impl Iterator<Item = &str> {
        self.written.exclude.iter().map(|word| word.get_ref().as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    #[test]
    fn only_a_reason_and_a_day_to_come_are_left() {
        let config = Config::parse(
            "[rules]\nmedia-link = 'off'\n[[override]]\npath = '**'\nrules = { media-link = 'note' }\n\
             [[suppress]]\nrule = 'media-link'\npath = 'a'\nreason = 'r'\n\
             [[suppress]]\nrule = 'media-link'\npath = 'b'\nreason = 'r'\nuntil = 2026-11-02\n\
             [[suppress]]\nrule = 'media-link'\npath = 'c'\nreason = 'r'\nuntil = 2026-11-03\n\
             [[host]]\nhost = 'a.example.com'\nform = 'cloud'\n[[host]]\nhost = 'b.example.com'\nform = 'onprem'\n",
        );
        let config = config.expect("a configuration");
        let (strict, left) = config.for_gate("2026-11-02".parse().expect("a day"));
        let rule = rules::rule("media-link").expect("a rule");
        assert_eq!(strict.at("a".as_ref()).severity(rule, rule.severity), Some(rule.severity));
        assert_eq!((left, strict.suppressions.len()), (vec![2], 1));
        let hosts: Vec<_> = strict.hosts.iter().map(|host| (host.host.as_str(), host.on_purpose)).collect();
        assert_eq!(hosts, [("b.example.com", false)]);
    }
}
