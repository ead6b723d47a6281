//! Wallets that the page finds: EIP-1193.

use std::cell::RefCell;
use std::rc::Rc;

use alloy_primitives::{Address, B256, Signature};
use async_trait::async_trait;
use pinfi_evm::AddressBook;
use serde_json::{Value, json};

use crate::settlement::signer::{SignError, Signer, TransactionRequest};

/// The user turned away (EIP-1193).
const DECLINED: i64 = 4001;
/// The wallet knows no such method (EIP-1193).
const UNSUPPORTED: i64 = 4200;
/// The wallet is connected to no chain, or not to this one (EIP-1193).
const DISCONNECTED: [i64; 2] = [4900, 4901];
/// The wallet does not know the chain (EIP-3326).
const UNKNOWN_CHAIN: i64 = 4902;
/// An error that the wallet gives no code of its own for (EIP-1474).
const INTERNAL: i64 = -32_603;

/// A wallet's error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({code})")]
pub struct ProviderError {
    /// Its code, as in EIP-1193 and EIP-1474.
    pub code: i64,
    /// Its words.
    pub message: String,
}

impl ProviderError {
    /// Reads what a wallet throws. Some put the error that says what is wrong into `data.originalError`, with
    /// a general one around it.
    #[must_use]
    pub fn read(code: Option<i64>, message: String, data: &Value) -> Self {
        let inner = &data["originalError"];
        match (code, inner["code"].as_i64()) {
            (None | Some(INTERNAL), Some(code)) => {
                let words = inner["message"].as_str();
                Self { code, message: words.map_or(message, str::to_owned) }
            }
            (code, _) => Self { code: code.unwrap_or(INTERNAL), message },
        }
    }
}

impl From<ProviderError> for SignError {
    fn from(error: ProviderError) -> Self {
        match error.code {
            DECLINED => Self::Declined,
            UNSUPPORTED => Self::Unsupported { what: "do what was asked" },
            code if DISCONNECTED.contains(&code) => Self::Disconnected,
            code => Self::Wallet { code, message: error.message },
        }
    }
}

/// A wallet that the page found.
#[async_trait(?Send)]
pub trait Provider {
    /// Asks for something, as in EIP-1193.
    ///
    /// # Errors
    /// [`ProviderError`].
    async fn request(&self, method: &'static str, params: Value) -> Result<Value, ProviderError>;

    /// Calls `listener` with what comes with each event of that name; none where the wallet tells of
    /// no events.
    fn listen(&self, event: &'static str, listener: Box<dyn Fn(Value)>) -> Option<Listening>;
}

/// Keeps a listener of a wallet's while it lives.
pub struct Listening(Option<Box<dyn FnOnce()>>);

impl Listening {
    /// Makes one that `stop` ends.
    #[must_use]
    pub fn new(stop: impl FnOnce() + 'static) -> Self {
        Self(Some(Box::new(stop)))
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(stop) = self.0.take() {
            stop();
        }
    }
}

/// Connects a wallet for the chain of an address book: asks for its accounts, and has it switch to
/// the chain, which it is told of at `rpc_url` if it does not know it.
///
/// # Errors
/// [`SignError`].
pub async fn connect(
    provider: Rc<dyn Provider>,
    book: &AddressBook,
    rpc_url: &str,
) -> Result<InjectedSigner, SignError> {
    let accounts = provider.request("eth_requestAccounts", json!([])).await?;
    let account = first_account(&accounts).ok_or(SignError::Declined)?;
    let signer = InjectedSigner { provider, account, chain_id: book.chain_id };
    if signer.chain().await? != book.chain_id {
        signer.switch(book, rpc_url).await?;
    }
    Ok(signer)
}

/// Connects a wallet that has let the page see an account before, without asking the user; none where
/// it does not let the page see that account now. A wallet's name proves nothing: another may take it.
///
/// # Errors
/// [`SignError`].
pub async fn reconnect(
    provider: Rc<dyn Provider>,
    book: &AddressBook,
    account: Address,
) -> Result<Option<InjectedSigner>, SignError> {
    let accounts = provider.request("eth_accounts", json!([])).await?;
    let chain_id = book.chain_id;
    let shows = first_account(&accounts) == Some(account);
    Ok(shows.then(|| InjectedSigner { provider, account, chain_id }))
}

/// Reads the account in use from a wallet's list, as methods and `accountsChanged` give it.
#[must_use]
pub fn first_account(accounts: &Value) -> Option<Address> {
    accounts.get(0).and_then(Value::as_str).and_then(|text| text.parse().ok())
}

/// Signs and sends through a wallet that the page found.
#[derive(Clone)]
pub struct InjectedSigner {
    provider: Rc<dyn Provider>,
    account: Address,
    chain_id: u64,
}

impl InjectedSigner {
    /// Returns the signer of another account of the same wallet.
    #[must_use]
    pub fn of(&self, account: Address) -> Self {
        Self { account, ..self.clone() }
    }

    /// Returns the chain that the wallet is on.
    ///
    /// # Errors
    /// [`SignError`].
    pub async fn chain(&self) -> Result<u64, SignError> {
        let found = self.provider.request("eth_chainId", json!([])).await?;
        let digits = found.as_str().and_then(|text| text.strip_prefix("0x"));
        digits
            .and_then(|digits| u64::from_str_radix(digits, 16).ok())
            .ok_or_else(|| nonsense(&found))
    }

    /// Has the wallet switch to the chain of an address book, telling it of the chain at `rpc_url` if
    /// it does not know it.
    ///
    /// # Errors
    /// [`SignError`].
    pub async fn switch(&self, book: &AddressBook, rpc_url: &str) -> Result<(), SignError> {
        let chain_id = format!("{:#x}", book.chain_id);
        let switch = json!([{ "chainId": chain_id }]);
        let switched = self.provider.request("wallet_switchEthereumChain", switch.clone()).await;
        match switched {
            Err(error) if error.code == UNKNOWN_CHAIN => {
                let chain = json!([{
                    "chainId": chain_id,
                    "chainName": book.name,
                    "rpcUrls": [rpc_url],
                    "nativeCurrency": { "name": "Ether", "symbol": "ETH", "decimals": 18 },
                }]);
                self.provider.request("wallet_addEthereumChain", chain).await?;
                // Adding asks for a switch too, but a wallet need not do it.
                self.provider.request("wallet_switchEthereumChain", switch).await?;
            }
            switched => drop(switched?),
        }
        self.check_chain(book.chain_id).await
    }
}

#[async_trait(?Send)]
impl Signer for InjectedSigner {
    fn address(&self) -> Address {
        self.account
    }

    async fn check_chain(&self, chain_id: u64) -> Result<(), SignError> {
        match self.chain().await? {
            found if found == chain_id => Ok(()),
            _ => Err(SignError::OtherChain),
        }
    }

    async fn sign_digest(&self, _: B256) -> Result<Signature, SignError> {
        // No wallet signs what it cannot show.
        Err(SignError::Unsupported { what: "sign a bare hash" })
    }

    async fn sign_typed(&self, _: B256, json: &str) -> Result<Signature, SignError> {
        let signed =
            self.provider.request("eth_signTypedData_v4", json!([self.account, json])).await?;
        signed.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| nonsense(&signed))
    }

    async fn send(&self, request: &TransactionRequest) -> Result<Option<B256>, SignError> {
        // A wallet may have been switched since it was connected.
        self.check_chain(self.chain_id).await?;
        let transaction = json!([{
            "from": request.from,
            "to": request.to,
            "value": format!("{:#x}", request.value),
            "data": request.data,
            "gas": format!("{:#x}", request.gas),
        }]);
        let sent = self.provider.request("eth_sendTransaction", transaction).await?;
        let hash = sent.as_str().and_then(|text| text.parse().ok());
        hash.map(Some).ok_or_else(|| nonsense(&sent))
    }
}

fn nonsense(answer: &Value) -> SignError {
    SignError::Wallet { code: 0, message: format!("an answer that makes no sense: {answer}") }
}

type Ear = (&'static str, Box<dyn Fn(Value)>);
type Answer = Box<dyn Fn(&str, &Value) -> Result<Value, ProviderError>>;

/// A wallet whose answers a test gives.
pub struct MemoryProvider {
    answer: Answer,
    seen: RefCell<Vec<(&'static str, Value)>>,
    ears: RefCell<Vec<Ear>>,
}

impl MemoryProvider {
    /// Makes a wallet that answers so.
    pub fn new(answer: impl Fn(&str, &Value) -> Result<Value, ProviderError> + 'static) -> Self {
        Self { answer: Box::new(answer), seen: RefCell::default(), ears: RefCell::default() }
    }

    /// Tells those who listen of an event.
    pub fn tell(&self, event: &str, news: &Value) {
        for (_, listener) in self.ears.borrow().iter().filter(|(name, _)| *name == event) {
            listener(news.clone());
        }
    }

    /// Returns what was asked so far.
    #[must_use]
    pub fn seen(&self) -> Vec<(&'static str, Value)> {
        self.seen.borrow().clone()
    }
}

#[async_trait(?Send)]
impl Provider for MemoryProvider {
    async fn request(&self, method: &'static str, params: Value) -> Result<Value, ProviderError> {
        self.seen.borrow_mut().push((method, params.clone()));
        (self.answer)(method, &params)
    }

    fn listen(&self, event: &'static str, listener: Box<dyn Fn(Value)>) -> Option<Listening> {
        self.ears.borrow_mut().push((event, listener));
        Some(Listening::new(|| ()))
    }
}

// Natively: what they wait for is at hand, and a browser's executor can't be waited for.
#[cfg(all(test, not(target_arch = "wasm32")))]
#[allow(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use futures_executor::block_on;

    use super::*;

    const ACCOUNT: Address = Address::repeat_byte(0xa1);

    fn book() -> AddressBook {
        serde_json::from_str(include_str!("../../../../deploy/tests/support/book.json")).unwrap()
    }

    fn showing(accounts: Value) -> Rc<dyn Provider> {
        Rc::new(MemoryProvider::new(move |_, _| Ok(accounts.clone())))
    }

    #[test]
    fn read_takes_the_code_that_a_general_error_hides() {
        let hidden = json!({ "originalError": { "code": 4902, "message": "no such chain" } });
        for code in [None, Some(INTERNAL)] {
            let error = ProviderError::read(code, "internal".to_owned(), &hidden);
            assert_eq!((error.code, error.message.as_str()), (UNKNOWN_CHAIN, "no such chain"));
        }
        let declined = ProviderError::read(Some(DECLINED), "no".to_owned(), &hidden);
        assert_eq!(declined.code, DECLINED, "what says something itself is believed");
        assert_eq!(ProviderError::read(None, String::new(), &Value::Null).code, INTERNAL);
    }

    #[test]
    fn sign_error_of_a_wallet_without_connection() {
        for code in DISCONNECTED {
            let error = ProviderError { code, message: String::new() };
            assert_eq!(SignError::from(error), SignError::Disconnected);
        }
    }

    #[test]
    fn reconnect_with_another_account_than_before_is_none() {
        for accounts in [json!([]), json!([Address::repeat_byte(0xb0)])] {
            let signer = block_on(reconnect(showing(accounts), &book(), ACCOUNT)).unwrap();
            assert!(signer.is_none());
        }
        let signer = block_on(reconnect(showing(json!([ACCOUNT])), &book(), ACCOUNT)).unwrap();
        assert_eq!(signer.unwrap().address(), ACCOUNT);
    }

    #[test]
    fn connect_tells_a_wallet_of_a_chain_whose_error_hides_that_it_is_unknown() {
        let (now, known) = (std::cell::Cell::new(1), std::cell::Cell::new(false));
        let provider = Rc::new(MemoryProvider::new(move |method, _| match method {
            "eth_requestAccounts" => Ok(json!([ACCOUNT])),
            "eth_chainId" => Ok(format!("{:#x}", now.get()).into()),
            "wallet_switchEthereumChain" if !known.get() => {
                let hidden = json!({ "originalError": { "code": UNKNOWN_CHAIN } });
                Err(ProviderError::read(Some(INTERNAL), "internal".to_owned(), &hidden))
            }
            "wallet_switchEthereumChain" => {
                now.set(book().chain_id);
                Ok(Value::Null)
            }
            _ => {
                known.set(true);
                Ok(Value::Null)
            }
        }));
        let wallet: Rc<dyn Provider> = Rc::clone(&provider) as Rc<dyn Provider>;
        let signer = block_on(connect(wallet, &book(), "http://localhost:1")).unwrap();
        assert_eq!(signer.address(), ACCOUNT);
        assert!(provider.seen().iter().any(|(method, _)| *method == "wallet_addEthereumChain"));
    }
}
