//! Calls: accessors, merges, requests, functions of the file.

use std::ops::Range;

use tree_sitter::Node;

use super::methods::{Deed, deed, http_method, named_method, plain, set_by};
use super::value::{Fated, List, Member, Object, Value, What};
use super::{Back, Follower, Placed, span};
use crate::read::code::role::{Argument, Call, Role, snake};
use crate::read::code::spelt::Spelt;
use crate::read::code::uses::{self, Constant, Name, Of, StepKey};

/// Functions that give what the environment has under a name, as they are compared.
const ENVIRONMENT: [&str; 11] = [
    "getenv",
    "env",
    "get",
    "fetch",
    "fetchenv",
    "lookupenv",
    "getenvironmentvariable",
    "config",
    "getstring",
    "getorthrow",
    "str",
];

/// Names of arguments that are sent as the body of a request.
const BODIES: [&str; 8] = ["json", "data", "body", "payload", "content", "params", "form_params", "jsonBody"];

/// Libraries whose functions are given what they read from.
const LIBRARIES: [&str; 5] = ["gjson", "jsonparser", "JsonPath", "_", "lodash"];

impl<'t> Follower<'t> {
    pub(super) fn call(&mut self, call: Call<'t>, node: Node<'t>) -> Value {
        let at = node.byte_range();
        let first_text = self.uses.texts.len();
        let receiver = call.receiver.map(|receiver| self.value(receiver));
        let name = call.name.map(|name| self.text(name)).unwrap_or_default();
        let name_at = call.name.map_or(at.clone(), |name| name.byte_range());
        let mut deed = deed(name, receiver.is_some(), call.arguments.len());
        // `new JSONArray().put(item)`.
        let is_list = receiver.as_ref().is_some_and(|receiver| matches!(receiver.what, What::List(_)));
        if is_list && matches!(name, "put" | "+=") && call.arguments.len() == 1 {
            deed = Deed::Append;
        }
        // Laravel and Lodash: `Arr::get($payload, 'messages.0.from')`.
        let helper = call.receiver.is_some_and(|receiver| matches!(self.text(receiver), "Arr" | "_" | "lodash"));
        if helper && deed == Deed::Read && call.arguments.len() > 1 {
            deed = Deed::ReadText;
        }
        // `Path.join(base, "messages")` of a module, and `[base, "messages"].join("/")` of a list.
        let is_path =
            |of: &str| matches!(of, "Path" | "path" | "posixpath" | "File" | "URI" | "path.posix" | "os.path");
        if matches!(name, "join" | "merge") && call.receiver.is_some_and(|receiver| is_path(self.text(receiver))) {
            deed = Deed::JoinPath;
        }
        // `requests.put(url, json=body)` gives nothing a property.
        if deed == Deed::Set && call.arguments.iter().any(|argument| argument.name.is_some()) {
            deed = if http_method(name).is_some() { Deed::Request } else { Deed::Other };
        }
        if deed == Deed::Each || self.fills(&call) {
            return self.for_each(&call, receiver.as_ref(), at);
        }
        // `messages.First(message => message.Type == "voice")`
        if let (Deed::First | Deed::Last, [Argument { value, .. }]) = (deed, call.arguments.as_slice())
            && matches!(self.role(*value), Role::Function(_))
        {
            return self.for_each(&call, receiver.as_ref(), at);
        }
        let mut arguments: Vec<Value> = Vec::with_capacity(call.arguments.len());
        let mut inside = Vec::new();
        for Argument { value, .. } in &call.arguments {
            let before = self.uses.texts.len();
            arguments.push(self.value(*value));
            // What a handler has in it is not called with the method of its route.
            if let Some(What::Function(_)) = arguments.last().map(|value| value.what)
                && arguments.iter().any(|value| matches!(value.what, What::Text(_)))
            {
                inside.push(before..self.uses.texts.len());
            }
        }
        let is_inside = |text: usize| {
            let next = inside.partition_point(|inside| inside.end <= text);
            inside.get(next).is_some_and(|inside| inside.contains(&text))
        };
        let outside = (first_text..self.uses.texts.len()).filter(|text| !is_inside(*text));
        let texts: Vec<usize> = outside.collect();
        // `client.put('/v1/messages/…', body)` puts nothing under a key.
        let address =
            |value: &Value| matches!(value.what, What::Text(text) if self.texts[text].spelt.text.contains('/'));
        if deed == Deed::Set && http_method(name).is_some() && arguments.iter().any(address) {
            deed = Deed::Request;
        }
        let made = match self.from_environment(name, &arguments, &at) {
            Some(value) => Some(value),
            None => self.do_deed(deed, name, receiver.as_ref(), &call, &arguments, &at),
        };
        let number = self.note_call(&call, name, &name_at, &arguments);
        self.note_method(name, texts, number, &arguments, &call);
        self.keep_address(name, &call, &arguments);
        if let Some(made) = made {
            return made;
        }
        self.fates(deed, name, &call, &arguments);
        if call.makes {
            return self.make(name, &call, &arguments, at);
        }
        self.gives_back(name, receiver.as_ref(), &arguments, deed, at)
    }

    /// What the environment gives, where settings of the project say it: `os.getenv("WA_URL")`.
    fn from_environment(&mut self, name: &str, arguments: &[Value], at: &Range<usize>) -> Option<Value> {
        if !ENVIRONMENT.contains(&plain(name).as_str()) {
            return None;
        }
        let Some(Constant::Text(asked)) = self.constant(arguments.first()?) else { return None };
        let wordy = asked.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        let value = if wordy { self.elsewhere(&asked, at) } else { None }?;
        self.use_up(&arguments[0]);
        Some(value)
    }

    /// What is known to come of a call, when something is.
    fn do_deed(
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
                arguments.iter().for_each(|names| self.read_names(&holder, names, 0));
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
            Deed::Set => {
                let (value, key) = (arguments.last()?, arguments.get(arguments.len() - 2)?);
                let holder = if arguments.len() > 2 { arguments.first() } else { receiver }?;
                let (holder, value, key_at) = (holder.clone(), value.clone(), key.at.clone());
                let Some(key @ StepKey::Key(_)) = self.step_key(&key.clone()) else { return None };
                let known = matches!(holder.what, What::Object(_));
                self.set(&holder, Some(key), key_at, &value);
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
                        self.set(&holder, key, key_at, &value);
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
                self.set(&holder, Some(key), value.at.clone(), &value);
                Some(holder)
            }
            Deed::Merge => self.merge(name, receiver, call, arguments, at),
            Deed::Serialise => {
                let made = |value: &&Value| matches!(value.what, What::Object(_) | What::List(_) | What::Text(_));
                let value = arguments.iter().find(made).or(on)?.clone();
                self.fated(&value, &Fated::Sent);
                Some(value)
            }
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
            Deed::Request if name == "json" => match (receiver?.what, arguments) {
                // `$request->json('messages')`
                (What::Base(_) | What::Step(_), [key]) if matches!(key.what, What::Text(_)) => {
                    self.read(receiver?, std::slice::from_ref(key))
                }
                _ => None,
            },
            Deed::Each | Deed::Request | Deed::Other => None,
        }
    }

    /// Gives a property a value along a list of keys.
    fn set_path(&mut self, receiver: Option<&Value>, arguments: &[Value]) -> Option<Value> {
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
        self.set(&inner, key, last.at.clone(), value);
        Some(holder)
    }

    /// The keys in a list that is the way to a property.
    fn path(&mut self, list: &Value) -> Option<Vec<Value>> {
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
    fn read(&mut self, holder: &Value, keys: &[Value]) -> Option<Value> {
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
        if depth > 8 || self.seen > super::MOST {
            return;
        }
        match names.what {
            What::Text(_) => drop(self.read(holder, std::slice::from_ref(names))),
            What::List(list) => {
                self.lists[list].used = true;
                let items = self.lists[list].items.clone();
                items.iter().for_each(|item| self.read_names(holder, item, depth + 1));
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

    /// `curl_setopt($handle, CURLOPT_URL, $address)`: the handle stands for the address from then on.
    fn keep_address(&mut self, name: &str, call: &Call<'t>, arguments: &[Value]) {
        if let ("curl_setopt", [handle, option, _], [_, _, address]) = (name, call.arguments.as_slice(), arguments)
            && self.text(option.value) == "CURLOPT_URL"
            && matches!(address.what, What::Text(_))
        {
            self.bind(handle.value, address);
        }
    }

    fn merge(
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

    /// Whether the last argument is a function in which the receiver is `this`, as with Kotlin's `apply { … }`.
    fn fills(&self, call: &Call<'t>) -> bool {
        let last = call.arguments.last().map(|last| self.role(last.value));
        let Some(Role::Function(function)) = last else { return false };
        function.parameters.first().is_some_and(|first| matches!(self.role(*first), Role::Name("this")))
    }

    /// `list.each { |item| … }` and its kin.
    fn for_each(&mut self, call: &Call<'t>, receiver: Option<&Value>, at: Range<usize>) -> Value {
        let name = plain(call.name.map(|name| self.text(name)).unwrap_or_default());
        let mut list = receiver.cloned();
        let mut functions = Vec::new();
        let mut named = None;
        for Argument { value: node, .. } in &call.arguments {
            if let Role::Function(function) = self.role(*node) {
                functions.push((function, *node));
                continue;
            }
            let value = self.value(*node);
            let of_step = list.as_ref().is_some_and(|list| matches!(list.what, What::Step(_)));
            // `messages.forEach(handle)`.
            if let (Role::Name(function), Some(list), What::Base(_)) = (self.role(*node), &list, value.what) {
                let item = self.each(&list.clone(), node.byte_range());
                self.note_given(function, &[item]);
            }
            match value.what {
                What::Step(_) | What::List(_) | What::Object(_)
                    if list.as_ref().is_none_or(|list| matches!(list.what, What::Unknown | What::Base(_))) =>
                {
                    list = Some(value);
                }
                // `messages.map(&:from)`
                What::Text(text) if of_step && is_word(&self.texts[text].spelt.text) => named = Some(value),
                What::Text(_) if receiver.is_none() => named = Some(value),
                // `messages.forEach(handle)`
                What::Base(_) => {
                    if let (Role::Name(handler), Some(list)) = (self.role(*node), &list) {
                        let item = self.each(list, node.byte_range());
                        self.note_given(handler, &[item]);
                    }
                }
                _ => {}
            }
        }
        let mut result = list.clone();
        if let (Some(list), Some(key)) = (&list, &named) {
            let item = self.each(list, key.at.clone());
            result = self.read(&item, std::slice::from_ref(key)).or(result);
        }
        for (function, node) in functions {
            let item = match &list {
                Some(list) => self.each(list, node.byte_range()),
                None => Self::unknown(node),
            };
            // `let` and its kin give the value itself.
            let whole = self.fills(call)
                || matches!(
                    name.as_str(),
                    "let" | "also" | "tap" | "then" | "ifpresent" | "mapor" | "takeif" | "takeunless"
                );
            let item = if whole { list.clone().unwrap_or(item) } else { item };
            let given = match name.as_str() {
                "reduce" | "inject" | "arrayreduce" | "fold" | "foreachindexed" | "mapindexed" => {
                    vec![Self::unknown(node), item.clone()]
                }
                _ => vec![item.clone()],
            };
            self.branches += 1;
            let (_, back) = self.function(function, &given, node.byte_range());
            self.branches -= 1;
            match (name.as_str(), back) {
                ("let" | "then", Some(back)) if !matches!(back.what, What::Base(_) | What::Unknown | What::Null) => {
                    // `let(:payload) { … }`
                    if let (None, Some(key)) = (receiver, &named) {
                        let word = self.source[key.at.clone()].trim_matches([':', '\'', '"']);
                        self.assign(word, &back, true);
                    }
                    result = Some(back);
                }
                ("map" | "collect" | "flatmap" | "arraymap" | "filtermap" | "mapnotnull", Some(back)) => {
                    result = self.mapped(back, &at).or(result);
                }
                ("find" | "detect" | "firstornone", _) => result = Some(item),
                _ if matches!(deed(&name, true, 1), Deed::First | Deed::Last) => result = Some(item),
                _ => {}
            }
        }
        result.or_else(|| receiver.cloned()).unwrap_or(Value { what: What::Unknown, at })
    }

    /// The list of what is made of each item of another.
    fn mapped(&mut self, item: Value, at: &Range<usize>) -> Option<Value> {
        if !matches!(item.what, What::Object(_) | What::Text(_) | What::Step(_)) {
            return None;
        }
        self.use_up(&item);
        let open = !matches!(item.what, What::Step(_));
        self.lists.push(List { items: vec![item], open, at: at.clone(), ..List::default() });
        Some(Value { what: What::List(self.lists.len() - 1), at: at.clone() })
    }

    fn note_call(&mut self, call: &Call<'t>, name: &str, name_at: &Range<usize>, arguments: &[Value]) -> u32 {
        let receiver = call.receiver.map(|receiver| self.text(receiver)).filter(|text| text.len() <= 120);
        let whole = receiver.map_or_else(|| name.to_owned(), |receiver| format!("{receiver}.{name}"));
        let arguments = call.arguments.iter().zip(arguments).map(|(argument, value)| {
            let truth = |what| match what {
                What::True => Some(true),
                What::False => Some(false),
                _ => None,
            };
            let keys = match value.what {
                What::Object(object) => self.objects[object].members.iter(),
                _ => [].iter(),
            };
            let keys = keys
                .map(|member| (Name { text: member.name.clone(), span: span(&member.key) }, truth(member.value.what)));
            uses::Argument {
                name: argument.name.map(str::to_owned),
                constant: self.constant(value),
                truth: truth(value.what),
                of: match value.what {
                    What::Step(step) => Some(Of::Step(step)),
                    What::Base(base) => Some(Of::Base(base)),
                    _ => None,
                },
                function: matches!(value.what, What::Function(_)),
                keys: keys.collect(),
                span: span(&argument.value.byte_range()),
            }
        });
        let call =
            uses::Call { name: whole, span: span(name_at), arguments: arguments.collect(), within: self.within() };
        self.uses.calls.push(call);
        crate::tree::offset(self.uses.calls.len() - 1)
    }

    /// Notes with which HTTP method the addresses in a call are called.
    fn note_method(
        &mut self,
        name: &str,
        mut noted: Vec<usize>,
        call_number: u32,
        arguments: &[Value],
        call: &Call<'t>,
    ) {
        let word = |value: &Value| match self.constant(value) {
            Some(Constant::Text(text)) => named_method(&text),
            _ => None,
        };
        let mut said = arguments.iter().find_map(word);
        // `method: "PUT"` in the options of a call, and constants such as `http.MethodPut`.
        for (argument, value) in call.arguments.iter().zip(arguments) {
            if let What::Object(object) = value.what {
                let object = &self.objects[object];
                let member = ["method", "type", "CURLOPT_CUSTOMREQUEST"].iter().find_map(|name| object.get(name));
                said = said.or_else(|| word(&member?.value));
                said = said.or_else(|| object.get("CURLOPT_POST").map(|_| "POST"));
            }
            if let What::Step(_) | What::Base(_) = value.what {
                let text = self.text(argument.value);
                let last = text.rsplit(['.', ':']).next().unwrap_or(text);
                let is_constant = last.starts_with(|c: char| c.is_ascii_uppercase());
                said = said.or_else(|| named_method(last).filter(|_| is_constant));
            }
        }
        // `client.post().uri("…")`: said before.
        let mut before = call.receiver;
        while let Some(Role::Call(outer)) = before.map(|receiver| self.role(receiver)).filter(|_| said.is_none()) {
            let word = outer.name.map(|name| self.text(name)).unwrap_or_default();
            said = http_method(word).filter(|_| outer.arguments.is_empty());
            before = outer.receiver;
        }
        let method = said.or_else(|| http_method(name));
        let method = method.or_else(|| (name == "fetch" && arguments.len() == 1).then_some("GET"));
        for value in arguments {
            match value.what {
                What::Text(text) => noted.extend(self.texts[text].noted),
                What::Object(object) => {
                    let texts = self.objects[object].members.iter().filter_map(|member| match member.value.what {
                        What::Text(text) => self.texts[text].noted,
                        _ => None,
                    });
                    noted.extend(texts);
                }
                _ => {}
            }
        }
        for text in noted {
            if let Some(text) = self.uses.texts.get_mut(text) {
                text.method = text.method.or(method);
                text.call = text.call.or(Some(call_number));
            }
        }
    }

    /// Notes what becomes of the arguments of a call.
    fn fates(&mut self, deed: Deed, name: &str, call: &Call<'t>, arguments: &[Value]) {
        // `http.put(url, body)`, which is no `map.put(key, value)`.
        let address = |value: &Value| matches!(self.constant(value), Some(Constant::Text(text)) if text.contains('/'));
        let puts = deed == Deed::Set && http_method(name).is_some() && arguments.first().is_some_and(address);
        let sends = deed == Deed::Request || puts;
        for (argument, value) in call.arguments.iter().zip(arguments) {
            let body = argument.name.is_some_and(|name| BODIES.contains(&name));
            let fate = if sends || body { Fated::Sent } else { Fated::Passed(name.to_owned()) };
            self.fated(value, &fate);
            // `axios({ url, data: { … } })`: what is in the options is sent.
            if let (Fated::Sent, What::Object(object)) = (&fate, value.what) {
                let members: Vec<Value> =
                    self.objects[object].members.iter().map(|member| member.value.clone()).collect();
                members.iter().for_each(|value| self.fated(value, &fate));
            }
        }
    }

    /// A value that a constructor makes.
    fn make(&mut self, name: &str, call: &Call<'t>, arguments: &[Value], at: Range<usize>) -> Value {
        let declared = self.type_called(name).is_some_and(|known| !known.fields.is_empty());
        if !declared && !call.arguments.is_empty() {
            let base = self.base(name, false);
            return Value { what: What::Base(base), at };
        }
        let mut object = Object { at: at.clone(), depth: self.branches, open: !declared, ..Object::default() };
        for (argument, value) in call.arguments.iter().zip(arguments) {
            if let Some(given) = argument.name {
                let key = argument.value.byte_range();
                let wire = self.wire_name(name, given).unwrap_or_else(|| given.to_owned());
                self.use_up(value);
                object.set(Member { name: wire, key, value: value.clone() }, false);
            } else {
                object.open = true;
            }
        }
        if declared && let Some(in_order) = self.in_order(name, call, arguments) {
            object.members = in_order;
            object.open = false;
        }
        self.objects.push(object);
        Value { what: What::Object(self.objects.len() - 1), at }
    }

    /// The fields of a type that is given a value for each of them, in order.
    fn in_order(&mut self, name: &str, call: &Call<'t>, arguments: &[Value]) -> Option<Vec<Member>> {
        let fields = &self.type_called(name)?.fields;
        if fields.len() != arguments.len() || call.arguments.iter().any(|argument| argument.name.is_some()) {
            return None;
        }
        let wires: Vec<String> = fields.iter().map(|field| field.wire.clone()).collect();
        for value in arguments {
            self.use_up(value);
        }
        let member = |(name, value): (String, &Value)| Member { name, key: value.at.clone(), value: value.clone() };
        Some(wires.into_iter().zip(arguments).map(member).collect())
    }

    /// Notes the address that a function of the file calls with what it is given.
    fn call_helper(&mut self, name: &str, arguments: &[Value]) {
        let Some((index, before, method)) = self.known.get(name).and_then(|known| known.calls.clone()) else { return };
        let Some(argument) = arguments.get(index) else { return };
        let What::Text(text) = argument.what else { return };
        let mut whole = Spelt::default();
        whole.stand_in(&before, argument.at.clone());
        let rest = self.texts[text].spelt.clone();
        whole.append(&rest);
        let made = self.add_text(whole, argument.at.clone());
        self.use_up(&made);
        if let Some(noted) = self.uses.texts.last_mut() {
            let said = arguments.iter().find_map(|value| match value.what {
                What::Text(text) => named_method(&self.texts[text].spelt.text),
                _ => None,
            });
            noted.method = said.or(method);
        }
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

    /// Notes what a function is given.
    fn note_given(&mut self, name: &str, arguments: &[Value]) {
        if name.is_empty() {
            return;
        }
        let ways: Vec<_> = arguments.iter().map(|value| self.way(value)).collect();
        let known = self.known.entry(name.to_owned()).or_default();
        if known.given.is_empty() {
            known.given = ways;
            return;
        }
        for (index, given) in known.given.iter_mut().enumerate() {
            let fits = ways.get(index).and_then(Option::as_ref).zip(given.as_ref());
            if !fits.is_some_and(|(one, other)| one.1 == other.1) {
                *given = None;
            }
        }
    }

    /// What a call of a function of the file gives back, or of any other.
    fn gives_back(
        &mut self,
        name: &str,
        receiver: Option<&Value>,
        arguments: &[Value],
        deed: Deed,
        at: Range<usize>,
    ) -> Value {
        self.note_given(name, arguments);
        self.call_helper(name, arguments);
        if let Some(back) = self.back(name, arguments, at.clone()) {
            return back;
        }
        // `getenv("WA_URL", "https://…")`
        if matches!(plain(name).as_str(), "getenv" | "env" | "config")
            && let Some(address) = arguments.iter().skip(1).find(|value| self.is_address(value))
        {
            return address.clone();
        }
        let answer = deed == Deed::Request;
        match receiver.map(|receiver| receiver.what) {
            Some(What::Step(step)) if !answer => self.step(Of::Step(step), StepKey::Call(name.to_owned()), at, true),
            Some(What::Base(base)) if !answer || self.uses.bases[base as usize].answer => {
                self.step(Of::Base(base), StepKey::Call(name.to_owned()), at, true)
            }
            _ => {
                let base = self.base(name, answer);
                Value { what: What::Base(base), at }
            }
        }
    }

    /// What a function of the file gives back, where that is known.
    pub(super) fn back(&mut self, name: &str, arguments: &[Value], at: Range<usize>) -> Option<Value> {
        match self.known.get(name)?.back.clone()? {
            Back::Way(index, keys) => {
                let (base, mut way) = self.way(arguments.get(index)?)?;
                way.extend(keys);
                Some(self.along((base, way), at))
            }
            Back::Own(way) => Some(self.along(way, at)),
            Back::Object(number) => {
                if !self.may_copy(self.objects[number].members.len() * 16) {
                    return None;
                }
                let copy = Object {
                    used: false,
                    depth: self.branches,
                    fate: Fated::Kept,
                    siblings: Vec::new(),
                    ..self.objects[number].clone()
                };
                // The function's own is looked at where it is used.
                self.known.entry(name.to_owned()).or_default().changed = true;
                self.objects.push(copy);
                Some(Value { what: What::Object(self.objects.len() - 1), at })
            }
            Back::Text(text) => {
                if !self.may_copy(self.texts[text].spelt.text.len()) {
                    return None;
                }
                let spelt = self.texts[text].spelt.clone();
                let value = self.add_text(spelt, at);
                self.use_up(&value);
                Some(value)
            }
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

/// Whether a text may be the name of a property.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
