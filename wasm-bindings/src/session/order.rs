//! What is needed to dial a device and to open a session with it.

use alloy_primitives::B256;
use pinfi_client::intent::Domain;
use pinfi_core::units::{RentalId, StakeId};
use pinfi_session::client::Device;
use pinfi_session::transport::EndpointKey;
use pinfi_session::wire::Claim;
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use crate::error::malformed;
use crate::wire::address;

/// What is handed in.
pub(super) struct Order {
    pub(super) claim: Claim,
    pub(super) domain: Domain,
    pub(super) device: Device,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    key: B256,
    relay: String,
    stake: u64,
    rental: u64,
    client: String,
    signers: Vec<String>,
    chain_id: u64,
    ledger: String,
}

impl Order {
    pub(super) fn read(order: JsValue) -> Result<Self, JsValue> {
        let written: Written = serde_wasm_bindgen::from_value(order).map_err(malformed)?;
        let Written { key, relay, stake, rental, client, signers, chain_id, ledger } = written;
        if signers.is_empty() {
            return Err(malformed("no account may sign receipts"));
        }
        let (stake, rental, client) = (StakeId(stake), RentalId(rental), address(&client)?);
        let signers = signers.iter().map(|it| address(it)).collect::<Result<_, _>>()?;
        Ok(Self {
            claim: Claim { stake, rental, client },
            domain: Domain { chain_id, ledger: address(&ledger)? },
            device: Device { key: EndpointKey(key.0), relay, signers },
        })
    }
}
