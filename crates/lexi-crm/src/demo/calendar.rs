//! Working days of the last 18 months.

use std::time::Duration;

use lexi_types::{Date, Timestamp};

use super::dice::Dice;

/// A little less than 18 months, so that a move to the Friday before stays inside them.
pub(super) const DAYS_BACK_MAX: i32 = 540;

#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    today: Date,
}

impl Calendar {
    pub(super) fn new(today: Date) -> Self {
        Self { today }
    }

    /// A working day `days` ago or shortly before; never today, which may just have begun.
    pub(super) fn day_ago(self, days: i32) -> Date {
        workday(self.today.plus_days(-days.clamp(1, DAYS_BACK_MAX)))
    }

    /// A moment in office hours of that day.
    pub(super) fn time_ago(self, dice: &mut Dice, days: i32) -> Timestamp {
        office_time(dice, self.day_ago(days))
    }

    /// A working day ahead; a negative number is one that has passed.
    pub(super) fn day_ahead(self, days: i32) -> Date {
        workday(self.today.plus_days(days))
    }

    /// How many days ago that moment was.
    pub(super) fn days_since(self, moment: Timestamp) -> i32 {
        let micros = self.today.start().micros() - moment.date().start().micros();
        i32::try_from(micros / 86_400_000_000).unwrap_or(DAYS_BACK_MAX)
    }
}

pub(super) fn office_time(dice: &mut Dice, day: Date) -> Timestamp {
    let seconds = dice.between(8 * 3_600, 18 * 3_600);
    day.start().plus(Duration::from_secs(u64::try_from(seconds).unwrap_or_default()))
}

/// Saturday and Sunday move back to Friday.
fn workday(day: Date) -> Date {
    let weekday = i32::from(day.civil().weekday().to_monday_zero_offset());
    day.plus_days(-(weekday - 4).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekends_move_to_friday_and_today_is_never_used() {
        let monday = Date::new(2026, 11, 23).unwrap();
        let calendar = Calendar::new(monday);
        assert_eq!(calendar.day_ago(0).to_string(), "2026-11-20");
        assert_eq!(calendar.day_ago(4).to_string(), "2026-11-19");
        assert_eq!(calendar.day_ahead(5).to_string(), "2026-11-27");
        assert_eq!(calendar.days_since(calendar.day_ago(4).start()), 4);
    }
}
