//! The text of a file as it is read: large files on all processors, UTF-16 piece by piece.

use std::fs::File;
use std::hint;
use std::io::{self, Read, Seek, SeekFrom};

use crate::encoding::{Encoding, NotUtf16, Utf16};
use crate::parallel;

/// The smallest file that is read on all processors, in octets.
const LARGE: usize = 8 << 20;
/// How much of UTF-16 is read at once, in octets.
const PIECE: usize = 256 << 10;
/// How much of such a file a processor reads at once, in octets.
const PART: usize = 1 << 20;
/// How much tells the encoding, in octets.
const START: u64 = 64;

/// A file's text, and how it is written in the file.
pub(super) type Text = (Encoding, Result<Vec<u8>, NotUtf16>);

/// What is in a file.
pub(super) enum Content {
    /// Text, as far as can be told here.
    Text(Text),
    /// More than may be read.
    TooLarge,
    /// No text: a large file that begins with NULs, as those do that were never written. No more of it is read.
    Binary,
    /// Nothing: no regular file stands there.
    NoFile,
}

/// Reads a file of at most `limit` octets. Fails where there is not enough memory for it, too.
pub(super) fn read(mut file: &File, limit: u64) -> io::Result<Content> {
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Ok(Content::NoFile);
    }
    let size = meta.len();
    if size > limit {
        return Ok(Content::TooLarge);
    }
    let size = usize::try_from(size).map_err(|_| io::ErrorKind::OutOfMemory)?;
    if size < LARGE {
        let octets = all(file, Vec::with_capacity(size), limit)?;
        return Ok(content(octets.map(|octets| {
            let encoding = Encoding::of(&octets);
            (encoding, encoding.decode(octets))
        })));
    }
    let mut start = Vec::new();
    file.take(START).read_to_end(&mut start)?;
    if start.iter().all(|octet| *octet == 0) {
        return Ok(Content::Binary);
    }
    let encoding = Encoding::of(&start);
    if let Some(decoder) = encoding.decoder(size) {
        is_there(size / 2)?;
        file.rewind()?;
        let text = pieces(file, decoder, limit)?;
        return Ok(content(text.map(|text| (encoding, text))));
    }
    is_there(size)?;
    let octets = at_once(file, size).unwrap_or_default();
    file.seek(SeekFrom::Start(octets.len() as u64))?;
    let octets = all(file, octets, limit)?;
    Ok(content(octets.map(|octets| (encoding, Ok(octets)))))
}

/// `None`: the file has become larger than may be read.
fn content(text: Option<Text>) -> Content {
    text.map_or(Content::TooLarge, Content::Text)
}

/// Fails where so many octets of memory are not to be had, before they are asked for in a way that ends the program.
fn is_there(octets: usize) -> io::Result<()> {
    let mut memory = Vec::<u8>::new();
    memory.try_reserve_exact(octets)?;
    // Memory that nobody looks at need not be asked for.
    hint::black_box(&memory);
    Ok(())
}

/// What was read and the rest, which is asked for up to one octet more than the limit, so that a file that grows
/// meanwhile is noticed.
fn all(file: &File, mut octets: Vec<u8>, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let left = limit.saturating_add(1).saturating_sub(octets.len() as u64);
    file.take(left).read_to_end(&mut octets)?;
    Ok((octets.len() as u64 <= limit).then_some(octets))
}

/// The text of a file in UTF-16, which never lies in memory as a whole.
fn pieces(
    file: &File,
    mut decoder: Utf16,
    limit: u64,
) -> io::Result<Option<Result<Vec<u8>, NotUtf16>>> {
    let mut left = limit.saturating_add(1);
    let mut piece = Vec::with_capacity(PIECE);
    loop {
        piece.clear();
        let read = file.take(left.min(PIECE as u64)).read_to_end(&mut piece)?;
        if read == 0 {
            let text = decoder.finish().map(String::into_bytes);
            return Ok((left > 0).then_some(text));
        }
        left -= read as u64;
        decoder.push(&piece);
    }
}

/// The first `size` octets of a file, read on all processors: most of the time goes to memory that is made for them.
/// `None`: they cannot be read so, or the file has become shorter.
fn at_once(file: &File, size: usize) -> Option<Vec<u8>> {
    let mut octets = vec![0; size];
    let parts = octets.chunks_mut(PART).enumerate();
    let read = parallel::map(parts, 1, |(index, part)| {
        read_at(file, part, index * PART).is_ok()
    });
    read.into_iter().all(|read| read).then_some(octets)
}

#[cfg(unix)]
fn read_at(file: &File, octets: &mut [u8], at: usize) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, octets, at as u64)
}

#[cfg(windows)]
fn read_at(file: &File, mut octets: &mut [u8], at: usize) -> io::Result<()> {
    let mut at = at as u64;
    while !octets.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, octets, at)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        octets = &mut octets[read..];
        at += read as u64;
    }
    Ok(())
}

#[cfg(not(any(unix, windows)))]
fn read_at(_: &File, _: &mut [u8], _: usize) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_back(octets: &[u8], limit: u64) -> Option<Text> {
        let mut file = tempfile::tempfile().unwrap();
        io::Write::write_all(&mut file, octets).unwrap();
        file.rewind().unwrap();
        match read(&file, limit).unwrap() {
            Content::Text(text) => Some(text),
            Content::TooLarge => None,
            Content::Binary | Content::NoFile => panic!("it is a file of text"),
        }
    }

    #[test]
    fn files_of_every_size_are_read_as_they_are() {
        let line = "host IN A 192.0.2.1 ; b\u{fc}ro \u{1f600}\n";
        let lines = LARGE / line.len() + 3;
        for count in [0, 1, 2000, lines] {
            let text = line.repeat(count);
            for encoding in [Encoding::Octets, Encoding::Utf16Le, Encoding::Utf16Be] {
                let octets = encoding.encode(text.as_bytes()).unwrap();
                let size = octets.len() as u64;
                let (found, read) = read_back(&octets, size).unwrap();
                assert!(read.unwrap() == text.as_bytes(), "{count} {encoding:?}");
                assert!(count == 0 || found == encoding);
                assert!(size == 0 || read_back(&octets, size - 1).is_none());
            }
        }
    }

    #[test]
    fn a_large_file_of_nuls_is_not_read() {
        let file = tempfile::tempfile().unwrap();
        for (size, binary) in [(LARGE as u64, true), (1 << 40, true), (1000, false)] {
            file.set_len(size).unwrap();
            let content = read(&file, u64::MAX).unwrap();
            assert_eq!(matches!(content, Content::Binary), binary, "{size}");
        }
    }

    #[test]
    fn large_text_that_is_cut_is_no_text() {
        let mut octets = b"a\0".repeat(LARGE / 2);
        octets.push(b'b');
        let (_, text) = read_back(&octets, u64::MAX).unwrap();
        assert_eq!(text.unwrap_err().span, LARGE / 2..LARGE / 2);
    }
}
