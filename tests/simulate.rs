//! The command `simulate`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ucwa_simulation::command::main()
}
