import Foundation
import MeshAPI
import MeshControl
import MeshServer
import MeshTypes
import Testing
import Yams

/// The clock, the configuration, the description of the interface.
@Suite struct SupportTests {
    @Test func theClockDoesNotFollowJumps() {
        let (wall, monotonic) = (Box(1_000_000.0), Box(0.0))
        let clock = ServiceClock(wall: { wall.value }, monotonic: { monotonic.value })
        var last = clock.now.milliseconds
        #expect(last == 1_000_000)
        for step in 0..<1000 {
            monotonic.value += 100
            wall.value += 100
            // An hour ahead, then two hours back.
            if step == 100 { wall.value += 3_600_000 }
            if step == 500 { wall.value -= 7_200_000 }
            let now = clock.now.milliseconds
            #expect(now >= last && now - last <= 102, "step \(step)")
            last = now
        }
        // It starts no earlier than the log ends.
        let later = ServiceClock(
            notBefore: ControlTime(milliseconds: 5_000_000), wall: { wall.value }, monotonic: { monotonic.value })
        #expect(later.now.milliseconds == 5_000_000)
    }

    @Test func settingsComeFromFlagEnvironmentFileAndDefault() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("port: 1\nlease: 20\nslots: 4 # a comment\n".utf8).write(to: file)
        let configuration = try ServerConfiguration(
            arguments: ["--config", file.path, "--port=3", "--print-config"], environment: ["RMC_LEASE": "30"])
        #expect(configuration.isPrinting)
        #expect(configuration.text("port") == "3")
        #expect(configuration.text("lease") == "30")
        #expect(configuration.text("slots") == "4")
        #expect(configuration.text("host") == "127.0.0.1")
        // What is printed is a file that gives the same.
        try Data(configuration.file.utf8).write(to: file)
        let again = try ServerConfiguration(arguments: ["--config", file.path], environment: [:])
        for setting in Setting.all { #expect(again.text(setting.name) == configuration.text(setting.name)) }
    }

    @Test(arguments: [
        (["--port", "many"], "--port is 'many'"), (["--prot", "1"], "unknown option '--prot'"),
        (["--tls-key", "k.pem"], "expected both or none"), (["--port"], "needs a value"),
        (["--provisioner", "hook"], "--hook is no URL"), (["--config", "nowhere.yaml"], "cannot be read"),
    ])
    func wrongSettingsAreNamed(_ arguments: [String], _ words: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try ServerConfiguration(arguments: arguments, environment: [:])
        }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func wrongLinesOfAFileAreNamed() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        for (text, words) in [
            ("port: 1\nprot: 2\n", ":2:"), ("port: 1\nport: 2\n", "duplicate"), ("- a\n", ":1:"), ("a: [", "YAML"),
        ] {
            try Data(text.utf8).write(to: file)
            let error = #expect(throws: ConfigurationError.self) {
                try ServerConfiguration(arguments: ["--config", file.path], environment: [:])
            }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
    }

    /// Every setting is one of the file, the environment and the flags; names do not clash.
    @Test func theTableOfSettingsIsSound() {
        #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
        #expect(Set(Setting.all.map(\.variable)).count == Setting.all.count)
        for setting in Setting.all { #expect(ServerConfiguration.help.contains(setting.flag)) }
    }

    @Test func theDescriptionListsTheRoutes() throws {
        let root = try #require(
            try Yams.load(yaml: String(decoding: InterfaceDescription.openAPI, as: UTF8.self)) as? [String: Any])
        let paths = try #require(root["paths"] as? [String: Any])
        var described: Set<String> = []
        for (path, value) in paths {
            let methods = try #require(value as? [String: Any])
            for (method, operation) in methods {
                described.insert("\(method.uppercased()) \(path)")
                let responses = (operation as? [String: Any])?["responses"] as? [String: Any]
                #expect(responses?.keys.contains { $0.hasPrefix("2") } == true, "\(method) \(path)")
            }
        }
        #expect(described == Set(RouteTable.names))
        // Every reference leads somewhere.
        let text = String(decoding: InterfaceDescription.openAPI, as: UTF8.self)
        for match in text.matches(of: /'#\/components\/([a-z]+)\/([A-Za-z]+)'/) {
            let kind = (root["components"] as? [String: Any])?[String(match.1)] as? [String: Any]
            #expect(kind?[String(match.2)] != nil, "\(match.2)")
        }
    }

    @Test func serversAreCutIntoSlotsThatWasteLittle() {
        let cases: [(capacity: Int, slots: Int, load: Int)] = [
            (100, 10, 10), (55, 5, 11), (7, 7, 1), (1, 1, 1), (1000, 10, 100),
        ]
        for (capacity, slots, load) in cases {
            let request = ServerRequest(latitude: 0, longitude: 0, capacity: capacity, price: 10)
            let record = ServerRecord(id: "a", registration: request, wanted: 10)
            #expect(record.slots == slots && record.loadPerSlot == load, "\(capacity)")
            #expect(record.slots * record.loadPerSlot <= capacity)
        }
    }

    @Test func reportsKeepTheirShortForm() throws {
        var people: [ParticipantReport] = []
        for index in 0..<100 {
            let profile = index % 2 == 0 ? "" : "standard"
            let accessClass = index % 3 == 0 ? "fibre" : ""
            let (latitude, longitude) = (Double(index) / 7, -Double(index) / 3)
            let id = ParticipantID("p\(index)")
            people.append(
                ParticipantReport(
                    id: id, latitude: latitude, longitude: longitude, profile: profile, accessClass: accessClass))
        }
        let command = Command.control(.moved(people))
        let bytes = try CommandCoder.encode(command)
        #expect(try CommandCoder.decode(bytes) == command)
        for cut in [1, 2, 5, 20, bytes.count - 1] where cut > 1 {
            #expect(throws: (any Error).self) { try CommandCoder.decode(Array(bytes.prefix(cut))) }
        }
    }
}
