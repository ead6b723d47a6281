//! What the compiler made.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use alloy_primitives::{Address, hex};
use serde_json::Value;

/// A contract as it is compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// What creates it, without its constructor's arguments.
    pub creation: Vec<u8>,
    /// What is then at its address, with zeros where its constructor writes.
    pub runtime: Vec<u8>,
    /// Where its constructor writes.
    pub written: Vec<Range<usize>>,
}

/// What the compiler made is not there, or not of its form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {what}; run `node contracts/build.mjs`", file.display())]
pub struct ArtifactError {
    /// The file.
    pub file: PathBuf,
    /// What is wrong with it.
    pub what: String,
}

/// Returns the root of the repository that this was built from.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

impl Artifact {
    /// Reads a contract, with the addresses of the libraries that it links to.
    ///
    /// # Errors
    /// [`ArtifactError`].
    pub fn read(name: &str, libraries: &[(&str, Address)]) -> Result<Self, ArtifactError> {
        let file = root().join(format!("contracts/out/{name}.json"));
        let bad = |what: String| ArtifactError { file: file.clone(), what };
        let text = fs::read_to_string(&file).map_err(|error| bad(error.to_string()))?;
        let json: Value = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
        let code = |field: &str| {
            let text = json[field].as_str().unwrap_or_default();
            hex::decode(linked(text, &json, libraries))
                .map_err(|error| bad(format!("{field}: {error}")))
        };
        Ok(Self {
            creation: code("bytecode")?,
            runtime: code("deployedBytecode")?,
            written: written(&json["immutableReferences"]),
        })
    }

    /// Tells whether code on a chain is this contract's, whatever its constructor has written.
    #[must_use]
    pub fn is_at(&self, found: &[u8]) -> bool {
        if found.len() != self.runtime.len() {
            return false;
        }
        let mut masked = found.to_vec();
        for place in &self.written {
            if let Some(bytes) = masked.get_mut(place.clone()) {
                bytes.fill(0);
            }
        }
        masked == self.runtime
    }
}

/// Puts the libraries' addresses where the compiler left places for them: `__$`, 34 digits of a hash,
/// `$__`. It says of the creation code alone which library's place is where; the runtime code has the
/// same words.
fn linked(code: &str, json: &Value, libraries: &[(&str, Address)]) -> String {
    let creation = json["bytecode"].as_str().unwrap_or_default();
    let files = json["linkReferences"].as_object().into_iter().flat_map(|files| files.values());
    let mut code = code.to_owned();
    for (name, places) in files.filter_map(Value::as_object).flatten() {
        let address = libraries.iter().find(|(library, _)| library == name);
        let start = places[0]["start"].as_u64().and_then(|start| usize::try_from(start).ok());
        if let (Some((_, address)), Some(start)) = (address, start)
            // After `0x`, two digits a byte.
            && let Some(word) = creation.get(2 + 2 * start..2 + 2 * start + 40)
        {
            code = code.replace(word, &hex::encode(address));
        }
    }
    code
}

fn written(references: &Value) -> Vec<Range<usize>> {
    let number = |value: &Value| value.as_u64().and_then(|n| usize::try_from(n).ok());
    let lists = references.as_object().into_iter().flat_map(|all| all.values());
    lists
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(|one| {
            let start = number(&one["start"])?;
            Some(start..start + number(&one["length"])?)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_at_sees_any_other_byte_and_passes_over_what_the_constructor_writes() {
        let (runtime, written) = (vec![1, 0, 0, 0, 5], vec![1..2, 2..4]);
        let artifact = Artifact { creation: vec![], runtime, written };
        assert!(artifact.is_at(&[1, 9, 8, 7, 5]));
        assert!(!artifact.is_at(&[1, 9, 8, 7, 6]));
        assert!(!artifact.is_at(&[1, 9, 8, 7]));
        assert!(!artifact.is_at(&[]));
    }
}
