//! `peers domain|hickory FILE ORIGIN`: parses a zone file with a crate and prints how many records it has.

use std::error::Error;
use std::str::FromStr as _;
use std::{env, fs};

use domain::base::Name;
use domain::zonefile::inplace::{Entry, Zonefile};
use hickory_proto::serialize::txt::Parser;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let records = match arguments[..] {
        ["domain", file, origin] => domain(&fs::read(file)?, origin)?,
        ["hickory", file, origin] => hickory(fs::read_to_string(file)?, origin)?,
        _ => return Err("peers domain|hickory FILE ORIGIN".into()),
    };
    println!("{records}");
    Ok(())
}

/// With the zone file reader of `domain`.
fn domain(content: &[u8], origin: &str) -> Result<usize, Box<dyn Error>> {
    let mut zone = Zonefile::with_capacity(content.len());
    zone.extend_from_slice(content);
    zone.set_origin(Name::from_str(origin)?);
    let mut records = 0;
    while let Some(entry) = zone.next_entry()? {
        records += usize::from(matches!(entry, Entry::Record(_)));
    }
    Ok(records)
}

/// With the text parser of hickory.
fn hickory(content: String, origin: &str) -> Result<usize, Box<dyn Error>> {
    let origin = hickory_proto::rr::Name::from_ascii(origin)?;
    let (_, sets) = Parser::new(content, None, Some(origin)).parse()?;
    Ok(sets
        .values()
        .map(|set| set.records_without_rrsigs().count())
        .sum())
}
