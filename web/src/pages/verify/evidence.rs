//! What evidence about a job's result shows: judged here, and seen against the ledger that is open.

use pinfi_client::intent::Domain;
use pinfi_core::units::Timestamp;
use pinfi_jobs::file::EvidenceFile;

use crate::{
    contexts::{Desk, Seen, tr},
    words::account,
};

/// Whose word a receipt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signer {
    /// The owner of the stake.
    Owner,
    /// Whom the owner has appointed.
    Operator,
    /// Neither of them.
    Stranger,
    /// The ledger that is open is another one, or knows no such stake.
    Unknown,
}

/// Judges a file.
///
/// # Errors
/// In words, why it shows nothing.
pub(super) fn judge(text: &str, desk: Desk) -> Result<String, String> {
    let file = EvidenceFile::from_json(text).map_err(|error| error.to_string())?;
    let domain = Domain { chain_id: file.chain_id, ledger: file.ledger };
    let shown = file.evidence.judge(&domain.eip712()).map_err(|error| error.to_string())?;
    let signer = desk.peek().filter(|_| desk.domain() == Some(domain));
    let signer = signer.map_or(Signer::Unknown, |seen| signer_of(&seen, &file));
    let receipt = &file.evidence.receipt.receipt;
    let whose = match signer {
        Signer::Owner => tr!(verify.by_owner),
        Signer::Operator => tr!(verify.by_operator),
        Signer::Stranger => tr!(verify.by_stranger),
        Signer::Unknown => tr!(verify.by_unknown),
    };
    Ok(tr!(
        verify.evidence_holds,
        signer = account(receipt.provider),
        stake = receipt.stake.to_string(),
        shown = shown.to_string(),
        whose = whose
    ))
}

fn signer_of(seen: &Seen, file: &EvidenceFile) -> Signer {
    let receipt = &file.evidence.receipt.receipt;
    let Ok(stake) = seen.ledger.stake_of(receipt.stake) else { return Signer::Unknown };
    // As of when the job ended: an appointment runs out.
    let at: Timestamp = receipt.ended;
    if stake.provider == receipt.provider {
        Signer::Owner
    } else if seen.ledger.game().may_answer(receipt.stake, receipt.provider, at) {
        Signer::Operator
    } else {
        Signer::Stranger
    }
}
