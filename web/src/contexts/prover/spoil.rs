//! A proof made wrong on purpose, to see the verifier catch it.

use pinfi_core::pocps::Response;

/// Flips one bit of the first opened row. The row then no longer hashes to the committed root.
pub(super) fn spoil(response: &mut Response) {
    let first = response.openings.first_mut();
    if let Some(word) = first.and_then(|opening| opening.next.row.0.first_mut()) {
        *word ^= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::B256;
    use pinfi_core::pocps::{ChainProver, Challenge, Fault, Retain, Which, Work, verify};

    #[test]
    fn spoil_is_caught_by_the_verifier() {
        let work = Work::new(16, 2).unwrap();
        let challenge = Challenge { seed: B256::repeat_byte(7), work };
        let mut committed = ChainProver::new(challenge, Retain::ALL).step(u32::MAX).unwrap();
        let beacon = B256::repeat_byte(9);
        let mut response = committed.open(beacon, 32);
        assert_eq!(verify(&challenge, beacon, 32, &response), Ok(()), "right at first");
        spoil(&mut response);
        let fault = verify(&challenge, beacon, 32, &response);
        assert_eq!(fault, Err(Fault::NotCommitted { s: 0, which: Which::Next }));
    }

    #[test]
    fn spoil_leaves_an_empty_response() {
        let mut response = Response { root: B256::ZERO, openings: Vec::new() };
        spoil(&mut response);
        assert!(response.openings.is_empty());
    }
}
