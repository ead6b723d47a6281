//! Replays the vectors of the proof: matrices, leaves, root and samples.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Debug;

use alloy_primitives::B256;
use serde::Deserialize;

use crate::pocps::{
    ChainProver, Challenge, Committed, Retain, RowId, Sample, Work, draw, leaf, verify,
};

/// One vector: what the work on one seed gives. A part that is absent is not compared, and of a
/// row only the words that are stated.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    seed: B256,
    n: u32,
    rounds: u32,
    x0_first_row: Option<Vec<u32>>,
    wt_first_row: Option<Vec<u32>>,
    x1_first_row: Option<Vec<u32>>,
    /// Of the last state.
    last_row_head: Option<Vec<u32>>,
    leaf0: Option<B256>,
    root: Option<B256>,
    beacon: Option<B256>,
    samples: Option<Vec<[u32; 3]>>,
}

/// What was replayed without a difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The vectors of the file.
    pub vectors: usize,
    /// The values that were compared.
    pub compared: usize,
}

/// The first thing in which a file and this implementation differ.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// The file is not of this form.
    #[error("not a file of PoCPS vectors: {0}")]
    Form(String),
    /// A value is not the computed one.
    #[error("vector {vector}: {field} is {computed} here, the file says {stated}")]
    Value {
        /// The vector's name.
        vector: String,
        /// Which of its values.
        field: &'static str,
        /// What this implementation computes.
        computed: String,
        /// What the file says.
        stated: String,
    },
}

/// Replays a file of vectors.
///
/// # Errors
/// The first [`Difference`].
pub fn replay(json: &str) -> Result<Summary, Difference> {
    let vectors: Vec<Vector> =
        serde_json::from_str(json).map_err(|error| Difference::Form(error.to_string()))?;
    let mut summary = Summary::default();
    for vector in &vectors {
        let mut comparison = Comparison { vector: &vector.name, compared: 0 };
        comparison.run(vector)?;
        summary.vectors += 1;
        summary.compared += comparison.compared;
    }
    Ok(summary)
}

fn compute(challenge: Challenge) -> Committed {
    ChainProver::new(challenge, Retain::ALL).finish()
}

struct Comparison<'a> {
    vector: &'a str,
    compared: usize,
}

impl Comparison<'_> {
    fn run(&mut self, vector: &Vector) -> Result<(), Difference> {
        let work = Work::new(vector.n, vector.rounds)
            .map_err(|error| Difference::Form(format!("{}: {error}", self.vector)))?;
        let challenge = Challenge { seed: vector.seed, work };
        self.head("x0_first_row", &challenge.x0_row(0), vector.x0_first_row.as_deref())?;
        self.head("wt_first_row", &challenge.w_column(0), vector.wt_first_row.as_deref())?;

        let committed = compute(challenge);
        let row = |state, row| committed.row(RowId { state, row }).unwrap_or_default().to_vec();
        let (first, last) = (row(1, 0), row(work.rounds(), work.n() - 1));
        self.head("x1_first_row", &first, vector.x1_first_row.as_deref())?;
        self.head("last_row_head", &last, vector.last_row_head.as_deref())?;
        self.same("leaf0", &leaf(&first), vector.leaf0.as_ref())?;
        self.same("root", &committed.root(), vector.root.as_ref())?;
        self.samples(vector, committed)
    }

    /// Compares the samples, then opens and checks exactly those.
    fn samples(&mut self, vector: &Vector, mut committed: Committed) -> Result<(), Difference> {
        let (Some(beacon), Some(stated)) = (vector.beacon, &vector.samples) else { return Ok(()) };
        let Challenge { work, .. } = committed.challenge();
        let q = u32::try_from(stated.len()).unwrap_or(u32::MAX);
        let samples: Vec<_> = draw(work, committed.root(), beacon, q)
            .iter()
            .map(|&Sample { k, i, j }| [k, i, j])
            .collect();
        self.same("samples", &samples, Some(stated))?;
        let response = committed.open(beacon, q);
        self.same("verdict", &verify(&committed.challenge(), beacon, q, &response), Some(&Ok(())))
    }

    /// Compares the first words of a row, as many as the file states.
    fn head(
        &mut self,
        field: &'static str,
        row: &[u32],
        stated: Option<&[u32]>,
    ) -> Result<(), Difference> {
        let length = stated.map_or(0, <[u32]>::len).min(row.len());
        self.same(field, &&row[..length], stated.as_ref())
    }

    fn same<T: PartialEq + Debug>(
        &mut self,
        field: &'static str,
        computed: &T,
        stated: Option<&T>,
    ) -> Result<(), Difference> {
        let Some(stated) = stated else { return Ok(()) };
        self.compared += 1;
        if computed == stated {
            return Ok(());
        }
        Err(Difference::Value {
            vector: self.vector.to_string(),
            field,
            computed: format!("{computed:?}"),
            stated: format!("{stated:?}"),
        })
    }
}
