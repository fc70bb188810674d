//! What schedules have done, in figures.

/// What was done, in figures.
#[derive(Debug, Default, Clone, Copy)]
pub struct Deeds {
    pub schedules: usize,
    pub steps: usize,
    pub entries: usize,
    pub lines: usize,
    /// What was to be said about lines.
    pub about: usize,
    pub acked: usize,
    /// Links that broke.
    pub broken: usize,
    pub host_crashes: usize,
    pub guest_crashes: usize,
    pub trims: usize,
    /// Gaps that were told.
    pub gaps: usize,
    /// Times that the disk was full.
    pub full: usize,
}

impl std::ops::AddAssign for Deeds {
    fn add_assign(&mut self, more: Self) {
        self.schedules += more.schedules;
        self.steps += more.steps;
        self.entries += more.entries;
        self.lines += more.lines;
        self.about += more.about;
        self.acked += more.acked;
        self.broken += more.broken;
        self.host_crashes += more.host_crashes;
        self.guest_crashes += more.guest_crashes;
        self.trims += more.trims;
        self.gaps += more.gaps;
        self.full += more.full;
    }
}

impl std::fmt::Display for Deeds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { schedules, steps, entries, lines, about, acked, broken, .. } = self;
        let Self { host_crashes, guest_crashes, trims, gaps, full, .. } = self;
        write!(
            f,
            "{schedules} schedules, {steps} steps; {broken} links broken, {host_crashes} crashes of the host, \
             {guest_crashes} of a client, {trims} trims, {full} times a full disk; {lines} lines, {about} acts about lines, {acked} acks, \
             {entries} entries, {gaps} gaps told: 0 lost, 0 doubled, 0 out of order"
        )
    }
}
