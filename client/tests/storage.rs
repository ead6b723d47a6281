//! What every storage adapter must do: run on the memory double natively and on IndexedDB in a
//! browser.

use pinfi_client::storage::{Batch, MAX_NUMBER, Named, Numbered, Storage, StorageError};

type Outcome = Result<(), StorageError>;

async fn append_taken_number(storage: &impl Storage) -> Outcome {
    storage.commit(Batch::new().append(Numbered::Log, 7, vec![1])).await?;
    let batch = Batch::new()
        .put(Named::Meta, "head", vec![9])
        .delete_range(Numbered::Log, 0..=6)
        .append(Numbered::Log, 8, vec![2])
        .append(Numbered::Log, 7, vec![3]);
    let refused = storage.commit(batch).await;
    assert_eq!(refused, Err(StorageError::AlreadyThere { number: 7 }));
    assert_eq!(storage.get(Named::Meta, "head").await?, None, "nothing of the batch is kept");
    assert_eq!(storage.range(Numbered::Log, 0, 9).await?, vec![(7, vec![1])]);
    Ok(())
}

async fn append_twice_in_one_batch(storage: &impl Storage) -> Outcome {
    storage.commit(Batch::new().put(Named::Meta, "head", vec![1])).await?;
    let batch = Batch::new()
        .put(Named::Meta, "head", vec![2])
        .delete(Named::Meta, "head")
        .append(Numbered::Log, 1, vec![1])
        .append(Numbered::Log, 1, vec![2]);
    let refused = storage.commit(batch).await;
    assert_eq!(refused, Err(StorageError::AlreadyThere { number: 1 }));
    assert_eq!(storage.get(Named::Meta, "head").await?, Some(vec![1]));
    assert_eq!(storage.last(Numbered::Log).await?, None);
    Ok(())
}

async fn number_too_large(storage: &impl Storage) -> Outcome {
    let number = MAX_NUMBER + 1;
    let batch = Batch::new().put(Named::Meta, "a", vec![1]).append(Numbered::Log, number, vec![]);
    assert_eq!(storage.commit(batch).await, Err(StorageError::NumberTooLarge { number }));
    assert_eq!(storage.get(Named::Meta, "a").await?, None);
    let refused = storage.range(Numbered::Log, number, 1).await;
    assert_eq!(refused, Err(StorageError::NumberTooLarge { number }));
    Ok(())
}

async fn nothing_there(storage: &impl Storage) -> Outcome {
    assert_eq!(storage.get(Named::Keys, "0x00").await?, None);
    assert!(storage.list(Named::Keys).await?.is_empty());
    assert!(storage.range(Numbered::Snapshots, 0, 10).await?.is_empty());
    assert_eq!(storage.last(Numbered::Snapshots).await?, None);
    storage.commit(Batch::new()).await?;
    storage.commit(Batch::new().delete(Named::Keys, "0x00")).await?;
    storage.commit(Batch::new().delete_range(Numbered::Log, 0..=MAX_NUMBER)).await
}

async fn named_records(storage: &impl Storage) -> Outcome {
    let batch = Batch::new().put(Named::Keys, "b", vec![2]).put(Named::Keys, "a", vec![1]).put(
        Named::Meta,
        "a",
        vec![3],
    );
    storage.commit(batch).await?;
    storage.commit(Batch::new().put(Named::Keys, "b", vec![])).await?;
    assert_eq!(storage.get(Named::Keys, "b").await?, Some(vec![]), "replaced, and empty is kept");
    let expected = vec![("a".to_owned(), vec![1]), ("b".to_owned(), vec![])];
    assert_eq!(storage.list(Named::Keys).await?, expected, "by name, of this store alone");
    storage.commit(Batch::new().delete(Named::Keys, "a")).await?;
    assert_eq!(storage.get(Named::Keys, "a").await?, None);
    assert_eq!(storage.get(Named::Meta, "a").await?, Some(vec![3]));
    Ok(())
}

async fn numbered_records(storage: &impl Storage) -> Outcome {
    let mut batch = Batch::new();
    for number in [0, 1, 2, 10, 300, MAX_NUMBER] {
        let [.., low] = number.to_be_bytes();
        batch = batch.append(Numbered::Log, number, vec![low]);
    }
    storage.commit(batch.append(Numbered::Snapshots, 2, vec![42])).await?;
    let some = storage.range(Numbered::Log, 2, 3).await?;
    assert_eq!(some, vec![(2, vec![2]), (10, vec![10]), (300, vec![44])], "numeric order");
    assert!(storage.range(Numbered::Log, 0, 0).await?.is_empty(), "a limit of none");
    assert_eq!(storage.last(Numbered::Log).await?, Some((MAX_NUMBER, vec![255])));
    let backwards = core::ops::RangeInclusive::new(10, 2);
    let batch = Batch::new()
        .delete_range(Numbered::Log, 2..=u64::MAX)
        .delete_range(Numbered::Log, backwards)
        .append(Numbered::Log, 2, vec![9]);
    storage.commit(batch).await?;
    let left = storage.range(Numbered::Log, 0, u32::MAX).await?;
    assert_eq!(left, vec![(0, vec![0]), (1, vec![1]), (2, vec![9])]);
    assert_eq!(storage.last(Numbered::Snapshots).await?, Some((2, vec![42])));
    Ok(())
}

#[cfg(not(target_arch = "wasm32"))]
mod memory {
    use futures_executor::block_on;
    use pinfi_client::storage::MemoryStorage;

    use super::*;

    macro_rules! on_memory {
        ($($name:ident),*) => {$(
            #[test]
            fn $name() -> Outcome {
                block_on(super::$name(&MemoryStorage::new()))
            }
        )*};
    }

    on_memory!(
        append_taken_number,
        append_twice_in_one_batch,
        number_too_large,
        nothing_there,
        named_records,
        numbered_records
    );

    #[test]
    fn clone_shares_the_store() -> Outcome {
        let one = MemoryStorage::new();
        let other = one.clone();
        block_on(one.commit(Batch::new().put(Named::Meta, "a", vec![1])))?;
        assert_eq!(block_on(other.get(Named::Meta, "a"))?, Some(vec![1]));
        Ok(())
    }

    #[test]
    fn storage_error_codes_are_stable() {
        let errors = [
            StorageError::Unavailable,
            StorageError::AlreadyThere { number: 1 },
            StorageError::NumberTooLarge { number: 1 },
            StorageError::Full,
            StorageError::Failed { name: "DataError".to_owned() },
        ];
        let codes = errors.map(|error| error.code());
        let expected = [
            "storage_unavailable",
            "storage_already_there",
            "storage_number_too_large",
            "storage_full",
            "storage_failed",
        ];
        assert_eq!(codes, expected);
    }
}

#[cfg(target_arch = "wasm32")]
mod indexed_db {
    use pinfi_client::storage::IndexedDb;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::*;

    wasm_bindgen_test_configure!(run_in_browser);

    macro_rules! on_indexed_db {
        ($($name:ident),*) => {$(
            #[wasm_bindgen_test]
            async fn $name() {
                let opened = IndexedDb::open(concat!("test-", stringify!($name))).await;
                let outcome = match opened {
                    Ok(storage) => super::$name(&storage).await,
                    Err(error) => Err(error),
                };
                assert_eq!(outcome, Ok(()));
            }
        )*};
    }

    on_indexed_db!(
        append_taken_number,
        append_twice_in_one_batch,
        number_too_large,
        nothing_there,
        named_records,
        numbered_records
    );

    #[wasm_bindgen_test]
    async fn reopened_database_keeps_its_records() {
        let outcome = async {
            let first = IndexedDb::open("test-reopened").await?;
            first.commit(Batch::new().put(Named::Meta, "a", vec![1])).await?;
            drop(first);
            IndexedDb::open("test-reopened").await?.get(Named::Meta, "a").await
        };
        assert_eq!(outcome.await, Ok(Some(vec![1])));
    }

    #[wasm_bindgen_test]
    async fn dropped_commit_is_whole() {
        let outcome = async {
            let storage = IndexedDb::open("test-dropped").await?;
            let batch =
                Batch::new().append(Numbered::Log, 1, vec![1]).put(Named::Meta, "a", vec![]);
            let mut commit = Box::pin(storage.commit(batch));
            let waker = core::task::Waker::noop();
            let polled = commit.as_mut().poll(&mut core::task::Context::from_waker(waker));
            assert!(polled.is_pending());
            drop(commit);
            let read = (storage.last(Numbered::Log).await?, storage.get(Named::Meta, "a").await?);
            Ok::<_, StorageError>(read)
        };
        assert_eq!(outcome.await, Ok((Some((1, vec![1])), Some(vec![]))));
    }
}
