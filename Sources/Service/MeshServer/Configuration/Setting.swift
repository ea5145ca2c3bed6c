/// One setting of the service. The table of settings drives the configuration file, the environment, the flags, the
/// help text and `--print-config` alike.
package struct Setting: Sendable {
    /// What a value may be.
    enum Kind: Sendable {
        case text
        case path
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case choice([String])
        case flag
    }

    /// The key in the file; `--` and the name is the flag, `RMC_` and the name in capitals the variable.
    package let name: String
    let kind: Kind
    /// What holds when nobody says otherwise; empty for nothing.
    package let value: String
    package let help: String

    /// The flag.
    package var flag: String { "--\(name)" }
    /// The environment variable.
    package var variable: String { "RMC_" + name.uppercased().replacing("-", with: "_") }

    /// What is wrong with a value, if anything.
    func fault(in value: String) -> String? {
        switch kind {
        case .text: return value.utf8.count > 4096 ? "expected at most 4096 bytes" : nil
        case .path: return value.utf8.contains(0) ? "expected a path" : nil
        case .integer(let range):
            guard let number = Int(value), range.contains(number) else {
                return "expected a whole number from \(range.lowerBound) to \(range.upperBound)"
            }
            return nil
        case .number(let range):
            guard let number = Double(value), range.contains(number) else {
                return "expected a number from \(range.lowerBound) to \(range.upperBound)"
            }
            return nil
        case .choice(let words): return words.contains(value) ? nil : "expected \(words.joined(separator: ", "))"
        case .flag: return ["true", "false"].contains(value) ? nil : "expected true or false"
        }
    }

    /// All of them.
    package static let all: [Setting] = [
        Setting(name: "host", kind: .text, value: "127.0.0.1", help: "The address to listen on."),
        Setting(name: "port", kind: .integer(0...65535), value: "8080", help: "The port; 0 for any that is free."),
        Setting(name: "data", kind: .path, value: "rmc-data", help: "The folder of the log; made if it is not there."),
        Setting(
            name: "tls-certificate", kind: .path, value: "",
            help: "A certificate chain (PEM); with it, HTTPS with HTTP/1.1 and 2."),
        Setting(name: "tls-key", kind: .path, value: "", help: "The certificate's private key (PEM)."),
        Setting(
            name: "tick-interval", kind: .number(10...3_600_000), value: "1000",
            help: "Milliseconds between ticks, when the load allows."),
        Setting(
            name: "tick-longest-interval", kind: .number(10...3_600_000), value: "5000",
            help: "Milliseconds between ticks, when nothing happens or ticks take long."),
        Setting(
            name: "tick-deadline", kind: .number(1...600_000), value: "60",
            help: "Milliseconds that a tick may take; joins wait for as long."),
        Setting(
            name: "planning-threads", kind: .integer(1...256), value: "1",
            help: "Threads that sessions are planned on; kept in the state."),
        Setting(
            name: "move-budget", kind: .integer(0...1_000_000_000), value: "",
            help: "The most participants moved in one tick; kept in the state."),
        Setting(
            name: "profiles", kind: .text, value: "",
            help: "Kinds of participant beside standard, as name=load, such as hd=4,viewer=1; kept in the state."),
        Setting(
            name: "synchronous", kind: .choice(["full", "normal"]), value: "full",
            help: "full: what is acknowledged survives a power cut; normal: it survives the process."),
        Setting(
            name: "replay-budget", kind: .number(0.01...3600), value: "0.5",
            help: "Seconds that carrying out the log again may take after a crash; then a snapshot is kept."),
        Setting(name: "snapshots", kind: .integer(1...1000), value: "3", help: "Snapshots kept, with the log since."),
        Setting(name: "lease", kind: .number(0.1...86400), value: "15", help: "Seconds that a heartbeat holds."),
        Setting(
            name: "registration-lease", kind: .number(0.1...864_000), value: "600",
            help: "Seconds that a server holds its place before its first heartbeat."),
        Setting(
            name: "slots", kind: .integer(1...1_000_000), value: "1000000",
            help: "Most equal parts that a server is cut into, for sessions to rent; as many as it carries load units."),
        Setting(
            name: "provisioner", kind: .choice(["agents", "processes", "hook"]), value: "agents",
            help: "Who runs servers: agents that register, processes started here, or a fleet manager behind a hook."),
        Setting(
            name: "edge-command", kind: .text, value: "mesh-edge",
            help: "For processes: the command; {server}, {controller} and {capacity} are filled in, RMC_TOKEN is set."),
        Setting(name: "hook", kind: .text, value: "", help: "For a hook: the URL that allocations are posted to."),
        Setting(
            name: "body-limit", kind: .integer(1024...1 << 30), value: "4194304", help: "Bytes of a request's body."),
        Setting(
            name: "header-limit", kind: .integer(1024...1 << 20), value: "16384", help: "Bytes of a request's header."),
        Setting(name: "connections", kind: .integer(1...1_000_000), value: "10000", help: "Connections at once."),
        Setting(
            name: "address-connections", kind: .integer(1...1_000_000), value: "",
            help: "Connections of one address at once; half of all when not set."),
        Setting(
            name: "head-timeout", kind: .number(0.1...86400), value: "10",
            help: "Seconds for a request's head, from its first byte."),
        Setting(
            name: "body-timeout", kind: .number(0.1...86400), value: "30",
            help: "Seconds for a request's body, from the end of its head."),
        Setting(
            name: "request-timeout", kind: .number(0.1...86400), value: "300",
            help: "Seconds for a request and its whole answer; streams of events go on."),
        Setting(
            name: "idle-timeout", kind: .number(1...86400), value: "75",
            help: "Seconds after which a silent connection ends."),
        Setting(
            name: "operator-rate", kind: .number(1...1e6), value: "20000", help: "Requests a second of operators."),
        Setting(name: "edge-rate", kind: .number(1...1e6), value: "500", help: "Requests a second of a server."),
        Setting(
            name: "participant-rate", kind: .number(1...1e6), value: "20", help: "Requests a second of a participant."),
        Setting(
            name: "operator-bytes", kind: .number(1024...1e12), value: "67108864",
            help: "Bytes a second of the bodies of operators."),
        Setting(
            name: "edge-bytes", kind: .number(1024...1e12), value: "8388608",
            help: "Bytes a second of the bodies of a server."),
        Setting(
            name: "participant-bytes", kind: .number(1024...1e12), value: "1048576",
            help: "Bytes a second of the bodies of a participant."),
        Setting(
            name: "participant-requests", kind: .integer(1...1_000_000), value: "1000",
            help: "Requests, and streams of events, that a participant's token may have at once."),
        Setting(
            name: "cors-origins", kind: .text, value: "",
            help: "Origins of web pages that may ask, such as https://example.org, comma between; * for any."),
        Setting(
            name: "stranger-rate", kind: .number(1...1e6), value: "20",
            help: "Requests a second without a valid token, from one address."),
        Setting(
            name: "queue-limit", kind: .integer(1...10_000_000), value: "100000", help: "Changes that may wait."),
        Setting(
            name: "token-lifetime", kind: .integer(1...2_592_000), value: "3600",
            help: "Seconds that a token lives when nobody says otherwise."),
        Setting(
            name: "log-level", kind: .choice(["trace", "debug", "info", "notice", "warning", "error"]), value: "info",
            help: "What is logged, on stderr."),
        Setting(name: "log-format", kind: .choice(["text", "json"]), value: "text", help: "How it is logged."),
        Setting(
            name: "trace-file", kind: .path, value: "",
            help: "A file that spans of requests and ticks are appended to, a line of JSON each."),
        Setting(
            name: "trace-limit", kind: .integer(4096...Int.max), value: "268435456",
            help: "Bytes of that file; then it is kept once under its name with .1, and begun anew."),
        Setting(
            name: "world", kind: .choice(["none", "wonder"]), value: "none",
            help: "wonder: a simulated world of servers and people on bundled real latencies."),
        Setting(
            name: "world-data", kind: .path, value: "Models/Sessions/world-match.json",
            help: "The snapshot that servers, people and latencies are drawn from."),
        Setting(name: "world-sites", kind: .integer(1...200), value: "60", help: "Servers of the simulated world."),
        Setting(
            name: "world-participants", kind: .integer(0...100_000), value: "300",
            help: "People of the simulated world."),
        Setting(
            name: "seed", kind: .integer(0...Int.max), value: "1", help: "Of everything random in the simulated world."),
        Setting(
            name: "repair", kind: .flag, value: "false",
            help: "Starts from what is whole of a damaged log; the damaged file is kept beside it."),
    ]
}
