//! What the worker says.

use std::rc::Rc;

use alloy_primitives::{Address, B256, Bytes};
use leptos::prelude::*;
use pinfi_client::miner::ServedJob;
use pinfi_core::{stake::Rental, units::StakeId};
use pinfi_jobs::receipt::Receipt;
use pinfi_worker::rented::{FromRented, Guest, ToRented};
use wasm_bindgen_futures::spawn_local;

use super::{Again, Phase, Running, Serving};
use crate::contexts::now;

impl Serving {
    pub(super) fn hear(self: &Rc<Self>, message: Option<FromRented>) {
        match message {
            Some(FromRented::Listening { key }) => {
                self.again.set(Again::default());
                if self.is_on() {
                    self.phase(Phase::Reached(B256::from(key.0)));
                }
            }
            Some(FromRented::SignReceipt { number, receipt }) => {
                let serving = Rc::clone(self);
                spawn_local(async move {
                    let answer = serving.sign(&receipt).await;
                    serving.say(ToRented::ReceiptSigned { number, answer });
                });
            }
            Some(FromRented::Guest(guest)) => self.note(guest),
            Some(FromRented::Over { .. }) | None if self.then.get().is_some() => self.ended(),
            Some(FromRented::Over { code, reason }) => self.fail(&code, &reason),
            None => self.fail("WorkerStopped", ""),
            // The rest is said to clients.
            Some(_) => {}
        }
    }

    fn note(self: &Rc<Self>, guest: Guest) {
        let at = self.ledger.now();
        let mut shown = self.shown.write();
        match guest {
            Guest::Came(claim) => shown.sessions.push(claim),
            Guest::Left(claim) => {
                // One of the same rental may have taken its place already.
                let place = shown.sessions.iter().position(|open| *open == claim);
                place.map(|place| shown.sessions.remove(place));
            }
            Guest::Began { client, job } => {
                shown.running = Some(Running { client, job, since: now(), busy_ms: 0 });
            }
            Guest::Step { millis } => {
                if let Some(running) = &mut shown.running {
                    running.busy_ms = running.busy_ms.saturating_add(millis);
                }
            }
            Guest::Ended { client, job, failed } => {
                let ran = shown.running.take().filter(|running| running.job == job);
                let busy_ms = ran.map_or(0, |running| running.busy_ms);
                let is_gone =
                    failed.clone().filter(|code| matches!(&**code, "JobStuck" | "JobDeviceLost"));
                shown.served.note(ServedJob { at, client, job: job.0, busy_ms, failed });
                self.unkept.set(true);
                drop(shown);
                if let Some(code) = is_gone {
                    self.replace(&code, "");
                }
            }
        }
    }

    /// Signs a receipt, if it is one of this device's: the worker runs strangers' jobs.
    async fn sign(&self, receipt: &Receipt) -> Result<Bytes, String> {
        if !is_ours(receipt, &self.rentals(), self.key.address()) {
            return Err("no rental of this device".to_owned());
        }
        let domain = self.domain.eip712();
        let (digest, json) = (receipt.signing_hash(&domain), receipt.typed_json(&domain));
        let signature = self.key.signer().sign_typed(digest, &json).await;
        Ok(signature.map_err(|error| error.to_string())?.as_bytes().to_vec().into())
    }
}

/// Tells whether a receipt is of a rental that runs here, and names the key that answers.
fn is_ours(receipt: &Receipt, rentals: &[(StakeId, Rental)], key: Address) -> bool {
    let is_rented = rentals.iter().any(|(stake, rental)| {
        *stake == receipt.stake && rental.id == receipt.rental && rental.renter == receipt.client
    });
    is_rented && receipt.provider == key
}

#[cfg(test)]
mod tests {
    use pinfi_core::units::{RentalId, Timestamp, Wei};
    use pinfi_jobs::spec::JobId;

    use super::*;

    const KEY: Address = Address::repeat_byte(1);
    const CLIENT: Address = Address::repeat_byte(2);

    fn receipt() -> Receipt {
        Receipt {
            job: JobId([3; 16]),
            input_hash: B256::ZERO,
            provider: KEY,
            client: CLIENT,
            stake: StakeId(4),
            rental: RentalId(5),
            device: String::new(),
            started: Timestamp(10),
            ended: Timestamp(11),
            busy_millis: 1,
            steps: 1,
            output_hash: B256::ZERO,
            chain: B256::ZERO,
        }
    }

    #[test]
    fn is_ours_refuses_receipts_of_others_and_of_no_rental() {
        let (start, until) = (Timestamp(0), Timestamp(100));
        let rental = Rental { id: RentalId(5), renter: CLIENT, start, until, paid: Wei(1) };
        let rentals = [(StakeId(4), rental)];
        assert!(is_ours(&receipt(), &rentals, KEY));
        assert!(!is_ours(&receipt(), &[], KEY), "nobody rents it");
        assert!(!is_ours(&receipt(), &rentals, CLIENT), "another key's");
        for wrong in [
            Receipt { provider: CLIENT, ..receipt() },
            Receipt { client: KEY, ..receipt() },
            Receipt { stake: StakeId(6), ..receipt() },
            Receipt { rental: RentalId(6), ..receipt() },
        ] {
            assert!(!is_ours(&wrong, &rentals, KEY), "{wrong:?}");
        }
    }
}
