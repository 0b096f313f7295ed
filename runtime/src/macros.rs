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
/// [`Object`](crate::Object), `Clone`, `Default`, `Debug`, `PartialEq` and the traits of serde.
#[macro_export]
macro_rules! object {
    (
        $(#[doc = $doc:literal])*
        #[resource(name = $name:literal, rel = $rel:literal, revision = $revision:literal)]
        $($declaration:tt)*
    ) => {
        $crate::object! { @object [$($doc)*] [$name, $rel, $revision, false] $($declaration)* }
    };

    (
        $(#[doc = $doc:literal])*
        #[input(name = $name:literal)]
        $($declaration:tt)*
    ) => {
        $crate::object! { @object [$($doc)*] [$name, "", 1, true] $($declaration)* }
        $crate::object! { @setters $($declaration)* }
    };

    (
        @setters
        #[registry($registry:path)]
        pub struct $object:ident {
            $(
                $(#[doc = $field_doc:literal])*
                #[property($($row:tt)*)]
                pub $field:ident: $kind:ident $(<$item:ty>)?,
            )*
            $(
                #[body]
                $(#[doc = $body_doc:literal])*
                pub $body:ident: $content:ident,
            )?
        }
    ) => {
        impl $object {
            $($crate::setter! { $field: $kind $($item)? })*
            $($crate::setter! { $body: $content })?
        }
    };

    (
        @object [$($doc:literal)*] [$name:literal, $rel:literal, $revision:literal, $input:literal]
        #[registry($registry:path)]
        pub struct $object:ident {
            $(
                $(#[doc = $field_doc:literal])*
                #[property($form:ident($wire:literal) $(.$limit:ident($($bound:literal),*))*)]
                pub $field:ident: $value:ty,
            )*
            $(
                #[body]
                $(#[doc = $body_doc:literal])*
                pub $body:ident: $content:ty,
            )?
        }
        $(
            impl $relations_of:ident {
                $(
                    $(#[doc = $relation_doc:literal])*
                    #[relation($count:ident($relation:literal))]
                    pub fn $method:ident(&self $(,)?) -> $related:ident<'_, $target:ty>;
                )*
            }
        )?
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Default)]
        #[non_exhaustive]
        pub struct $object {
            $(
                $(#[doc = $field_doc])*
                pub $field: $value,
            )*
            $(
                $(#[doc = $body_doc])*
                pub $body: $content,
            )?
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

        impl $crate::Described for $object {
            const DESCRIPTION: &'static $crate::Description = &$crate::Description {
                name: $name,
                rel: $rel,
                input: $input,
                revision: $revision,
                properties: &[$($crate::$form($wire) $(.$limit($($bound),*))*),*],
                relations: &[$($($crate::$count::<$target>($relation)),*)?],
                registry: &$registry,
            };
        }

        const _: () = {
            /// The positions of the fields in the table of properties. Emitted types begin with a capital, so that this hides none.
            #[allow(dead_code, non_camel_case_types)]
            enum position {
                $($field,)*
            }

            impl $crate::Object for $object {
                fn envelope(&self) -> &$crate::Envelope {
                    &self.envelope
                }

                fn envelope_mut(&mut self) -> &mut $crate::Envelope {
                    &mut self.envelope
                }

                #[allow(unused_variables)]
                fn property(&self, index: usize) -> ::std::option::Option<&dyn $crate::Property> {
                    $(
                        if index == position::$field as usize {
                            return ::std::option::Option::Some(&self.$field);
                        }
                    )*
                    ::std::option::Option::None
                }

                #[allow(unused_variables)]
                fn property_mut(&mut self, index: usize) -> ::std::option::Option<&mut dyn $crate::Property> {
                    $(
                        if index == position::$field as usize {
                            return ::std::option::Option::Some(&mut self.$field);
                        }
                    )*
                    ::std::option::Option::None
                }
            }
        };

        $crate::object_traits!($object);
    };
}

/// Declares the method of an input that sets a field and returns the input, so that an input is made in one expression.
#[doc(hidden)]
#[macro_export]
macro_rules! setter {
    ($field:ident: Option $item:ty) => {
        #[doc = concat!("Sets [`", stringify!($field), "`](field@Self::", stringify!($field), ").")]
        #[must_use]
        pub fn $field(mut self, $field: impl Into<$item>) -> Self {
            self.$field = Some($field.into());
            self
        }
    };

    ($field:ident: Vec $item:ty) => {
        #[doc = concat!("Sets all of [`", stringify!($field), "`](field@Self::", stringify!($field), ").")]
        #[must_use]
        pub fn $field(mut self, $field: impl IntoIterator<Item = impl Into<$item>>) -> Self {
            self.$field = $field.into_iter().map(Into::into).collect();
            self
        }
    };

    ($field:ident: $kind:ident) => {
        #[doc = concat!("Sets [`", stringify!($field), "`](field@Self::", stringify!($field), ").")]
        #[must_use]
        pub fn $field(mut self, $field: impl Into<$kind>) -> Self {
            self.$field = $field.into();
            self
        }
    };
}
