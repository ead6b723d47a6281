//! Named steps: each says what it does and how long it took.

use std::time::{Duration, Instant};

/// The outcomes so far of one run.
#[derive(Debug)]
pub(crate) struct Steps {
    begun: Instant,
    done: Vec<Outcome>,
}

#[derive(Debug)]
struct Outcome {
    name: &'static str,
    took: Duration,
    error: Option<String>,
}

impl Steps {
    pub(crate) fn begin() -> Self {
        Self { begun: Instant::now(), done: Vec::new() }
    }

    /// Runs one step. A failure is kept for the summary, so that one run shows every failure.
    pub(crate) fn run(
        &mut self,
        name: &'static str,
        what: &str,
        step: impl FnOnce() -> Result<(), String>,
    ) {
        println!("── {name}: {what}");
        let start = Instant::now();
        let error = step().err();
        let took = start.elapsed();
        let (seconds, all) = (took.as_secs_f64(), self.begun.elapsed().as_secs());
        match &error {
            None => println!("   {name} took {seconds:.1} s, {all} s so far\n"),
            Some(error) => {
                println!("   {name} FAILED after {seconds:.1} s, {all} s so far: {error}\n")
            }
        }
        self.done.push(Outcome { name, took, error });
    }

    /// Whether the step `name` ran and succeeded.
    pub(crate) fn passed(&self, name: &str) -> bool {
        self.done.iter().any(|outcome| outcome.name == name && outcome.error.is_none())
    }

    /// Prints every step's time and the closing line.
    ///
    /// # Errors
    /// Names the steps that failed.
    pub(crate) fn summary(&self) -> Result<(), String> {
        println!("── summary");
        for Outcome { name, took, error } in &self.done {
            let mark = if error.is_none() { "ok    " } else { "FAILED" };
            println!("   {mark} {:>7.1} s  {name}", took.as_secs_f64());
            if let Some(error) = error {
                println!("                     {error}");
            }
        }
        let failed: Vec<_> =
            self.done.iter().filter(|o| o.error.is_some()).map(|o| o.name).collect();
        println!("   total  {:>7.1} s", self.begun.elapsed().as_secs_f64());
        println!("{} passed, {} failed", self.done.len() - failed.len(), failed.len());
        if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_names_what_failed() {
        let mut steps = Steps::begin();
        steps.run("good", "", || Ok(()));
        steps.run("bad", "", || Err("because".to_owned()));
        steps.run("good too", "", || Ok(()));
        assert_eq!(steps.summary(), Err("failed: bad".to_owned()));
        assert!(steps.passed("good too"));
        assert!(!steps.passed("bad"));
        assert!(!steps.passed("never ran"));
    }
}
