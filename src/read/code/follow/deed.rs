//! What functions and methods that many languages have make of values: properties are read, objects and texts built.

use std::ops::Range;

use tree_sitter::Node;

use super::each::is_word;
use super::methods::{Deed, set_by};
use super::value::{Fated, List, Member, Object, Value, What};
use super::{Follower, Placed, span};
use crate::read::code::role::{Call, snake};
use crate::read::code::uses::{Constant, Name, StepKey, plain};

/// Libraries whose functions are given what they read from.
const LIBRARIES: [&str; 5] = ["gjson", "jsonparser", "JsonPath", "_", "lodash"];

impl<'t> Follower<'t> {
    /// What is known to come of a call, when something is.
    pub(super) fn do_deed(
        &mut self,
        deed: Deed,
        name: &str,
        receiver: Option<&Value>,
        call: &Call<'t>,
        arguments: &[Value],
        at: &Range<usize>,
    ) -> Option<Value> {
        match deed {
            Deed::Set | Deed::SetPath | Deed::Append | Deed::AddObject | Deed::AddList | Deed::Setter | Deed::Merge => {
                self.build(deed, name, receiver, call, arguments, at)
            }
            Deed::Serialise | Deed::JoinList | Deed::JoinPath | Deed::JoinText | Deed::Format => {
                self.put_together(deed, name, receiver, call, arguments, at)
            }
            _ => self.take_out(deed, name, receiver, call, arguments, at),
        }
    }

    /// What is read from a value.
    fn take_out(
        &mut self,
        deed: Deed,
        name: &str,
        receiver: Option<&Value>,
        call: &Call<'t>,
        arguments: &[Value],
        at: &Range<usize>,
    ) -> Option<Value> {
        let on = receiver.or(arguments.first());
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

    /// What a value is given.
    fn build(
        &mut self,
        deed: Deed,
        name: &str,
        receiver: Option<&Value>,
        call: &Call<'t>,
        arguments: &[Value],
        at: &Range<usize>,
    ) -> Option<Value> {
        let on = receiver.or(arguments.first());
        match deed {
            Deed::Set => {
                let (value, key) = (arguments.last()?, arguments.get(arguments.len() - 2)?);
                let holder = if arguments.len() > 2 { arguments.first() } else { receiver }?;
                let (holder, value, key_at) = (holder.clone(), value.clone(), key.at.clone());
                let Some(key @ StepKey::Key(_)) = self.step_key(&key.clone()) else { return None };
                let known = matches!(holder.what, What::Object(_));
                self.set(&holder, Some(&key), key_at, &value);
                known.then_some(holder)
            }
            Deed::SetPath => self.set_path(receiver, arguments),
            Deed::Append => {
                let holder = if arguments.len() > 1 { arguments.first() } else { on };
                let holder = holder?.clone();
                let value = arguments.last()?.clone();
                let list = match holder.what {
                    What::List(list) => list,
                    What::Text(_) => {
                        let place = value.at.clone();
                        let parts = [(holder.clone(), holder.at.clone()), (value, place)];
                        return Some(self.join(&parts, "", at.clone()));
                    }
                    _ => return None,
                };
                self.use_up(&value);
                let list = &mut self.lists[list];
                list.open |= self.branches > list.depth;
                list.items.push(value);
                Some(holder)
            }
            Deed::AddObject | Deed::AddList => {
                let holder = receiver?.clone();
                let what = if deed == Deed::AddObject {
                    self.objects.push(Object { at: at.clone(), depth: self.branches, ..Object::default() });
                    What::Object(self.objects.len() - 1)
                } else {
                    self.lists.push(List { at: at.clone(), ..List::default() });
                    What::List(self.lists.len() - 1)
                };
                let value = Value { what, at: at.clone() };
                match (holder.what, arguments.first()) {
                    (What::List(list), None) => {
                        self.use_up(&value);
                        self.lists[list].open |= self.branches > 0;
                        self.lists[list].items.push(value.clone());
                    }
                    (_, Some(key)) => {
                        let (key, key_at) = (self.step_key(key), key.at.clone());
                        self.set(&holder, key.as_ref(), key_at, &value);
                    }
                    _ => {}
                }
                Some(value)
            }
            Deed::Setter => {
                let (holder, value) = (receiver?.clone(), arguments.first()?.clone());
                if !matches!(holder.what, What::Object(_)) {
                    return None;
                }
                let name = set_by(name)?;
                let wire = self.wires.get(&plain(name)).cloned().flatten();
                let key = StepKey::Key(wire.unwrap_or_else(|| snake(name)));
                self.set(&holder, Some(&key), value.at.clone(), &value);
                Some(holder)
            }
            Deed::Merge => self.merge(name, receiver, call, arguments, at),
            _ => None,
        }
    }

    /// What is put together as a text.
    fn put_together(
        &mut self,
        deed: Deed,
        name: &str,
        receiver: Option<&Value>,
        call: &Call<'t>,
        arguments: &[Value],
        at: &Range<usize>,
    ) -> Option<Value> {
        let placed = || -> Vec<Placed> {
            let at = |value: Node<'t>| value.byte_range();
            let receiver = receiver.cloned().zip(call.receiver.map(at));
            receiver
                .into_iter()
                .chain(arguments.iter().cloned().zip(call.arguments.iter().map(|one| at(one.value))))
                .collect()
        };
        let on = receiver.or(arguments.first());
        match deed {
            Deed::Serialise => {
                let made = |value: &&Value| matches!(value.what, What::Object(_) | What::List(_) | What::Text(_));
                let value = arguments.iter().find(made).or(on)?.clone();
                self.fated(&value, &Fated::Sent);
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

    /// Gives a property a value along a list of keys.
    pub(super) fn set_path(&mut self, receiver: Option<&Value>, arguments: &[Value]) -> Option<Value> {
        let [before @ .., path, value] = arguments else { return None };
        let holder = before.first().or(receiver)?.clone();
        let keys = self.path(path)?;
        let (last, before) = keys.split_last()?;
        let mut inner = holder.clone();
        for key in before {
            let What::Object(object) = inner.what else { break };
            let Some(StepKey::Key(name)) = self.step_key(key) else { return Some(holder) };
            let Some(member) = self.objects[object].get(&name) else {
                self.objects[object].open = true;
                return Some(holder);
            };
            inner = member.value.clone();
        }
        let key = self.step_key(last);
        self.set(&inner, key.as_ref(), last.at.clone(), value);
        Some(holder)
    }

    /// The keys in a list that is the way to a property.
    pub(super) fn path(&mut self, list: &Value) -> Option<Vec<Value>> {
        let What::List(number) = list.what else { return None };
        self.lists[number].used = true;
        // They do not stand beside each other in one object.
        let within = |name: &Name| name.span.start >= span(&list.at).start && name.span.end <= span(&list.at).end;
        if let Some(table) = self.uses.tables.iter().rposition(|table| table.iter().any(within)) {
            self.uses.tables.remove(table);
        }
        Some(self.lists[number].items.clone())
    }

    /// Whether a value is a text with a host in it.
    pub(super) fn is_address(&self, value: &Value) -> bool {
        matches!(value.what, What::Text(text) if self.texts[text].spelt.text.contains("://"))
    }

    /// Reads the properties that keys name, one below the other. What is no key is what is taken instead.
    pub(super) fn read(&mut self, holder: &Value, keys: &[Value]) -> Option<Value> {
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
                if name.contains(['/', ' ', ':']) || name.contains(super::super::spelt::HOLE) {
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
    pub(super) fn read_text(&mut self, holder: &Value, path: &str, at: &Range<usize>) -> Value {
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
    pub(super) fn read_names(&mut self, holder: &Value, names: &Value, depth: usize) {
        self.seen += 1;
        if depth > 8 || self.seen > super::MOST {
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

    pub(super) fn merge(
        &mut self,
        name: &str,
        receiver: Option<&Value>,
        call: &Call<'t>,
        arguments: &[Value],
        at: &Range<usize>,
    ) -> Option<Value> {
        let mut arguments = arguments.to_vec();
        // Arguments that have names are members, too: `payload.update(type="text")`.
        if call.arguments.iter().any(|argument| argument.name.is_some()) {
            let mut named = Object { at: at.clone(), depth: self.branches, ..Object::default() };
            for (argument, value) in call.arguments.iter().zip(&arguments) {
                if let Some(name) = argument.name {
                    self.use_up(value);
                    let key = argument.value.parent().map_or(argument.value, |parent| parent).start_byte();
                    let key = key..argument.value.start_byte();
                    named.members.push(Member { name: name.to_owned(), key, value: value.clone() });
                }
            }
            let kept = call.arguments.iter().zip(arguments).filter(|(argument, _)| argument.name.is_none());
            arguments = kept.map(|(_, value)| value).collect();
            self.objects.push(named);
            arguments.push(Value { what: What::Object(self.objects.len() - 1), at: at.clone() });
        }
        let in_place = matches!(
            name.trim_end_matches(['!', '?']),
            "update" | "assign" | "putAll" | "extend" | "putall" | "Copy" | "+="
        ) || name.ends_with('!');
        let statics = receiver.is_some_and(|receiver| !matches!(receiver.what, What::Object(_)))
            && arguments.iter().any(|value| matches!(value.what, What::Object(_)));
        // `Object.assign(a, b)` and `Map.merge(a, b)` are called on the type, not on a value.
        let is_type = receiver.is_some_and(|receiver| match receiver.what {
            What::Base(base) => {
                let name = &self.uses.bases[base as usize].name;
                name.starts_with(|c: char| c.is_ascii_uppercase()) || name == "_" || name == "maps"
            }
            _ => false,
        });
        let mut all: Vec<Value> = receiver.filter(|_| !is_type).into_iter().chain(&arguments).cloned().collect();
        all.retain(|value| !matches!(value.what, What::Function(_)));
        let first = all.first()?.clone();
        if let (true, What::Object(target)) = (in_place, first.what) {
            let sometimes = self.branches > self.objects[target].depth;
            for value in &all[1..] {
                match value.what {
                    What::Object(other)
                        if other != target && self.may_merge(self.objects[target].members.len(), other) =>
                    {
                        self.use_up(value);
                        let other = self.objects[other].clone();
                        self.objects[target].merge(&other, sometimes);
                    }
                    _ => self.objects[target].open = true,
                }
            }
            return Some(first);
        }
        if statics && is_type || all.iter().any(|value| matches!(value.what, What::Object(_))) {
            let mut object = Object { at: at.clone(), depth: self.branches, ..Object::default() };
            for value in &all {
                match value.what {
                    What::Object(other) if self.may_merge(object.members.len(), other) => {
                        self.use_up(value);
                        let other = self.objects[other].clone();
                        if object.members.is_empty() && !other.members.is_empty() {
                            object.at = other.at.clone();
                        }
                        object.merge(&other, false);
                    }
                    _ => object.open = true,
                }
            }
            if object.open && object.get("messaging_product").is_some() {
                self.adds_product();
            }
            self.objects.push(object);
            return Some(Value { what: What::Object(self.objects.len() - 1), at: at.clone() });
        }
        None
    }

    /// The list of what is made of each item of another.
    pub(super) fn mapped(&mut self, item: Value, at: &Range<usize>) -> Option<Value> {
        if !matches!(item.what, What::Object(_) | What::Text(_) | What::Step(_)) {
            return None;
        }
        self.use_up(&item);
        let open = !matches!(item.what, What::Step(_));
        self.lists.push(List { items: vec![item], open, at: at.clone(), ..List::default() });
        Some(Value { what: What::List(self.lists.len() - 1), at: at.clone() })
    }

    /// A list of what a function makes of each item, when that is known.
    pub(super) fn list_of(&mut self, item: Value, at: Range<usize>) -> Option<Value> {
        let alone = match item.what {
            What::Object(object) => !self.objects[object].used && self.objects[object].fate != Fated::Sent,
            What::List(list) => !self.lists[list].used && self.lists[list].fate != Fated::Sent,
            _ => false,
        };
        if !alone {
            return None;
        }
        self.use_up(&item);
        self.lists.push(List { items: vec![item], open: true, at: at.clone(), ..List::default() });
        Some(Value { what: What::List(self.lists.len() - 1), at })
    }

    /// Whether a value is a text with marks in it, to be filled in.
    pub(super) fn has_marks(&self, value: &Value) -> bool {
        matches!(value.what, What::Text(text) if self.texts[text].spelt.text.contains('{'))
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
