//! Whole zones: signed by `dnssec-signzone`, bent in one place, verified here and by others.

mod against;
mod as_served;
mod chains;
mod fuzz;
mod gate;
mod input;
mod ledger;
mod life;
mod live;
mod more;
mod mutations;
mod output;
mod signed;
