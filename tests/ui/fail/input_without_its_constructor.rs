//! A struct literal could leave out what is required, now or in a later version.

use ucwa::communication::AddParticipantInput;

fn main() {
    let _ = AddParticipantInput { operation_id: None };
}
