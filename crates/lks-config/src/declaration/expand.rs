//! Turns the list of settings into structs, their defaults, and the table that everything else walks.

macro_rules! settings {
    (
        $(#[$root_doc:meta])*
        $Root:ident {
            $($field:ident: $type:ty = $default:literal, $kind:expr, $unit:literal, $sentence:literal;)*
        }
        $(
            $(#[$section_doc:meta])*
            $section:ident: $Section:ident {
                $($inner:ident: $inner_type:ty =
                    $inner_default:literal, $inner_kind:expr, $inner_unit:literal, $inner_sentence:literal;)*
            }
        )*
    ) => {
        $(#[$root_doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $Root {
            $(#[doc = $sentence] pub $field: $type,)*
            $($(#[$section_doc])* pub $section: $Section,)*
        }

        impl Default for $Root {
            fn default() -> Self {
                Self {
                    $($field: $crate::field::from_value(built_in(&$kind, $default)),)*
                    $($section: $Section::default(),)*
                }
            }
        }

        $(
            $(#[$section_doc])*
            #[derive(Clone, Debug, PartialEq)]
            pub struct $Section {
                $(#[doc = $inner_sentence] pub $inner: $inner_type,)*
            }

            impl Default for $Section {
                fn default() -> Self {
                    Self { $($inner: $crate::field::from_value(built_in(&$inner_kind, $inner_default)),)* }
                }
            }
        )*

        /// Every setting, in the order of the template.
        pub(crate) const DECLARATIONS: &[Declaration] = &[
            $(Declaration {
                key: stringify!($field),
                kind: $kind,
                default: $default,
                unit: $unit,
                sentence: $sentence,
                read: |settings| $crate::field::Field::to_value(&settings.$field),
                write: |settings, value| settings.$field = $crate::field::from_value(value),
            },)*
            $($(Declaration {
                key: concat!(stringify!($section), ".", stringify!($inner)),
                kind: $inner_kind,
                default: $inner_default,
                unit: $inner_unit,
                sentence: $inner_sentence,
                read: |settings| $crate::field::Field::to_value(&settings.$section.$inner),
                write: |settings, value| settings.$section.$inner = $crate::field::from_value(value),
            },)*)*
        ];
    };
}

pub(super) use settings;
