//! The findings where they are published: tables in `docs/equilibrium.md`, plots beside it.

use std::fs;
use std::path::{Path, PathBuf};

/// Takes what was found: puts it in its place, or compares it with what stands there.
pub(crate) struct Findings {
    docs: PathBuf,
    is_check: bool,
}

impl Findings {
    pub(crate) fn new(is_check: bool) -> Self {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        Self { docs, is_check }
    }

    /// Takes the table that stands in the text between `<!-- study: NAME -->` and `<!-- end -->`.
    pub(crate) fn table(&self, name: &str, rows: &[String]) -> Result<(), String> {
        let table = rows.join("\n");
        println!("{table}\n");
        let path = self.docs.join("equilibrium.md");
        let text = read(&path)?;
        let place = find(&text, name)?;
        let written = format!("{}{table}\n{}", &text[..place.start], &text[place.end..]);
        self.put(&path, &text, &written)
    }

    /// Takes a plot.
    pub(crate) fn plot(&self, name: &str, svg: &str) -> Result<(), String> {
        let path = self.docs.join("images/equilibrium").join(format!("{name}.svg"));
        let before = if self.is_check { read(&path)? } else { String::new() };
        self.put(&path, &before, svg)
    }

    fn put(&self, path: &Path, before: &str, now: &str) -> Result<(), String> {
        if !self.is_check {
            return fs::write(path, now).map_err(|error| format!("{}: {error}", path.display()));
        }
        let differs = before.lines().zip(now.lines()).find(|(before, now)| before != now);
        match differs {
            Some((before, now)) => {
                Err(format!("{}: `{before}` is now `{now}`; run the study anew", path.display()))
            }
            None if before.lines().count() == now.lines().count() => Ok(()),
            None => Err(format!("{}: of another length; run the study anew", path.display())),
        }
    }
}

/// Where a table's rows stand: after its mark and an empty line, up to the end's mark.
fn find(text: &str, name: &str) -> Result<std::ops::Range<usize>, String> {
    let mark = format!("<!-- study: {name} -->\n");
    let missing = || format!("docs/equilibrium.md has no `{}`", mark.trim());
    let start = text.find(&mark).map(|at| at + mark.len()).ok_or_else(missing)?;
    let rest = text.get(start..).ok_or_else(missing)?;
    let length = rest.find("<!-- end -->").ok_or_else(missing)?;
    Ok(start..start + length)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
