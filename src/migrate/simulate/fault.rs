//! What can go wrong on the way, by name.

use std::fmt;
use std::str::FromStr;

/// Something that goes wrong in a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Nobody listens at Graph API's port when the number is to be registered.
    Refused,
    /// The connection breaks before register takes effect.
    ResetBeforeRegister,
    /// The connection breaks after register took effect.
    ResetAfterRegister,
    /// No answer comes, and register took no effect.
    TimeoutBeforeRegister,
    /// No answer comes, but register took effect.
    TimeoutAfterRegister,
    /// Graph API answers register with an error of its own.
    ServerError,
    /// The number was registered and deregistered too often.
    RateLimited,
    /// The PIN is not the number's.
    WrongPin,
    /// The password is not the backup's.
    WrongBackupPassword,
    /// Register answers that it did not succeed.
    RegisterFalse,
    /// Subscribing the app answers that it did not succeed.
    SubscribeFalse,
    /// The access token has expired.
    ExpiredToken,
    /// The access token lacks permissions.
    MissingPermission,
    /// The number is on Cloud API already.
    AlreadyOnCloud,
    /// The number belongs to another account.
    WrongWaba,
    /// The answer of register breaks off.
    TruncatedAnswer,
    /// A proxy answers register with a page for people.
    HtmlAnswer,
    /// Register takes long.
    Slow,
    /// The On-Premises client shows another certificate.
    WrongCertificate,
    /// The On-Premises client is not there.
    OnpremGone,
    /// The journal cannot be written.
    FullDisk,
    /// The program is killed.
    Killed,
}

impl Fault {
    /// All, in the order in which they are explained.
    pub const ALL: [Self; 22] = [
        Self::Refused,
        Self::ResetBeforeRegister,
        Self::ResetAfterRegister,
        Self::TimeoutBeforeRegister,
        Self::TimeoutAfterRegister,
        Self::ServerError,
        Self::RateLimited,
        Self::WrongPin,
        Self::WrongBackupPassword,
        Self::RegisterFalse,
        Self::SubscribeFalse,
        Self::ExpiredToken,
        Self::MissingPermission,
        Self::AlreadyOnCloud,
        Self::WrongWaba,
        Self::TruncatedAnswer,
        Self::HtmlAnswer,
        Self::Slow,
        Self::WrongCertificate,
        Self::OnpremGone,
        Self::FullDisk,
        Self::Killed,
    ];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::ResetBeforeRegister => "reset-before-register",
            Self::ResetAfterRegister => "reset-after-register",
            Self::TimeoutBeforeRegister => "timeout-before-register",
            Self::TimeoutAfterRegister => "timeout-after-register",
            Self::ServerError => "server-error",
            Self::RateLimited => "rate-limited",
            Self::WrongPin => "wrong-pin",
            Self::WrongBackupPassword => "wrong-backup-password",
            Self::RegisterFalse => "register-false",
            Self::SubscribeFalse => "subscribe-false",
            Self::ExpiredToken => "expired-token",
            Self::MissingPermission => "missing-permission",
            Self::AlreadyOnCloud => "already-on-cloud",
            Self::WrongWaba => "wrong-waba",
            Self::TruncatedAnswer => "truncated-answer",
            Self::HtmlAnswer => "html-answer",
            Self::Slow => "slow",
            Self::WrongCertificate => "wrong-certificate",
            Self::OnpremGone => "onprem-gone",
            Self::FullDisk => "full-disk",
            Self::Killed => "killed",
        }
    }

    /// What it plays, and what should come of it: one line.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::Refused => {
                "Graph API's port refuses connections once the backup is made: nothing arrived, so it is sent again when the port is back."
            }
            Self::ResetBeforeRegister => {
                "the connection breaks as register is sent, without effect: that proves nothing, so the number is read for a while, the run stops, and the next one sends it again."
            }
            Self::ResetAfterRegister => {
                "the connection breaks after register took effect: platform_type says that it took, and it is not sent \
                 again."
            }
            Self::TimeoutBeforeRegister => {
                "register is never answered and takes no effect: a time-out proves nothing, so the number is read for a while, the run stops, and the next one sends it again."
            }
            Self::TimeoutAfterRegister => {
                "register is never answered but takes effect: platform_type shows it, and it is not sent again."
            }
            Self::ServerError => {
                "register answers 500 with code 131000 the first time, without effect: that proves nothing, so the number is read for a while, the run stops, and the next one sends it again."
            }
            Self::RateLimited => {
                "register answers 133016, ten requests in 72 hours are used up: the run stops and says when to come back."
            }
            Self::WrongPin => {
                "register answers 133005 and takes the On-Premises client down: the run stops, and goes on with the right \
                 PIN and the backup that it kept."
            }
            Self::WrongBackupPassword => {
                "register answers 133002 since the password does not open the backup: the run stops with the number \
                 untouched."
            }
            Self::RegisterFalse => {
                "register answers 200 with success false the first time, without effect, and later with the text \"true\": the number is read for a while, the run stops, and the next one sends it again."
            }
            Self::SubscribeFalse => {
                "subscribing the app answers 200 with success false the first time: it is tried again until the app is \
                 subscribed."
            }
            Self::ExpiredToken => {
                "Graph API answers 401 with code 190 to everything: the run stops and asks for a new token."
            }
            Self::MissingPermission => {
                "the token has neither permission, calls answer 403 with code 10 or 200: the run stops before it changes \
                 anything."
            }
            Self::AlreadyOnCloud => "the number is on Cloud API already: the run does not register it.",
            Self::WrongWaba => {
                "the configured WhatsApp Business Account does not hold the number: the run stops before it changes \
                 anything."
            }
            Self::TruncatedAnswer => {
                "register takes effect and its answer breaks off: platform_type shows it, and it is not sent again."
            }
            Self::HtmlAnswer => {
                "a proxy answers register with 502 and an HTML page the first time, without effect: that proves nothing, so the number is read for a while, the run stops, and the next one sends it again."
            }
            Self::Slow => "register takes 20 seconds and succeeds: the run waits for it.",
            Self::WrongCertificate => {
                "the On-Premises client shows another certificate than the configured one: nothing is sent to it, and the \
                 run stops."
            }
            Self::OnpremGone => {
                "nobody listens at the On-Premises client's port: the run stops before it changes anything."
            }
            Self::FullDisk => {
                "the journal cannot be written (played by the rehearsal): the run stops before the step that it could not \
                 note."
            }
            Self::Killed => {
                "the program is killed (played by the rehearsal): the next run finds out where things stand and goes on."
            }
        }
    }

    /// Whether the simulators play it; the others concern the program itself.
    #[must_use]
    pub fn is_played_by_servers(self) -> bool {
        !matches!(self, Self::FullDisk | Self::Killed)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no fault; there are {names}", names = Fault::ALL.map(Fault::name).join(", "))]
pub struct UnknownFault(pub String);

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, UnknownFault> {
        Self::ALL.into_iter().find(|fault| fault.name() == name).ok_or_else(|| UnknownFault(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_found_by_its_name_and_explained_in_one_line() {
        for fault in Fault::ALL {
            assert_eq!(fault.to_string().parse(), Ok(fault));
            assert!(fault.what().ends_with('.') && !fault.what().contains('\n'), "{fault}");
        }
        assert!("reset".parse::<Fault>().is_err_and(|error| error.to_string().contains("reset-before-register")));
    }
}
