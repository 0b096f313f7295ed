//! Completions and manual pages of a command.

use std::io;

use clap::Command;
pub use clap_complete::Shell;

/// The completion script of a command for a shell.
pub fn completions(shell: Shell, mut command: Command) -> Vec<u8> {
    let (mut script, name) = (Vec::new(), command.get_name().to_owned());
    clap_complete::generate(shell, &mut command, name, &mut script);
    script
}

/// The manual page of a command, with those of its subcommands behind it.
pub fn manual(mut command: Command) -> io::Result<Vec<u8>> {
    command.build();
    let subcommands: Vec<_> =
        command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help").cloned().collect();
    let mut text = Vec::new();
    for page in std::iter::once(command).chain(subcommands) {
        clap_mangen::Man::new(page).render(&mut text)?;
    }
    Ok(text)
}
