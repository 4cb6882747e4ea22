//! Invented lines of archives, the same on every machine.

#![allow(dead_code, reason = "each benchmark uses some of it")]

use std::fmt::Write as _;

/// An archive of at least `size` bytes: of its lines half are webhooks of Cloud API, a quarter messages to
/// it, a quarter in the On-Premises form. Three in a hundred are wrong in a way of their own.
pub fn archive(size: usize) -> String {
    let mut dice = Dice(20_251_023);
    let mut archive = String::with_capacity(size + 4096);
    while archive.len() < size {
        let wrong = dice.chance(3);
        let line = match dice.below(8) {
            0..4 => cloud_webhook(&mut dice, wrong),
            4..6 => cloud_message(&mut dice, wrong),
            6 => onprem_webhook(&mut dice, wrong),
            _ => onprem_message(&mut dice, wrong),
        };
        archive.push_str(&line);
        archive.push('\n');
    }
    archive
}

/// An archive of at least `size` bytes, all in the On-Premises form: half webhooks, half messages.
pub fn onprem(size: usize) -> String {
    let mut dice = Dice(20_251_023);
    let mut archive = String::with_capacity(size + 4096);
    while archive.len() < size {
        let wrong = dice.chance(3);
        let line = if dice.chance(50) { onprem_webhook(&mut dice, wrong) } else { onprem_message(&mut dice, wrong) };
        archive.push_str(&line);
        archive.push('\n');
    }
    archive
}

/// The generator `SplitMix64`: small, and good enough for made-up payloads.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.roll() % limit
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, some: &[T]) -> T {
        let index = usize::try_from(self.below(some.len() as u64)).unwrap_or(0);
        some[index]
    }

    /// Characters out of `set`, which is ASCII.
    fn string(&mut self, set: &str, length: usize) -> String {
        (0..length).map(|_| char::from(self.pick(set.as_bytes()))).collect()
    }

    fn digits(&mut self, length: usize) -> String {
        format!("1{}", self.string("0123456789", length - 1))
    }

    fn hex(&mut self, length: usize) -> String {
        self.string("0123456789abcdef", length)
    }

    fn letters(&mut self, length: usize) -> String {
        self.string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length)
    }

    fn uuid(&mut self) -> String {
        format!("{}-{}-4{}-8{}-{}", self.hex(8), self.hex(4), self.hex(3), self.hex(3), self.hex(12))
    }

    fn phone(&mut self) -> String {
        format!("1555010{}", self.string("0123456789", 4))
    }

    fn time(&mut self) -> u64 {
        1_700_000_000 + self.below(60_000_000)
    }

    fn new_id(&mut self) -> String {
        format!("wamid.HBgL{}", self.letters(46))
    }

    fn old_id(&mut self) -> String {
        format!("gBEG{}", self.letters(23))
    }

    /// Words as they stand in a JSON string.
    fn words(&mut self, least: u64, most: u64) -> String {
        const WORDS: [&str; 40] = [
            "your",
            "order",
            "has",
            "left",
            "the",
            "warehouse",
            "and",
            "will",
            "arrive",
            "on",
            "Tuesday",
            "table",
            "lamp",
            "garden",
            "chair",
            "invoice",
            "paid",
            "thank",
            "you",
            "for",
            "waiting",
            "see",
            "opening",
            "hours",
            "below",
            "Größe",
            "mañana",
            "café",
            "добрый",
            "день",
            "शुक्रिया",
            "谢谢",
            "شكرا",
            "🎉",
            "📦",
            r#"\"sofa\""#,
            r"line\nbreak",
            r"caf\u00e9",
            "reply",
            "STOP",
        ];
        let count = least + self.below(most - least + 1);
        (0..count).map(|_| self.pick(&WORDS)).collect::<Vec<_>>().join(" ")
    }

    /// A few plain words, for buttons.
    fn label(&mut self) -> String {
        format!("{} {}", self.pick(&["Show", "Send", "Keep", "Change"]), self.pick(&["it", "order", "date", "place"]))
    }
}

fn cloud_webhook(dice: &mut Dice, wrong: bool) -> String {
    let (phone, from) = (dice.phone(), dice.phone());
    let mut value = format!(
        r#""messaging_product":"whatsapp","metadata":{{"display_phone_number":"{phone}","phone_number_id":"{}"}},"#,
        dice.digits(15)
    );
    if wrong || dice.chance(50) {
        let id = dice.new_id();
        let content = if wrong {
            let (kind, id) = if dice.chance(50) { ("voice", dice.digits(16)) } else { ("audio", dice.uuid()) };
            received_media(dice, kind, &id)
        } else {
            received(dice)
        };
        let _ =
            write!(value, r#""contacts":[{}],"messages":[{}]"#, contact(&from), inbound(dice, &from, &id, &content));
    } else {
        let id = dice.new_id();
        let _ = write!(value, r#""statuses":[{{{}}}]"#, status(dice, &id, &from));
    }
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"{}","changes":[{{"value":{{{value}}},"field":"messages"}}]}}]}}"#,
        dice.digits(15)
    )
}

fn onprem_webhook(dice: &mut Dice, wrong: bool) -> String {
    let (from, id) = (dice.phone(), dice.old_id());
    let stray = if wrong { r#","trackingId":7"# } else { "" };
    if dice.chance(50) {
        return format!(r#"{{"statuses":[{{{},"type":"message"{stray}}}]}}"#, status(dice, &id, &from));
    }
    let content = if dice.chance(30) {
        let (kind, id) = (dice.pick(&["image", "voice", "document"]), dice.uuid());
        received_media(dice, kind, &id)
    } else {
        received(dice)
    };
    format!(r#"{{"contacts":[{}],"messages":[{}]{stray}}}"#, contact(&from), inbound(dice, &from, &id, &content))
}

fn contact(from: &str) -> String {
    format!(r#"{{"profile":{{"name":"Sample Customer"}},"wa_id":"{from}"}}"#)
}

fn inbound(dice: &mut Dice, from: &str, id: &str, content: &str) -> String {
    format!(r#"{{"from":"{from}","id":"{id}","timestamp":"{}",{content}}}"#, dice.time())
}

fn status(dice: &mut Dice, id: &str, to: &str) -> String {
    let (status, time) = (dice.pick(&["sent", "delivered", "read"]), dice.time());
    let mut members = format!(r#""id":"{id}","status":"{status}","timestamp":"{time}","recipient_id":"{to}""#);
    if status != "read" {
        let category = dice.pick(&["marketing", "utility", "service"]);
        let _ = write!(
            members,
            r#","conversation":{{"id":"{}","origin":{{"type":"{category}"}}}},"pricing":{{"billable":true,"pricing_model":"CBP","category":"{category}"}}"#,
            dice.hex(32)
        );
    }
    members
}

fn received(dice: &mut Dice) -> String {
    match dice.below(20) {
        0..10 => format!(r#""type":"text","text":{{"body":"{}"}}"#, dice.words(3, 40)),
        10..14 => {
            let id = dice.digits(16);
            received_media(dice, "image", &id)
        }
        14..17 => format!(
            r#""type":"interactive","interactive":{{"type":"button_reply","button_reply":{{"id":"b-{}","title":"{}"}}}}"#,
            dice.hex(8),
            dice.label()
        ),
        17..19 => {
            format!(r#""type":"button","button":{{"payload":"p-{}","text":"{}"}}"#, dice.hex(10), dice.label())
        }
        _ => format!(
            r#""type":"location","location":{{"latitude":{}.{},"longitude":-{}.{},"name":"{}"}}"#,
            dice.below(80),
            dice.digits(6),
            dice.below(170),
            dice.digits(6),
            dice.words(1, 3)
        ),
    }
}

fn received_media(dice: &mut Dice, kind: &str, id: &str) -> String {
    let mime = match kind {
        "image" => "image/jpeg",
        "document" => "application/pdf",
        _ => "audio/ogg; codecs=opus",
    };
    format!(r#""type":"{kind}","{kind}":{{"id":"{id}","mime_type":"{mime}","sha256":"{}="}}"#, dice.letters(43))
}

fn cloud_message(dice: &mut Dice, wrong: bool) -> String {
    let (to, flaw) = (dice.phone(), if wrong { dice.below(3) } else { 3 });
    let content = match (flaw, dice.below(10)) {
        (0, _) | (2.., 0..4) => template(dice, "", flaw == 0),
        (1, _) | (2.., 4..7) => buttons(dice, flaw == 1),
        (_, 7..9) => format!(r#""type":"text","text":{{"preview_url":false,"body":"{}"}}"#, dice.words(5, 60)),
        _ => {
            format!(r#""type":"image","image":{{"id":"{}","caption":"{}"}}"#, dice.digits(16), dice.words(2, 20))
        }
    };
    let stray = if flaw == 2 { r#","trackingId":7"# } else { "" };
    format!(r#"{{"messaging_product":"whatsapp","recipient_type":"individual","to":"{to}",{content}{stray}}}"#)
}

fn onprem_message(dice: &mut Dice, wrong: bool) -> String {
    let to = dice.phone();
    let content = match dice.below(10) {
        0..3 => format!(r#""type":"text","preview_url":true,"text":{{"body":"{}"}}"#, dice.words(5, 60)),
        3..6 => {
            let namespace = format!(r#""namespace":"{}","#, dice.hex(32));
            template(dice, &namespace, false)
        }
        6..8 => buttons(dice, false),
        8 => format!(
            r#""type":"hsm","hsm":{{"namespace":"{}","element_name":"order_update","language":{{"policy":"deterministic","code":"en"}},"localizable_params":[{{"default":"{}"}}]}}"#,
            dice.hex(32),
            dice.label()
        ),
        _ => format!(r#""type":"image","image":{{"id":"{}","caption":"{}"}}"#, dice.uuid(), dice.words(2, 20)),
    };
    let stray = if wrong { r#","trackingId":7"# } else { "" };
    format!(r#"{{"recipient_type":"individual","to":"{to}",{content}{stray}}}"#)
}

fn template(dice: &mut Dice, namespace: &str, without_index: bool) -> String {
    let parameters: Vec<String> =
        (0..=dice.below(4)).map(|_| format!(r#"{{"type":"text","text":"{}"}}"#, dice.label())).collect();
    let index = if without_index { "" } else { r#""index":"0","# };
    format!(
        r#""type":"template","template":{{{namespace}"name":"{}","language":{{"code":"{}"}},"components":[{{"type":"body","parameters":[{}]}},{{"type":"button","sub_type":"url",{index}"parameters":[{{"type":"text","text":"t/{}"}}]}}]}}"#,
        dice.pick(&["order_update", "delivery_note", "payment_received"]),
        dice.pick(&["en", "de", "pt_BR", "hi"]),
        parameters.join(","),
        dice.hex(10)
    )
}

fn buttons(dice: &mut Dice, blank: bool) -> String {
    let button = |dice: &mut Dice, number: u64| {
        let title = if blank && number == 0 { "  ".to_owned() } else { format!("{} {number}", dice.label()) };
        format!(r#"{{"type":"reply","reply":{{"id":"b-{number}-{}","title":"{title}"}}}}"#, dice.hex(6))
    };
    let all: Vec<String> = (0..=dice.below(3)).map(|number| button(dice, number)).collect();
    format!(
        r#""type":"interactive","interactive":{{"type":"button","body":{{"text":"{}"}},"action":{{"buttons":[{}]}}}}"#,
        dice.words(5, 40),
        all.join(",")
    )
}
