//! One call of a recording, with what is still expected of it.

use std::collections::BTreeMap;
use std::ops::{Index, IndexMut};
use std::time::Duration;

use super::debt::DebtKey;
use super::finding::{Finding, Findings};
use super::recording::Direction;
use super::report::{CallReport, Step};
use crate::any::{AnyCall, Heard};
use crate::call::Decline;
use crate::call::video::AnyVideo;
use crate::id::Jid;
use crate::party::same_device_of_peer;
use crate::phase::PhaseName;
use crate::stanza::{AnyAction, CallStanza, Destination, Identity, VideoCode};
use crate::switchboard::Policy;

/// How many stanzas of one call are kept for the report.
const MOST_STEPS: usize = 8_192;

const DAY: Duration = Duration::from_hours(24);

/// Where a stanza stands in a recording.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub(super) line: usize,
    pub(super) time: Option<Duration>,
}

/// A call of the recording.
#[derive(Debug)]
pub(super) struct Tracked {
    pub(super) identity: Identity,
    /// None for a call that was over when its offer came.
    pub(super) call: Option<AnyCall>,
    /// What is owed for its offer.
    pub(super) offer_debt: Option<DebtKey>,
    pub(super) report: CallReport,
    pub(super) findings: Findings,
    pub(super) declined: Option<Decline>,
    /// Devices that still ring although one has answered.
    pub(super) ringing_on: Vec<Jid>,
    /// Devices that were told to stop before that.
    pub(super) dismissed: Vec<Jid>,
    pub(super) video: Option<AnyVideo>,
    pub(super) last_line: usize,
}

/// The calls of the recording, each under a number that no other gets.
#[derive(Debug, Default)]
pub(super) struct Calls(pub(super) BTreeMap<usize, Tracked>);

impl Calls {
    pub(super) fn next(&self) -> usize {
        self.0.last_key_value().map_or(0, |(last, _)| last + 1)
    }
}

impl Index<usize> for Calls {
    type Output = Tracked;

    fn index(&self, index: usize) -> &Tracked {
        &self.0[&index]
    }
}

impl IndexMut<usize> for Calls {
    fn index_mut(&mut self, index: usize) -> &mut Tracked {
        self.0
            .get_mut(&index)
            .expect("nothing refers to a call that was left out")
    }
}

impl Tracked {
    /// Its phase; one that was over when its offer came has ended.
    pub(super) fn phase(&self) -> PhaseName {
        let call = self.call.as_ref();
        call.map_or(PhaseName::TERMINATED, AnyCall::phase)
    }

    /// Whether it is incoming, and its offer is not acknowledged.
    pub(super) fn is_unacknowledged(&self) -> bool {
        matches!(
            self.call,
            Some(AnyCall::CalleeOffered(_) | AnyCall::InviteeOffered(_))
        )
    }

    pub(super) fn step(
        &mut self,
        at: At,
        direction: Direction,
        element: &'static str,
        phases: (PhaseName, PhaseName),
    ) {
        self.step_of(at, direction, "", element, phases);
    }

    pub(super) fn step_of(
        &mut self,
        at: At,
        direction: Direction,
        answer: &'static str,
        element: &'static str,
        phases: (PhaseName, PhaseName),
    ) {
        self.take(Step {
            answer,
            ..Self::told(at, direction, element, phases)
        });
    }

    /// A stanza with this element, as it is told.
    pub(super) fn told(
        at: At,
        direction: Direction,
        element: &'static str,
        (before, after): (PhaseName, PhaseName),
    ) -> Step {
        Step {
            line: at.line,
            time: at.time,
            direction,
            answer: "",
            element,
            is_dismissal: false,
            before,
            after,
        }
    }

    pub(super) fn take(&mut self, step: Step) {
        self.last_line = step.line;
        if self.report.steps.len() < MOST_STEPS {
            self.report.steps.push(step);
        } else {
            self.report.steps_left_out += 1;
        }
    }

    /// What follows from what the call heard.
    pub(super) fn heard(&mut self, heard: Heard) {
        match heard {
            Heard::Answered(_, siblings) | Heard::LateAnswer(siblings) => {
                for device in siblings.devices() {
                    let is_it = |known: &Jid| same_device_of_peer(known, device);
                    if !self.dismissed.iter().chain(&self.ringing_on).any(is_it) {
                        self.ringing_on.push(device.clone());
                    }
                }
                drop(siblings.dismiss()); // the client has sent what it has sent
            }
            Heard::DeviceOut(device, decline) => {
                self.declined = decline.or(self.declined.take());
                self.rings_no_more(&device);
            }
            Heard::Video(state) => {
                if let Some(video) = self.video() {
                    let (video, _, _) = video.on_video(&state);
                    self.video = Some(video);
                }
            }
            _ => {}
        }
    }

    /// What follows from what was sent.
    pub(super) fn sent(&mut self, stanza: &CallStanza) {
        match &stanza.action {
            AnyAction::Terminate(terminate) => {
                let named = terminate.destination().map(Destination::recipients);
                let devices: Vec<Jid> = match named {
                    Some(named) => named.iter().map(|device| device.jid().clone()).collect(),
                    None => vec![stanza.to.clone()],
                };
                for device in devices {
                    self.rings_no_more(&device);
                    self.dismissed.push(device);
                }
            }
            AnyAction::VideoState(state) => {
                let video = match (self.video(), state.code()) {
                    (Some(AnyVideo::Off(video)), Some(VideoCode::REQUEST)) => video.ask().0.into(),
                    (Some(AnyVideo::AskedByPeer(video)), Some(VideoCode::ACCEPT)) => {
                        video.agree().0.into()
                    }
                    (Some(AnyVideo::AskedByPeer(video)), Some(VideoCode::REFUSE)) => {
                        video.refuse().0.into()
                    }
                    (Some(AnyVideo::AskedByUs(video)), Some(VideoCode::WITHDRAW)) => {
                        video.withdraw().0.into()
                    }
                    (Some(AnyVideo::On(video)), Some(VideoCode::DISABLED)) => video.end().0.into(),
                    (Some(video), _) => video,
                    (None, _) => return,
                };
                self.video = Some(video);
            }
            _ => {}
        }
    }

    /// Notes that a device rings no more: this client told it so, or it said its last word.
    pub(super) fn rings_no_more(&mut self, device: &Jid) {
        self.ringing_on
            .retain(|known| !same_device_of_peer(known, device));
    }

    /// The negotiation of the call's video, which is handed out once.
    pub(super) fn video(&mut self) -> Option<AnyVideo> {
        self.video.take().or_else(|| self.call.as_mut()?.video())
    }

    /// What is missing once the recording ends.
    pub(super) fn report_missing(&mut self, last: Option<Duration>) {
        let line = self.last_line;
        let Some(call) = &self.call else {
            return;
        };
        if !self.ringing_on.is_empty() {
            let finding = Finding::not_dismissed(line, self.ringing_on.len());
            self.findings.tell(finding);
        }
        match &self.video {
            Some(AnyVideo::AskedByPeer(_)) if call.outcome().is_none() => {
                self.findings.tell(Finding::video_open(line));
            }
            _ => {}
        }
        let is_unanswered = matches!(
            call,
            AnyCall::CalleeAcked(_) | AnyCall::CalleePreaccepted(_) | AnyCall::InviteeAcked(_)
        );
        if is_unanswered {
            let began = self.report.steps.first().and_then(|step| step.time);
            let rang = last.zip(began).and_then(|(last, began)| {
                // A clock that shows the time of day begins anew at midnight.
                let is_later = |last: Duration| last.checked_sub(began);
                is_later(last).or_else(|| is_later(last + DAY))
            });
            let finding = match rang {
                Some(rang) if rang < Policy::default().ring_window => {
                    Finding::still_rings(line, rang)
                }
                _ => Finding::not_answered(line, call.phase()),
            };
            self.findings.tell(finding);
        }
    }

    pub(super) fn into_report(self) -> CallReport {
        let Self {
            call,
            mut report,
            findings,
            ..
        } = self;
        report.role = call.as_ref().map(AnyCall::role);
        report.phase = call.as_ref().map(AnyCall::phase);
        report.outcome = call.as_ref().and_then(AnyCall::outcome);
        report.ended_by = call.as_ref().and_then(AnyCall::ended_by);
        (report.findings, report.findings_left_out) = findings.into_parts();
        report.findings.sort_by_key(Finding::line);
        report
    }
}
