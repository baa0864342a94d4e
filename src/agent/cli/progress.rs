//! How far a run is, on standard error, when somebody is there to see it.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::console::Console;
use crate::report::render::plain;

/// A line that says what is being done. It vanishes at the end.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A line that counts up without knowing where to.
    pub fn open_ended(console: &Console) -> Self {
        Self::new(console, None, "{spinner} {pos} questions  {wide_msg}")
    }

    /// A line that counts up to `total`.
    pub fn of(total: usize, console: &Console) -> Self {
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        Self::new(console, Some(total), "{spinner} {pos} of {len}  {wide_msg}")
    }

    /// A bar up to `total` that tells how fast it goes and how long it still takes.
    pub fn timed(total: usize, console: &Console) -> Self {
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        let template = "{spinner} [{bar:24}] {pos} of {len}  {per_sec}, {eta} left  {wide_msg}";
        Self::new(console, Some(total), template)
    }

    /// A line that counts octets, with rate and time left where their number is known.
    pub fn of_octets(total: Option<u64>, console: &Console) -> Self {
        let template = match total {
            Some(_) => "{bar:24} {percent}%  {bytes_per_sec}  {eta} left  {wide_msg}",
            None => "{spinner} {bytes}  {bytes_per_sec}  {wide_msg}",
        };
        Self::new(console, total, template)
    }

    /// Says that so many octets are done, and what is known by now.
    pub fn tell_octets(&self, octets: u64, now: &str) {
        self.bar.set_position(octets);
        self.bar.set_message(plain(now));
    }

    fn new(console: &Console, total: Option<u64>, template: &str) -> Self {
        let target = if console.is_error_terminal && !console.is_dumb {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(total, target);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(match console.is_ascii {
                true => style.tick_chars("|/-\\ ").progress_chars("#>-"),
                false => style,
            });
        }
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Self { bar }
    }

    /// Writes something else to the same terminal, with the line out of its way.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Says that `done` is done, and what is being done now.
    pub fn tell(&self, done: usize, now: &str) {
        self.bar
            .set_position(u64::try_from(done).unwrap_or(u64::MAX));
        self.bar.set_message(plain(now));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
