//! How deep a source is nested, before it is parsed: parser, validator and writer go down into
//! it by recursion, and a stack that overflows ends the program.

use crate::limits::{OutOfBounds, Quantity, bound};

/// The deepest that parser, validator and writer are let go, far below what a stack of a
/// mebibyte bears.
const MOST: u64 = 192;

/// One level of brackets while it is read.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    /// Operators since the last separator: each may put what was before it one deeper.
    operators: u64,
    /// How often `else` came since then: each puts what follows one deeper.
    elses: u64,
    /// The deepest bracket since then.
    inner: u64,
    /// The deepest of all up to then.
    deepest: u64,
}

impl Level {
    const fn depth(&self) -> u64 {
        let here = self.operators + self.elses + self.inner;
        if here > self.deepest { here } else { self.deepest }
    }

    const fn separate(&mut self) {
        *self = Self { operators: 0, elses: 0, inner: 0, deepest: self.depth() };
    }

    /// Begins a block: it is beside the condition before it, not in it.
    const fn begin_block(&mut self) {
        *self = Self { operators: 0, deepest: self.depth(), ..*self };
    }
}

/// Bounds the nesting of a source. Brackets that do not match are the parser's to tell.
pub(super) fn check(source: &str) -> Result<(), OutOfBounds> {
    let mut levels = vec![Level::default()];
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        let after = &rest[next.len_utf8()..];
        rest = after;
        let open = levels.len() as u64;
        bound(Quantity::Nesting, open, 0..=MOST)?;
        let Some(level) = levels.last_mut() else { break };
        match next {
            '/' if after.starts_with(['/', '*']) => rest = after_comment(after),
            '{' => {
                level.begin_block();
                levels.push(Level::default());
            }
            '(' | '[' => levels.push(Level::default()),
            ')' | ']' | '}' if open > 1 => {
                let inner = level.depth() + 1;
                bound(Quantity::Nesting, inner, 0..=MOST)?;
                levels.pop();
                if let Some(level) = levels.last_mut() {
                    level.inner = level.inner.max(inner);
                    // An index and a call are on what is before them.
                    level.operators += u64::from(next != '}');
                    if next == '}' && !after.trim_start().starts_with("else") {
                        level.separate();
                    }
                }
            }
            ',' | ';' => level.separate(),
            'e' if after.starts_with("lse") => level.elses += 1,
            _ if "+-*/%&|^!~<>=.".contains(next) => level.operators += 1,
            _ => {}
        }
        if let Some(level) = levels.last() {
            bound(Quantity::Nesting, level.depth(), 0..=MOST)?;
        }
    }
    Ok(())
}

/// Gives what follows a comment, from behind its first stroke on. One in strokes and stars may
/// have others in it.
fn after_comment(text: &str) -> &str {
    let Some(mut rest) = text.strip_prefix('*') else {
        return text.find('\n').map_or("", |end| &text[end..]);
    };
    let mut open = 1;
    while open > 0 {
        let Some(closes) = rest.find("*/") else { return "" };
        match rest.find("/*") {
            Some(opens) if opens < closes => {
                open += 1;
                rest = &rest[opens + 2..];
            }
            _ => {
                open -= 1;
                rest = &rest[closes + 2..];
            }
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_rejects_each_way_of_going_deep() {
        let deep = [
            "(".repeat(300),
            "{".repeat(300),
            format!("{}1{}", "(".repeat(300), ")".repeat(300)),
            format!("x = {}1;", "-".repeat(300)),
            format!("x = 1{};", " + 1".repeat(300)),
            format!("x = a{};", "[0]".repeat(300)),
            format!("x = a{};", ".x".repeat(300)),
            format!("x = {}a{};", "f(".repeat(100), ", 0) + 1".repeat(100)),
            format!("if a {{}} {}", "else if a {} ".repeat(300)),
            format!("var x: {}u32{};", "array<".repeat(300), ">".repeat(300)),
        ];
        for source in deep {
            let error = check(&source).unwrap_err();
            assert_eq!((error.quantity, error.most), (Quantity::Nesting, MOST), "{source}");
        }
    }

    #[test]
    fn check_takes_what_is_long_and_not_deep() {
        let flat = [
            "x = 1 + 2 * 3;".repeat(300),
            format!("const t = array({});", "vec2<f32>(-1.5, 2.5), ".repeat(300)),
            "if a < b { x = 1; }\n".repeat(300),
            format!("// {}\n x = 1;", "(".repeat(300)),
            format!("/* /* {} */ {} */ x = 1;", "(".repeat(300), "[".repeat(300)),
            format!("/* {}", "(".repeat(300)),
            "fn f() { loop { if a { break; } else { x += 1; } } }".repeat(300),
        ];
        for source in flat {
            assert_eq!(check(&source), Ok(()), "{source}");
        }
    }
}
