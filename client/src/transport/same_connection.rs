//! Requests that have to go over the same connection.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Among the [extensions](http::Extensions) of requests that have to go over the same connection, and nothing else with them: those of
/// one Windows sign-in, which authenticates the connection. They are sent one after the other.
///
/// `Network` does so. A service of the caller that has many connections keeps here the one that it takes for these requests.
#[derive(Clone, Default)]
pub struct SameConnection(Arc<Mutex<Option<Box<dyn Any + Send>>>>);

impl SameConnection {
    /// What the service has kept here, such as a client with one connection. The first call makes it.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be made.
    pub fn get_or_make<T: Clone + Send + 'static, E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connection) = kept.as_ref().and_then(|kept| kept.downcast_ref::<T>()) {
            return Ok(connection.clone());
        }
        let connection = make()?;
        *kept = Some(Box::new(connection.clone()));
        Ok(connection)
    }
}

/// Among the extensions of responses to such requests, where the transport knows it: the number of the connection that the response came
/// over. It is another one where the server has closed the connection of the request before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ConnectionNumber(pub(crate) usize);

impl PartialEq for SameConnection {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for SameConnection {}

impl fmt::Debug for SameConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SameConnection")
    }
}
