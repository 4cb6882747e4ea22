//! `waport explain` for what is no rule: error codes, endpoints, Graph versions.

mod program;

use program::Project;

fn explain(words: &[&str]) -> String {
    let run = Project::new().run(&[&["explain"], words].concat());
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{words:?}");
    run.text().to_owned()
}

fn refused(words: &[&str]) -> String {
    let run = Project::new().run(&[&["explain"], words].concat());
    assert_eq!((run.code, run.text()), (2, ""), "{words:?}");
    run.err
}

#[test]
fn a_code_of_the_old_api_names_its_counterpart() {
    let page = "\
# Error code 470

error code of On-Premises API; counterpart: confidence high

On-Premises API: more than 24 hours since the user's last message.

## What Cloud API says instead

- 131047: more than 24 hours since the user's last message

The counterpart is sure: `error-code` replaces the code as a safe fix.
";
    assert!(explain(&["470"]).starts_with(page), "{}", explain(&["470"]));
    assert_eq!(explain(&["(#470)"]), explain(&["470"]));
}

#[test]
fn a_doubtful_counterpart_is_called_doubtful_on_its_line() {
    assert!(explain(&["403"]).contains("\n- 10: permission not granted or withdrawn (not sure)\n- 200: "));
    assert!(explain(&["480"]).contains("\n- 137000: identity key hash differs (likely, not sure)\n"));
    let gone = explain(&["1017"]);
    assert!(gone.contains("no counterpart") && !gone.contains("safe fix"), "{gone}");
}

#[test]
fn a_cloud_code_names_the_codes_that_became_it() {
    let page = explain(&["131047"]);
    assert!(page.starts_with("# Error code 131047\n\nerror code of Cloud API; confidence high\n"), "{page}");
    assert!(page.contains("## What On-Premises API said\n\n- 470: "), "{page}");
    let many = explain(&["131000"]);
    assert!(["- 500: ", "- 1000: ", "- 1014: ", "- 1027: "].iter().all(|code| many.contains(code)), "{many}");
    assert!(explain(&["250"]).contains("the codes 200 to 299 are listed together"));
    assert!(explain(&["131043"]).contains("current lists no longer have"));
}

#[test]
fn an_endpoint_is_known_however_it_is_written() {
    let page = explain(&["/v1/messages/{message-id}"]);
    assert!(
        page.starts_with("# /v1/messages/{message-id}\n\nendpoint of On-Premises API; methods: PUT; confidence high\n")
    );
    assert!(page.contains("## On Cloud API\n\n`POST /{phone-number-id}/messages`\n"), "{page}");
    for same in [
        "/v1/messages/gBEGFVUBABIwAglUqyPPGFuConA",
        "v1/messages/{{id}}",
        "/v1/messages/{id}/?async=true",
        "https://wa.example.com:9090/v1/messages/{id}",
        "{{host}}/v1/messages/:id",
        "https://gateway.example.com/whatsapp/v1/messages/%s",
        "PUT /v1/messages/{id}",
    ] {
        assert_eq!(explain(&[same]), page, "{same}");
    }
    assert_eq!(explain(&["PUT", "/v1/messages/{id}"]), page);
    assert!(explain(&["GET", "/v1/messages/{id}"]).contains("GET is not among the methods"));
    assert!(explain(&["/v1/contacts"]).contains("Nothing takes its place."));
    assert!(explain(&["/v1/services/message/gc"]).contains("Nothing takes its place (not sure)."));
}

#[test]
fn an_endpoint_of_cloud_names_what_came_before() {
    let page = explain(&["--today", "2026-09-24", "https://graph.facebook.com/v20.0/307050901020406/messages"]);
    assert!(page.contains("endpoint of Cloud API") && page.contains("- /v1/messages (POST): send a message"), "{page}");
    assert!(page.contains("## Graph version v20.0\n\nversion of Graph API, expired as of 2026-09-24"), "{page}");
    assert!(page.contains("## The host\n\ngraph.facebook.com: Cloud API."), "{page}");
    assert!(explain(&["https://waba-v2.360dialog.io/messages"]).contains("a host of 360dialog"));
}

#[test]
fn a_version_is_expired_or_not_as_of_a_day() {
    let before = explain(&["v20.0", "--today", "2026-09-23"]);
    assert!(before.contains("not expired as of 2026-09-23; confidence high\n"), "{before}");
    assert!(before.contains("expires on 2026-09-24") && !before.contains("What to do"), "{before}");
    let after = explain(&["v20.0", "--today", "2026-09-24"]);
    assert!(after.contains("version of Graph API, expired as of 2026-09-24;"), "{after}");
    assert!(after.contains("On 2026-09-24 that is v21.0.") && after.contains("Call v26.0"), "{after}");
    assert!(explain(&["v3.2", "--today", "2026-09-24"]).contains("Older than v12.0"));
    assert!(explain(&["v19.0"]).contains("expired on 2026-05-21"), "the day of today is known");
}

#[test]
fn what_is_not_known_is_refused_with_the_nearest() {
    assert!(refused(&["media-lnk"]).contains("`media-link`"));
    assert!(refused(&["nothing-like-it"]).contains("waport rules"));
    assert!(refused(&["999"]).contains("no error code 999"));
    assert!(refused(&["/v1/contact"]).contains("`/v1/contacts`"));
    assert!(refused(&["/lamps/bright"]).contains("no endpoint `/lamps/bright`"));
    assert!(refused(&["v99.0"]).contains("the newest there is v26.0"));
    assert!(refused(&["v20.0", "--today", "24.9.2026"]).contains("YYYY-MM-DD"));
    assert!(refused(&["\u{1b}[2J/x"]).chars().all(|c| c != '\u{1b}'));
}

#[test]
fn every_code_of_the_table_has_a_page_with_sources() {
    let table: serde_json::Value =
        serde_json::from_str(include_str!("../schemas/tables/error-codes.json")).expect("the table");
    // One of many, so that the test stays quick.
    for row in table["onprem"].as_array().expect("rows").iter().step_by(9) {
        let page = explain(&[&row["code"].to_string()]);
        assert!(
            page.contains(row["title"].as_str().expect("a title")) && page.contains("\n## Sources\n\n- "),
            "{page}"
        );
    }
}

#[test]
fn a_media_type_says_as_what_it_is_taken_and_refused() {
    let page = explain(&["image/webp"]);
    assert!(page.contains("\nTaken as `sticker`.\n") && page.contains("\nRefused as `image`"), "{page}");
    assert!(explain(&["sticker"]).contains("500 KB, 100 KB if it does not move"));
    assert!(explain(&["application/zip"]).contains("\nNot in the table"));
    // A path keeps its slash, and is none of these.
    assert!(refused(&["/image/webp"]).contains("there is no endpoint"));
}
