//! The life of alarms and incidents, and the bodies that come of them.

mod bodies;
mod life;
