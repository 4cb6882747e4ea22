//! What becomes of On-Premises bodies of every kind when all their fixes are applied, and what is left to a person.

mod rounds;

use rounds::{Cured, With, cure};
use serde_json::{Value, json};
use waport::check;
use waport::fix::Level;

const NUMBER: &str = "[webhook]\nwaba-id = \"204060801030507\"\nphone-number-id = \"307050901020406\"\ndisplay-phone-number = \"15550100999\"\n";

const MAP: &str = r#"{
    "0b8f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c11": { "id": "9131233515985345", "number": "15550100999" },
    "1c9a8e1f-7a6d-4e75-8d8c-4a2e3b0f9d22": { "link": "https://cdn.example.com/lamps/invoice.pdf" },
    "http://10.20.0.15/lamps/arc.mp4": { "link": "https://cdn.example.com/lamps/arc.mp4" },
    "http://10.20.0.15/lamps/arc.jpg": { "id": "9131233515985346" }
}"#;

/// A body, and what it becomes.
struct Case {
    body: &'static str,
    cloud: Value,
    /// Rule and pointer of what is left, of whatever severity.
    left: &'static [&'static str],
}

fn told(cured: &Cured) -> Vec<String> {
    cured.left.iter().map(|one| format!("{} {}", one.rule, one.pointer.as_deref().unwrap_or_default())).collect()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}

fn assert_each(config: &str, cases: Vec<Case>) {
    for Case { body, cloud, left } in cases {
        assert_nothing_vanishes(body, config);
        for remembered in [true, false] {
            let with = With { config, media: MAP, remembered };
            let cured = cure(body, with, Level::Unsafe);
            assert_eq!(parsed(&cured.text), cloud, "{body}\nbecame\n{}", cured.text);
            if remembered {
                assert_eq!(told(&cured), left, "{body}\nbecame\n{}", cured.text);
                let curable =
                    |level| cured.left.iter().any(|one| one.fix.as_ref().is_some_and(|fix| fix.level == level));
                assert!(!curable(Level::Safe) && !curable(Level::Unsafe), "{body}");
            }
            assert_eq!(cure(&cured.text, with, Level::Unsafe).text, cured.text, "a second time");
        }
        let safe = cure(body, With { config, media: MAP, remembered: true }, Level::Safe);
        assert!(!safe.left.iter().any(|one| one.fix.as_ref().is_some_and(|fix| fix.level == Level::Safe)), "{body}");
    }
}

/// Every scalar of the body is in what it becomes, or below a place that a finding names. Types are told by their content.
fn assert_nothing_vanishes(body: &str, config: &str) {
    let with = With { config, media: MAP, remembered: true };
    let cured = parsed(&cure(body, with, Level::Unsafe).text);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    scalars(&parsed(body), String::new(), &mut before);
    scalars(&cured, String::new(), &mut after);
    let places: Vec<String> =
        check(body, &with.options(None)).findings.into_iter().filter_map(|one| one.pointer).collect();
    for (pointer, value) in before {
        let kept = after.iter().any(|(_, other)| *other == value);
        let named = places.iter().any(|place| !place.is_empty() && pointer.starts_with(place));
        assert!(kept || named || pointer == "/type", "{pointer} vanished from\n{body}");
    }
}

fn scalars(value: &Value, pointer: String, out: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| scalars(value, format!("{pointer}/{name}"), out));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| scalars(value, format!("{pointer}/{index}"), out));
        }
        _ => out.push((pointer, value.clone())),
    }
}

fn case(body: &'static str, cloud: Value, left: &'static [&'static str]) -> Case {
    Case { body, cloud, left }
}

#[test]
fn text_messages_get_product_type_and_the_preview_switch_in_its_place() {
    assert_each(
        "",
        vec![
            case(
                r#"{"to":"15550100123","recipient_type":"individual","text":{"body":"Hello"}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "type": "text", "recipient_type": "individual", "text": { "body": "Hello" } }),
                &[],
            ),
            case(
                "{\n  \"preview_url\": true,\n  \"to\": \"15550100123\",\n  \"text\": {\"body\": \"https://lamps.example.com\"}\n}\n",
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "type": "text", "text": { "body": "https://lamps.example.com", "preview_url": true } }),
                &[],
            ),
            case(
                r#"{"ttl":"P1D","to":"15550100123","type":"text","preview_url":false,"text":{"body":"Hello"},"render_mentions":true}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "type": "text", "text": { "body": "Hello", "preview_url": false } }),
                &[],
            ),
            case(
                r#"{"to":"15550100123","type":"text","preview_url":true,"text":{"body":"Hello","preview_url":true}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "type": "text", "text": { "body": "Hello", "preview_url": true } }),
                &[],
            ),
            case(
                r#"{"to":"15550100123","type":"text","ttl":86400,"text":{"body":"Hello"},"context":{"message_id":"gBEGFVUBABIwAgkWe8k-1bS17Ic"}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "type": "text", "text": { "body": "Hello" }, "context": { "message_id": "gBEGFVUBABIwAgkWe8k-1bS17Ic" } }),
                &["onprem-message-id /context/message_id"],
            ),
        ],
    );
}

#[test]
fn a_group_of_the_old_client_is_left_to_a_person() {
    assert_each(
        "",
        vec![case(
            r#"{"recipient_type":"group","to":"15550100123-1530825318","type":"text","text":{"body":"Hello"},"render_mentions":false}"#,
            json!({ "messaging_product": "whatsapp", "recipient_type": "group", "to": "15550100123-1530825318", "type": "text", "text": { "body": "Hello" } }),
            &["onprem-group /to"],
        )],
    );
}

#[test]
fn media_loses_its_provider_and_gets_what_the_media_map_has() {
    assert_each(
        "",
        vec![
            case(
                r#"{"to":"15550100123","type":"image","image":{"provider":{"name":"shop"},"link":"https://cdn.example.com/a.jpg","caption":"Arc"}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "type": "image", "image": { "link": "https://cdn.example.com/a.jpg", "caption": "Arc" } }),
                &[],
            ),
            case(
                r#"{"to":"15550100123","type":"image","image":{"id":"0b8f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c11"}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "type": "image", "image": { "id": "9131233515985345" } }),
                &[],
            ),
            case(
                r#"{"to":"15550100123","document":{"id":"1c9a8e1f-7a6d-4e75-8d8c-4a2e3b0f9d22","filename":"invoice.pdf"}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "type": "document", "document": { "link": "https://cdn.example.com/lamps/invoice.pdf", "filename": "invoice.pdf" } }),
                &[],
            ),
            case(
                r#"{"to":"15550100123","recipient_type":"individual","type":"video","video":{"link":"http://10.20.0.15/lamps/arc.mp4","provider":"shop"}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "recipient_type": "individual", "type": "video", "video": { "link": "https://cdn.example.com/lamps/arc.mp4" } }),
                &[],
            ),
            case(
                r#"{"to":"15550100123","recipient_type":"individual","type":"image","image":{"link":"http://10.20.0.15/lamps/arc.jpg"}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "recipient_type": "individual", "type": "image", "image": { "id": "9131233515985346" } }),
                &[],
            ),
            case(
                r#"{"to":"15550100123","type":"sticker","sticker":{"id":"2d0b9f20-8b7e-4f86-9e9d-5b3f4c10ae33","link":"https://cdn.example.com/lamp.webp"}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "type": "sticker", "sticker": { "link": "https://cdn.example.com/lamp.webp" } }),
                &[],
            ),
            case(
                r#"{"to":"15550100123","type":"audio","audio":{"id":"2d0b9f20-8b7e-4f86-9e9d-5b3f4c10ae33"}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "type": "audio", "audio": { "id": "2d0b9f20-8b7e-4f86-9e9d-5b3f4c10ae33" } }),
                &["onprem-media-id /audio/id"],
            ),
            case(
                r#"{"to":"15550100123","recipient_type":"individual","type":"audio","audio":{"link":"http://192.168.0.7/hello.mp3"}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "recipient_type": "individual", "type": "audio", "audio": { "link": "http://192.168.0.7/hello.mp3" } }),
                &["media-link /audio/link"],
            ),
        ],
    );
}

#[test]
fn a_sent_voice_note_becomes_audio_with_or_without_its_type() {
    let cloud = json!({ "messaging_product": "whatsapp", "to": "15550100123", "type": "audio", "audio": { "link": "https://cdn.example.com/hello.ogg", "voice": true } });
    assert_each(
        "",
        vec![
            case(
                r#"{"to":"15550100123","type":"voice","voice":{"link":"https://cdn.example.com/hello.ogg"}}"#,
                cloud.clone(),
                &[],
            ),
            case(r#"{"to":"15550100123","voice":{"link":"https://cdn.example.com/hello.ogg"}}"#, cloud, &[]),
        ],
    );
}

#[test]
fn templates_lose_namespace_and_provider_and_get_policy_index_and_media() {
    assert_each(
        "",
        vec![case(
            r#"{
              "to": "15550100123",
              "type": "template",
              "template": {
                "namespace": "136f5a18_182a_9ed6_5067_dd73d2de922e",
                "name": "pickup_reminder",
                "language": { "policy": "fallback", "code": "en_US" },
                "components": [
                  { "type": "header", "parameters": [{ "type": "image", "image": { "id": "0b8f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c11" } }] },
                  { "type": "body", "parameters": [
                    { "type": "text", "text": "Dana" },
                    { "type": "currency", "currency": { "fallback_value": "$189", "code": "USD", "amount_1000": 189000 } },
                    { "type": "date_time", "date_time": { "fallback_value": "Friday", "day_of_week": 5, "hour": 10, "minute": 30 } }
                  ] },
                  { "type": "button", "sub_type": "url", "parameters": [{ "type": "text", "text": "417" }] }
                ]
              }
            }"#,
            json!({
                "messaging_product": "whatsapp",
                "to": "15550100123",
                "type": "template",
                "template": {
                    "name": "pickup_reminder",
                    "language": { "policy": "deterministic", "code": "en_US" },
                    "components": [
                        { "type": "header", "parameters": [{ "type": "image", "image": { "id": "9131233515985345" } }] },
                        { "type": "body", "parameters": [
                            { "type": "text", "text": "Dana" },
                            { "type": "currency", "currency": { "fallback_value": "$189", "code": "USD", "amount_1000": 189_000 } },
                            { "type": "date_time", "date_time": { "fallback_value": "Friday", "day_of_week": 5, "hour": 10, "minute": 30 } }
                        ] },
                        { "type": "button", "sub_type": "url", "index": "0", "parameters": [{ "type": "text", "text": "417" }] }
                    ]
                }
            }),
            &[],
        )],
    );
}

#[test]
fn media_beside_the_type_of_a_parameter_goes_into_its_object() {
    let cloud = json!({ "messaging_product": "whatsapp", "to": "15550100123", "type": "template", "template": { "name": "autumn_lamps", "language": { "policy": "deterministic", "code": "en_US" }, "components": [{ "type": "header", "parameters": [{ "type": "image", "image": { "link": "https://cdn.example.com/arc.jpg" } }] }] } });
    assert_each(
        "",
        vec![case(
            r#"{"to":"15550100123","type":"template","template":{"namespace":"n","name":"autumn_lamps","language":{"policy":"deterministic","code":"en_US"},"components":[{"type":"header","parameters":[{"type":"image","link":"https://cdn.example.com/arc.jpg","caption":"Arc"}]}]}}"#,
            cloud,
            &[],
        )],
    );
}

#[test]
fn values_of_another_type_that_the_old_client_took_change_their_spelling_only() {
    assert_each(
        "",
        vec![case(
            r#"{"to":15550100123,"type":"template","template":{"namespace":"n","name":"pickup_reminder","language":{"policy":"deterministic","code":"en_US"},"components":{"type":"body","parameters":{"type":"currency","currency":{"fallback_value":"$189","code":"USD","amount_1000":"189000"}}}}}"#,
            json!({ "messaging_product": "whatsapp", "to": "15550100123", "type": "template", "template": { "name": "pickup_reminder", "language": { "policy": "deterministic", "code": "en_US" }, "components": [{ "type": "body", "parameters": [{ "type": "currency", "currency": { "fallback_value": "$189", "code": "USD", "amount_1000": 189_000 } }] }] } }),
            &[],
        )],
    );
    assert_each(
        NUMBER,
        vec![case(
            r#"{"messages":[{"from":"15550100123","id":"ABGGFVUBABIwAgm5hRSqCtyxO7U","timestamp":1757938521,"type":"image","image":{"id":"4591572018368334","mime_type":"image/jpeg","caption":null}}]}"#,
            received(json!({ "type": "image", "image": { "id": "4591572018368334", "mime_type": "image/jpeg" } })),
            &[],
        )],
    );
}

fn template(parameters: &Value) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "to": "15550100123",
        "type": "template",
        "template": {
            "name": "pickup_reminder",
            "language": { "policy": "deterministic", "code": "en_US" },
            "components": [{ "type": "body", "parameters": parameters }]
        }
    })
}

#[test]
fn the_legacy_template_object_becomes_a_template() {
    let text = json!([{ "type": "text", "text": "Dana" }]);
    assert_each(
        "",
        vec![
            case(
                r#"{"to":"15550100123","type":"hsm","hsm":{"namespace":"136f5a18","element_name":"pickup_reminder","language":{"policy":"fallback","code":"en_US"},"localizable_params":[{"default":"Dana"}]}}"#,
                template(&text),
                &[],
            ),
            // In the oldest samples the parameters stand in the language, and the type is missing.
            case(
                r#"{"to":"15550100123","ttl":"P1D","hsm":{"namespace":"136f5a18","element_name":"pickup_reminder","language":{"code":"en_US","localizable_params":[{"default":"Dana"}]}}}"#,
                template(&text),
                &[],
            ),
            case(
                r#"{"to":"15550100123","type":"hsm","hsm":{"element_name":"pickup_reminder","language":{"policy":"deterministic","code":"en_US"},"localizable_params":[{"default":"Dana"}]},"template":{"name":"stray"}}"#,
                template(&text),
                &[],
            ),
            // Which of the two is meant nobody says.
            case(
                r#"{"to":"15550100123","hsm":{"element_name":"pickup_reminder","language":{"code":"en_US"}},"template":{"name":"pickup_reminder","language":{"code":"en_US"}}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "hsm": { "element_name": "pickup_reminder", "language": { "code": "en_US" } }, "template": { "name": "pickup_reminder", "language": { "code": "en_US" } } }),
                &["hsm-message /hsm"],
            ),
            case(
                r#"{"to":"15550100123","type":"template","template":{"name":"pickup_reminder","language":{"policy":"deterministic","code":"en_US"},"components":[{"type":"body","parameters":[{"type":"text","text":"Dana"}]}]},"hsm":{"element_name":"stray"}}"#,
                template(&text),
                &[],
            ),
            case(
                r#"{"to":"15550100123","type":"hsm","hsm":{"element_name":"pickup_reminder","language":{"policy":"deterministic","code":"en_US","fallback":"en"},"localizable_params":[{"default":"Dana","note":"name"}]}}"#,
                template(&text),
                &[],
            ),
            case(
                r#"{"to":"15550100123","type":"hsm","hsm":{"element_name":"pickup_reminder","language":{"policy":"deterministic","code":"en_US"},"localizable_params":[]}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "type": "template", "template": { "name": "pickup_reminder", "language": { "policy": "deterministic", "code": "en_US" } } }),
                &[],
            ),
            case(
                r#"{"to":"15550100123","type":"hsm","hsm":{"element_name":"pickup_reminder","language":{"policy":"deterministic","code":"en_US"},"localizable_params":[
                    {"default":"$189","currency":{"currency_code":"USD","amount_1000":189000}},
                    {"default":"Friday","date_time":{"component":{"day_of_week":"FRIDAY","day_of_month":19,"year":2025,"month":9,"hour":10,"minute":30,"calendar":"GREGORIAN"}}},
                    {"default":"Friday","date_time":{"unix_epoch":{"timestamp":1758277800}}},
                    {"default":7,"currency":null,"date_time":null}
                ]}}"#,
                template(&json!([
                    { "type": "currency", "currency": { "fallback_value": "$189", "code": "USD", "amount_1000": 189_000 } },
                    { "type": "date_time", "date_time": { "fallback_value": "Friday", "day_of_week": "FRIDAY", "day_of_month": 19, "year": 2025, "month": 9, "hour": 10, "minute": 30, "calendar": "GREGORIAN" } },
                    { "type": "date_time", "date_time": { "fallback_value": "Friday", "timestamp": 1_758_277_800 } },
                    { "type": "text", "text": "7" }
                ])),
                &[],
            ),
        ],
    );
}

#[test]
fn a_legacy_template_is_rewritten_safely_only_where_nothing_needs_a_look() {
    let hsm = |rest: &str| {
        let body = format!(
            r#"{{"to":"15550100123","type":"hsm","hsm":{{"namespace":"n","element_name":"pickup_reminder","language":{{"policy":"fallback","code":"en"}},{rest}}}}}"#
        );
        let report = check(&body, &With::default().options(None));
        let finding = report.findings.iter().find(|one| one.rule == "hsm-message").expect("a finding");
        finding.fix.as_ref().expect("a fix").level
    };
    assert_eq!(hsm(r#""localizable_params":[{"default":"Dana"},{"default":"Friday"}]"#), Level::Safe);
    for guessed in [
        r#""localizable_params":[{"default":"$1","currency":{"currency_code":"USD","amount_1000":1000}}]"#,
        r#""localizable_params":[{"default":"Friday","date_time":{"unix_epoch":{"timestamp":1758277800}}}]"#,
    ] {
        assert_eq!(hsm(guessed), Level::Unsafe, "{guessed}");
    }
    for lost in [
        r#""localizable_params":[{"default":"Dana"}],"header":"Hello""#,
        r#""localizable_params":[{"default":"Dana","kind":"name"}]"#,
        r#""localizable_params":[{"default":null}]"#,
        r#""localizable_params":[{"default":"$1","currency":{"currency_code":"USD","amount_1000":1000,"symbol":"$"}}]"#,
        r#""localizable_params":[{"default":"Friday","date_time":{"component":{"hour":10,"zone":"UTC"}}}]"#,
        r#""localizable_params":[{"default":"Friday","date_time":{"zone":"UTC"}}]"#,
        r#""localizable_params":{"default":"Dana"}"#,
        r#""localizable_params":[{"default":"Dana"}],"localizable_params":[]"#,
    ] {
        assert_eq!(hsm(lost), Level::Manual, "{lost}");
    }
}

#[test]
fn interactive_messages_lose_padding_and_what_the_old_client_knew_of_their_header() {
    assert_each(
        "",
        vec![
            case(
                r#"{"to":"15550100123","recipient_type":"individual","type":"interactive","interactive":{"type":"button","header":{"type":"image","image":{"id":"0b8f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c11"}},"body":{"text":"Which?"},"action":{"buttons":[{"type":"reply","reply":{"id":"a","title":" Arc "}},{"type":"reply","reply":{"id":"b ","title":"Floor"}}]}}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "recipient_type": "individual", "type": "interactive", "interactive": { "type": "button", "header": { "type": "image", "image": { "id": "9131233515985345" } }, "body": { "text": "Which?" }, "action": { "buttons": [{ "type": "reply", "reply": { "id": "a", "title": "Arc" } }, { "type": "reply", "reply": { "id": "b", "title": "Floor" } }] } } }),
                &[],
            ),
            case(
                r#"{"to":"15550100123","recipient_type":"individual","type":"interactive","interactive":{"type":"list","body":{"text":"Which?"},"action":{"button":"Rooms ","sections":[{"title":"Home","rows":[{"id":"a","title":"Hall","description":" Dark"}]}]}}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "recipient_type": "individual", "type": "interactive", "interactive": { "type": "list", "body": { "text": "Which?" }, "action": { "button": "Rooms", "sections": [{ "title": "Home", "rows": [{ "id": "a", "title": "Hall", "description": "Dark" }] }] } } }),
                &[],
            ),
            case(
                r#"{"to":"15550100123","recipient_type":"individual","type":"interactive","interactive":{"type":"product","body":{"text":"This one?"},"action":{"catalog_id":"90417001","product_retailer_id":"arc-brass"}}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "recipient_type": "individual", "type": "interactive", "interactive": { "type": "product", "body": { "text": "This one?" }, "action": { "catalog_id": "90417001", "product_retailer_id": "arc-brass" } } }),
                &[],
            ),
            case(
                r#"{"to":"15550100123","recipient_type":"individual","type":"interactive","interactive":{"type":"product_list","header":{"type":"text","text":"Lamps"},"body":{"text":"These"},"action":{"catalog_id":"90417001","sections":[{"title":"Arc","product_items":[{"product_retailer_id":"arc-brass"}]}]}}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "recipient_type": "individual", "type": "interactive", "interactive": { "type": "product_list", "header": { "type": "text", "text": "Lamps" }, "body": { "text": "These" }, "action": { "catalog_id": "90417001", "sections": [{ "title": "Arc", "product_items": [{ "product_retailer_id": "arc-brass" }] }] } } }),
                &[],
            ),
            case(
                r#"{"to":"15550100123","recipient_type":"individual","type":"interactive","interactive":{"type":"location_request_message","body":{"text":"Where?"},"action":{"name":"send_location"}}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "recipient_type": "individual", "type": "interactive", "interactive": { "type": "location_request_message", "body": { "text": "Where?" }, "action": { "name": "send_location" } } }),
                &[],
            ),
        ],
    );
}

#[test]
fn places_and_contact_cards_keep_what_cloud_api_knows() {
    assert_each(
        "",
        vec![
            case(
                r#"{"to":"15550100123","location":{"longitude":-122.08,"latitude":37.42,"name":"Lumen Lamps","address":"1 Harbour Street"}}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "type": "location", "location": { "longitude": -122.08, "latitude": 37.42, "name": "Lumen Lamps", "address": "1 Harbour Street" } }),
                &[],
            ),
            case(
                r#"{"to":"15550100123","recipient_type":"individual","type":"contacts","contacts":[{"name":{"formatted_name":"Lumen Lamps","first_name":"Lumen"},"birthday":"2012-08-18","ims":[{"service":"XMPP","user_id":"lumen@example.com"}]}]}"#,
                json!({ "messaging_product": "whatsapp", "to": "15550100123", "recipient_type": "individual", "type": "contacts", "contacts": [{ "name": { "formatted_name": "Lumen Lamps", "first_name": "Lumen" }, "birthday": "2012-08-18" }] }),
                &[],
            ),
        ],
    );
}

#[test]
fn a_read_receipt_gets_its_product_and_its_message_is_left_to_a_person() {
    assert_each(
        "",
        vec![case(
            r#"{"status":"read","message_id":"gBEGFVUBABIwAgkWe8k-1bS17Ic"}"#,
            json!({ "messaging_product": "whatsapp", "status": "read", "message_id": "gBEGFVUBABIwAgkWe8k-1bS17Ic" }),
            &["onprem-message-id /message_id"],
        )],
    );
    let declared = "[[form]]\npath = \"**\"\nform = \"onprem/read-receipt\"\n";
    assert_each(
        declared,
        vec![case(
            r#"{"status": "read"}"#,
            json!({ "messaging_product": "whatsapp", "status": "read" }),
            &["missing-property "],
        )],
    );
}

fn webhook(mut value: Value) -> Value {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({ "display_phone_number": "15550100999", "phone_number_id": "307050901020406" });
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "204060801030507", "changes": [{ "value": value, "field": "messages" }] }] })
}

/// A webhook of one message, with what every message has.
fn received(mut message: Value) -> Value {
    message["from"] = json!("15550100123");
    message["id"] = json!("ABGGFVUBABIwAgm5hRSqCtyxO7U");
    message["timestamp"] = json!("1757938521");
    webhook(json!({ "messages": [message] }))
}

macro_rules! message {
    ($rest:literal) => {
        concat!(
            r#"{"messages":[{"from":"15550100123","id":"ABGGFVUBABIwAgm5hRSqCtyxO7U","timestamp":"1757938521","#,
            $rest,
            "}]}"
        )
    };
}

#[test]
fn received_messages_that_are_the_same_on_both_get_their_envelope() {
    assert_each(
        NUMBER,
        vec![
            case(
                r#"{"contacts":[{"profile":{"name":"Dana"},"wa_id":"15550100123"}],"messages":[{"from":"15550100123","id":"ABGGFVUBABIwAgm5hRSqCtyxO7U","timestamp":"1757938521","type":"text","text":{"body":"Hello"}}]}"#,
                webhook(
                    json!({ "contacts": [{ "profile": { "name": "Dana" }, "wa_id": "15550100123" }], "messages": [{ "from": "15550100123", "id": "ABGGFVUBABIwAgm5hRSqCtyxO7U", "timestamp": "1757938521", "type": "text", "text": { "body": "Hello" } }] }),
                ),
                &[],
            ),
            case(
                message!(
                    r#""type":"location","location":{"latitude":37.42,"longitude":-122.08,"name":"Shop","url":"https://lamps.example.com"}"#
                ),
                received(
                    json!({ "type": "location", "location": { "latitude": 37.42, "longitude": -122.08, "name": "Shop", "url": "https://lamps.example.com" } }),
                ),
                &[],
            ),
            case(
                message!(
                    r#""type":"button","button":{"text":"Yes","payload":null},"context":{"from":"15550100999","id":"gBEGFVUBABIwAgkWe8k-1bS17Ic"}"#
                ),
                received(
                    json!({ "type": "button", "button": { "text": "Yes", "payload": null }, "context": { "from": "15550100999", "id": "gBEGFVUBABIwAgkWe8k-1bS17Ic" } }),
                ),
                &[],
            ),
            case(
                message!(
                    r#""type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"a","title":"Hall","description":"Dark"}}"#
                ),
                received(
                    json!({ "type": "interactive", "interactive": { "type": "list_reply", "list_reply": { "id": "a", "title": "Hall", "description": "Dark" } } }),
                ),
                &[],
            ),
            case(
                message!(
                    r#""type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"a","title":"Arc"}}"#
                ),
                received(
                    json!({ "type": "interactive", "interactive": { "type": "button_reply", "button_reply": { "id": "a", "title": "Arc" } } }),
                ),
                &[],
            ),
            case(
                message!(
                    r#""type":"order","order":{"catalog_id":"90417001","text":"Two, please","product_items":[{"product_retailer_id":"arc-brass","quantity":2,"item_price":189.5,"currency":"USD"}]}"#
                ),
                received(
                    json!({ "type": "order", "order": { "catalog_id": "90417001", "text": "Two, please", "product_items": [{ "product_retailer_id": "arc-brass", "quantity": 2, "item_price": 189.5, "currency": "USD" }] } }),
                ),
                &[],
            ),
            case(
                message!(r#""type":"text","text":{"body":"Hello"},"context":{"forwarded":true}"#),
                received(json!({ "type": "text", "text": { "body": "Hello" }, "context": { "forwarded": true } })),
                &[],
            ),
            case(
                message!(
                    r#""type":"text","text":{"body":"This?"},"context":{"from":"15550100999","id":"gBEGFVUBABIwAgkWe8k-1bS17Ic","referred_product":{"catalog_id":"90417001","product_retailer_id":"arc-brass"}}"#
                ),
                received(
                    json!({ "type": "text", "text": { "body": "This?" }, "context": { "from": "15550100999", "id": "gBEGFVUBABIwAgkWe8k-1bS17Ic", "referred_product": { "catalog_id": "90417001", "product_retailer_id": "arc-brass" } } }),
                ),
                &[],
            ),
        ],
    );
}

#[test]
fn received_media_loses_what_the_old_client_said_of_its_copy() {
    assert_each(
        NUMBER,
        vec![
            case(
                message!(
                    r#""type":"image","image":{"file":"/usr/local/wamedia/shared/0b8f7d0e","id":"0b8f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c11","mime_type":"image/jpeg","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","caption":"Arc"}"#
                ),
                received(
                    json!({ "type": "image", "image": { "id": "9131233515985345", "mime_type": "image/jpeg", "sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "caption": "Arc" } }),
                ),
                &[],
            ),
            case(
                message!(
                    r#""type":"video","video":{"mime_type":"video/mp4","link":"https://media.example.com/a.mp4","status":"undownloaded"}"#
                ),
                received(json!({ "type": "video", "video": { "mime_type": "video/mp4" } })),
                &[],
            ),
            case(
                message!(
                    r#""type":"document","document":{"id":"1c9a8e1f-7a6d-4e75-8d8c-4a2e3b0f9d22","mime_type":"application/pdf","filename":"invoice.pdf","file":"/usr/local/wamedia/shared/1c9a8e1f"}"#
                ),
                received(
                    json!({ "type": "document", "document": { "id": "1c9a8e1f-7a6d-4e75-8d8c-4a2e3b0f9d22", "mime_type": "application/pdf", "filename": "invoice.pdf" } }),
                ),
                &["onprem-media-id /entry/0/changes/0/value/messages/0/document/id"],
            ),
            case(
                message!(
                    r#""type":"audio","audio":{"id":"0b8f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c11","mime_type":"audio/mpeg"}"#
                ),
                received(json!({ "type": "audio", "audio": { "id": "9131233515985345", "mime_type": "audio/mpeg" } })),
                &[],
            ),
            case(
                message!(
                    r#""type":"voice","voice":{"id":"0b8f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c11","mime_type":"audio/ogg; codecs=opus","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","file":"/usr/local/wamedia/shared/0b8f7d0e"}"#
                ),
                received(
                    json!({ "type": "audio", "audio": { "id": "9131233515985345", "mime_type": "audio/ogg; codecs=opus", "sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "voice": true } }),
                ),
                &[],
            ),
            case(
                message!(
                    r#""type":"sticker","sticker":{"metadata":{"sticker-pack-id":"lamps-1","is-first-party-sticker":0},"id":"0b8f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c11","mime_type":"image/webp"}"#
                ),
                received(
                    json!({ "type": "sticker", "sticker": { "id": "9131233515985345", "mime_type": "image/webp" } }),
                ),
                &[],
            ),
            case(
                message!(
                    r#""type":"contacts","contacts":[{"name":{"formatted_name":"Lumen Lamps","first_name":"Lumen"},"ims":[{"service":"XMPP","user_id":"lumen@example.com"}],"contact_image":"aGVsbG8="}]"#
                ),
                received(
                    json!({ "type": "contacts", "contacts": [{ "name": { "formatted_name": "Lumen Lamps", "first_name": "Lumen" } }] }),
                ),
                &[],
            ),
        ],
    );
}

#[test]
fn what_only_the_old_client_sent_is_cured_or_left_to_a_person() {
    assert_each(
        NUMBER,
        vec![
            case(
                message!(
                    r#""type":"unknown","errors":[{"code":501,"title":"Unknown message type","details":"Message type is not currently supported","href":"https://errors.example.com"}]"#
                ),
                received(
                    json!({ "type": "unsupported", "errors": [{ "code": 131_051, "title": "Unknown message type", "message": "Unknown message type", "error_data": { "details": "Message type is not currently supported" }, "href": "https://errors.example.com" }] }),
                ),
                &[],
            ),
            case(
                message!(r#""type":"ephemeral""#),
                received(json!({ "type": "ephemeral" })),
                &["unknown-message /entry/0/changes/0/value/messages/0/type"],
            ),
            case(
                message!(
                    r#""type":"system","system":{"type":"user_changed_number","body":"Dana changed numbers","new_wa_id":"15550100124"}"#
                ),
                received(
                    json!({ "type": "system", "system": { "type": "user_changed_number", "body": "Dana changed numbers", "wa_id": "15550100124" } }),
                ),
                &[],
            ),
            case(
                message!(
                    r#""type":"system","system":{"type":"user_identity_changed","identity":"a1b2c3","user":"15550100123"}"#
                ),
                received(
                    json!({ "type": "system", "system": { "type": "user_identity_changed", "identity": "a1b2c3", "user": "15550100123" } }),
                ),
                &["identity-change /entry/0/changes/0/value/messages/0/system/type"],
            ),
            case(
                message!(
                    r#""type":"system","group_id":"15550100123-1530825318","system":{"type":"group_user_joined","operator":"15550100123","users":["15550100124"],"group_id":"15550100123-1530825318","body":"Dana joined"}"#
                ),
                received(
                    json!({ "type": "system", "group_id": "15550100123-1530825318", "system": { "type": "group_user_joined", "operator": "15550100123", "users": ["15550100124"], "group_id": "15550100123-1530825318", "body": "Dana joined" } }),
                ),
                &[
                    "onprem-group /entry/0/changes/0/value/messages/0/group_id",
                    "system-message /entry/0/changes/0/value/messages/0/system/type",
                ],
            ),
            case(
                message!(
                    r#""type":"text","text":{"body":"Hello"},"identity":{"acknowledged":true,"created_timestamp":1602532300000,"hash":"Sjvjlx8G6Z0="},"context":{"mentions":["15550100124"],"group_id":"15550100123-1530825318","from":"15550100124"}"#
                ),
                received(
                    json!({ "type": "text", "text": { "body": "Hello" }, "identity": { "acknowledged": true, "created_timestamp": 1_602_532_300_000_i64, "hash": "Sjvjlx8G6Z0=" }, "context": { "from": "15550100124" } }),
                ),
                &["identity-change /entry/0/changes/0/value/messages/0/identity"],
            ),
            case(
                message!(
                    r#""type":"text","text":{"body":"This?"},"referral":{"source_url":"https://ads.example.com/autumn","source_type":"ad","headline":"Autumn lamps","image":{"id":"45f4e588-e868-4984-8beb-93b7594e950b","link":"https://ads.example.com/autumn.jpg"}}"#
                ),
                received(
                    json!({ "type": "text", "text": { "body": "This?" }, "referral": { "source_url": "https://ads.example.com/autumn", "source_type": "ad", "headline": "Autumn lamps", "media_type": "image", "image_url": "https://ads.example.com/autumn.jpg" } }),
                ),
                &[],
            ),
            case(
                message!(
                    r#""type":"text","text":{"body":"This?"},"referral":{"source_url":"https://ads.example.com/autumn","source_type":"ad","media_type":"video","video":{"url":"https://ads.example.com/autumn.mp4"}}"#
                ),
                received(
                    json!({ "type": "text", "text": { "body": "This?" }, "referral": { "source_url": "https://ads.example.com/autumn", "source_type": "ad", "media_type": "video", "video_url": "https://ads.example.com/autumn.mp4" } }),
                ),
                &[],
            ),
            case(
                message!(
                    r#""type":"text","text":{"body":"This?"},"referral":{"source_url":"https://ads.example.com/autumn","source_type":"ad","video":{"id":"45f4e588-e868-4984-8beb-93b7594e950b"}}"#
                ),
                received(
                    json!({ "type": "text", "text": { "body": "This?" }, "referral": { "source_url": "https://ads.example.com/autumn", "source_type": "ad", "video": { "id": "45f4e588-e868-4984-8beb-93b7594e950b" } } }),
                ),
                &["referral-media /entry/0/changes/0/value/messages/0/referral/video"],
            ),
        ],
    );
}

#[test]
fn statuses_of_both_shapes_become_those_of_cloud_api() {
    let id = "gBEGFVUBABIwAglUqyPPGFuConA";
    assert_each(
        NUMBER,
        vec![
            case(
                r#"{"statuses":[{"id":"gBEGFVUBABIwAglUqyPPGFuConA","recipient_id":"15550100123","status":"delivered","timestamp":"1757938530"}]}"#,
                webhook(
                    json!({ "statuses": [{ "id": id, "recipient_id": "15550100123", "status": "delivered", "timestamp": "1757938530" }] }),
                ),
                &[],
            ),
            case(
                r#"{"statuses":[{"id":"gBEGFVUBABIwAglUqyPPGFuConA","message":{"recipient_id":"+15550100123"},"type":"message","status":"sent","timestamp":"1757938530","conversation":{"id":"c1","expiration_timestamp":1758024930,"origin":{"type":"utility"}},"pricing":{"pricing_model":"CBP","billable":true,"category":"utility"}}]}"#,
                webhook(
                    json!({ "statuses": [{ "id": id, "recipient_id": "15550100123", "status": "sent", "timestamp": "1757938530", "conversation": { "id": "c1", "expiration_timestamp": "1758024930", "origin": { "type": "utility" } }, "pricing": { "pricing_model": "CBP", "billable": true, "category": "utility" } }] }),
                ),
                &[],
            ),
            case(
                r#"{"statuses":[{"id":"gBEGFVUBABIwAglUqyPPGFuConA","status":"failed","timestamp":"1757938530","message":{"recipient_id":"15550100123"},"recipient_id":"15550100123","type":"message","errors":[{"code":470,"title":"Re-engagement message","details":"More than 24 hours"},{"code":1013,"title":"User is not valid"}]}]}"#,
                webhook(
                    json!({ "statuses": [{ "id": id, "status": "failed", "timestamp": "1757938530", "recipient_id": "15550100123", "errors": [{ "code": 131_047, "title": "Re-engagement message", "message": "Re-engagement message", "error_data": { "details": "More than 24 hours" } }, { "code": 131_026, "title": "User is not valid", "message": "User is not valid" }] }] }),
                ),
                &[],
            ),
            case(
                r#"{"statuses":[{"id":"gBEGFVUBABIwAglUqyPPGFuConA","recipient_id":"15550100123","status":"deleted","timestamp":"1757938530"},{"id":"gBEGFVUBABIwAglUqyPPGFuConA","recipient_id":"15550100123","status":"warning","timestamp":"1757938530"}]}"#,
                webhook(
                    json!({ "statuses": [{ "id": id, "recipient_id": "15550100123", "status": "deleted", "timestamp": "1757938530" }, { "id": id, "recipient_id": "15550100123", "status": "warning", "timestamp": "1757938530" }] }),
                ),
                &[
                    "status-value /entry/0/changes/0/value/statuses/0/status",
                    "status-value /entry/0/changes/0/value/statuses/1/status",
                ],
            ),
        ],
    );
}

#[test]
fn errors_of_the_client_itself_get_their_envelope_and_shape() {
    assert_each(
        NUMBER,
        vec![case(
            r#"{"errors":[{"code":400,"title":"Media download error","details":"Failed to download the media","href":"https://errors.example.com"}]}"#,
            webhook(
                json!({ "errors": [{ "code": 131_052, "title": "Media download error", "message": "Media download error", "error_data": { "details": "Failed to download the media" }, "href": "https://errors.example.com" }] }),
            ),
            &[],
        )],
    );
}

#[test]
fn answers_become_those_of_cloud_api() {
    assert_each(
        "",
        vec![
            case(
                r#"{"messages":[{"id":"gBEGFVUBABIwAgkWe8k-1bS17Ic"}],"meta":{"api_status":"stable","version":"2.53.1"}}"#,
                json!({ "messaging_product": "whatsapp", "messages": [{ "id": "gBEGFVUBABIwAgkWe8k-1bS17Ic" }] }),
                &[],
            ),
            case(
                "{\n\t\"meta\": {\"api_status\": \"stable\"},\n\t\"contacts\": [{\"input\": \"+1 555 010 0123\", \"wa_id\": \"15550100123\"}],\n\t\"messages\": [{\"id\": \"sent-1\"}]\n}",
                json!({ "messaging_product": "whatsapp", "contacts": [{ "input": "+1 555 010 0123", "wa_id": "15550100123" }], "messages": [{ "id": "sent-1" }] }),
                &[],
            ),
            case(
                r#"{"meta":{"api_status":"stable","version":"2.53.1"},"errors":[{"code":1008,"title":"Required parameter is missing","details":"The parameter text is missing"}]}"#,
                json!({ "error": { "message": "Required parameter is missing", "code": 131_008, "error_data": { "messaging_product": "whatsapp", "details": "The parameter text is missing" } } }),
                &[],
            ),
            case(
                r#"{"errors":[{"href":"https://errors.example.com","code":1014,"title":"Internal error"}],"meta":{"api_status":"stable","version":"2.53.1"}}"#,
                json!({ "error": { "message": "Internal error", "code": 131_000, "error_data": { "messaging_product": "whatsapp" } } }),
                &[],
            ),
            case(
                r#"{"errors":[{"code":1008,"title":"One","details":"a"},{"code":1009,"title":"Two","details":"b"}],"meta":{"api_status":"stable"}}"#,
                json!({ "errors": [{ "code": 131_008, "title": "One", "details": "a" }, { "code": 131_009, "title": "Two", "details": "b" }], "meta": { "api_status": "stable" } }),
                &["error-shape /errors/0", "error-shape /errors/1", "response-meta /meta"],
            ),
            case(
                r#"{"media":[{"id":"0b8f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c11"}],"meta":{"api_status":"stable","version":"2.53.1"}}"#,
                json!({ "id": "9131233515985345" }),
                &[],
            ),
            case(
                r#"{"media":[{"id":"2d0b9f20-8b7e-4f86-9e9d-5b3f4c10ae33"}]}"#,
                json!({ "media": [{ "id": "2d0b9f20-8b7e-4f86-9e9d-5b3f4c10ae33" }] }),
                &["onprem-media-id /media/0/id"],
            ),
            case(
                r#"{"contacts":[{"input":"+1 555 010 0123","status":"valid","wa_id":"15550100123"}],"meta":{"api_status":"stable"}}"#,
                json!({ "contacts": [{ "input": "+1 555 010 0123", "status": "valid", "wa_id": "15550100123" }] }),
                &["contacts-check "],
            ),
            case(
                r#"{"blocking":"wait","contacts":["+15550100123"],"force_check":true}"#,
                json!({ "blocking": "wait", "contacts": ["+15550100123"], "force_check": true }),
                &["contacts-check "],
            ),
        ],
    );
}

#[test]
fn an_answer_that_got_its_product_is_one_of_cloud_api() {
    let cured = cure(r#"{"messages":[{"id":"sent-1"}],"meta":{"api_status":"stable"}}"#, With::default(), Level::Safe);
    assert_eq!(cured.form.map(waport::form::Form::as_str), Some("cloud/send-response"));
}

#[test]
fn a_declared_form_never_wraps_what_has_its_envelope() {
    let declared = "[[form]]\npath = \"**\"\nform = \"onprem/webhook\"\n";
    let config = format!("{NUMBER}{declared}");
    let status = json!({ "statuses": [{ "id": "wamid.HBgLMTU1NTAxMDAxMjMVAgARGBJDQTIz", "recipient_id": "15550100123", "status": "read", "timestamp": "1757938530" }] });
    let whole = webhook(status.clone());
    let inner = whole["entry"][0]["changes"][0]["value"].clone();
    for (body, left) in [(whole.clone(), &[][..]), (whole["entry"][0].clone(), &[]), (inner, &["webhook-envelope "])] {
        let text = body.to_string();
        let cured = cure(&text, With { config: &config, ..With::default() }, Level::Unsafe);
        assert_eq!(cured.text, text);
        assert_eq!(told(&cured), left, "{text}");
    }
    let bare = cure(&status.to_string(), With { config: &config, ..With::default() }, Level::Safe);
    assert_eq!(parsed(&bare.text), whole);
}

#[test]
fn every_flagged_fixture_comes_to_rest_and_stays_what_it_was_in_all_else() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/rules");
    let mut files = 0;
    for rule in std::fs::read_dir(root).expect("the fixtures") {
        let Ok(flagged) = std::fs::read_dir(rule.expect("a rule").path().join("flagged")) else { continue };
        for file in flagged.map(|file| file.expect("a file").path()) {
            let Ok(body) = std::fs::read_to_string(&file) else { continue };
            if file.extension().is_none_or(|ending| ending != "json")
                || !check(&body, &With::default().options(None)).faults.is_empty()
            {
                continue;
            }
            for most in [Level::Safe, Level::Unsafe] {
                let with = With { config: NUMBER, media: MAP, remembered: false };
                let cured = cure(&body, with, most);
                let again = cure(&cured.text, with, most);
                assert_eq!(again.text, cured.text, "{}", file.display());
                assert!(
                    check(&cured.text, &with.options(None)).faults.is_empty(),
                    "{}:\n{}",
                    file.display(),
                    cured.text
                );
                files += 1;
            }
        }
    }
    assert!(files > 500, "{files}");
}
