//! Setters of options that may grow.

/// One consuming setter for each field.
macro_rules! setters {
    ($Options:ident { $($with:ident: $field:ident: $type:ty,)* }) => {
        impl $Options {
            $(
                #[doc = concat!("The same with this [`", stringify!($field), "`](Self::", stringify!($field), ").")]
                #[must_use]
                pub fn $with(mut self, $field: $type) -> Self {
                    self.$field = $field;
                    self
                }
            )*
        }
    };
}

pub(crate) use setters;
