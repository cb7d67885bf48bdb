//! The scripted model as a program of its own, for trying a server by hand: `model-server [PORT]`.

use lexi_testkit::ModelServer;

#[expect(clippy::print_stdout, reason = "the address is what the program has to say")]
fn main() {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or_default();
    let server = ModelServer::start_on(port);
    println!("{}", server.url);
    loop {
        std::thread::park();
    }
}
