//! Texts that were not translated right once.

use super::options;
use waport::translate;

fn becomes(name: &str, text: &str, expected: &str) {
    let translation = translate(text, &options(name));
    assert_eq!(translation.text, expected);
    assert!(translation.refused.is_empty(), "{:?}", translation.refused);
}

#[test]
fn a_payload_in_yaml_whose_first_member_goes_is_cured_to_the_end() {
    let body = "to: \"15550100123\"\ntype: text\ntext:\n  body: Hello\n";
    becomes(
        "queue.yaml",
        &format!("ttl: P1D\n\n# the body\n{body}render_mentions: false\n"),
        &format!("# the body\nmessaging_product: whatsapp\n{body}"),
    );
}

#[test]
fn lines_that_come_into_a_webhook_are_indented_with_it() {
    let old = r#"{
  "errors": [
    {
      "code": 400,
      "title": "Media download error",
      "href": "https://errors.example.com",
      "details": "failed after three tries"
    }
  ]
}
"#;
    let new = r#"{
  "object": "whatsapp_business_account",
  "entry": [
    {
      "id": "204060801030507",
      "changes": [
        {
          "value": {
            "messaging_product": "whatsapp",
            "metadata": {
              "display_phone_number": "15550100999",
              "phone_number_id": "307050901020406"
            },
            "errors": [
              {
                "code": 131052,
                "title": "Media download error",
                "message": "Media download error",
                "href": "https://errors.example.com",
                "error_data": {
                  "details": "failed after three tries"
                }
              }
            ]
          },
          "field": "messages"
        }
      ]
    }
  ]
}
"#;
    becomes("errors.json", old, new);
    let inside = |text: &str| format!("{{\"body\": {}}}", super::model::quoted(text));
    becomes("queue.json", &inside(old), &inside(new));
}

#[test]
fn a_tab_between_double_quotes_of_a_shell_is_none_with_a_backslash() {
    let body = |product: &str| {
        format!(
            "curl -d \"{{{product}\\\"to\\\":\t\\\"15550100123\\\",\\\"text\\\":\t{{\\\"body\\\":\t\\\"Hello\\\"}},\\\"type\\\":\t\\\"text\\\"}}\" \"$URL\"\n"
        )
    };
    becomes("send.sh", &body(""), &body("\\\"messaging_product\\\":\t\\\"whatsapp\\\","));
}

#[test]
fn what_a_template_may_have_beside_it_stays_beside_the_legacy_one() {
    becomes(
        "body.json",
        r#"{"to":"15550100123","text":{"body":"Hello"},"hsm":{"element_name":"ready","language":{"policy":"deterministic","code":"en"}},"category":"utility"}"#,
        r#"{"messaging_product":"whatsapp","to":"15550100123","type":"template","text":{"body":"Hello"},"template":{"name":"ready","language":{"policy":"deterministic","code":"en"}},"category":"utility"}"#,
    );
}

#[test]
fn an_empty_line_in_a_block_scalar_stays_when_the_member_behind_it_goes() {
    let body = |first: &str, gone: &str| {
        let rest = "    \"type\": \"text\",\n    \"text\": {\"body\": \"Hello\"}\n  }\n";
        format!("body: |\n  {{\n{first}    \"to\": \"15550100123\",\n\n  \n{gone}{rest}")
    };
    let product = "    \"messaging_product\": \"whatsapp\",\n";
    becomes("queue.yaml", &body("", "    \"ttl\": \"P1D\",\n"), &body(product, ""));
}

#[test]
fn braces_that_an_edit_brings_together_close_no_placeholder_lines_before() {
    becomes(
        "notes.txt",
        "{{open\n\"{\\\"errors\\\": [{\\\"code\\\": 2001, \\\"title\\\": \\\"Template missing\\\", \\\"details\\\": \\\"unknown\\\"}], \\\"meta\\\": {\\\"api_status\\\": \\\"stable\\\", \\\"version\\\": \\\"2.45.1\\\"}}\"\n".replace("}}", "} }").as_str(),
        "{{open\n\"{\\\"error\\\": {\\\"message\\\": \\\"Template missing\\\", \\\"code\\\": 132001, \\\"error_data\\\": {\\\"messaging_product\\\": \\\"whatsapp\\\", \\\"details\\\": \\\"unknown\\\"}} }\"\n",
    );
}
