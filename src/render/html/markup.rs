//! Markup of elements, attributes and text. No other file writes a `<`: what comes from outside reaches the page
//! through [`Element::attr`] and [`text`], which escape it, and nowhere else.

use std::fmt::{Display, Write as _};

use super::super::terminal::visible;
use super::super::ticket::{Inline, Span};
use crate::{Name, presentation};

/// Well-formed markup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Markup(String);

/// An element that still takes attributes and content.
#[derive(Debug, Clone)]
pub(super) struct Element {
    name: &'static str,
    attributes: String,
    content: String,
}

/// Elements that have neither content nor end tag (HTML, "Void elements").
const VOID: [&str; 5] = ["br", "col", "input", "meta", "wbr"];

/// Elements that stand in a line of text: a line end behind them would be a blank between words.
const IN_LINE: [&str; 15] = [
    "a", "bdi", "br", "button", "code", "del", "input", "ins", "label", "span", "strong", "text",
    "title", "tspan", "wbr",
];

/// An element.
pub(super) fn el(name: &'static str) -> Element {
    Element {
        name,
        attributes: String::new(),
        content: String::new(),
    }
}

/// Text: markup in it is text too, and what would act on the page or hides is written out.
pub(super) fn text(text: impl AsRef<str>) -> Markup {
    Markup(escape(&visible(text.as_ref())))
}

/// Escapes for content and for quoted attributes alike.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

impl Element {
    /// With an attribute.
    pub(super) fn attr(mut self, name: &'static str, value: impl Display) -> Self {
        let value = escape(&visible(&value.to_string()));
        let _ = write!(self.attributes, " {name}=\"{value}\"");
        self
    }

    /// With an attribute that is there or not.
    pub(super) fn flag(mut self, name: &'static str) -> Self {
        let _ = write!(self.attributes, " {name}");
        self
    }

    /// With a class.
    pub(super) fn class(self, class: impl Display) -> Self {
        self.attr("class", class)
    }

    /// With text.
    pub(super) fn text(self, content: impl AsRef<str>) -> Self {
        self.add(text(content))
    }

    /// With content.
    pub(super) fn add(mut self, content: impl Into<Markup>) -> Self {
        self.content.push_str(&content.into().0);
        self
    }

    /// With content, piece by piece.
    pub(super) fn all<M: Into<Markup>>(self, content: impl IntoIterator<Item = M>) -> Self {
        content.into_iter().fold(self, Self::add)
    }

    /// With the octets of a file of this program. An element of this kind has no escapes.
    pub(super) fn file(mut self, content: &'static str) -> Self {
        self.content.push_str(content);
        self
    }

    /// With lines of text, in which tabs stay.
    pub(super) fn lines(mut self, content: &str) -> Self {
        let lines: Vec<String> = content
            .split('\n')
            .map(|line| escape(&super::super::terminal::visible_bytes(line.as_bytes())))
            .collect();
        self.content.push_str(&lines.join("\n"));
        self
    }
}

impl From<Element> for Markup {
    fn from(element: Element) -> Self {
        let Element {
            name,
            attributes,
            content,
        } = element;
        let mut out = format!("<{name}{attributes}>");
        if !VOID.contains(&name) {
            out.push_str(&content);
            let _ = write!(out, "</{name}>");
        }
        if !IN_LINE.contains(&name) {
            out.push('\n');
        }
        Self(out)
    }
}

impl Markup {
    /// Nothing.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// Piece by piece.
    pub(super) fn of<M: Into<Self>>(pieces: impl IntoIterator<Item = M>) -> Self {
        pieces.into_iter().fold(Self::none(), Self::and)
    }

    /// The same with more.
    #[must_use]
    pub(super) fn and(mut self, more: impl Into<Self>) -> Self {
        self.0.push_str(&more.into().0);
        self
    }

    /// The whole document.
    pub(super) fn document(self) -> String {
        format!("<!DOCTYPE html>\n{}", self.0)
    }

    /// Its octets.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// A name of DNS: it may be broken after dots and does not turn the text around it.
pub(super) fn name(name: &Name) -> Markup {
    data(&presentation::plain(name))
}

/// A value of at most so many octets stands in one line.
const SHORT: usize = 26;

/// Whether a value stands in one line.
pub(super) fn is_short(value: &str) -> bool {
    value.len() <= SHORT && !value.contains(' ')
}

/// A name, a path or a value from outside. It does not turn the text around it, and may be broken after dots
/// and slashes.
pub(super) fn data(value: &str) -> Markup {
    let mut element = el("bdi").class(if is_short(value) {
        "data short"
    } else {
        "data"
    });
    let parts: Vec<&str> = value.split_inclusive(['.', '/']).collect();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            element = element.add(el("wbr"));
        }
        element = element.text(part);
    }
    element.into()
}

/// A line of the ticket.
pub(super) fn line(line: &Inline) -> Markup {
    Markup::of(line.0.iter().map(|span| match span {
        Span::Text(said) => text(said),
        Span::Strong(said) => el("strong").text(said).into(),
        Span::Code(value) => data(value),
    }))
}

/// Text of this program in which backticks stand around code.
pub(super) fn prose(said: &str) -> Markup {
    Markup::of(said.split('`').enumerate().map(|(index, part)| {
        if index % 2 == 0 {
            text(part)
        } else {
            el("code").text(part).into()
        }
    }))
}

/// Text for those who listen, in place of a sign.
pub(super) fn heard(said: &str) -> Element {
    el("span").class("heard").text(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(markup: impl Into<Markup>) -> String {
        markup.into().0
    }

    #[test]
    fn nothing_from_outside_is_markup() {
        let hostile = "</p><script>alert(\"1\" & '2')</script>";
        let safe = "&lt;/p&gt;&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;";
        assert_eq!(written(el("p").text(hostile)), format!("<p>{safe}</p>\n"));
        assert_eq!(
            written(el("a").attr("title", hostile)),
            format!("<a title=\"{safe}\"></a>")
        );
        assert_eq!(
            written(el("pre").lines("a\tb\n<c>")),
            "<pre>a\tb\n&lt;c&gt;</pre>\n"
        );
    }

    #[test]
    fn what_acts_or_hides_is_written_out() {
        assert_eq!(
            written(text("a\u{202e}b\r\n\u{61c}")),
            "a\\u{202e}b\\r\\n\\u{61c}"
        );
        assert_eq!(
            written(el("i").attr("title", "a\nb")),
            "<i title=\"a\\nb\"></i>\n"
        );
    }

    #[test]
    fn elements_are_well_formed() {
        let item = el("li").class("one").flag("hidden").add(el("br")).text("x");
        assert_eq!(written(item), "<li class=\"one\" hidden><br>x</li>\n");
        assert_eq!(
            written(data("zones/emea/db.emea.contoso.com")),
            "<bdi class=\"data\">zones/<wbr>emea/<wbr>db.<wbr>emea.<wbr>contoso.<wbr>com</bdi>"
        );
        assert_eq!(
            written(data("contoso.com")),
            "<bdi class=\"data short\">contoso.<wbr>com</bdi>"
        );
        assert_eq!(
            written(prose("Give `--today`.")),
            "Give <code>--today</code>."
        );
    }
}
