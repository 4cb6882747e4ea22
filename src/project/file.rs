//! What one file says that matters to others of its project.

use super::Project;
use crate::facts::facts;
use crate::language::Language;
use crate::read::code::uses::{StepKey, Type};
use crate::read::code::{self, Uses};
use crate::read::settings;
use crate::tree::Tree;

/// What one file says that matters to others of its project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileFacts {
    /// Constants by name.
    pub constants: Vec<(String, String)>,
    /// Functions that add `messaging_product` to what they are given.
    pub adders: Vec<String>,
    /// All functions.
    pub functions: Vec<String>,
    /// Types that declare fields.
    pub types: Vec<Type>,
    /// What it does.
    pub(crate) traits: Traits,
}

/// What code does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Traits {
    /// It speaks of WhatsApp.
    pub speaks: bool,
    /// It takes a Cloud webhook out of its envelope.
    pub unwraps: bool,
    /// It knows `audio.voice`.
    pub audio_voice: bool,
    /// It answers `hub.challenge`.
    pub challenge: bool,
    /// It looks at `X-Hub-Signature-256`.
    pub signature: bool,
    /// It looks at the field of a change, or at what its value has.
    pub field: bool,
    /// It is an endpoint that is sent requests.
    pub endpoint: bool,
    /// It calls Cloud API's host.
    pub cloud_host: bool,
    /// It calls an address that only On-Premises API had.
    pub onprem: bool,
    /// It adds `messaging_product` somewhere.
    pub product: bool,
    /// It is about another product that sends messages.
    pub other_product: bool,
}

impl Traits {
    /// Adds what another file does.
    pub fn merge(&mut self, other: Self) {
        self.speaks |= other.speaks;
        self.unwraps |= other.unwraps;
        self.audio_voice |= other.audio_voice;
        self.challenge |= other.challenge;
        self.signature |= other.signature;
        self.field |= other.field;
        self.endpoint |= other.endpoint;
        self.cloud_host |= other.cloud_host;
        self.onprem |= other.onprem;
        self.product |= other.product;
        self.other_product |= other.other_product;
    }
}

/// Words that only code about WhatsApp has, in lower case.
const WHATSAPP: [&str; 16] = [
    "whatsapp",
    "waba",
    "wa_id",
    "waid",
    "360dialog",
    "dialog360",
    "d360-api-key",
    "messagepipe",
    "turn.io",
    "messaging_product",
    "localizable_params",
    "whats_app",
    "wamid",
    "phone_number_id",
    "phonenumberid",
    "wa_api",
];

/// Words of other products that send messages, in lower case.
const OTHERS: [&str; 17] = [
    "twilio",
    "telegram",
    "messagebird",
    "gupshup",
    "infobip",
    "vonage",
    "nexmo",
    "baileys",
    "wwebjs",
    "whatsapp-web",
    "@c.us",
    "@s.whatsapp.net",
    "@g.us",
    "puppeteer",
    "wapi.",
    "api.openai.com",
    "anthropic",
];

/// Words of code that takes requests, in lower case.
const ENDPOINTS: [&str; 37] = [
    "->post('/",
    "->post(\"/",
    "app.post",
    "router.post",
    "app.all(",
    "server.post",
    "fastify.post",
    ".route(",
    "@app.post",
    "@router.post",
    "@post(",
    "postmapping",
    "httppost",
    "mappost",
    "csrf_exempt",
    "handlefunc",
    "lambda_handler",
    "exports.handler",
    "route::post",
    "createserver",
    "skip_before_action",
    "applicationcontroller",
    "post '/",
    "post \"/",
    "php://input",
    "http.request",
    "plug.conn",
    "use phoenix",
    "conn, params",
    "conn, %{",
    "routing {",
    "web.post",
    "add_post",
    "nextresponse",
    "nextapirequest",
    "gin.context",
    "echo.context",
];

/// Whether a setting is WhatsApp's by what it is called or given. Of those who name it short, the names begin so.
pub(crate) fn names_whatsapp(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let short =
        |name: &str| name == "wa" || name.starts_with("wa_") || name.starts_with("wa-") || name.contains("_wa_");
    ["whatsapp", "waba", "360dialog", "dialog360", "d360", "messagepipe", "turn.io"]
        .iter()
        .any(|word| lower.contains(word))
        || lower.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-')).any(short)
}

/// Whether a text names another product that sends messages.
pub(crate) fn names_other_product(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    OTHERS.iter().any(|word| lower.contains(word))
}

impl FileFacts {
    /// What a text of a language says; `speaks` is whether its path says that it is about WhatsApp.
    #[must_use]
    pub fn read(source: &str, language: Language, speaks: bool) -> Self {
        let (mut tree, mut uses) = (Tree::new(), Uses::default());
        // What cannot be read says nothing here; the check tells why.
        match code::read(source, language, Project::none(), &mut tree, &mut uses, &mut Vec::new()) {
            Ok(()) => Self::of(source, &uses, speaks),
            Err(_) => Self::default(),
        }
    }

    /// What a file of settings gives the code of its project.
    #[must_use]
    pub fn given(source: &str) -> Self {
        let mut uses = Uses::default();
        settings::read(source, &mut uses);
        Self { constants: uses.constants, ..Self::default() }
    }

    /// What a file of settings says; `speaks` is whether its path says that it is about WhatsApp.
    #[must_use]
    pub fn of_settings(source: &str, uses: &Uses, speaks: bool) -> Self {
        let speaks = speaks || names_whatsapp(source) || uses.lines.iter().any(|setting| names_whatsapp(&setting.path));
        Self { traits: Traits { speaks, ..Traits::default() }, ..Self::default() }
    }

    /// Whether the file, or the project around it, is about WhatsApp.
    pub(crate) fn speaks_within(&self, project: &Project) -> bool {
        self.traits.speaks || project.traits.speaks && !self.traits.other_product
    }

    /// What a file does says.
    #[must_use]
    pub fn of(source: &str, uses: &Uses, speaks: bool) -> Self {
        let lower = source.to_ascii_lowercase();
        let has = |word: &str| memchr::memmem::find(lower.as_bytes(), word.as_bytes()).is_some();
        let onprem = calls_onprem(source, uses) && !OTHERS.iter().any(|word| has(word));
        let traits = Traits {
            speaks: onprem || speaks || WHATSAPP.iter().any(|word| has(word)) || has_webhook(uses),
            unwraps: unwraps(uses) || has("whatsapp_business_account"),
            audio_voice: knows_audio_voice(uses),
            challenge: ["hub.challenge", "hub_challenge", "hubchallenge", "hub[\"challenge", "hub['challenge"]
                .iter()
                .any(|word| has(word)),
            signature: has("x-hub-signature-256") || has("x_hub_signature_256") || has("xhubsignature256"),
            field: looks_at_field(uses),
            endpoint: ENDPOINTS.iter().any(|word| has(word)),
            cloud_host: has("graph.facebook.com"),
            onprem,
            product: has("messaging_product") || has("messagingproduct"),
            other_product: OTHERS.iter().any(|word| has(word)),
        };
        let named = uses.functions.iter().filter(|function| !function.name.is_empty());
        Self {
            constants: uses.constants.clone(),
            adders: named
                .clone()
                .filter(|function| function.adds_product)
                .map(|function| function.name.clone())
                .collect(),
            types: uses
                .types
                .iter()
                .filter(|declared| !declared.name.is_empty() && !declared.fields.is_empty())
                .cloned()
                .collect(),
            functions: named.map(|function| function.name.clone()).collect(),
            traits,
        }
    }
}

/// Whether a property called `name` is read from one called `holder`, whatever items of lists are between.
pub(crate) fn reads_below(uses: &Uses, holder: &str, name: &str) -> bool {
    uses.steps.iter().any(|step| is_key(&step.key, name) && uses.holder(step.of) == Some(holder))
}

fn is_key(key: &StepKey, name: &str) -> bool {
    matches!(key, StepKey::Key(key) if key == name)
}

fn unwraps(uses: &Uses) -> bool {
    let declares =
        |name: &str| uses.types.iter().any(|declared| declared.fields.iter().any(|field| field.wire == name));
    let reads = |name: &str| uses.steps.iter().any(|step| is_key(&step.key, name));
    (reads("changes") || declares("changes"))
        && (reads("value") || declares("value") || reads("entry") || declares("entry"))
}

/// Whether endpoints are called that only On-Premises API has: one that nothing else is like, or several.
fn calls_onprem(source: &str, uses: &Uses) -> bool {
    let endpoints = facts().tables.endpoints();
    let called = uses.texts.iter().filter_map(|text| endpoints.called_in(&text.text));
    let mut paths: Vec<&str> = called.map(|(_, endpoint)| endpoint.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    let own = ["/v1/users/login", "/v1/settings/", "/v1/account/", "/v1/stickerpacks", "/v1/certificates/"];
    let ours = [
        "/v1/groups",
        "/v1/messages",
        "/v1/messages/{message-id}",
        "/v1/contacts",
        "/v1/media",
        "/v1/media/{media-id}",
    ];
    let signs = ["recipient_type", "preview_url", "element_name", "\"namespace\":", "'namespace':"];
    // What services for language models have at the same path is told by its words.
    let body = uses.tables.iter().any(|table| {
        let has = |name: &str| table.iter().any(|key| key.text == name);
        has("to") && has("type") && ["text", "template", "image", "interactive"].iter().any(|name| has(name))
    });
    let signed = (body || signs.iter().any(|sign| source.contains(sign))) && !source.contains("max_tokens");
    paths.iter().any(|path| own.iter().any(|known| path.starts_with(known)))
        || signed && paths.contains(&"/v1/messages")
        || paths.iter().filter(|path| ours.contains(path)).count() > 1
}

/// Whether messages are read from the value of a change, beside the number that they came to or its sender.
fn has_webhook(uses: &Uses) -> bool {
    reads_below(uses, "value", "messages") && (reads_below(uses, "metadata", "phone_number_id") || unwraps(uses))
}

fn knows_audio_voice(uses: &Uses) -> bool {
    let declared = uses.types.iter().any(|declared| {
        let name = declared.name.to_ascii_lowercase();
        let voice = declared
            .fields
            .iter()
            .any(|field| field.wire == "voice" && field.of_type.to_ascii_lowercase().contains("bool"));
        voice && (name.contains("audio") || name.contains("media"))
    });
    declared || reads_below(uses, "audio", "voice")
}

fn looks_at_field(uses: &Uses) -> bool {
    let compared = uses.comparisons.iter().any(|comparison| comparison.name == "field");
    compared || uses.steps.iter().any(|step| is_key(&step.key, "field"))
}
