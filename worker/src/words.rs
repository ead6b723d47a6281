//! Rows of a matrix in a message.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Words that travel as their bytes in memory: who reads them is the same program on the same machine.
#[derive(Clone, PartialEq, Eq)]
pub struct Words(pub Vec<u32>);

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Words").field(&self.0.len()).finish()
    }
}

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytemuck::cast_slice(&self.0))
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        if !bytes.len().is_multiple_of(size_of::<u32>()) {
            return Err(serde::de::Error::invalid_length(bytes.len(), &"whole words"));
        }
        Ok(Self(bytemuck::pod_collect_to_vec(bytes)))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Words, WorkerError, decode, encode};

    #[test]
    fn words_refused_when_they_are_not_whole() {
        let bytes = postcard::to_allocvec(&[1_u8, 2, 3].as_slice()).unwrap_or_default();
        assert_eq!(decode::<Words>(&bytes), Err(WorkerError::Protocol));
    }

    #[test]
    fn words_come_back() -> Result<(), WorkerError> {
        for words in [vec![], vec![u32::MAX], vec![0, 1, 0x0102_0304, u32::MAX - 7]] {
            let words = Words(words);
            assert_eq!(decode::<Words>(&encode(&words)?)?, words);
        }
        Ok(())
    }
}
