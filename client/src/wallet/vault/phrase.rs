//! Phrases (BIP-39) and the accounts behind them (BIP-32, BIP-44).

use bip32::{ChildNumber, DerivationPath, XPrv};
use bip39::{Error, Language, Mnemonic};
use zeroize::Zeroizing;

use super::{
    super::{Entropy, Phrase, PrivateKey, VaultError},
    WordCount,
};

/// The accounts of Ethereum's wallets, without the last step.
const PATH: &str = "m/44'/60'/0'/0";

impl WordCount {
    pub(super) const fn entropy_bytes(self) -> usize {
        match self {
            Self::Twelve => 16,
            Self::TwentyFour => 32,
        }
    }
}

pub(super) fn write(entropy: &Entropy) -> Result<Phrase, VaultError> {
    let mnemonic = mnemonic(entropy)?;
    let mut words = Zeroizing::new(String::with_capacity(256));
    for word in mnemonic.words() {
        words.push_str(word);
        words.push(' ');
    }
    Ok(Phrase::new(&words))
}

pub(super) fn read(phrase: &Phrase) -> Result<Entropy, VaultError> {
    // English alone: the other lists need Unicode tables of some 60 kB.
    let mnemonic = Mnemonic::parse_in_normalized(Language::English, phrase.as_str());
    let mnemonic = mnemonic.map_err(|error| match error {
        Error::BadWordCount(words) => VaultError::PhraseLength { words },
        Error::UnknownWord(index) => VaultError::PhraseWord { position: index + 1 },
        _ => VaultError::PhraseChecksum,
    })?;
    let (bytes, length) = mnemonic.to_entropy_array();
    let bytes = Zeroizing::new(bytes);
    let entropy = bytes.get(..length).ok_or(VaultError::PhraseChecksum)?;
    Ok(Entropy::new(Zeroizing::new(entropy.to_vec())))
}

/// Derives the key of account `index`. There is no BIP-39 passphrase: a second password that no
/// check value protects would lose accounts silently.
pub(super) fn derive(entropy: &Entropy, indexes: &[u32]) -> Result<Vec<PrivateKey>, VaultError> {
    let seed = Zeroizing::new(mnemonic(entropy)?.to_seed_normalized(""));
    let path: DerivationPath = PATH.parse().map_err(|_| VaultError::InvalidKey)?;
    let parent = XPrv::derive_from_path(seed.as_slice(), &path);
    let parent = parent.map_err(|_| VaultError::InvalidKey)?;
    let child = |index: &u32| {
        let number = ChildNumber::new(*index, false).map_err(|_| VaultError::InvalidKey)?;
        let child = parent.derive_child(number).map_err(|_| VaultError::InvalidKey)?;
        let bytes = Zeroizing::new(child.to_bytes());
        let bytes = Zeroizing::new(bytes.to_vec());
        PrivateKey::from_bytes(bytes).map_err(|_| VaultError::InvalidKey)
    };
    indexes.iter().map(child).collect()
}

fn mnemonic(entropy: &Entropy) -> Result<Mnemonic, VaultError> {
    let mnemonic = Mnemonic::from_entropy_in(Language::English, entropy.as_bytes());
    // Eleven bits a word, one bit in 33 a checksum.
    let words = entropy.as_bytes().len() * 3 / 4;
    mnemonic.map_err(|_| VaultError::PhraseLength { words })
}
