//! One worker serves its GPU, another one dials it.

use pinfi_session::claim::Opening;
use pinfi_worker::rented::{EndpointSecret, Guest, Listen, Served};

use super::network::{Wires, key as endpoint_key};
use super::*;

const SECRET: [u8; 32] = [2; 32];
const RELAY: &str = "http://localhost:3340";

fn served(now: u64) -> Served {
    let settled = Settled { rental: RentalId(6), client: account(8), until: UNTIL };
    Served { now: Timestamp(now), stakes: vec![(StakeId(5), Some(settled))] }
}

fn listen(relay: &str) -> ToRented {
    let Domain { chain_id, ledger } = DOMAIN;
    let (secret, relay, provider) = (EndpointSecret(SECRET), relay.to_owned(), account(9));
    ToRented::Listen(Listen { secret, relay, provider, chain_id, ledger, served: served(1_000) })
}

fn dial(signers: &[u8]) -> ToRented {
    let Domain { chain_id, ledger } = DOMAIN;
    let signers = signers.iter().map(|byte| account(*byte)).collect();
    let device = Device::There { key: endpoint_key(SECRET), relay: RELAY.to_owned(), signers };
    let (stake, rental, client) = (StakeId(5), RentalId(6), account(8));
    let moment = moment(1_000);
    ToRented::Open(Order { stake, rental, client, chain_id, ledger, moment, device })
}

/// A client and a provider in one thread.
struct Both {
    client: Page,
    provider: Page,
    wires: Wires,
    /// What the provider was told of its guests.
    guests: Vec<Guest>,
}

impl Both {
    fn new() -> Self {
        let wires = Wires::default();
        let network = || Some(Rc::new(wires.clone()) as Rc<dyn Network>);
        let pool = LocalPool::new();
        let spawner = pool.spawner();
        let client = Page::with(pool, 8, network());
        let provider = Page::beside(spawner, 9, network());
        Self { client, provider, wires, guests: Vec::new() }
    }

    fn listening() -> Self {
        let mut both = Self::new();
        both.provider.host.say(listen(RELAY));
        let FromRented::Listening { key } = both.of_provider() else { panic!("not listening") };
        assert_eq!(key, endpoint_key(SECRET));
        both
    }

    fn opened() -> Self {
        let mut both = Self::listening();
        both.client.host.say(dial(&[7, 9]));
        let FromRented::Opened(terms) = both.sign() else { panic!("not opened") };
        assert_eq!((terms.provider, terms.until), (account(9), UNTIL));
        both
    }

    fn sign(&mut self) -> FromRented {
        let FromRented::Sign(opening) = self.of_client() else { panic!("nothing to sign") };
        let Opening { provider, .. } = opening;
        assert_eq!(provider, endpoint_key(SECRET));
        let digest = opening.signing_hash(&DOMAIN.eip712());
        self.client.host.say(ToRented::Signed(Ok(self.client.signature(digest))));
        self.of_client()
    }

    /// What the client's page hears next; the provider's answers meanwhile.
    fn of_client(&mut self) -> FromRented {
        loop {
            if let Some(heard) = self.client.try_next() {
                return heard;
            }
            if let Some(heard) = self.provider.try_next() {
                self.answer(heard);
            }
            self.client.let_run(1);
        }
    }

    fn of_provider(&mut self) -> FromRented {
        loop {
            if let Some(heard) = self.provider.try_next() {
                return heard;
            }
            self.client.let_run(1);
        }
    }

    fn answer(&mut self, heard: FromRented) {
        match heard {
            FromRented::SignReceipt { number, receipt } => {
                assert_eq!(receipt.provider, account(9));
                let digest = receipt.signing_hash(&DOMAIN.eip712());
                let answer = Ok(self.provider.signature(digest));
                self.provider.host.say(ToRented::ReceiptSigned { number, answer });
            }
            FromRented::Guest(guest) => self.guests.push(guest),
            other => panic!("{other:?}"),
        }
    }

    /// Hears what the provider's worker has said so far.
    fn hear_provider(&mut self) {
        while let Some(heard) = self.provider.try_next() {
            self.answer(heard);
        }
    }

    /// Gives how a job ends for the client, and the steps before.
    fn end(&mut self) -> (u64, FromRented) {
        let mut count = 0;
        loop {
            match self.of_client() {
                FromRented::Accepted { .. } => {}
                FromRented::Step { .. } => count += 1,
                other => return (count, other),
            }
        }
    }
}

fn over(heard: FromRented) -> (String, String) {
    match heard {
        FromRented::Over { code, reason } => (code, reason),
        other => panic!("{other:?}"),
    }
}

#[test]
fn worker_without_a_network_neither_dials_nor_listens() {
    for message in [dial(&[9]), listen(RELAY)] {
        let mut page = Page::new(8);
        page.host.say(message);
        assert_eq!(over(page.next()).0, "NoTransport");
    }
}

#[test]
fn dial_tells_that_nobody_is_there_and_that_a_relay_is_none() {
    let mut both = Both::new();
    both.client.host.say(dial(&[9]));
    assert_eq!(over(both.of_client()).0, "DialUnreached");
    both.provider.host.say(listen("nowhere"));
    assert_eq!(over(both.of_provider()).0, "DialRelay");
}

#[test]
fn open_rejects_a_device_whose_receipts_somebody_else_signs() {
    let mut both = Both::listening();
    both.client.host.say(dial(&[7]));
    assert_eq!(over(both.sign()).0, "SessionOtherSigner");
}

#[test]
fn job_runs_on_the_other_worker_and_its_receipt_is_signed_by_that_page() {
    let mut both = Both::opened();
    both.client.submit(&job(1));
    let (12, FromRented::Done { receipt, .. }) = both.end() else { panic!("not done") };
    assert_eq!(receipt.check(&DOMAIN.eip712()), Ok(()));
    assert_eq!(receipt.receipt.provider, account(9));
    both.hear_provider();
    let steps = both.guests.iter().filter(|it| matches!(it, Guest::Step { .. })).count();
    assert_eq!(steps, 12);
    let (client, job) = (account(8), JobId([1; 16]));
    assert!(both.guests.contains(&Guest::Began { client, job }));
    assert!(both.guests.contains(&Guest::Ended { client, job, failed: None }));
}

#[test]
fn provider_that_starts_anew_is_dialled_again_and_the_job_goes_on() {
    let mut both = Both::opened();
    both.client.submit(&job(1));
    while !matches!(both.of_client(), FromRented::Step { .. }) {}
    // Its tab is closed, and opened again.
    let network = Some(Rc::new(both.wires.clone()) as Rc<dyn Network>);
    let spawner = both.client.pool.spawner();
    both.provider.host.say(ToRented::Stop);
    loop {
        match both.of_provider() {
            FromRented::Over { code, .. } => {
                assert_eq!(code, "DialClosed");
                break;
            }
            heard => both.answer(heard),
        }
    }
    both.provider = Page::beside(spawner, 9, network);
    both.provider.host.say(listen(RELAY));
    let FromRented::Listening { .. } = both.of_provider() else { panic!("not listening") };
    let lost = loop {
        match both.of_client() {
            FromRented::Step { .. } => {}
            other => break other,
        }
    };
    assert!(matches!(lost, FromRented::Lost { .. }), "{lost:?}");
    let mut opened = both.of_client();
    while matches!(opened, FromRented::Lost { .. }) {
        opened = both.of_client();
    }
    let FromRented::Sign(opening) = opened else { panic!("{opened:?}") };
    let digest = opening.signing_hash(&DOMAIN.eip712());
    both.client.host.say(ToRented::Signed(Ok(both.client.signature(digest))));
    assert!(matches!(both.of_client(), FromRented::Opened(_)));
    assert!(matches!(both.end(), (12, FromRented::Done { .. })), "from its first step on");
}

#[test]
fn job_waits_while_a_proof_has_the_device() {
    let mut both = Both::opened();
    both.provider.host.say(ToRented::Proving(true));
    both.client.submit(&job(1));
    let FromRented::Accepted { .. } = both.of_client() else { panic!("not accepted") };
    both.client.let_run(1_000);
    assert!(both.client.try_next().is_none(), "no step begins");
    both.provider.host.say(ToRented::Proving(false));
    assert!(matches!(both.end(), (12, FromRented::Done { .. })));
}

#[test]
fn end_of_the_rental_ends_the_session() {
    let mut both = Both::opened();
    both.client.submit(&long(1));
    while !matches!(both.of_client(), FromRented::Step { .. }) {}
    both.provider.host.say(ToRented::Served(served(UNTIL.0)));
    let ended = loop {
        match both.of_client() {
            FromRented::Step { .. } | FromRented::Failed { .. } => {}
            other => break other,
        }
    };
    assert!(over(ended).1.contains("SessionNotRented"));
}
