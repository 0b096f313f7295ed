//! The table of rules: every kind of change, what it means for users as a rule, and why.

use std::fmt;

use heck::ToKebabCase;

use super::surface::ItemKind;

/// What a change means for users of the crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Nothing but documentation changes.
    Documentation,
    /// Programs keep compiling; there is more to use, or something is sent or read differently.
    Additive,
    /// Some programs that compiled do not compile any more, or mean something else.
    Breaking,
}

impl Class {
    /// All of them, worst first.
    pub const ALL: [Self; 3] = [Self::Breaking, Self::Additive, Self::Documentation];

    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Documentation => "documentation",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        }
    }

    /// The class of a name.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// Why a change is of this class that its rule does not lead to expect.
    const fn reason(self) -> &'static str {
        match self {
            Self::Documentation => "only the documentation of the emitted code changes",
            Self::Additive => "programs keep compiling, but something is sent, read or checked differently",
            Self::Breaking => "the emitted item changes its name or type",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What happened to something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is there under another name.
    Renamed,
    /// It is there, and different.
    Changed,
}

impl Action {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Renamed => "renamed",
            Self::Changed => "changed",
        }
    }
}

/// Which emitted items a rule can explain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Explains {
    /// None: documentation.
    Docs,
    /// What goes over the wire and what is checked, and no name or type.
    Wire,
    /// Names and types, but not how an operation is called.
    Item,
    /// Everything.
    Call,
}

impl Explains {
    pub(super) fn explains(self, kind: ItemKind) -> bool {
        match self {
            Self::Docs => false,
            Self::Wire => kind == ItemKind::Wire,
            Self::Item => !matches!(kind, ItemKind::Bare | ItemKind::Order | ItemKind::Argument),
            Self::Call => true,
        }
    }
}

macro_rules! rules {
    ($($name:ident: $action:ident $aspect:literal, $class:ident, $explains:ident, $reason:literal;)*) => {
        /// A kind of change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = concat!("Usually ", stringify!($class), ": ", $reason, ".")] $name,)*
        }

        impl Rule {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// What happened.
            pub const fn action(self) -> Action {
                match self { $(Self::$name => Action::$action,)* }
            }

            /// What it is about the thing that changed; empty where it is the thing itself.
            pub(super) const fn aspect(self) -> &'static str {
                match self { $(Self::$name => $aspect,)* }
            }

            /// The class that such changes have as a rule. What is emitted decides.
            pub const fn class(self) -> Class {
                match self { $(Self::$name => Class::$class,)* }
            }

            pub(super) const fn explains(self) -> Explains {
                match self { $(Self::$name => Explains::$explains,)* }
            }

            const fn usual_reason(self) -> &'static str {
                match self { $(Self::$name => $reason,)* }
            }
        }
    };
}

rules! {
    ResourceAdded: Added "", Additive, Call, "a type, its operations and its errors are new";
    ResourceRemoved: Removed "", Breaking, Call, "its type, its inputs and its errors are gone";
    ResourceRenamed: Renamed "", Additive, Call, "names that differ only in case usually have the same name in Rust";
    RelChanged: Changed "rel", Additive, Wire, "the type keeps its name, and is read and written under another name on the wire";
    RevisionChanged: Changed "revision", Breaking, Item, "revisions decide which types links lead to and what `Revised` names";
    CategoryChanged: Changed "category", Breaking, Item, "the category is the module, so every path to the types changes";
    PageChanged: Changed "page", Documentation, Docs, "documentation links to another page";
    SummaryChanged: Changed "summary", Documentation, Docs, "summaries are documentation";
    IntroductionChanged: Changed "text", Documentation, Docs, "introductions are documentation";
    EvidenceChanged: Changed "evidence", Documentation, Docs, "evidence is documentation";
    OrderChanged: Changed "order", Documentation, Docs, "fields, methods and values are used by name, not by position";
    ScopeAdded: Added "", Documentation, Docs, "permissions are documentation";
    ScopeRemoved: Removed "", Documentation, Docs, "permissions are documentation";
    PropertyAdded: Added "", Additive, Item, "a field is new; structs are non-exhaustive, so no program lists all fields";
    PropertyRemoved: Removed "", Breaking, Item, "the field is gone; servers may still send it, among the unknown properties";
    PropertyRenamed: Renamed "", Breaking, Item, "the field has another name, in Rust or only on the wire";
    PropertyTypeChanged: Changed "type", Breaking, Item, "the field has another type";
    LimitsChanged: Changed "limits", Additive, Wire, "programs keep compiling; what the server is documented to refuse is refused before it is sent";
    LinkAdded: Added "", Additive, Item, "a method is new";
    LinkRemoved: Removed "", Breaking, Item, "the method is gone; servers may still send it, among the unknown links";
    LinkRenamed: Renamed "", Breaking, Item, "the method has another name, in Rust or only on the wire";
    LinkTargetChanged: Changed "target", Breaking, Item, "the method gives another type";
    CardinalityChanged: Changed "cardinality", Breaking, Item, "the method gives `RelatedList` for many and `Related` for one";
    EmbeddedChanged: Changed "embedding", Documentation, Docs, "methods give what the server sent, be it linked or embedded";
    EventAdded: Added "", Additive, Item, "a variant of `events::Documented` is new";
    EventRemoved: Removed "", Breaking, Item, "the variant of `events::Documented` is gone; servers may still send such events";
    EventPriorityChanged: Changed "priority", Documentation, Docs, "priorities are documentation";
    OperationAdded: Added "", Additive, Call, "an operation is new";
    OperationRemoved: Removed "", Breaking, Call, "the resource no longer supports the method, and its errors and parameters are gone";
    RequiredParameterAdded: Added "", Breaking, Call, "`new` takes one more argument, and the call without parameters is gone";
    OptionalParameterAdded: Added "", Additive, Item, "a field is new; calls without it keep compiling";
    RequiredParameterRemoved: Removed "", Breaking, Call, "the field is gone, and `new` takes one argument less";
    OptionalParameterRemoved: Removed "", Breaking, Item, "the field is gone";
    ParameterRenamed: Renamed "", Breaking, Call, "the field has another name, in Rust or only on the wire";
    ParameterTypeChanged: Changed "type", Breaking, Call, "the field has another type, and `new` takes another where it takes it";
    ParameterBecameRequired: Changed "need", Breaking, Call, "the field is no longer an `Option`, and `new` takes it";
    ParameterBecameOptional: Changed "need", Breaking, Call, "the field is an `Option` now, and `new` no longer takes it";
    ParameterMoved: Changed "carrier", Documentation, Docs, "parameters of body and address are fields of one struct, and the field stays";
    ParameterOrderChanged: Changed "order of required parameters", Breaking, Call, "`new` takes them in another order, which a program with values of one type would not notice";
    ContentChanged: Changed "media types of the body", Breaking, Call, "`new` takes a body, or no longer takes one";
    ResponseStatusChanged: Changed "status", Documentation, Docs, "any status of success is accepted";
    ResponseResourceChanged: Changed "resource", Breaking, Item, "the operation gives another type";
    ResponseLocationChanged: Changed "location", Breaking, Item, "the operation gives `Started` where the response is an address, and `Fetched` where it is the resource";
    ResponseContentChanged: Changed "media type", Breaking, Item, "the operation gives content, or a resource where it gave content";
    ErrorAdded: Added "", Additive, Item, "a variant is new; error enums are non-exhaustive";
    ErrorRemoved: Removed "", Breaking, Item, "the variant is gone; the error is still kept, as an undocumented one";
    ErrorStatusChanged: Changed "status", Additive, Wire, "the variant stays, and is recognised by another status";
    ErrorCauseChanged: Changed "cause", Documentation, Docs, "what an error stands for is documentation";
    ReasonAdded: Added "", Additive, Item, "a variant is new; enums of reasons are non-exhaustive";
    ReasonRemoved: Removed "", Breaking, Item, "the variant is gone; the reason is still kept, as an undocumented one";
    ReasonEditionChanged: Changed "edition", Documentation, Docs, "where reasons are documented is documentation";
    EnumerationAdded: Added "", Additive, Call, "an enum is new";
    EnumerationRemoved: Removed "", Breaking, Call, "the enum is gone";
    EnumerationRenamed: Renamed "", Additive, Call, "names that differ only in case usually have the same name in Rust";
    MemberAdded: Added "", Additive, Item, "a variant is new; enums are non-exhaustive, and the value was kept as unlisted before";
    MemberRemoved: Removed "", Breaking, Item, "the variant is gone; the value is still kept, as an unlisted one";
    MemberRenamed: Renamed "", Breaking, Item, "the variant has another name, in Rust or only on the wire";
    GenericErrorAdded: Added "", Additive, Item, "a variant of `GenericError` is new";
    GenericErrorRemoved: Removed "", Breaking, Item, "the variant of `GenericError` is gone";
    CauseAdded: Added "", Documentation, Docs, "what errors stand for is documentation";
    CauseRemoved: Removed "", Documentation, Docs, "what errors stand for is documentation";
    Consequence: Changed "emitted code", Breaking, Call, "its own rows are unchanged; the emitted item follows from a change elsewhere";
}

impl Rule {
    /// The name in reports: `property-type-changed`.
    pub fn id(self) -> String {
        format!("{self:?}").to_kebab_case()
    }

    /// Why a change by this rule is of a class.
    pub fn reason(self, class: Class) -> &'static str {
        if class == self.class() || self == Self::Consequence { self.usual_reason() } else { class.reason() }
    }
}
