//! The walk through a zone file and the files it includes: directives, owners, TTLs and classes.
//!
//! [`Scanner`] keeps what one line hands on to the next (origin, owner, TTL) and shows each record's head
//! to a [`Visitor`], which says whether it wants the data; data that nobody wants is stepped over.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use kmsplan_skim::{Crew, Owners, Rules, Skim, Stepped, Wanted};

use super::frame::{Frame, ended};
use super::generate::Generate;
use super::head::{Head, Owner, name_fault};
use super::lexer::{Cursor, End, Fault, Token};
use super::rdata::{self, Authority};
use super::rrtype::{self, Kind};
use super::ttl;
use crate::Name;
use crate::diagnostic::MAX_FAULTS;
use crate::parallel;
use crate::presentation::{self, NameError};
use crate::snapshot::fields;
use crate::snapshot::surroundings::Interest;
use crate::snapshot::{FileId, TtlFrom};

/// The deepest chain of `$INCLUDE`s.
const MAX_DEPTH: usize = 20;
/// The most files that one zone may bring in, repetitions counted.
const MAX_INCLUDES: usize = 10_000;
/// The most elements that data is read with. RFC 3597 data takes most: `\#`, a length up to 65535, and twice as many
/// hexadecimal digits, each of which may be a word of its own.
const MAX_ELEMENTS: usize = 2 + 2 * 65535 + 1;
/// The most places in all files between which lines are stepped over that the second reading is told.
const MAX_STEPPED: usize = 1 << 18;

/// A complaint about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The file.
    pub(crate) file: FileId,
    /// The octets.
    pub(crate) span: Range<usize>,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: Option<String>,
}

/// Brings in the files that `$INCLUDE` names.
pub(crate) trait Includes {
    /// The file that `name`, written in `from`, stands for, and its content.
    fn load(&mut self, from: FileId, name: &[u8]) -> Result<(FileId, Arc<Vec<u8>>), Denied>;

    /// How a file is shown to people.
    fn shown(&self, file: FileId) -> String;
}

/// Why a file cannot be included.
pub(crate) struct Denied {
    message: String,
    help: Option<String>,
}

impl Denied {
    /// What is wrong.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
        }
    }

    /// The same with advice.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// What is known about a zone file before it is read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Setup {
    /// The origin in force at its start.
    pub(crate) base: Option<Name>,
    /// Whether it is a Windows DNS zone file, in which the SOA minimum is the default TTL.
    pub(crate) windows: bool,
    /// Whether it is said to be a plain one, so that Windows' additions are errors.
    pub(crate) plain: bool,
}

/// What sees the records.
pub(super) trait Visitor {
    /// Whether the next record matters, whatever it is: it may take something over from one that was seen.
    fn awaits_heir(&self) -> bool {
        false
    }

    /// A record's head. Returns whether its data is wanted.
    fn head(&mut self, head: &Head<'_>) -> Result<bool, Fault>;

    /// The data of a record that was wanted. The record's last line ends before octet `end`.
    fn record(&mut self, head: &Head<'_>, data: &[Token], end: usize) -> Result<(), Fault>;

    /// A `$GENERATE` directive that can be expanded. Its last line ends before octet `end`; `generated` counts the records
    /// of such directives that mattered.
    fn generate(
        &mut self,
        head: &Head<'_>,
        generate: &Generate,
        generated: &mut u64,
        end: usize,
    ) -> Result<(), Fault>;

    /// An included file begins.
    fn enter(&mut self) {}

    /// An included file is over.
    fn leave(&mut self) {}
}

/// Why a scan stopped before its end.
pub(super) enum Stop {
    /// What the file says about itself changes how it is read: once more, with this.
    Again(Setup),
    /// Enough complaints, or nothing more can be read.
    Faulty,
}

/// The SOA record and where it stands.
pub(super) struct SoaFound {
    pub(super) owner: Name,
    /// Of the first one, where it is repeated.
    pub(super) ttl: u32,
    pub(super) data: Authority,
    pub(super) file: FileId,
    pub(super) line: usize,
    /// The octets of the serial number, also of the record's repetitions; `None` where one is RFC 3597 data.
    pub(super) serial_spans: Option<Vec<(FileId, Range<usize>)>>,
}

/// What a file ends with.
pub(super) struct FileEnd {
    pub(super) origin: Option<Rc<Name>>,
}

/// Which reading of a zone it is.
#[derive(Clone, Copy)]
pub(super) enum Which<'a> {
    /// The first: SOA and KMS records.
    First,
    /// The second, with what is asked about, and what the first one stepped over.
    Second(&'a Interest, &'a [Vec<Stepped>]),
}

/// The state of a walk through a zone.
pub(super) struct Scanner<'a, V, I> {
    visitor: &'a mut V,
    reading: Which<'a>,
    /// How many files were opened by now, the zone's own counted.
    opened: usize,
    /// What the first reading steps over, of each file that was opened, in order.
    pub(super) stepped: Vec<Vec<Stepped>>,
    stepped_in_all: usize,
    includes: &'a mut I,
    setup: Setup,
    /// Whether a directive has set an origin.
    origin_set: bool,
    /// Whether an SOA record was met, whatever it holds: no later one tells the origin.
    soa_met: bool,
    /// How many records `$GENERATE` directives made that mattered.
    generated: u64,
    default_ttl: Option<u32>,
    last_ttl: Option<u32>,
    /// The files that are open, outermost first.
    open: Vec<FileId>,
    pub(super) soa: Option<SoaFound>,
    pub(super) age_seen: bool,
    /// Every file that was brought in, in order, repetitions included.
    pub(super) included: Vec<FileId>,
    pub(super) problems: Vec<Problem>,
    data: Vec<Token>,
}

/// What the head of a record says after its owner.
struct Fields {
    age: Option<(Range<usize>, bool)>,
    ttl: Option<(Range<usize>, u32)>,
    class: Option<Range<usize>>,
    kind: Kind,
    kind_span: Range<usize>,
}

enum Directive {
    Origin,
    Ttl,
    Include,
    Generate,
    Date,
}

impl Directive {
    fn parse(word: &[u8]) -> Option<Self> {
        Some(match word.to_ascii_uppercase().as_slice() {
            b"$ORIGIN" => Self::Origin,
            b"$TTL" => Self::Ttl,
            b"$INCLUDE" => Self::Include,
            b"$GENERATE" => Self::Generate,
            b"$DATE" => Self::Date,
            _ => return None,
        })
    }
}

/// Why a record or directive was not taken.
enum Trouble {
    /// A complaint; the next record can be tried.
    Fault(Fault),
    /// The scan is over.
    Stop(Stop),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<'a, V: Visitor, I: Includes> Scanner<'a, V, I> {
    pub(super) fn new(
        setup: Setup,
        visitor: &'a mut V,
        reading: Which<'a>,
        includes: &'a mut I,
    ) -> Self {
        Self {
            visitor,
            reading,
            opened: 0,
            stepped: Vec::new(),
            stepped_in_all: 0,
            includes,
            setup,
            origin_set: false,
            soa_met: false,
            generated: 0,
            default_ttl: None,
            last_ttl: None,
            open: Vec::new(),
            soa: None,
            age_seen: false,
            included: Vec::new(),
            problems: Vec::new(),
            data: Vec::new(),
        }
    }

    /// The TTL that a record without one would take now.
    pub(super) fn ttl_in_force(&self) -> Option<(u32, TtlFrom)> {
        self.default_ttl
            .map(|ttl| (ttl, TtlFrom::Default))
            .or(self.last_ttl.map(|ttl| (ttl, TtlFrom::Previous)))
    }

    /// Reads the zone's own file.
    pub(super) fn zone(&mut self, file: FileId, bytes: &[u8]) -> Result<FileEnd, Stop> {
        let origin = self.setup.base.clone().map(Rc::new);
        self.file(file, bytes, origin, None)
    }

    fn file(
        &mut self,
        file: FileId,
        bytes: &[u8],
        origin: Option<Rc<Name>>,
        owner: Option<Owner>,
    ) -> Result<FileEnd, Stop> {
        let mut frame = Frame::new(file, bytes, origin, owner, self.opened);
        let wanted = match self.reading {
            Which::First => Wanted::Services,
            Which::Second(interest, stepped) => {
                let stepped = stepped.get(self.opened).map_or(&[][..], Vec::as_slice);
                Wanted::Owners(Owners::new(interest.first_labels(), stepped))
            }
        };
        self.opened += 1;
        self.stepped.push(Vec::new());
        self.open.push(file);
        let crew = Crew::new(bytes, &wanted, part());
        std::thread::scope(|scope| {
            let _end = crew.end_with_panic();
            for _ in 0..crew.helpers(parallel::processors()) {
                // Where the system has no thread left, the reader does the work alone.
                let _ = std::thread::Builder::new().spawn_scoped(scope, || crew.help());
            }
            let outcome = self.statements(&mut frame, &mut Skim::new(&crew));
            crew.dismiss();
            outcome
        })?;
        self.open.pop();
        Ok(FileEnd {
            origin: frame.origin,
        })
    }

    fn statements(&mut self, frame: &mut Frame<'_>, skim: &mut Skim<'_, '_>) -> Result<(), Stop> {
        loop {
            self.step_over(frame, skim);
            match self.statement(frame) {
                Ok(End::Line) => {}
                Ok(End::File) => return Ok(()),
                Err(Trouble::Stop(stop)) => return Err(stop),
                Err(Trouble::Fault(fault)) => self.complain(frame, fault)?,
            }
        }
    }

    /// Goes to the next line that may matter.
    fn step_over(&mut self, frame: &mut Frame<'_>, skim: &mut Skim<'_, '_>) {
        let at = frame.cursor.at();
        if at < frame.in_full || !frame.is_at_owner() || self.visitor.awaits_heir() {
            return;
        }
        let rules = Rules {
            ages: self.setup.windows && self.age_seen,
            ttl_known: self.default_ttl.is_some(),
        };
        let stepped = at..skim.next(at, rules);
        if stepped.is_empty() {
            return;
        }
        if matches!(self.reading, Which::First) && self.stepped_in_all < MAX_STEPPED {
            self.stepped_in_all += 1;
            self.stepped[frame.opened].push(stepped.clone());
        }
        if rules.ttl_known {
            frame.pass_over(&stepped);
        } else {
            frame.read_last_run(&stepped);
        }
    }

    fn complain(&mut self, frame: &mut Frame<'_>, fault: Fault) -> Result<(), Stop> {
        self.problems.push(Problem {
            file: frame.file,
            span: fault.span,
            message: fault.message,
            help: fault.help,
        });
        let sure = frame.cursor.recover();
        if fault.fatal || !sure || self.problems.len() >= MAX_FAULTS {
            return Err(Stop::Faulty);
        }
        Ok(())
    }

    /// One record, directive or empty line.
    fn statement(&mut self, frame: &mut Frame<'_>) -> Result<End, Trouble> {
        let start = frame.cursor.at();
        let (span, quoted) = match frame.cursor.next()? {
            Token::End(end) => return Ok(end),
            Token::Blank(blanks) => return self.inherited(frame, start, blanks),
            Token::Word(span) => (span, false),
            Token::Quoted(span) => (span, true),
        };
        if frame.text(&span).first() == Some(&b'$') {
            return self.directive(frame, start, &span);
        }
        let shown = if quoted {
            span.start - 1..span.end + 1
        } else {
            span.clone()
        };
        let owner = Owner::written(span, quoted, frame.origin.clone());
        if self.default_ttl.is_none()
            && !frame
                .owner
                .as_ref()
                .is_some_and(|old| old.is_same(&owner, frame.bytes))
        {
            frame.run.clear();
        }
        frame.owner = Some(owner);
        let first = frame.word("the record type")?;
        self.record(frame, start, Some(shown), start..start, first)
    }

    /// A record with a blank owner, or an empty line.
    fn inherited(
        &mut self,
        frame: &mut Frame<'_>,
        start: usize,
        blanks: Range<usize>,
    ) -> Result<End, Trouble> {
        let first = match frame.cursor.next()? {
            Token::End(end) => return Ok(end),
            Token::Word(span) => span,
            Token::Quoted(span) | Token::Blank(span) => {
                return Err(Fault::new(span, "the record type cannot be quoted").into());
            }
        };
        if frame.owner.is_none() {
            return Err(Fault::new(first, "the first record has no owner")
                .help("write the owner at the start of the line, or `@` for the origin")
                .into());
        }
        self.record(frame, start, None, blanks, first)
    }

    fn record(
        &mut self,
        frame: &mut Frame<'_>,
        start: usize,
        owner_span: Option<Range<usize>>,
        blanks: Range<usize>,
        first: Range<usize>,
    ) -> Result<End, Trouble> {
        let fields = self.fields(frame, first, true)?;
        let (ttl, ttl_from) = match self.ttl(&fields) {
            Ok(ttl) => ttl,
            Err(_) if fields.kind == Kind::Soa => return self.authority(frame, start, &fields),
            Err(fault) => return Err(fault.into()),
        };
        let Some(owner) = frame.owner.take() else {
            return Err(Fault::new(fields.kind_span, "the record has no owner").into());
        };
        if self.default_ttl.is_none() && fields.kind != Kind::Soa {
            self.carry_on(frame, &owner, &fields, ttl);
        }
        let head = Head {
            file: frame.file,
            bytes: frame.bytes,
            start,
            owner: &owner,
            owner_span,
            blanks,
            ttl,
            ttl_from,
            ttl_slot: fields.ttl_slot(),
            age: fields.age.clone(),
            ttl_span: fields.ttl.as_ref().map(|(span, _)| span.clone()),
            kind: fields.kind,
            kind_span: fields.kind_span.clone(),
            origin: &frame.origin,
            lines: &frame.lines,
        };
        let result = match self.visitor.head(&head) {
            Err(fault) => Err(fault),
            Ok(_) if fields.kind == Kind::Soa => {
                frame.owner = Some(owner);
                return self.authority(frame, start, &fields);
            }
            Ok(true) => read_data(&mut frame.cursor, &mut self.data).and_then(|end| {
                self.visitor.record(&head, &self.data, frame.cursor.at())?;
                Ok(end)
            }),
            Ok(false) => frame.cursor.skip_record(),
        };
        frame.owner = Some(owner);
        Ok(result?)
    }

    /// The TTL that the next record without one takes. Where records of one set stand together, BIND gives
    /// all of them the first one's TTL, and carries that on instead of the last one written.
    fn carry_on(&mut self, frame: &mut Frame<'_>, owner: &Owner, fields: &Fields, ttl: u32) {
        let word = frame.text(&fields.kind_span);
        let same = |kind: Kind, span: &Range<usize>| {
            kind == fields.kind
                && (!matches!(kind, Kind::Other | Kind::Unknown | Kind::Dnssec)
                    || frame.text(span).eq_ignore_ascii_case(word))
        };
        let first = frame
            .run
            .iter()
            .find(|(kind, span, _)| same(*kind, span))
            .map(|(.., first)| *first);
        match first {
            None => frame.run.push((fields.kind, fields.kind_span.clone(), ttl)),
            Some(first) if first != ttl && !word.eq_ignore_ascii_case(b"RRSIG") => {
                let apex = self.soa.as_ref().map(|soa| &soa.owner);
                let own = owner
                    .name(frame.bytes)
                    .is_ok_and(|name| apex.is_none_or(|apex| apex.zone_of(name)));
                if own {
                    self.last_ttl = Some(first);
                }
            }
            Some(_) => {}
        }
    }

    /// Age, TTL, class and type. `first` is the first of them.
    fn fields(
        &mut self,
        frame: &mut Frame<'_>,
        first: Range<usize>,
        in_record: bool,
    ) -> Result<Fields, Trouble> {
        let mut span = first;
        let mut age = None;
        if in_record
            && frame
                .text(&span)
                .get(..5)
                .is_some_and(|text| text.eq_ignore_ascii_case(b"[AGE:"))
        {
            age = Some(self.age(frame, &span)?);
            span = frame.word("the record type")?;
            let blanks = blanks_after(frame.bytes, age.as_ref().map_or(0, |(span, _)| span.end));
            if let Some((range, _)) = &mut age {
                range.end = blanks;
            }
        }
        let mut class = None;
        if let Some(ours) = rrtype::class(frame.text(&span)) {
            Self::in_class(frame, &span, ours)?;
            class = Some(span);
            span = frame.word("the record type")?;
        }
        let mut time = None;
        if let Some(seconds) = ttl::parse(frame.text(&span)) {
            time = Some((span, seconds));
            self.last_ttl = Some(ttl::in_force(seconds));
            span = frame.word("the record type")?;
        }
        if class.is_none()
            && let Some(ours) = rrtype::class(frame.text(&span))
        {
            Self::in_class(frame, &span, ours)?;
            class = Some(span);
            span = frame.word("the record type")?;
        }
        let kind = Kind::parse(frame.text(&span));
        let Some(kind) = kind.filter(|_| rrtype::class(frame.text(&span)).is_none()) else {
            return Err(no_type(span, frame.bytes).into());
        };
        Ok(Fields {
            age,
            ttl: time,
            class,
            kind,
            kind_span: span,
        })
    }

    fn in_class(frame: &Frame<'_>, span: &Range<usize>, ours: bool) -> Result<(), Fault> {
        if ours {
            return Ok(());
        }
        let class = String::from_utf8_lossy(frame.text(span)).into_owned();
        Err(Fault::new(
            span.clone(),
            format!("the record is of class `{class}`, not `IN`"),
        ))
    }

    /// Windows' `[AGE:n]`.
    fn age(
        &mut self,
        frame: &Frame<'_>,
        span: &Range<usize>,
    ) -> Result<(Range<usize>, bool), Trouble> {
        if self.setup.plain {
            return Err(
                Fault::new(span.clone(), "`[AGE:n]` stands in Windows zone files only")
                    .help("read it with --from windows-zone-file")
                    .into(),
            );
        }
        let digits = frame
            .text(span)
            .get(5..)
            .and_then(|text| text.strip_suffix(b"]"));
        let Some(digits) = digits.filter(|d| !d.is_empty() && d.iter().all(u8::is_ascii_digit))
        else {
            return Err(Fault::new(span.clone(), "this is no age")
                .help("an age is written `[AGE:n]`, n being hours since 1601")
                .into());
        };
        self.age_seen = true;
        if !self.setup.windows {
            let mut setup = self.setup.clone();
            setup.windows = true;
            return Err(Trouble::Stop(Stop::Again(setup)));
        }
        Ok((span.clone(), digits.iter().any(|digit| *digit != b'0')))
    }

    /// The TTL in force for a record.
    fn ttl(&self, fields: &Fields) -> Result<(u32, TtlFrom), Fault> {
        if let Some((_, seconds)) = fields.ttl {
            return Ok((ttl::in_force(seconds), TtlFrom::Record));
        }
        self.ttl_in_force().ok_or_else(|| {
            Fault::new(
                fields.kind_span.clone(),
                "the record has no TTL, and none is known yet",
            )
            .help("write `$TTL` at the top of the file, or the SOA record first")
        })
    }

    fn authority(
        &mut self,
        frame: &mut Frame<'_>,
        start: usize,
        fields: &Fields,
    ) -> Result<End, Trouble> {
        let end = read_data(&mut frame.cursor, &mut self.data)?;
        let Some(owner) = &frame.owner else {
            return Err(Fault::new(fields.kind_span.clone(), "the record has no owner").into());
        };
        let absolute = owner.is_absolute(frame.bytes);
        let owner = match owner.name(frame.bytes) {
            Ok(name) => name.clone(),
            Err(error) => return Err(name_fault(fields.kind_span.clone(), error).into()),
        };
        // If a second one told the origin too, the first one would again on the next reading, and so on.
        let first = !std::mem::replace(&mut self.soa_met, true);
        if first && absolute && !self.origin_set && self.setup.base.as_ref() != Some(&owner) {
            let mut setup = self.setup.clone();
            setup.base = Some(owner);
            return Err(Trouble::Stop(Stop::Again(setup)));
        }
        let place = ended(frame.bytes, frame.cursor.at(), "data of the SOA").span;
        let data = rdata::authority(frame.bytes, &self.data, frame.origin.as_deref(), place)?;
        let serial_span = data.serial_span.clone().map(|span| (frame.file, span));
        match &mut self.soa {
            Some(first) if first.owner == owner && first.data == data => {
                first.serial_spans =
                    Option::zip(first.serial_spans.take(), serial_span).map(|(mut spans, span)| {
                        spans.push(span);
                        spans
                    });
                return Ok(end);
            }
            Some(first) => {
                let place = format!("{}:{}", self.includes.shown(first.file), first.line);
                return Err(Fault::new(
                    fields.kind_span.clone(),
                    format!("this is a second SOA record, the first stands in {place}"),
                )
                .help("a zone file holds one zone, and a zone has one SOA record")
                .into());
            }
            None => {}
        }
        if self.setup.windows || (fields.ttl.is_none() && self.ttl_in_force().is_none()) {
            self.default_ttl = self.default_ttl.or(Some(ttl::in_force(data.minimum)));
        }
        let (ttl, _) = self.ttl(fields)?;
        self.soa = Some(SoaFound {
            owner,
            ttl,
            data,
            file: frame.file,
            line: frame.lines.line(frame.bytes, start),
            serial_spans: serial_span.map(|span| vec![span]),
        });
        Ok(end)
    }

    fn directive(
        &mut self,
        frame: &mut Frame<'_>,
        start: usize,
        span: &Range<usize>,
    ) -> Result<End, Trouble> {
        let Some(directive) = Directive::parse(frame.text(span)) else {
            let word = String::from_utf8_lossy(frame.text(span)).into_owned();
            return Err(Fault::new(span.clone(), format!("`{word}` is no directive"))
                .help("`$ORIGIN`, `$TTL`, `$INCLUDE`, `$GENERATE` and `$DATE` are; an owner that begins with `$` is written `\\$`")
                .into());
        };
        match directive {
            Directive::Origin => {
                let word = frame.word("the origin")?;
                let origin = frame.new_origin(word)?;
                let end = frame.end()?;
                frame.origin = Some(Rc::new(origin));
                self.origin_set = true;
                Ok(end)
            }
            Directive::Ttl => {
                let word = frame.word("the TTL")?;
                let seconds = ttl::parse(frame.text(&word));
                let Some(seconds) = seconds.filter(|seconds| *seconds <= fields::MAX_TTL) else {
                    return Err(no_ttl(word, frame.bytes).into());
                };
                let end = frame.end()?;
                self.default_ttl = Some(seconds);
                Ok(end)
            }
            Directive::Date => {
                let word = frame.word("the date")?;
                let text = frame.text(&word);
                if text.len() != 14 || !text.iter().all(u8::is_ascii_digit) {
                    return Err(Fault::new(word, "this is no date")
                        .help("`$DATE` takes `YYYYMMDDHHMMSS`")
                        .into());
                }
                Ok(frame.end()?)
            }
            Directive::Include => self.include(frame),
            Directive::Generate => self.generate(frame, start),
        }
    }

    fn include(&mut self, frame: &mut Frame<'_>) -> Result<End, Trouble> {
        let name = match frame.cursor.next()? {
            Token::Word(span) | Token::Quoted(span) => span,
            Token::Blank(_) | Token::End(_) => return Err(frame.ended("the file name").into()),
        };
        let (origin, end) = match frame.cursor.next()? {
            Token::End(end) => (frame.origin.clone(), end),
            Token::Word(word) => {
                let origin = presentation::parse_name(frame.text(&word), frame.origin.as_deref())
                    .map_err(|error| name_fault(word, error))?;
                self.origin_set = true;
                (Some(Rc::new(origin)), frame.end()?)
            }
            Token::Quoted(span) | Token::Blank(span) => {
                return Err(Fault::new(span, "the origin cannot be quoted").into());
            }
        };
        let refuse = |message: String, help: Option<String>| {
            let fault = Fault::new(name.clone(), message);
            Trouble::Fault(match help {
                Some(help) => fault.help(help),
                None => fault,
            })
        };
        let (file, content) = self
            .includes
            .load(frame.file, frame.text(&name))
            .map_err(|denied| refuse(denied.message, denied.help))?;
        frame.run.clear();
        if self.open.contains(&file) {
            let chain: Vec<String> = self
                .open
                .iter()
                .skip_while(|open| **open != file)
                .chain([&file])
                .map(|file| self.includes.shown(*file))
                .collect();
            return Err(refuse(
                format!("the file includes itself: {}", chain.join(" > ")),
                None,
            ));
        }
        if self.open.len() > MAX_DEPTH || self.included.len() >= MAX_INCLUDES {
            let message = format!(
                "too many files are included: at most {MAX_DEPTH} deep and {MAX_INCLUDES} in all"
            );
            return Err(refuse(message, None));
        }
        self.included.push(file);
        let owner = frame
            .owner
            .as_ref()
            .map(|owner| Owner::known(owner.name(frame.bytes).cloned()));
        self.visitor.enter();
        let result = self.file(file, &content, origin, owner);
        self.visitor.leave();
        result.map_err(Trouble::Stop)?;
        // The fault of an included file is complained about there; here the next line goes on.
        Ok(end)
    }

    fn generate(&mut self, frame: &mut Frame<'_>, start: usize) -> Result<End, Trouble> {
        let range = frame.word("the range")?;
        let left = frame.word("the owner")?;
        let first = frame.word("the record type")?;
        let fields = self.fields(frame, first, false)?;
        let (right, quoted) = match frame.cursor.next()? {
            Token::Word(span) => (span, false),
            Token::Quoted(span) => (span, true),
            Token::Blank(_) | Token::End(_) => return Err(frame.ended("the data").into()),
        };
        let end = match frame.cursor.next()? {
            Token::End(end) => end,
            Token::Word(span) | Token::Quoted(span) | Token::Blank(span) => {
                return Err(Fault::new(span, "`$GENERATE` takes one word of data")
                    .help("put data of several words in quotes")
                    .into());
            }
        };
        let (ttl, ttl_from) = self.ttl(&fields)?;
        if fields.kind == Kind::Soa {
            return Err(
                Fault::new(fields.kind_span, "`$GENERATE` cannot make an SOA record").into(),
            );
        }
        let generate = Generate::parse(frame.bytes, range, left.clone(), right, quoted)?;
        let owner = Owner::known(frame.origin.as_deref().cloned().ok_or(NameError::NoOrigin));
        let head = Head {
            file: frame.file,
            bytes: frame.bytes,
            start,
            owner: &owner,
            owner_span: Some(left),
            blanks: start..start,
            age: None,
            ttl,
            ttl_from,
            ttl_slot: fields.ttl_slot(),
            ttl_span: fields.ttl.map(|(span, _)| span),
            kind: fields.kind,
            kind_span: fields.kind_span,
            origin: &frame.origin,
            lines: &frame.lines,
        };
        self.visitor
            .generate(&head, &generate, &mut self.generated, frame.cursor.at())?;
        Ok(end)
    }
}

impl Fields {
    fn ttl_slot(&self) -> usize {
        self.class.as_ref().unwrap_or(&self.kind_span).start
    }
}

/// The size of the parts that several threads look at, in octets.
fn part() -> usize {
    #[cfg(test)]
    if let Some(part) = super::tests::part() {
        return part;
    }
    kmsplan_skim::PART
}

/// The rest of a record, element by element. Of a record that has more than any can have the first
/// [`MAX_ELEMENTS`] are kept, which are too many for whoever reads them.
fn read_data(cursor: &mut Cursor<'_>, data: &mut Vec<Token>) -> Result<End, Fault> {
    data.clear();
    loop {
        if data.len() == MAX_ELEMENTS {
            return cursor.skip_record();
        }
        match cursor.next()? {
            Token::End(end) => return Ok(end),
            token => data.push(token),
        }
    }
}

/// Where the blanks that begin at `at` end.
fn blanks_after(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .take_while(|octet| matches!(octet, b' ' | b'\t'))
        .count()
}

/// The complaint that a word is no TTL (RFC 2181 section 8).
pub(super) fn no_ttl(span: Range<usize>, bytes: &[u8]) -> Fault {
    let word = String::from_utf8_lossy(&bytes[span.clone()]).into_owned();
    Fault::new(span, format!("`{word}` is no TTL"))
        .help("a TTL is a number of seconds up to 2147483647, or a time like `1h30m`")
}

fn no_type(span: Range<usize>, bytes: &[u8]) -> Fault {
    let text = &bytes[span.clone()];
    let word = String::from_utf8_lossy(text).into_owned();
    let message = if rrtype::class(text).is_some() {
        format!("the class stands twice, `{word}` is no record type")
    } else {
        format!("`{word}` is no record type")
    };
    Fault::new(span, message).help(
        "a record is written: owner, TTL, class, type, data; the TTL is one word like `3600` or `1h30m`; \
         a line with a blank first has the owner of the line before",
    )
}
