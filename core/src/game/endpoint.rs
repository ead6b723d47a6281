//! Where a stake's device is reached.

use alloc::string::String;

use alloy_primitives::B256;
use serde::{Deserialize, Serialize};

/// The longest address of a relay, in bytes.
pub const RELAY_BYTES: usize = 128;

/// Where a stake's device is reached, as its owner says: the st-token's metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// The key that it is dialled by: an ed25519 public key. Nobody has checked that it is one.
    pub key: B256,
    /// The relay that it waits at, as [`is_relay`] has it.
    pub relay: String,
}

/// Tells whether a text may be dialled as a relay: a URL of ASCII that is seen, at most [`RELAY_BYTES`] long,
/// that names a host and no user; `https://`, or `http://` on this machine.
///
/// ```
/// use pinfi_core::game::is_relay;
///
/// assert!(is_relay("https://relay.example:4433/"));
/// assert!(!is_relay("http://relay.example"), "not encrypted");
/// ```
#[must_use]
pub fn is_relay(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_plain || text.len() > RELAY_BYTES {
        return false;
    }
    let (rest, is_encrypted) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(rest), _) => (rest, true),
        (_, Some(rest)) => (rest, false),
        _ => return false,
    };
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let is_near = host == "localhost" || host == "127.0.0.1";
    !host.is_empty() && !rest.contains('@') && (is_encrypted || is_near)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    /// A relay of so many bytes.
    fn long(bytes: usize) -> String {
        let mut text = "https://".to_string();
        text.extend(core::iter::repeat_n('a', bytes - text.len()));
        text
    }

    #[test]
    fn is_relay_refuses_what_is_not_to_be_dialled() {
        for wrong in [
            "",
            "https",
            "https://",
            "https:///path",
            "https://:443",
            "https://?",
            "https://#",
            "HTTPS://relay.example",
            "http://",
            "http://relay.example",
            "http://localhost.example",
            "http://local",
            "http://127.0.0.10",
            "http://[::1]",
            "http://localhost@relay.example",
            "https://me@relay.example",
            "https://relay.example/@",
            "https://relay.example/\n",
            "https://relay.example/ ",
            "https://relay.example/\u{7f}",
            "https://rel\u{e4}y.example",
            "ws://relay.example",
            "javascript:alert(1)",
            &long(RELAY_BYTES + 1),
        ] {
            assert!(!is_relay(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn is_relay_takes_an_encrypted_address_or_one_of_this_machine() {
        for right in [
            "https://relay.example",
            "https://relay.example:4433/",
            "https://r",
            "https://[::1]:4433",
            "http://127.0.0.1:3340",
            "http://localhost",
            "http://localhost/",
            "http://localhost?a",
            "http://127.0.0.1#~",
            &long(RELAY_BYTES),
        ] {
            assert!(is_relay(right), "{right:?}");
        }
    }
}
