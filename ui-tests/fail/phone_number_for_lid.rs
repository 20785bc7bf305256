use ringstate::{OwnAddress, PhoneNumber};

fn me(number: PhoneNumber) -> OwnAddress {
    OwnAddress::lid(number)
}

fn main() {}
