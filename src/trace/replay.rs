//! A recording, taken through the law stanza by stanza.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::debt::{Debt, DebtKey, Parts};
use super::finding::{Finding, Findings, Speaker};
use super::recording::{Direction, Recorded, RecordedStanza};
use super::report::{CallReport, Report, Step};
use super::tracked::{At, Calls, Tracked};
use super::traits::Traits;
use crate::any::{AnyCall, ReceiveError, Said, SayError};
use crate::call::Call;
use crate::id::{CallId, Jid, OwnAddress, StanzaId};
use crate::phase::{Accepted, Callee, Invitee, Offered, PhaseName};
use crate::stanza::{
    Accept, AckError, ActionKind, AnyAction, CallStanza, Dialect, EndedOffer, Identity, Inbound,
    Nacked, Outgoing, Owed, Received, ServerAck,
};
use crate::switchboard::Limits;

/// How many debts are remembered after they were paid, to tell one that is paid again, where memory is scarce.
const MOST_DEBTS: usize = 65_536;

/// Takes a recording through the law. Give it the stanzas in their order, and [`finish`](Self::finish) it.
///
/// What was sent and what was received are judged by the same traits as typed code: each stanza takes the typed step of its
/// call, and where there is none, that is a finding.
///
/// ```
/// use ringstate::trace::{Format, Reader, Replay};
/// use ringstate::OwnAddress;
///
/// // It declines before it has acknowledged the offer.
/// let trace = r#"# account: 15550100:2@lid
/// < <call from="15550199:3@lid" id="1A2B" t="1700000000"><offer call-id="C0" call-creator="15550199:3@lid"/></call>
/// > <call to="15550199:3@lid" id="9F1C"><reject call-id="C0" call-creator="15550199:3@lid"/></call>
/// "#;
/// let (mut reader, mut replay) = (Reader::new(Format::Trace), Replay::new());
/// for line in trace.lines() {
///     for recorded in reader.line(line) {
///         replay.stanza(recorded, reader.account());
///     }
/// }
/// let report = replay.finish();
/// let mut clauses = report.violations().flat_map(|violation| violation.clauses());
/// assert!(clauses.any(|clause| clause == "SIG-18.2"));
/// ```
#[derive(Debug)]
pub struct Replay {
    dialect: Option<Dialect>,
    is_receipt_recorded: bool,
    is_one_sided: bool,
    calls: Calls,
    most_calls: Option<usize>,
    /// How many calls and debts there may be before those that are done are left out.
    calls_at: usize,
    debts_at: usize,
    left_out: usize,
    by_id: HashMap<CallId, Vec<usize>>,
    owed: HashMap<DebtKey, Debt>,
    awaited: HashMap<StanzaId, Awaited>,
    /// Findings that are of no call.
    others: Findings,
    /// Calls whose offers are not in the recording.
    without_offer: HashSet<CallId>,
    stanzas: usize,
    unread: usize,
    last: Option<Duration>,
}

/// A sent stanza that the server acknowledges.
#[derive(Debug)]
struct Awaited {
    call: usize,
    to: Jid,
    kind: Option<ActionKind>,
}

impl Default for Replay {
    fn default() -> Self {
        Self::new()
    }
}

impl Replay {
    /// A replay of a client whose dialect is not known: what either dialect has is right.
    #[must_use]
    pub fn new() -> Self {
        Self {
            dialect: None,
            is_receipt_recorded: true,
            is_one_sided: false,
            calls: Calls::default(),
            most_calls: None,
            calls_at: usize::MAX,
            debts_at: MOST_DEBTS,
            left_out: 0,
            by_id: HashMap::new(),
            owed: HashMap::new(),
            awaited: HashMap::new(),
            others: Findings::default(),
            without_offer: HashSet::new(),
            stanzas: 0,
            unread: 0,
            last: None,
        }
    }

    /// A replay of a client that was [looked at](Traits::look) before.
    ///
    /// If nothing was sent in the recording, it has one side alone, and what is owed passes for sent. If the client speaks as
    /// WhatsApp Web does, answers no offer with an ack, and there is not a single receipt, then receipts were not recorded, and
    /// pass for sent.
    #[must_use]
    pub fn of(traits: &Traits) -> Self {
        let is_web = traits.dialect() == Some(Dialect::WhatsAppWeb);
        let is_one_sided = traits.sent == 0;
        Self {
            dialect: traits.dialect(),
            is_one_sided,
            is_receipt_recorded: !is_one_sided
                && (!is_web || traits.receipts > 0 || traits.acked_offers > 0),
            ..Self::new()
        }
    }

    /// Leaves calls out of the report that are over and kept the law, as soon as there are more calls than this: for recordings
    /// that are larger than memory. What is left of them is their number.
    #[must_use]
    pub fn with_most_calls(self, most: usize) -> Self {
        Self {
            most_calls: Some(most),
            calls_at: most,
            ..self
        }
    }

    /// Takes the next stanza. `me` are the own addresses, as far as they are known.
    pub fn stanza(&mut self, recorded: Recorded, me: &OwnAddress) {
        let Recorded { line, time, stanza } = recorded;
        let is_stanza = !matches!(stanza, RecordedStanza::WasAbandoned(_));
        self.stanzas += usize::from(is_stanza);
        self.last = time.or(self.last);
        let at = At { line, time };
        match stanza {
            RecordedStanza::WasReceived(received) => self.received(received, at, me),
            RecordedStanza::WasSent(Outgoing::CallStanza(call)) => self.sent(&call, at, me),
            RecordedStanza::WasSent(Outgoing::Ack(ack)) => {
                let key = (ack.id().clone(), ack.to().clone());
                self.paid(&key, Parts::ACK, at, me);
            }
            RecordedStanza::WasSent(Outgoing::Receipt(receipt)) => {
                let key = (receipt.id().clone(), receipt.to().clone());
                self.paid(&key, Parts::RECEIPT, at, me);
            }
            RecordedStanza::WasAbandoned(call) => self.abandoned(&call, at),
            RecordedStanza::Unreadable(direction, mut error) => {
                self.unread += 1;
                let owed = error.take_owed();
                self.owe(owed, "(unreadable)", None, at);
                let by = Speaker::of_direction(direction);
                self.others
                    .tell(Finding::unreadable(at.line, by, error.to_string()));
            }
            RecordedStanza::Broken(why) => {
                self.unread += 1;
                self.others.tell(Finding::broken(at.line, why));
            }
        }
    }

    /// Ends the recording, and reports what is missing.
    #[must_use]
    pub fn finish(mut self) -> Report {
        if !self.is_one_sided {
            self.report_missing();
        }
        let mut calls: Vec<CallReport> = self
            .calls
            .0
            .into_values()
            .map(Tracked::into_report)
            .collect();
        if self.is_one_sided {
            let of_calls = calls.iter_mut().flat_map(|call| &mut call.findings);
            of_calls.for_each(Finding::becomes_a_note);
        }
        let (others, others_left_out) = self.others.into_parts();
        Report {
            dialect: self.dialect.unwrap_or_default(),
            is_dialect_told: self.dialect.is_some(),
            is_receipt_recorded: self.is_receipt_recorded,
            is_one_sided: self.is_one_sided,
            stanzas: self.stanzas,
            unread: self.unread,
            calls,
            left_out: self.left_out,
            others,
            others_left_out,
        }
    }

    /// Tells what is due and not there.
    fn report_missing(&mut self) {
        let mut debts: Vec<Debt> = self.owed.drain().map(|(_, debt)| debt).collect();
        debts.sort_by_key(|debt| debt.line);
        for debt in debts {
            let Some(missing) = debt.missing(self.dialect, self.is_receipt_recorded) else {
                continue;
            };
            let finding = Finding::unpaid(debt.line, debt.element, missing);
            match debt.call {
                Some(call) => self.calls[call].findings.tell(finding),
                None => self.others.tell(finding),
            }
        }
        for awaited in self.awaited.values() {
            let call = &mut self.calls[awaited.call];
            call.report.unacknowledged.push(name(awaited.kind));
        }
        for call in self.calls.0.values_mut() {
            call.report.unacknowledged.sort_unstable(); // a map has no order
            call.report_missing(self.last);
        }
    }

    fn received(&mut self, received: Received, at: At, me: &OwnAddress) {
        match received {
            Received::Offer(_) | Received::GroupOffer(_) => self.offered(received, at, me),
            Received::EndedOffer(offer) => self.ended_offer(offer, at, me),
            Received::Ack(ack) => self.acked(ack, at),
            mut other => {
                if let Some((identity, _)) = other.names() {
                    return self.heard(&identity, other, at, me);
                }
                self.owe(other.take_owed(me), other.element(), None, at);
            }
        }
    }

    fn offered(&mut self, mut received: Received, at: At, me: &OwnAddress) {
        let Some((identity, _)) = received.names() else {
            return;
        };
        if let Some(known) = self.find_exactly(&identity) {
            if self.calls[known].is_unacknowledged() {
                return self.offered_again(known, received.take_owed(me), at);
            }
            return self.hear(known, received, at, me);
        }
        let owed = received.take_owed(me);
        let same_id = self.by_id.get(&identity.call_id).map_or(0, Vec::len);
        if same_id >= Limits::default().same_id {
            // Ids are random: only an attacker makes so many share one.
            self.owe(owed, ActionKind::Offer.tag(), None, at);
            return self.not_judged(&identity, at, Speaker::Peer);
        }
        let call: AnyCall = match received {
            Received::Offer(offer) => Call::incoming(offer).into(),
            Received::GroupOffer(offer) => Call::incoming(offer).into(),
            other => return drop(other),
        };
        let from = call.peer().clone();
        let index = self.add(identity, Some(call), from, false);
        let debt = self.owe(owed, ActionKind::Offer.tag(), Some(index), at);
        self.calls[index].offer_debt = debt;
        let phase = PhaseName::OFFERED;
        self.calls[index].step(at, Direction::Inward, "offer", (phase, phase));
        if !self.is_receipt_recorded {
            self.acknowledge(index, me);
        }
    }

    /// The server delivers an offer again whose ack has not come.
    fn offered_again(&mut self, call: usize, owed: Owed, at: At) {
        self.owe(owed, ActionKind::Offer.tag(), Some(call), at);
        let tracked = &mut self.calls[call];
        let phase = tracked.phase();
        tracked.step(
            at,
            Direction::Inward,
            ActionKind::Offer.tag(),
            (phase, phase),
        );
    }

    fn ended_offer(&mut self, mut offer: Inbound<EndedOffer>, at: At, me: &OwnAddress) {
        let identity = offer.identity().clone();
        if let Some(known) = self.find_exactly(&identity) {
            if self.calls[known].is_unacknowledged() {
                return self.offered_again(known, offer.take_owed(me), at);
            }
            return self.hear(known, Received::EndedOffer(offer), at, me);
        }
        let from = offer.envelope().from().clone();
        let owed = offer.take_owed(me);
        let index = self.add(identity, None, from, false);
        self.owe(owed, ActionKind::Offer.tag(), Some(index), at);
        let phase = PhaseName::TERMINATED;
        self.calls[index].step(at, Direction::Inward, "offer", (phase, phase));
    }

    /// A stanza of a call that is known, or should be.
    fn heard(&mut self, identity: &Identity, mut received: Received, at: At, me: &OwnAddress) {
        if let Some(index) = self.find(identity) {
            return self.hear(index, received, at, me);
        }
        self.owe(received.take_owed(me), received.element(), None, at);
        if !matches!(received, Received::Receipt(_) | Received::News(_)) {
            self.not_judged(identity, at, Speaker::Peer);
        }
    }

    fn hear(&mut self, index: usize, mut received: Received, at: At, me: &OwnAddress) {
        // The debt is noted apart, so that what was paid can be told.
        let element = received.element();
        let (answer, drawn) = match &received {
            Received::Receipt(receipt) if receipt.is_for_offer() => {
                (element, ActionKind::Offer.tag())
            }
            _ => ("", element),
        };
        // After an answer a reject changes nothing, and is the last word of its device all the same.
        let declines = match &received {
            Received::Reject(reject) => Some(reject.sender().clone()),
            _ => None,
        };
        self.owe(received.take_owed(me), element, Some(index), at);
        let tracked = &mut self.calls[index];
        tracked.last_line = at.line;
        let Some(call) = &mut tracked.call else {
            return;
        };
        let by = match received.names() {
            Some((_, sender)) => Speaker::of_sender(call.parties().sender(sender)),
            None => Speaker::Server,
        };
        let before = call.phase();
        let (finding, heard) = match call.receive(received) {
            Ok((heard, owed)) => {
                drop(owed);
                (None, Some(heard))
            }
            Err(refused) => {
                let (role, phase) = (call.role(), call.phase());
                let finding = match refused.reason() {
                    ReceiveError::NotHeard { .. } => {
                        Finding::not_heard(at.line, by, element, role, phase)
                    }
                    ReceiveError::Step(why) => Finding::not_believed(at.line, by, element, *why),
                };
                (Some(finding), None)
            }
        };
        let after = call.phase();
        tracked.step_of(at, Direction::Inward, answer, drawn, (before, after));
        tracked.findings.tell(finding);
        if let Some(heard) = heard {
            tracked.heard(heard);
            if let Some(device) = declines {
                tracked.rings_no_more(&device);
            }
        }
    }

    fn acked(&mut self, ack: ServerAck, at: At) {
        let Some(awaited) = self.awaited.get(ack.id()) else {
            return; // of a stanza before the recording, or of no call
        };
        let by_type = ack.kind().and_then(ActionKind::from_tag);
        if let (Some(kind), Some(by_type)) = (awaited.kind, by_type)
            && kind != by_type
        {
            return;
        }
        let Some(Awaited { call, to, kind }) = self.awaited.remove(ack.id()) else {
            return;
        };
        let tracked = &mut self.calls[call];
        let element = name(kind);
        let code = ack.error().map(AckError::code);
        let Some(any) = &mut tracked.call else {
            return;
        };
        let before = any.phase();
        match kind {
            Some(ActionKind::Offer) => {
                // An ack that the call does not hear comes a second time.
                let _ = any.receive(Received::Ack(ack)).map(|(_, owed)| drop(owed));
            }
            Some(ActionKind::Accept) if code.is_some() => {
                if let Some(nacked) = Nacked::<Accept>::of(any.identity().clone(), to, ack) {
                    let heard = any.step(|call: Call<Callee, Accepted>| call.on_nack(nacked));
                    drop(heard);
                }
            }
            _ => {}
        }
        let after = any.phase();
        let what = if code.is_some() { "nack" } else { "ack" };
        tracked.step_of(at, Direction::Inward, what, element, (before, after));
        if let Some(code) = code {
            tracked
                .findings
                .tell(Finding::refused(at.line, element, code));
        }
    }

    fn sent(&mut self, stanza: &CallStanza, at: At, me: &OwnAddress) {
        let Some(identity) = stanza.action.identity() else {
            return;
        };
        let kind = stanza.action.kind();
        let element = name(kind);
        // The same stanza under the same id is sent again, and is no second step.
        if let Some(id) = &stanza.id
            && let Some(sent) = self.awaited.get(id)
            && sent.kind == kind
            && self.find(identity) == Some(sent.call)
        {
            let tracked = &mut self.calls[sent.call];
            let phase = tracked.phase();
            return tracked.step(at, Direction::Outward, element, (phase, phase));
        }
        let index = match self.find(identity) {
            Some(index) => index,
            None if stanza.is_group_offer() => {
                let index = self.add(identity.clone(), None, stanza.to.clone(), true);
                self.await_ack(stanza, index, kind);
                let finding = Finding::group_offer(at.line);
                return self.calls[index].findings.tell(finding);
            }
            None => match AnyCall::offered_with(stanza, me) {
                Some(call) => {
                    let index = self.add(identity.clone(), Some(call), stanza.to.clone(), true);
                    self.await_ack(stanza, index, kind);
                    let phase = PhaseName::OFFERED;
                    return self.calls[index].step(at, Direction::Outward, element, (phase, phase));
                }
                None => return self.not_judged(identity, at, Speaker::Us),
            },
        };
        self.await_ack(stanza, index, kind);
        let finding = self.say(index, stanza, element, at, me);
        self.calls[index].findings.tell(finding);
    }

    /// Takes the step of a sent stanza. What the law has no step for is told, and the call goes on as its client took it to.
    fn say(
        &mut self,
        index: usize,
        stanza: &CallStanza,
        element: &'static str,
        at: At,
        me: &OwnAddress,
    ) -> Option<Finding> {
        let is_web = self.dialect != Some(Dialect::Documents);
        let is_half_paid = self.is_half_paid(index);
        let tracked = &mut self.calls[index];
        tracked.last_line = at.line;
        let action = &stanza.action;
        let call = tracked.call.as_mut()?;
        let before = call.phase();
        let is_unended =
            matches!(action, AnyAction::CallDuration(_)) && before == PhaseName::ACCEPTED;
        let (mut finding, mut is_dismissal) = (None, false);
        if is_unended && is_web {
            // The end itself went over the media path (OBS-18).
            *call = call.lost();
        }
        match call.say(action, &mut tracked.declined) {
            Ok(Said::Dismissed) => is_dismissal = true,
            Ok(Said::Step | Said::Nothing) => {}
            Err(SayError::NotSaid { role, phase, .. }) => {
                finding = Some(if is_half_paid {
                    Finding::before_the_receipt(at.line, element)
                } else {
                    Finding::not_said(at.line, element, role, phase)
                });
            }
            Err(SayError::NotAnswered) if is_web => {
                finding = Some(Finding::early_dismissal(at.line));
                is_dismissal = true;
            }
            Err(why) => finding = Some(Finding::not_meant(at.line, element, why)),
        }
        tracked.sent(stanza);
        if finding.as_ref().is_some_and(Finding::is_violation) {
            self.go_on(index, action, me);
        }
        let tracked = &mut self.calls[index];
        let after = tracked.phase();
        tracked.take(Step {
            is_dismissal,
            ..Tracked::told(at, Direction::Outward, element, (before, after))
        });
        finding
    }

    fn abandoned(&mut self, call: &Identity, at: At) {
        let Some(index) = self.find(call) else {
            return self.not_judged(call, at, Speaker::Us);
        };
        let tracked = &mut self.calls[index];
        let before = tracked.phase();
        if let Some(call) = &mut tracked.call
            && let Err(why) = call.say_no_more()
        {
            tracked.findings.tell(Finding::not_abandoned(at.line, why));
        }
        let after = tracked.phase();
        tracked.step(at, Direction::Outward, Step::ABANDONED, (before, after));
    }

    /// Whether its offer has got its ack, and waits for its receipt.
    fn is_half_paid(&self, index: usize) -> bool {
        let is_unanswered = self.calls[index].is_unacknowledged();
        let key = self.calls[index].offer_debt.as_ref();
        let debt = key.and_then(|key| self.owed.get(key));
        is_unanswered && debt.is_some_and(|debt| debt.paid.ack)
    }

    /// A client that has said what the law has no step for takes the step to be taken.
    fn go_on(&mut self, index: usize, action: &AnyAction, me: &OwnAddress) {
        let is_step = !matches!(action, AnyAction::Offer(_));
        let is_unacked = self.calls[index].is_unacknowledged();
        if is_step {
            self.acknowledge(index, me);
        }
        let tracked = &mut self.calls[index];
        let Some(call) = &mut tracked.call else {
            return;
        };
        if is_unacked && call.say(action, &mut tracked.declined).is_ok() {
            return;
        }
        let is_end = matches!(action, AnyAction::Reject(_) | AnyAction::Terminate(_));
        if is_end && call.outcome().is_none() {
            *call = call.lost();
        }
    }

    fn acknowledge(&mut self, index: usize, me: &OwnAddress) {
        let Some(call) = &mut self.calls[index].call else {
            return;
        };
        let owed = match call {
            AnyCall::CalleeOffered(_) => {
                call.step(|call: Call<Callee, Offered>| call.acknowledge(me))
            }
            AnyCall::InviteeOffered(_) => {
                call.step(|call: Call<Invitee, Offered>| call.acknowledge(me))
            }
            _ => None,
        };
        drop(owed); // what the client has sent is in the recording
    }

    /// A recorded ack or receipt.
    fn paid(&mut self, key: &DebtKey, parts: Parts, at: At, me: &OwnAddress) {
        let what = if parts.ack { "ack" } else { "receipt" };
        let Some(debt) = self.owed.get_mut(key) else {
            return; // of a stanza before the recording, or of no call
        };
        let element = debt.element;
        let paid = [
            debt.paid.ack && parts.ack,
            debt.paid.receipt && parts.receipt,
        ];
        let mut is_again = false;
        for (again, _) in debt.again.iter_mut().zip(paid).filter(|(_, paid)| *paid) {
            *again += 1;
            is_again |= *again >= debt.copies; // a stanza that comes twice is answered twice
        }
        let is_undue = parts.receipt && !debt.documents.receipt && !debt.web.receipt;
        debt.paid.ack |= parts.ack;
        debt.paid.receipt |= parts.receipt;
        let is_paid = debt.is_paid(self.dialect);
        let (call, is_offer) = (debt.call, element == ActionKind::Offer.tag());
        let finding = if is_again {
            Some(Finding::paid_again(at.line, element, what))
        } else if is_undue {
            Some(Finding::not_owed(at.line, element))
        } else {
            None
        };
        let Some(index) = call else {
            return self.others.tell(finding);
        };
        let before = self.calls[index].phase();
        if is_offer && is_paid {
            self.acknowledge(index, me);
        }
        let tracked = &mut self.calls[index];
        let after = tracked.phase();
        tracked.step_of(at, Direction::Outward, what, element, (before, after));
        tracked.findings.tell(finding);
    }

    /// Leaves out calls that are over, kept the law and owe nothing, if there are too many: half of those that may be kept at
    /// once, so that it is seldom done.
    fn leave_out(&mut self) {
        let is_due = self.calls.0.len() >= self.calls_at;
        let Some(most) = self.most_calls.filter(|_| is_due) else {
            return;
        };
        self.forget_what_is_paid();
        let owing: HashSet<usize> = self.owed.values().filter_map(|debt| debt.call).collect();
        let is_done = |(index, tracked): (&usize, &Tracked)| {
            let is_over = tracked
                .call
                .as_ref()
                .is_none_or(|call| call.outcome().is_some());
            let is_clean = tracked.findings.is_empty() && tracked.ringing_on.is_empty();
            (is_over && is_clean && !owing.contains(index)).then_some(*index)
        };
        let done = self.calls.0.iter().filter_map(is_done);
        let done: HashSet<usize> = done.take(most.div_ceil(2)).collect();
        self.left_out += done.len();
        self.calls.0.retain(|index, _| !done.contains(index));
        self.awaited
            .retain(|_, awaited| !done.contains(&awaited.call));
        self.by_id.retain(|_, calls| {
            calls.retain(|index| !done.contains(index));
            !calls.is_empty()
        });
        // If few are done, it is not tried again for each that comes.
        self.calls_at = most.max(self.calls.0.len() + most.div_ceil(2));
    }

    /// Tells once that the offer of a call is not in the recording.
    fn not_judged(&mut self, identity: &Identity, at: At, by: Speaker) {
        let is_told = self.without_offer.len() >= MOST_DEBTS;
        if !is_told && self.without_offer.insert(identity.call_id.clone()) {
            self.others.tell(Finding::of_no_call(at.line, by));
        }
    }

    /// Notes what is owed for a stanza. Returns how to find it; nothing is owed for one without an id.
    fn owe(
        &mut self,
        owed: Owed,
        element: &'static str,
        call: Option<usize>,
        at: At,
    ) -> Option<DebtKey> {
        let key = owed.iter().find_map(|stanza| match stanza.outgoing() {
            Outgoing::Ack(ack) => Some((ack.id().clone(), ack.to().clone())),
            Outgoing::Receipt(receipt) => Some((receipt.id().clone(), receipt.to().clone())),
            Outgoing::CallStanza(_) => None,
        });
        let documents = Parts::of(&owed);
        let web = owed.in_dialect(Dialect::WhatsAppWeb);
        let debt = Debt {
            call,
            line: at.line,
            element,
            documents,
            web: Parts::of(&web),
            paid: Parts::default(),
            copies: 1,
            again: [0; 2],
        };
        drop(web); // the client has sent what it has sent
        let key = key?;
        if self.most_calls.is_some() && self.owed.len() >= self.debts_at {
            self.forget_what_is_paid();
            self.debts_at = MOST_DEBTS.max(2 * self.owed.len());
        }
        match self.owed.entry(key.clone()) {
            Entry::Occupied(known) if known.get().call == call => known.into_mut().copies += 1,
            Entry::Occupied(mut known) => drop(known.insert(debt)),
            Entry::Vacant(free) => {
                free.insert(debt);
            }
        }
        Some(key)
    }

    fn forget_what_is_paid(&mut self) {
        let dialect = self.dialect;
        self.owed.retain(|_, debt| !debt.is_paid(dialect));
    }

    fn await_ack(&mut self, stanza: &CallStanza, call: usize, kind: Option<ActionKind>) {
        if let Some(id) = &stanza.id {
            let to = stanza.to.clone();
            self.awaited.insert(id.clone(), Awaited { call, to, kind });
        }
    }

    fn add(
        &mut self,
        identity: Identity,
        call: Option<AnyCall>,
        peer: Jid,
        is_ours: bool,
    ) -> usize {
        self.leave_out();
        let index = self.calls.next();
        let calls = self.by_id.entry(identity.call_id.clone()).or_default();
        calls.push(index);
        let tracked = Tracked {
            report: CallReport::new(identity.clone(), peer, is_ours),
            identity,
            call,
            offer_debt: None,
            findings: Findings::default(),
            declined: None,
            ringing_on: Vec::new(),
            dismissed: Vec::new(),
            video: None,
            last_line: 0,
        };
        self.calls.0.insert(index, tracked);
        index
    }

    /// The call with these ids; for a creator who is not known, the first with this `call-id`.
    fn find(&self, identity: &Identity) -> Option<usize> {
        let first = || self.by_id.get(&identity.call_id)?.first().copied();
        self.find_exactly(identity).or_else(first)
    }

    /// The call with these ids. Two people may have made the same `call-id` (SIG-17.44).
    fn find_exactly(&self, identity: &Identity) -> Option<usize> {
        let is_this = |index: &&usize| {
            let tracked = &self.calls[**index];
            match &tracked.call {
                Some(call) => call.parties().is_this_call(identity),
                None => tracked.identity == *identity,
            }
        };
        let calls = self.by_id.get(&identity.call_id)?;
        calls.iter().find(is_this).copied()
    }
}

/// The name of the element of an action.
fn name(kind: Option<ActionKind>) -> &'static str {
    kind.map_or("(unknown)", ActionKind::tag)
}
