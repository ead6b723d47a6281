//! Submitting, and catching up with what other tabs have written.

use std::rc::Rc;

use pinfi_core::units::Timestamp;

use super::clock::Anchor;
use super::load::{self, Boxed, GENESIS, Head, Stored, put_anchor};
use super::record::{Linked, read_linked};
use super::state::State;
use super::{
    EmbeddedLedger, Genesis, Ground, Hold, Host, Mode, NewLedger, News, Open, OpenError, Record,
    WRITER, parts,
};
use crate::intent::{IntentError, SignedAction, Speed};
use crate::settlement::{Activity, Receipt, Rejection, SubmitError, Update};
use crate::storage::{Batch, Named, Numbered, Storage, StorageError};

/// A snapshot is taken each time so many records have come. In a browser a replayed record costs
/// 0.6 ms, nearly all of it the signature, and a reload 40 ms at worst; a snapshot of some
/// hundred activities and samples has 20 to 200 kB.
const SNAPSHOT_EVERY: u64 = 64;
/// How many snapshots are kept.
const SNAPSHOTS: u64 = 2;
/// How often an append is tried again where no lock keeps other writers out.
const ATTEMPTS: u32 = 3;
/// Records read at once.
const CHUNK: u32 = 256;

impl EmbeddedLedger {
    /// Settles a signed action: under the writers' lock it catches up, draws the randomness,
    /// applies, and keeps the record, its head and what else changed in one transaction.
    pub(super) async fn append(&self, signed: SignedAction) -> Result<Receipt, SubmitError> {
        let _writer = self.writer().await?;
        let mut attempt = 1;
        loop {
            self.read_on().await?;
            match self.append_next(&signed).await {
                // A browser without locks: another tab was faster. Read its record, try again.
                Err(SubmitError::Storage(StorageError::AlreadyThere { .. }))
                    if attempt < ATTEMPTS =>
                {
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    /// Waits until no other tab writes.
    pub(super) async fn writer(&self) -> Result<Hold, SubmitError> {
        let lock = self.0.ground.peers.hold(WRITER, Mode::Exclusive).await;
        lock.ok_or(SubmitError::Unavailable { what: "a lock among tabs" })
    }

    async fn append_next(&self, signed: &SignedAction) -> Result<Receipt, SubmitError> {
        let Ground { storage, peers, host } = &self.0.ground;
        let refused = SubmitError::Unavailable { what: "randomness" };
        let randomness = host.random().ok_or(refused)?;
        let wall_ms = host.wall_ms();
        let (mut state, anchor, record) = {
            let open = self.0.open.borrow();
            let time = open.now(wall_ms);
            let signed = signed.clone();
            let record = Record { seq: open.state.next, time, randomness, signed };
            (open.state.clone(), open.anchor, record)
        };
        let (batch, activity) = extend(&self.genesis(), &mut state, record, Batch::new())?;
        let mut batch = Head::of(&state).put(batch);
        let mended = anchor.mended(state.last, wall_ms);
        let clock_set = mended != anchor || mended.speed != state.speed;
        let anchor = mended.moved(wall_ms, state.speed);
        if clock_set {
            batch = put_anchor(&anchor, batch);
        }
        if state.next.is_multiple_of(SNAPSHOT_EVERY) {
            batch = put_snapshot(&state, batch);
        }
        storage.commit(batch).await?;

        let receipt =
            Receipt { seq: activity.seq, time: activity.time, events: activity.events.clone() };
        {
            let mut open = self.0.open.borrow_mut();
            open.state = state;
            if clock_set {
                open.anchor = anchor;
            }
        }
        peers.announce(News::Grown);
        self.0.listeners.tell(&Update::Applied(activity));
        if clock_set {
            self.0.listeners.tell(&Update::Clock);
        }
        Ok(receipt)
    }

    /// Reads what other tabs have written since.
    ///
    /// # Errors
    /// [`SubmitError::LogChanged`] if what is stored does not continue what this tab has seen;
    /// the stored ledger is then opened anew and [`Update::Replaced`] or [`Update::Damaged`] told.
    /// [`SubmitError::Storage`] or [`SubmitError::Unavailable`].
    pub async fn catch_up(&self) -> Result<(), SubmitError> {
        let _writer = self.writer().await?;
        self.read_on().await
    }

    /// Catches up under the writers' lock: nobody appends meanwhile.
    async fn read_on(&self) -> Result<(), SubmitError> {
        let storage = &self.0.ground.storage;
        let stored = Head::read(storage.as_ref()).await?;
        let is_ours = stored == Some(Head::of(&self.0.open.borrow().state))
            && storage.range(Numbered::Log, self.len(), 1).await?.is_empty();
        if is_ours {
            self.follow_clock().await?;
            Ok(())
        } else {
            parts::read_on(self).await
        }
    }

    /// Reads what others have written, or opens anew what does not continue ours.
    pub(super) async fn read_others(&self) -> Result<(), SubmitError> {
        let storage = &self.0.ground.storage;
        loop {
            let from = self.len();
            let chunk = storage.range(Numbered::Log, from, CHUNK).await?;
            if chunk.is_empty() {
                break;
            }
            for (number, bytes) in chunk {
                if let Err(changed) = self.take_in(number, &bytes) {
                    self.reopen().await?;
                    return Err(changed);
                }
            }
        }
        let head = Head::read(storage.as_ref()).await?;
        let own = Head::of(&self.0.open.borrow().state);
        if head != Some(own) {
            self.reopen().await?;
            return Err(SubmitError::LogChanged { seq: own.next });
        }
        self.follow_clock().await?;
        Ok(())
    }

    /// Applies a record that another tab has written, unless it is known already.
    fn take_in(&self, number: u64, bytes: &[u8]) -> Result<(), SubmitError> {
        let activity = {
            let mut open = self.0.open.borrow_mut();
            if number < open.state.next {
                return Ok(());
            }
            let changed = SubmitError::LogChanged { seq: open.state.next };
            let Ok(linked) = read_linked(open.state.head, bytes) else { return Err(changed) };
            if !open.state.is_followed_by(&linked.record) {
                return Err(changed);
            }
            let genesis = Rc::clone(&open.genesis);
            open.state.apply(&genesis, &linked).map_err(|_| changed)?
        };
        self.0.listeners.tell(&Update::Applied(activity));
        Ok(())
    }

    /// Sets the clock by the shared note of it, if another tab has set that.
    async fn follow_clock(&self) -> Result<(), StorageError> {
        let Some(anchor) = load::read_anchor(self.0.ground.storage.as_ref()).await? else {
            return Ok(());
        };
        let changed = {
            let mut open = self.0.open.borrow_mut();
            let changed = anchor != open.anchor && anchor.speed == open.state.speed;
            if changed {
                open.anchor = anchor;
            }
            changed
        };
        if changed {
            self.0.listeners.tell(&Update::Clock);
        }
        Ok(())
    }

    /// Follows news from another tab.
    pub(super) async fn follow(&self, news: News) {
        // What goes wrong here is met again, and reported, by the next submission.
        let _ = match news {
            News::Grown => self.catch_up().await,
            News::Replaced => match self.writer().await {
                Ok(_writer) => parts::reopen(self).await,
                Err(error) => Err(error),
            },
        };
    }

    /// Opens the stored ledger anew, in place of what this tab has seen. Under the writers' lock.
    pub(super) async fn reopen(&self) -> Result<(), SubmitError> {
        let Ground { storage, host, .. } = &self.0.ground;
        let wall_ms = host.wall_ms();
        let update = match load::load_here(storage.as_ref(), wall_ms).await? {
            Stored::Ledger(loaded) => {
                let (open, recovery) = Open::of(*loaded, wall_ms);
                *self.0.open.borrow_mut() = open;
                recovery.map_or(Update::Replaced, Update::Damaged)
            }
            Stored::Unreadable(recovery) => Update::Damaged(recovery),
            Stored::Nothing => return Err(SubmitError::LogChanged { seq: 0 }),
        };
        self.0.listeners.tell(&update);
        Ok(())
    }

    /// Renews the lease of a clock that runs fast. Call it every few seconds while the page is
    /// shown: a closed or sleeping page's ledger goes on at the wall's pace.
    ///
    /// # Errors
    /// [`SubmitError::Storage`] or [`SubmitError::Unavailable`].
    pub async fn keep_time(&self) -> Result<(), SubmitError> {
        let Ground { storage, peers, host } = &self.0.ground;
        if self.0.open.borrow().anchor.speed == Speed::Real {
            return Ok(());
        }
        let _writer = self.writer().await?;
        // Another tab may have set the clock since.
        self.follow_clock().await?;
        let anchor = {
            let mut open = self.0.open.borrow_mut();
            let speed = open.anchor.speed;
            open.anchor = open.anchor.moved(host.wall_ms(), speed);
            open.anchor
        };
        keep_anchor(storage.as_ref(), &anchor).await?;
        peers.announce(News::Grown);
        Ok(())
    }

    /// Replaces the ledger by a new one, for all tabs. What was set aside stays.
    ///
    /// # Errors
    /// [`OpenError`]; the old ledger is then as it was.
    pub async fn reset(
        &self,
        new: impl FnOnce(&dyn Host) -> Result<NewLedger, OpenError>,
    ) -> Result<(), OpenError> {
        let Ground { peers, host, .. } = &self.0.ground;
        let lock = peers.hold(WRITER, Mode::Exclusive).await;
        let _writer = lock.ok_or(OpenError::Unavailable { what: "a lock among tabs" })?;
        let wall_ms = host.wall_ms();
        let open = create(&self.0.ground, new(host.as_ref())?, wall_ms).await?;
        *self.0.open.borrow_mut() = open;
        peers.announce(News::Replaced);
        self.0.listeners.tell(&Update::Replaced);
        Ok(())
    }
}

/// Makes a ledger in place of what is stored.
pub(super) fn create(
    ground: &Ground,
    new: NewLedger,
    wall_ms: u64,
) -> Boxed<'_, Result<Open, OpenError>> {
    Box::pin(create_unboxed(ground, new, wall_ms))
}

async fn create_unboxed(ground: &Ground, new: NewLedger, wall_ms: u64) -> Result<Open, OpenError> {
    let NewLedger { genesis, opening } = new;
    let mut last = genesis.created;
    let mut records = Vec::with_capacity(opening.len());
    for (seq, (time, signed)) in (0..).zip(opening) {
        let refused = OpenError::Unavailable { what: "randomness" };
        let randomness = ground.host.random().ok_or(refused)?;
        last = last.max(time);
        records.push(Record { seq, time: last, randomness, signed });
    }
    let now = Timestamp(wall_ms / 1_000).max(last);
    found(ground, genesis, records, now, wall_ms).await.map_err(|(_, error)| error)
}

/// Makes a ledger of a genesis and all its records in place of what is stored, in one
/// transaction. An error comes with the record that it is about.
pub(super) async fn found(
    ground: &Ground,
    genesis: Genesis,
    records: Vec<Record>,
    now: Timestamp,
    wall_ms: u64,
) -> Result<Open, (u64, OpenError)> {
    let unwritable = || OpenError::Opening(IntentError::Unwritable.into());
    let (bytes, hash) = genesis.to_stored().ok_or_else(|| (0, unwritable()))?;
    let mut state = State::new(&genesis, hash).map_err(|rejection| (0, rejection.into()))?;
    let mut batch = load::clear(Batch::new()).put(Named::Meta, GENESIS, bytes);
    for record in records {
        let seq = record.seq;
        let extended = extend(&genesis, &mut state, record, batch);
        (batch, _) = extended.map_err(|rejection| (seq, rejection.into()))?;
    }
    let anchor = Anchor::new(now, wall_ms, state.speed);
    batch = put_anchor(&anchor, Head::of(&state).put(batch));
    if state.next > 0 {
        batch = put_snapshot(&state, batch);
    }
    ground.storage.commit(batch).await.map_err(|error| (0, error.into()))?;
    Ok(Open { genesis: Rc::new(genesis), state, anchor })
}

/// Applies a record and adds it to what is to be written.
fn extend(
    genesis: &Genesis,
    state: &mut State,
    record: Record,
    batch: Batch,
) -> Result<(Batch, Activity), Rejection> {
    let (bytes, hash) = record.link(state.head).ok_or(IntentError::Unwritable)?;
    let seq = record.seq;
    let activity = state.apply(genesis, &Linked { record, hash })?;
    Ok((batch.append(Numbered::Log, seq, bytes), activity))
}

/// Adds a snapshot of the state, and lets the oldest go. One that cannot be written is left out:
/// it only saves time.
fn put_snapshot(state: &State, batch: Batch) -> Batch {
    let Some(bytes) = state.to_snapshot() else { return batch };
    let old = state.next.saturating_sub(SNAPSHOT_EVERY * SNAPSHOTS);
    batch
        .delete_range(Numbered::Snapshots, 0..=old)
        .delete_range(Numbered::Snapshots, state.next..=u64::MAX)
        .append(Numbered::Snapshots, state.next, bytes)
}

pub(super) async fn keep_anchor(
    storage: &dyn Storage,
    anchor: &Anchor,
) -> Result<(), StorageError> {
    storage.commit(put_anchor(anchor, Batch::new())).await
}
