//! Scripts as trees, by grammars that are not ours.

use tree_sitter::{Language, Node, Parser, Tree};

/// A script and its tree.
pub(crate) struct Parsed {
    text: String,
    tree: Tree,
}

impl Parsed {
    /// Reads PowerShell.
    pub(crate) fn powershell(text: &str) -> Self {
        Self::new(
            &as_the_grammar_reads(text),
            &tree_sitter_powershell::LANGUAGE.into(),
        )
    }

    /// Reads a POSIX shell's script.
    pub(crate) fn sh(text: &str) -> Self {
        Self::new(text, &tree_sitter_bash::LANGUAGE.into())
    }

    fn new(text: &str, language: &Language) -> Self {
        let mut parser = Parser::new();
        parser
            .set_language(language)
            .expect("the grammar fits the library");
        let tree = parser.parse(text, None).expect("no time limit is set");
        Self {
            text: text.to_owned(),
            tree,
        }
    }

    pub(crate) fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    /// What stands at a node.
    pub(crate) fn text(&self, node: Node<'_>) -> &str {
        &self.text[node.byte_range()]
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

    /// The kinds of all nodes in order, and the text of those that are fixed by the language: the script
    /// without its data.
    pub(crate) fn shape(&self) -> Vec<String> {
        let mut shape = Vec::new();
        for node in self.nodes() {
            shape.push(if node.child_count() == 0 && !node.is_named() {
                self.text(node).to_owned()
            } else {
                node.kind().to_owned()
            });
        }
        shape
    }
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

/// The nodes around a node, the nearest first.
pub(crate) fn ancestors(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    std::iter::successors(node.parent(), Node::parent)
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
