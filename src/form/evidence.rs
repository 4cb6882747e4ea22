//! What a form was decided on.

macro_rules! evidence {
    ($($name:ident = $text:literal),+ $(,)?) => {
        /// One observation about a document.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "`describe` says what each means")]
        pub enum Evidence { $($name),+ }

        impl Evidence {
            const ALL: &[Self] = &[$(Self::$name),+];

            /// The observation, as part of a sentence.
            #[must_use]
            pub fn describe(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
    };
}

evidence! {
    Declared = "the configuration says so",
    MessagingProduct = "`messaging_product` is `whatsapp`",
    NoMessagingProduct = "no `messaging_product`",
    Recipient = "a recipient and content of a known type",
    Calls = "`action` of the calls endpoint: its content is not judged",
    Hsm = "`hsm`, the legacy template object",
    Namespace = "`template.namespace`",
    RootPreviewUrl = "`preview_url` at the root",
    Ttl = "`ttl` at the root",
    RenderMentions = "`render_mentions` at the root",
    Provider = "`provider` in a media object",
    UuidMedia = "a media ID that is a UUID",
    GroupId = "a group ID of the old form",
    CloudOnly = "a property or type that only Cloud API has",
    CallArguments = "a phone number ID beside the message, as arguments of a call have",
    Envelope = "`object` is `whatsapp_business_account`",
    Changes = "`entry[].changes[]` of WhatsApp, without `object`",
    Change = "`field` and `value` of a webhook change",
    Metadata = "`metadata` with a phone number ID",
    BareWebhook = "`messages`, `statuses` or `errors` at the root, without envelope",
    OldMessageId = "a message ID as the old client made them",
    NewMessageId = "a message ID that begins with `wamid.`",
    Voice = "a message of type `voice`",
    MediaFile = "`file`, a path on the old client's disk",
    StickerMetadata = "sticker pack metadata",
    StatusType = "`type: message` in a status",
    MessageRecipient = "`message.recipient_id` in a status",
    OldError = "errors with `details` beside `title`",
    OldSystem = "a system message of the old form",
    Mentions = "`context.mentions`",
    ApiStatus = "`meta.api_status`",
    Input = "`contacts[].input`",
    GraphError = "`error` as Graph API answers it",
    ContactsCheck = "a contact check of On-Premises API",
    StickerPack = "a sticker pack",
    MediaUpload = "`media[].id` that is a UUID",
    ReadStatus = "`status: read` with a message ID",
    Fragment = "a part of a message that code makes on its own",
    Translated = "it had On-Premises form before its translation",
}

/// A set of observations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EvidenceSet(u64);

impl EvidenceSet {
    /// The set of one observation.
    #[must_use]
    pub fn of(one: Evidence) -> Self {
        Self(1 << one as u64)
    }

    /// Adds an observation.
    pub fn add(&mut self, one: Evidence) {
        self.0 |= 1 << one as u64;
    }

    /// Whether an observation is in it.
    #[must_use]
    pub fn has(self, one: Evidence) -> bool {
        self.0 & (1 << one as u64) != 0
    }

    /// Whether any of these observations is in it.
    #[must_use]
    pub fn has_any(self, some: &[Evidence]) -> bool {
        some.iter().any(|one| self.has(*one))
    }

    /// The observations, in a fixed order.
    pub fn iter(self) -> impl Iterator<Item = Evidence> {
        Evidence::ALL.iter().copied().filter(move |one| self.has(*one))
    }
}
