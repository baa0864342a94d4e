//! `drill`: rehearse known faults, through the built-in validator, through resolvers, or all the way to whoever
//! is to hear of them.

mod alerts;
mod all;
mod cases;
mod lab;
mod resolvers;
mod row;
mod say;
mod table;

pub use cases::exit_code;
pub use lab::lab_names;
pub use row::Row;
pub use table::{json, markdown, text};

use super::Said;
use super::console::Console;
use super::failure::Failure;
use super::plan::{DrillPlan, DrillSubject};
use super::works::Works;

/// Carries out `plan`.
pub fn run(plan: &DrillPlan, works: &dyn Works, console: &Console) -> Result<Said, Failure> {
    match &plan.subject {
        DrillSubject::Cases(words) => cases::run(plan, words, works, console),
        DrillSubject::Resolvers(drill) => resolvers::run(plan, drill, works, console),
        DrillSubject::Alerts(place) => alerts::run(place),
        DrillSubject::All => all::run(plan, console),
        DrillSubject::Names(source) => resolvers::print_names(source, works),
    }
}
