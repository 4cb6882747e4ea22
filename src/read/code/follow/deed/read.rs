//! What calls read from values.

use std::ops::Range;

use super::super::Follower;
use super::super::each::is_word;
use super::super::methods::Deed;
use super::super::value::{List, Value, What};
use super::Called;
use crate::read::code::spelt::HOLE;
use crate::read::code::uses::{Constant, StepKey, plain};

/// Libraries whose functions are given what they read from.
const LIBRARIES: [&str; 5] = ["gjson", "jsonparser", "JsonPath", "_", "lodash"];

impl<'t> Follower<'t> {
    /// What is read from a value.
    pub(super) fn take_out(&mut self, deed: Deed, called: &Called<'_, 't>) -> Option<Value> {
        let Called { name, receiver, call, arguments, at } = *called;
        let on = called.on();
        match deed {
            Deed::Read if name.starts_with("TryGet") => {
                // `TryGetProperty("statuses", out var statuses)`
                let value = self.read(receiver?, &arguments[..1])?;
                self.test(&value);
                if let [_, given] = call.arguments.as_slice() {
                    self.bind(given.value, &value);
                }
                Some(value)
            }
            Deed::Read => {
                // The second is what is taken instead.
                let most = if name == "dig" || arguments.len() > 2 { usize::MAX } else { 1 };
                let begins = matches!(arguments.first()?.what, What::Text(_));
                let receiver = receiver?;
                let keys = if begins { &arguments[..arguments.len().min(most)] } else { arguments };
                // `params.try(:[], :messages)`
                let keys = if name == "try" && keys.len() > 1 { &keys[1..] } else { keys };
                let read = self.read(receiver, keys);
                if let (Some(value), true) = (&read, keys.len() < arguments.len()) {
                    self.test(value);
                }
                // `target.path("v1/messages")`: an address.
                if let (None, "path", [path]) = (&read, name, arguments)
                    && let What::Text(_) = path.what
                {
                    let parts = [(receiver.clone(), receiver.at.clone()), (path.clone(), path.at.clone())];
                    return Some(self.join(&parts, "/", at.clone()));
                }
                let read = arguments.iter().skip(1).find(|value| self.is_address(value)).cloned().or(read);
                // `messages.getJSONObject(i)`
                let by_number = plain(name).ends_with("jsonobject") || name == "ElementAt";
                read.or_else(|| by_number.then(|| self.each(receiver, at.clone())))
            }
            Deed::ReadPath => {
                let keys = self.path(arguments.last()?)?;
                let mut value = arguments.first()?.clone();
                for key in keys {
                    let step = self.step_key(&key);
                    value = self.member(&value, step, key.at);
                }
                Some(value)
            }
            Deed::ReadText => {
                let Some(Constant::Text(path)) = self.constant(arguments.get(1)?) else { return None };
                Some(self.read_text(arguments.first()?, &path, &arguments[1].at))
            }
            Deed::Pluck => {
                let list = on?.clone();
                let item = self.each(&list, at.clone());
                self.read(&item, arguments.last().map(std::slice::from_ref)?)
            }
            Deed::Names => {
                let holder = receiver?.clone();
                if matches!(name, "values_at" | "fetch_values") {
                    let items = arguments.iter().filter_map(|key| self.read(&holder, std::slice::from_ref(key)));
                    let items = items.collect();
                    self.lists.push(List { items, at: at.clone(), ..List::default() });
                    return Some(Value { what: What::List(self.lists.len() - 1), at: at.clone() });
                }
                for names in arguments {
                    self.read_names(&holder, names, 0);
                }
                Some(holder)
            }
            Deed::Has => {
                let (item, holder) = match receiver {
                    // `type.in?(%w[audio voice])`
                    Some(receiver) if name == "in?" => (receiver, arguments.first()?),
                    Some(receiver) => (arguments.first()?, receiver),
                    // `in_array($x, […])` and `array_key_exists("x", $y)`.
                    None => (arguments.first()?, arguments.get(1)?),
                };
                if matches!(holder.what, What::Unknown) {
                    return None;
                }
                let (item, holder) = (item.clone(), holder.clone());
                // `["voice"].includes(type)` as well as `body.has("messages")`.
                self.among(&item, &holder);
                Some(Value { what: What::Unknown, at: at.clone() })
            }
            Deed::First => Some(self.member(on?, Some(StepKey::Index(0)), at.clone()).following(self)),
            Deed::Last => Some(self.member(on?, Some(StepKey::Index(-1)), at.clone()).following(self)),
            Deed::Parse => {
                let unknown = arguments.iter().find(|value| matches!(value.what, What::Step(_) | What::Base(_)));
                let known = |value: &&Value| match value.what {
                    What::Object(_) | What::List(_) => true,
                    What::Text(text) => {
                        let text = &self.texts[text].spelt.text;
                        text.contains('/') && !text.contains(['"', '<', ' '])
                    }
                    _ => false,
                };
                unknown.or_else(|| arguments.first().filter(known)).cloned()
            }
            Deed::Same => on.cloned(),
            Deed::Request if name == "json" => match (receiver?.what, arguments) {
                // `$request->json('messages')`
                (What::Base(_) | What::Step(_), [key]) if matches!(key.what, What::Text(_)) => {
                    self.read(receiver?, std::slice::from_ref(key))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Reads the properties that keys name, one below the other. What is no key is what is taken instead.
    pub(in crate::read::code::follow) fn read(&mut self, holder: &Value, keys: &[Value]) -> Option<Value> {
        // `gjson.Get(body, "messages.0.from")`: a function of a library, not of what is read.
        if let (What::Base(base), [body, paths @ ..]) = (holder.what, keys)
            && LIBRARIES.contains(&self.uses.bases[base as usize].name.as_str())
        {
            let mut value = body.clone();
            for path in paths {
                let Some(Constant::Text(path_text)) = self.constant(path) else { break };
                self.use_up(path);
                value = self.read_text(&value, &path_text, &path.at);
            }
            return Some(value);
        }
        let mut value = holder.clone();
        let mut read = false;
        for key in keys {
            let at = key.at.clone();
            let Some(step) = self.step_key(key) else { break };
            if let StepKey::Key(name) = &step {
                let mut parts = name.split(['.', '[', ']']);
                let dotted =
                    name.contains(['.', '[']) && parts.all(|part| is_word(part) || matches!(part, "" | "*" | "$"));
                if dotted {
                    return Some(self.read_text(&value, &name.clone(), &at));
                }
                // An address, not a property.
                if name.contains(['/', ' ', ':']) || name.contains(HOLE) {
                    return if name.starts_with('/') && !name.contains("//") && !name.starts_with("/v") {
                        let path = name.clone();
                        Some(self.read_text(&value, &path, &at))
                    } else {
                        None
                    };
                }
                if read && name.is_empty() {
                    break;
                }
            }
            value = self.member(&value, Some(step), at);
            read = true;
        }
        // With a value to take instead, it need not be there.
        if keys.len() > 1 {
            self.test(&value);
        }
        read.then_some(value)
    }

    /// Reads properties along a text with `.` or `/` between them.
    fn read_text(&mut self, holder: &Value, path: &str, at: &Range<usize>) -> Value {
        let mut value = holder.clone();
        for key in path.split(['.', '/', '[', ']']).filter(|key| !matches!(*key, "" | "$")) {
            let key = match (key, key.parse()) {
                ("*" | "#", _) => StepKey::Each,
                (_, Ok(index)) => StepKey::Index(index),
                (key, Err(_)) => StepKey::Key(key.to_owned()),
            };
            value = self.member(&value, Some(key), at.clone());
        }
        value
    }

    /// Reads the properties that names name, also those of objects and lists of names, as Rails and Laravel have them.
    fn read_names(&mut self, holder: &Value, names: &Value, depth: usize) {
        self.seen += 1;
        if depth > 8 || self.seen > super::super::MOST {
            return;
        }
        match names.what {
            What::Text(_) => drop(self.read(holder, std::slice::from_ref(names))),
            What::List(list) => {
                self.lists[list].used = true;
                let items = self.lists[list].items.clone();
                for item in &items {
                    self.read_names(holder, item, depth + 1);
                }
            }
            What::Object(object) => {
                self.objects[object].used = true;
                let members = self.objects[object].members.clone();
                for member in members {
                    let mut value = self.read_text(holder, &member.name, &member.key);
                    if matches!(member.value.what, What::List(_) | What::Object(_)) {
                        if member.name.ends_with('s') {
                            value = self.each(&value, member.key.clone());
                        }
                        self.read_names(&value, &member.value, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }
}

impl Value {
    /// The same value; a step to it is one that another place names.
    fn following(self, follower: &mut Follower<'_>) -> Self {
        if let What::Step(step) = self.what {
            follower.uses.steps[step as usize].follows = true;
        }
        self
    }
}
