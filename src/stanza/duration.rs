use std::time::Duration;

use super::Identity;
use crate::id::Jid;

/// `<duration>`: how long a call was, told to the call service by the end that hung up.
///
/// ```xml
/// <call to="call" id="3EB00009">
///   <duration call-id="00C0FFEE" call-creator="15550199:3@lid" type="1x1" peer="15550199@lid" audio_duration="4197"/>
/// </call>
/// ```
///
/// The documents are silent on it. The official client sends it after every call that it ends, in milliseconds (OBS-18,
/// 4 of 4). **Sent** by [`Call::report_duration`](crate::Call::report_duration). **Received**, it is acknowledged like any
/// action of a call that is over.
///
/// ```compile_fail,E0277
/// # fn wrong(call: ringstate::Call<ringstate::Callee, ringstate::Accepted>, sound: std::time::Duration) {
/// call.report_duration(sound, None); // only of a call that is `Terminated`
/// # }
/// ```
///
/// # What it has
///
/// [How to read this list](crate::stanza#what-they-have).
///
#[doc = include_str!("../../docs/generated/stanza/duration.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallDuration {
    pub(crate) identity: Identity,
    pub(crate) peer: Option<Jid>,
    pub(crate) audio: Option<u32>,
    pub(crate) video: Option<u32>,
}

impl CallDuration {
    /// The account that was the other end.
    #[must_use]
    pub fn peer(&self) -> Option<&Jid> {
        self.peer.as_ref()
    }

    /// How long there was sound.
    #[must_use]
    pub fn audio(&self) -> Option<Duration> {
        self.audio
            .map(|millis| Duration::from_millis(millis.into()))
    }

    /// How long there was a picture.
    #[must_use]
    pub fn video(&self) -> Option<Duration> {
        self.video
            .map(|millis| Duration::from_millis(millis.into()))
    }
}
