//! How hard a password is to guess, roughly.

use crate::contexts::tr;

/// What is said of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Too short to be taken.
    Short,
    /// Guessed by a patient thief.
    Weak,
    /// Good enough behind the slow derivation.
    Fair,
    /// Out of reach.
    Strong,
}

/// Judges a password by its length and the kinds of characters in it. It knows no dictionary: the
/// hint beneath asks for several words.
pub(super) fn strength(password: &str, least: usize) -> Strength {
    let length = password.chars().count();
    if length < least {
        return Strength::Short;
    }
    let has = |test: fn(char) -> bool| usize::from(password.chars().any(test));
    let kinds = has(|c| c.is_ascii_lowercase())
        + has(|c| c.is_ascii_uppercase())
        + has(|c| c.is_ascii_digit())
        + has(|c| !c.is_ascii_alphanumeric());
    let mut seen: Vec<char> = password.chars().collect();
    seen.sort_unstable();
    seen.dedup();
    // Repeating a few characters adds little.
    match length.min(seen.len() * 2) + 2 * kinds {
        ..14 => Strength::Weak,
        14..20 => Strength::Fair,
        _ => Strength::Strong,
    }
}

impl Strength {
    /// Says it in the language in use.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Short => tr!(wallet.strength_short),
            Self::Weak => tr!(wallet.strength_weak),
            Self::Fair => tr!(wallet.strength_fair),
            Self::Strong => tr!(wallet.strength_strong),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strength_below_the_least_is_short() {
        assert_eq!(strength("", 8), Strength::Short);
        assert_eq!(strength("Aa1!Aa1", 8), Strength::Short, "whatever is in it");
    }

    #[test]
    fn strength_of_repetition_is_weak() {
        assert_eq!(strength("aaaaaaaaaaaaaaaaaaaaaaaa", 8), Strength::Weak);
        assert_eq!(strength("abababababababab", 8), Strength::Weak);
    }

    #[test]
    fn strength_grows_with_length_and_kinds() {
        assert_eq!(strength("password", 8), Strength::Weak);
        assert_eq!(strength("Tr0ubadour", 8), Strength::Fair);
        assert_eq!(strength("correct horse battery staple", 8), Strength::Strong);
        assert_eq!(strength("密码要用好几个不同的词语组成才安全可靠", 8), Strength::Strong);
    }
}
