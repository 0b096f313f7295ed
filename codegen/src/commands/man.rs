//! `ucwa-codegen man`

use super::{Failure, print_text};

/// Prints the manual page, the subcommands' behind the command's own.
pub(crate) fn run(mut command: clap::Command) -> Result<(), Failure> {
    command.build();
    let mut text = Vec::new();
    let mut pages = vec![command.clone()];
    pages.extend(command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help").cloned());
    for page in pages {
        let page = clap_mangen::Man::new(page);
        page.render(&mut text).map_err(|error| Failure::new([error], "the manual page is not complete"))?;
    }
    print_text(&text)
}
