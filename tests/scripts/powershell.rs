//! What is wrong with a PowerShell script, as far as its tree and the tables tell.

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;

use crate::grammar::{Parsed, children, descendants};
use crate::tables::{Effect, Tables, Takes};

/// Syntax that PowerShell 7 has and Windows PowerShell 5.1 has not (`about_Pipeline_Chain_Operators`,
/// `about_Operators`).
const ONLY_IN_7: &[&str] = &["&&", "||", "??", "??=", "?.", "?[", "ternary_expression"];

/// Variables that are there without being set (`about_Automatic_Variables`, `about_Preference_Variables`).
const AUTOMATIC: &[&str] = &[
    "_",
    "args",
    "confirmpreference",
    "error",
    "erroractionpreference",
    "executioncontext",
    "false",
    "home",
    "host",
    "informationpreference",
    "input",
    "lastexitcode",
    "matches",
    "myinvocation",
    "null",
    "pid",
    "profile",
    "progresspreference",
    "psboundparameters",
    "pscmdlet",
    "pscommandpath",
    "psitem",
    "psscriptroot",
    "psversiontable",
    "pwd",
    "this",
    "true",
    "verbosepreference",
    "warningpreference",
    "whatifpreference",
];

/// A command of a script.
pub(crate) struct Call<'a> {
    pub(crate) node: Node<'a>,
    /// What is called, as written; empty where it is an expression.
    pub(crate) name: String,
    /// Parameters with the argument that follows, where one does.
    pub(crate) parameters: Vec<(String, Option<Node<'a>>)>,
    /// All words that are no parameters.
    pub(crate) arguments: Vec<Node<'a>>,
}

/// A script, and what is needed to judge it.
pub(crate) struct Script<'a> {
    pub(crate) parsed: &'a Parsed,
    pub(crate) tables: &'a Tables,
    pub(crate) nodes: Vec<Node<'a>>,
    pub(crate) calls: Vec<Call<'a>>,
    functions: BTreeSet<String>,
}

impl<'a> Script<'a> {
    /// Functions that nothing calls, and blocks in variables that nothing reads, never run: what stands in them
    /// is not looked at.
    pub(crate) fn new(parsed: &'a Parsed, tables: &'a Tables) -> Self {
        let all = parsed.nodes();
        let calls: Vec<Call<'a>> = all
            .iter()
            .filter(|node| node.kind() == "command" && !is_filter(parsed, **node))
            .map(|node| call(parsed, *node))
            .collect();
        let functions: BTreeMap<String, Node<'a>> = all
            .iter()
            .filter(|node| node.kind() == "function_statement")
            .filter_map(|node| Some((function_name(parsed, *node)?, *node)))
            .collect();
        let mut idle = idle_functions(parsed, &calls, &functions);
        idle.extend(idle_blocks(parsed, &all));
        let runs = |node: &Node<'_>| {
            let inside = |function: &Node<'_>| {
                function.start_byte() <= node.start_byte() && node.end_byte() <= function.end_byte()
            };
            !idle.iter().any(inside)
        };
        Self {
            parsed,
            tables,
            nodes: all.into_iter().filter(|node| runs(node)).collect(),
            calls: calls.into_iter().filter(|call| runs(&call.node)).collect(),
            functions: functions.into_keys().collect(),
        }
    }

    /// All that is wrong, wherever the script is used.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = self.parsed.errors();
        if !faults.is_empty() {
            return faults;
        }
        for call in &self.calls {
            for fault in self.faults_of_call(call) {
                faults.push(format!("{fault}: {}", self.parsed.line(call.node)));
            }
        }
        faults.extend(self.faults_of_types());
        faults.extend(self.unset_variables());
        for node in &self.nodes {
            let kind = if node.is_named() {
                node.kind()
            } else {
                self.parsed.text(*node)
            };
            if ONLY_IN_7.contains(&kind) {
                faults.push(format!(
                    "Windows PowerShell 5.1 knows no {kind}: {}",
                    self.parsed.line(*node)
                ));
            }
        }
        faults
    }

    fn faults_of_call(&self, call: &Call<'_>) -> Vec<String> {
        if call.name.is_empty() {
            return self.fault_of_expression(call).into_iter().collect();
        }
        let name = &call.name;
        if self.functions.contains(&name.to_ascii_lowercase()) {
            return self.faults_of_own_function(call);
        }
        if let Some(cmdlet) = self.tables.cmdlets.get(name) {
            let mut faults = self.faults_of_parameters(name, &cmdlet.parameters, call);
            faults.extend(self.faults_of_splatting(name, &cmdlet.parameters, call));
            faults.extend(self.faults_of_meaning(call));
            return faults;
        }
        let program = name.to_ascii_lowercase();
        let program = program.strip_suffix(".exe").unwrap_or(&program);
        if let Some(options) = self.tables.programs.get(program) {
            return self.faults_of_options(program, options, call);
        }
        vec![format!("`{name}` is no cmdlet that is known here")]
    }

    /// What an `&` may call besides names: a block that stands there, or a variable.
    fn fault_of_expression(&self, call: &Call<'_>) -> Option<String> {
        let text = self.parsed.text(call.node);
        let called = text.strip_prefix('&').map(str::trim_start);
        match called {
            Some(block) if block.starts_with('{') || block.starts_with('$') => None,
            _ => Some("what is called is neither a name nor a block".to_owned()),
        }
    }

    fn faults_of_own_function(&self, call: &Call<'_>) -> Vec<String> {
        let known = self.parameters_of_function(&call.name);
        call.parameters
            .iter()
            .filter(|(name, _)| !known.contains(&name.to_ascii_lowercase()))
            .map(|(name, _)| format!("function {} has no parameter -{name}", call.name))
            .collect()
    }

    fn parameters_of_function(&self, name: &str) -> BTreeSet<String> {
        let functions = self.nodes.iter().filter(|node| {
            node.kind() == "function_statement"
                && function_name(self.parsed, **node).as_deref()
                    == Some(name.to_ascii_lowercase().as_str())
        });
        functions
            .flat_map(|node| descendants(*node))
            .filter(|node| node.kind() == "script_parameter")
            .filter_map(|node| self.parameter_variable(node))
            .collect()
    }

    fn parameter_variable(&self, parameter: Node<'_>) -> Option<String> {
        let variables = children(parameter);
        let variable = variables.iter().find(|node| node.kind() == "variable")?;
        Some(variable_name(self.parsed.text(*variable)).1)
    }

    fn faults_of_parameters(
        &self,
        cmdlet: &str,
        known: &BTreeMap<String, Takes>,
        call: &Call<'_>,
    ) -> Vec<String> {
        let mut faults = Vec::new();
        for (name, value) in &call.parameters {
            match known.get(&name.to_ascii_lowercase()) {
                None => faults.push(format!("{cmdlet} has no parameter -{name}")),
                Some(Takes::OneOf(values)) => {
                    let given = value.and_then(|value| self.literal(value));
                    if let Some(given) = given
                        && !values.contains(&given.to_ascii_lowercase())
                    {
                        faults.push(format!("{cmdlet} -{name} does not take `{given}`"));
                    }
                }
                Some(Takes::Anything) if value.is_none() => {
                    faults.push(format!("{cmdlet} -{name} needs a value"));
                }
                Some(_) => {}
            }
        }
        let mut seen = BTreeSet::new();
        for (name, _) in &call.parameters {
            if !seen.insert(name.to_ascii_lowercase()) {
                faults.push(format!("{cmdlet} is given -{name} twice"));
            }
        }
        faults
    }

    /// Keys of hash tables that are splatted (`@server`), where the script writes them down.
    fn faults_of_splatting(
        &self,
        cmdlet: &str,
        known: &BTreeMap<String, Takes>,
        call: &Call<'_>,
    ) -> Vec<String> {
        let splatted = call.arguments.iter().filter_map(|node| {
            let text = self.parsed.text(*node);
            let name = text.strip_prefix('@')?;
            (!name.starts_with(['(', '{'])).then(|| name.to_ascii_lowercase())
        });
        let mut faults = Vec::new();
        for variable in splatted {
            for key in self.keys_of(&variable) {
                if !known.contains_key(&key.to_ascii_lowercase()) {
                    faults.push(format!("{cmdlet} has no parameter -{key} (of @{variable})"));
                }
            }
        }
        faults
    }

    /// The keys that a variable's hash table has or gets anywhere in the script.
    fn keys_of(&self, variable: &str) -> Vec<String> {
        let mut keys = Vec::new();
        for node in &self.nodes {
            if node.kind() != "assignment_expression" {
                continue;
            }
            let parts = children(*node);
            let (Some(left), Some(right)) = (parts.first(), parts.last()) else {
                continue;
            };
            let left = self.parsed.text(*left).to_ascii_lowercase();
            let left = left.strip_prefix('$').unwrap_or(&left);
            if left == variable {
                keys.extend(self.keys_of_literal(*right));
            } else if let Some(rest) = left.strip_prefix(variable)
                && let Some(key) = rest.strip_prefix('.').or_else(|| {
                    let quoted = rest.strip_prefix("['")?;
                    quoted.strip_suffix("']")
                })
            {
                keys.push(key.to_owned());
            }
        }
        keys
    }

    /// The keys of the outermost hash table literal of an expression.
    fn keys_of_literal(&self, node: Node<'_>) -> Vec<String> {
        let table = descendants(node)
            .into_iter()
            .find(|node| node.kind() == "hash_literal_expression");
        let Some(table) = table.filter(|table| self.parsed.text(*table) == self.parsed.text(node))
        else {
            return Vec::new();
        };
        descendants(table)
            .into_iter()
            .filter(|node| node.kind() == "hash_entry")
            .filter(|entry| {
                self.parsed
                    .ancestors(*entry)
                    .find(|node| node.kind() == "hash_literal_expression")
                    == Some(table)
            })
            .filter_map(|entry| children(entry).first().copied())
            .map(|key| self.parsed.text(key).trim_matches('\'').to_owned())
            .collect()
    }

    /// What the table's sets do not say: methods of classes, types of `New-Object`.
    fn faults_of_meaning(&self, call: &Call<'_>) -> Vec<String> {
        let mut faults = Vec::new();
        let value = |wanted: &str| {
            let found = call
                .parameters
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted));
            found.and_then(|(_, value)| value.and_then(|value| self.literal(value)))
        };
        if let Some(method) = value("MethodName")
            && !self
                .tables
                .cim_methods
                .contains_key(&method.to_ascii_lowercase())
        {
            faults.push(format!("the CIM method {method} is not known here"));
        }
        if call.name == "New-Object" {
            let first = call.arguments.first().and_then(|node| self.literal(*node));
            let Some(name) = value("TypeName").or(first) else {
                return vec!["New-Object of what?".to_owned()];
            };
            let name = name
                .split('(')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            if !self.tables.types.contains_key(&name) {
                faults.push(format!("the type {name} is not known here"));
            }
        }
        faults
    }

    fn faults_of_options(
        &self,
        program: &str,
        options: &BTreeSet<String>,
        call: &Call<'_>,
    ) -> Vec<String> {
        let parameters = call.parameters.iter().map(|(name, _)| format!("-{name}"));
        let arguments = call.arguments.iter().map(|node| {
            let text = self.parsed.text(*node);
            text.trim_matches(['\'', '"']).to_owned()
        });
        parameters
            .chain(arguments)
            .filter(|word| word.starts_with(['-', '/']) && !word.contains('$'))
            .filter(|word| {
                let word = word.to_ascii_lowercase();
                let word = word.split([':', '=']).next().unwrap_or_default();
                !options.contains(word)
            })
            .map(|word| format!("{program} has no option {word}"))
            .collect()
    }

    fn faults_of_types(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for node in &self.nodes {
            let text = self.parsed.text(*node);
            match node.kind() {
                "type_literal" => {
                    let name = plain_type(text);
                    let Some(members) = self.tables.types.get(&name) else {
                        faults.push(format!("the type {text} is not known here"));
                        continue;
                    };
                    let member = self.static_member(*node);
                    if let Some(member) = member
                        && !members.contains(&format!("::{}", member.to_ascii_lowercase()))
                    {
                        faults.push(format!("{text} has no static member {member} here"));
                    }
                }
                "invokation_expression" => {
                    let Some(method) = self.method(*node) else {
                        continue;
                    };
                    if !self
                        .tables
                        .methods
                        .contains(&format!(".{}", method.to_ascii_lowercase()))
                    {
                        faults.push(format!("the method {method} is not known here: {text}"));
                    }
                }
                _ => {}
            }
        }
        faults
    }

    /// The static member that is read or called of a type literal.
    fn static_member(&self, literal: Node<'_>) -> Option<String> {
        let around = literal.parent()?;
        let parts = children(around);
        let colons = parts
            .iter()
            .position(|part| self.parsed.text(*part) == "::")?;
        parts
            .get(colons + 1)
            .map(|member| self.parsed.text(*member).to_owned())
    }

    /// The method that an expression calls of an object; none for static ones.
    fn method(&self, invocation: Node<'_>) -> Option<String> {
        let parts = children(invocation);
        if parts.iter().any(|part| self.parsed.text(*part) == "::") {
            return None;
        }
        let member = parts.iter().find(|part| part.kind() == "member_name")?;
        Some(self.parsed.text(*member).to_owned())
    }

    /// Strict mode stops at a variable that was never set; nothing else than this finds a slip in a name.
    fn unset_variables(&self) -> Vec<String> {
        let mut set: BTreeSet<String> = AUTOMATIC.iter().map(|name| (*name).to_owned()).collect();
        for node in &self.nodes {
            match node.kind() {
                "left_assignment_expression" => {
                    set.extend(
                        descendants(*node)
                            .into_iter()
                            .filter(|node| node.kind() == "variable")
                            .map(|node| variable_name(self.parsed.text(node)).1),
                    );
                }
                "script_parameter" => set.extend(self.parameter_variable(*node)),
                "foreach_statement" => {
                    let variable = children(*node)
                        .into_iter()
                        .find(|node| node.kind() == "variable");
                    set.extend(variable.map(|node| variable_name(self.parsed.text(node)).1));
                }
                _ => {}
            }
        }
        for call in &self.calls {
            for (name, value) in &call.parameters {
                if name.ends_with("Variable")
                    && let Some(value) = value.and_then(|value| self.literal(value))
                {
                    set.insert(value.trim_start_matches('+').to_ascii_lowercase());
                }
            }
        }
        let mut unset = BTreeSet::new();
        for node in self.nodes.iter().filter(|node| node.kind() == "variable") {
            let (scope, name) = variable_name(self.parsed.text(*node));
            if scope != "env" && !set.contains(&name) {
                unset.insert(format!(
                    "the variable ${name} is never set: {}",
                    self.parsed.line(*node)
                ));
            }
        }
        unset.into_iter().collect()
    }

    /// The value of a word that is one by itself: bare, or in quotes without anything to expand.
    pub(crate) fn literal(&self, node: Node<'_>) -> Option<String> {
        let text = self.parsed.text(node);
        if node.kind() == "generic_token" {
            return Some(text.to_owned());
        }
        let strings: Vec<Node<'_>> = descendants(node)
            .into_iter()
            .filter(|node| node.kind() == "string_literal")
            .collect();
        let [string] = strings.as_slice() else {
            return None;
        };
        let quoted = self.parsed.text(*string);
        let is_all = quoted == text;
        let value = quoted.strip_prefix('\'')?.strip_suffix('\'')?;
        is_all.then(|| value.replace("''", "'"))
    }

    /// What a command does.
    pub(crate) fn effect(&self, call: &Call<'_>) -> Effect {
        match self
            .tables
            .cmdlets
            .get(&call.name)
            .map(|cmdlet| cmdlet.effect)
        {
            Some(Effect::Method) => {
                let method = call
                    .parameters
                    .iter()
                    .find(|(name, _)| name.eq_ignore_ascii_case("MethodName"))
                    .and_then(|(_, value)| value.and_then(|value| self.literal(value)));
                method
                    .and_then(|method| {
                        self.tables
                            .cim_methods
                            .get(&method.to_ascii_lowercase())
                            .copied()
                    })
                    .unwrap_or(Effect::Changes)
            }
            Some(effect) => effect,
            None => Effect::Looks,
        }
    }

    /// Whether a command runs only where `ShouldProcess` was asked: it stands in an `if` that asks, or in
    /// a function or block that is used in such places alone.
    pub(crate) fn is_guarded(&self, node: Node<'_>) -> bool {
        self.guarded(node, 0)
    }

    fn guarded(&self, node: Node<'_>, depth: usize) -> bool {
        if depth > 8 {
            return false;
        }
        let mut below = node;
        for around in self.parsed.ancestors(node) {
            if around.kind() == "if_statement" && below.kind() == "statement_block" {
                let condition = children(around)
                    .into_iter()
                    .filter(|part| part.end_byte() <= below.start_byte())
                    .rfind(Node::is_named)
                    .map(|part| self.parsed.text(part).replace(' ', "").to_ascii_lowercase());
                if let Some(condition) = condition
                    && condition.contains("$pscmdlet.shouldprocess(")
                    && !condition.contains("!$pscmdlet")
                    && !condition.contains("-not$pscmdlet")
                    && !condition.contains("-or")
                {
                    return true;
                }
            }
            if around.kind() == "statement_list" && self.is_behind_a_question(below) {
                return true;
            }
            if around.kind() == "function_statement"
                && let Some(name) = function_name(self.parsed, around)
            {
                let uses: Vec<&Call<'_>> = self
                    .calls
                    .iter()
                    .filter(|call| call.name.eq_ignore_ascii_case(&name))
                    .collect();
                return !uses.is_empty()
                    && uses.iter().all(|call| self.guarded(call.node, depth + 1));
            }
            if around.kind() == "assignment_expression"
                && let Some(name) = block_variable(self.parsed, around)
            {
                let uses: Vec<&Node<'_>> = self
                    .nodes
                    .iter()
                    .filter(|node| {
                        node.kind() == "variable"
                            && variable_name(self.parsed.text(**node)).1 == name
                            && !self
                                .parsed
                                .ancestors(**node)
                                .any(|above| above.kind() == "left_assignment_expression")
                    })
                    .collect();
                return !uses.is_empty() && uses.iter().all(|node| self.guarded(**node, depth + 1));
            }
            below = around;
        }
        false
    }

    /// Whether a statement before one, in the same list, leaves it where `ShouldProcess` says no.
    fn is_behind_a_question(&self, statement: Node<'_>) -> bool {
        let before = std::iter::successors(statement.prev_sibling(), Node::prev_sibling);
        before.into_iter().any(|before| {
            let text = self.parsed.text(before).trim();
            text.starts_with("if (-not $PSCmdlet.ShouldProcess(")
                && (text.ends_with("{ continue }") || text.ends_with("{ return }"))
        })
    }
}

/// The functions that no call from outside all functions leads to.
fn idle_functions<'a>(
    parsed: &Parsed,
    calls: &[Call<'_>],
    functions: &BTreeMap<String, Node<'a>>,
) -> Vec<Node<'a>> {
    // Who calls what: the function around a call, none at the top, and the name called.
    let edges: Vec<(Option<String>, String)> = calls
        .iter()
        .map(|call| {
            let around = parsed
                .ancestors(call.node)
                .find(|node| node.kind() == "function_statement");
            let caller = around.and_then(|around| function_name(parsed, around));
            (caller, call.name.to_ascii_lowercase())
        })
        .collect();
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    loop {
        let before = reached.len();
        for (caller, called) in &edges {
            let runs = caller
                .as_ref()
                .is_none_or(|caller| reached.contains(caller.as_str()));
            if runs && functions.contains_key(called) {
                reached.insert(called);
            }
        }
        if reached.len() == before {
            break;
        }
    }
    functions
        .iter()
        .filter(|(name, _)| !reached.contains(name.as_str()))
        .map(|(_, node)| *node)
        .collect()
}

/// Assignments of blocks to variables that stand nowhere else.
fn idle_blocks<'a>(parsed: &Parsed, nodes: &[Node<'a>]) -> Vec<Node<'a>> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for node in nodes.iter().filter(|node| node.kind() == "variable") {
        *counts
            .entry(variable_name(parsed.text(*node)).1)
            .or_default() += 1;
    }
    nodes
        .iter()
        .filter(|node| node.kind() == "assignment_expression")
        .filter(|node| block_variable(parsed, **node).is_some_and(|name| counts[&name] == 1))
        .copied()
        .collect()
}

/// The variable that an assignment gives a script block.
fn block_variable(parsed: &Parsed, assignment: Node<'_>) -> Option<String> {
    let parts = children(assignment);
    let block = parsed.text(*parts.last()?);
    let variable = parsed.text(*parts.first()?);
    (block.starts_with('{') && variable.starts_with('$')).then(|| variable_name(variable).1)
}

/// Whether a node stands in the value of `-Filter`, which the cmdlets of the directory take in a language
/// of its own (`about_ActiveDirectory_Filter`).
fn is_filter(parsed: &Parsed, node: Node<'_>) -> bool {
    let block = parsed
        .ancestors(node)
        .find(|around| around.kind() == "script_block_expression");
    let Some(block) = block else {
        return false;
    };
    std::iter::once(block)
        .chain(parsed.ancestors(block))
        .take_while(|around| around.kind() != "command_elements")
        .filter_map(|around| {
            std::iter::successors(around.prev_sibling(), Node::prev_sibling)
                .find(|before| before.kind() != "command_argument_sep")
        })
        .any(|before| {
            before.kind() == "command_parameter"
                && parsed.text(before).eq_ignore_ascii_case("-Filter")
        })
}

/// `[string[]]` as `string`, in lower case.
fn plain_type(literal: &str) -> String {
    let inner = literal.trim_start_matches('[').trim_end_matches(']');
    inner.trim_end_matches('[').trim().to_ascii_lowercase()
}

/// The scope and the name of a variable, in lower case: `$script:Done`, `${a b}`, `@server`.
fn variable_name(text: &str) -> (String, String) {
    let text = text.trim().to_ascii_lowercase();
    let text = text.trim_start_matches(['$', '@']);
    let text = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .unwrap_or(text);
    match text.split_once(':') {
        Some((scope, name)) => (scope.to_owned(), name.to_owned()),
        None => (String::new(), text.to_owned()),
    }
}

fn function_name(parsed: &Parsed, function: Node<'_>) -> Option<String> {
    let name = children(function)
        .into_iter()
        .find(|node| node.kind() == "function_name")?;
    Some(parsed.text(name).to_ascii_lowercase())
}

fn call<'a>(parsed: &Parsed, node: Node<'a>) -> Call<'a> {
    let name = node
        .child_by_field_name("command_name")
        .filter(|name| {
            // `& { … }`, `& $block` and `& (…)` call an expression.
            !parsed.text(*name).starts_with(['{', '$', '('])
        })
        .map(|name| parsed.text(name).trim_matches(['\'', '"']).to_owned())
        .unwrap_or_default();
    let mut parameters: Vec<(String, Option<Node<'a>>)> = Vec::new();
    let mut arguments = Vec::new();
    let elements = node.child_by_field_name("command_elements");
    for element in elements.map(children).unwrap_or_default() {
        match element.kind() {
            "command_argument_sep" | "redirection" => {}
            "command_parameter" => {
                let text = parsed.text(element);
                let name = text.trim_start_matches('-').trim_end_matches(':');
                parameters.push((name.to_owned(), None));
            }
            _ => {
                arguments.push(element);
                if let Some((_, value @ None)) = parameters.last_mut() {
                    *value = Some(element);
                }
            }
        }
    }
    Call {
        node,
        name,
        parameters,
        arguments,
    }
}
