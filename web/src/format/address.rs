//! Addresses as people tell them apart.

/// Shortens `0x` and 40 hex digits to the first and last four; returns anything shorter unchanged.
pub fn short_address(address: &str) -> String {
    match (address.get(..6), address.get(address.len().saturating_sub(4)..)) {
        (Some(head), Some(tail)) if address.len() > 12 => format!("{head}…{tail}"),
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_address_leaves_short_text() {
        assert_eq!(short_address("0x1234"), "0x1234", "nothing to cut");
        assert_eq!(short_address(""), "", "nothing at all");
    }

    #[test]
    fn short_address_keeps_head_and_tail() {
        assert_eq!(short_address("0x00112233445566778899aabbccddeeff00112233"), "0x0011…2233");
    }
}
