//! Whole zones: signed by `dnssec-signzone`, bent in one place, verified here and by others.

mod against;
mod live;
mod mutations;
mod peers;
mod signed;
