//! Parts that several sections of the page are built with: tables, boxes that scroll, ids, values that change.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;

use super::markup::{Element, Markup, data, el, heard, is_short, text};
use crate::arrange::{Arrange as _, IntoMap as _};
use crate::plan::Plan;
use crate::plan::clients::{Input, Set, Simulation, When};
use crate::{Name, presentation};

/// What sections are made from.
pub(super) struct Page<'a> {
    /// The plan.
    pub(super) plan: &'a Plan,
    /// Who is served by whom.
    pub(super) simulation: Simulation,
    /// The letters that stand for hosts in pictures.
    pub(super) keys: Keys,
    /// The number of the last id.
    last_id: usize,
}

impl<'a> Page<'a> {
    /// The page of a plan.
    pub(super) fn new(plan: &'a Plan) -> Self {
        let simulation = Simulation::new(Input::of_plan(plan));
        Self {
            plan,
            keys: Keys::of(&simulation),
            simulation,
            last_id: 0,
        }
    }

    /// An id that no other element has. It holds nothing from outside.
    pub(super) fn id(&mut self) -> String {
        self.last_id += 1;
        format!("i{}", self.last_id)
    }
}

/// A letter for each host, the same in the whole page.
pub(super) struct Keys(BTreeMap<Name, usize>);

/// How many colours and patterns there are.
const LOOKS: usize = 8;

impl Keys {
    fn of(simulation: &Simulation) -> Self {
        let of = |when: When| {
            let sets = simulation.served.iter();
            sets.filter_map(move |served| served.set(when))
                .flat_map(Set::hosts)
        };
        let mut after: Vec<Name> = of(When::After).collect();
        after.arrange();
        after.dedup();
        let mut before: Vec<Name> = of(When::Before).collect();
        before.arrange();
        before.dedup();
        before.retain(|host| after.binary_search(host).is_err());
        let all = after.into_iter().chain(before).enumerate();
        Self(all.map(|(index, host)| (host, index)).into_map())
    }

    /// The letter of a host: A to Z, then AA.
    pub(super) fn letter(&self, host: &Name) -> String {
        let mut rest = self.index(host).map_or(0, |index| index + 1);
        let mut letters = Vec::new();
        while rest > 0 {
            rest -= 1;
            letters.push(b'A' + u8::try_from(rest % 26).unwrap_or_default());
            rest /= 26;
        }
        letters.iter().rev().copied().map(char::from).collect()
    }

    /// The number of its colour and pattern.
    pub(super) fn look(&self, host: &Name) -> usize {
        self.index(host).unwrap_or_default() % LOOKS
    }

    /// Where a host stands among all that have a letter: those with planned records first.
    pub(super) fn index(&self, host: &Name) -> Option<usize> {
        self.0.get(host).copied()
    }

    /// The letter as a mark beside a host's name.
    fn mark(&self, host: &Name) -> Markup {
        if self.index(host).is_none() {
            return Markup::none();
        }
        el("span")
            .class(format!("key k{}", self.look(host)))
            .attr("aria-hidden", "true")
            .text(self.letter(host))
            .into()
    }

    /// The mark and the name, or the name with a port.
    pub(super) fn host(&self, host: &Name, port: Option<u16>) -> Markup {
        let mut shown = presentation::plain(host);
        if let Some(port) = port {
            shown = format!("{shown}:{port}");
        }
        el("span")
            .class(if is_short(&shown) { "short" } else { "long" })
            .add(self.mark(host))
            .add(data(&shown))
            .into()
    }
}

/// A box that scrolls by itself where its content is wide; a keyboard reaches it.
pub(super) fn scrolling(name: &'static str, label: impl Display) -> Element {
    el(name)
        .class("scroll")
        .attr("role", "region")
        .attr("tabindex", "0")
        .attr("aria-label", label)
}

/// A column of a table.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its heading.
    heading: Markup,
    /// Whether it holds numbers.
    numbers: bool,
}

/// A column of words.
pub(super) fn words(heading: &str) -> Column {
    Column {
        heading: text(heading),
        numbers: false,
    }
}

/// A column of numbers.
pub(super) fn numbers(heading: &str) -> Column {
    numbers_of(text(heading))
}

/// A column of numbers with a heading that is more than text.
pub(super) fn numbers_of(heading: Markup) -> Column {
    Column {
        heading,
        numbers: true,
    }
}

/// A row of a table: its heading is the cell `heads`, from 0.
pub(super) struct Row {
    /// A class of the whole row.
    pub(super) class: &'static str,
    /// The cells.
    pub(super) cells: Vec<Markup>,
}

/// A table in a box that scrolls; the first column that is no sign heads its rows.
pub(super) fn table(caption: &str, columns: &[Column], heads: usize, rows: Vec<Row>) -> Markup {
    let head = columns.iter().map(|column| {
        cell("th", column.numbers)
            .attr("scope", "col")
            .add(column.heading.clone())
    });
    let body = rows.into_iter().map(|row| {
        let cells = row.cells.into_iter().enumerate().map(|(index, content)| {
            let numbers = columns.get(index).is_some_and(|column| column.numbers);
            if index == heads {
                cell("th", numbers).attr("scope", "row").add(content)
            } else {
                cell("td", numbers).add(content)
            }
        });
        classed(el("tr"), row.class).all(cells)
    });
    let table = el("table")
        .add(el("caption").text(caption))
        .add(el("thead").add(el("tr").all(head)))
        .add(el("tbody").all(body));
    scrolling("div", format!("Table: {caption}"))
        .add(table)
        .into()
}

fn cell(name: &'static str, numbers: bool) -> Element {
    classed(el(name), if numbers { "n" } else { "" })
}

fn classed(element: Element, class: &str) -> Element {
    if class.is_empty() {
        element
    } else {
        element.class(class)
    }
}

/// A value that is there, or becomes another.
pub(super) fn becomes(before: Option<String>, after: Option<String>) -> Markup {
    match (before, after) {
        (Some(before), Some(after)) if before != after => el("span")
            .class("becomes")
            .add(el("span").class("was").text(before))
            .add(el("span").attr("aria-hidden", "true").text(" \u{2192} "))
            .add(heard(" becomes "))
            .add(el("strong").text(after))
            .into(),
        (_, Some(value)) | (Some(value), None) => text(value),
        (None, None) => text("\u{2013}"),
    }
}

/// What can be opened.
pub(super) fn details(summary: impl Into<Markup>, content: impl Into<Markup>) -> Element {
    el("details")
        .add(el("summary").add(summary))
        .add(el("div").class("inside").add(content))
}

/// A section of the page.
pub(super) fn section(id: &'static str, heading: &str) -> Element {
    el("section")
        .attr("id", id)
        .attr("aria-labelledby", format!("{id}-heading"))
        .add(el("h2").attr("id", format!("{id}-heading")).text(heading))
}

/// A paragraph.
pub(super) fn paragraph(said: impl AsRef<str>) -> Element {
    el("p").text(said)
}

/// The most octets of a sentence: one that lists thousands of domains is cut.
const MAX_SENTENCE: usize = 1_500;

/// The text, or as much of it as a page has room for.
pub(super) fn capped(said: &str) -> Cow<'_, str> {
    if said.len() <= MAX_SENTENCE {
        return Cow::Borrowed(said);
    }
    let mut end = MAX_SENTENCE;
    while !said.is_char_boundary(end) {
        end -= 1;
    }
    let begin = said.get(..end).unwrap_or_default();
    let begin = begin.rsplit_once(", ").map_or(begin, |(begin, _)| begin);
    Cow::Owned(format!(
        "{begin} \u{2026} (cut here: the plan as JSON, --format json, has all of it)"
    ))
}

/// A sentence on what is not shown.
pub(super) fn left_out(said: impl AsRef<str>) -> Element {
    el("p").class("left-out").text(said)
}

/// Domain names in a sentence, or one and the number of the others.
pub(super) fn domains(names: &[&Name]) -> String {
    match names {
        [] => String::new(),
        [one] => presentation::plain(one),
        [one, two] => format!(
            "{} and {}",
            presentation::plain(one),
            presentation::plain(two)
        ),
        [one, rest @ ..] => format!(
            "{} and {} other domains",
            presentation::plain(one),
            rest.len()
        ),
    }
}

/// A label and what is said of it.
pub(super) fn term(label: &str, said: impl Into<Markup>) -> Element {
    el("div")
        .add(el("dt").text(label.trim_end_matches(':')))
        .add(el("dd").add(said))
}
