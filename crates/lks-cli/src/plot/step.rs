//! The time from one cadence to the next, as the times themselves tell it.

/// Steps that are looked at, from the first cadence on: more would not change their median.
const MOST_STEPS: usize = 1 << 16;

/// Of fewer the median tells nothing.
const FEWEST_STEPS: usize = 10;

/// Steps between times that follow one another.
#[derive(Default)]
pub(super) struct Steps {
    last: Option<f64>,
    steps: Vec<f64>,
}

impl Steps {
    /// Takes account of the times of the next rows.
    pub(super) fn take(&mut self, times: &[f64]) {
        for time in times {
            let step = self.last.map(|last| time - last);
            let is_step = |step: &f64| *step > 0.0 && step.is_finite() && self.steps.len() < MOST_STEPS;
            self.steps.extend(step.filter(is_step));
            // A cadence without a time would double the step.
            self.last = Some(*time).filter(|time| time.is_finite());
        }
    }

    /// In the unit of the times; `None` if there are too few.
    pub(super) fn median(mut self) -> Option<f64> {
        if self.steps.len() < FEWEST_STEPS {
            return None;
        }
        let middle = self.steps.len() / 2;
        let (_, median, _) = self.steps.select_nth_unstable_by(middle, f64::total_cmp);
        Some(*median)
    }
}
