//! The advice for one product on the page of a check: the items of its list that begin with the product's name.

/// One item of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Advice {
    /// The item without its marks.
    pub text: String,
    /// The commands in it.
    pub commands: Vec<Command>,
}

/// A command on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    /// The command.
    pub text: String,
    /// Whether it is to be run: the first of the item, or one that follows with "then".
    pub is_first: bool,
}

/// Programs whose calls are commands; everything else between backquotes is a setting.
const PROGRAMS: [&str; 14] = [
    "rndc",
    "dnssec-signzone",
    "dnssec-dsfromkey",
    "dnssec-keygen",
    "dnssec-settime",
    "knotc",
    "keymgr",
    "pdnsutil",
    "pdns_control",
    "nsd-control",
    "ldns-signzone",
    "ldns-key2ds",
    "ldns-verify-zone",
    "ldns-keygen",
];

/// The items of a page that are for a product, whatever it is called there.
pub(super) fn advice(page: &str, names: &[&str]) -> Vec<Advice> {
    let items = items(page);
    let own = items.into_iter().filter_map(|item| {
        let (name, text) = item.split_once(": ")?;
        names.contains(&name).then(|| text.to_owned())
    });
    own.map(|text| Advice {
        commands: commands(&text),
        text: text.replace('`', ""),
    })
    .collect()
}

/// The items of all lists, each on one line.
fn items(page: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    let mut is_inside = false;
    for line in page.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("- ") {
            items.push(text.to_owned());
            is_inside = true;
        } else if line.is_empty() {
            is_inside = false;
        } else if let Some(item) = items.last_mut().filter(|_| is_inside) {
            item.push(' ');
            item.push_str(line);
        }
    }
    items
}

fn commands(text: &str) -> Vec<Command> {
    let mut found: Vec<Command> = Vec::new();
    let mut before = "";
    // A setting has to be changed by hand before what follows it is of any use.
    let mut has_setting = false;
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 0 {
            before = part;
            continue;
        }
        let program = part.split_whitespace().next().unwrap_or_default();
        if !PROGRAMS.contains(&program) || !part.contains(' ') {
            has_setting = true;
            continue;
        }
        let is_next = before.contains("then") && found.last().is_some_and(|last| last.is_first);
        let is_choice = before.contains(" or ") || before.contains("without");
        let is_first = !is_choice && !has_setting && (found.is_empty() || is_next);
        found.push(Command {
            text: part.to_owned(),
            is_first,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# a\n\n- BIND: `rndc sign example.com`, then `rndc\n  reload`; or `rndc loadkeys example.com`\n\
                        - Knot: `x: 0` in the policy, then `knotc zone-sign example.com`\n\nText `rndc stop now`.\n";

    fn words(names: &[&str]) -> Vec<(String, bool)> {
        let items = advice(PAGE, names);
        let commands = items.into_iter().flat_map(|item| item.commands);
        commands.map(|one| (one.text, one.is_first)).collect()
    }

    #[test]
    fn commands_are_those_of_the_products_items() {
        let sign = ("rndc sign example.com".to_owned(), true);
        let reload = ("rndc reload".to_owned(), true);
        let choice = ("rndc loadkeys example.com".to_owned(), false);
        assert_eq!(words(&["BIND"]), [sign, reload, choice]);
        let knot = ("knotc zone-sign example.com".to_owned(), false);
        assert_eq!(words(&["Knot", "Knot DNS"]), [knot]);
        assert_eq!(words(&["PowerDNS"]), []);
    }
}
