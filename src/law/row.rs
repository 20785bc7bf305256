//! What makes a trait a row of the law, written once: its sentence, its message, its notes and its place in the tables.

/// Makes a trait a row of the law. The trait gets its documentation and its compiler message from the same words, and a
/// [`Row`](super::Row) of the same name for [`LAW`](super::LAW), whose cells are read off the impls.
///
/// The macro only adds attributes. It passes the trait on as the tokens that it was given, and the impls stand outside, so
/// that no error of a user shows the macro.
macro_rules! row {
    (
        $(#[$doc:meta])*
        $kind:ident $step:literal, methods [$($method:ident),+], about [$($about:ident),*],
        stays $stays:literal, goes_to [$($to:ident $($by:literal)?),*];
        message: $message:literal,
        label: $label:literal,
        $(note: $note:literal),+;
        $vis:vis $keyword:ident $law:ident $($rest:tt)*
    ) => {
        explained! {
            $(#[$doc])*
            message: $message,
            label: $label,
            $(note: $note),+;
            $vis $keyword $law $($rest)*
        }

        #[allow(non_upper_case_globals)] // it has the name of the trait
        pub(super) const $law: super::Row = super::Row {
            kind: super::Kind::$kind,
            step: $step,
            law: stringify!($law),
            methods: &[$(stringify!($method)),+],
            about: &[$(crate::stanza::ActionKind::$about),*],
            cells: [
                cells!($law, crate::phase::Callee),
                cells!($law, crate::phase::Caller),
                cells!($law, crate::phase::Invitee),
            ],
            stays: $stays,
            goes_to: &[$(super::Way {
                to: <crate::phase::$to as crate::phase::sealed::SealedPhase>::NAME,
                label: label!($step $($by)?),
            }),*],
            message: $message,
            notes: &[$($note),+],
        };
    };
}

/// What takes a call to a phase: the step, unless the row says something shorter.
macro_rules! label {
    ($step:literal) => {
        $step
    };
    ($step:literal $by:literal) => {
        $by
    };
}

/// Gives a trait one text for its documentation and for its compiler message.
macro_rules! explained {
    (
        $(#[$doc:meta])*
        message: $message:literal,
        label: $label:literal,
        $(note: $note:literal),+;
        $($item:tt)*
    ) => {
        $(#[$doc])*
        #[doc = ""]
        $(#[doc = concat!("* ", $note)])+
        #[diagnostic::on_unimplemented(message = $message, label = $label, $(note = $note),+)]
        $($item)*
    };
}

/// The phases in which a row is legal for a role, in the order of a call.
macro_rules! cells {
    ($law:ident, $role:ty) => {
        [
            implements!(crate::phase::Offered: $law<$role>),
            implements!(crate::phase::Acked: $law<$role>),
            implements!(crate::phase::Preaccepted: $law<$role>),
            implements!(crate::phase::Accepted: $law<$role>),
            implements!(crate::phase::Rejected: $law<$role>),
            implements!(crate::phase::Terminated: $law<$role>),
        ]
    };
}

/// Whether a type has a trait: for one that has it the inherent constant wins, for any other the blanket one.
macro_rules! implements {
    ($type:ty: $law:path) => {{
        struct Probe<T>(std::marker::PhantomData<T>);
        #[allow(dead_code)] // the inherent constant may win
        trait Blanket {
            const YES: bool = false;
        }
        impl<T> Blanket for Probe<T> {}
        #[allow(dead_code)] // the blanket constant may win
        impl<T: $law> Probe<T> {
            const YES: bool = true;
        }
        Probe::<$type>::YES
    }};
}
