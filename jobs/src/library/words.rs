//! Words as the bytes that are sent: four each, little-endian.

/// Writes integers.
#[must_use]
pub fn from_u32(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// Writes floats.
#[must_use]
pub fn from_f32(words: &[f32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// Reads integers; bytes that fill no word are left out.
#[must_use]
pub fn to_u32(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect()
}

/// Reads floats; bytes that fill no word are left out.
#[must_use]
pub fn to_f32(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|word| f32::from_le_bytes(*word)).collect()
}

/// Reads one integer of many.
pub(super) fn u32_at(bytes: &[u8], index: usize) -> u32 {
    bytes.as_chunks::<4>().0.get(index).map_or(0, |word| u32::from_le_bytes(*word))
}

/// Reads one float of many.
pub(super) fn f32_at(bytes: &[u8], index: usize) -> f64 {
    f32::from_bits(u32_at(bytes, index)).into()
}
