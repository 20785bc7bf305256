//! Who may say what of video, and when. An answered call has one negotiation, a [`Video`](crate::Video), whose state is a type.

use crate::phase::video::{Asked, Quiet, Requested, Running};

explained! {
    /// Allows [`Video::ask`](crate::Video::ask): this end asks the peer for video.
    message: "video cannot be asked for in a `Video<{Self}>`",
    label: "asking is not possible here",
    note: "when `Quiet`: you may (OBS-VIDEO-1)",
    note: "when `Asked`: you have asked already; wait for the answer, or `withdraw`",
    note: "when `Requested`: the peer has asked: `agree` or `refuse`",
    note: "when `Running`: there is video already; switch the camera with `camera` (OBS-VIDEO-3)";
    pub trait MayAskVideo {}
}
impl MayAskVideo for Quiet {}

explained! {
    /// Allows [`Video::withdraw`](crate::Video::withdraw): this end takes its request back, because its user changed their
    /// mind or nobody answered in time.
    message: "there is no request of yours to take back in a `Video<{Self}>`",
    label: "you have not asked here",
    note: "when `Quiet`: you have not asked; `ask` first",
    note: "when `Asked`: you may; clients do so after some 5 seconds without an answer (OBS-VIDEO-4)",
    note: "when `Requested`: the request is the peer's: `agree` or `refuse`",
    note: "when `Running`: the request was answered, and an answer uses it up; end the video with `end`";
    pub trait MayWithdrawVideo {}
}
impl MayWithdrawVideo for Asked {}

explained! {
    /// Allows [`Video::agree`](crate::Video::agree) and [`Video::refuse`](crate::Video::refuse): this end answers the peer's
    /// request.
    message: "there is no request of the peer to answer in a `Video<{Self}>`",
    label: "the peer has not asked here",
    note: "when `Quiet`: the peer has not asked; hear a received `<video>` with `on_video`",
    note: "when `Asked`: the request is yours, and the peer answers it; hear the answer with `on_video`",
    note: "when `Requested`: you may (OBS-VIDEO-2)",
    note: "when `Running`: the request was answered, and an answer uses it up";
    pub trait MayAnswerVideo {}
}
impl MayAnswerVideo for Requested {}

explained! {
    /// Allows [`Video::camera`](crate::Video::camera) and [`Video::end`](crate::Video::end): this end switches its camera on
    /// or off, or ends the video.
    message: "there is no video in a `Video<{Self}>`",
    label: "no video runs here",
    note: "when `Quiet`: `ask` the peer for video first (OBS-VIDEO-1)",
    note: "when `Asked`: wait for the answer, or `withdraw`",
    note: "when `Requested`: `agree` first, or `refuse`",
    note: "when `Running`: you may (OBS-VIDEO-3)";
    pub trait MayShowVideo {}
}
impl MayShowVideo for Running {}
