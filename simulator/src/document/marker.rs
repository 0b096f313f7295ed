//! What a GET brings for a PUT.

/// The property of a random name that a PUT has to bring back.
#[derive(Debug, Clone)]
pub(crate) struct Marker {
    /// The name, another one with every response.
    pub(crate) name: String,
}

impl Marker {
    /// What the property says.
    pub(crate) const VALUE: &'static str = "please pass this in a PUT request";
}
