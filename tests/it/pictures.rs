//! The pictures of the phases, one for each role, drawn from the law: inside the documentation they take its colours and lead to
//! the pages of the phases; as files they are for pages that show images.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ringstate::law::{Kind, LAW, PHASES, PhaseName, ROLES, RoleName};

use crate::generated::is_current;

/// Where a picture is shown.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// In the documentation, whose colours it takes.
    Inline,
    /// As an image, with colours of its own.
    File,
}

const WIDTH: usize = 560;
/// The phases in which a call lives stand one below the other.
const SPINE: (usize, usize) = (204, 330);
const MIDDLE: usize = usize::midpoint(SPINE.0, SPINE.1);
const BOX: usize = 44;
const PITCH: usize = 132;
const TOP: usize = 52;
/// The bars of the ends: their left and their right side.
const REJECTED: (usize, usize) = (6, 92);
const TERMINATED: (usize, usize) = (452, 554);
/// The height of a line of text.
const LINE: usize = 14;

/// What leads from one phase to another.
fn steps(role: RoleName, from: PhaseName, to: PhaseName, kind: Kind) -> Vec<&'static str> {
    let rows = LAW
        .iter()
        .filter(|row| row.kind == kind && row.is_legal(role, from));
    let ways = rows.flat_map(|row| row.goes_to.iter());
    ways.filter(|way| way.to == to)
        .map(|way| way.label)
        .collect()
}

fn is_end(phase: PhaseName) -> bool {
    phase == PhaseName::REJECTED || phase == PhaseName::TERMINATED
}

/// The phases that a call of this role comes to, its ends apart.
fn lives(role: RoleName) -> Vec<PhaseName> {
    let mut lives = vec![PhaseName::OFFERED];
    for to in PHASES.into_iter().filter(|phase| !is_end(*phase)) {
        let leads = |from: &PhaseName| {
            [Kind::May, Kind::Hears]
                .iter()
                .any(|kind| !steps(role, *from, to, *kind).is_empty())
        };
        if lives.iter().any(leads) && !lives.contains(&to) {
            lives.push(to);
        }
    }
    lives
}

/// Words in lines of at most so many characters.
fn wrapped(words: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

struct Picture {
    role: RoleName,
    form: Form,
    svg: String,
    /// The ways that are drawn.
    ways: BTreeSet<(PhaseName, PhaseName, &'static str)>,
}

impl Picture {
    fn name(&self) -> String {
        self.role.as_str().to_lowercase()
    }

    fn leads(&mut self, from: PhaseName, to: PhaseName, steps: &[&'static str]) {
        self.ways.extend(steps.iter().map(|step| (from, to, *step)));
    }

    fn class(kind: Kind) -> &'static str {
        match kind {
            Kind::May => "said",
            Kind::Hears => "heard",
        }
    }

    fn line(&mut self, kind: Kind, path: &str) {
        let (class, name) = (Self::class(kind), self.name());
        let _ = writeln!(
            self.svg,
            "<path class=\"line {class}\" d=\"{path}\" marker-end=\"url(#ring-{name}-{class})\"/>"
        );
    }

    fn text(&mut self, kind: Kind, (x, y): (usize, usize), anchor: &str, text: &str) {
        let class = Self::class(kind);
        let _ = writeln!(
            self.svg,
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>"
        );
    }

    /// The words of an arrow that goes to an end: above it what is said, below it what is heard.
    fn exit(
        &mut self,
        kind: Kind,
        steps: &[&str],
        (from, to): (usize, usize),
        middle: usize,
        most: usize,
    ) {
        let sign = if kind == Kind::May { "↑" } else { "↓" };
        let y = if kind == Kind::May {
            middle - 10
        } else {
            middle + 12
        };
        self.line(kind, &format!("M{from} {y}H{to}"));
        let lines = wrapped(&format!("{sign} {}", steps.join(", ")), most);
        let first = match kind {
            Kind::May => y - 6 - LINE * (lines.len() - 1),
            Kind::Hears => y + 16,
        };
        for (at, line) in lines.iter().enumerate() {
            let y = first + LINE * at;
            self.text(kind, (usize::midpoint(from, to), y), "middle", line);
        }
    }

    /// A phase, with a second frame if it is an end. In the documentation it leads to its page.
    fn phase(
        &mut self,
        phase: PhaseName,
        (left, right): (usize, usize),
        (top, bottom): (usize, usize),
    ) {
        let frame = |inset: usize, style: &str| {
            format!(
                "<rect class=\"b\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"{style}/>",
                left + inset,
                top + inset,
                right - left - 2 * inset,
                bottom - top - 2 * inset,
                8 - inset * 3 / 4,
            )
        };
        let second = if is_end(phase) {
            frame(4, " style=\"fill:none\"")
        } else {
            String::new()
        };
        let (x, y) = (
            usize::midpoint(left, right),
            usize::midpoint(top, bottom) + 5,
        );
        let drawn = format!(
            "{}{second}<text class=\"n\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{phase}</text>",
            frame(0, "")
        );
        let _ = match self.form {
            Form::Inline => writeln!(self.svg, "<a href=\"enum.{phase}.html\">{drawn}</a>"),
            Form::File => writeln!(self.svg, "{drawn}"),
        };
    }
}

fn draw(role: RoleName, form: Form) -> Picture {
    let lives = lives(role);
    let top = |at: usize| TOP + PITCH * at;
    let height = top(lives.len() - 1) + BOX + 70;
    let mut picture = Picture {
        role,
        form,
        svg: String::new(),
        ways: BTreeSet::new(),
    };
    let name = picture.name();
    let colours = match form {
        Form::Inline => String::new(),
        Form::File => {
            ".ring{color:#1f2328}@media(prefers-color-scheme:dark){.ring{color:#e6edf3}}".to_owned()
        }
    };
    let _ = writeln!(
        picture.svg,
        "<svg class=\"ring\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         style=\"max-width:100%;height:auto\" role=\"img\" font-family=\"'Fira Sans',system-ui,sans-serif\" font-size=\"13\">\n\
         <title>The phases of a call, for the {name}</title>\n\
         <style>{colours}.ring text{{fill:currentColor}}.ring text.said{{fill:#3b82d0}}.ring text.heard{{fill:#c0750b}}\
         .ring .line{{fill:none;stroke-width:1.6}}.ring .line.said{{stroke:#3b82d0}}\
         .ring .line.heard{{stroke:#c0750b;stroke-dasharray:5 3}}.ring .b{{fill:currentColor;fill-opacity:.06;\
         stroke:currentColor;stroke-opacity:.65;stroke-width:1.3}}.ring .n{{font-weight:600;font-size:14px}}\
         .ring a:hover .b{{fill-opacity:.16}}</style>"
    );
    for (class, colour) in [("said", "#3b82d0"), ("heard", "#c0750b")] {
        let _ = writeln!(
            picture.svg,
            "<marker id=\"ring-{name}-{class}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" \
             markerHeight=\"7\" orient=\"auto-start-reverse\"><path d=\"M0 0L10 5L0 10z\" fill=\"{colour}\"/></marker>"
        );
    }
    let (begins, kind) = match role {
        RoleName::CALLER => ("NewCall::offer", Kind::May),
        _ => ("Call::incoming", Kind::Hears),
    };
    let _ = writeln!(
        picture.svg,
        "<circle cx=\"{MIDDLE}\" cy=\"14\" r=\"6\" fill=\"currentColor\"/><text x=\"{}\" y=\"19\">{begins}</text>",
        MIDDLE + 14
    );
    picture.line(kind, &format!("M{MIDDLE} 20V{}", TOP - 1));
    for (at, from) in lives.iter().enumerate() {
        let middle = top(at) + BOX / 2;
        for kind in [Kind::May, Kind::Hears] {
            let rejected = steps(role, *from, PhaseName::REJECTED, kind);
            if !rejected.is_empty() {
                picture.leads(*from, PhaseName::REJECTED, &rejected);
                picture.exit(kind, &rejected, (SPINE.0, REJECTED.1 + 1), middle, 15);
            }
            let terminated = steps(role, *from, PhaseName::TERMINATED, kind);
            if !terminated.is_empty() {
                picture.leads(*from, PhaseName::TERMINATED, &terminated);
                picture.exit(kind, &terminated, (SPINE.1, TERMINATED.0 - 1), middle, 15);
            }
            for (to_at, to) in lives.iter().enumerate().skip(at + 1) {
                let steps = steps(role, *from, *to, kind);
                let sign = if kind == Kind::May { "↑" } else { "↓" };
                if steps.is_empty() {
                    continue;
                }
                picture.leads(*from, *to, &steps);
                let words = wrapped(&format!("{sign} {}", steps.join(", ")), 18);
                if to_at == at + 1 {
                    picture.line(
                        kind,
                        &format!("M{MIDDLE} {}V{}", top(at) + BOX, top(to_at) - 1),
                    );
                    let first =
                        top(at) + BOX + (PITCH - BOX) / 2 + 4 - LINE * (words.len() - 1) / 2;
                    for (line, word) in words.iter().enumerate() {
                        picture.text(kind, (MIDDLE + 8, first + LINE * line), "start", word);
                    }
                } else {
                    // Past the phases between them.
                    let (start, end) = (top(at) + BOX, top(to_at) + BOX / 2);
                    let (x, side) = (SPINE.0 + 18, SPINE.0 - 12);
                    picture.line(
                        kind,
                        &format!(
                            "M{x} {start}C{x} {} {side} {} {side} {}V{}Q{side} {end} {} {end}",
                            start + 26,
                            start + 14,
                            start + 46,
                            end - 24,
                            SPINE.0 - 1,
                        ),
                    );
                    picture.text(kind, (side - 6, start + 44), "end", &words.join(" "));
                }
            }
        }
    }
    let leads = |to| {
        let from = |(_, from): &(usize, &PhaseName)| {
            [Kind::May, Kind::Hears]
                .iter()
                .any(|kind| !steps(role, **from, to, *kind).is_empty())
        };
        let all: Vec<usize> = lives
            .iter()
            .enumerate()
            .filter(from)
            .map(|(at, _)| at)
            .collect();
        (
            *all.first().expect("one leads there"),
            *all.last().expect("one leads there"),
        )
    };
    for (end, sides) in [
        (PhaseName::REJECTED, REJECTED),
        (PhaseName::TERMINATED, TERMINATED),
    ] {
        let (first, last) = leads(end);
        picture.phase(end, sides, (top(first) - 16, top(last) + BOX + 16));
    }
    for (at, phase) in lives.iter().enumerate() {
        picture.phase(*phase, SPINE, (top(at), top(at) + BOX));
    }
    let y = height - 12;
    let _ = write!(
        picture.svg,
        "<path class=\"line said\" d=\"M8 {y}h34\" marker-end=\"url(#ring-{name}-said)\"/>\
         <text class=\"said\" x=\"50\" y=\"{0}\">↑ this end says</text>\
         <path class=\"line heard\" d=\"M166 {y}h34\" marker-end=\"url(#ring-{name}-heard)\"/>\
         <text class=\"heard\" x=\"208\" y=\"{0}\">↓ it hears</text>\
         <text x=\"292\" y=\"{0}\" font-size=\"12\">not drawn: what leaves it in its phase</text>\n</svg>\n",
        y + 4
    );
    picture
}

#[test]
fn the_pictures_of_the_phases() {
    for role in ROLES {
        let name = role.as_str().to_lowercase();
        is_current(&format!("pictures/{name}.svg"), &draw(role, Form::File).svg);
        let inline = draw(role, Form::Inline).svg;
        // A blank line would end it in the documentation.
        assert!(!inline.contains("\n\n"), "{inline}");
        if role != RoleName::INVITEE {
            is_current(&format!("generated/{name}.svg"), &inline);
        }
    }
}

#[test]
fn every_way_from_one_phase_to_another_is_drawn() {
    for role in ROLES {
        let picture = draw(role, Form::Inline);
        let mut ways = BTreeSet::new();
        for row in LAW {
            for from in row.phases(role) {
                assert!(
                    picture.svg.contains(&format!("enum.{from}.html")),
                    "{role}: {from}"
                );
                let others = row.goes_to.iter().filter(|way| way.to != from);
                ways.extend(others.map(|way| (from, way.to, way.label)));
            }
        }
        assert_eq!(picture.ways, ways, "{role}");
        // Each arrow has its words: as many heads as ways of one kind, from one phase to another.
        let heads = picture.svg.matches("marker-end").count();
        let mut arrows = BTreeSet::new();
        for row in LAW {
            for from in row.phases(role) {
                let others = row.goes_to.iter().filter(|way| way.to != from);
                arrows.extend(others.map(|way| (from, way.to, row.kind == Kind::May)));
            }
        }
        assert_eq!(
            heads,
            arrows.len() + 3,
            "the beginning and the legend have three"
        );
    }
}
