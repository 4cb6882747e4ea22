//! Texts that the code puts together.

use std::ops::Range;

use tree_sitter::Node;

use super::value::{Text, Value, What};
use super::{Follower, Placed, span};
use crate::read::code::role::Part;
use crate::read::code::spelt::{self, Spelt};
use crate::read::code::uses::{self, Constant};

impl<'t> Follower<'t> {
    /// A text of parts that stand in one place.
    pub(super) fn spelt(&mut self, parts: &[Part<'t>], at: Range<usize>) -> Value {
        let mut spelt = Spelt::default();
        let mut last = None;
        for part in parts {
            match part {
                Part::Spelt(range, escapes) => spelt.push(self.source, range.clone(), *escapes),
                Part::Hole(node) => {
                    let value = self.value(*node);
                    self.append(&mut spelt, &value, node.byte_range());
                    last = Some(value);
                }
            }
        }
        let text = spelt.text.clone();
        let made = self.add_text(spelt, at);
        if let Some(last) = last {
            self.note_helper(&last, &text, self.uses.texts.len() - 1);
        }
        made
    }

    /// Appends a value to a text: what is known of it, or a hole in its place.
    pub(super) fn append(&mut self, spelt: &mut Spelt, value: &Value, at: Range<usize>) {
        match value.what {
            What::Text(text) if self.may_copy(self.texts[text].spelt.text.len()) => {
                spelt.append(&self.texts[text].spelt);
                self.texts[text].used = true;
                self.is_part(text, &at);
            }
            What::Number => spelt.stand_in(&self.source[value.at.clone()], at),
            _ => spelt.hole(at),
        }
    }

    /// Says that a text is a part of the one that is put together at `at`, unless it is a constant from elsewhere, which
    /// stands on its own, too.
    fn is_part(&mut self, text: usize, at: &Range<usize>) {
        let known = &self.texts[text];
        if at.start <= known.at.start
            && known.at.end <= at.end
            && let Some(noted) = known.noted
        {
            self.uses.texts[noted].part = true;
        }
    }

    pub(super) fn add_text(&mut self, spelt: Spelt, at: Range<usize>) -> Value {
        let noted = self.uses.texts.len();
        self.uses.texts.push(uses::Text {
            text: spelt.text.clone(),
            parts: spelt.places(),
            span: span(&at),
            method: None,
            call: None,
            part: false,
            within: self.within(),
        });
        self.texts.push(Text { spelt, noted: Some(noted), used: false, at: at.clone() });
        Value { what: What::Text(self.texts.len() - 1), at }
    }

    /// Notes that a text which begins like an address ends with what the function at hand is given.
    pub(super) fn note_helper(&mut self, last: &Value, text: &str, noted: usize) {
        let (What::Base(base), Some(frame)) = (last.what, self.frames.last_mut()) else { return };
        let Some(index) = frame.parameters.iter().position(|known| *known == base) else { return };
        let Some(before) = text.strip_suffix(spelt::HOLE) else { return };
        if before.contains("/v1") && !frame.name.is_empty() {
            frame.helper = Some((index, before.to_owned(), noted));
        }
    }

    /// A value with the place at which it is used.
    pub(super) fn placed(&mut self, node: Node<'t>) -> Placed {
        (self.value(node), node.byte_range())
    }

    pub(super) fn join(&mut self, values: &[Placed], between: &str, at: Range<usize>) -> Value {
        // Numbers are added, not joined.
        if !values.iter().any(|(value, _)| matches!(value.what, What::Text(_))) {
            return Value { what: What::Unknown, at };
        }
        let mut spelt = Spelt::default();
        for (value, place) in values {
            let slash = |text: &str| text.ends_with('/');
            if !between.is_empty() && !spelt.text.is_empty() && !slash(&spelt.text) {
                let begins = match value.what {
                    What::Text(text) => self.texts[text].spelt.text.starts_with('/'),
                    _ => false,
                };
                if !begins {
                    spelt.stand_in(between, place.clone());
                }
            }
            self.append(&mut spelt, value, place.clone());
        }
        let text = spelt.text.clone();
        let made = self.add_text(spelt, at);
        if let Some((last, _)) = values.last() {
            self.note_helper(last, &text, self.uses.texts.len() - 1);
        }
        made
    }

    /// Fills in a template: `%s` and its kin, and `{}` of those that are no JSON.
    pub(super) fn format(&mut self, template: &Value, values: &[Placed], at: Range<usize>) -> Value {
        let What::Text(number) = template.what else { return Value { what: What::Unknown, at } };
        let mut flat = Vec::new();
        for (value, place) in values {
            match value.what {
                What::List(list) if self.may_copy(self.lists[list].items.len() * 16) => {
                    self.lists[list].used = true;
                    flat.extend(self.lists[list].items.iter().map(|item| (item.clone(), item.at.clone())));
                }
                What::Object(_) => self.use_up(value),
                _ => flat.push((value.clone(), place.clone())),
            }
        }
        if !self.may_copy(self.texts[number].spelt.text.len()) {
            return Value { what: What::Unknown, at };
        }
        let spelt = self.texts[number].spelt.clone();
        self.texts[number].used = true;
        self.is_part(number, &at);
        let mut values = flat.iter();
        let (mut whole, mut from) = (Spelt::default(), 0);
        // In JSON a brace is a brace, unless all of them are doubled.
        let json = spelt.text.contains('"') && !spelt.text.contains("{{");
        while let Some((start, len)) = mark(&spelt.text, from, !json) {
            whole.append(&spelt.part(from..start));
            let marked = &spelt.text[start..start + len];
            if matches!(marked, "{{" | "}}") {
                whole.append(&spelt.part(start..start + 1));
            } else if let Some((value, place)) = values.next() {
                // In JSON the place of a value is that of its mark, so that all of it is in order.
                match spelt.part(start..start + len).places().first().filter(|_| json) {
                    Some((_, mark)) => {
                        let place = mark.start as usize..mark.end as usize;
                        match self.constant(value) {
                            Some(Constant::Text(text) | Constant::Number(text)) => whole.stand_in(&text, place),
                            None => whole.hole(place),
                        }
                        self.use_up(value);
                    }
                    None => self.append(&mut whole, value, place.clone()),
                }
            } else {
                whole.hole(template.at.clone());
            }
            from = start + len;
        }
        whole.append(&spelt.part(from..spelt.text.len()));
        self.add_text(whole, if json { template.at.clone() } else { at })
    }

    /// A value with another added to its end.
    pub(super) fn extended(&mut self, before: &Value, added: &Value, at: Range<usize>) -> Value {
        match (before.what, added.what) {
            (What::Object(one), What::Object(other)) if self.may_merge(self.objects[one].members.len(), other) => {
                self.use_up(added);
                let other = self.objects[other].clone();
                let sometimes = self.branches > self.objects[one].depth;
                self.objects[one].merge(&other, sometimes);
                before.clone()
            }
            (What::List(one), What::List(other))
                if one != other && self.may_copy(self.lists[other].items.len() * 16) =>
            {
                self.use_up(added);
                let items = self.lists[other].items.clone();
                let open = self.lists[other].open || self.branches > self.lists[one].depth;
                self.lists[one].items.extend(items);
                self.lists[one].open |= open;
                before.clone()
            }
            _ => {
                let placed = |value: &Value| (value.clone(), value.at.clone());
                self.join(&[placed(before), placed(added)], "", at)
            }
        }
    }
}

/// A mark in a template at or after `from`, and its length.
fn mark(text: &str, from: usize, braces: bool) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    (from..bytes.len()).find_map(|at| {
        let rest = &text.get(at..)?;
        match bytes[at] {
            b'%' => {
                let digits =
                    rest[1..].bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'$' | b'.' | b'-')).count();
                let letter = rest.as_bytes().get(1 + digits)?;
                matches!(letter, b's' | b'd' | b'v' | b'q').then_some((at, digits + 2))
            }
            b'{' | b'}' if braces && rest.as_bytes().get(1) == Some(&bytes[at]) => Some((at, 2)),
            // `${_}` is a hole that was there before.
            b'{' if braces && !text[..at].ends_with('$') => {
                let len = rest.find('}')?;
                let name = &rest[1..len];
                let wordy = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b'.'));
                wordy.then_some((at, len + 1))
            }
            _ => None,
        }
    })
}
