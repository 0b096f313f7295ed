//! The parameters of operations.

use crate::http::body::Body;
use crate::model::{Described, Description, Envelope, Object, Registry, Resource, Value};

/// The input of an operation: the parameters in the body of a request.
pub trait Input: Object + Described + Default + Clone + PartialEq {
    /// The media types of a body that is content as it is; none where the parameters are the body.
    const CONTENT: &'static [&'static str] = &[];

    /// The body, where it is content as it is. The parameters then go into the URL.
    fn body(&self) -> Option<&Body> {
        None
    }

    /// The same, to be changed.
    fn body_mut(&mut self) -> Option<&mut Body> {
        None
    }
}

/// Parameters of which none is required.
pub trait Optional: Input {}

/// What [`Link::post`](crate::Link::post) asks of the parameters: that none is required.
#[diagnostic::on_unimplemented(
    message = "the POST has required parameters, which `{Self}::new` takes",
    label = "call `post_with({Self}::new(..))` instead",
    note = "`post()` is for operations that can do without parameters"
)]
pub trait OptionalInput: Input {}

#[diagnostic::do_not_recommend]
impl<I: Optional> OptionalInput for I {}

/// What [`Link::get`](crate::Link::get) asks of the parameters: that none is required.
#[diagnostic::on_unimplemented(
    message = "the GET has required parameters, which `{Self}::new` takes",
    label = "call `get_with({Self}::new(..))` instead",
    note = "`get()` is for operations that can do without parameters"
)]
pub trait OptionalQuery: Input {}

#[diagnostic::do_not_recommend]
impl<I: Optional> OptionalQuery for I {}

/// The input of an operation that goes on after the response: the event channel reports its progress and repeats the
/// `operationId`. Register the id before sending, as the first event may come before the response.
pub trait StartsOperation: Input {
    /// The resource that these events are about.
    type Operation: Resource;

    /// Sets the id that events about the operation repeat, of at most 50 characters. What is set is what
    /// [`OperationRequest::operation_id`](crate::OperationRequest::operation_id) returns.
    fn set_operation_id(&mut self, id: String);
}

/// The `operationId` among the parameters; an empty one names nothing.
pub(super) fn operation_id(parameters: &dyn Object) -> Option<&str> {
    let index = parameters.description().find_property("operationId", 0)?;
    match parameters.property(index)?.value(0)? {
        Value::Text(id) => Some(id).filter(|id| !id.is_empty()),
        _ => None,
    }
}

/// No parameters.
#[derive(Clone, Default)]
pub struct NoInput {
    envelope: Envelope,
}

static NO_INPUT: Description = Description {
    name: "NoInput",
    rel: "",
    input: true,
    revision: 1,
    properties: &[],
    relations: &[],
    registry: &Registry { resources: &[], inputs: &[] },
};

impl Described for NoInput {
    const DESCRIPTION: &'static Description = &NO_INPUT;
}

impl Input for NoInput {}

impl Optional for NoInput {}

crate::object_traits!(NoInput,);

/// Nothing that goes into the address of a GET.
pub type NoQuery = NoInput;
