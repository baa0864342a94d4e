//! Many reports in one document, written as they come: a head, a piece for each report, a foot.
//!
//! No piece depends on another, so that pieces can be made side by side and a document of a million reports
//! needs the memory of one.

use super::sarif::{self, Rule};
use super::{Style, csv, json, junit, text};
use crate::report::Report;
use crate::report::status::{Status, Threshold};

/// Form of such a document.
#[derive(Debug, Clone)]
pub enum Sheet {
    /// The verdict and its cause, a line each.
    Headlines(Style),
    /// The report, a line of JSON each.
    Ndjson,
    /// A row each (RFC 4180), under a row of headings.
    Csv,
    /// SARIF 2.1.0, with the checks that there are.
    Sarif(Vec<Rule>),
    /// The XML that JUnit made common: a suite each, in which fails what counts under a threshold.
    Junit(Threshold),
}

impl Sheet {
    /// What stands before the first report.
    pub fn head(&self) -> String {
        match self {
            Self::Headlines(_) | Self::Ndjson => String::new(),
            Self::Csv => csv::head(),
            Self::Sarif(rules) => sarif::head(rules),
            Self::Junit(_) => junit::HEAD.to_owned(),
        }
    }

    /// The piece of one report. Empty where there is nothing to say of it.
    pub fn piece(&self, report: &Report, status: Status) -> String {
        match self {
            Self::Headlines(style) => text::short(report, style),
            Self::Ndjson => json::ndjson(report),
            Self::Csv => csv::row(report, status),
            Self::Sarif(_) => sarif::results(report),
            Self::Junit(threshold) => junit::suite(report, status, threshold),
        }
    }

    /// What stands between two pieces that are not empty.
    pub fn between(&self) -> &'static str {
        match self {
            Self::Sarif(_) => ",\n",
            _ => "",
        }
    }

    /// What stands behind the last.
    pub fn foot(&self) -> &'static str {
        match self {
            Self::Headlines(_) | Self::Ndjson | Self::Csv => "",
            Self::Sarif(_) => sarif::FOOT,
            Self::Junit(_) => junit::FOOT,
        }
    }

    /// The document of one report.
    pub fn whole(&self, report: &Report, status: Status) -> String {
        self.head() + &self.piece(report, status) + self.foot()
    }
}
