"""Readers that are not ours: of terminals, Markdown, HTML, CSV, JSON and TOML.

Standard input is a JSON list of {"kind", "file"}; standard output one of {"faults", "text", "shape"}: what is wrong
whatever the data is, the text that the reader found, and what the document is made of besides text.
"""

import csv
import io
import json
import subprocess
import sys
import tomllib
import unicodedata
import xml.etree.ElementTree as ElementTree

import html5lib
import pyte
from wcwidth import wcwidth

# Control, format and private characters, surrogates, line and paragraph separators.
ACTING = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
# Letters that show as a blank.
BLANK = "\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5"
# What a terminal does with plain text.
PLAIN = {"draw", "linefeed", "carriage_return", "tab"}


def acting(text, but="\n"):
    for at, c in enumerate(text):
        if c not in but and (unicodedata.category(c) in ACTING or c in BLANK):
            yield f"U+{ord(c):04X} acts: {text[max(0, at - 40):at + 40]!r}"


class Recorder:
    """A terminal that notes what it is told to do."""

    def __init__(self, screen):
        self.screen = screen
        self.told = set()

    def __getattr__(self, name):
        value = getattr(self.screen, name)
        if name not in pyte.Stream.events:
            return value

        def noted(*arguments, **keywords):
            self.told.add(name)
            return value(*arguments, **keywords)

        return noted


def terminal(text):
    lines = text.split("\n")
    width = max(sum(max(wcwidth(c), 1) + (7 if c == "\t" else 0) for c in line) for line in lines) + 1
    screen = pyte.Screen(width, len(lines))
    screen.set_mode(pyte.modes.LNM)
    recorder = Recorder(screen)
    pyte.Stream(recorder).feed(text)
    faults = [f"the terminal was told to {name}" for name in sorted(recorder.told - PLAIN)]
    for row, (line, shown) in enumerate(zip(lines, screen.display)):
        if wide(line) and shown.rstrip() != line.rstrip():
            faults.append(f"line {row + 1} shows as {shown.rstrip()!r}, not {line!r}")
    return faults


def wide(line):
    """Whether every character has a cell of its own."""
    return all(wcwidth(c) == 1 for c in line)


def read_text(data):
    text = data.decode("utf-8")
    return terminal(text) + list(acting(text, "\n\t")), text, []


def read_plain(data):
    """Text that is too long for an emulator written in Python."""
    text = data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8-sig").replace("\r\n", "\n")
    return list(acting(text, "\n\t")), text, []


def read_bytes(data):
    return [], "", []


def read_markdown(data):
    text = data.decode("utf-8")
    faults = list(acting(text, "\n\t")) + cells(text)
    command = ["cmark-gfm", "-t", "xml"]
    for extension in ("table", "autolink", "strikethrough", "tasklist"):
        command += ["-e", extension]
    output = subprocess.run(command, input=data, capture_output=True, check=True).stdout
    root = ElementTree.fromstring(output)
    shape, found = [], []

    def walk(node, depth):
        tag = node.tag.split("}")[1]
        if tag in ("text", "code", "softbreak"):
            found.append(node.text or " ")
            if not shape or shape[-1] != f"{depth} words":
                shape.append(f"{depth} words")
            return
        if tag == "code_block":
            shape.append(f"{depth} code_block {node.get('info')}")
            return
        level = node.get("level") or ""
        shape.append(f"{depth} {tag} {level}".rstrip())
        if tag in ("link", "image", "html_inline", "html_block", "strikethrough", "thematic_break", "block_quote",
                   "footnote_reference", "footnote_definition", "linebreak", "emph"):
            faults.append(f"Markdown reads {tag}: {node.get('destination')} {''.join(node.itertext())[:80]!r}")
        for child in node:
            walk(child, depth + 1)

    walk(root, 0)
    return faults, " ".join(found), shape


def cells(text):
    """Rows of tables with another number of cells than their head: readers drop what is too much."""
    faults, fence, head = [], None, None
    for line in text.split("\n"):
        stripped = line.lstrip()
        ticks = len(stripped) - len(stripped.lstrip("`"))
        if fence is None and ticks >= 3 and "`" not in stripped[ticks:]:
            fence = ticks
        elif fence is not None:
            if ticks >= fence and not stripped[ticks:].strip():
                fence = None
        elif line.startswith("|"):
            bars, escape = 0, False
            for c in line:
                bars += c == "|" and not escape
                escape = c == "\\" and not escape
            if head is None:
                head = bars
            elif bars != head:
                faults.append(f"{bars} bars in place of {head}: {line!r}")
            continue
        head = None
    return faults


def read_html(data):
    text = data.decode("utf-8")
    faults = list(acting(text, "\n\t"))
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root = parser.parse(text)
    faults += [f"HTML: {error}" for error in parser.errors]
    shape, found = set(), []

    def walk(node, above, hidden):
        if not isinstance(node.tag, str):
            faults.append("HTML: a comment")
            return
        tag = node.tag
        names = []
        for name, value in sorted(node.attrib.items()):
            name = str(name)
            acts = name.startswith("on") or name in ("style", "srcdoc", "http-equiv", "content", "src", "action")
            links = name.endswith("href") and not value.startswith("#")
            names.append(f"{name}={value}" if acts or links else name)
        shape.add(f"{above} > {tag} {' '.join(names)}")
        hidden = hidden or tag in ("script", "style", "pre")
        if tag in ("script", "style"):
            shape.add(f"{tag}: {node.text}")
        if not hidden:
            found.append(node.text or "")
        for child in node:
            walk(child, tag, hidden)
            if not hidden:
                found.append(child.tail or "")

    walk(root, "", False)
    return faults, " ".join(found), sorted(shape)


def read_csv(data):
    text = data.decode("utf-8")
    faults = list(acting(text, "\r\n"))
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    for row in rows:
        if len(row) != len(rows[0]):
            faults.append(f"{len(row)} cells in place of {len(rows[0])}: {row}")
        for cell in row:
            if cell[:1] in tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20") and cell:
                faults.append(f"a spreadsheet takes it for a formula: {cell!r}")
    return faults, "\n".join(cell for row in rows for cell in row), rows[0]


def once(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key stands twice: {keys}")
    return dict(pairs)


def never(word):
    raise ValueError(f"{word} is no JSON")


def read_json(data):
    text = data.decode("utf-8")
    faults = list(acting(text, "\n"))
    shape, found = set(), []

    def walk(value, path):
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, f"{path}.{key}")
        elif isinstance(value, list):
            for inner in value:
                walk(inner, f"{path}[]")
        else:
            shape.add(f"{path} {type(value).__name__}")
            if isinstance(value, str):
                found.append(value)

    walk(json.loads(text, object_pairs_hook=once, parse_constant=never), "")
    return faults, "\n".join(found), sorted(shape)


def read_toml(data):
    text = data.decode("utf-8")
    document = tomllib.loads(text)
    found = list(document["kms"]["domains"]) + [host["name"] for host in document["host"]]
    shape = sorted(document) + sorted({key for host in document["host"] for key in host})
    return list(acting(text)), "\n".join(found), shape


READERS = {name.removeprefix("read_"): read for name, read in list(globals().items()) if name.startswith("read_")}

answers = []
for request in json.load(sys.stdin):
    with open(request["file"], "rb") as file:
        content = file.read()
    try:
        faults, found_text, made_of = READERS[request["kind"]](content)
    except Exception as error:  # Whatever a reader stumbles over is a fault of what it reads.
        faults, found_text, made_of = [f"{type(error).__name__}: {error}"], "", []
    answers.append({"faults": faults, "text": found_text, "shape": made_of})
json.dump(answers, sys.stdout)
