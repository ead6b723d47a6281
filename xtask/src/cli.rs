//! What the command line says.

use std::process::ExitCode;

use crate::{bench, build, contracts, dev, sdk, setup, test, workspace::Workspace};

const USAGE: &str = "\
cargo xtask <command>

  dev [--port N]       set up what is missing, build, serve on localhost, rebuild on change
  test [--only STEP]…  set up what is missing, then check everything; --list names the steps
       [--bless]       accept the sizes as they are now
  bench [sdk|gpu]      run the benchmarks; sdk: the SDK beside other libraries; gpu: this GPU
  fuzz --steps N       compare the contracts with the core on N random steps
       [--seed S]
  devnet [--port N]    a chain of one's own with the contracts and funded accounts; its state is kept
       [--fresh]       ... or begun anew
  deploy --rpc URL     put the contracts on a chain and write their address book;
                       the key in PINFI_DEPLOYER_KEY pays
  build                build the page into dist/
  docs                 build the manual, SDK and crates, into target/docs
  setup                set up what the tests need, and nothing else
";

/// Runs the command that `args` names and turns its outcome into an exit code.
pub(crate) fn run(args: Vec<String>) -> ExitCode {
    match dispatch(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Result<(), String> {
    let workspace = Workspace::find()?;
    let Some((command, rest)) = args.split_first() else { return Err(USAGE.to_owned()) };
    match command.as_str() {
        "dev" => dev::run(&workspace, port(rest)?),
        "test" => test::run(&workspace, &test::Options::parse(rest)?),
        "bench" => bench::run(&workspace, rest),
        "docs" => sdk::docs(&workspace),
        "fuzz" => contracts::fuzz(&workspace, rest),
        "devnet" | "deploy" => contracts::on_chain(&workspace, args),
        "build" => {
            setup::for_page(&workspace)?;
            build::page(&workspace)
        }
        "setup" => setup::for_tests(&workspace),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => Err(format!("unknown command `{other}`\n\n{USAGE}")),
    }
}

fn port(args: &[String]) -> Result<u16, String> {
    match args {
        [] => Ok(dev::PORT),
        [flag, value] if flag == "--port" => {
            value.parse().map_err(|_| format!("`{value}` is not a port number"))
        }
        _ => Err(format!("dev takes only --port N\n\n{USAGE}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn port_not_a_number_is_rejected() {
        assert!(port(&words("--port abc")).unwrap_err().contains("`abc`"));
        assert!(port(&words("--port 70000")).is_err());
        assert!(port(&words("--host x")).is_err());
    }

    #[test]
    fn port_given_or_default() {
        assert_eq!(port(&[]), Ok(dev::PORT));
        assert_eq!(port(&words("--port 9000")), Ok(9000));
    }
}
