//! How the calls ended: a table that adds up.

use std::collections::BTreeMap;

use crate::world::World;

impl World {
    /// Prints the table; whether it adds up.
    pub(crate) fn report(&self) -> bool {
        let mut rows: BTreeMap<[&str; 3], u64> = BTreeMap::new();
        for [caller, first, second] in self.ends.values() {
            let mut devices = [first, second].map(|end| end.unwrap_or("–"));
            devices.sort_unstable();
            let row = [caller.unwrap_or("–"), devices[0], devices[1]];
            *rows.entry(row).or_default() += 1;
        }
        let line = |cells: [&str; 3], calls: &str| {
            println!(
                "{:<20} {:<20} {:<20} {calls:>7}",
                cells[0], cells[1], cells[2]
            );
        };
        line(["the caller", "a device", "the other device"], "calls");
        for (row, calls) in &rows {
            line(*row, &calls.to_string());
        }
        let total: u64 = rows.values().sum();
        line(["", "", "together"], &total.to_string());
        println!();
        for (what, count) in &self.counts {
            println!("{what:<62} {count:>7}");
        }
        println!(
            "{:<62} {:>7}",
            "calls that rang twice for a device", self.rang_twice
        );
        let going_on: usize = self
            .devices
            .iter()
            .map(|device| device.board.live().count())
            .sum();
        println!("{:<62} {going_on:>7}", "calls that are not over");

        let complete = |(call, [caller, first, second]): (&String, &[Option<&str>; 3])| {
            let heard = [first, second].map(Option::is_some);
            caller.is_some() && heard == [!self.server.refused.contains(call); 2]
        };
        let told_twice = self
            .counts
            .contains_key("calls that ended twice for a device");
        total == self.calls
            && self.ends.iter().all(complete)
            && going_on == 0
            && self.rang_twice == 0
            && !told_twice
    }
}
