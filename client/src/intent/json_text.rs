//! Writes JSON objects, member by member: a page that only exports need not carry a parser.

/// A JSON object in the making.
pub(crate) struct JsonObject(String);

impl JsonObject {
    pub(crate) fn new() -> Self {
        Self("{".to_owned())
    }

    /// Adds a member whose value is JSON already.
    #[must_use]
    pub(crate) fn json(mut self, name: &str, value: &str) -> Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(&json_text(name));
        self.0.push(':');
        self.0.push_str(value);
        self
    }

    /// Adds a member whose value is text.
    #[must_use]
    pub(crate) fn text(self, name: &str, value: &str) -> Self {
        self.json(name, &json_text(value))
    }

    pub(crate) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// Writes an array of values that are JSON already.
pub(crate) fn json_array(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

/// Writes text as a JSON string.
pub(crate) fn json_text(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                json.push('\\');
                json.push(letter);
            }
            '\0'..='\u{1f}' => {
                const DIGITS: [char; 16] = [
                    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
                ];
                let code = letter as usize;
                json.push_str("\\u00");
                json.push(DIGITS[code >> 4]);
                json.push(DIGITS[code & 15]);
            }
            _ => json.push(letter),
        }
    }
    json.push('"');
    json
}

// Proptest is a native dependency.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn finish_writes_members_in_their_order() {
        let object = JsonObject::new().text("b", "1").json("a", &json_array(std::iter::empty()));
        assert_eq!(object.finish(), r#"{"b":"1","a":[]}"#);
        assert_eq!(JsonObject::new().finish(), "{}");
    }

    proptest! {
        #[test]
        fn law_any_text_is_read_back(name: String, value: String) {
            let text = JsonObject::new().text(&name, &value).finish();
            prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json!({ name: value }));
        }
    }
}
