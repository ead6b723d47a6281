//! Wallets outside that sign on a chain; part of what is loaded with it.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};
use pinfi_client::settlement::{
    SignError, Signer,
    evm::{ChosenWallet, InjectedSigner, Provider, connect, first_account, reconnect},
};
use serde_json::Value;

use super::Settlement;
use crate::{
    browser,
    contexts::{Outside, Wallet, tr},
    words::Trouble,
};

/// A wallet that has announced itself (EIP-6963).
#[derive(Clone)]
pub(crate) struct Found {
    /// Its name for people.
    pub(crate) name: String,
    /// Its picture as a `data:` URL, or nothing.
    pub(crate) icon: String,
    /// Its name in reverse DNS order.
    pub(crate) rdns: String,
    /// Its number in this visit: others may have its names.
    pub(crate) uuid: String,
    /// The wallet.
    pub(crate) provider: Rc<dyn Provider>,
}

impl Settlement {
    /// Listens for wallets; the one that signed in an earlier visit does again, if it still lets the
    /// page see the same account.
    pub(super) fn find_wallets(self, wallet: Wallet) {
        let found = move |new: Found| {
            let is_new =
                self.found.with_untracked(|all| all.iter().all(|one| one.uuid != new.uuid));
            if is_new {
                self.found.update(|all| all.push(new.clone()));
                spawn_local(self.reconnect(new, wallet));
            }
        };
        if let Some(ear) = browser::find_wallets(found) {
            self.ears.update_value(|ears| ears.push(ear));
        }
    }

    /// Lets a wallet sign again that signed in an earlier visit. Its name alone is no reason to: any
    /// other may take it, so where two have it, or the account is another one, the user chooses.
    async fn reconnect(self, new: Found, wallet: Wallet) {
        let Some(chain) = untrack(|| self.chain()) else { return };
        let Some(kept) = chain.choice.outside.clone().filter(|kept| kept.rdns == new.rdns) else {
            return;
        };
        let again = reconnect(Rc::clone(&new.provider), &chain.choice.book, kept.account).await;
        let name = new.name.clone();
        let namesakes = |all: &Vec<Found>| all.iter().filter(|one| one.rdns == new.rdns).count();
        match again {
            _ if self.found.with_untracked(namesakes) > 1 => {
                wallet.sign_outside(None);
                self.toasts.fail(tr!(chain.wallet_namesakes, name = name));
            }
            Ok(Some(signer)) => self.sign_with(signer, &new, wallet),
            _ => self.toasts.tell(tr!(chain.wallet_other, name = name)),
        }
    }

    /// Lets a wallet outside sign from now on.
    ///
    /// # Errors
    /// Why it does not.
    pub(crate) async fn connect_here(self, found: Found, wallet: Wallet) -> Result<(), Trouble> {
        let Some(chain) = untrack(|| self.chain()) else { return Ok(()) };
        let (book, rpc) = (&chain.choice.book, &chain.choice.rpc);
        let signer = connect(Rc::clone(&found.provider), book, rpc).await;
        let signer = signer.map_err(|error| Trouble::from(&error))?;
        let account = signer.address();
        self.sign_with(signer, &found, wallet);
        let kept = self.keep_wallet(Some(ChosenWallet { rdns: found.rdns, account })).await;
        kept.map_err(|error| Trouble::from(&error))
    }

    /// Lets the keys in this browser sign again.
    ///
    /// # Errors
    /// That it can't be kept for later visits.
    pub(crate) async fn disconnect_here(self, wallet: Wallet) -> Result<(), Trouble> {
        wallet.sign_outside(None);
        self.ears.update_value(|ears| ears.truncate(1));
        self.keep_wallet(None).await.map_err(|error| Trouble::from(&error))
    }

    fn sign_with(self, signer: InjectedSigner, found: &Found, wallet: Wallet) {
        let (name, uuid, rdns) = (found.name.clone(), found.uuid.clone(), found.rdns.clone());
        let outside = move |signer: &InjectedSigner| Outside {
            name: name.clone(),
            uuid: uuid.clone(),
            account: signer.address(),
            signer: Rc::new(signer.clone()),
        };
        wallet.sign_outside(Some(outside(&signer)));
        let switched = {
            let (signer, outside) = (signer.clone(), outside.clone());
            move |accounts: Value| match first_account(&accounts) {
                Some(account) => {
                    wallet.sign_outside(Some(outside(&signer.of(account))));
                    let chosen = ChosenWallet { rdns: rdns.clone(), account };
                    spawn_local(async move {
                        let _else_the_next_visit_asks = self.keep_wallet(Some(chosen)).await;
                    });
                }
                // It lets the page see no account any more.
                None => {
                    wallet.sign_outside(None);
                    self.toasts.tell(tr!(chain.wallet_left));
                }
            }
        };
        // Each transaction looks at the chain once more; this tells before.
        let elsewhere = move |chain: Value| {
            let expected = untrack(|| self.chain()).map(|chain| chain.choice.book.chain_id);
            let text = chain.as_str().and_then(|text| text.strip_prefix("0x"));
            let now = text.and_then(|digits| u64::from_str_radix(digits, 16).ok());
            if now.is_some() && now != expected {
                self.toasts.trouble(Trouble::from(&SignError::OtherChain));
            }
        };
        let cut_off = move |_| self.toasts.trouble(Trouble::from(&SignError::Disconnected));
        let ears = [
            found.provider.listen("accountsChanged", Box::new(switched)),
            found.provider.listen("chainChanged", Box::new(elsewhere)),
            found.provider.listen("disconnect", Box::new(cut_off)),
        ];
        self.ears.update_value(|all| {
            // Of the wallets that signed before none is listened to any more.
            all.truncate(1);
            all.extend(
                ears.into_iter().flatten().map(|ear| Box::new(ear) as Box<dyn std::any::Any>),
            );
        });
    }
}
