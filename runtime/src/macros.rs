//! The macro that turns the declaration of a resource or input into the struct, its tables and its implementations.

/// Declares a resource, or the input of an operation.
///
/// A property is a field with its row of the table in `#[property(..)]`; a relation is a method without a body, with its row
/// in `#[relation(..)]`. Each stands once. What is in the macro is a struct and, where there are relations, an `impl`, both in
/// the syntax of Rust, so that tools can parse it as items:
///
/// ```text
/// object! {
///     DOCS
///     #[resource(name = NAME, rel = REL, revision = NUMBER)]   or   #[input(name = NAME)]
///     #[registry(PATH)]
///     pub struct TYPE {
///         DOCS
///         #[property(FORM(NAME).length(NUMBER).range(NUMBER, NUMBER).minimum(NUMBER).maximum(NUMBER))]
///         pub FIELD: FIELD_TYPE,
///         ...
///         #[body]
///         DOCS
///         pub FIELD: FIELD_TYPE,
///     }
///
///     impl TYPE {
///         DOCS
///         #[relation(COUNT(REL))]
///         pub fn METHOD(&self) -> KIND<'_, TARGET>;
///         ...
///     }
/// }
/// ```
///
/// - `FORM` is `scalar`, `list` or `content`. `.length(..)` stands where the reference has a limit, and one of `.range(..)`,
///   `.minimum(..)` and `.maximum(..)`.
/// - `#[body]` marks the content of an input that has some; no table lists it.
/// - `COUNT` is `one` for a `Related` and `many` for a `RelatedList`.
///
/// An input also gets a [`setter!`](crate::setter) for each field.
///
/// It becomes the struct with one private field more, `envelope`, the relations' methods, [`Described`](crate::Described),
/// [`Object`](crate::Object), `Clone`, `Default`, `Debug`, `PartialEq` and, with the feature `serde`, its traits.
///
/// Two things are unusual, as they save the compiler time. Most of what it reads here is documentation, which passes through one
/// macro only and as single tokens: therefore resources and inputs have an arm each. `Clone` is not derived, as method calls
/// take less time than the paths of what is derived.
#[macro_export]
macro_rules! object {
    (
        $(#[doc = $doc:tt])*
        #[resource(name = $name:literal, rel = $rel:literal, revision = $revision:literal)]
        #[registry($registry:path)]
        pub struct $object:ident {
            $(
                $(#[doc = $field_doc:tt])*
                #[property($form:ident($wire:literal) $(.$limit:ident($($bound:literal),*))*)]
                pub $field:ident: $value:ty,
            )*
        }
        $(
            impl $relations_of:ident {
                $(
                    $(#[doc = $relation_doc:tt])*
                    #[relation($count:ident($relation:literal))]
                    pub fn $method:ident(&self $(,)?) -> $related:ident<'_, $target:ty>;
                )*
            }
        )?
    ) => {
        $(#[doc = $doc])*
        #[derive(Default)]
        #[non_exhaustive]
        pub struct $object {
            $(
                $(#[doc = $field_doc])*
                pub $field: $value,
            )*
            envelope: $crate::Envelope,
        }

        $(
            impl $relations_of {
                $(
                    $(#[doc = $relation_doc])*
                    #[inline]
                    pub fn $method(&self) -> $related<'_, $target> {
                        self.envelope.$count($relation)
                    }
                )*
            }
        )?

        $crate::object! {
            @tables $object [$($field)*] [$($field)*]
            {
                name: $name,
                rel: $rel,
                input: false,
                revision: $revision,
                properties: &[$($crate::$form($wire) $(.$limit($($bound),*))*),*],
                relations: &[$($($crate::$count::<$target>($relation)),*)?],
                registry: &$registry,
            }
        }
    };

    (
        $(#[doc = $doc:tt])*
        #[input(name = $name:literal)]
        #[registry($registry:path)]
        pub struct $object:ident {
            $(
                $(#[doc = $field_doc:tt])*
                #[property($form:ident($wire:literal) $(.$limit:ident($($bound:literal),*))*)]
                pub $field:ident: $kind:ident $(<$item:ty>)?,
            )*
            $(
                #[body]
                $(#[doc = $body_doc:tt])*
                pub $body:ident: $content:ident,
            )?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Default)]
        #[non_exhaustive]
        pub struct $object {
            $(
                $(#[doc = $field_doc])*
                pub $field: $kind $(<$item>)?,
            )*
            $(
                $(#[doc = $body_doc])*
                pub $body: $content,
            )?
            envelope: $crate::Envelope,
        }

        impl $object {
            $($crate::setter! { $field: $kind $($item)? })*
            $($crate::setter! { $body: $content })?
        }

        $crate::object! {
            @tables $object [$($field)* $($body)?] [$($field)*]
            {
                name: $name,
                rel: "",
                input: true,
                revision: 1,
                properties: &[$($crate::$form($wire) $(.$limit($($bound),*))*),*],
                relations: &[],
                registry: &$registry,
            }
        }
    };

    (@tables $object:ident [$($field:ident)*] [$($property:ident)*] { $($description:tt)* }) => {
        impl ::std::clone::Clone for $object {
            #[inline]
            fn clone(&self) -> Self {
                Self { $($field: self.$field.clone(),)* envelope: self.envelope.clone() }
            }
        }

        impl $crate::Described for $object {
            const DESCRIPTION: &'static $crate::Description = &$crate::Description { $($description)* };
        }

        $crate::object_traits!($object, $($property)*);
    };
}

/// Declares the method of an input that sets a field and returns the input, so that an input is made in one expression.
#[doc(hidden)]
#[macro_export]
macro_rules! setter {
    ($field:ident: Option $item:ty) => {
        /// Sets the [field](#fields) of the same name.
        #[must_use]
        pub fn $field(mut self, $field: impl Into<$item>) -> Self {
            self.$field = Some($field.into());
            self
        }
    };

    ($field:ident: Vec $item:ty) => {
        /// Sets all items of the [field](#fields) of the same name.
        #[must_use]
        pub fn $field(mut self, $field: impl IntoIterator<Item = impl Into<$item>>) -> Self {
            self.$field = $field.into_iter().map(Into::into).collect();
            self
        }
    };

    ($field:ident: $kind:ident) => {
        /// Sets the [field](#fields) of the same name.
        #[must_use]
        pub fn $field(mut self, $field: impl Into<$kind>) -> Self {
            self.$field = $field.into();
            self
        }
    };
}

/// Implements the traits of serde for an emitted type, where programs want them.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "serde")]
macro_rules! serde_traits {
    (object $name:ident) => {
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::serialize(self, serializer)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::deserialize(deserializer)
            }
        }
    };

    (enumeration $name:ident) => {
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::Enumeration::as_str(self))
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::deserialize_enumeration(deserializer)
            }
        }
    };
}

/// Without the feature `serde`, emitted types do not have its traits, which take the compiler a tenth of its time.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "serde"))]
macro_rules! serde_traits {
    ($kind:ident $name:ident) => {};
}
