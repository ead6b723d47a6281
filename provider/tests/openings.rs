//! Openings over HTTP: what is refused, what is kept, and what is found.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

#[path = "../../core/tests/pocps/support.rs"]
#[allow(dead_code, reason = "not all of the provers are needed here")]
mod provers;

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use alloy_primitives::B256;
use futures_executor::block_on;
use pinfi_client::miner::Board as _;
use pinfi_client::storage::{Batch, MAX_NUMBER, Named, Numbered, Storage as _, StorageError};
use pinfi_core::pocps::{Fault, Response, Retain};
use pinfi_provider::boards::Boards;
use pinfi_provider::figures::Figures;
use pinfi_provider::server;
use pinfi_provider::shelf::{Awaited, Found, Shelf};
use pinfi_provider::stop::Stop;
use pinfi_provider::storage::FileStorage;
use tempfile::TempDir;

use provers::{Forger, Q, beacon, challenge, naive_states, prove};

/// A shelf behind a server that takes openings, or does not.
struct Place {
    shelf: Arc<Shelf>,
    url: String,
    stop: Stop,
    _folder: TempDir,
}

impl Place {
    fn new(accepts: bool) -> Self {
        let (folder, stop) = (TempDir::new().unwrap(), Stop::default());
        let shelf = Arc::new(Shelf::open(folder.path()).unwrap());
        let router = server::openings(Arc::clone(&shelf), Figures::new().0, accepts);
        let (at, _) = server::serve("127.0.0.1:0".parse().unwrap(), router, &stop).unwrap();
        Self { shelf, url: format!("http://{at}"), stop, _folder: folder }
    }

    fn expect(&self, root: B256, awaited: Awaited) {
        self.shelf.expect(BTreeMap::from([(root, awaited)])).unwrap();
    }

    fn put(&self, root: &str, bytes: &[u8]) -> u16 {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        agent.put(format!("{}/openings/{root}", self.url)).send(bytes).unwrap().status().as_u16()
    }

    fn boards(&self) -> Boards {
        Boards::new(None, vec![self.url.clone()], Figures::new().0)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.stop.ask();
    }
}

fn honest(seed: u64) -> (Awaited, Response) {
    let challenge = challenge(64, 2, seed);
    let awaited = Awaited { challenge, beacon: beacon(1), samples: Q };
    (awaited, prove(challenge, Retain::ALL, u32::MAX).open(beacon(1), Q))
}

fn bytes(response: &Response) -> Vec<u8> {
    postcard::to_allocvec(response).unwrap()
}

#[test]
fn put_of_what_nobody_awaits_or_is_of_something_else_is_refused() {
    let place = Place::new(true);
    let ((awaited, response), (_, other)) = (honest(1), honest(2));
    let root = response.root.to_string();
    assert_eq!(place.put("nonsense", &[]), 404);
    assert_eq!(place.put(&root, &bytes(&response)), 404, "not awaited");
    place.expect(response.root, awaited);
    assert_eq!(place.put(&root, &[]), 422);
    assert_eq!(place.put(&root, b"<html>"), 422);
    assert_eq!(place.put(&root, &bytes(&other)), 422, "of another root");
    let mut altered = response.clone();
    altered.openings[3].next.row.0[5] ^= 1;
    assert_eq!(place.put(&root, &bytes(&altered)), 422, "of no committed row");
    assert_eq!(place.put(&root, &vec![0; awaited.limit() + 1]), 413);
    assert_eq!(place.shelf.get(response.root), None);
    assert_eq!(Place::new(false).put(&root, &bytes(&response)), 405);
}

#[test]
fn published_openings_fit_the_limit_are_found_and_thrown_away_when_nobody_awaits_them() {
    let place = Place::new(true);
    let (awaited, response) = honest(1);
    let root = response.root;
    assert!(bytes(&response).len() <= awaited.limit());
    let boards = place.boards();
    let early = block_on(boards.publish(&response)).unwrap_err();
    assert_eq!(early.code(), "BoardRefused", "to be tried again");
    assert_eq!(boards.look(root, &awaited), None);
    place.expect(root, awaited);
    block_on(boards.publish(&response)).unwrap();
    assert_eq!(boards.look(root, &awaited), Some(Found::True));
    assert_eq!(block_on(boards.find(root)), Ok(Some(response)));
    place.shelf.expect(BTreeMap::new()).unwrap();
    assert_eq!(boards.look(root, &awaited), None);
}

#[test]
fn false_openings_are_kept_as_evidence_and_a_board_that_lies_proves_nothing() {
    let challenge = challenge(64, 2, 1);
    let mut states = naive_states(&challenge);
    states[0].iter_mut().flatten().for_each(|word| *word ^= 1);
    let forger = Forger::new(challenge, states);
    let response = forger.open(beacon(1), Q);
    let awaited = Awaited { challenge, beacon: beacon(1), samples: Q };
    let place = Place::new(true);
    place.expect(response.root, awaited);
    assert_eq!(place.put(&response.root.to_string(), &bytes(&response)), 204);
    let found = place.boards().look(response.root, &awaited);
    assert!(matches!(found, Some(Found::False(Fault::WrongEntry { .. }))), "{found:?}");

    let (awaited, response) = honest(2);
    let liar = Place::new(true);
    let mut altered = response.clone();
    altered.openings.truncate(1);
    liar.shelf.keep(response.root, &bytes(&altered)).unwrap();
    assert_eq!(liar.boards().look(response.root, &awaited), None);
    let honest = Place::new(true);
    honest.shelf.keep(response.root, &bytes(&response)).unwrap();
    let both = vec!["http://127.0.0.1:1".to_owned(), liar.url.clone(), honest.url.clone()];
    let both = Boards::new(None, both, Figures::new().0);
    assert_eq!(both.look(response.root, &awaited), Some(Found::True), "the next is asked");
}

#[test]
fn shelf_keeps_no_more_than_some_of_its_own() {
    let place = Place::new(false);
    for number in 0..80_u8 {
        place.shelf.keep(B256::repeat_byte(number), &[number]).unwrap();
    }
    assert_eq!(place.shelf.get(B256::repeat_byte(79)), Some(vec![79]));
    let kept = (0..80).filter(|byte| place.shelf.get(B256::repeat_byte(*byte)).is_some());
    assert_eq!(kept.count(), 64);
}

#[test]
fn storage_keeps_a_batch_whole_or_not_at_all_and_finds_it_again() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("client.redb");
    let storage = FileStorage::open(&file).unwrap();
    assert!(FileStorage::open(&file).is_err(), "one process at a time");
    let put = |batch| block_on(storage.commit(batch));
    put(Batch::new().append(Numbered::Log, 7, vec![1])).unwrap();
    let refused =
        put(Batch::new().put(Named::Meta, "head", vec![9]).append(Numbered::Log, 7, vec![2]));
    assert_eq!(refused, Err(StorageError::AlreadyThere { number: 7 }));
    let number = MAX_NUMBER + 1;
    let refused = put(Batch::new().append(Numbered::Log, number, vec![]));
    assert_eq!(refused, Err(StorageError::NumberTooLarge { number }));
    put(Batch::new().put(Named::Meta, "b", vec![2]).put(Named::Meta, "a", vec![1])).unwrap();
    put(Batch::new().append(Numbered::Log, 8, vec![2]).delete_range(Numbered::Log, 0..=7)).unwrap();
    put(Batch::new().delete(Named::Meta, "none").delete(Named::Meta, "b")).unwrap();
    drop(storage);

    let storage = FileStorage::open(&file).unwrap();
    assert_eq!(block_on(storage.get(Named::Meta, "head")), Ok(None));
    assert_eq!(block_on(storage.list(Named::Meta)), Ok(vec![("a".to_owned(), vec![1])]));
    assert_eq!(block_on(storage.range(Numbered::Log, 0, 9)), Ok(vec![(8, vec![2])]));
    assert_eq!(block_on(storage.last(Numbered::Log)), Ok(Some((8, vec![2]))));
    assert_eq!(block_on(storage.last(Numbered::Snapshots)), Ok(None));
    assert!(fs::metadata(file).unwrap().len() > 0);
}
