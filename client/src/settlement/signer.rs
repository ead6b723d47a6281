//! Who signs for an account: a key of ours, or a wallet outside that shows and sends by itself.

use alloy_primitives::{Address, B256, Bytes, Signature, U256};
use async_trait::async_trait;
use k256::ecdsa::SigningKey;

use crate::intent::address_of;

/// Why there is no signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The user turned away.
    #[error("the signature was declined")]
    Declined,
    /// The key is locked, or not there any more.
    #[error("no unlocked key of {account} is there")]
    Locked {
        /// The account.
        account: Address,
    },
    /// The wallet cannot do this.
    #[error("this wallet cannot {what}")]
    Unsupported {
        /// What was asked for.
        what: &'static str,
    },
    /// The wallet is on another chain.
    #[error("the wallet is on another chain")]
    OtherChain,
    /// The wallet itself has no connection to the chain.
    #[error("the wallet is not connected to its chain")]
    Disconnected,
    /// The wallet failed in its own way.
    #[error("the wallet says: {message}")]
    Wallet {
        /// The code of its error, as in EIP-1193 and EIP-1474.
        code: i64,
        /// Its words.
        message: String,
    },
}

impl SignError {
    /// Names the cause for screens and logs; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Declined => "SignatureDeclined",
            Self::Locked { .. } => "KeyLocked",
            Self::Unsupported { .. } => "WalletUnsupported",
            Self::OtherChain => "WalletOnOtherChain",
            Self::Disconnected => "WalletDisconnected",
            Self::Wallet { .. } => "WalletFailed",
        }
    }
}

/// A transaction that somebody else may number, price, sign and send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionRequest {
    /// The chain that it is for.
    pub chain_id: u64,
    /// The account.
    pub from: Address,
    /// The contract.
    pub to: Address,
    /// The chain's own money that goes with it, in wei.
    pub value: U256,
    /// What it is called with.
    pub data: Bytes,
    /// The gas that it may use.
    pub gas: u64,
}

/// Signs for one account.
///
/// Futures are not `Send`: a browser's handles belong to their thread.
#[async_trait(?Send)]
pub trait Signer {
    /// Returns the account.
    fn address(&self) -> Address;

    /// Returns the most that its user has agreed to pay in fees for what is signed next, in wei of the
    /// chain's own money; none where nothing was said. Only for keys of ours: a wallet outside sets the
    /// price itself.
    fn fee_limit(&self) -> Option<U256> {
        None
    }

    /// Sees that it can send on a chain, before anything is signed for it.
    ///
    /// # Errors
    /// [`SignError::OtherChain`]; others of reaching a wallet.
    async fn check_chain(&self, chain_id: u64) -> Result<(), SignError> {
        let _keys_of_ours_sign_for_any = chain_id;
        Ok(())
    }

    /// Signs 32 bytes that the user has agreed to.
    ///
    /// # Errors
    /// [`SignError`].
    async fn sign_digest(&self, digest: B256) -> Result<Signature, SignError>;

    /// Signs an EIP-712 message whose hash is `digest`. A wallet that shows what it signs takes
    /// `json`, the form of `eth_signTypedData_v4`.
    ///
    /// # Errors
    /// [`SignError`].
    async fn sign_typed(&self, digest: B256, json: &str) -> Result<Signature, SignError> {
        let _for_wallets_that_show_it = json;
        self.sign_digest(digest).await
    }

    /// Sends a transaction and returns its hash; `None` from whoever only signs.
    ///
    /// # Errors
    /// [`SignError`].
    async fn send(&self, request: &TransactionRequest) -> Result<Option<B256>, SignError> {
        let _for_wallets_that_send = request;
        Ok(None)
    }
}

#[async_trait(?Send)]
impl Signer for SigningKey {
    fn address(&self) -> Address {
        address_of(self.verifying_key())
    }

    async fn sign_digest(&self, digest: B256) -> Result<Signature, SignError> {
        let signed = self.sign_prehash_recoverable(digest.as_slice());
        let (signature, id) = signed.map_err(|_| SignError::Locked { account: self.address() })?;
        let bytes = signature.to_bytes();
        let (r, s) = bytes.split_at(32);
        Ok(Signature::from_scalars_and_parity(
            B256::from_slice(r),
            B256::from_slice(s),
            id.is_y_odd(),
        ))
    }
}
