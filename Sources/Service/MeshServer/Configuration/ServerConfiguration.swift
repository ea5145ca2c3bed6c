import Foundation
import MeshAPI
import MeshControl
import MeshTypes
import Yams

/// Why the settings cannot be used, in one line.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    /// The line.
    package let description: String
}

/// The settings of a service, each from the first that says it: flag, environment, file, default.
package struct ServerConfiguration: Sendable {
    /// Where a value comes from.
    package enum Source: String, Sendable {
        case standard = "default"
        case file, environment, flag
    }

    private var values: [String: (value: String, source: Source)] = [:]
    /// Whether the settings are only to be printed.
    package private(set) var isPrinting = false
    /// Whether help is asked for.
    package private(set) var isHelp = false

    /// The defaults.
    package init() {}

    /// The settings of a command line.
    ///
    /// - Parameters:
    ///   - arguments: flags; `--config FILE` names a file, `--print-config` and `--help` ask for those.
    ///   - environment: the variables.
    package init(arguments: [String], environment: [String: String]) throws(ConfigurationError) {
        var flags: [(Setting, String)] = []
        var file: String? = environment["RMC_CONFIG"]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            var (name, value): (String, String?) = (argument, nil)
            if let equals = argument.firstIndex(of: "=") {
                (name, value) = (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
            }
            switch name {
            case "--help", "-h": isHelp = true
            case "--print-config": isPrinting = true
            case "--config":
                guard let given = value ?? rest.popFirst() else {
                    throw ConfigurationError(description: "--config needs a file")
                }
                file = given
            default:
                guard let setting = Setting.all.first(where: { $0.flag == name }) else {
                    throw ConfigurationError(description: "unknown option '\(argument)'; see rmc serve --help")
                }
                if case .flag = setting.kind, value == nil {
                    flags.append((setting, "true"))
                } else {
                    guard let given = value ?? rest.popFirst() else {
                        throw ConfigurationError(description: "\(setting.flag) needs a value")
                    }
                    flags.append((setting, given))
                }
            }
        }
        if let file { try read(file) }
        try Self.checkVariables(environment)
        for setting in Setting.all {
            if let value = environment[setting.variable], !value.isEmpty {
                try set(setting, value, .environment, setting.variable)
            }
        }
        for (setting, value) in flags { try set(setting, value, .flag, setting.flag) }
        try checkTogether()
    }

    /// Variables that others of our programs and tests read.
    private static let otherVariables = [
        "RMC_CONFIG", "RMC_TOKEN", OperatorKey.variable, "RMC_SHARED_DATA", "RMC_QUIET_MACHINE", "RMC_FUZZ_CASES",
        "RMC_FUZZ_SEED", "RMC_CHURN_EVENTS", "RMC_MODEL_SEEDS",
    ]

    /// Refuses a variable that would be one of ours, were it not misspelt.
    private static func checkVariables(_ environment: [String: String]) throws(ConfigurationError) {
        let known = Setting.all.map(\.variable) + otherVariables
        for name in environment.keys.sorted() where name.hasPrefix("RMC_") && !known.contains(name) {
            let near = known.map { ($0, $0.commonPrefix(with: name).count) }.max { $0.1 < $1.1 }
            let hint = near.map { $0.1 > 6 ? "; did you mean \($0.0)?" : "" } ?? ""
            throw ConfigurationError(description: "there is no setting of the variable \(name)\(hint)")
        }
    }

    private mutating func read(_ file: String) throws(ConfigurationError) {
        let text: String
        do {
            text = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw ConfigurationError(description: "\(file): cannot be read; expected a file of settings, one a line")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw ConfigurationError(
                description: "\(file): is no YAML (\(String(describing: error).split(separator: "\n").first ?? ""))")
        }
        guard let root else { return }
        guard let mapping = root.mapping else {
            throw ConfigurationError(description: "\(file):1: expected settings as name: value")
        }
        var seen: Set<String> = []
        for (key, value) in mapping {
            let line = key.mark?.line ?? 1
            guard let name = key.string, let setting = Setting.all.first(where: { $0.name == name }) else {
                throw ConfigurationError(
                    description: "\(file):\(line): unknown setting '\(key.string ?? "?")'; see rmc serve --help")
            }
            guard seen.insert(name).inserted else {
                throw ConfigurationError(description: "\(file):\(line): \(name) is there twice")
            }
            guard let scalar = value.scalar?.string else {
                throw ConfigurationError(description: "\(file):\(line): \(name) is no plain value")
            }
            try set(setting, scalar, .file, "\(file):\(line): \(name)")
        }
    }

    private mutating func set(
        _ setting: Setting, _ value: String, _ source: Source, _ place: String
    ) throws(ConfigurationError) {
        if let fault = setting.fault(in: value) {
            throw ConfigurationError(description: "\(place) is '\(value.prefix(80))'; \(fault)")
        }
        values[setting.name] = (value, source)
    }

    private func checkTogether() throws(ConfigurationError) {
        guard text("tls-certificate").isEmpty == text("tls-key").isEmpty else {
            throw ConfigurationError(description: "--tls-certificate and --tls-key: expected both or none")
        }
        if text("provisioner") == "hook", URL(string: text("hook"))?.host == nil {
            throw ConfigurationError(description: "--hook is no URL; --provisioner hook needs one")
        }
        for origin in origins where origin != "*" && URL(string: origin)?.host == nil {
            throw ConfigurationError(
                description: "--cors-origins has '\(origin.prefix(60))'; expected origins such as https://example.org")
        }
        _ = try profiles()
        guard number("tick-longest-interval") >= number("tick-interval") else {
            throw ConfigurationError(description: "--tick-longest-interval is below --tick-interval")
        }
    }

    /// What the settings say of a controller that begins.
    func control() throws(ConfigurationError) -> ControlConfiguration {
        ControlConfiguration(
            tickInterval: Int64(number("tick-interval")), deadline: Int64(number("tick-deadline")),
            moveBudget: text("move-budget").isEmpty ? nil : integer("move-budget"),
            threads: integer("planning-threads"), profiles: try profiles())
    }

    /// The profiles that ``Setting`` `profiles` names.
    func profiles() throws(ConfigurationError) -> [Profile] {
        var profiles: [Profile] = []
        for part in text("profiles").split(separator: ",") {
            let words = part.split(separator: "=")
            guard words.count == 2, let load = Int(words[1]), (1...1_000_000).contains(load),
                FieldReader.isIdentifier(String(words[0])), !profiles.contains(where: { $0.name == words[0] }),
                words[0] != Profile.standardName
            else {
                throw ConfigurationError(
                    description: "--profiles has '\(part.prefix(60))'; expected name=load, each name once")
            }
            profiles.append(Profile(name: String(words[0]), load: load))
        }
        return profiles
    }

    /// Sets a value, for tests.
    package mutating func set(_ name: String, _ value: String) { values[name] = (value, .flag) }

    // MARK: Values

    package func text(_ name: String) -> String {
        values[name]?.value ?? Setting.all.first { $0.name == name }?.value ?? ""
    }

    func number(_ name: String) -> Double { Double(text(name)) ?? 0 }

    package func integer(_ name: String) -> Int { Int(text(name)) ?? 0 }

    var bodyLimit: Int { integer("body-limit") }
    var tokenLifetime: Int { integer("token-lifetime") }
    var strangerRate: Double { number("stranger-rate") }

    func rate(of role: Role) -> Double { number("\(role.rawValue)-rate") }

    /// Bytes a second of the bodies of a bearer's requests.
    func bytes(of role: Role) -> Double { number("\(role.rawValue)-bytes") }

    /// Requests, and streams, that a bearer may have at once.
    func share(of role: Role) -> Int { role == .participant ? integer("participant-requests") : .max }

    /// The origins of pages that may ask; none unless some are set.
    var origins: Set<String> { Set(text("cors-origins").split(separator: ",").map(String.init)) }

    /// Whether only this machine reaches the address.
    var isLoopback: Bool {
        let host = text("host")
        return host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    func milliseconds(_ name: String) -> Duration { .milliseconds(number(name)) }

    func seconds(_ name: String) -> Duration { .seconds(number(name)) }

    /// All settings as a file that would give them, and where each comes from. Holds no secret: the operator key is no
    /// setting.
    package var file: String {
        Setting.all.filter { $0.name != "repair" }.map { setting in
            let source = values[setting.name]?.source ?? .standard
            let value = text(setting.name)
            let quoted =
                value.isEmpty || value.contains(where: { ":#{}'\"".contains($0) })
                ? "'\(value.replacing("'", with: "''"))'" : value
            let line = value.isEmpty ? "# \(setting.name):" : "\(setting.name): \(quoted)"
            return line + String(repeating: " ", count: max(1, 44 - line.count)) + "# \(source.rawValue)\n"
        }.joined()
    }

    /// The help text's list of options.
    package static var help: String {
        Setting.all.map { setting in
            let value = setting.value.isEmpty ? "" : " (default \(setting.value))"
            let flag =
                if case .flag = setting.kind { setting.flag } else { "\(setting.flag) \(setting.kind.word)" }
            return "  \(flag)\n      \(setting.help)\(value)\n"
        }.joined()
    }
}

extension Setting.Kind {
    /// What stands for a value in help.
    var word: String {
        switch self {
        case .text: "TEXT"
        case .path: "PATH"
        case .integer, .number: "NUMBER"
        case .choice(let words): words.joined(separator: "|")
        case .flag: ""
        }
    }
}
