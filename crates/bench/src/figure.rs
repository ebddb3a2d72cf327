//! A figure: what was measured, against what, and whether it keeps its bound.
//!
//! One file for each letter below `figure/`. A bound that does not hold is a
//! result, not an error.

pub mod details;
pub mod hook;
pub mod jvm;
pub mod logout;
pub mod memory;
pub mod peer;
pub mod registration;
pub mod replacement;
pub mod start;
pub mod token;
pub mod versions;

use std::fmt::{self, Write as _};

use serde::{Serialize, Serializer};

/// What a figure must keep to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// Not more than this.
    AtMost(f64),
    /// Not less than this.
    AtLeast(f64),
}

impl Bound {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtMost(most) => value <= most,
            Self::AtLeast(least) => value >= least,
        }
    }

    /// How far a value is off, in percent of the bound.
    fn missed_by_percent(self, value: f64) -> f64 {
        match self {
            Self::AtMost(bound) | Self::AtLeast(bound) => (value - bound).abs() / bound * 100.0,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(most) => write!(f, "at most {most}"),
            Self::AtLeast(least) => write!(f, "at least {least}"),
        }
    }
}

impl Serialize for Bound {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One figure.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// Stable name, beginning with its letter.
    pub name: &'static str,
    /// The value.
    pub value: f64,
    /// `x` for ratios.
    pub unit: &'static str,
    /// What we measured of our own, for people.
    pub ours: String,
    /// What it was measured against, and what that took.
    pub against: Option<String>,
    /// The promise; none for what is only told.
    pub bound: Option<Bound>,
    /// Is the promise kept?
    pub holds: Option<bool>,
    /// Why it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl Figure {
    /// A figure with a promise. `why` is told when the promise is not kept.
    pub fn promised(name: &'static str, value: f64, unit: &'static str, bound: Bound) -> Self {
        let holds = bound.holds(value);
        Self {
            bound: Some(bound),
            holds: Some(holds),
            ..Self::told(name, value, unit)
        }
    }

    /// A figure without one.
    pub fn told(name: &'static str, value: f64, unit: &'static str) -> Self {
        Self {
            name,
            value,
            unit,
            ours: String::new(),
            against: None,
            bound: None,
            holds: None,
            why: None,
        }
    }

    /// With what stands behind the value.
    #[must_use]
    pub fn of(mut self, ours: impl Into<String>, against: Option<String>) -> Self {
        self.ours = ours.into();
        self.against = against;
        self
    }

    /// With the reason, if the promise is not kept.
    #[must_use]
    pub fn because(mut self, why: &str) -> Self {
        if self.holds == Some(false) {
            self.why = Some(why.to_owned());
        }
        self
    }

    fn verdict(&self) -> String {
        match (self.bound, self.holds) {
            (Some(bound), Some(false)) => {
                format!("MISSED by {:.0} %", bound.missed_by_percent(self.value))
            }
            (Some(_), _) => "holds".to_owned(),
            (None, _) => String::new(),
        }
    }
}

/// The figures side by side.
pub fn table(figures: &[Figure]) -> String {
    let mut rows = vec![["figure", "ours", "against", "value", "bound", ""].map(str::to_owned)];
    for figure in figures {
        rows.push([
            figure.name.to_owned(),
            figure.ours.clone(),
            figure.against.clone().unwrap_or_default(),
            format!("{:.2} {}", figure.value, figure.unit),
            figure
                .bound
                .map(|bound| bound.to_string())
                .unwrap_or_default(),
            figure.verdict(),
        ]);
    }
    let mut widths = [0; 6];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (width, cell) in widths.iter().zip(row) {
            // Writing to a string cannot fail.
            let _ = write!(line, "{cell:width$}  ");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    for figure in figures {
        if let Some(why) = &figure.why {
            let _ = writeln!(text, "\n{} is missed: {why}", figure.name);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, clippy::unwrap_used)]
    use super::*;

    #[test]
    fn bounds_hold_or_are_missed_by_some_percent() {
        let kept = Figure::promised("a_hook", 2.5, "x", Bound::AtMost(3.0)).because("slow");
        assert_eq!(
            (kept.holds, kept.why.as_deref(), kept.verdict().as_str()),
            (Some(true), None, "holds")
        );
        let missed = Figure::promised("f_code", 4.0, "x", Bound::AtLeast(5.0)).because("slow");
        assert_eq!(missed.verdict(), "MISSED by 20 %");
        assert_eq!(missed.why.as_deref(), Some("slow"));
        assert!(table(&[kept, missed]).ends_with("f_code is missed: slow\n"));
    }

    #[test]
    fn the_json_has_what_machines_read() {
        let figure = Figure::promised("c_start", 90.0, "ms", Bound::AtMost(150.0));
        let json = serde_json::to_value(&figure).unwrap();
        assert_eq!(json["bound"], "at most 150");
        assert_eq!(json["holds"], true);
        assert_eq!(json["against"], serde_json::Value::Null);
        assert_eq!(
            serde_json::to_value(Figure::told("d", 1.0, "MB")).unwrap()["holds"],
            serde_json::Value::Null
        );
    }
}
