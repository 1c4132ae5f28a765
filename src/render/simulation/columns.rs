//! Tables in plain text.

/// Columns between two cells.
const GAP: usize = 2;

/// The lines of a table: the first column to the left, the others to the right, each as wide as its widest cell. A
/// first cell that leaves no room for the others in `width` columns stands on a line of its own.
pub(super) fn lines(rows: &[Vec<String>], width: usize, indent: usize) -> Vec<String> {
    let others: Vec<usize> = (1..columns(rows))
        .map(|column| widest(rows, column, usize::MAX))
        .collect();
    let taken: usize = others.iter().map(|width| width + GAP).sum();
    let room = width.saturating_sub(indent + taken);
    let first = widest(rows, 0, room);
    let mut lines = Vec::new();
    for row in rows {
        let name = row.first().map_or("", String::as_str);
        let alone = name.chars().count() > first || row.len() < 2;
        let mut line = format!("{:indent$}{name}", "");
        if alone {
            lines.push(std::mem::take(&mut line));
            if row.len() < 2 {
                continue;
            }
        }
        line = format!("{line:<begin$}", begin = indent + first);
        for (cell, width) in row.iter().skip(1).zip(&others) {
            let blanks = " ".repeat(GAP + width - cell.chars().count());
            line.push_str(&blanks);
            line.push_str(cell);
        }
        lines.push(line);
    }
    lines
}

/// Whether a table is at most so wide.
pub(super) fn fits(rows: &[Vec<String>], width: usize, indent: usize) -> bool {
    let cells: usize = (0..columns(rows))
        .map(|column| widest(rows, column, usize::MAX) + GAP)
        .sum();
    indent + cells <= width + GAP
}

fn columns(rows: &[Vec<String>]) -> usize {
    rows.iter().map(Vec::len).max().unwrap_or(0)
}

/// The width of a column; cells of more than `most` do not count, nor do rows that have this one alone.
fn widest(rows: &[Vec<String>], column: usize, most: usize) -> usize {
    let cells = rows.iter().filter(|row| row.len() > 1);
    let widths = cells
        .filter_map(|row| row.get(column))
        .map(|cell| cell.chars().count());
    widths.filter(|width| *width <= most).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        let texts = |row: &&[&str]| row.iter().map(|cell| (*cell).to_owned()).collect();
        rows.iter().map(texts).collect()
    }

    #[test]
    fn names_stand_to_the_left_and_numbers_to_the_right() {
        let table = rows(&[&["host", "share"], &["kms01", "5 %"], &["alone and long"]]);
        assert_eq!(
            lines(&table, 20, 2),
            ["  host   share", "  kms01    5 %", "  alone and long"]
        );
    }

    #[test]
    fn a_long_name_stands_alone() {
        let table = rows(&[&["a", "1"], &["a name without room", "22"]]);
        assert_eq!(
            lines(&table, 12, 0),
            ["a   1", "a name without room", "   22"]
        );
        assert!(!fits(&table, 12, 0));
        assert!(fits(&table, 23, 0));
    }
}
