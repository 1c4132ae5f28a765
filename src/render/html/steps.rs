//! The steps with their check boxes, and the way back.

use super::frame::{Page, capped, details, left_out, paragraph, scrolling, term};
use super::markup::{Element, Markup, el, heard, line, text};
use crate::plan::{Action, Role, Step};
use crate::render::dialect::{Command, Instructions, instructions};
use crate::render::ticket::{self, Part, Printed};
use crate::render::wording::count;

/// The most steps of a kind that are shown: there is one for each domain.
const MAX_OF_A_KIND: usize = 60;
/// The most parts of the line that says where a step is done.
const MAX_PLACES: usize = 80;
/// The most octets of a command that is shown.
const MAX_COMMAND: usize = 24 * 1024;
/// The most octets of all commands.
const MAX_COMMANDS: usize = 400 * 1024;

/// What was printed so far.
#[derive(Default)]
struct So {
    far: Printed,
    octets: usize,
}

/// The section: in the order in which steps are done, under the role that does them.
pub(super) fn steps(page: &mut Page<'_>) -> Markup {
    let plan = page.plan;
    if plan.steps.is_empty() {
        return paragraph("There is nothing to do.").into();
    }
    let mut content = tools(page);
    let mut so = So::default();
    let mut kinds: Vec<(std::mem::Discriminant<Action>, usize)> = Vec::new();
    for group in plan
        .steps
        .chunk_by(|one, next| one.action.role() == next.action.role())
    {
        let Some(first) = group.first() else { continue };
        let mut shown = Vec::new();
        let mut hidden: Vec<usize> = Vec::new();
        for step in group {
            if is_one_too_many(&mut kinds, step) {
                hidden.push(step.number);
            } else {
                shown.push(self::step(page, step, &mut so));
            }
        }
        content = content.and(role(first.action.role(), group));
        content = content.and(el("ol").class("steps").attr("role", "list").all(shown));
        if !hidden.is_empty() {
            content = content.and(left_out(format!(
                "Left out here, of the same kind as those above: {} {}. The plan as JSON (--format json) and the bundle have all.",
                if hidden.len() == 1 { "step" } else { "steps" },
                ticket::runs(&hidden)
            )));
        }
    }
    content
}

/// Whether so many steps of its kind were shown that this one is left out.
fn is_one_too_many(kinds: &mut Vec<(std::mem::Discriminant<Action>, usize)>, step: &Step) -> bool {
    let kind = std::mem::discriminant(&step.action);
    if let Some((_, number)) = kinds.iter_mut().find(|(same, _)| *same == kind) {
        *number += 1;
        return *number > MAX_OF_A_KIND;
    }
    kinds.push((kind, 1));
    false
}

/// How many steps are done, and what the script can do. It shows itself: without it none of it works.
fn tools(page: &Page<'_>) -> Markup {
    let steps = page.plan.steps.len();
    let about = "Steps are done in this order. Tick what is done: the marks stay in this browser, for this plan. Commands, check and undo open below each step; on paper stands what is open.";
    let button = |class: &'static str, said: &str| {
        el("button").attr("type", "button").class(class).text(said)
    };
    Markup::from(paragraph(about)).and(
        el("div")
            .class("tools")
            .flag("hidden")
            .add(
                el("p")
                    .class("progress")
                    .attr("role", "status")
                    .text(format!("0 of {steps} done")),
            )
            .add(button("open-all", "Open all"))
            .add(button("close-all", "Close all"))
            .add(button("clear", "Clear marks")),
    )
}

fn role(role: Role, group: &[Step]) -> Element {
    el("h3").text(ticket::group_title(role, group))
}

fn step(page: &mut Page<'_>, step: &Step, so: &mut So) -> Element {
    let action = &step.action;
    let made = instructions(action);
    let id = page.id();
    let title = el("p").class("step-title").add(
        el("input")
            .attr("type", "checkbox")
            .attr("id", &id)
            .attr("data-step", step.number),
    );
    let title = title.add(
        el("label")
            .attr("for", &id)
            .add(el("span").class("number").text(format!("{}.", step.number)))
            .text(" ")
            .text(capped(&action.title())),
    );
    // A step on thousands of servers names the first.
    let mut places = ticket::places(action);
    let more = places.0.len() > MAX_PLACES;
    places.0.truncate(MAX_PLACES);
    let place = line(&places).and(text(if more { "\u{2026}" } else { "" }));
    let mut item = el("li").add(title).add(
        el("dl")
            .class("facts small")
            .add(term("Where", place))
            .add(term("Why", text(capped(&action.why())))),
    );
    let already = action.already();
    if !already.is_empty() {
        item = item.add(items(&already));
    }
    let (summary, inside) = commands(step, &made, so);
    if let Some(inside) = inside {
        item = item.add(details(summary, inside));
    }
    item
}

fn items<T: AsRef<str>>(said: &[T]) -> Element {
    el("ul").all(said.iter().map(|said| el("li").text(capped(said.as_ref()))))
}

/// What is opened below a step: its summary and its content.
fn commands(step: &Step, made: &Instructions, so: &mut So) -> (Markup, Option<Markup>) {
    let parts = [
        (Part::Commands, "Commands", &made.commands),
        (Part::Check, "Check", &made.check),
        (Part::Undo, "Undo", &made.undo),
    ];
    let mut names: Vec<&str> = Vec::new();
    let mut content = Markup::none();
    for (part, title, all) in parts {
        let by_hand = part == Part::Commands && !made.by_hand.is_empty();
        if all.is_empty() && !by_hand {
            continue;
        }
        names.push(if all.is_empty() { "By hand" } else { title });
        if !all.is_empty() {
            content = content.and(el("h4").text(title));
        }
        for (index, command) in all.iter().enumerate() {
            let label = format!("{title} of step {}, text {}", step.number, index + 1);
            content = content.and(self::command(part, step, command, &label, so));
        }
        if by_hand {
            content = content
                .and(el("h4").text("By hand"))
                .and(items(&made.by_hand));
        }
    }
    if names.is_empty() {
        return (Markup::none(), None);
    }
    let said = ticket::capital_first(&names.join(", ").to_lowercase());
    let summary = text(said).and(heard(&format!(" of step {}", step.number)));
    (summary, Some(content))
}

fn command(part: Part, step: &Step, command: &Command, label: &str, so: &mut So) -> Markup {
    let mut about = el("p").class("shell").add(
        el("span")
            .class("shell-name")
            .text(ticket::shell(command.shell)),
    );
    if !command.note.is_empty() {
        about = about.text(" ").text(capped(&command.note));
    }
    if let Some(place) = so.far.print(part, step, command) {
        return about.text(format!(" The text is that of {place}.")).into();
    }
    so.octets += command.text.len();
    if command.text.len() > MAX_COMMAND || so.octets > MAX_COMMANDS {
        return about
            .text(format!(
                " Its {} are left out here; the plan as JSON (--format json) and the bundle have the text.",
                count(command.text.lines().count(), "line")
            ))
            .into();
    }
    let text = scrolling("pre", label).lines(&command.text);
    Markup::from(about).and(el("div").class("command").add(text))
}

/// Risk, what triggers backing out, and the way back.
pub(super) fn back_out(page: &mut Page<'_>) -> Markup {
    let plan = page.plan;
    let terms = ticket::risk_items(plan)
        .into_iter()
        .map(|(label, said)| term(label, text(capped(&ticket::capital_first(&said)))));
    let content = Markup::from(el("dl").class("facts").all(terms));
    let undone = ticket::undone(plan);
    if undone.is_empty() {
        return content.and(paragraph(ticket::NOTHING_UNDONE));
    }
    let how = format!("{}{}", ticket::back_out_order(plan), ticket::UNDO_STANDS);
    let mut kinds = Vec::new();
    let mut hidden = 0;
    let mut shown = Vec::new();
    for (step, _) in undone {
        if is_one_too_many(&mut kinds, step) {
            hidden += 1;
            continue;
        }
        shown.push(el("li").text(format!(
            "Undo step {} ({}): {}",
            step.number,
            step.action.role().title(),
            capped(&step.action.title())
        )));
    }
    let content = content
        .and(el("h3").text("The way back"))
        .and(paragraph(how))
        .and(el("ol").class("back").attr("role", "list").all(shown));
    if hidden == 0 {
        return content;
    }
    content.and(left_out(format!(
        "{} of the same kinds left out here; the plan as JSON (--format json) and the bundle have all.",
        if hidden == 1 {
            "1 more step is".to_owned()
        } else {
            format!("{hidden} more steps are")
        }
    )))
}
