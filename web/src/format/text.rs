//! What every parser does first.

/// The language a number or a duration is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

/// Folds full-width forms to ASCII (a Chinese input method types them), lowers the case and trims.
pub fn plain(typed: &str) -> String {
    typed
        .chars()
        .map(|letter| match letter {
            '\u{ff01}'..='\u{ff5e}' => {
                char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter).to_ascii_lowercase()
            }
            // Ideographic, no-break, narrow no-break and thin spaces.
            '\u{3000}' | '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
            '。' => '.',
            '、' => ',',
            _ => letter.to_ascii_lowercase(),
        })
        .collect::<String>()
        .trim()
        .to_owned()
}
