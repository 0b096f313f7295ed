//! The command `simulate`, without what the other tests need.

use std::process::ExitCode;

fn main() -> ExitCode {
    ucwa_simulation::command::main()
}
