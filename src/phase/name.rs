use std::fmt;

/// The name of a phase, as data.
///
/// It is a constant and not an enum variant: a second type or variant called `Acked` would make the compiler print
/// `ringstate::Acked` in every message.
///
/// ```
/// use ringstate::law::PhaseName;
///
/// assert_eq!(PhaseName::ACKED.as_str(), "Acked");
/// assert!(PhaseName::OFFERED < PhaseName::ACKED); // the order of a call
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PhaseName(u8);

impl PhaseName {
    /// [`Offered`](crate::Offered).
    pub const OFFERED: Self = Self(0);
    /// [`Acked`](crate::Acked).
    pub const ACKED: Self = Self(1);
    /// [`Preaccepted`](crate::Preaccepted).
    pub const PREACCEPTED: Self = Self(2);
    /// [`Accepted`](crate::Accepted).
    pub const ACCEPTED: Self = Self(3);
    /// [`Rejected`](crate::Rejected).
    pub const REJECTED: Self = Self(4);
    /// [`Terminated`](crate::Terminated).
    pub const TERMINATED: Self = Self(5);

    pub(crate) const ALL: [Self; 6] = [
        Self::OFFERED,
        Self::ACKED,
        Self::PREACCEPTED,
        Self::ACCEPTED,
        Self::REJECTED,
        Self::TERMINATED,
    ];

    /// The name of the type.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        const NAMES: [&str; 6] = [
            "Offered",
            "Acked",
            "Preaccepted",
            "Accepted",
            "Rejected",
            "Terminated",
        ];
        NAMES[self.index()]
    }

    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for PhaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for PhaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of a role, as data; a constant for the same reason as [`PhaseName`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoleName(u8);

impl RoleName {
    /// [`Callee`](crate::Callee).
    pub const CALLEE: Self = Self(0);
    /// [`Caller`](crate::Caller).
    pub const CALLER: Self = Self(1);
    /// [`Invitee`](crate::Invitee).
    pub const INVITEE: Self = Self(2);

    pub(crate) const ALL: [Self; 3] = [Self::CALLEE, Self::CALLER, Self::INVITEE];

    /// The name of the type.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        const NAMES: [&str; 3] = ["Callee", "Caller", "Invitee"];
        NAMES[self.index()]
    }

    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
