use ringstate::{Acked, Call, Callee, RelayReport};

fn probe_early(acked: &Call<Callee, Acked>, report: RelayReport) {
    let _ = acked.relay_latency(report);
}

fn main() {}
