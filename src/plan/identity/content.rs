//! What counts for a plan's id, as the compact JSON that is hashed.
//!
//! Keys are sorted, whatever the order of fields in the program. Spellings, and whether a file was read, are left
//! out; servers are compared without case and final dot. Of what was seen to be so already the file does not count.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::io::Write as _;
use std::ops::Range;

use crate::plan::Action;
use serde::ser::{self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

/// The JSON of one value.
pub(super) fn whole(value: &(impl Serialize + ?Sized)) -> Vec<u8> {
    write(value, true)
}

/// Stands in place of the record sets of an action. JSON escapes it where text holds it.
pub(super) const SETS: u8 = 0;

/// The JSON of an action, [`SETS`] in place of its `sets`: those of all domains are too much for one text.
pub(super) fn without_sets(action: &Action) -> Vec<u8> {
    write(action, false)
}

fn write(value: &(impl Serialize + ?Sized), sets: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = Writer {
        out: &mut out,
        scratch: Vec::new(),
        next: Place::Action,
        sets,
    };
    if value.serialize(&mut writer).is_err() {
        out.clear();
        out.extend_from_slice(b"null");
    }
    out
}

/// What a value is in its action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// An action itself, or one that it takes back.
    Action,
    /// What was seen to be so: a list.
    Seen,
    /// One thing of that list.
    SeenOne,
    /// Anything else.
    Inside,
}

struct Writer<'o> {
    out: &'o mut Vec<u8>,
    /// Room for fields that are put in order.
    scratch: Vec<u8>,
    /// What the value that comes next is.
    next: Place,
    /// Whether record sets of an action are written.
    sets: bool,
}

impl Writer<'_> {
    fn text(&mut self, text: &str) -> Result<(), Failure> {
        let escaped = |octet: u8| octet < b' ' || matches!(octet, b'"' | b'\\');
        if text.bytes().any(escaped) {
            return serde_json::to_writer(&mut *self.out, text).map_err(ser::Error::custom);
        }
        self.out.push(b'"');
        self.out.extend_from_slice(text.as_bytes());
        self.out.push(b'"');
        Ok(())
    }

    fn decimal(&mut self, mut value: u64) {
        let mut digits = [0; 20];
        let mut start = digits.len();
        loop {
            start -= 1;
            digits[start] = b'0' + u8::try_from(value % 10).unwrap_or(0);
            value /= 10;
            if value == 0 {
                break;
            }
        }
        self.out.extend_from_slice(&digits[start..]);
    }

    fn shown(&mut self, value: impl Display) -> Result<(), Failure> {
        write!(self.out, "{value}").map_err(ser::Error::custom)
    }

    /// Takes what the next value is: what stands in it is something else.
    fn place(&mut self) -> Place {
        std::mem::replace(&mut self.next, Place::Inside)
    }
}

/// A value that an action does not hold, whatever it is.
type Failure = fmt::Error;

/// An object whose fields are written as they come and sorted at its end.
struct Object<'w, 'o> {
    writer: &'w mut Writer<'o>,
    place: Place,
    /// Where its text begins.
    start: usize,
    /// The key of a map's entry whose value comes next.
    key: String,
    /// Key, and where its value stands in the text.
    fields: Vec<(Cow<'static, str>, Range<usize>)>,
}

impl Object<'_, '_> {
    fn field<T: Serialize + ?Sized>(
        &mut self,
        key: Cow<'static, str>,
        value: &T,
    ) -> Result<(), Failure> {
        let left_out =
            matches!(&*key, "spelling" | "diff") || key == "file" && self.place == Place::SeenOne;
        if left_out {
            return Ok(());
        }
        self.writer.next = match (self.place, &*key) {
            (Place::Action, "action") => Place::Action,
            (Place::Action, "already" | "granted") => Place::Seen,
            _ => Place::Inside,
        };
        let from = self.writer.out.len();
        if self.place == Place::Action && key == "sets" && !self.writer.sets {
            self.writer.out.push(SETS);
        } else {
            value.serialize(&mut *self.writer)?;
        }
        self.writer.next = Place::Inside;
        if key == "server" {
            plain_server(self.writer.out, from);
        }
        self.fields.push((key, from..self.writer.out.len()));
        Ok(())
    }

    fn close(mut self) -> Result<(), Failure> {
        self.fields
            .sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let mut scratch = std::mem::take(&mut self.writer.scratch);
        scratch.clear();
        scratch.extend_from_slice(&self.writer.out[self.start..]);
        self.writer.out.truncate(self.start);
        self.writer.out.push(b'{');
        for (index, (key, range)) in self.fields.iter().enumerate() {
            if index > 0 {
                self.writer.out.push(b',');
            }
            self.writer.text(key)?;
            self.writer.out.push(b':');
            let value = &scratch[range.start - self.start..range.end - self.start];
            self.writer.out.extend_from_slice(value);
        }
        self.writer.out.push(b'}');
        self.writer.scratch = scratch;
        Ok(())
    }
}

/// Makes the string that begins at `from` one without upper case and final dots. Escapes have neither.
fn plain_server(out: &mut Vec<u8>, from: usize) {
    if out.get(from) != Some(&b'"') || out.pop() != Some(b'"') {
        return;
    }
    while out.last() == Some(&b'.') {
        out.pop();
    }
    out[from..].make_ascii_lowercase();
    out.push(b'"');
}

/// A list. Of things seen in several files each stands once.
struct List<'w, 'o> {
    writer: &'w mut Writer<'o>,
    place: Place,
    /// Where its text begins.
    start: usize,
    /// The last element that was written.
    last: Range<usize>,
}

impl SerializeSeq for List<'_, '_> {
    type Ok = ();
    type Error = Failure;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        let before = self.writer.out.len();
        if before > self.start + 1 {
            self.writer.out.push(b',');
        }
        let from = self.writer.out.len();
        let seen = self.place == Place::Seen;
        self.writer.next = if seen { Place::SeenOne } else { Place::Inside };
        value.serialize(&mut *self.writer)?;
        self.writer.next = Place::Inside;
        let out = &mut *self.writer.out;
        if seen && out[self.last.clone()] == out[from..] {
            out.truncate(before);
        } else {
            self.last = from..out.len();
        }
        Ok(())
    }

    fn end(self) -> Result<(), Failure> {
        self.writer.out.push(b']');
        Ok(())
    }
}

impl SerializeStruct for Object<'_, '_> {
    type Ok = ();
    type Error = Failure;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Failure> {
        self.field(Cow::Borrowed(key), value)
    }

    fn end(self) -> Result<(), Failure> {
        self.close()
    }
}

impl SerializeMap for Object<'_, '_> {
    type Ok = ();
    type Error = Failure;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failure> {
        let key = serde_json::to_value(key).map_err(ser::Error::custom)?;
        key.as_str()
            .ok_or_else(|| ser::Error::custom("a key is no text"))?
            .clone_into(&mut self.key);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        let key = std::mem::take(&mut self.key);
        self.field(Cow::Owned(key), value)
    }

    fn end(self) -> Result<(), Failure> {
        self.close()
    }
}

/// Integers, written in decimal.
macro_rules! decimal {
    (signed: $($signed:ident: $signed_type:ty),*; unsigned: $($unsigned:ident: $unsigned_type:ty),*) => {
        $(fn $signed(self, value: $signed_type) -> Result<(), Failure> {
            self.shown(value)
        })*
        $(fn $unsigned(self, value: $unsigned_type) -> Result<(), Failure> {
            self.decimal(u64::from(value));
            Ok(())
        })*
    };
}

/// Forms that no action has.
fn none_such<T>() -> Result<T, Failure> {
    Err(ser::Error::custom("an action has no such value"))
}

impl<'w, 'o> Serializer for &'w mut Writer<'o> {
    type Ok = ();
    type Error = Failure;
    type SerializeSeq = List<'w, 'o>;
    type SerializeTuple = ser::Impossible<(), Failure>;
    type SerializeTupleStruct = ser::Impossible<(), Failure>;
    type SerializeTupleVariant = ser::Impossible<(), Failure>;
    type SerializeMap = Object<'w, 'o>;
    type SerializeStruct = Object<'w, 'o>;
    type SerializeStructVariant = ser::Impossible<(), Failure>;

    decimal!(
        signed: serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64;
        unsigned: serialize_u8: u8, serialize_u16: u16, serialize_u32: u32
    );

    fn serialize_u64(self, value: u64) -> Result<(), Failure> {
        self.decimal(value);
        Ok(())
    }

    fn serialize_bool(self, value: bool) -> Result<(), Failure> {
        self.shown(value)
    }

    fn serialize_str(self, value: &str) -> Result<(), Failure> {
        self.text(value)
    }

    fn serialize_char(self, value: char) -> Result<(), Failure> {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_none(self) -> Result<(), Failure> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failure> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Failure> {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), Failure> {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Failure> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Failure> {
        let mut object = self.serialize_map(Some(1))?;
        object.field(Cow::Borrowed(variant), value)?;
        object.close()
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<List<'w, 'o>, Failure> {
        let place = self.place();
        let start = self.out.len();
        self.out.push(b'[');
        Ok(List {
            writer: self,
            place,
            start,
            last: 0..0,
        })
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Object<'w, 'o>, Failure> {
        let place = self.place();
        let start = self.out.len();
        Ok(Object {
            writer: self,
            place,
            start,
            key: String::new(),
            fields: Vec::with_capacity(length.unwrap_or(0)),
        })
    }

    fn serialize_struct(
        self,
        _name: &'static str,
        length: usize,
    ) -> Result<Object<'w, 'o>, Failure> {
        self.serialize_map(Some(length))
    }

    fn serialize_f32(self, _: f32) -> Result<(), Failure> {
        none_such()
    }

    fn serialize_f64(self, _: f64) -> Result<(), Failure> {
        none_such()
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Failure> {
        none_such()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Failure> {
        none_such()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Failure> {
        none_such()
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Failure> {
        none_such()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Failure> {
        none_such()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Failure> {
        none_such()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn written(value: &Value) -> String {
        String::from_utf8(whole(value)).unwrap()
    }

    #[test]
    fn keys_are_sorted_and_texts_escaped() {
        let value =
            json!({"b": [1, -2, null, true], "a": {"z": "q\"\\\n\u{fc}", "y": 4_294_967_296_u64}});
        assert_eq!(written(&value), value.to_string());
    }

    #[test]
    fn texts_are_escaped_where_json_wants_it() {
        for text in ["\n", "\u{1}", "\u{1f} ", "\"", "\\", " ", ".."] {
            assert_eq!(written(&json!(text)), json!(text).to_string());
        }
        let server = json!({"server": ".."});
        assert_eq!(written(&server), r#"{"server":""}"#);
    }

    #[test]
    fn values_of_every_form_are_written_as_json_or_are_none_of_an_action() {
        #[derive(serde::Serialize)]
        struct Wrapped(char);
        #[derive(serde::Serialize)]
        struct Unit;
        #[derive(serde::Serialize)]
        enum One {
            Of(Wrapped),
        }
        struct Bytes;
        impl Serialize for Bytes {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_bytes(b"1")
            }
        }
        assert_eq!(whole(&'"'), br#""\"""#);
        assert_eq!(whole(&Wrapped('a')), br#""a""#);
        assert_eq!(whole(&One::Of(Wrapped('a'))), br#"{"Of":"a"}"#);
        assert_eq!(whole(&vec![i8::MIN]), b"[-128]");
        for none in [
            whole(&1.5_f32),
            whole(&1.5_f64),
            whole(&Unit),
            whole(&Bytes),
            whole(&(1, 2)),
        ] {
            assert_eq!(none, b"null");
        }
    }

    #[test]
    fn what_does_not_count_is_left_out() {
        let seen = |host: &str, file: &str| json!({"name": host, "part": "port", "file": file});
        let action = json!({
            "type": "take-back",
            "spelling": "X",
            "action": {
                "already": [seen("a", "1"), seen("a", "2"), seen("b", "1"), seen("a", "1")],
                "hosts": [{"name": "a", "spelling": "A", "file": "kept", "already": [1, 1]}],
            },
            "zone": {"server": "DC1.Contoso.com..", "diff": false, "partition": {"dn": "DC=X."}},
            "none": {"server": null},
        });
        let counts = json!({
            "type": "take-back",
            "action": {
                "already": [
                    {"name": "a", "part": "port"},
                    {"name": "b", "part": "port"},
                    {"name": "a", "part": "port"},
                ],
                "hosts": [{"name": "a", "file": "kept", "already": [1, 1]}],
            },
            "zone": {"server": "dc1.contoso.com", "partition": {"dn": "DC=X."}},
            "none": {"server": null},
        });
        assert_eq!(written(&action), counts.to_string());
    }

    #[test]
    fn record_sets_can_be_put_in_afterwards() {
        let action = Action::AwaitReplication { sets: Vec::new() };
        let text = without_sets(&action);
        let parts: Vec<&[u8]> = text.split(|octet| *octet == SETS).collect();
        assert_eq!(parts.len(), 2);
        assert_eq!(parts.join(&b"[]"[..]), whole(&action));
    }
}
