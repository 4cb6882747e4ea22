//! `waport media probe`: what it says of links, and where it does not go.

#![cfg(feature = "net")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use waport::migrate::simulate::{Setup, Simulators};

/// A server that answers by path, and what it was asked.
struct Server {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(answers: &[(&str, &str)]) -> Self {
        let answers: BTreeMap<String, String> =
            answers.iter().map(|(path, answer)| ((*path).to_owned(), (*answer).to_owned())).collect();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut head = String::new();
                while reader.read_line(&mut head).unwrap_or(0) > 2 {
                    if head.ends_with("\r\n\r\n") {
                        break;
                    }
                }
                log.lock().unwrap().push(head.clone());
                let line: Vec<&str> = head.lines().next().unwrap_or_default().split(' ').collect();
                let [method, path, ..] = line[..] else { continue };
                let answer = answers.get(&format!("{method} {path}")).or_else(|| answers.get(path));
                let answer = answer.map_or("404 Not Found\r\nContent-Length: 0", String::as_str);
                let _ = write!(stream, "HTTP/1.1 {answer}\r\nConnection: close\r\n\r\n");
            }
        });
        Self { url, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Probes links of images.
fn probe(named: &[String], args: &[&str]) -> (Output, Value) {
    let folder = tempfile::tempdir().unwrap();
    let message = |link: &String| {
        let image = serde_json::json!({ "link": link });
        serde_json::json!({ "to": "15550100123", "type": "image", "image": image }).to_string()
    };
    let written: Vec<String> = named.iter().map(message).collect();
    std::fs::write(folder.path().join("sent.ndjson"), written.join("\n")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_waport"));
    command.args(["media", "probe", "--output-format", "json", "sent.ndjson"]).args(args);
    let output = command.current_dir(folder.path()).stdin(Stdio::null()).output().unwrap();
    let json = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    (output, json)
}

fn remarks(json: &Value, number: usize) -> String {
    let remarks = json["links"][number]["remarks"].as_array().unwrap().iter();
    let text = |remark: &Value, key: &str| remark[key].as_str().unwrap().to_owned();
    remarks.map(|remark| [text(remark, "severity"), text(remark, "message")].join(": ") + "\n").collect()
}

#[test]
fn status_type_size_and_redirects_are_shown() {
    let server = Server::start(&[
        ("/1.jpg", "200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 1000"),
        ("/2.gif", "200 OK\r\nContent-Type: image/gif\r\nContent-Length: 1000"),
        ("/3.png", "200 OK\r\nContent-Type: image/png; charset=binary\r\nContent-Length: 6000000"),
        ("/4", "302 Found\r\nLocation: /1.jpg?signature=secret\r\nContent-Length: 0"),
        ("/1.jpg?signature=secret", "200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 7"),
        ("HEAD /5.jpg", "405 Method Not Allowed\r\nContent-Length: 0"),
        (
            "GET /5.jpg",
            "206 Partial Content\r\nContent-Type: image/jpeg\r\nContent-Range: bytes 0-0/512\r\nContent-Length: 1",
        ),
    ]);
    let paths = ["1.jpg", "2.gif", "3.png", "4", "5.jpg", "6.jpg"];
    let links = paths.map(|path| format!("{}/{path}", server.url));
    let (output, json) = probe(&links, &["--allow-private"]);
    assert_eq!(output.status.code(), Some(1), "{json:#}");
    let field = |number: usize, key: &str| json["links"][number][key].clone();
    assert_eq!(
        (field(0, "status"), field(0, "type"), field(0, "bytes")),
        (200.into(), "image/jpeg".into(), 1000.into())
    );
    assert!(!remarks(&json, 0).contains("error"));
    assert!(remarks(&json, 1).contains("error: Cloud API does not take image/gif as image"));
    assert!(remarks(&json, 2).contains("5,242,880"));
    assert_eq!(field(3, "redirects"), serde_json::json!([format!("{}/1.jpg?…", server.url)]));
    assert_eq!((field(4, "status"), field(4, "bytes")), (200.into(), 512.into()));
    assert!(remarks(&json, 5).contains("answers 404"));
    assert!(!String::from_utf8_lossy(&output.stdout).contains("secret"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Only a message that is sent proves"));
}

#[test]
fn what_is_not_public_is_not_asked() {
    let server = Server::start(&[]);
    let port = server.url.rsplit(':').next().unwrap();
    let links = [
        server.url.clone(),
        format!("http://localhost:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://2130706433:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
    ];
    let (output, json) = probe(&links, &[]);
    assert_eq!(output.status.code(), Some(1));
    for number in 0..json["links"].as_array().unwrap().len() {
        assert!(remarks(&json, number).contains("not a public address"), "{json:#}");
    }
    assert!(server.asked().is_empty());
}

#[test]
fn no_credentials_go_out() {
    let server = Server::start(&[("/1.jpg", "200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 9")]);
    let link = format!("{}/1.jpg", server.url.replace("http://", "http://me:open-sesame@"));
    let (output, json) = probe(&[link], &["--allow-private"]);
    assert!(remarks(&json, 0).contains("warning: it holds a user's name"));
    let asked = server.asked().concat().to_ascii_lowercase();
    assert!(asked.contains("head /1.jpg") && !asked.contains("authorization") && !asked.contains("sesame"), "{asked}");
    assert!(!String::from_utf8_lossy(&output.stdout).contains("sesame"));
}

#[test]
fn a_certificate_that_nobody_knows_is_told() {
    let simulators = Simulators::start(Setup::default()).unwrap();
    let (_, json) = probe(&[format!("{}/1.jpg", simulators.onprem_url())], &["--allow-private"]);
    assert!(remarks(&json, 0).contains("warning: its certificate does not lead to a public authority"), "{json:#}");
}

#[test]
fn a_name_that_cannot_be_looked_up_is_told_and_proves_nothing() {
    let (output, json) = probe(&["https://nowhere.invalid/1.jpg".to_owned()], &[]);
    assert!(remarks(&json, 0).contains("warning: its name could not be looked up"), "{json:#}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_link_in_code_counts_once_as_it_does_in_the_list_of_links() {
    let folder = tempfile::tempdir().unwrap();
    let code = "const media = { link: 'ftp://media.example.com/1.jpg' };\n\
                const one = { messaging_product: 'whatsapp', to: '15550100123', type: 'image', image: media };\n\
                const two = { messaging_product: 'whatsapp', to: '15550100124', type: 'image', image: media };\n";
    std::fs::write(folder.path().join("send.js"), code).unwrap();
    let run = |command: &str| -> Value {
        let mut program = Command::new(env!("CARGO_BIN_EXE_waport"));
        program.args(["media", command, "--output-format", "json", "send.js"]).current_dir(folder.path());
        serde_json::from_slice(&program.output().unwrap().stdout).unwrap()
    };
    assert_eq!(run("probe")["links"][0]["count"], 1);
    assert_eq!(run("links")["hostless"]["free_form"]["count"], 1);
}
