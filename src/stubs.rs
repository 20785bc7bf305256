//! Methods that nobody can call. Each stands where a newcomer looks for a step, and makes the compiler say where the step
//! is, instead of "no method named `reject`".

/// Writes such methods. Nothing meets their bound, whose trait has the message.
///
/// Names and bounds are passed on in groups of tokens. So the compiler points at them where they stand, and not at the macro.
macro_rules! stubs {
    (impl ($($head:tt)*) where $bound:tt; $(fn $name:ident $parameters:tt;)*) => {
        #[doc(hidden)]
        impl $($head)* {
            $(stub! { $name $parameters $bound })*
        }
    };
}

macro_rules! stub {
    ($name:ident ($($parameters:tt)*) ($($bound:tt)*)) => {
        #[allow(clippy::extra_unused_lifetimes)] // only some bounds name it
        pub fn $name<'a>($($parameters)*)
        where
            $($bound)*
        {
        }
    };
}
