//! Clients against sockets of these tests: what goes where, and what a lost answer is taken for.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use secrecy::SecretString;
use ureq::http::Method;
use url::Url;

use super::graph::{Graph, Registration};
use super::onprem::{Login, OnPrem};
use super::{Answer, Body, Client, Failure, Patience, Redactor, Served};
use crate::config::migrate::Trust;

/// Set in the process in which a test runs a second time.
const AGAIN: &str = "WAPORT_TEST_AGAIN";

fn client(url: &str) -> Client {
    let patience = Patience { connect: Duration::from_secs(5), call: Duration::from_secs(5) };
    let url = Url::parse(url).expect("a URL");
    Client::new(&url, &Trust::Public, Path::new(""), patience, Redactor::default()).expect("a client")
}

fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    (listener, address)
}

/// Whether a connection waits to be taken.
fn was_called(listener: &TcpListener) -> bool {
    listener.set_nonblocking(true).expect("not to wait");
    listener.accept().is_ok()
}

/// Reads the head of a request.
fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        head.extend(byte);
    }
    String::from_utf8(head).expect("a head in UTF-8")
}

/// Reads a request, since a connection that is closed with something unread is reset. Gives its head.
fn request(stream: &mut TcpStream) -> String {
    let head = head(stream);
    let length =
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    stream.read_exact(&mut vec![0; length.unwrap_or(0)]).expect("a body");
    head
}

/// Takes one request, and answers it with these bytes before the connection is closed.
fn answer_one(listener: TcpListener, answer: String) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let head = request(&mut stream);
        stream.write_all(answer.as_bytes()).expect("an answer");
        head
    })
}

/// Runs a test of this file again with variables of the environment, which a process cannot safely change for itself.
fn run_again(test: &str, variables: &[(&str, &str)]) {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_ascii_lowercase());
    }
    command.args(["--exact", &format!("net::tests::{test}")]).env(AGAIN, "1").envs(variables.iter().copied());
    let output = command.output().expect("this program");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{variables:?}\n{said}");
}

#[test]
fn a_proxy_never_sees_what_goes_in_clear_or_stays_on_this_machine() {
    if std::env::var_os(AGAIN).is_none() {
        for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "http_proxy"] {
            let (proxy, address) = listen();
            let test = "a_proxy_never_sees_what_goes_in_clear_or_stays_on_this_machine";
            run_again(test, &[(name, &format!("http://{address}"))]);
            assert!(!was_called(&proxy), "{name}");
        }
        return;
    }
    let (server, address) = listen();
    let heard = answer_one(server, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}".to_owned());
    let here = client(&format!("http://{address}"));
    assert_eq!(here.proxy(), None);
    assert_eq!(here.call(&Method::GET, "a", &[], None).expect("an answer").status, 200);
    assert!(heard.join().expect("the server").starts_with("GET /a "));
    // To this machine with TLS: nobody listens there any more, and the proxy is not asked.
    let gone = client(&format!("https://{address}"));
    assert_eq!(gone.proxy(), None);
    assert!(matches!(gone.call(&Method::GET, "a", &[], None), Err(Failure::NotSent(_))));
}

#[test]
fn a_proxy_in_use_is_named_without_its_password_unless_the_host_is_left_out() {
    if std::env::var_os(AGAIN).is_none() {
        let test = "a_proxy_in_use_is_named_without_its_password_unless_the_host_is_left_out";
        let proxy = ("HTTPS_PROXY", "http://user:s3cret@proxy.example.com:3128");
        return run_again(test, &[proxy, ("NO_PROXY", ".example.net")]);
    }
    let named = client("https://graph.example.com").proxy();
    assert_eq!(named.as_deref(), Some("proxy.example.com:3128"));
    for direct in ["https://wa.example.net", "https://localhost", "https://[::1]:9090", "http://graph.example.com"] {
        assert_eq!(client(direct).proxy(), None, "{direct}");
    }
}

#[test]
fn a_socks_proxy_which_is_not_supported_is_not_named() {
    if std::env::var_os(AGAIN).is_none() {
        let test = "a_socks_proxy_which_is_not_supported_is_not_named";
        return run_again(test, &[("ALL_PROXY", "socks5h://proxy.example.com:1080")]);
    }
    assert_eq!(client("https://graph.example.com").proxy(), None);
}

#[test]
fn a_request_that_the_proxy_did_not_let_through_was_not_sent() {
    if std::env::var_os(AGAIN).is_none() {
        let (proxy, address) = listen();
        let asked = answer_one(proxy, "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n".to_owned());
        let url = format!("http://user:s3cret@{address}");
        run_again("a_request_that_the_proxy_did_not_let_through_was_not_sent", &[("HTTPS_PROXY", &url)]);
        assert!(asked.join().expect("the proxy").starts_with("CONNECT graph.example.com:443 "));
        return;
    }
    let failure = client("https://graph.example.com").call(&Method::GET, "a", &[], None).expect_err("refused");
    let said = failure.to_string();
    assert!(matches!(failure, Failure::NotSent(_)), "{failure:?}");
    assert!(
        said.starts_with("graph.example.com by the proxy 127.0.0.1:")
            && said.contains("407")
            && !said.contains("s3cret"),
        "{said}"
    );
}

#[test]
fn what_a_server_repeats_of_a_login_is_taken_out() {
    let (server, address) = listen();
    let body = r#"{"errors": [{"code": 1005, "title": "no", "details": "Basic dXNlcjpwYXNzd29yZA== dXNlcjpwYXNzd29yZA
        dXNlcjpwYXNzd29yZA%3D%3D password"}]}"#;
    let body = body.replace('\n', "");
    let length = body.len();
    let heard = answer_one(server, format!("HTTP/1.1 401 No\r\nContent-Length: {length}\r\n\r\n{body}"));
    let (user, password) = (SecretString::from("user"), SecretString::from("password"));
    let login = Login::Password(&user, &password);
    let error = OnPrem::log_in(client(&format!("http://{address}")), login).expect_err("refused").to_string();
    assert!(heard.join().expect("the server").contains("Basic dXNlcjpwYXNzd29yZA=="));
    assert!(error.contains("error 1005: no") && error.contains(Redactor::MARK), "{error}");
    assert!(!error.contains("dXNlc") && !error.contains("password"), "{error}");
}

#[test]
fn what_was_answered_is_not_shown() {
    let answer = |body| format!("{:?}", Answer { status: 200, body, retry_after: Some(7) });
    let json = serde_json::json!({ "users": [{ "token": "s3cret" }] });
    assert_eq!(answer(Body::Json(json)), "Answer { status: 200, body: Json(30 bytes), .. }");
    assert_eq!(answer(Body::Other("s3cret".to_owned())), "Answer { status: 200, body: Other, .. }");
    assert_eq!(answer(Body::Broken("s3cret".to_owned())), "Answer { status: 200, body: Broken, .. }");
    let served = Served { media_type: "s3cret".to_owned(), bytes: b"s3cret".to_vec() };
    assert_eq!(format!("{served:?}"), "Served(6 bytes)");
}

#[test]
fn a_registration_that_was_no_success_proves_nothing_and_does_not_pass() {
    let [pin, password, metadata] = ["123456", "backup-password", "TUVUQQ"].map(SecretString::from);
    let registration = Registration { pin: &pin, password: &password, metadata: &metadata };
    let register = |status: &str, body: &str| {
        let (server, address) = listen();
        let length = body.len();
        let heard = answer_one(server, format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}"));
        let result = Graph::new(client(&format!("http://{address}")), "v26.0").register("1", registration);
        assert!(heard.join().expect("the server").starts_with("POST /v26.0/1/register "));
        result
    };
    for (status, body) in [("200 OK", r#"{"success": false}"#), ("503 No", r#"{"success": "false"}"#)] {
        let error = register(status, body).expect_err(body);
        let said = format!("answered {} with `success` false", &status[..3]);
        assert!(error.what.ends_with(&said), "{error}");
        assert!(!error.proves_refusal && !error.passes, "{error:?}");
    }
    // Where an error says why, that is told, but an answer that says two things proves none.
    let body = r#"{"success": false, "error": {"code": 133005, "message": "no"}}"#;
    let error = register("400 No", body).expect_err(body);
    assert!(error.what.contains("error 133005: no") && !error.proves_refusal && !error.passes, "{error:?}");
    assert!(register("200 OK", r#"{"success": true}"#).is_ok());
}

#[test]
fn a_subscription_that_was_no_success_may_be_tried_again() {
    let (server, address) = listen();
    let body = r#"{"success": false}"#;
    let length = body.len();
    let heard = answer_one(server, format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}"));
    let error = Graph::new(client(&format!("http://{address}")), "v26.0").subscribe("1").expect_err("no success");
    assert!(heard.join().expect("the server").starts_with("POST /v26.0/1/subscribed_apps "));
    assert!(error.passes && !error.proves_refusal, "{error:?}");
}

#[test]
fn a_redirect_is_not_followed() {
    let (elsewhere, other) = listen();
    let (server, address) = listen();
    let answer = format!("HTTP/1.1 302 Found\r\nLocation: http://{other}/v26.0/1\r\nContent-Length: 0\r\n\r\n");
    let heard = answer_one(server, answer);
    let client = client(&format!("http://{address}")).with_bearer(&SecretString::from("EAAtoken"));
    let answer = client.call(&Method::GET, "v26.0/1", &[], None).expect("an answer");
    assert_eq!(answer.status, 302);
    assert!(heard.join().expect("the server").to_ascii_lowercase().contains("authorization: bearer eaatoken"));
    assert!(!was_called(&elsewhere), "the redirect was followed");
}

#[test]
fn a_request_whose_answer_is_lost_may_have_arrived() {
    let (server, address) = listen();
    let heard = answer_one(server, String::new());
    let client = client(&format!("http://{address}"));
    let failure = client.call(&Method::POST, "a", &[], Some(&serde_json::json!({}))).expect_err("no answer");
    assert!(heard.join().expect("the server").starts_with("POST /a "));
    assert!(matches!(failure, Failure::Unknown(_)), "{failure:?}");
}

#[test]
fn a_request_to_a_closed_port_was_not_sent() {
    let (server, address) = listen();
    drop(server);
    let failure = client(&format!("http://{address}")).call(&Method::POST, "a", &[], None).expect_err("no connection");
    assert!(matches!(failure, Failure::NotSent(_)), "{failure:?}");
}
