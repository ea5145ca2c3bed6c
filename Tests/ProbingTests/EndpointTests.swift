import Probing
import Testing

@Suite("Endpoints")
struct EndpointTests {
    @Test("What people write is read, and written back")
    func reads() {
        for (text, host, port) in [
            ("127.0.0.1:4470", "127.0.0.1", 4_470), ("[::1]:0", "::1", 0),
            ("edge-3.example.org:65535", "edge-3.example.org", 65_535),
        ] {
            let endpoint = Endpoint(text)
            #expect(endpoint == Endpoint(host: host, port: port))
            #expect(endpoint?.description == text)
        }
    }

    @Test(
        "What is none is refused",
        arguments: [
            "", "host", ":1", "host:", "host:65536", "host:-1", "host:1x", "::1:4470", "[host]:1", "[]:1", "host:٣",
        ])
    func refuses(text: String) {
        #expect(Endpoint(text) == nil)
    }
}
