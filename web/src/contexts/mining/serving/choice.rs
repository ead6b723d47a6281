//! Whether clients' jobs are run, and at which relay: chosen for each ledger. None of it is secret.

use pinfi_client::intent::Domain;

use crate::browser;

/// Holds `1` where they are.
const ON: &str = "pinfi.serving";
/// Holds the relay's URL.
const RELAY: &str = "pinfi.serving.relay";

/// What was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choice {
    /// Whether clients' jobs are run.
    pub(super) is_on: bool,
    /// The relay; empty before one was named.
    pub(super) relay: String,
}

impl Choice {
    /// Reads it.
    pub(super) fn read(domain: Domain) -> Self {
        Self {
            is_on: browser::read(&name(ON, domain)).is_some(),
            relay: browser::read(&name(RELAY, domain)).unwrap_or_default(),
        }
    }

    /// Keeps it.
    pub(super) fn write(&self, domain: Domain) {
        browser::write(&name(RELAY, domain), &self.relay);
        if self.is_on {
            browser::write(&name(ON, domain), "1");
        } else {
            browser::forget(&name(ON, domain));
        }
    }
}

fn name(key: &str, domain: Domain) -> String {
    format!("{key}/{}/{}", domain.chain_id, domain.ledger)
}
