//! `waport media list` and `waport media links`.
#![cfg(feature = "net")]

mod program;

use program::Project;

const FILES: &[(&str, &str)] = &[
    (
        "waport.toml",
        "[media]\nmap = 'media-map.json'\n[[media.tested]]\nhost = 'media.example.com'\ndate = 2026-11-02\nby = 'operations'\n\
         [[media.tested]]\nhost = 'media.example.com'\ndate = 2026-10-01\nby = 'nobody'\n",
    ),
    (
        "media-map.json",
        r#"{"62b06ba0-9ba8-4125-847f-e88f27cf0686":{"id":"7310562248917745","number":"berlin","expires":"2098-12-20"},
"459204a3-5af0-4370-868a-d3361c43613b":{"link":"https://cdn.example.org/lamp.jpg"}}"#,
    ),
    (
        "outbound/a.json",
        r#"[{"messaging_product":"whatsapp","to":"15550100123","type":"image","image":{"id":"62b06ba0-9ba8-4125-847f-e88f27cf0686"}},
{"messaging_product":"whatsapp","to":"15550100123","type":"document","document":{"id":"da5215f6-5a43-44de-8381-6f8cf9390938"}},
{"messaging_product":"whatsapp","to":"15550100123","type":"image","image":{"id":"{{media}}"}},
{"messaging_product":"whatsapp","to":"15550100123","type":"image","image":{"id":"7310562248917745"}},
{"messaging_product":"whatsapp","to":"15550100123","type":"image","image":{"id":"459204a3-5af0-4370-868a-d3361c43613b"}},
{"messaging_product":"whatsapp","to":"15550100123","type":"image","image":{"link":"https://Media.example.com/b.jpg"}},
{"messaging_product":"whatsapp","to":"15550100123","type":"image","image":{"link":"https://media.example.com/a.jpg?{{sign}}"}},
{"messaging_product":"whatsapp","to":"15550100123","type":"image","image":{"link":"{{cdn}}/a.jpg"}},
{"messaging_product":"whatsapp","to":"15550100123","type":"image","image":{"link":"/a.jpg"}}]"#,
    ),
    (
        "outbound/template.json",
        r#"{"messaging_product":"whatsapp","to":"15550100123","type":"template","template":{"name":"lamp","language":{"code":"en"},
"components":[{"type":"header","parameters":[{"type":"video","video":{"link":"https://video.example.net/lamp.mp4"}}]}]}}"#,
    ),
    (
        "webhooks/image.json",
        r#"{"messages":[{"from":"15550100123","id":"ABGGFlA5FpafAgo6tHcNmNjXmuSf","timestamp":"1518694700","type":"image",
"image":{"file":"/usr/local/wamedia/x","id":"b1c68f38-8734-4ad3-b4a1-ef0c10d683","mime_type":"image/jpeg","sha256":"29ed500f"}}]}"#,
    ),
];

#[test]
fn every_media_id_is_listed_with_what_the_map_has_for_it() {
    let project = Project::with(FILES);
    let run = project.run(&["media", "list"]);
    assert_eq!(run.code, 0, "{}", run.err);
    insta::assert_snapshot!(format!("{}---\n{}", run.text(), run.err));
    let json = project.run(&["media", "list", "--output-format", "json"]).json();
    let states: Vec<_> = json["media"].as_array().expect("a list").iter().map(|one| one["state"].clone()).collect();
    assert_eq!(states, ["mapped", "mapped", "new", "missing", "missing"]);
    assert_eq!(json["media"][1]["sent"]["places"][0]["file"], "outbound/a.json");
    assert_eq!((&json["media"][3]["received"]["count"], &json["open"]["count"]), (&1.into(), &1.into()));
    let later = project.run(&["media", "list", "--output-format", "json", "--today", "2098-12-20"]).json();
    assert_eq!((&later["media"][1]["state"], &later["media"][2]["state"]), (&"expired".into(), &"expired".into()));
}

#[test]
fn ids_of_a_list_are_added() {
    let project = Project::with(&[("ids.txt", "0b8f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c11\r\n\n  7788614318565659\n")]);
    let json = project.run(&["media", "list", "--ids-from", "ids.txt", "--output-format", "json"]).json();
    let listed: Vec<_> = json["media"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["id"].as_str(), one["listed"].as_bool()))
        .collect();
    assert_eq!(
        listed,
        [(Some("0b8f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c11"), Some(true)), (Some("7788614318565659"), Some(true))]
    );
    let piped = project.pipe(&["media", "list", "--ids-from", "-", "--output-format", "json", "ids.txt"], "abc");
    assert_eq!(piped.json()["media"][0]["state"], "unknown");
    let missing = project.run(&["media", "list", "--ids-from", "none.txt"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("--ids-from none.txt"), "{}", missing.err);
}

#[test]
fn every_host_is_listed_by_what_its_links_are_in() {
    let project = Project::with(FILES);
    let run = project.run(&["media", "links"]);
    assert_eq!(run.code, 0, "{}", run.err);
    insta::assert_snapshot!(format!("{}---\n{}", run.text(), run.err));
    let json = project.run(&["media", "links", "--output-format", "json"]).json();
    let hosts: Vec<_> = json["hosts"].as_array().expect("a list").iter().map(|one| one["host"].clone()).collect();
    assert_eq!(hosts, ["cdn.example.org", "media.example.com", "video.example.net"]);
    assert_eq!(json["hosts"][1]["tested"]["by"], "operations");
    assert_eq!(json["hosts"][2]["template"]["count"], 1);
}

#[test]
fn code_is_looked_at_too_and_nothing_is_said_twice() {
    let project = Project::with(&[(
        "send.js",
        "const image = { id: '62b06ba0-9ba8-4125-847f-e88f27cf0686' };\nexport function send(to) {\n  const body = { messaging_product: 'whatsapp', to, type: 'image', image };\n  post(body);\n  return fetch('https://graph.facebook.com/v26.0/1/messages', { method: 'POST', body: JSON.stringify(body) });\n}\n",
    )]);
    let json = project.run(&["media", "list", "--output-format", "json"]).json();
    assert_eq!(json["media"][0]["sent"]["count"], 1, "{json:#}");
}

#[test]
fn what_payloads_say_drives_no_terminal() {
    let project = Project::with(&[(
        "a.json",
        "{\"messaging_product\":\"whatsapp\",\"to\":\"15550100123\",\"type\":\"image\",\"image\":{\"id\":\"a\\u001b[31m\\n::error file=x\",\"link\":\"https://a.example.com/\\u001b[2J\\u202e\"}}",
    )]);
    for command in ["list", "links"] {
        for format in ["full", "json"] {
            let run = project.run(&["media", command, "--output-format", format]);
            assert_eq!((run.code, run.harm(format)), (0, None), "{command}");
        }
    }
    project.write("waport.toml", "");
    project.write("b\u{1b}[31m.json", "{\"messaging_product\":\"whatsapp\",\"to\":\"15550100123\",\"type\":\"image\"}");
    for format in ["full", "json"] {
        let run = project.run(&["migrate", "gate", "--output-format", format]);
        assert_eq!((run.code, run.harm(format)), (1, None));
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let project = Project::with(FILES);
    project.write("a.json.gz", [0x1f, 0x8b, 8, 0, 1]);
    let run = project.run(&["media", "list"]);
    assert!(run.code == 0 && run.err.contains("a.json.gz"), "{}", run.err);
    assert_eq!(project.run(&["media", "links", "a.json.gz"]).code, 2);
}
