//! Looking at media links from here: what their servers say, and what Cloud API would mind of it.
//!
//! What is found holds for the place that it is looked at from. Which hosts Cloud API refuses is not known, so only a
//! message that is sent proves a host.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use url::Url;

use super::fit::fit;
use super::link::without_secrets;
use crate::finding::Severity;
use crate::net::visitor::{Absence, Head, Visitor};
use crate::scan::Spots;
use crate::tree::hole;

/// How many redirects are followed.
const MOST_REDIRECTS: usize = 5;

/// Somebody who looks at links.
pub trait Look: Sync {
    /// What is at an address.
    ///
    /// # Errors
    /// When there is no answer.
    fn head(&self, url: &Url) -> Result<Head, Absence>;
}

impl Look for Visitor {
    fn head(&self, url: &Url) -> Result<Head, Absence> {
        Visitor::head(self, url)
    }
}

/// A link in payloads.
#[derive(Clone, Debug, Default)]
pub struct Use {
    /// What it stands for, such as `image`.
    pub kinds: BTreeSet<&'static str>,
    /// Where.
    pub spots: Spots,
}

/// What is known of a link.
#[derive(Clone, Debug)]
pub struct Probed {
    /// The link, without what may be secret in it.
    pub link: String,
    /// Where it leads to, when it redirects: each address, without what may be secret in it.
    pub redirects: Vec<String>,
    /// What its server says in the end.
    pub head: Option<Head>,
    /// What Cloud API would mind, and what is to be known.
    pub remarks: Vec<Remark>,
    /// What it is used for, and where.
    pub used: Use,
}

/// What Cloud API would mind, or what is to be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, and why Cloud API minds.
    pub what: String,
    /// What to do.
    pub advice: &'static str,
}

impl Probed {
    /// Whether Cloud API would not take it.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        self.remarks.iter().any(|remark| remark.severity == Severity::Error)
    }
}

/// How many links were looked at so far.
#[derive(Debug, Default)]
pub struct Progress {
    /// These.
    pub links: AtomicU64,
}

/// Looks at links: at several hosts at a time, at one link of a host at a time. Once `stop` is set nothing more begins.
pub fn probe(
    links: BTreeMap<String, Use>,
    look: &dyn Look,
    connections: NonZeroUsize,
    stop: &AtomicBool,
    progress: &Progress,
) -> Vec<Probed> {
    let mut by_host: BTreeMap<String, Vec<(String, Use)>> = BTreeMap::new();
    for (link, used) in links {
        let host = Url::parse(&link).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        by_host.entry(host).or_default().push((link, used));
    }
    let queues: Vec<Vec<(String, Use)>> = by_host.into_values().collect();
    let asking = Asking { look, busy: Mutex::default() };
    let (next, probed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..connections.get().min(queues.len()) {
            scope.spawn(|| {
                while let Some(queue) = queues.get(next.fetch_add(1, Ordering::SeqCst)) {
                    for (link, used) in queue {
                        if stop.load(Ordering::SeqCst) {
                            return;
                        }
                        let one = asking.probe(link, used);
                        progress.links.fetch_add(1, Ordering::Relaxed);
                        probed.lock().unwrap_or_else(PoisonError::into_inner).push((link.clone(), one));
                    }
                }
            });
        }
    });
    let mut probed = probed.into_inner().unwrap_or_else(PoisonError::into_inner);
    probed.sort_by(|a, b| a.0.cmp(&b.0));
    probed.into_iter().map(|(_, one)| one).collect()
}

struct Asking<'a> {
    look: &'a dyn Look,
    /// The hosts that somebody asks; redirects lead from one to the other.
    busy: Mutex<BTreeMap<String, Arc<Mutex<()>>>>,
}

impl Asking<'_> {
    fn probe(&self, link: &str, used: &Use) -> Probed {
        let mut probed = Probed {
            link: without_secrets(link),
            redirects: Vec::new(),
            head: None,
            remarks: Vec::new(),
            used: used.clone(),
        };
        if hole::any(link) {
            let what = "a part of the link is filled in when the message is made, so that it was not looked at";
            probed.remark(Severity::Note, what, "look at a link as it is sent");
            return probed;
        }
        match Url::parse(link.trim()) {
            Ok(url) if is_web(&url) => self.follow(url, &mut probed),
            _ => {
                let what = "it is no absolute URL of http or https, and Cloud API fetches only these";
                probed.remark(Severity::Error, what, "write the whole URL, `https://` included");
            }
        }
        probed
    }

    fn follow(&self, mut url: Url, probed: &mut Probed) {
        if !url.username().is_empty() || url.password().is_some() {
            let what = "it holds a user's name or a password, which was not sent; nothing says that Cloud API sends it";
            probed.remark(Severity::Warning, what, "serve the file without a password, or upload it and use its ID");
        }
        let mut plain = url.scheme() == "http";
        for redirects in 0..=MOST_REDIRECTS {
            let head = match self.head(&url) {
                Ok(head) => head,
                Err(absence) => return probed.absent(&absence),
            };
            let onwards = head.location.as_deref().filter(|_| (300..400).contains(&head.status));
            let Some(location) = onwards else {
                if redirects > 0 {
                    let what = "it redirects, and nothing says that Cloud API follows";
                    probed.remark(Severity::Note, what, "use the last address");
                }
                if plain {
                    let what = "a part of the way is http, on which anybody can change the file";
                    probed.remark(Severity::Note, what, "use https");
                }
                probed.judge(&head);
                probed.head = Some(head);
                return;
            };
            match url.join(location) {
                Ok(next) if is_web(&next) => url = next,
                _ => {
                    let what = "it redirects to what is no URL of http or https";
                    return probed.remark(Severity::Error, what, "use the address of the file itself");
                }
            }
            plain |= url.scheme() == "http";
            probed.redirects.push(without_secrets(url.as_str()));
        }
        let what = format!("it redirects more than {MOST_REDIRECTS} times");
        probed.remark(Severity::Error, &what, "use the address of the file itself");
    }

    fn head(&self, url: &Url) -> Result<Head, Absence> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let turn = Arc::clone(self.busy.lock().unwrap_or_else(PoisonError::into_inner).entry(host).or_default());
        let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.look.head(url)
    }
}

impl Probed {
    fn remark(&mut self, severity: Severity, what: &str, advice: &'static str) {
        self.remarks.push(Remark { severity, what: what.to_owned(), advice });
    }

    fn absent(&mut self, absence: &Absence) {
        let (severity, what, advice) = match absence {
            Absence::Private(_) => (
                Severity::Error,
                format!("{absence}, so that Meta's servers cannot reach it; it was not asked"),
                "host the file on a public server, or upload it and use its ID",
            ),
            Absence::NotFound(_) => (
                Severity::Warning,
                absence.to_string(),
                "look whether the host's name is right and public, and run it again",
            ),
            Absence::Certificate(_) => (
                Severity::Warning,
                format!("{absence}; nothing says that Cloud API would take it"),
                "have a certificate of a public authority made for the host",
            ),
            Absence::TimeOut(_) => (
                Severity::Warning,
                format!("{absence}; Cloud API does not wait for long either"),
                "look whether it answers from elsewhere",
            ),
            Absence::Failed(_) => (Severity::Error, absence.to_string(), "look whether the server runs"),
        };
        self.remark(severity, &what, advice);
    }

    fn judge(&mut self, head: &Head) {
        if !(200..300).contains(&head.status) {
            let what = format!("its server answers {}, and Cloud API gets no file", head.status);
            return self.remark(Severity::Error, &what, "put the file back, or change the link");
        }
        let Some(media_type) = &head.media_type else {
            let what = "its server does not say of what type the file is, and Cloud API goes by that";
            return self.remark(Severity::Error, what, "have the server send `Content-Type`");
        };
        if head.length.is_none() {
            let what = "its server does not say how long the file is, as Cloud API's documentation asks";
            self.remark(Severity::Warning, what, "have the server send `Content-Length`");
        }
        let kinds: Vec<&'static str> = self.used.kinds.iter().copied().collect();
        // Each use is judged by itself: one that fits does not help another.
        let each = kinds.iter().filter_map(|kind| fit(media_type, head.length.unwrap_or(1), None, &[*kind]).err());
        for misfit in each.collect::<Vec<_>>() {
            self.remark(Severity::Error, &misfit.why, "serve it in a type and size that Cloud API takes");
        }
    }
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.host_str().is_some()
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    type Answers<'a> = &'a [(&'static str, Head)];

    /// Answers by address; one host is inside.
    struct Web(BTreeMap<&'static str, Head>);

    impl Look for Web {
        fn head(&self, url: &Url) -> Result<Head, Absence> {
            match url.host_str() {
                Some("metadata.example.com") => Err(Absence::Private(IpAddr::from([169, 254, 169, 254]))),
                _ => self.0.get(url.as_str()).cloned().ok_or_else(|| Absence::NotFound(String::new())),
            }
        }
    }

    fn there(media_type: &str, length: u64) -> Head {
        Head { status: 200, media_type: Some(media_type.to_owned()), length: Some(length), location: None }
    }

    fn to(location: &str) -> Head {
        Head { status: 302, location: Some(location.to_owned()), ..Head::default() }
    }

    fn probed(answers: Answers<'_>, link: &str, kind: &'static str) -> Probed {
        let web = Web(answers.iter().cloned().collect());
        let used = Use { kinds: BTreeSet::from([kind]), spots: Spots::default() };
        let links = BTreeMap::from([(link.to_owned(), used)]);
        let (stop, progress) = (AtomicBool::new(false), Progress::default());
        probe(links, &web, NonZeroUsize::MIN, &stop, &progress).remove(0)
    }

    fn what(probed: &Probed) -> Vec<(Severity, &str)> {
        probed.remarks.iter().map(|remark| (remark.severity, remark.what.as_str())).collect()
    }

    #[test]
    fn a_file_as_it_should_be_has_no_remark() {
        let good =
            probed(&[("https://a.example.com/a.jpg", there("image/jpeg", 9))], "https://a.example.com/a.jpg", "image");
        assert!(good.remarks.is_empty() && good.head.is_some_and(|head| head.length == Some(9)));
    }

    #[test]
    fn type_and_size_are_judged_by_each_use() {
        let link = "https://a.example.com/a.webp";
        let bad = probed(&[("https://a.example.com/a.webp", there("image/webp", 9))], link, "image");
        assert_eq!(what(&bad), [(Severity::Error, "Cloud API does not take image/webp as image, only as sticker")]);
        let large = probed(&[("https://a.example.com/a.webp", there("video/mp4", 16_777_217))], link, "video");
        assert!(large.is_bad() && large.remarks[0].what.contains("16,777,216"));
    }

    #[test]
    fn redirects_are_followed_so_far_and_never_to_what_is_private() {
        let answers = [
            ("https://a.example.com/1", to("/2?signature=secret")),
            ("https://a.example.com/2?signature=secret", to("http://b.example.com/3")),
            ("http://b.example.com/3", there("image/png", 9)),
            ("https://a.example.com/in", to("http://metadata.example.com/")),
            ("https://a.example.com/round", to("/round")),
            ("https://a.example.com/file", to("file:///etc/passwd")),
        ];
        let good = probed(&answers, "https://me:secret@a.example.com/1", "image");
        assert_eq!(good.link, "https://a.example.com/1");
        let good = probed(&answers, "https://a.example.com/1", "image");
        assert_eq!(good.redirects, ["https://a.example.com/2?…", "http://b.example.com/3"]);
        assert!(!good.is_bad() && good.remarks.len() == 2, "{good:?}");
        let inside = probed(&answers, "https://a.example.com/in", "image");
        assert!(inside.is_bad() && inside.remarks[0].what.contains("169.254.169.254"));
        assert!(probed(&answers, "https://a.example.com/round", "image").remarks[0].what.contains("more than 5"));
        assert!(probed(&answers, "https://a.example.com/file", "image").is_bad());
    }

    #[test]
    fn what_stands_before_the_host_is_not_shown_of_what_is_no_url_either() {
        for (link, shown) in [
            ("//me:secret@a.example.com/x", "//a.example.com/x"),
            ("//me:sec@ret@a.example.com/x?s=secret", "//a.example.com/x"),
            ("//me:sec/ret@a.example.com/x", "//a.example.com/x"),
            ("//me:sec?ret@a.example.com/x", "//…"),
            ("me:secret@a.example.com/x", "a.example.com/x"),
            ("me:sec//ret@a.example.com//x", "a.example.com//x"),
            ("https://me:secret@{{host}}/x#secret", "https://{{host}}/x"),
            ("https://me:secret@a.example.com/x?secret", "https://a.example.com/x?…"),
            ("/images/1.jpg?mail=secret@example.com", "/images/1.jpg"),
            ("images/1.jpg", "images/1.jpg"),
        ] {
            assert_eq!(without_secrets(link), shown, "{link}");
        }
        assert_eq!(probed(&[], "//me:secret@a.example.com/x", "image").link, "//a.example.com/x");
    }

    #[test]
    fn what_is_no_link_is_not_looked_at() {
        assert!(probed(&[], "ftp://a.example.com/1", "image").is_bad());
        assert!(probed(&[], "images/1.jpg", "image").is_bad());
        let open = probed(&[], "https://{{host}}/1", "image");
        assert!(!open.is_bad() && open.remarks.len() == 1, "{open:?}");
    }
}
