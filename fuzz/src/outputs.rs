//! A plan in every output.

use kmsplan::plan::Plan;
use kmsplan::render::{self, Sink, TextOptions};
use pulldown_cmark::{Event, Parser, Tag};

use crate::input::harmless;
use crate::{page, saved};

/// Prints the plan in every way, and holds what comes out against what each output promises.
///
/// # Panics
/// If a promise is broken.
pub fn all(plan: &Plan) {
    harmless(&render::text(plan, &TextOptions { colour: false }));
    harmless(&render::text_sources(plan));
    let _ = render::text(plan, &TextOptions { colour: true });
    let shown = render::diff(plan, Sink::Terminal { colour: false });
    harmless(&String::from_utf8(shown).expect("a terminal gets UTF-8"));
    let _ = render::diff(plan, Sink::File);
    markdown(&render::markdown(plan, None));
    markdown(&render::markdown_sources(plan));
    page::check(&render::html(plan));
    let json = render::json(plan);
    assert!(!json.chars().any(|c| c.is_control() && c != '\n'));
    if let Some(again) = saved::read(json.as_bytes()) {
        assert_eq!(json, render::json(&again), "saved, read and saved again");
    }
    for step in &plan.steps {
        let _ = render::dialect::instructions(&step.action);
    }
    let _ = render::bundle(plan, None);
}

/// A ticket holds no HTML, no picture, and no link: nothing of the kind is ours, so it would come from data.
///
/// # Panics
/// If it does.
pub fn markdown(text: &str) {
    let options =
        pulldown_cmark::Options::ENABLE_TABLES | pulldown_cmark::Options::ENABLE_STRIKETHROUGH;
    for event in Parser::new_ext(text, options) {
        let strange = matches!(
            event,
            Event::Html(_)
                | Event::InlineHtml(_)
                | Event::Start(Tag::Image { .. } | Tag::Link { .. } | Tag::Strikethrough)
        );
        assert!(!strange, "{event:?} in\n{text}");
    }
}
