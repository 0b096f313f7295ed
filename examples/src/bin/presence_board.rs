//! Shows the presence of all contacts, and each change of it.

use ucwa::Enumeration as _;
use ucwa_client::presence::{FollowedContact, Standing};
use ucwa_examples::{AnyError, online};
use ucwa_simulator::Simulator;

/// One line of the board.
fn line(contact: &FollowedContact) -> String {
    let availability = contact.presence.as_ref().and_then(|presence| presence.availability.clone());
    let availability = availability.as_ref().map_or("unknown", |availability| availability.as_str());
    let note = match contact.standing {
        Standing::Current if availability == "Busy" => ", working",
        Standing::Current => "",
        _ => " (not up to date)",
    };
    format!("{:20} {availability}{note}", contact.address.to_string())
}

// The clock is paused: it jumps ahead whenever the program waits, so that the example takes no time.
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), AnyError> {
    let simulator = Simulator::new(1);
    let application = online(&simulator, "ada@contoso.com").await?;
    let contacts = application.contact_list().contacts().await?;
    let mut board = application.presence()?.follow_contacts(&contacts);
    for _ in &contacts {
        println!("{}", line(&board.next().await.ok_or("the application was closed")?));
    }

    let _ben = online(&simulator, "ben@contoso.com").await?;
    simulator.set_presence("ben@contoso.com", "Busy")?;
    while let Some(contact) = board.next().await {
        let line = line(&contact);
        println!("{line}");
        if line.ends_with("working") {
            break;
        }
    }
    Ok(())
}
