//! How jobs and what they give are written, which hashes and other programs depend on.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use pinfi_jobs::chain::{Output, Piece};
use pinfi_jobs::library::{HashSearch, Task};
use pinfi_jobs::spec::{Buffer, Element, Grain, Job, JobBytesError, JobId, Role, Work};

fn job() -> Job {
    let search = HashSearch { text: vec![200, 1], start: 3, segments: 4, zero_bits: 5 };
    Job { id: JobId([9; 16]), grain: Grain(28), work: Work::Library(Task::HashSearch(search)) }
}

#[test]
fn from_bytes_rejects_what_is_cut_or_longer_or_says_to_be_longer_than_it_is() {
    let bytes = job().to_bytes();
    for end in 0..bytes.len() {
        assert_eq!(Job::from_bytes(&bytes[..end]), Err(JobBytesError::Malformed), "{end} bytes");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(Job::from_bytes(&longer), Err(JobBytesError::Trailing { count: 1 }));
    // The text's length, after the name, the grain and two variants.
    let mut claims = bytes.clone();
    assert_eq!(claims[19], 2);
    claims[19] = 127;
    assert_eq!(Job::from_bytes(&claims), Err(JobBytesError::Malformed));
    assert_eq!(Job::from_bytes(&bytes), Ok(job()));
}

#[test]
fn bytes_are_written_with_their_length_and_one_by_one() {
    let name = [9; 16];
    assert_eq!(job().to_bytes(), [&name[..], &[28, 1, 4], &[2, 200, 1], &[3, 4, 5]].concat());
    let buffer = Buffer {
        binding: 1,
        element: Element::F32,
        words: 1,
        role: Role::Uniform,
        contents: vec![255, 128, 0, 1],
    };
    let written = postcard::to_allocvec(&buffer).unwrap();
    assert_eq!(written, [1, 2, 1, 3, 4, 255, 128, 0, 1]);
    let output = Output { binding: 7, bytes: vec![130; 3] };
    assert_eq!(postcard::to_allocvec(&output).unwrap(), [7, 3, 130, 130, 130]);
    let piece = Piece { binding: 7, offset: 1, bytes: vec![130] };
    assert_eq!(postcard::to_allocvec(&piece).unwrap(), [7, 1, 1, 130]);
}
