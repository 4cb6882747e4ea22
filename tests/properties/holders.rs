//! What payloads stand in, and how their text is spelt there.

use super::model::quoted;

/// A kind of file around payloads.
pub struct Holder {
    pub name: &'static str,
    /// Whether a payload of several lines may stand in it.
    pub many_lines: bool,
    /// The file with these payloads in it.
    pub wrap: fn(&[String]) -> String,
}

fn joined(payloads: &[String], separator: &str, each: impl Fn(&str) -> String) -> String {
    payloads.iter().map(|payload| each(payload)).collect::<Vec<_>>().join(separator)
}

fn indented(text: &str, by: usize) -> String {
    text.replace('\n', &format!("\n{}", " ".repeat(by)))
}

/// A payload in a string.
fn inside(text: &str) -> String {
    let string = quoted(text);
    string[1..string.len() - 1].to_owned()
}

pub const HOLDERS: [Holder; 17] = [
    Holder {
        name: "cases.json",
        many_lines: true,
        wrap: |all| format!("{{\"name\": \"cases\", \"steps\": [1, {}, 1e3]}}\n", all.join(", ")),
    },
    Holder {
        name: "queue.json",
        many_lines: true,
        wrap: |all| {
            let each = |text: &str| format!("{{\"id\": 12345678901234567890, \"payload\": \"{}\"}}", inside(text));
            format!("[\n  {}\n]", joined(all, ",\n  ", each))
        },
    },
    Holder {
        name: "deep.json",
        many_lines: true,
        wrap: |all| format!("[{}]", joined(all, ",", |text| quoted(&format!("{{\"body\":{}}}", quoted(text))))),
    },
    Holder {
        name: "requests.postman_collection.json",
        many_lines: true,
        wrap: |all| {
            let each = |text: &str| {
                format!(
                    "{{\"name\": \"send\", \"request\": {{\"method\": \"POST\", \"body\": {{\"mode\": \"raw\", \"raw\": \"{}\"}}}}}}",
                    inside(text)
                )
            };
            format!("{{\"info\": {{\"name\": \"x\"}},\n\t\"item\": [{}]}}\n", joined(all, ",\n\t\t", each))
        },
    },
    Holder {
        name: "capture.har",
        many_lines: true,
        wrap: |all| {
            let each = |text: &str| {
                format!(
                    "{{\"request\": {{\"postData\": {{\"mimeType\": \"application/json\", \"text\": \"{}\"}}}}}}",
                    inside(text)
                )
            };
            format!("{{\"log\": {{\"version\": \"1.2\", \"entries\": [{}]}}}}", joined(all, ", ", each))
        },
    },
    Holder {
        name: "archive.ndjson",
        many_lines: false,
        wrap: |all| {
            format!("\n{}\n{{\"broken\": \nnot JSON\n  \n{{\"lamp\": 1e3}}", joined(all, "\r\n\n", str::to_owned))
        },
    },
    Holder {
        name: "block.yaml",
        many_lines: true,
        wrap: |all| {
            let each = |text: &str| format!("  - request: # sent\n      body: |-\n        {}\n", indented(text, 8));
            format!("interactions:\n{}\n", joined(all, "\n", each))
        },
    },
    Holder {
        name: "single.yml",
        many_lines: false,
        wrap: |all| joined(all, "", |text| format!("- body: '{}'  # sent\n", text.replace('\'', "''"))),
    },
    Holder {
        name: "double.yml",
        many_lines: true,
        wrap: |all| joined(all, "", |text| format!("- body: \"{}\"\n  at: 1\n", inside(text))),
    },
    Holder {
        name: "outbox.csv",
        many_lines: true,
        wrap: |all| {
            let each = |text: &str| format!("7,\"{}\",sent\r\n", text.replace('"', "\"\""));
            format!("id,payload,state\r\n{}", joined(all, "", each))
        },
    },
    Holder {
        name: "README.md",
        many_lines: true,
        wrap: |all| {
            let each = |text: &str| format!("```json\n{text}\n```\n");
            format!("# Send\n\nThe body {{of the call}}:\n\n{}\nThat is `all`.\n", joined(all, "\nThen:\n\n", each))
        },
    },
    Holder {
        name: "single.sh",
        many_lines: true,
        wrap: |all| {
            let each = |text: &str| {
                format!(
                    "curl -X POST \"$BASE/v1/messages\" \\\n  -H 'Accept: */*' -d '{}' | jq .\n",
                    text.replace('\'', r"'\''")
                )
            };
            format!("#!/bin/sh\n{}", joined(all, "\n", each))
        },
    },
    Holder {
        name: "double.sh",
        many_lines: true,
        wrap: |all| {
            let spell = |c: char| if "\"\\$`".contains(c) { format!("\\{c}") } else { c.to_string() };
            joined(all, "\n", |text| format!("curl -d \"{}\" \"$URL\"\n", text.chars().map(spell).collect::<String>()))
        },
    },
    Holder {
        name: "heredoc.sh",
        many_lines: true,
        wrap: |all| joined(all, "\n", |text| format!("curl -d @- \"$URL\" <<'EOF'\n{text}\nEOF\n")),
    },
    Holder {
        name: "app.log",
        many_lines: false,
        wrap: |all| {
            joined(all, "", |text| format!("2026-01-01T00:00:00Z INFO {{worker-3}} [7] sending {text} (3 ms)\n"))
        },
    },
    Holder {
        name: "docs.html",
        many_lines: true,
        wrap: |all| {
            let spell = |text: &str| {
                text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
            };
            joined(all, "<hr>\n", |text| format!("<pre><code>{}</code></pre>\n", spell(text)))
        },
    },
    Holder {
        name: "dump.sql",
        many_lines: true,
        wrap: |all| {
            joined(all, "", |text| format!("INSERT INTO outbox VALUES (7, '{}', NULL);\n", text.replace('\'', "''")))
        },
    },
];
