use ringstate::DeviceKey;

fn dropped_by_the_server(message: Vec<u8>) -> DeviceKey {
    DeviceKey::NewSession { message }
}

fn main() {}
