//! Files that deploy and configure programs, as a user has them beside the code: what is found in them, what they tell
//! of the code, and what never gets out.

mod program;

use std::collections::BTreeSet;

use program::{FORMATS, Project};

/// Where findings of a rule are, as `file:line`.
fn places(project: &Project, rule: &str) -> Vec<String> {
    let json = project.check(&[]).json();
    let findings = json["findings"].as_array().expect("findings").iter();
    let ours = findings.filter(|finding| finding["rule"] == rule);
    ours.map(|finding| format!("{}:{}", finding["file"].as_str().expect("file"), finding["line"])).collect()
}

#[test]
fn code_that_asks_its_environment_is_told_what_an_env_file_says() {
    let files = [
        ("a.py", "# whatsapp\nr.post(os.environ[\"WA_URL\"] + \"/messages\", json=b)\n"),
        ("b.py", "# whatsapp\nr.post(os.environ.get(\"WA_URL\") + \"/messages\", json=b)\n"),
        ("c.py", "# whatsapp\nr.post(os.getenv(\"WA_URL\", \"http://x.example.com\") + \"/messages\", json=b)\n"),
        ("d.js", "// whatsapp\naxios.post(process.env.WA_URL + '/messages', b);\n"),
        ("e.ts", "// whatsapp\naxios.post(`${process.env['WA_URL']}/messages`, b);\n"),
        ("f.js", "const { WA_URL } = process.env; // whatsapp\naxios.post(WA_URL + '/messages', b);\n"),
        ("g.rb", "# whatsapp\nHTTP.post(ENV[\"WA_URL\"] + \"/messages\", body: b)\n"),
        ("h.rb", "# whatsapp\nHTTP.post(\"#{ENV.fetch('WA_URL')}/messages\", body: b)\n"),
        ("i.php", "<?php // whatsapp\n$http->post(getenv('WA_URL') . '/messages', $b);\n"),
        ("j.php", "<?php // whatsapp\n$http->post(env('WA_URL') . '/messages', $b);\n"),
        ("k.java", "class A { void a() { // whatsapp\nhttp.post(System.getenv(\"WA_URL\") + \"/messages\"); } }\n"),
        ("l.kt", "fun a() { // whatsapp\nhttp.post(System.getenv(\"WA_URL\") + \"/messages\") }\n"),
        ("m.go", "package a; func a() { // whatsapp\nhttp.Post(os.Getenv(\"WA_URL\")+\"/messages\", \"\", b) }\n"),
        (
            "n.cs",
            "class A { void B() { // whatsapp\nh.PostAsync(Environment.GetEnvironmentVariable(\"WA_URL\") + \"/messages\", b); } }\n",
        ),
        (
            "o.ex",
            "defmodule A do def a do # whatsapp\nHTTPoison.post(System.get_env(\"WA_URL\") <> \"/messages\", b) end end\n",
        ),
    ];
    let project = Project::with(&files);
    assert!(places(&project, "onprem-endpoint").is_empty());
    project.write(".env.example", "WA_URL=https://wa.example.com/v1\n");
    let expected: Vec<String> = files.iter().map(|(name, _)| format!("{name}:2")).collect();
    assert_eq!(places(&project, "onprem-endpoint"), expected);
    // Where files differ nobody knows.
    project.write(".env.production", "WA_URL=https://graph.facebook.com/v23.0/106540352242922\n");
    assert!(places(&project, "onprem-endpoint").is_empty());
}

#[test]
fn no_value_gets_into_any_output() {
    let env = "API_KEY=hunter2\nWA_DB_PASSWORD=hunter2\nWA_URL=https://me:hunter2@waba.360dialog.io/v1?token=hunter2\n\
               # waport-suppress: onprem-deployment\nPIN=hunter2\nSEND_WHATSAPP=https://h.example.com/v1/messages?t=hunter2\n";
    let compose = "services:\n  wacore:\n    environment:\n      WA_DB_PASSWORD: hunter2\n      WA_DB_ENGINE: MYSQL\n      TOKEN: hunter2\n";
    let code = "# whatsapp\nimport os\nsend(os.environ[\"WA_URL\"] + \"/messages\", os.environ[\"API_KEY\"])\n";
    let project = Project::with(&[(".env", env), ("docker-compose.yml", compose), ("a.py", code)]);
    let found: BTreeSet<String> = project.check(&[]).rules().into_iter().collect();
    let expected = ["onprem-deployment", "onprem-endpoint", "onprem-host", "suppression-without-reason"];
    assert!(expected.iter().all(|rule| found.contains(*rule)), "{found:?}");
    for format in FORMATS {
        let run = project.run(&["check", "--output-format", format]);
        assert!(!run.text().contains("hunter2") && !run.err.contains("hunter2"), "{format}\n{}", run.text());
    }
    // What is hashed could be guessed.
    let fingerprints = |project: &Project| -> Vec<String> {
        let json = project.check(&[]).json();
        let findings = json["findings"].as_array().expect("findings").iter();
        let ours = findings.filter(|finding| finding["rule"] == "onprem-deployment");
        ours.map(|finding| finding["fingerprint"].to_string()).collect()
    };
    let before = fingerprints(&project);
    project.write("docker-compose.yml", compose.replace("hunter2", "correct horse"));
    project.write(".env", env.replace("hunter2", "correct-horse"));
    assert_eq!(before, fingerprints(&project));
}

#[test]
fn comments_suppress_and_what_is_commented_out_says_nothing() {
    let env = "# WA_DB_ENGINE=MYSQL\nWA_DB_ENGINE=MYSQL # waport-suppress: onprem-deployment it goes in May\n\
               # waport-suppress: onprem-deployment it goes in May\nWA_DB_PORT=3306\nWA_DB_HOSTNAME=db\n";
    let template =
        "{{ if .Values.on }}\n# waport-suppress: onprem-deployment it goes in May\nWA_DB_ENGINE: MYSQL\n{{ end }}\n";
    let project = Project::with(&[("db.env", env), ("templates/config.yaml", template)]);
    assert_eq!(places(&project, "onprem-deployment"), ["db.env:5"]);
    assert_eq!(project.check(&[]).json()["summary"]["suppressed"], 3);
}

#[test]
fn lock_files_caches_prose_and_logs_only_mention_hosts() {
    let text = "url: https://waba.360dialog.io/v1\n";
    let names =
        ["pnpm-lock.yaml", "node_modules/a/b.yml", "vendor/a/.env", "notes.md", "a.txt", "a.log", "waport.toml.bak"];
    let files: Vec<(&str, &str)> = names.iter().map(|name| (*name, text)).collect();
    let project = Project::with(&files);
    assert!(project.check(&[]).rules().is_empty());
    project.write("config/a.yml", text);
    assert_eq!(places(&project, "onprem-host"), ["config/a.yml:1"]);
}

#[test]
fn settings_need_not_be_utf8() {
    let project = Project::new();
    std::fs::write(project.path("a.properties"), b"greeting=Gr\xfc\xdfe\nwa.url=https://waba.360dialog.io/v1\n")
        .expect("a file");
    assert_eq!(places(&project, "onprem-host"), ["a.properties:2"]);
}
