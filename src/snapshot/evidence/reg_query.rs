//! Output of `reg query`: a key's path, then its values, `    name    REG_TYPE    data`, then the paths of
//! the keys below it. Strings of a `REG_MULTI_SZ` are joined with `\0`.

use super::facts::Facts;
use super::form::registry_type;
use super::registry::{self, ADVICE, Data, Key, Licensing, Value};
use super::source::{Line, Source};
use crate::snapshot::listing::Fault;

/// What the output says of the machine that it is of.
pub(super) fn read(source: &Source<'_>) -> Result<Facts, Vec<Fault>> {
    let mut key = None;
    let mut licensing = Licensing::default();
    let mut faults = Vec::new();
    // A query for one value (`/v`) shows one value under the path; a query for a word (`/f`) says so at its end.
    let (mut values, mut most, mut below, mut search) = (0, 0, false, false);
    for line in source.lines() {
        if line.text.starts_with("ERROR:") {
            faults.push(
                Fault::at(line.span(), format!("`reg query` failed: `{}`", line.text)).help(ADVICE),
            );
        } else if line.text.starts_with("HKEY_") {
            let found = Key::of(line.text);
            key = Some(found);
            values = 0;
            below |= found == Key::Below;
            if found == Key::Licensing {
                licensing.at.get_or_insert(line.at);
            }
        } else if line.text.starts_with("End of search:") {
            search = true;
        } else if let Some((at, kind)) = registry_type(line.text) {
            let name = line.to(at);
            match key {
                Some(Key::Licensing) => {
                    values += 1;
                    most = most.max(values);
                    if registry::matters(name.text) {
                        let rest = line.from(at + kind.len());
                        match data(kind, &rest) {
                            Ok(data) => licensing.values.push(Value {
                                name: name.text.to_owned(),
                                span: line.span(),
                                data,
                            }),
                            Err(fault) => faults.push(fault),
                        }
                    }
                }
                Some(_) => {}
                None => faults.push(
                    Fault::at(
                        line.span(),
                        "the path of the key is missing above this value",
                    )
                    .help(ADVICE),
                ),
            }
        }
    }
    licensing.whole = most > 1 && below && !search;
    registry::facts(source, &licensing, faults)
}

fn data(kind: &str, rest: &Line<'_>) -> Result<Data, Fault> {
    match kind {
        "REG_SZ" => Ok(Data::Text(rest.text.to_owned())),
        "REG_DWORD" => rest
            .text
            .strip_prefix("0x")
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .map(Data::Number)
            .ok_or_else(|| {
                Fault::at(
                    rest.span(),
                    format!("`{}` is no number, as in `0x1`", rest.text),
                )
            }),
        "REG_MULTI_SZ" => {
            let mut at = rest.at;
            let mut all = Vec::new();
            for text in rest.text.split(r"\0") {
                all.push((text.to_owned(), at..at + text.len()));
                at += text.len() + r"\0".len();
            }
            registry::strings(all).map(Data::Lines)
        }
        _ => Ok(Data::Other(kind.to_owned())),
    }
}
