//! A verification as plain text: the verdict, server by server what is not as planned, hosts, caches, publishing.

use super::wording;
use crate::Name;
use crate::plan::Verb;
use crate::presentation;
use crate::render::terminal::{Ink, Paint, visible};
use crate::render::text::TextOptions;
use crate::render::wording::sign;
use crate::render::wrap::wrap;
use crate::verification::{Difference, Server, State, Verification};

/// Columns of a line.
const WIDTH: usize = 80;
/// The most names of domains that are as planned in a list.
const MAX_NAMED: usize = 20;

/// The verification, verdict first.
pub fn text(verification: &Verification<'_>, options: &TextOptions) -> String {
    let mut page = Page {
        out: String::new(),
        paint: Paint {
            colour: options.colour,
        },
    };
    page.head(verification);
    for server in &verification.servers {
        page.server(server);
    }
    page.section(
        "Not verified",
        verification
            .unverified
            .iter()
            .map(|one| format!("{}: {}", presentation::plain(&one.name), one.why)),
    );
    page.section(
        "Not asked",
        verification.passed_over.iter().map(wording::passed_over),
    );
    page.section(
        "Removed hosts",
        verification.removed.iter().map(|host| {
            let lines = wording::removed(verification, host);
            format!("{}: {}", presentation::plain(&host.host), lines.join("; "))
        }),
    );
    page.section("Caches", wording::caches(verification));
    page.section(
        "Publishing",
        wording::publishing(verification).into_iter().chain(
            verification
                .publishing
                .hosts
                .iter()
                .filter(|_| verification.publishing.checked)
                .map(|host| {
                    let name = presentation::plain(&host.host);
                    format!("{name}: {}", wording::publishes(host))
                }),
        ),
    );
    page.section("Not told", wording::ages(verification));
    page.out
}

/// Text that grows line by line. What comes from outside is made safe as it is added.
struct Page {
    out: String,
    paint: Paint,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    /// A paragraph or list item: all lines but the first are indented by two more.
    fn item(&mut self, text: &str, indent: usize) {
        for (index, line) in wrap(&visible(text), WIDTH, indent + 2).iter().enumerate() {
            let line = if index == 0 { &line[2..] } else { line };
            self.line(line);
        }
    }

    fn heading(&mut self, text: &str) {
        self.out.push('\n');
        let text = self.paint.ink(Ink::Bold, &visible(text));
        self.line(&text);
    }

    fn section(&mut self, heading: &str, items: impl IntoIterator<Item = String>) {
        let mut items = items.into_iter().peekable();
        if items.peek().is_some() {
            self.heading(heading);
        }
        for item in items {
            self.item(&item, 2);
        }
    }

    fn head(&mut self, verification: &Verification<'_>) {
        let ink = if verification.is_as_planned() && wording::errors(verification) == 0 {
            Ink::Green
        } else {
            Ink::Red
        };
        for line in wrap(&wording::verdict(verification), WIDTH, 0) {
            let line = self.paint.ink(ink, &line);
            self.line(&line);
        }
        self.line(&wording::subject(verification));
        if let Some(blocked) = wording::blocked(verification) {
            self.item(&blocked, 0);
        }
        if let Some(interrupted) = wording::interrupted(verification) {
            self.item(&interrupted, 0);
        }
    }

    fn server(&mut self, server: &Server) {
        self.heading(&server.who.to_string());
        self.named(
            "as planned",
            &wording::in_state(server, &State::AsPlanned),
            MAX_NAMED,
        );
        let old = wording::in_state(server, &State::StillOld);
        self.named("still the old set", &old, usize::MAX);
        for group in wording::unanswered(server) {
            self.named("no usable answer", &group.domains, MAX_NAMED);
            self.item(&group.message(), 4);
            if !group.help.is_empty() {
                self.item(&format!("help: {}", group.help), 4);
            }
        }
        for domain in wording::others(server) {
            let state = wording::state(&domain.state);
            self.item(
                &format!("{state}: {}", presentation::plain(&domain.name)),
                2,
            );
            if let Some(alias) = wording::alias(domain) {
                self.item(&alias, 4);
            }
            self.differences(&domain.differences);
        }
        let serials = wording::serials(server);
        if !serials.is_empty() {
            self.item(&format!("serial: {serials}"), 2);
        }
        if let Some(not_told) = wording::ttls_not_told(server) {
            self.item(&not_told, 2);
        }
    }

    /// A list of domains; where it is long, the first of them and how many more.
    fn named(&mut self, label: &str, domains: &[&Name], most: usize) {
        if domains.is_empty() {
            return;
        }
        let shown = domains.iter().take(most).copied();
        let mut text = format!("{label}: {}", wording::names(shown));
        if domains.len() > most {
            text = format!("{text} and {} more", domains.len() - most);
        }
        self.item(&text, 2);
    }

    fn differences(&mut self, differences: &[Difference]) {
        let endpoints: Vec<String> = differences.iter().map(wording::endpoint).collect();
        let width = endpoints.iter().map(String::len).max().unwrap_or(0);
        for (difference, endpoint) in differences.iter().zip(&endpoints) {
            let ink = match difference.verb {
                Verb::Add => Ink::Green,
                Verb::Remove => Ink::Red,
                Verb::Change | Verb::Keep => Ink::Yellow,
            };
            let sign = self.paint.ink(ink, &sign(difference.verb).to_string());
            let fields = wording::fields(difference);
            let outcome = wording::outcome(difference);
            let columns = 6 + width + 2 + fields.len();
            if columns + 2 + outcome.len() <= WIDTH {
                let gap = " ".repeat(WIDTH - columns - outcome.len());
                self.line(&format!(
                    "    {sign} {endpoint:<width$}  {fields}{gap}{outcome}"
                ));
            } else {
                self.line(&format!("    {sign} {endpoint}"));
                self.item(&format!("{fields}: {outcome}"), 8);
            }
        }
    }
}
