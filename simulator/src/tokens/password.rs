//! Names and passwords.

use crate::state::{Identity, User, World, address};

/// The user of a name and a password. The name is an address with or without `sip:`, or `DOMAIN\user`.
pub(super) fn password(world: &World, name: &str, password: &str) -> Option<Identity> {
    let name = address(name);
    let is_named = |user: &&User| user.address == name || user.account.windows_name.eq_ignore_ascii_case(&name);
    let user = world.users.values().find(is_named)?;
    let expected = &user.account.password;
    // A `+` that the client left unescaped has become a space.
    let is_password = expected == password || *expected == password.replace(' ', "+");
    is_password.then(|| Identity::User(user.address.clone()))
}
