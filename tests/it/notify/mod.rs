//! Messages on their way: our daemon over a lab of its own, receivers that behave and misbehave, and an
//! independent implementation of Standard Webhooks that verifies every signature.

mod absent;
mod alertmanager;
mod arrival;
mod conduct;
mod killed;
mod receiver;
mod rolling;
mod room;
mod station;
