//! One proof's dealings with what it could go on from.

use pinfi_core::pocps::{Challenge, Checkpoint};

use super::{Checkpoints, Note};

/// The largest that is kept, in bytes: writing a larger one takes what it would save.
const MOST_BYTES: u64 = 256 << 20;

/// Finds what an earlier proof of a challenge has left, and keeps what a later one can go on from.
pub struct Cuts<'a> {
    challenge: Challenge,
    checkpoints: &'a dyn Checkpoints,
    on_note: &'a dyn Fn(Note),
    /// Whether there may be something to remove.
    is_kept: bool,
    /// Whether keeping has failed: it is not tried again.
    fails: bool,
}

impl<'a> Cuts<'a> {
    /// Begins with a challenge; `on_note` hears what people may want to know.
    #[must_use]
    pub fn new(
        challenge: Challenge,
        checkpoints: &'a dyn Checkpoints,
        on_note: &'a dyn Fn(Note),
    ) -> Self {
        Self { challenge, checkpoints, on_note, is_kept: false, fails: false }
    }

    /// Tells people something.
    pub fn note(&self, note: Note) {
        (self.on_note)(note);
    }

    /// Notes that the proof goes on from X_`state`.
    pub fn resumes(&self, state: u32) {
        self.note(Note::Resumed { state, rounds: self.challenge.work.rounds() });
    }

    /// Gives what to go on from. What is damaged, or another challenge's, is noted and passed over.
    pub async fn find(&mut self) -> Option<Checkpoint> {
        // A storage that cannot be read has kept nothing; where it cannot be written that is noted.
        let bytes = self.checkpoints.read(self.challenge.seed).await.ok()??;
        self.is_kept = true;
        match Checkpoint::from_bytes(&bytes, self.challenge) {
            Ok(checkpoint) => Some(checkpoint),
            Err(error) => {
                let (code, message) = (error.code().to_owned(), error.to_string());
                self.note(Note::SetAside { code, message });
                None
            }
        }
    }

    /// Keeps what to go on from, in the place of what was kept before. Where that fails it is noted once,
    /// and the proof goes on without.
    pub async fn keep(&mut self, checkpoint: &Checkpoint) {
        let size = Checkpoint::bytes_at(self.challenge.work, checkpoint.state());
        if self.fails || size > MOST_BYTES {
            return;
        }
        match self.checkpoints.write(self.challenge.seed, checkpoint.to_bytes()).await {
            Ok(()) => self.is_kept = true,
            Err(error) => {
                self.fails = true;
                let (code, message) = (error.code().to_owned(), error.to_string());
                self.note(Note::Unkept { code, message });
            }
        }
    }

    /// Removes what was kept: the proof is computed.
    pub async fn done(self) {
        if self.is_kept {
            let seed = self.challenge.seed;
            // What stays makes room for others later.
            let _ = self.checkpoints.retain(&|kept| kept != seed).await;
        }
    }
}
