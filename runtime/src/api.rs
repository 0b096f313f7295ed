//! The items that programs use. The crate `ucwa` re-exports all of them at its root, and nothing else of this crate.

pub use crate::codec::{
    AnyResource, DecodeError, DecodeProblem, Document, EncodeError, ErrorBody, Format, InvalidParameter, Limits,
    Strictness,
};
pub use crate::event::{
    Completes, Event, EventDocument, EventKind, EventTarget, FailureReason, NextLink, OperationStatus, Sender,
    TypedEvent, UnreadablePart,
};
pub use crate::http::{
    BatchBody, BatchBodyError, BatchError, BatchPart, BatchPartError, Body, Challenge, Changed, ConditionalGetRequest,
    Conditions, Delete, DeleteRequest, Diagnostics, ErrorKind, Fetched, Get, GetRequest, Input, Metadata,
    MethodMetadata, NoInput, NoQuery, OperationError, OperationRequest, Optional, Options, OptionsRequest,
    ParameterMetadata, Post, PostRequest, Put, PutRequest, ReceivedAt, RequestError, ResponseUrl, Revised, Started,
    StartsOperation, UnreadBody, Updated, read_batch,
};
pub use crate::model::{
    AddressError, Enumeration, Envelope, GenericResource, Link, LinkData, LinkDetail, NotLinked, Object,
    ProtocolProperty, Related, RelatedList, RelatedTarget, Representation, Resource, Unlisted, Unreadable, Untyped,
};
pub use crate::values::{Bytes, Content, ContentError, Duration, Timestamp, Uri};

/// What most programs import: the traits whose methods they call or use in bounds, and the type of links.
///
/// ```ignore
/// use ucwa::prelude::*;
/// ```
pub mod prelude {
    pub use super::{
        Conditions, Delete, Document, Enumeration, Format, Get, Input, Link, Object, OperationRequest, Options, Post,
        Put, Representation, Resource, StartsOperation,
    };
}
