//! A call as a sequence diagram: as SVG, and as Mermaid.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::finding::{Finding, FindingKind};
use super::recording::Direction;
use super::report::{CallReport, Step};
use super::text::Show;
use crate::law::{Kind, PhaseName, RoleName};

const WIDTH: usize = 640;
/// Where the lifelines of this client and of the other end stand.
const HERE: usize = 118;
const THERE: usize = 522;
/// The height of a stanza, and where the first one stands.
const ROW: usize = 44;
const FIRST: usize = 64;

/// A stanza with the phases of both ends, and what is wrong with it.
struct Drawn<'c> {
    step: &'c Step,
    here: PhaseName,
    there: Option<PhaseName>,
    findings: Vec<&'c Finding>,
}

impl CallReport {
    /// Draws the call as SVG: the stanzas as arrows, the phases of both ends as lanes beside them, and what breaks the law in
    /// red, with its clause. It needs no script, and follows the colours of the reader's device.
    ///
    /// The recording has one end of the call alone. The phases of the other one are those that the law has for what it said and
    /// heard.
    ///
    /// ```
    /// use ringstate::trace::{CallReport, Show};
    ///
    /// fn save(call: &CallReport) -> std::io::Result<()> {
    ///     std::fs::write("call.svg", call.to_svg(Show::default()))
    /// }
    /// ```
    #[must_use]
    pub fn to_svg(&self, show: Show) -> String {
        let drawn = self.drawn(show);
        let missing: Vec<&Finding> = self.missing().collect();
        let bottom = FIRST + ROW * drawn.len();
        let height = bottom + 24 + 20 * (missing.len() + 1);
        let mut svg = String::new();
        let mut draw = |line: String| {
            svg.push_str(&line);
            svg.push('\n');
        };
        let title = escaped(&self.title(show));
        draw(format!(
            r#"<svg class="ring" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" style="max-width:100%;height:auto" role="img" font-family="system-ui,sans-serif" font-size="12.5">"#
        ));
        draw(format!("<title>{title}</title>"));
        draw(format!("<style>{STYLE}</style>"));
        for (id, class) in [("ring-a", "h"), ("ring-x", "b")] {
            draw(format!(
                r#"<marker id="{id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path class="{class}" d="M0 0L10 5L0 10z"/></marker>"#
            ));
        }
        let (ours, theirs) = self.names();
        for (name, x) in [(ours, HERE), (theirs, THERE)] {
            draw(format!(
                r#"<text class="n" x="{x}" y="22" text-anchor="middle">{name}</text><path class="l" d="M{x} 32V{bottom}"/>"#
            ));
        }
        let lanes = [
            (
                12,
                drawn
                    .iter()
                    .map(|drawn| Some(drawn.here))
                    .collect::<Vec<_>>(),
            ),
            (WIDTH - 104, drawn.iter().map(|drawn| drawn.there).collect()),
        ];
        for (x, phases) in lanes {
            for (phase, first, count) in runs(&phases) {
                let (y, length) = (FIRST - 18 + ROW * first, ROW * count - 4);
                let (class, middle) = (phase.as_str(), y + length / 2 + 4);
                draw(format!(
                    r#"<rect class="{class}" x="{x}" y="{y}" width="92" height="{length}" rx="6"/><text class="n" x="{}" y="{middle}" text-anchor="middle">{phase}</text>"#,
                    x + 46
                ));
            }
        }
        for (at, drawn) in drawn.iter().enumerate() {
            let y = FIRST + ROW * at;
            let (from, to) = match drawn.step.direction {
                Direction::Outward => (HERE, THERE - 1),
                Direction::Inward => (THERE, HERE + 1),
            };
            let broken = drawn.findings.iter().find(|finding| finding.is_violation());
            let (class, marker) = match broken {
                Some(_) => ("x", "ring-x"),
                None => ("m", "ring-a"),
            };
            if !drawn.step.is_silent() {
                draw(format!(
                    r#"<path class="{class}" d="M{from} {y}H{to}" marker-end="url(#{marker})"/>"#
                ));
            }
            let label = escaped(&drawn.step.words());
            draw(format!(
                r#"<text class="code" x="320" y="{}" text-anchor="middle">{label}</text>"#,
                y - 5
            ));
            let time = drawn.step.time.map_or_else(String::new, super::text::clock);
            let found = broken.or(drawn.findings.first());
            let found = found.map_or_else(String::new, |finding| short(finding));
            let gap = if time.is_empty() || found.is_empty() {
                ""
            } else {
                "  "
            };
            let below = escaped(&format!("{time}{gap}{found}"));
            let class = if broken.is_some() { "c e" } else { "c" };
            draw(format!(
                r#"<text class="{class}" x="320" y="{}" text-anchor="middle">{below}</text>"#,
                y + 13
            ));
        }
        for (at, finding) in missing.iter().enumerate() {
            let y = bottom + 24 + 20 * at;
            draw(format!(
                r#"<text class="e" x="12" y="{y}">missing: {}</text>"#,
                escaped(finding.message())
            ));
        }
        let y = bottom + 24 + 20 * missing.len();
        draw(format!(
            r#"<text class="c" x="12" y="{y}">{}</text>"#,
            escaped(&self.ending())
        ));
        draw("</svg>".to_owned());
        svg
    }

    /// Draws the call as a sequence diagram of Mermaid, with the phases of both ends as notes.
    #[must_use]
    pub fn to_mermaid(&self, show: Show) -> String {
        let (ours, theirs) = self.names();
        let mut text = format!(
            "sequenceDiagram\n    participant here as {ours}\n    participant there as {theirs}\n"
        );
        let mut write = |line: &str| writeln!(text, "    {line}").expect("a String takes all");
        let mut there = None;
        for drawn in self.drawn(show) {
            let arrow = match drawn.step.direction {
                Direction::Outward => "here->>there",
                Direction::Inward => "there->>here",
            };
            let words = drawn.step.words().replace(['<', '>'], "");
            if drawn.step.is_silent() {
                write(&format!("Note left of here: {words}"));
            } else {
                write(&format!("{arrow}: {words}"));
            }
            if drawn.step.before != drawn.step.after || drawn.step.is_first() {
                write(&format!("Note left of here: {}", drawn.here));
            }
            if let Some(phase) = drawn.there.filter(|_| drawn.there != there) {
                write(&format!("Note right of there: {phase}"));
            }
            there = drawn.there;
            for finding in drawn.findings {
                let clauses = finding.clauses().collect::<Vec<_>>().join(", ");
                let said = plain(finding.message());
                write(&format!("Note over here,there: ✗ {said} ({clauses})"));
            }
        }
        for finding in self.missing() {
            write(&format!(
                "Note over here,there: missing: {}",
                plain(finding.message())
            ));
        }
        text
    }

    /// What the ends are called.
    fn names(&self) -> (&'static str, &'static str) {
        if self.is_placed {
            ("Caller (recorded)", "Callee")
        } else {
            ("Callee (recorded)", "Caller")
        }
    }

    /// The rows, each with what was found in its line, or in lines that are folded behind it.
    fn drawn(&self, show: Show) -> Vec<Drawn<'_>> {
        let mut found: HashMap<usize, Vec<&Finding>> = HashMap::new();
        for finding in self.there() {
            found.entry(finding.line()).or_default().push(finding);
        }
        let mut there = Other::of(self);
        let mut drawn: Vec<Drawn<'_>> = Vec::new();
        for step in &self.steps {
            there.takes(step);
            let findings = found.remove(&step.line).unwrap_or_default();
            // What is folded shows in the phase beside what came before.
            if let Some(last) = drawn.last_mut().filter(|_| !show.shows(step)) {
                last.here = step.after;
                last.there = there.phase;
                last.findings.extend(findings);
                continue;
            }
            drawn.push(Drawn {
                step,
                here: step.after,
                there: there.phase,
                findings,
            });
        }
        drawn
    }
}

/// The other end of a call, as far as the law tells its phase.
struct Other {
    role: RoleName,
    phase: Option<PhaseName>,
}

impl Other {
    fn of(call: &CallReport) -> Self {
        let role = if call.is_placed {
            RoleName::CALLEE
        } else {
            RoleName::CALLER
        };
        Self { role, phase: None }
    }

    /// Follows it through a stanza that it sent or got.
    fn takes(&mut self, step: &Step) {
        let is_caller = self.role == RoleName::CALLER;
        let phase = match (self.phase, step.answer, step.element) {
            // The server has what it passes on.
            (None, "", "offer") if is_caller => Some(PhaseName::ACKED),
            (None, "", "offer") => Some(PhaseName::OFFERED),
            (phase, "receipt", "offer") if !is_caller && phase == Some(PhaseName::OFFERED) => {
                Some(PhaseName::ACKED)
            }
            (Some(phase), "", element) if !step.is_dismissal => {
                let kind = match step.direction {
                    Direction::Inward => Kind::May,
                    Direction::Outward => Kind::Hears,
                };
                // A device that has said something has acknowledged its offer.
                let has_spoken = phase == PhaseName::OFFERED && kind == Kind::May && !is_caller;
                let phase = if has_spoken { PhaseName::ACKED } else { phase };
                let next = super::finding::goes_to(kind, element, self.role, phase);
                Some(next.unwrap_or(phase))
            }
            (phase, _, _) => phase,
        };
        self.phase = phase;
    }
}

impl Step {
    fn is_first(&self) -> bool {
        self.answer.is_empty() && self.element == "offer"
    }

    /// What it is, as elements.
    fn words(&self) -> String {
        match self.answer {
            _ if self.is_silent() => self.element.to_owned(),
            "" if self.is_dismissal => format!("<{}> to other devices", self.element),
            "" => format!("<{}>", self.element),
            answer => format!("<{answer}> of <{}>", self.element),
        }
    }
}

/// A finding, as far as there is room for it: its mark and its clauses.
fn short(finding: &Finding) -> String {
    let clauses: Vec<&str> = finding.clauses().take(3).collect();
    let mark = match finding.kind() {
        FindingKind::Violation => "✗",
        FindingKind::Missing => "missing",
        FindingKind::Note => "note",
    };
    match clauses[..] {
        [] => format!("{mark} {}", finding.message()),
        _ => format!("{mark} {}", clauses.join(", ")),
    }
}

/// What stays the same for how long: the phase, where it begins, and how many rows it lasts.
fn runs(phases: &[Option<PhaseName>]) -> Vec<(PhaseName, usize, usize)> {
    let mut runs: Vec<(PhaseName, usize, usize)> = Vec::new();
    for (at, phase) in phases.iter().enumerate() {
        match (phase, runs.last_mut()) {
            (Some(phase), Some((last, first, count))) if last == phase && *first + *count == at => {
                *count += 1;
            }
            (Some(phase), _) => runs.push((*phase, at, 1)),
            (None, _) => {}
        }
    }
    runs
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// What Mermaid does not take for something else.
fn plain(text: &str) -> String {
    text.replace(['<', '>', '`', ';', '#'], "")
}

const STYLE: &str = ".ring{color:#1f2328}.ring text{fill:currentColor}.ring .l{stroke:currentColor;stroke-opacity:.35}\
.ring .m{stroke:currentColor;stroke-width:1.5}.ring .x{stroke:#cf222e;stroke-width:2}.ring .h{fill:#8b949e}.ring .b{fill:#cf222e}\
.ring .c{font-size:10.5px;fill-opacity:.7}.ring text.e{fill:#cf222e;fill-opacity:1}.ring .n{font-weight:600}\
.ring .code{font-family:ui-monospace,monospace;font-size:11.5px}.ring rect{fill-opacity:.18}\
.ring .Offered{fill:#d9a406;stroke:#d9a406}.ring .Acked{fill:#3b82d0;stroke:#3b82d0}\
.ring .Preaccepted{fill:#8b5cf6;stroke:#8b5cf6}.ring .Accepted{fill:#2da44e;stroke:#2da44e}\
.ring .Rejected{fill:#cf4646;stroke:#cf4646}.ring .Terminated{fill:#6e7781;stroke:#6e7781}\
@media (prefers-color-scheme:dark){.ring{color:#e6edf3}.ring text.e{fill:#ff7b72}.ring .x{stroke:#ff7b72}.ring .b{fill:#ff7b72}}";
