//! Fixes in source code: what they change in the literals of each language, and what they leave alone.

#![cfg(feature = "languages")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::fs;
use std::path::{Path, PathBuf};

use program::Project;

/// A file, and what becomes of it.
type Case = (&'static str, &'static str, &'static str);

const FIX: [&str; 5] = ["--fix", "--unsafe-fixes", "--isolated", "--today", "2026-11-01"];

fn read(project: &Project, name: &str) -> String {
    fs::read_to_string(project.path(name)).unwrap()
}

fn grammar(name: &str) -> Option<tree_sitter::Language> {
    Some(match name.rsplit('.').next()? {
        "cs" => tree_sitter_c_sharp::LANGUAGE.into(),
        "ex" | "exs" => tree_sitter_elixir::LANGUAGE.into(),
        "go" => tree_sitter_go::LANGUAGE.into(),
        "java" => tree_sitter_java::LANGUAGE.into(),
        "js" | "mjs" | "jsx" => tree_sitter_javascript::LANGUAGE.into(),
        "kt" => tree_sitter_kotlin_ng::LANGUAGE.into(),
        "php" => tree_sitter_php::LANGUAGE_PHP.into(),
        "py" => tree_sitter_python::LANGUAGE.into(),
        "rb" => tree_sitter_ruby::LANGUAGE.into(),
        "ts" => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        "tsx" => tree_sitter_typescript::LANGUAGE_TSX.into(),
        _ => return None,
    })
}

/// How many places of a text are no code of the language that its name says.
fn faults(name: &str, text: &str) -> usize {
    let Some(grammar) = grammar(name) else { return 0 };
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&grammar).unwrap();
    let tree = parser.parse(text, None).unwrap();
    let (mut cursor, mut faults) = (tree.walk(), 0);
    loop {
        faults += usize::from(cursor.node().is_error() || cursor.node().is_missing());
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return faults;
            }
        }
    }
}

/// Each file becomes what is said when unsafe fixes are applied, at once for good, and stays as it is without.
fn assert_each(cases: &[Case]) {
    let project = Project::new();
    // What one file says would tell of the others.
    let name = |number: usize, file: &str| format!("whatsapp/{number}/{file}");
    for (number, (file, before, after)) in cases.iter().enumerate() {
        assert_eq!([faults(file, before), faults(file, after)], [0, 0], "{before}{after}");
        project.write(&name(number, file), before);
    }
    for (number, (file, before, after)) in cases.iter().enumerate() {
        let path = name(number, file);
        project.check(&["--fix", "--isolated", &path]);
        assert_eq!(read(&project, &path), *before, "{path} without unsafe fixes");
        let diff = project.run(&["check", "--diff", "--unsafe-fixes", "--isolated", "--today", "2026-11-01", &path]);
        assert_eq!((diff.text().is_empty(), read(&project, &path).as_str()), (before == after, *before));
        for _ in 0..2 {
            let run = project.check(&[&FIX[..], &[&path]].concat());
            assert!(!run.err.contains("fault of waport"), "{path}: {}", run.err);
            assert_eq!(read(&project, &path), *after, "{path}: {}", run.text());
        }
    }
}

#[test]
fn a_member_is_inserted_as_its_neighbours_are_written() {
    assert_each(&[
        (
            "lines.py",
            "def send(to, text):\n    post(\"/v1/messages\", json={\n        \"to\": to,\n        \"type\": \"text\",\n        \"text\": {\"body\": text},\n    })\n",
            "def send(to, text):\n    post(\"/v1/messages\", json={\n        \"messaging_product\": \"whatsapp\",\n        \"to\": to,\n        \"type\": \"text\",\n        \"text\": {\"body\": text},\n    })\n",
        ),
        (
            "line.py",
            "post(\"/v1/messages\", json={'to': to, 'type': 'text', 'text': {'body': text}})\n",
            "post(\"/v1/messages\", json={'messaging_product': 'whatsapp', 'to': to, 'type': 'text', 'text': {'body': text}})\n",
        ),
        (
            "call.py",
            "post(\"/v1/messages\", json=dict(to=to, type=\"text\", text=dict(body=text)))\n",
            "post(\"/v1/messages\", json=dict(messaging_product=\"whatsapp\", to=to, type=\"text\", text=dict(body=text)))\n",
        ),
        (
            "ends.py",
            "post(\"/v1/messages\", json={\r\n    \"to\": to,\r\n    \"type\": \"text\",\r\n    \"text\": {\"body\": text}\r\n})\r\n",
            "post(\"/v1/messages\", json={\r\n    \"messaging_product\": \"whatsapp\",\r\n    \"to\": to,\r\n    \"type\": \"text\",\r\n    \"text\": {\"body\": text}\r\n})\r\n",
        ),
        (
            "hanging.py",
            "post(\"/v1/messages\", json={\"to\": to,\n                           \"type\": \"text\",\n                           \"text\": {\"body\": text}})\n",
            "post(\"/v1/messages\", json={\"messaging_product\": \"whatsapp\",\n                           \"to\": to,\n                           \"type\": \"text\",\n                           \"text\": {\"body\": text}})\n",
        ),
        (
            "remark.py",
            "post(\"/v1/messages\", json={\n    # Who gets it.\n    \"to\": to,  # a number\n    \"type\": \"text\",\n    \"text\": {\"body\": text},\n})\n",
            "post(\"/v1/messages\", json={\n    # Who gets it.\n    \"messaging_product\": \"whatsapp\",\n    \"to\": to,  # a number\n    \"type\": \"text\",\n    \"text\": {\"body\": text},\n})\n",
        ),
        (
            "bare.js",
            "axios.post(host + '/v1/messages', { to, type: 'text', text: { body } });\n",
            "axios.post(host + '/v1/messages', { messaging_product: 'whatsapp', to, type: 'text', text: { body } });\n",
        ),
        (
            "quoted.js",
            "axios.post(host + '/v1/messages', {\n\t\"to\": to,\n\t\"type\": \"text\",\n\t\"text\": {\"body\": text}\n});\n",
            "axios.post(host + '/v1/messages', {\n\t\"messaging_product\": \"whatsapp\",\n\t\"to\": to,\n\t\"type\": \"text\",\n\t\"text\": {\"body\": text}\n});\n",
        ),
        (
            "commas.ts",
            "axios.post(host + '/v1/messages', {\n    to\n  , type: 'text'\n  , text: { body }\n});\n",
            "axios.post(host + '/v1/messages', {\n    messaging_product: 'whatsapp'\n  , to\n  , type: 'text'\n  , text: { body }\n});\n",
        ),
        (
            "opening.js",
            "axios.post(host + '/v1/messages', { // the answer\n  to,\n  type: `text`,\n  text: { body: \"hello\" },\n});\n",
            "axios.post(host + '/v1/messages', { // the answer\n  messaging_product: \"whatsapp\",\n  to,\n  type: `text`,\n  text: { body: \"hello\" },\n});\n",
        ),
    ]);
}

#[test]
fn each_language_has_its_own_signs_and_quotes() {
    assert_each(&[
        (
            "symbols.rb",
            "post('/v1/messages', body: { to: to, type: 'text', text: { body: text } }.to_json)\n",
            "post('/v1/messages', body: { messaging_product: 'whatsapp', to: to, type: 'text', text: { body: text } }.to_json)\n",
        ),
        (
            "rockets.rb",
            "post('/v1/messages', body: {\n  \"to\" => to,\n  \"type\" => \"text\",\n  \"text\" => { \"body\" => text }\n}.to_json)\n",
            "post('/v1/messages', body: {\n  \"messaging_product\" => \"whatsapp\",\n  \"to\" => to,\n  \"type\" => \"text\",\n  \"text\" => { \"body\" => text }\n}.to_json)\n",
        ),
        (
            "aligned.php",
            "<?php\n$client->post('/v1/messages', ['json' => [\n    'recipient_type' => 'individual',\n    'to'             => $to,\n    'type'           => 'text',\n    'text'           => ['body' => $text],\n]]);\n",
            "<?php\n$client->post('/v1/messages', ['json' => [\n    'messaging_product' => 'whatsapp',\n    'recipient_type' => 'individual',\n    'to'             => $to,\n    'type'           => 'text',\n    'text'           => ['body' => $text],\n]]);\n",
        ),
        (
            "old.php",
            "<?php\n$client->post('/v1/messages', array('json' => array('to' => $to, 'type' => 'text', 'text' => array('body' => $text))));\n",
            "<?php\n$client->post('/v1/messages', array('json' => array('messaging_product' => 'whatsapp', 'to' => $to, 'type' => 'text', 'text' => array('body' => $text))));\n",
        ),
        (
            "arrows.ex",
            "defmodule A do\n  def send(to, text) do\n    Req.post(\"/v1/messages\", json: %{\"to\" => to, \"type\" => \"text\", \"text\" => %{\"body\" => text}})\n  end\nend\n",
            "defmodule A do\n  def send(to, text) do\n    Req.post(\"/v1/messages\", json: %{\"messaging_product\" => \"whatsapp\", \"to\" => to, \"type\" => \"text\", \"text\" => %{\"body\" => text}})\n  end\nend\n",
        ),
        (
            "atoms.ex",
            "defmodule A do\n  def send(to, text) do\n    Req.post(\"/v1/messages\",\n      json: %{\n        to: to,\n        type: \"text\",\n        text: %{body: text}\n      }\n    )\n  end\nend\n",
            "defmodule A do\n  def send(to, text) do\n    Req.post(\"/v1/messages\",\n      json: %{\n        messaging_product: \"whatsapp\",\n        to: to,\n        type: \"text\",\n        text: %{body: text}\n      }\n    )\n  end\nend\n",
        ),
        (
            "anonymous.cs",
            "class A { void Send() { client.PostAsJsonAsync(\"/v1/messages\", new { to, type = \"text\", text = new { body = text } }); } }\n",
            "class A { void Send() { client.PostAsJsonAsync(\"/v1/messages\", new { messaging_product = \"whatsapp\", to, type = \"text\", text = new { body = text } }); } }\n",
        ),
        (
            "indexed.cs",
            "class A { void Send() { client.PostAsJsonAsync(\"/v1/messages\", new JObject\n{\n    [\"to\"] = to,\n    [\"type\"] = \"text\",\n    [\"text\"] = new JObject { [\"body\"] = text }\n}); } }\n",
            "class A { void Send() { client.PostAsJsonAsync(\"/v1/messages\", new JObject\n{\n    [\"messaging_product\"] = \"whatsapp\",\n    [\"to\"] = to,\n    [\"type\"] = \"text\",\n    [\"text\"] = new JObject { [\"body\"] = text }\n}); } }\n",
        ),
        (
            "added.cs",
            "class A { void Send() { client.PostAsJsonAsync(\"/v1/messages\", new Dictionary<string, object>\n{\n    { \"to\", to },\n    { \"type\", \"text\" },\n    { \"text\", new Dictionary<string, object> { { \"body\", text } } },\n}); } }\n",
            "class A { void Send() { client.PostAsJsonAsync(\"/v1/messages\", new Dictionary<string, object>\n{\n    { \"messaging_product\", \"whatsapp\" },\n    { \"to\", to },\n    { \"type\", \"text\" },\n    { \"text\", new Dictionary<string, object> { { \"body\", text } } },\n}); } }\n",
        ),
        (
            "Pairs.kt",
            "fun send(to: String, text: String) {\n    post(\"/v1/messages\", mapOf(\n        \"to\" to to,\n        \"type\" to \"text\",\n        \"text\" to mapOf(\"body\" to text)\n    ))\n}\n",
            "fun send(to: String, text: String) {\n    post(\"/v1/messages\", mapOf(\n        \"messaging_product\" to \"whatsapp\",\n        \"to\" to to,\n        \"type\" to \"text\",\n        \"text\" to mapOf(\"body\" to text)\n    ))\n}\n",
        ),
        (
            "Line.java",
            "class A { void send() { client.post(\"/v1/messages\", Map.of(\"to\", to, \"type\", \"text\", \"text\", Map.of(\"body\", text))); } }\n",
            "class A { void send() { client.post(\"/v1/messages\", Map.of(\"messaging_product\", \"whatsapp\", \"to\", to, \"type\", \"text\", \"text\", Map.of(\"body\", text))); } }\n",
        ),
        (
            "Lines.java",
            "class A { void send() { client.post(\"/v1/messages\", Map.of(\n    \"to\", to,\n    \"type\", \"text\",\n    \"text\", Map.of(\"body\", text))); } }\n",
            "class A { void send() { client.post(\"/v1/messages\", Map.of(\n    \"messaging_product\", \"whatsapp\",\n    \"to\", to,\n    \"type\", \"text\",\n    \"text\", Map.of(\"body\", text))); } }\n",
        ),
        (
            "Entries.java",
            "class A { void send() { client.post(\"/v1/messages\", Map.ofEntries(Map.entry(\"to\", to), Map.entry(\"type\", \"text\"), Map.entry(\"text\", Map.of(\"body\", text)))); } }\n",
            "class A { void send() { client.post(\"/v1/messages\", Map.ofEntries(Map.entry(\"messaging_product\", \"whatsapp\"), Map.entry(\"to\", to), Map.entry(\"type\", \"text\"), Map.entry(\"text\", Map.of(\"body\", text)))); } }\n",
        ),
        (
            "map.go",
            "package wa\n\nfunc send(to, text string) {\n\tpost(\"/v1/messages\", map[string]any{\n\t\t\"recipient_type\":    \"individual\",\n\t\t\"to\":                to,\n\t\t\"type\":              \"text\",\n\t\t\"text\":              map[string]string{\"body\": text},\n\t})\n}\n",
            "package wa\n\nfunc send(to, text string) {\n\tpost(\"/v1/messages\", map[string]any{\n\t\t\"messaging_product\": \"whatsapp\",\n\t\t\"recipient_type\":    \"individual\",\n\t\t\"to\":                to,\n\t\t\"type\":              \"text\",\n\t\t\"text\":              map[string]string{\"body\": text},\n\t})\n}\n",
        ),
    ]);
}

#[test]
fn what_goes_takes_its_line_and_its_comma() {
    assert_each(&[
        (
            "first.py",
            "post(\"/v1/messages\", json={\n    \"ttl\": \"P1D\",  # one day\n    \"messaging_product\": \"whatsapp\",\n    \"to\": to,\n    \"type\": \"text\",\n    \"text\": {\"body\": text},\n})\n",
            "post(\"/v1/messages\", json={\n    \"messaging_product\": \"whatsapp\",\n    \"to\": to,\n    \"type\": \"text\",\n    \"text\": {\"body\": text},\n})\n",
        ),
        (
            "last.js",
            "axios.post(host + '/v1/messages', {\n  messaging_product: 'whatsapp',\n  to,\n  type: 'text',\n  text: { body },\n  ttl: 'P1D' // one day\n});\n",
            "axios.post(host + '/v1/messages', {\n  messaging_product: 'whatsapp',\n  to,\n  type: 'text',\n  text: { body }\n});\n",
        ),
        (
            "within.rb",
            "post('/v1/messages', body: { messaging_product: 'whatsapp', to: to, type: 'text', ttl: 'P1D', text: { body: text } }.to_json)\n",
            "post('/v1/messages', body: { messaging_product: 'whatsapp', to: to, type: 'text', text: { body: text } }.to_json)\n",
        ),
        (
            "Last.kt",
            "fun send(to: String, text: String) = post(\"/v1/messages\", mapOf(\"messaging_product\" to \"whatsapp\", \"to\" to to, \"type\" to \"text\", \"text\" to mapOf(\"body\" to text), \"ttl\" to \"P1D\"))\n",
            "fun send(to: String, text: String) = post(\"/v1/messages\", mapOf(\"messaging_product\" to \"whatsapp\", \"to\" to to, \"type\" to \"text\", \"text\" to mapOf(\"body\" to text)))\n",
        ),
        (
            "Line.java",
            "class A { void send() { client.post(\"/v1/messages\", Map.of(\"messaging_product\", \"whatsapp\", \"to\", to, \"type\", \"text\", \"ttl\", \"P1D\", \"text\", Map.of(\"body\", text))); } }\n",
            "class A { void send() { client.post(\"/v1/messages\", Map.of(\"messaging_product\", \"whatsapp\", \"to\", to, \"type\", \"text\", \"text\", Map.of(\"body\", text))); } }\n",
        ),
        (
            "last.php",
            "<?php\n$client->post('/v1/messages', ['json' => [\n    'messaging_product' => 'whatsapp',\n    'to' => $to,\n    'type' => 'text',\n    'text' => ['body' => $text],\n    'ttl' => 'P1D',\n]]);\n",
            "<?php\n$client->post('/v1/messages', ['json' => [\n    'messaging_product' => 'whatsapp',\n    'to' => $to,\n    'type' => 'text',\n    'text' => ['body' => $text],\n]]);\n",
        ),
    ]);
}

#[test]
fn what_moves_is_written_as_it_was() {
    assert_each(&[
        (
            "move.py",
            "post(\"/v1/messages\", json={\n    \"messaging_product\": \"whatsapp\",\n    \"to\": to,\n    \"type\": \"text\",\n    \"preview_url\": True,\n    \"text\": {\"body\": text},\n})\n",
            "post(\"/v1/messages\", json={\n    \"messaging_product\": \"whatsapp\",\n    \"to\": to,\n    \"type\": \"text\",\n    \"text\": {\"body\": text, \"preview_url\": True},\n})\n",
        ),
        (
            "move.js",
            "axios.post(host + '/v1/messages', { messaging_product: 'whatsapp', to, type: 'text', preview_url: isLink(body), text: { body } });\n",
            "axios.post(host + '/v1/messages', { messaging_product: 'whatsapp', to, type: 'text', text: { body, preview_url: isLink(body) } });\n",
        ),
        (
            "move.go",
            "package wa\n\nfunc send(to, text string) {\n\tpost(\"/v1/messages\", map[string]any{\"messaging_product\": \"whatsapp\", \"to\": to, \"type\": \"text\", \"preview_url\": true, \"text\": map[string]any{\"body\": text}})\n}\n",
            "package wa\n\nfunc send(to, text string) {\n\tpost(\"/v1/messages\", map[string]any{\"messaging_product\": \"whatsapp\", \"to\": to, \"type\": \"text\", \"text\": map[string]any{\"body\": text, \"preview_url\": true}})\n}\n",
        ),
        (
            "move.cs",
            "class A { void Send() { client.PostAsJsonAsync(\"/v1/messages\", new { messaging_product = \"whatsapp\", to, type = \"text\", preview_url = true, text = new { body = text } }); } }\n",
            "class A { void Send() { client.PostAsJsonAsync(\"/v1/messages\", new { messaging_product = \"whatsapp\", to, type = \"text\", text = new { body = text, preview_url = true } }); } }\n",
        ),
    ]);
}

#[test]
fn texts_and_names_are_changed_between_their_quotes() {
    assert_each(&[
        (
            "template.py",
            "post(\"/v1/messages\", json={\"messaging_product\": \"whatsapp\", \"to\": to, \"type\": \"template\", \"template\": {\"namespace\": NAMESPACE, \"name\": 'hello', \"language\": {\"policy\": 'fallback', \"code\": \"en\"}, \"components\": [{\"type\": \"button\", \"sub_type\": \"url\", \"parameters\": [{\"type\": \"text\", \"text\": code}]}]}})\n",
            "post(\"/v1/messages\", json={\"messaging_product\": \"whatsapp\", \"to\": to, \"type\": \"template\", \"template\": {\"name\": 'hello', \"language\": {\"policy\": 'deterministic', \"code\": \"en\"}, \"components\": [{\"type\": \"button\", \"sub_type\": \"url\", \"index\": \"0\", \"parameters\": [{\"type\": \"text\", \"text\": code}]}]}})\n",
        ),
        (
            "Template.java",
            "class A { void send() { client.post(\"/v1/messages\", Map.of(\"messaging_product\", \"whatsapp\", \"to\", to, \"type\", \"template\", \"template\", Map.of(\"name\", \"hello\", \"language\", Map.of(\"policy\", \"fallback\", \"code\", \"en\")))); } }\n",
            "class A { void send() { client.post(\"/v1/messages\", Map.of(\"messaging_product\", \"whatsapp\", \"to\", to, \"type\", \"template\", \"template\", Map.of(\"name\", \"hello\", \"language\", Map.of(\"policy\", \"deterministic\", \"code\", \"en\")))); } }\n",
        ),
        (
            "title.js",
            "axios.post(host + '/v1/messages', { messaging_product: 'whatsapp', to, type: 'interactive', interactive: { type: 'button', body: { text }, action: { buttons: [{ type: 'reply', reply: { id: 'a', title: ' It\\'s you ' } }] } } });\n",
            "axios.post(host + '/v1/messages', { messaging_product: 'whatsapp', to, type: 'interactive', interactive: { type: 'button', body: { text }, action: { buttons: [{ type: 'reply', reply: { id: 'a', title: 'It\\'s you' } }] } } });\n",
        ),
        (
            "switch.py",
            "post(\"/v1/messages\", json={\"messaging_product\": \"whatsapp\", \"to\": to, \"type\": \"text\", \"text\": {\"body\": text, \"preview_url\": \"true\"}})\n",
            "post(\"/v1/messages\", json={\"messaging_product\": \"whatsapp\", \"to\": to, \"type\": \"text\", \"text\": {\"body\": text, \"preview_url\": True}})\n",
        ),
        (
            "voice.js",
            "axios.post(host + '/v1/messages', { messaging_product: 'whatsapp', to, type: 'voice', voice: { link } });\n",
            "axios.post(host + '/v1/messages', { messaging_product: 'whatsapp', to, type: 'audio', audio: { link, voice: true } });\n",
        ),
    ]);
}

#[test]
fn json_in_texts_keeps_the_spelling_of_the_language() {
    assert_each(&[
        (
            "raw.go",
            "package wa\n\nconst Body = `{\"to\": \"15550100123\", \"type\": \"text\", \"text\": {\"body\": \"Hello\"}}`\n",
            "package wa\n\nconst Body = `{\"messaging_product\": \"whatsapp\", \"to\": \"15550100123\", \"type\": \"text\", \"text\": {\"body\": \"Hello\"}}`\n",
        ),
        (
            "Escaped.java",
            "class A { String body = \"{\\\"to\\\":\\\"15550100123\\\",\\\"type\\\":\\\"text\\\",\\\"text\\\":{\\\"body\\\":\\\"Hello\\\"}}\"; }\n",
            "class A { String body = \"{\\\"messaging_product\\\":\\\"whatsapp\\\",\\\"to\\\":\\\"15550100123\\\",\\\"type\\\":\\\"text\\\",\\\"text\\\":{\\\"body\\\":\\\"Hello\\\"}}\"; }\n",
        ),
        (
            "Block.java",
            "class A {\n    String body = \"\"\"\n        {\n          \"to\": \"15550100123\",\n          \"type\": \"text\",\n          \"text\": {\"body\": \"Hello\"}\n        }\n        \"\"\";\n}\n",
            "class A {\n    String body = \"\"\"\n        {\n          \"messaging_product\": \"whatsapp\",\n          \"to\": \"15550100123\",\n          \"type\": \"text\",\n          \"text\": {\"body\": \"Hello\"}\n        }\n        \"\"\";\n}\n",
        ),
        (
            "heredoc.php",
            "<?php\n$body = <<<JSON\n{\n  \"to\": \"$to\",\n  \"type\": \"text\",\n  \"text\": {\"body\": \"Hello\"}\n}\nJSON;\n",
            "<?php\n$body = <<<JSON\n{\n  \"messaging_product\": \"whatsapp\",\n  \"to\": \"$to\",\n  \"type\": \"text\",\n  \"text\": {\"body\": \"Hello\"}\n}\nJSON;\n",
        ),
        (
            "doubled.cs",
            "class A { string body = @\"{\"\"to\"\": \"\"15550100123\"\", \"\"type\"\": \"\"text\"\", \"\"text\"\": {\"\"body\"\": \"\"Hello\"\"}}\"; }\n",
            "class A { string body = @\"{\"\"messaging_product\"\": \"\"whatsapp\"\", \"\"to\"\": \"\"15550100123\"\", \"\"type\"\": \"\"text\"\", \"\"text\"\": {\"\"body\"\": \"\"Hello\"\"}}\"; }\n",
        ),
        (
            "heredoc.rb",
            "body = <<~JSON\n  {\n    \"to\": \"#{to}\",\n    \"type\": \"hsm\",\n    \"hsm\": { \"namespace\": \"example\", \"element_name\": \"hello\", \"language\": { \"policy\": \"fallback\", \"code\": \"en\" }, \"localizable_params\": [{ \"default\": \"#{name}\" }] }\n  }\nJSON\n",
            "body = <<~JSON\n  {\n    \"messaging_product\": \"whatsapp\",\n    \"to\": \"#{to}\",\n    \"type\": \"hsm\",\n    \"hsm\": { \"namespace\": \"example\", \"element_name\": \"hello\", \"language\": { \"policy\": \"fallback\", \"code\": \"en\" }, \"localizable_params\": [{ \"default\": \"#{name}\" }] }\n  }\nJSON\n",
        ),
    ]);
}

#[test]
fn what_is_not_certain_is_left_alone() {
    let same = |file, text| (file, text, text);
    assert_each(&[
        // Built in steps.
        same(
            "steps.py",
            "def send(to, text):\n    payload = {\"to\": to, \"type\": \"text\"}\n    payload[\"text\"] = {\"body\": text}\n    payload[\"preview_url\"] = True\n    post(\"/v1/messages\", json=payload)\n",
        ),
        // Put together of others.
        same(
            "merged.py",
            "def send(to, text):\n    base = {\"recipient_type\": \"individual\", \"to\": to}\n    post(\"/v1/messages\", json={**base, \"type\": \"text\", \"text\": {\"body\": text}})\n",
        ),
        same(
            "spread.js",
            "const base = { recipient_type: 'individual', to: '15550100123' };\naxios.post(host + '/v1/messages', { ...base, type: 'text', text: { body } });\n",
        ),
        same(
            "Chain.java",
            "class A { void send() { JSONObject body = new JSONObject().put(\"to\", to).put(\"type\", \"text\").put(\"text\", new JSONObject().put(\"body\", text)); client.post(\"/v1/messages\", body); } }\n",
        ),
        // A declared type has no such field.
        same(
            "typed.go",
            "package wa\n\ntype Message struct {\n\tTo   string `json:\"to\"`\n\tType string `json:\"type\"`\n\tText Text   `json:\"text\"`\n}\n\ntype Text struct {\n\tBody string `json:\"body\"`\n}\n\nfunc send(to, text string) {\n\tpost(\"/v1/messages\", Message{To: to, Type: \"text\", Text: Text{Body: text}})\n}\n",
        ),
        // Values of another type do not fit.
        same(
            "narrow.go",
            "package wa\n\nfunc send(to, text string) {\n\tpost(\"/v1/messages\", map[string]any{\"messaging_product\": \"whatsapp\", \"to\": to, \"type\": \"text\", \"preview_url\": true, \"text\": map[string]string{\"body\": text}})\n}\n",
        ),
        // No neighbour shows the quotes.
        same("bare.js", "axios.post(host + '/v1/messages', { to, type: Kind.Text, text: { body } });\n"),
        // How to spell what comes between backticks is not known.
        same(
            "template.js",
            "const text = `{\"to\": \"${to}\", \"type\": \"text\", \"text\": {\"body\": \"${body}\"}}`;\n",
        ),
        // The end of the line is part of it.
        same(
            "heredoc.rb",
            "post('/v1/messages', body: { messaging_product: 'whatsapp', to: to, type: 'interactive', interactive: { type: 'button', body: { text: text }, action: { buttons: [{ type: 'reply', reply: { id: 'a', title: <<~YES } }] } } }.to_json)\n  Yes\nYES\n",
        ),
        // Made for several places.
        same(
            "loop.py",
            "post(\"/v1/messages\", json={\"messaging_product\": \"whatsapp\", \"to\": to, \"type\": \"template\", \"template\": {\"name\": \"hello\", \"language\": {\"code\": \"en\", \"policy\": \"deterministic\"}, \"components\": [{\"type\": \"button\", \"sub_type\": \"url\", \"parameters\": [{\"type\": \"text\", \"text\": code}]} for code in codes]}})\n",
        ),
        same(
            "function.js",
            "const button = (code) => ({ type: 'button', sub_type: 'url', parameters: [{ type: 'text', text: code }] });\naxios.post(host + '/v1/messages', { messaging_product: 'whatsapp', to, type: 'template', template: { name: 'hello', language: { code: 'en', policy: 'deterministic' }, components: [button(1), button(2)] } });\n",
        ),
        // A remark would change its place.
        same(
            "remark.py",
            "post(\"/v1/messages\", json={\"messaging_product\": \"whatsapp\", \"to\": to, \"type\": \"text\", \"text\": {\"body\": text},\n    # Not for long.\n    \"ttl\": \"P1D\"})\n",
        ),
    ]);
}

/// All files below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn the_projects_parse_as_well_as_before_and_a_second_time_changes_nothing() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/code");
    let project = Project::new();
    let (mut all, mut changed) = (Vec::new(), 0);
    files(&source, &mut all);
    let names: Vec<&str> = all.iter().map(|path| path.strip_prefix(&source).unwrap().to_str().unwrap()).collect();
    let texts: Vec<String> = all.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    for (name, text) in names.iter().zip(&texts) {
        project.write(name, text);
    }
    let is_code = |name: &str| grammar(name).is_some();
    let mut folders: Vec<String> =
        names.iter().map(|name| name.split('/').take(2).collect::<Vec<_>>().join("/")).collect();
    folders.dedup();
    project.check(&["--fix", "--isolated", "."]);
    for (name, text) in names.iter().zip(&texts).filter(|(name, _)| is_code(name)) {
        assert_eq!(read(&project, name), *text, "{name} without unsafe fixes");
    }
    for folder in &folders {
        let run = project.check(&[&FIX[..], &[folder]].concat());
        assert!(!run.err.contains("fault of waport"), "{folder}: {}", run.err);
    }
    let once: Vec<String> = names.iter().map(|name| read(&project, name)).collect();
    for ((name, before), after) in names.iter().zip(&texts).zip(&once).filter(|((name, _), _)| is_code(name)) {
        assert!(faults(name, after) <= faults(name, before), "{name} became\n{after}");
        assert!(!after.contains("${_}"), "{name} became\n{after}");
        changed += usize::from(before != after);
    }
    assert!(changed > 40, "{changed} files changed");
    for folder in &folders {
        project.check(&[&FIX[..], &[folder]].concat());
    }
    for (name, once) in names.iter().zip(&once) {
        assert_eq!(read(&project, name), *once, "{name} a second time");
    }
}

#[test]
fn translation_leaves_code_as_it_is() {
    let body = r#"{"to":"15550100123","type":"text","preview_url":true,"text":{"body":"Hello"}}"#;
    let code = format!("post('/v1/messages', json={body})\n").replace("true", "True");
    let project = Project::with(&[("in/whatsapp.py", &code), ("in/body.json", body)]);
    let run = project.run(&["translate", "in", "--write"]);
    assert_eq!((run.code, read(&project, "in/whatsapp.py")), (0, code.clone()), "{}", run.err);
    assert!(read(&project, "in/body.json").contains("messaging_product") && !run.err.contains("whatsapp.py"));
    for args in [&["translate", "in/whatsapp.py"][..], &["translate", "in/whatsapp.py", "in/body.json", "--write"]] {
        let run = project.run(args);
        assert!(run.code == 2 && run.err.contains("`check --fix --unsafe-fixes`"), "{} {}", run.code, run.err);
    }
    assert_eq!(read(&project, "in/whatsapp.py"), code);
}
