//! Graph API, as far as a migration calls it.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use ureq::http::Method;

use super::client::{Answer, Client};
use super::error::{Api, ApiError};

/// Graph API in one version.
#[derive(Clone, Debug)]
pub struct Graph {
    client: Client,
    version: String,
}

/// What `debug_token` says of the token in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// Whether it can be used.
    pub is_valid: bool,
    /// The app that it was made for.
    pub app_id: Option<String>,
    /// When it ends, in seconds since 1970; `None` is never.
    pub expires_at: Option<i64>,
    /// The permissions it has.
    pub scopes: Vec<String>,
    /// The objects that single permissions hold for; a permission that is not listed, or has no objects, holds for all.
    pub granular_scopes: Vec<(String, Vec<String>)>,
}

/// What Graph API says of a business phone number. What it does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct PhoneNumber {
    /// The number as users see it, as Graph API writes it.
    pub display_phone_number: Option<String>,
    /// The display name.
    pub verified_name: Option<String>,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    pub quality_rating: Option<String>,
    /// `ON_PREMISE`, `CLOUD_API` or `NOT_APPLICABLE`.
    pub platform_type: Option<String>,
    /// `STANDARD`, `HIGH` or `NOT_APPLICABLE`.
    pub throughput: Option<String>,
    /// `CONNECTED` and others.
    pub status: Option<String>,
    /// Whether it was verified.
    pub code_verification_status: Option<String>,
    /// Whether the display name was approved.
    pub name_status: Option<String>,
    /// How many users may be messaged a day.
    pub messaging_limit_tier: Option<String>,
    /// Whether two-step verification is on.
    pub is_pin_enabled: Option<bool>,
    /// Whether it is an official business account.
    pub is_official_business_account: Option<bool>,
}

impl PhoneNumber {
    /// The fields that every version has.
    pub const FIELDS: &'static str = "id,display_phone_number,verified_name,quality_rating,platform_type,throughput,\
        status,code_verification_status,name_status,is_pin_enabled";

    /// The fields whose names changed or are not sure; a version that lacks one refuses the request. From v24.0 on the
    /// messaging limit belongs to the business portfolio, and is called so.
    #[must_use]
    pub fn doubtful_fields(version: &str) -> &'static str {
        let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u16>().ok());
        match major {
            Some(..24) => "messaging_limit_tier,is_official_business_account",
            _ => "whatsapp_business_manager_messaging_limit,is_official_business_account",
        }
    }

    fn of(json: &Value) -> Self {
        let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
        let flag = |key: &str| json.get(key).and_then(Value::as_bool);
        Self {
            display_phone_number: text("display_phone_number"),
            verified_name: text("verified_name"),
            quality_rating: text("quality_rating"),
            platform_type: text("platform_type"),
            throughput: json.pointer("/throughput/level").and_then(Value::as_str).map(str::to_owned),
            status: text("status"),
            code_verification_status: text("code_verification_status"),
            name_status: text("name_status"),
            messaging_limit_tier: text("messaging_limit_tier")
                .or_else(|| text("whatsapp_business_manager_messaging_limit")),
            is_pin_enabled: flag("is_pin_enabled"),
            is_official_business_account: flag("is_official_business_account"),
        }
    }
}

/// A subscription of the app's own webhooks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppSubscription {
    /// What it is about, such as `whatsapp_business_account`.
    pub object: String,
    /// Where its webhooks go.
    pub callback_url: String,
    /// Whether it is in force.
    pub active: bool,
    /// The fields it is for.
    pub fields: Vec<String>,
}

/// What is sent to register a number.
#[derive(Clone, Copy, Debug)]
pub struct Registration<'a> {
    /// The six digits.
    pub pin: &'a SecretString,
    /// The password that the backup was encoded with.
    pub password: &'a SecretString,
    /// The metadata that On-Premises API answered.
    pub metadata: &'a SecretString,
}

impl Graph {
    /// Graph API as `client` calls it, in a version such as `v26.0`.
    #[must_use]
    pub fn new(client: Client, version: &str) -> Self {
        Self { client, version: version.to_owned() }
    }

    /// The token in use, as Graph API sees it.
    ///
    /// # Errors
    /// When the call fails.
    pub fn debug_token(&self, token: &SecretString) -> Result<Token, Box<ApiError>> {
        let answer = self.get("debug_token", &[("input_token", token.expose_secret())])?;
        let data = self.object(&answer, "/data")?;
        let words = |list: Option<&Value>| -> Vec<String> {
            let items = list.and_then(Value::as_array).into_iter().flatten();
            items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
        };
        let granular = data.get("granular_scopes").and_then(Value::as_array).into_iter().flatten();
        let granular =
            granular.filter_map(|one| Some((one.get("scope")?.as_str()?.to_owned(), words(one.get("target_ids")))));
        Ok(Token {
            is_valid: data.get("is_valid").and_then(Value::as_bool).unwrap_or(false),
            app_id: data
                .get("app_id")
                .and_then(|id| id.as_str().map(str::to_owned).or_else(|| Some(id.as_i64()?.to_string()))),
            expires_at: data.get("expires_at").and_then(Value::as_i64).filter(|at| *at != 0),
            scopes: words(data.get("scopes")),
            granular_scopes: granular.collect(),
        })
    }

    /// A business phone number.
    ///
    /// # Errors
    /// When the call fails. What fields say whose names are not sure is left out when they cannot be read.
    pub fn phone_number(&self, id: &str) -> Result<PhoneNumber, Box<ApiError>> {
        let answer = self.get(id, &[("fields", PhoneNumber::FIELDS)])?;
        let mut number = PhoneNumber::of(self.object(&answer, "")?);
        if let Ok(answer) = self.get(id, &[("fields", PhoneNumber::doubtful_fields(&self.version))]) {
            let more = PhoneNumber::of(answer.json().unwrap_or(&Value::Null));
            number.messaging_limit_tier = more.messaging_limit_tier;
            number.is_official_business_account = more.is_official_business_account;
        }
        Ok(number)
    }

    /// With which API a number is registered: `ON_PREMISE`, `CLOUD_API` or `NOT_APPLICABLE`; `None` when it is not said.
    ///
    /// # Errors
    /// When the call fails.
    pub fn platform_type(&self, id: &str) -> Result<Option<String>, Box<ApiError>> {
        let answer = self.get(id, &[("fields", "platform_type")])?;
        Ok(PhoneNumber::of(self.object(&answer, "")?).platform_type)
    }

    /// The IDs of the phone numbers of a WhatsApp Business Account, of all pages.
    ///
    /// # Errors
    /// When a call fails.
    pub fn phone_numbers(&self, waba_id: &str) -> Result<Vec<String>, Box<ApiError>> {
        let path = format!("{waba_id}/phone_numbers");
        let mut ids = Vec::new();
        let mut after: Option<String> = None;
        // Far more pages than an account may have numbers.
        for _ in 0..1000 {
            let mut query = vec![("fields", "id"), ("limit", "100")];
            query.extend(after.as_deref().map(|after| ("after", after)));
            let answer = self.get(&path, &query)?;
            let data = self.object(&answer, "/data")?.as_array().cloned().unwrap_or_default();
            ids.extend(data.iter().filter_map(|one| one.get("id")?.as_str().map(str::to_owned)));
            let paging = answer.json().and_then(|json| json.get("paging"));
            let next = paging.filter(|paging| paging.get("next").is_some());
            after = next.and_then(|paging| paging.pointer("/cursors/after")?.as_str().map(str::to_owned));
            if after.is_none() {
                break;
            }
        }
        Ok(ids)
    }

    /// The app's own webhook subscriptions. The client has to hold the app's access token, `<app ID>|<app secret>`.
    ///
    /// # Errors
    /// When the call fails.
    pub fn app_subscriptions(&self, app_id: &str) -> Result<Vec<AppSubscription>, Box<ApiError>> {
        let answer = self.get(&format!("{app_id}/subscriptions"), &[])?;
        let data = self.object(&answer, "/data")?.as_array().cloned().unwrap_or_default();
        let text = |one: &Value, key: &str| one.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let field = |field: &Value| field.as_str().or_else(|| field.get("name")?.as_str()).map(str::to_owned);
        let each = data.iter().map(|one| AppSubscription {
            object: text(one, "object"),
            callback_url: text(one, "callback_url"),
            active: one.get("active").and_then(Value::as_bool).unwrap_or(true),
            fields: one.get("fields").and_then(Value::as_array).into_iter().flatten().filter_map(field).collect(),
        });
        Ok(each.collect())
    }

    /// The IDs of the apps that are subscribed to the webhooks of a WhatsApp Business Account.
    ///
    /// # Errors
    /// When the call fails.
    pub fn subscribed_apps(&self, waba_id: &str) -> Result<Vec<String>, Box<ApiError>> {
        let answer = self.get(&format!("{waba_id}/subscribed_apps"), &[])?;
        let data = self.object(&answer, "/data")?.as_array().cloned().unwrap_or_default();
        let id = |one: &Value| one.pointer("/whatsapp_business_api_data/id")?.as_str().map(str::to_owned);
        Ok(data.iter().filter_map(id).collect())
    }

    /// Subscribes the app of the token to the webhooks of a WhatsApp Business Account. It is the same however often it
    /// is done, so an answer that it was no success passes.
    ///
    /// # Errors
    /// When the call fails, or the answer is no success.
    pub fn subscribe(&self, waba_id: &str) -> Result<(), Box<ApiError>> {
        let answer = self.client.call(&Method::POST, &self.path(&format!("{waba_id}/subscribed_apps")), &[], None);
        let is_no_success = answer.as_ref().is_ok_and(|answer| says(answer, false));
        self.success(answer).map_err(|mut error| {
            error.passes |= is_no_success;
            error
        })
    }

    /// Registers a number for use with Cloud API: the point of no return. It is never tried again in here.
    ///
    /// # Errors
    /// When no success was answered; [`ApiError::proves_refusal`] says whether it may have taken effect all the same.
    pub fn register(&self, phone_number_id: &str, registration: Registration<'_>) -> Result<(), Box<ApiError>> {
        let body = json!({
            "messaging_product": "whatsapp",
            "pin": registration.pin.expose_secret(),
            "backup": {
                "password": registration.password.expose_secret(),
                "data": registration.metadata.expose_secret(),
            },
        });
        let path = self.path(&format!("{phone_number_id}/register"));
        self.success(self.client.call(&Method::POST, &path, &[], Some(&body)))
    }

    /// Uploads a file for messages of a number, and gives its ID.
    ///
    /// # Errors
    /// When the call fails; it may have made an upload all the same.
    pub fn upload(&self, phone_number_id: &str, media_type: &str, bytes: &[u8]) -> Result<String, Box<ApiError>> {
        let path = self.path(&format!("{phone_number_id}/media"));
        let texts = [("messaging_product", "whatsapp"), ("type", media_type)];
        let answer = self.client.upload(&path, &texts, "file", media_type, bytes);
        let answer = answer.map_err(|failure| ApiError::no_answer(Api::Graph, &failure))?;
        let id = answer.json().filter(|_| answer.is_success()).and_then(|json| json.get("id")?.as_str());
        id.map(str::to_owned).ok_or_else(|| ApiError::refused(Api::Graph, &self.client, &answer))
    }

    fn path(&self, path: &str) -> String {
        format!("{}/{path}", self.version)
    }

    fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Answer, Box<ApiError>> {
        let answer = self.client.call(&Method::GET, &self.path(path), query, None);
        let answer = answer.map_err(|failure| ApiError::no_answer(Api::Graph, &failure))?;
        if answer.is_success() && answer.json().is_some_and(|json| json.get("error").is_none()) {
            Ok(answer)
        } else {
            Err(ApiError::refused(Api::Graph, &self.client, &answer))
        }
    }

    fn object<'a>(&self, answer: &'a Answer, pointer: &str) -> Result<&'a Value, Box<ApiError>> {
        let found = answer.json().and_then(|json| json.pointer(pointer));
        found.ok_or_else(|| ApiError::refused(Api::Graph, &self.client, answer))
    }

    fn success(&self, answer: Result<Answer, super::Failure>) -> Result<(), Box<ApiError>> {
        let answer = answer.map_err(|failure| ApiError::no_answer(Api::Graph, &failure))?;
        if answer.is_success() && says(&answer, true) {
            return Ok(());
        }
        let error = ApiError::refused(Api::Graph, &self.client, &answer);
        Err(if says(&answer, false) { error.no_success(&self.client, &answer) } else { error })
    }
}

/// Whether an answer says that it was a success, or none. That is `true` or `false`; older pages print it as a text.
fn says(answer: &Answer, success: bool) -> bool {
    let said = answer.json().and_then(|json| json.get("success"));
    said.is_some_and(|said| *said == success || *said == *success.to_string())
}
