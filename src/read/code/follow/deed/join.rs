//! What calls put together as a text.

use tree_sitter::Node;

use super::super::methods::Deed;
use super::super::value::{Value, What};
use super::super::{Follower, Placed};
use super::Called;
use crate::read::code::uses::{Constant, Fate, plain};

impl<'t> Follower<'t> {
    /// What is put together as a text.
    pub(super) fn put_together(&mut self, deed: Deed, called: &Called<'_, 't>) -> Option<Value> {
        let Called { name, receiver, call, arguments, at } = *called;
        let placed = || -> Vec<Placed> {
            let at = |value: Node<'t>| value.byte_range();
            let receiver = receiver.cloned().zip(call.receiver.map(at));
            receiver
                .into_iter()
                .chain(arguments.iter().cloned().zip(call.arguments.iter().map(|one| at(one.value))))
                .collect()
        };
        let on = called.on();
        match deed {
            Deed::Serialise => {
                let made = |value: &&Value| matches!(value.what, What::Object(_) | What::List(_) | What::Text(_));
                let value = arguments.iter().find(made).or(on)?.clone();
                self.fated(&value, &Fate::Sent(None));
                Some(value)
            }
            Deed::JoinList => {
                let all: Vec<&Value> = receiver.into_iter().chain(arguments).collect();
                let list =
                    all.iter().find_map(|value| if let What::List(list) = value.what { Some(list) } else { None });
                let between = all.iter().find_map(|value| self.constant(value));
                let Some(Constant::Text(between)) = between else { return None };
                if !self.may_copy(self.lists[list?].items.len() * 16) {
                    return None;
                }
                let items = self.lists[list?].items.iter().map(|item| (item.clone(), item.at.clone()));
                let items: Vec<Placed> = items.collect();
                self.lists[list?].used = true;
                Some(self.join(&items, &between, at.clone()))
            }
            // `client.uri("/v1/media/{id}", id)`
            Deed::JoinPath if plain(name) == "uri" && self.has_marks(arguments.first()?) => {
                let all = placed();
                let from = all.len() - arguments.len();
                Some(self.format(&all[from].0, &all[from + 1..], at.clone()))
            }
            Deed::JoinPath => {
                let mut all = placed();
                // What the parts are joined by is no part: `url.resolve(a, b)`, `File.join(a, b)`.
                let module = receiver.is_some_and(|on| matches!(on.what, What::Base(_)));
                if module && (arguments.len() > 1 || name == "join") {
                    all.remove(0);
                }
                // `new URL("/v1/media", base)`
                let rooted = |value: &Value| {
                    self.constant(value)
                        .is_some_and(|text| matches!(text, Constant::Text(text) if text.starts_with('/')))
                };
                if let ([(first, _), _], true) = (all.as_slice(), name == "URL")
                    && rooted(first)
                {
                    all.swap(0, 1);
                }
                let texts = all.iter().any(|(value, _)| matches!(value.what, What::Text(_)));
                texts.then(|| self.join(&all, "/", at.clone()))
            }
            Deed::JoinText => {
                let all = placed();
                let texts = all.iter().any(|(value, _)| matches!(value.what, What::Text(_)));
                texts.then(|| self.join(&all, "", at.clone()))
            }
            Deed::Format => {
                let all = placed();
                let template = all.iter().position(|(value, _)| matches!(value.what, What::Text(_)))?;
                Some(self.format(&all[template].0, &all[template + 1..], at.clone()))
            }
            _ => None,
        }
    }

    /// Whether a value is a text with marks in it, to be filled in.
    fn has_marks(&self, value: &Value) -> bool {
        matches!(value.what, What::Text(text) if self.texts[text].spelt.text.contains('{'))
    }
}
