//! JSON with two blanks a level, one value a line.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// The document in text, without a final line end.
pub(super) fn text(document: &impl Serialize) -> String {
    let mut text = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut text, Indented::default());
    document
        .serialize(&mut serializer)
        .expect("the document has string keys");
    String::from_utf8(text).expect("JSON is UTF-8")
}

/// The start of a line that is no deeper than any of ours. Most of a document is such starts, so each is written in
/// one piece; that of `serde_json` takes one more a level.
const START: &[u8] = b",\n                                        ";

/// Where values stand.
#[derive(Default)]
struct Indented {
    depth: usize,
    /// Whether the array or object that ends has anything in it.
    has_value: bool,
}

impl Indented {
    /// Begins a line, after a comma if `first` is not set.
    fn line<W: ?Sized + Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        let from = usize::from(first);
        if let Some(start) = START.get(from..2 + 2 * self.depth) {
            return writer.write_all(start);
        }
        writer.write_all(&START[from..2])?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }

    fn begin<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: u8) -> io::Result<()> {
        self.depth += 1;
        self.has_value = false;
        writer.write_all(&[bracket])
    }

    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: u8) -> io::Result<()> {
        self.depth -= 1;
        if self.has_value {
            self.line(writer, true)?;
        }
        writer.write_all(&[bracket])
    }
}

impl Formatter for Indented {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b'[')
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b']')
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.line(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b'{')
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b'}')
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.line(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    /// So many arrays in each other.
    fn nested(levels: usize) -> Value {
        (0..levels).fold(json!({"a": [], "b": {}}), |inner, _| json!([inner, [1]]))
    }

    #[test]
    fn as_serde_json_does_it() {
        for value in [
            json!(null),
            json!([]),
            json!({"a": {"b": [1, "\u{7f}\n\u{e9}", [[], {}]], "c": -1.5}, "d": true}),
            nested(3),
            nested(30),
        ] {
            let expected = serde_json::to_string_pretty(&value).unwrap();
            assert_eq!(super::text(&value), expected);
        }
    }
}
