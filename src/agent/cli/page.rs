//! The page of a check on a terminal: headings in bold, code in its own colour. Without colours the
//! Markdown stays as it is, which is plain text that other programs render.

use crate::report::render::{Role, Style};

/// `page` for a terminal, or as it is.
pub fn shown(page: &str, style: &Style) -> String {
    // A doc comment has a blank behind its slashes, which is no part of the page.
    let lines = page.lines();
    let lines: Vec<&str> = lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    if !style.color {
        return lines.join("\n");
    }
    // The title is the code, which stands above the page already.
    let lines = lines
        .into_iter()
        .skip_while(|line| line.starts_with("# ") || line.is_empty());
    let mut is_block = false;
    let mut out = Vec::new();
    for line in lines {
        if line.starts_with("```") {
            is_block = !is_block;
        } else if is_block {
            out.push(style.paint(Role::Neutral, line));
        } else {
            out.push(one(line, style));
        }
    }
    out.join("\n")
}

fn one(line: &str, style: &Style) -> String {
    let heading = line.trim_start_matches('#');
    if heading.len() < line.len() && heading.starts_with(' ') {
        return style.paint(Role::Strong, heading.trim_start());
    }
    if line.matches('`').count() % 2 == 1 {
        return line.to_owned();
    }
    let parts = (0..).zip(line.split('`'));
    let painted = parts.map(|(index, part)| match index % 2 {
        0 => part.to_owned(),
        _ => style.paint(Role::Neutral, part),
    });
    painted.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# a-code\n\nText with `code`.\n\n## Why\n\n- an `odd one\n\n```\n# ls\n```";

    #[test]
    fn headings_are_bold_on_a_terminal() {
        let style = Style {
            color: true,
            ..Style::default()
        };
        let text = shown(PAGE, &style);
        assert!(
            text.starts_with("Text with \u{1b}[36mcode\u{1b}[0m."),
            "{text:?}"
        );
        assert!(text.contains("\n\u{1b}[1mWhy\u{1b}[0m\n"), "{text:?}");
        assert!(text.contains("- an `odd one"), "{text:?}");
        assert!(text.ends_with("\u{1b}[36m# ls\u{1b}[0m"), "{text:?}");
    }

    #[test]
    fn in_a_pipe_the_page_stays_markdown() {
        assert_eq!(shown(PAGE, &Style::default()), PAGE);
    }
}
