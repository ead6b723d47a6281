//! The typed message itself, for those who want to see what exactly is signed.

use pinfi_client::intent::{FieldValue, Intent, describe};

use super::figures::{moment, pin_words};
use crate::contexts::tr;

/// Bytes of a proof that are shown: it is megabytes long.
const SHOWN_BYTES: usize = 24;

/// Lists a typed message's domain, type and fields, as they are signed.
pub(crate) fn details(intent: &Intent) -> Vec<(String, String)> {
    let mut rows = vec![
        (tr!(actions.detail_type).to_owned(), intent.action.name().to_owned()),
        (tr!(actions.detail_chain).to_owned(), intent.domain.chain_id.to_string()),
        (tr!(actions.detail_ledger).to_owned(), intent.domain.ledger.to_string()),
    ];
    let fields = describe(&intent.action);
    rows.extend(fields.into_iter().map(|field| (field.name.to_owned(), value(&field.value))));
    rows.push(("nonce".to_owned(), intent.nonce.to_string()));
    rows.push(("deadline".to_owned(), value(&FieldValue::Time(intent.deadline))));
    rows
}

fn value(value: &FieldValue) -> String {
    match value {
        FieldValue::Account(account) => account.to_string(),
        FieldValue::Amount(amount) => format!("{amount} wei ({})", pin_words(*amount)),
        FieldValue::SignedAmount(amount) => format!("{amount} wei"),
        FieldValue::Pool(pool) => pool.to_string(),
        FieldValue::Stake(stake) => stake.to_string(),
        FieldValue::Stakes(stakes) => {
            stakes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        FieldValue::Certificate(certificate) => certificate.to_string(),
        FieldValue::Time(time) => format!("{time} ({})", moment(*time)),
        FieldValue::Duration(secs) => format!("{secs} s"),
        FieldValue::Compute(gs) => format!("{gs} GPU·s"),
        FieldValue::Share(share) => format!("{share} / 10000"),
        FieldValue::Count(count) => count.to_string(),
        FieldValue::Epoch(epoch) => epoch.to_string(),
        FieldValue::Hash(hash) => hash.to_string(),
        FieldValue::Text(text) => text.clone(),
        FieldValue::Bytes(bytes) => {
            let head = bytes.slice(..bytes.len().min(SHOWN_BYTES));
            let more = if bytes.len() > SHOWN_BYTES { "…" } else { "" };
            format!("{head}{more} ({} bytes)", bytes.len())
        }
        FieldValue::Speed(speed) => format!("{}×", speed.factor()),
        // A kind of field that came after these words.
        other => format!("{other:?}"),
    }
}
