//! Video in an answered call: a small machine of types beside the call.
//!
//! One end asks, the other agrees or refuses, and an answer uses the request up. [`Call::video`](crate::Call::video) hands out
//! the one negotiation of a call. Its state is a type, so an answer without a request does not compile.
//!
//! | state | what is true | you may |
//! | --- | --- | --- |
//! | [`Quiet`] | there is no video | [`ask`](Video::ask) |
//! | [`Asked`] | you have asked, and the peer has not answered | [`withdraw`](Video::withdraw) |
//! | [`Requested`] | the peer has asked, and you have not answered | [`agree`](Video::agree), [`refuse`](Video::refuse) |
//! | [`Running`] | both have agreed | [`camera`](Video::camera), [`end`](Video::end) |
//!
//! What the peer says moves it at run time: [`AnyVideo::on_video`] hears it in any state. Two requests that cross are an
//! agreement: each end takes the other's for its answer. The documents are silent on video in a call; all of this is from
//! captures (OBS-VIDEO-1 to OBS-VIDEO-3) and, where it says so, from the code of a client (OBS-VIDEO-4).

use std::fmt;
use std::marker::PhantomData;

use crate::id::Jid;
use crate::law::{MayAnswerVideo, MayAskVideo, MayShowVideo, MayWithdrawVideo};
pub use crate::phase::video::{Asked, Quiet, Requested, Running};
use crate::stanza::{Attribute, Identity, Outbound, VideoCode, VideoState};

/// The video of one answered call, in one state of its negotiation (`S`).
///
/// ```
/// use ringstate::video::{AnyVideo, Video, VideoHeard};
/// use ringstate::{Accepted, Call, Callee, Stanza, StanzaId};
/// # fn send(_: impl IntoIterator<Item = Stanza>) {}
///
/// fn want_video(call: &mut Call<Callee, Accepted>, id: StanzaId) -> Option<AnyVideo> {
///     match call.video()? {
///         AnyVideo::Off(video) => {
///             let (asked, request) = video.ask();
///             send([request.with_id(id).0]);
///             Some(asked.into())
///         }
///         other => Some(other), // a video call from the start
///     }
/// }
/// ```
///
/// ```compile_fail,E0277
/// # use ringstate::video::{Asked, Video};
/// # fn wrong(asked: Video<Asked>) {
/// asked.agree(); // there is no request of the peer to answer in a `Video<Asked>`
/// # }
/// ```
#[must_use = "the negotiation goes on with its next step; a call has only one"]
pub struct Video<S> {
    to: Jid,
    identity: Identity,
    orientation: Orientation,
    state: PhantomData<fn() -> S>,
}

/// By how many quarter turns the camera is turned: the attribute `device_orientation`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Orientation {
    /// Upright: 0.
    #[default]
    Upright,
    /// One quarter turn: 1.
    Quarter,
    /// Upside down: 2.
    Half,
    /// Three quarter turns: 3.
    ThreeQuarters,
}

/// The formats that an end can decode, as the official client states them (OBS-VIDEO-1).
const DECODER: &str = "H264";

/// A negotiation in any state.
#[derive(Debug)]
#[must_use = "the negotiation goes on with its next step; a call has only one"]
pub enum AnyVideo {
    /// There is no video.
    Off(Video<Quiet>),
    /// This end has asked.
    AskedByUs(Video<Asked>),
    /// The peer has asked.
    AskedByPeer(Video<Requested>),
    /// Both have agreed.
    On(Video<Running>),
}

/// What a received `<video>` meant ([`AnyVideo::on_video`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VideoHeard {
    /// The peer asks for video: ask your user, and then [`agree`](Video::agree) or [`refuse`](Video::refuse).
    Asks,
    /// The peer agrees: there is video now.
    Agrees,
    /// The peer refuses.
    Refuses,
    /// The peer takes its request back.
    Withdraws,
    /// The peer's camera is on.
    CameraOn,
    /// The peer's camera is off.
    CameraOff,
    /// The peer ends the video.
    Ends,
    /// It changes nothing in this state, or is of another call.
    NothingNew,
}

impl<S> Video<S> {
    pub(crate) fn of(identity: Identity, to: Jid) -> Self {
        Self {
            to,
            identity,
            orientation: Orientation::default(),
            state: PhantomData,
        }
    }

    fn becomes<T>(self) -> Video<T> {
        Video {
            to: self.to,
            identity: self.identity,
            orientation: self.orientation,
            state: PhantomData,
        }
    }

    /// Says how the camera is turned. Every stanza from the next on states it.
    pub fn turn(&mut self, orientation: Orientation) {
        self.orientation = orientation;
    }

    /// Asks the peer for video. Goes from [`Quiet`] ([`MayAskVideo`]) to [`Asked`].
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <video call-id="00C0FFEE" call-creator="15550199:3@lid" state="11" device_orientation="0" dec="H264" voip_settings="video"/>
    /// </call>
    /// ```
    ///
    /// If nobody answers within some 5 seconds, [`withdraw`](Self::withdraw) it (OBS-VIDEO-4).
    ///
    /// ```
    /// use ringstate::video::{Asked, Quiet, Video};
    /// use ringstate::xml;
    ///
    /// fn ask(video: Video<Quiet>) -> Video<Asked> {
    ///     let (asked, request) = video.ask();
    ///     println!("{}", xml::to_string(request.stanza()));
    ///     asked
    /// }
    /// ```
    #[doc(alias("OBS-VIDEO-1"))]
    pub fn ask(self) -> (Video<Asked>, Outbound<VideoState>)
    where
        S: MayAskVideo,
    {
        let request = VideoState {
            attributes: vec![Attribute {
                name: "voip_settings".into(),
                value: "video".into(),
            }],
            ..self.says(VideoCode::REQUEST, true)
        };
        let request = self.send(request);
        (self.becomes(), request)
    }

    /// Takes the request back: the user changed their mind, or nobody answered in time. Goes from [`Asked`]
    /// ([`MayWithdrawVideo`]) to [`Quiet`].
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <video call-id="00C0FFEE" call-creator="15550199:3@lid" state="8" device_orientation="0"/>
    /// </call>
    /// ```
    pub fn withdraw(self) -> (Video<Quiet>, Outbound<VideoState>)
    where
        S: MayWithdrawVideo,
    {
        let withdrawal = self.send(self.says(VideoCode::WITHDRAW, false));
        (self.becomes(), withdrawal)
    }

    /// Agrees to the peer's request. Goes from [`Requested`] ([`MayAnswerVideo`]) to [`Running`]. The official client sends
    /// two stanzas: its camera is off, and it agrees (OBS-VIDEO-2). Send both, in this order.
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <video call-id="00C0FFEE" call-creator="15550199:3@lid" state="6" device_orientation="0"/>
    /// </call>
    /// <call to="15550199:3@lid">
    ///   <video call-id="00C0FFEE" call-creator="15550199:3@lid" state="4" device_orientation="0" dec="H264"/>
    /// </call>
    /// ```
    #[doc(alias("OBS-VIDEO-2"))]
    pub fn agree(self) -> (Video<Running>, (Outbound<VideoState>, Outbound<VideoState>))
    where
        S: MayAnswerVideo,
    {
        let off = self.send(self.says(VideoCode::STOPPED, false));
        let agreed = self.send(self.says(VideoCode::ACCEPT, true));
        (self.becomes(), (off, agreed))
    }

    /// Refuses the peer's request. Goes from [`Requested`] ([`MayAnswerVideo`]) to [`Quiet`].
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <video call-id="00C0FFEE" call-creator="15550199:3@lid" state="5" device_orientation="0"/>
    /// </call>
    /// ```
    #[doc(alias("OBS-VIDEO-4"))]
    pub fn refuse(self) -> (Video<Quiet>, Outbound<VideoState>)
    where
        S: MayAnswerVideo,
    {
        let refusal = self.send(self.says(VideoCode::REFUSE, false));
        (self.becomes(), refusal)
    }

    /// Tells the peer that the camera is now on or off, or that it was turned while on. The state stays [`Running`]
    /// ([`MayShowVideo`]).
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <video call-id="00C0FFEE" call-creator="15550199:3@lid" state="1" device_orientation="0" dec="H264"/>   <!-- on -->
    /// </call>
    /// <call to="15550199:3@lid">
    ///   <video call-id="00C0FFEE" call-creator="15550199:3@lid" state="6" device_orientation="0"/>              <!-- off -->
    /// </call>
    /// ```
    #[doc(alias("OBS-VIDEO-3"))]
    pub fn camera(&self, is_on: bool) -> Outbound<VideoState>
    where
        S: MayShowVideo,
    {
        let code = if is_on {
            VideoCode::ENABLED
        } else {
            VideoCode::STOPPED
        };
        self.send(self.says(code, is_on))
    }

    /// Ends the video; the call goes on with sound. Goes from [`Running`] ([`MayShowVideo`]) to [`Quiet`].
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <video call-id="00C0FFEE" call-creator="15550199:3@lid" state="0" device_orientation="0"/>
    /// </call>
    /// ```
    pub fn end(self) -> (Video<Quiet>, Outbound<VideoState>)
    where
        S: MayShowVideo,
    {
        let end = self.send(self.says(VideoCode::DISABLED, false));
        (self.becomes(), end)
    }

    fn says(&self, code: VideoCode, decodes: bool) -> VideoState {
        VideoState {
            orientation: Some(match self.orientation {
                Orientation::Upright => 0,
                Orientation::Quarter => 1,
                Orientation::Half => 2,
                Orientation::ThreeQuarters => 3,
            }),
            decoder: decodes.then(|| DECODER.into()),
            ..VideoState::of(self.identity.clone(), code)
        }
    }

    fn send(&self, says: VideoState) -> Outbound<VideoState> {
        Outbound::new(self.to.clone(), None, says)
    }
}

impl AnyVideo {
    /// Hears what the peer says. Returns the negotiation as it is now, what it meant, and what to send back: an end whose
    /// request was agreed to says that its camera is on (OBS-VIDEO-2).
    ///
    /// | state | hears | goes to |
    /// | --- | --- | --- |
    /// | [`Quiet`] | a request | [`Requested`] |
    /// | [`Asked`] | an agreement, or a request that crosses | [`Running`] |
    /// | [`Asked`] | a refusal, or the end of video | [`Quiet`] |
    /// | [`Requested`] | the request taken back, or the end of video | [`Quiet`] |
    /// | [`Running`] | the end of video | [`Quiet`] |
    /// | any | a camera that is on or off | stays |
    ///
    /// ```
    /// use ringstate::video::{AnyVideo, VideoHeard};
    /// use ringstate::{Accepted, Call, Callee, Inbound, Stanza, StanzaId};
    /// use ringstate::stanza::VideoState;
    /// # fn send(_: impl IntoIterator<Item = Stanza>) {}
    ///
    /// fn hear(call: &Call<Callee, Accepted>, video: AnyVideo, stanza: Inbound<VideoState>, id: StanzaId) -> AnyVideo {
    ///     match call.on_video(stanza) {
    ///         Ok((state, owed)) => {
    ///             send(owed);
    ///             let (video, heard, reply) = video.on_video(&state);
    ///             send(reply.map(|reply| reply.with_id(id).0));
    ///             if heard == VideoHeard::Asks {
    ///                 println!("the peer would like to see you");
    ///             }
    ///             video
    ///         }
    ///         Err(refused) => {
    ///             send(refused.into_parts().input.acknowledge());
    ///             video
    ///         }
    ///     }
    /// }
    /// ```
    pub fn on_video(self, state: &VideoState) -> (Self, VideoHeard, Option<Outbound<VideoState>>) {
        use VideoCode as Code;

        // The call has heard it already, and knows its creator by other addresses too.
        if state.identity.call_id != self.identity().call_id {
            return (self, VideoHeard::NothingNew, None);
        }
        let Some(code) = state.code else {
            return (self, VideoHeard::NothingNew, None);
        };
        match (self, code) {
            (Self::Off(video), Code::REQUEST | Code::OLD_REQUEST) => {
                (Self::AskedByPeer(video.becomes()), VideoHeard::Asks, None)
            }
            (Self::AskedByUs(video), Code::ACCEPT | Code::REQUEST | Code::OLD_REQUEST) => {
                let running: Video<Running> = video.becomes();
                let on = running.send(running.says(Code::ENABLED, false));
                (Self::On(running), VideoHeard::Agrees, Some(on))
            }
            (Self::AskedByUs(video), Code::REFUSE | Code::DISABLED) => {
                (Self::Off(video.becomes()), VideoHeard::Refuses, None)
            }
            (Self::AskedByPeer(video), Code::WITHDRAW | Code::DISABLED) => {
                (Self::Off(video.becomes()), VideoHeard::Withdraws, None)
            }
            // A request that is taken back while it is agreed to. The other end may have heard a request of ours meanwhile, and
            // learns that nothing is shown.
            (Self::On(video), Code::WITHDRAW) => {
                let off = video.send(video.says(Code::DISABLED, false));
                (Self::Off(video.becomes()), VideoHeard::Ends, Some(off))
            }
            (Self::On(video), Code::DISABLED) => {
                (Self::Off(video.becomes()), VideoHeard::Ends, None)
            }
            (other, Code::ENABLED) => (other, VideoHeard::CameraOn, None),
            (other, Code::STOPPED) => (other, VideoHeard::CameraOff, None),
            (other, _) => (other, VideoHeard::NothingNew, None),
        }
    }

    fn identity(&self) -> &Identity {
        match self {
            Self::Off(video) => &video.identity,
            Self::AskedByUs(video) => &video.identity,
            Self::AskedByPeer(video) => &video.identity,
            Self::On(video) => &video.identity,
        }
    }
}

impl<S> fmt::Debug for Video<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Video({:?})", self.identity.call_id)
    }
}

impl From<Video<Quiet>> for AnyVideo {
    fn from(video: Video<Quiet>) -> Self {
        Self::Off(video)
    }
}

impl From<Video<Asked>> for AnyVideo {
    fn from(video: Video<Asked>) -> Self {
        Self::AskedByUs(video)
    }
}

impl From<Video<Requested>> for AnyVideo {
    fn from(video: Video<Requested>) -> Self {
        Self::AskedByPeer(video)
    }
}

impl From<Video<Running>> for AnyVideo {
    fn from(video: Video<Running>) -> Self {
        Self::On(video)
    }
}
