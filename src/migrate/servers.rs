//! The servers that a number's migration talks to, as configuration and secrets say.

use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};

use super::session::{Stop, Timing};
use crate::config::Migrate;
use crate::config::migrate::{Number, Trust};
use crate::facts::facts;
use crate::net::graph::Graph;
use crate::net::onprem::{Login, OnPrem};
use crate::net::{ApiError, Client, Patience, Redactor, SecretName, Secrets};

/// What clients are made of.
#[derive(Clone, Copy, Debug)]
pub struct Servers<'a> {
    /// What the configuration says.
    pub migrate: &'a Migrate,
    /// The number.
    pub number: &'a Number,
    /// The version of Graph API.
    pub version: &'a str,
    /// The folder of the configuration.
    pub folder: &'a Path,
    /// The secrets.
    pub secrets: &'a Secrets,
    /// How long things are waited for.
    pub timing: Timing,
}

/// The version of Graph API that the configuration names, else the newest that is known.
#[must_use]
pub fn version(configured: Option<&str>) -> String {
    configured.map_or_else(|| facts().tables.graph_versions().newest().to_string(), str::to_owned)
}

impl Servers<'_> {
    /// A secret of the number.
    ///
    /// # Errors
    /// When it was not given; the message names the variables.
    pub fn secret(&self, name: SecretName) -> Result<&SecretString, Stop> {
        self.secrets.get(name, &self.number.name).ok_or_else(|| missing(name, &self.number.name))
    }

    /// Graph API, called with the access token.
    ///
    /// # Errors
    /// When there is no token.
    pub fn graph(&self) -> Result<Graph, Stop> {
        self.graph_with(self.secret(SecretName::GraphToken)?, self.patience())
    }

    /// Graph API on a connection of its own, with the patience that a registration takes. What it answers may repeat
    /// the backup's metadata, which is no more to be seen than the other secrets.
    ///
    /// # Errors
    /// When there is no token.
    pub fn graph_to_register(&self, metadata: &SecretString) -> Result<Graph, Stop> {
        let patience = Patience { connect: self.timing.connect, call: self.timing.register };
        self.graph_knowing(self.secret(SecretName::GraphToken)?, patience, self.redactor().and(metadata))
    }

    /// Graph API, called as the app itself; `None` when the app's ID or secret is not known.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn graph_as_app(&self) -> Result<Option<(Graph, &str)>, Stop> {
        let secret = self.secrets.get(SecretName::AppSecret, &self.number.name);
        let Some((id, secret)) = self.migrate.app_id.as_deref().zip(secret) else { return Ok(None) };
        let token = SecretString::from(format!("{id}|{}", secret.expose_secret()));
        Ok(Some((self.graph_with(&token, self.patience())?, id)))
    }

    /// The webhook endpoint, called without any secret but in its query.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn webhook(&self) -> Result<Option<Client>, Stop> {
        let Some(url) = &self.migrate.webhook_url else { return Ok(None) };
        let client = Client::new(url, &Trust::Public, self.folder, self.patience(), self.redactor());
        client.map(Some).map_err(|error| Stop::Refused(error.to_string()))
    }

    /// Whether the secrets for the On-Premises client were given.
    #[must_use]
    pub fn can_log_in(&self) -> bool {
        let given = |name| self.secrets.get(name, &self.number.name).is_some();
        given(SecretName::OnpremToken) || (given(SecretName::OnpremUser) && given(SecretName::OnpremPassword))
    }

    /// The On-Premises client, logged in to.
    ///
    /// # Errors
    /// When a secret or the authority's file is missing. What the client said is the inner result.
    pub fn onprem(&self) -> Result<Result<OnPrem, Box<ApiError>>, Stop> {
        let number = self.number;
        let made = Client::new(&number.onprem_url, &number.onprem_trust, self.folder, self.patience(), self.redactor());
        let client = made.map_err(|error| Stop::Refused(error.to_string()))?;
        if let Some(token) = self.secrets.get(SecretName::OnpremToken, &number.name) {
            return Ok(OnPrem::log_in(client, Login::Token(token)));
        }
        let user = self.secret(SecretName::OnpremUser)?;
        let password = self.secret(SecretName::OnpremPassword)?;
        Ok(OnPrem::log_in(client, Login::Password(user, password)))
    }

    fn graph_with(&self, token: &SecretString, patience: Patience) -> Result<Graph, Stop> {
        self.graph_knowing(token, patience, self.redactor())
    }

    fn graph_knowing(&self, token: &SecretString, patience: Patience, redactor: Redactor) -> Result<Graph, Stop> {
        let client = Client::new(&self.migrate.graph_url, &Trust::Public, self.folder, patience, redactor);
        let client = client.map_err(|error| Stop::Refused(error.to_string()))?;
        Ok(Graph::new(client.with_bearer(token), self.version))
    }

    fn patience(&self) -> Patience {
        Patience { connect: self.timing.connect, call: self.timing.call }
    }

    fn redactor(&self) -> Redactor {
        self.secrets.redactor()
    }
}

/// What to say when a secret was not given.
#[must_use]
pub fn missing(name: SecretName, number: &str) -> Stop {
    let (all, own) = (name.variable(), name.variable_for(number));
    Stop::Refused(format!(
        "the {} is not known: set {all} or {own}, or write it into the file for `--secrets`",
        name.what()
    ))
}
