//! Scripts as trees, by grammars that are not ours.

use tree_sitter::{Language, Node, Parser, Tree};

use crate::undo;

/// A script and its tree.
pub(crate) struct Parsed {
    language: Shell,
    /// As the grammar reads it.
    text: String,
    /// As it was given, where each character stands for one of `text`.
    given: Option<Given>,
    tree: Tree,
}

/// A script as it was given.
struct Given {
    text: String,
    /// For each octet of what the grammar reads: the place in `text`.
    places: Vec<usize>,
}

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Shell {
    Powershell,
    Sh,
}

impl Parsed {
    /// Reads a script.
    pub(crate) fn new(shell: Shell, text: &str) -> Self {
        let (language, read): (Language, String) = match shell {
            Shell::Powershell => (
                tree_sitter_powershell::LANGUAGE.into(),
                as_the_grammar_reads(text),
            ),
            Shell::Sh => (tree_sitter_bash::LANGUAGE.into(), text.to_owned()),
        };
        let mut parser = Parser::new();
        parser
            .set_language(&language)
            .expect("the grammar fits the library");
        let tree = parser.parse(&read, None).expect("no time limit is set");
        Self {
            language: shell,
            given: Given::new(text, &read),
            text: read,
            tree,
        }
    }

    /// Reads PowerShell.
    pub(crate) fn powershell(text: &str) -> Self {
        Self::new(Shell::Powershell, text)
    }

    pub(crate) fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    /// What stands at a node.
    pub(crate) fn text(&self, node: Node<'_>) -> &str {
        &self.text[node.byte_range()]
    }

    /// The nodes around a node, the nearest first. One walk from the root: the library's own `parent` takes one
    /// for each.
    pub(crate) fn ancestors<'a>(&'a self, node: Node<'a>) -> impl Iterator<Item = Node<'a>> {
        let mut path = Vec::new();
        let mut around = self.root();
        while around != node {
            path.push(around);
            let Some(next) = around.child_with_descendant(node) else {
                break;
            };
            around = next;
        }
        path.into_iter().rev()
    }

    /// All nodes, each before those in it.
    pub(crate) fn nodes(&self) -> Vec<Node<'_>> {
        descendants(self.root())
    }

    /// What the grammar cannot read, a line each.
    pub(crate) fn errors(&self) -> Vec<String> {
        self.nodes()
            .into_iter()
            .filter(|node| node.is_error() || node.is_missing())
            .map(|node| {
                let line = self.line(node);
                let what = if node.is_missing() {
                    format!("`{}` is missing", node.kind())
                } else {
                    "not understood".to_owned()
                };
                format!("line {}: {what}: {line}", node.start_position().row + 1)
            })
            .collect()
    }

    /// The line on which a node begins.
    pub(crate) fn line(&self, node: Node<'_>) -> &str {
        let lines = self.text.lines().nth(node.start_position().row);
        lines.unwrap_or_default().trim()
    }

    /// The script as what its language fixes and what it carries as data, in order. Comments are left away.
    pub(crate) fn items(&self) -> Vec<Item> {
        let mut items = Vec::new();
        self.add_items(self.root(), &mut items);
        items
    }

    fn add_items(&self, node: Node<'_>, items: &mut Vec<Item>) {
        if node.kind() == "comment" {
            return;
        }
        let written = self.written(node);
        let value = match self.language {
            Shell::Powershell
                if matches!(node.kind(), "string_literal" | "parenthesized_expression") =>
            {
                undo::powershell(&written)
            }
            Shell::Sh if matches!(node.kind(), "raw_string" | "concatenation" | "word") => {
                undo::sh(&written)
            }
            _ => None,
        };
        if let Some(value) = value {
            items.push(Item::Data(value));
        } else if node.child_count() == 0 {
            items.push(Item::Fixed(written));
        } else {
            items.push(Item::Fixed(node.kind().to_owned()));
            for child in children(node) {
                self.add_items(child, items);
            }
        }
    }

    /// What stands at a node in the script as it was given.
    fn written(&self, node: Node<'_>) -> String {
        match &self.given {
            Some(given) => {
                let (start, end) = (node.start_byte(), node.end_byte());
                given.text[given.places[start]..given.places[end]].to_owned()
            }
            None => self.text(node).to_owned(),
        }
    }
}

impl Given {
    fn new(text: &str, read: &str) -> Option<Self> {
        if text.chars().count() != read.chars().count() {
            return None;
        }
        let mut places = vec![text.len(); read.len() + 1];
        for ((there, c), (here, _)) in read.char_indices().zip(text.char_indices()) {
            places[there..there + c.len_utf8()].fill(here);
        }
        Some(Self {
            text: text.to_owned(),
            places,
        })
    }
}

/// A part of a script.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Item {
    /// A keyword, a name, a mark, the kind of what follows.
    Fixed(String),
    /// A string that nothing is expanded in: its value.
    Data(String),
}

/// A node and all below it, each before those in it.
pub(crate) fn descendants(node: Node<'_>) -> Vec<Node<'_>> {
    let mut out = Vec::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        out.push(node);
        let mut cursor = node.walk();
        let mut children: Vec<_> = node.children(&mut cursor).collect();
        children.reverse();
        open.append(&mut children);
    }
    out
}

/// The children of a node.
pub(crate) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).collect()
}

/// Text that the grammar takes as PowerShell does. Two things it does not know:
/// * a curly quote (U+2018 to U+201B) ends and, doubled, stands in a string as the straight one does
///   (PowerShell language specification 2.3.5.2); it becomes a straight one;
/// * bare words after an expression in a list of arguments: `Format-Table @{ … }, Name, Port`; they get quotes.
fn as_the_grammar_reads(text: &str) -> String {
    let text = text.replace(['\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}'], "'");
    text.split_inclusive('\n')
        .map(|line| match line.split_once("} }, ") {
            Some((before, words))
                if words
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || ", \n".contains(c)) =>
            {
                let words: Vec<String> = words
                    .trim()
                    .split(", ")
                    .map(|word| format!("'{word}'"))
                    .collect();
                format!("{before}}} }}, {}\n", words.join(", "))
            }
            _ => line.to_owned(),
        })
        .collect()
}
