//! Openings over HTTP: what is refused, what is kept, and what is found.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

#[path = "../../core/tests/pocps/support.rs"]
#[allow(dead_code, reason = "not all of the provers are needed here")]
mod provers;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use alloy_primitives::B256;
use futures_executor::block_on;
use pinfi_client::miner::{Board as _, BoardError};
use pinfi_client::storage::{Batch, MAX_NUMBER, Named, Numbered, Storage as _, StorageError};
use pinfi_core::pocps::{Fault, Response, Retain};
use pinfi_provider::boards::{Boards, Look};
use pinfi_provider::figures::Figures;
use pinfi_provider::server;
use pinfi_provider::shelf::{Awaited, Found, Shelf};
use pinfi_provider::stop::Stop;
use pinfi_provider::storage::FileStorage;
use tempfile::TempDir;

use provers::{Forger, Q, beacon, challenge, naive_states, prove};

/// Longer than any board is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

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
        boards(&[&self.url])
    }
}

fn boards(urls: &[&str]) -> Boards {
    let urls: Vec<String> = urls.iter().map(|url| (*url).to_owned()).collect();
    Boards::new(None, &urls, Figures::new().0).unwrap()
}

/// Asks until there is an answer.
fn settled<T>(ask: impl Fn() -> Option<T>) -> T {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(answer) = ask() {
            return answer;
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("never answered")
}

fn look(boards: &Boards, root: B256, awaited: &Awaited) -> Look {
    settled(|| Some(boards.look(root, awaited)).filter(|look| *look != Look::Underway))
}

fn publish(boards: &Boards, response: &Response) -> Result<(), BoardError> {
    let is_underway = |outcome: &Result<(), _>| *outcome == Err(BoardError::Underway);
    settled(|| Some(block_on(boards.publish(response))).filter(|outcome| !is_underway(outcome)))
}

fn find(boards: &Boards, root: B256) -> Result<Option<Response>, BoardError> {
    let is_underway = |outcome: &Result<_, _>| *outcome == Err(BoardError::Underway);
    settled(|| Some(block_on(boards.find(root))).filter(|outcome| !is_underway(outcome)))
}

/// A board that answers each connection as `answer` does, in a thread of its own.
fn strange(answer: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || listener.incoming().map_while(Result::ok).for_each(answer));
    url
}

/// A board that takes connections and never answers; with how many there were.
fn tarpit() -> (String, Arc<Mutex<Vec<TcpStream>>>) {
    let held = Arc::<Mutex<Vec<TcpStream>>>::default();
    let holds = Arc::clone(&held);
    (strange(move |stream| holds.lock().unwrap().push(stream)), held)
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
    let early = publish(&boards, &response).unwrap_err();
    assert_eq!(early.code(), "BoardRefused", "to be tried again");
    assert_eq!(look(&boards, root, &awaited), Look::Nowhere);
    place.expect(root, awaited);
    publish(&boards, &response).unwrap();
    assert_eq!(look(&boards, root, &awaited), Look::Found(Found::True));
    assert_eq!(find(&boards, root), Ok(Some(response)));
    place.shelf.expect(BTreeMap::new()).unwrap();
    assert_eq!(look(&boards, root, &awaited), Look::Nowhere);
}

#[test]
fn openings_that_are_not_wanted_are_not_sent() {
    let place = Place::new(true);
    let (_, mut response) = honest(1);
    // More than two sockets hold, so that a body which nobody reads would not get through.
    response.openings = response.openings.iter().cycle().take(20_000).cloned().collect();
    let figures = Figures::new().0;
    let boards = Boards::new(None, std::slice::from_ref(&place.url), figures.clone()).unwrap();
    let error = publish(&boards, &response).unwrap_err();
    assert!(
        matches!(&error, BoardError::Refused { message } if message.contains("404")),
        "{error}"
    );
    assert_eq!(figures.bytes_out.get(), 0);
}

#[test]
fn board_that_never_answers_keeps_nobody_waiting() {
    let place = Place::new(true);
    let (awaited, response) = honest(1);
    let root = response.root;
    place.expect(root, awaited);
    let (tarpit, held) = tarpit();
    let both = boards(&[&tarpit, &place.url]);
    let begun = Instant::now();
    while !place.shelf.has(root) {
        assert_eq!(block_on(both.publish(&response)), Err(BoardError::Underway));
        assert!(begun.elapsed() < Duration::from_secs(8), "before the tarpit is given up");
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(look(&both, root, &awaited), Look::Found(Found::True), "the other has it");
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());

    // One that was given up is left alone, and counts as one that has nothing.
    let alone = boards(&[&tarpit]);
    assert_eq!(look(&alone, root, &awaited), Look::Nowhere);
    let before = held.lock().unwrap().len();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(2) {
        assert_eq!(alone.look(root, &awaited), Look::Nowhere);
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(held.lock().unwrap().len(), before, "it rests");
}

#[test]
fn board_that_gives_without_end_is_read_to_the_limit() {
    let written = Arc::new(AtomicUsize::new(0));
    let counts = Arc::clone(&written);
    let url = strange(move |mut stream| {
        let mut request = [0; 1_024];
        let _ = stream.read(&mut request);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\n");
        while stream.write_all(&[0; 65_536]).is_ok() {
            counts.fetch_add(65_536, Ordering::Relaxed);
        }
    });
    let (awaited, response) = honest(1);
    assert_eq!(look(&boards(&[&url]), response.root, &awaited), Look::Nowhere);
    // What it wrote beyond stands in the buffers of two sockets.
    let most = awaited.limit() + (16 << 20);
    let wrote = written.load(Ordering::Relaxed);
    assert!(wrote < most, "{wrote} of at most {most}");
}

#[test]
fn find_asks_all_boards_and_fails_only_where_none_has_it() {
    let (awaited, response) = honest(1);
    let place = Place::new(true);
    let gone = "http://127.0.0.1:1";
    let both = boards(&[gone, &place.url]);
    assert_eq!(find(&both, response.root).unwrap_err().code(), "BoardUnreachable");
    place.expect(response.root, awaited);
    place.shelf.put(response.root, &bytes(&response)).unwrap();
    assert_eq!(find(&both, response.root), Ok(Some(response)));
}

#[test]
fn put_of_what_is_there_is_not_looked_at_again_and_expect_leaves_drafts() {
    let (awaited, response) = honest(1);
    let root = response.root;
    let folder = TempDir::new().unwrap();
    let left = folder.path().join("left.draft");
    fs::write(&left, "half").unwrap();
    let shelf = Shelf::open(folder.path()).unwrap();
    assert!(!left.exists(), "an earlier run's is never finished");
    shelf.expect(BTreeMap::from([(root, awaited)])).unwrap();
    assert!(shelf.put(root, b"nonsense").is_err());
    shelf.put(root, &bytes(&response)).unwrap();
    shelf.put(root, b"nonsense").unwrap();
    assert_eq!(shelf.get(root), Some(bytes(&response)), "the first stays");

    let draft = folder.path().join(format!("{root}.draft"));
    fs::write(&draft, "half").unwrap();
    shelf.expect(BTreeMap::from([(root, awaited)])).unwrap();
    assert!(draft.exists(), "somebody is writing it");
    // Of another beacon the openings are others.
    let other = Awaited { beacon: beacon(2), ..awaited };
    shelf.expect(BTreeMap::from([(root, other)])).unwrap();
    assert!(!shelf.has(root));
}

#[test]
fn keep_of_what_is_there_writes_nothing() {
    let folder = TempDir::new().unwrap();
    let shelf = Shelf::open(folder.path()).unwrap();
    let root = B256::repeat_byte(1);
    shelf.keep(root, &[1]).unwrap();
    let written =
        || fs::metadata(folder.path().join(root.to_string())).unwrap().modified().unwrap();
    let first = written();
    thread::sleep(Duration::from_millis(20));
    shelf.keep(root, &[1]).unwrap();
    assert_eq!(written(), first);
    shelf.keep(root, &[2]).unwrap();
    assert_eq!(shelf.get(root), Some(vec![2]), "a chain that took a block back draws others");
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
    let found = look(&place.boards(), response.root, &awaited);
    assert!(matches!(found, Look::Found(Found::False(Fault::WrongEntry { .. }))), "{found:?}");

    let (awaited, response) = honest(2);
    let liar = Place::new(true);
    let mut altered = response.clone();
    altered.openings.truncate(1);
    liar.shelf.keep(response.root, &bytes(&altered)).unwrap();
    assert_eq!(look(&liar.boards(), response.root, &awaited), Look::Nowhere);
    let honest = Place::new(true);
    honest.shelf.keep(response.root, &bytes(&response)).unwrap();
    let all = boards(&["http://127.0.0.1:1", &liar.url, &honest.url]);
    assert_eq!(look(&all, response.root, &awaited), Look::Found(Found::True), "all are asked");
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
