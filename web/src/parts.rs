//! What is loaded when it is first needed.
//!
//! `wasm_split` names the module that its function goes into, with all that nothing else uses; the
//! build cuts the program there (see ARCHITECTURE.md). What two modules share is a file of its own.
//! Each function here gives a plain function, so that views are built where they are shown.
#![allow(unsafe_code, reason = "`wasm_split` imports a function from the module that it makes")]

use std::{pin::Pin, rc::Rc};

use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};
use pinfi_client::{intent::Speed, sandbox::Opening, storage::Storage};

use crate::{
    components,
    contexts::{Clock, Settlement, Wallet, Worker},
    pages,
    route::Route,
    shell,
};

/// A part did not arrive; another try loads it anew.
pub(crate) type Lost = SplitLoaderError;
/// What is under way in a part.
type Doing = Pin<Box<dyn Future<Output = ()>>>;
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
        Route::Wallet => wallet_page().await,
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

#[wasm_split(wallet, wasm_split_path = leptos::wasm_split, fallible)]
fn wallet_page() -> Result<Page, Lost> {
    Ok(pages::wallet)
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

#[wasm_split(ledger, wasm_split_path = leptos::wasm_split, fallible)]
fn kept_ledger(
    settlement: Settlement,
    opening: Option<Rc<Opening>>,
    wallet: Wallet,
    worker: Worker,
) -> Result<Doing, Lost> {
    Ok(Box::pin(settlement.open_here(opening, wallet, worker)))
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
