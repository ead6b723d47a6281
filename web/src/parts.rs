//! What is loaded when it is first needed.
//!
//! `wasm_split` names the module that its function goes into, with all that nothing else uses; the
//! build cuts the program there (see ARCHITECTURE.md). What two modules share is a file of its own.
//! Each function here gives a plain function, so that views are built where they are shown.
#![allow(unsafe_code, reason = "`wasm_split` imports a function from the module that it makes")]

use std::{pin::Pin, rc::Rc};

use alloy_primitives::{Address, U256};
use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};
use pinfi_client::{intent::Speed, sandbox::Opening, storage::Storage};

use crate::{
    components,
    contexts::{Clock, Confirm, Gift, Settlement, Wallet, Worker, mining},
    pages,
    route::Route,
    shell,
    words::Trouble,
};

/// A part did not arrive; another try loads it anew.
pub(crate) type Lost = SplitLoaderError;
/// The code of that, where it keeps the ledger or the wallet from opening.
pub(crate) const PART_LOST: &str = "PartLost";
/// What is under way in a part.
type Doing = Pin<Box<dyn Future<Output = ()>>>;
/// What is under way in a part, and may fail.
type Trying = Pin<Box<dyn Future<Output = Result<(), Trouble>>>>;
/// Builds the page that a route names.
pub(crate) type Page = fn(Route) -> AnyView;

/// Loads what a route's page consists of, where that is not here yet.
///
/// # Errors
/// [`Lost`].
pub(crate) async fn page(route: &Route) -> Result<Page, Lost> {
    match route {
        Route::Overview | Route::NotFound => Ok(pages::first),
        Route::Pool(_) => pool_page().await,
        Route::Swap(_) => swap_page().await,
        Route::Provide(_) => provide_page().await,
        Route::Positions => positions_page().await,
        Route::Mine => mine_page().await,
        Route::Use(_) => use_page().await,
        Route::Verify => verify_page().await,
        Route::Bench => bench_page().await,
        Route::Wallet => wallet_page().await,
        Route::Research => research_page().await,
    }
}

#[wasm_split(market, wasm_split_path = leptos::wasm_split, fallible)]
fn pool_page() -> Result<Page, Lost> {
    Ok(pages::pool)
}

#[wasm_split(market, wasm_split_path = leptos::wasm_split, fallible)]
fn swap_page() -> Result<Page, Lost> {
    Ok(pages::swap)
}

#[wasm_split(device, wasm_split_path = leptos::wasm_split, fallible)]
fn provide_page() -> Result<Page, Lost> {
    Ok(pages::provide)
}

#[wasm_split(device, wasm_split_path = leptos::wasm_split, fallible)]
fn positions_page() -> Result<Page, Lost> {
    Ok(pages::positions)
}

#[wasm_split(mining, wasm_split_path = leptos::wasm_split, fallible)]
fn mine_page() -> Result<Page, Lost> {
    Ok(pages::mine)
}

/// Goes on with what an earlier visit has left running.
///
/// # Errors
/// [`Lost`].
pub(crate) async fn go_on_mining(needs: mining::Needs) -> Result<(), Lost> {
    mining_again(needs).await?.await;
    Ok(())
}

#[wasm_split(mining, wasm_split_path = leptos::wasm_split, fallible)]
fn mining_again(needs: mining::Needs) -> Result<Doing, Lost> {
    Ok(Box::pin(async move {
        if let Err(trouble) = mining::go_on(needs).await {
            needs.toasts.trouble(trouble);
        }
    }))
}

// With the machine's: both are of who has a device, and each part more weighs on the first load.
#[wasm_split(mining, wasm_split_path = leptos::wasm_split, fallible)]
fn use_page() -> Result<Page, Lost> {
    Ok(pages::using)
}

#[wasm_split(verify, wasm_split_path = leptos::wasm_split, fallible)]
fn verify_page() -> Result<Page, Lost> {
    Ok(pages::verify)
}

#[wasm_split(device, wasm_split_path = leptos::wasm_split, fallible)]
fn bench_page() -> Result<Page, Lost> {
    Ok(pages::bench)
}

#[wasm_split(wallet, wasm_split_path = leptos::wasm_split, fallible)]
fn wallet_page() -> Result<Page, Lost> {
    Ok(pages::wallet)
}

#[wasm_split(research, wasm_split_path = leptos::wasm_split, fallible)]
fn research_page() -> Result<Page, Lost> {
    Ok(pages::research)
}

/// Loads the dialog that asks for a signature.
///
/// # Errors
/// [`Lost`].
#[wasm_split(keys, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn confirm_dialog() -> Result<fn() -> AnyView, Lost> {
    Ok(components::confirm_dialog)
}

/// Loads the dialog that asks for the password.
///
/// # Errors
/// [`Lost`].
#[wasm_split(keys, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn unlock_dialog() -> Result<fn() -> AnyView, Lost> {
    Ok(components::unlock_dialog)
}

/// Loads the choice of accounts in the header.
///
/// # Errors
/// [`Lost`].
#[wasm_split(keys, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn account_choice() -> Result<fn() -> AnyView, Lost> {
    Ok(shell::account_choice)
}

/// Loads what keeps and signs a ledger, and opens this browser's.
///
/// # Errors
/// [`Lost`].
pub(crate) async fn open_ledger(
    settlement: Settlement,
    opening: Option<Rc<Opening>>,
    wallet: Wallet,
    worker: Worker,
) -> Result<(), Lost> {
    kept_ledger(settlement, opening, wallet, worker).await?.await;
    Ok(())
}

/// Opens this browser's ledger again, after one on a chain.
///
/// # Errors
/// [`Lost`].
pub(crate) async fn return_to_ledger(settlement: Settlement) -> Result<(), Lost> {
    returned_ledger(settlement).await?.await;
    Ok(())
}

#[wasm_split(ledger, wasm_split_path = leptos::wasm_split, fallible)]
fn returned_ledger(settlement: Settlement) -> Result<Doing, Lost> {
    Ok(Box::pin(settlement.return_here()))
}

#[wasm_split(ledger, wasm_split_path = leptos::wasm_split, fallible)]
fn kept_ledger(
    settlement: Settlement,
    opening: Option<Rc<Opening>>,
    wallet: Wallet,
    worker: Worker,
) -> Result<Doing, Lost> {
    Ok(Box::pin(settlement.open_here(opening, wallet, worker)))
}

/// Loads what settles on a chain, and opens the one that was chosen.
///
/// # Errors
/// [`Lost`].
pub(crate) async fn open_chain(settlement: Settlement, wallet: Wallet) -> Result<(), Lost> {
    chosen_chain(settlement, wallet).await?.await;
    Ok(())
}

#[wasm_split(chain, wasm_split_path = leptos::wasm_split, fallible)]
fn chosen_chain(settlement: Settlement, wallet: Wallet) -> Result<Doing, Lost> {
    Ok(Box::pin(settlement.open_chain_here(wallet)))
}

/// Loads what settles on a chain, and does so on the one behind `rpc` from now on, where `book` says
/// that the contracts are.
///
/// # Errors
/// [`Lost`]; within, why it can't.
pub(crate) async fn choose_chain(
    settlement: Settlement,
    rpc: String,
    book: String,
    wallet: Wallet,
) -> Result<Result<(), Trouble>, Lost> {
    Ok(new_chain(settlement, rpc, book, wallet).await?.await)
}

#[wasm_split(chain, wasm_split_path = leptos::wasm_split, fallible)]
fn new_chain(
    settlement: Settlement,
    rpc: String,
    book: String,
    wallet: Wallet,
) -> Result<Trying, Lost> {
    Ok(Box::pin(async move { settlement.choose_chain_here(&rpc, &book, wallet).await }))
}

/// Loads what shows the chain in use.
///
/// # Errors
/// [`Lost`].
#[wasm_split(chain, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn chain_in_use() -> Result<fn() -> AnyView, Lost> {
    Ok(pages::chain_in_use)
}

/// Loads what shows what the key that answers has for its transactions.
///
/// # Errors
/// [`Lost`].
#[wasm_split(chain, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn upkeep() -> Result<fn() -> AnyView, Lost> {
    Ok(pages::upkeep)
}

/// What a part does that can fail.
type Underway<T> = Pin<Box<dyn Future<Output = Result<T, Trouble>>>>;

/// Loads what pays on a chain, and prices what the account in use is to give a key, in wei.
///
/// # Errors
/// [`Lost`]; within, why it can't.
pub(crate) async fn price_gift(
    settlement: Settlement,
    wallet: Wallet,
    to: Address,
    wei: U256,
) -> Result<Result<Option<Gift>, Trouble>, Lost> {
    Ok(priced_gift(settlement, wallet, to, wei).await?.await)
}

#[wasm_split(chain, wasm_split_path = leptos::wasm_split, fallible)]
fn priced_gift(
    settlement: Settlement,
    wallet: Wallet,
    to: Address,
    wei: U256,
) -> Result<Underway<Option<Gift>>, Lost> {
    Ok(Box::pin(settlement.price_gift_here(wallet, to, wei)))
}

/// Loads what pays on a chain, and gives what the user agrees to; asks with `confirm` where there is.
///
/// # Errors
/// [`Lost`]; within, why it can't.
pub(crate) async fn give(
    settlement: Settlement,
    wallet: Wallet,
    gift: Gift,
    confirm: Option<Confirm>,
) -> Result<Result<bool, Trouble>, Lost> {
    Ok(given(settlement, wallet, gift, confirm).await?.await)
}

#[wasm_split(chain, wasm_split_path = leptos::wasm_split, fallible)]
fn given(
    settlement: Settlement,
    wallet: Wallet,
    gift: Gift,
    confirm: Option<Confirm>,
) -> Result<Underway<bool>, Lost> {
    Ok(Box::pin(settlement.give_here(wallet, gift, confirm)))
}

/// Loads what shows transactions on their way.
///
/// # Errors
/// [`Lost`].
#[wasm_split(chain, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn moving() -> Result<fn() -> AnyView, Lost> {
    Ok(shell::moving)
}

/// Loads what lists the latest actions: below the first screen, and with much to say.
///
/// # Errors
/// [`Lost`].
#[wasm_split(ledger, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn activity() -> Result<fn() -> AnyView, Lost> {
    Ok(pages::activity)
}

/// Loads what signs, and sets how fast the ledger's clock runs.
///
/// # Errors
/// [`Lost`].
pub(crate) async fn set_speed(clock: Clock, speed: Speed) -> Result<(), Lost> {
    clock_speed(clock, speed).await?.await;
    Ok(())
}

#[wasm_split(ledger, wasm_split_path = leptos::wasm_split, fallible)]
fn clock_speed(clock: Clock, speed: Speed) -> Result<Doing, Lost> {
    Ok(Box::pin(clock.set_speed_here(speed)))
}

/// Loads the key store, and opens in it the wallet that `storage` holds.
///
/// # Errors
/// [`Lost`].
pub(crate) async fn open_wallet(
    wallet: Wallet,
    storage: Rc<dyn Storage>,
    worker: Worker,
) -> Result<(), Lost> {
    key_store(wallet, storage, worker).await?.await;
    Ok(())
}

#[wasm_split(keys, wasm_split_path = leptos::wasm_split, fallible)]
fn key_store(wallet: Wallet, storage: Rc<dyn Storage>, worker: Worker) -> Result<Doing, Lost> {
    Ok(Box::pin(wallet.open_here(storage, worker)))
}

/// Loads what tells of a ledger that did not open, or that was cut.
///
/// # Errors
/// [`Lost`].
#[wasm_split(wallet, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn health() -> Result<fn() -> AnyView, Lost> {
    Ok(shell::health)
}
