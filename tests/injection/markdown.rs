//! Markdown by a second reader, pulldown-cmark, with all its extensions.

use pulldown_cmark::{Event, Options, Parser, Tag};

/// What stands in Markdown that no ticket of ours has, and what looks like a table but is none.
pub(crate) fn faults(text: &str) -> Vec<String> {
    let parser = Parser::new_ext(text, Options::all() - Options::ENABLE_SMART_PUNCTUATION);
    let mut faults = Vec::new();
    for (event, range) in parser.into_offset_iter() {
        let acts = match &event {
            Event::Start(tag) => matches!(
                tag,
                Tag::Link { .. }
                    | Tag::Image { .. }
                    | Tag::HtmlBlock
                    | Tag::Strikethrough
                    | Tag::Emphasis
                    | Tag::BlockQuote(_)
                    | Tag::FootnoteDefinition(_)
                    | Tag::DefinitionList
                    | Tag::MetadataBlock(_)
                    | Tag::Superscript
                    | Tag::Subscript
            ),
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::Rule
            | Event::HardBreak
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => true,
            _ => false,
        };
        if acts {
            faults.push(format!("pulldown-cmark reads {event:?}: {}", &text[range]));
        }
    }
    faults
}
