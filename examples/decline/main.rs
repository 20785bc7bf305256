//! Declines every call.
//!
//! ```sh
//! cargo run --example decline                 # a bundled offer, phase by phase
//! cargo run --example decline -- FILE         # the stanzas in FILE, `-` for standard input
//! ```
//!
//! A file has one stanza on a line, or one stanza spread over lines. The stanzas to send are written to standard
//! output, one a line, in the order to send them. Everything meant for people goes to standard error.
//! The exit status is 1 when a stanza could not be read; the others are handled all the same.

mod arguments;
mod documents;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write as _};
use std::process::ExitCode;

use ringstate::{Call, EndedOffer, GroupOffer, Inbound, Offer, OwnAddress, Received, Stanza, xml};

use arguments::{Arguments, USAGE};
use documents::Documents;

/// What `Ann` sends when she calls this user, who has a second device.
const BUNDLED: &str = r#"<call from="15550199:3@lid" id="3EB0A1F2C4" t="1795255200" notify="Ann" platform="android" version="2.26.40.7">
  <offer call-id="00C0FFEE5EED5ACCE55EDBEADFACE001" call-creator="15550199:3@lid" caller_pn="15550199@s.whatsapp.net" caller_country_code="US" joinable="1">
    <privacy>04011a2b3c</privacy>
    <audio enc="opus" rate="8000"/>
    <audio enc="opus" rate="16000"/>
    <net medium="3"/>
    <capability ver="1">0105f709e4bb13</capability>
    <destination>
      <to jid="15550100@lid"><enc v="2" type="msg" count="0">330a21057c9be2</enc></to>
      <to jid="15550100:2@lid"><enc v="2" type="pkmsg" count="0">33080112210592</enc></to>
    </destination>
    <encopt keygen="2"/>
    <device-identity>0a120891f3a7</device-identity>
  </offer>
</call>"#;

/// Tells people something. That nobody can be told must not keep stanzas from being answered.
macro_rules! say {
    ($($text:tt)*) => {{
        let _ = writeln!(io::stderr(), $($text)*);
    }};
}

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            say!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            say!("decline: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // The reader closed the pipe.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            say!("decline: {}: {error}", arguments.name());
            ExitCode::from(2)
        }
    }
}

/// Handles every stanza of the input; whether all of them could be read.
fn run(arguments: &Arguments) -> io::Result<bool> {
    let input: Box<dyn BufRead> = match arguments.file.as_deref() {
        None => Box::new(BUNDLED.as_bytes()),
        Some("-") => Box::new(io::stdin().lock()),
        Some(file) => Box::new(BufReader::new(File::open(file)?)),
    };
    if arguments.file.is_none() {
        say!("{BUNDLED}\n");
    }
    let mut all_read = true;
    for document in Documents::new(input) {
        let document = document?;
        match xml::parse(&document.text) {
            Ok(Received::Offer(offer)) => decline(offer, &arguments.me)?,
            Ok(Received::GroupOffer(offer)) => decline_group(offer, &arguments.me)?,
            Ok(Received::EndedOffer(offer)) => missed(offer, &arguments.me)?,
            Ok(other) => {
                say!("{}", describe(&other));
                send(other.acknowledge(&arguments.me))?;
            }
            Err(error) => {
                all_read = false;
                let (line, column) =
                    document.place(error.problem().place().byte().expect("a document"));
                say!("{}:{line}:{column}: {error}", arguments.name());
                send(error.into_owed())?;
            }
        }
    }
    Ok(all_read)
}

/// The whole road of a declined call.
fn decline(offer: Inbound<Offer>, me: &OwnAddress) -> io::Result<()> {
    let kind = if offer.action().is_video() {
        "a video call"
    } else {
        "a call"
    };
    say!("an <offer>: {kind} from somebody");
    let offered = Call::incoming(offer);

    say!("  Offered: acknowledge it, with <ack> and <receipt>");
    let (acked, owed) = offered.acknowledge(me);
    send(owed)?;

    say!("  Acked: decline it, with <reject>, to which a client adds an id");
    let (rejected, reject) = acked.reject();
    send([reject.without_id()])?;

    say!("  Rejected: nothing is left to say");
    drop(rejected);
    Ok(())
}

/// A group call can be declined, and not answered.
fn decline_group(offer: Inbound<GroupOffer>, me: &OwnAddress) -> io::Result<()> {
    say!("an <offer>: a group call");
    let (acked, owed) = Call::incoming(offer).acknowledge(me);
    send(owed)?;
    let (_rejected, reject) = acked.reject();
    send([reject.without_id()])
}

/// An offer that arrived too late is acknowledged and receipted. To decline it is not possible.
fn missed(offer: Inbound<EndedOffer>, me: &OwnAddress) -> io::Result<()> {
    say!("an <offer> of a call that is over: a missed call");
    send(offer.acknowledge_with_receipt(me))
}

fn describe(received: &Received) -> &'static str {
    match received {
        Received::OfferNotice(_) => "an <offer_notice>: news of a group call",
        Received::Terminate(_) => "a <terminate>: the call is over",
        Received::Ack(_) => "an <ack>: nothing is owed",
        Received::Receipt(_) => "a <receipt>: nothing is owed",
        Received::Unknown(_) => "a <call> with an unknown action, or with none",
        _ => "an action of a call that was declined",
    }
}

/// Puts stanzas on the wire, which here is standard output.
fn send(stanzas: impl IntoIterator<Item = Stanza>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for stanza in stanzas {
        writeln!(out, "{}", xml::to_string(&stanza))?;
    }
    out.flush()
}
