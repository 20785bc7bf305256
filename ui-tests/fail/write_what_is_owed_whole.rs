use ringstate::{Owed, xml};

fn line(owed: &Owed) -> String {
    xml::to_string(owed)
}

fn main() {}
