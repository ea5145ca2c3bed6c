public import MeshInstances
internal import MeshTypes
public import Scenarios
internal import Yams

/// Reads scenario files: YAML 1.2, as the guide `WhatIf.md` and `Models/Schemas/scenario.schema.json` describe them.
///
/// Everything is checked as far as the file alone tells: unknown keys are refused with the nearest known one, values must
/// be in range. What the base must know (sites, regions, session types) is checked by ``Scenarios/Sweep``.
public struct StudyReader {
    /// The most bytes of a scenario file.
    public static let sizeLimit = 4 << 20

    /// The keys of the outermost mapping.
    static let keys = [
        "name", "base", "given", "seed", "repetitions", "combine", "variations", "risk-groups", "assertions",
        "questions",
    ]

    /// Reads a study.
    ///
    /// - Throws: ``InputError`` with the line.
    public static func read(_ file: InputFile) throws(InputError) -> Study {
        let root = YAMLValue(node: try compose(file), file: file.name, path: "")
        let keys = try root.mapping(Self.keys)
        var study = Study(name: "", base: try base(try keys.required("base", of: root)))
        study.name = try keys["name"]?.text() ?? "what-if"
        if let seed = keys["seed"] { study.seed = UInt64(try seed.integer(in: 0...Int.max)) }
        if let value = keys["repetitions"] { study.repetitions = try value.integer(in: 1...100_000) }
        if let combine = keys["combine"] {
            guard let combination = Study.Combination(rawValue: try combine.text()) else {
                throw combine.error("is '\(try combine.text())'; expected grid or list")
            }
            study.combination = combination
        }
        if let groups = keys["risk-groups"] {
            for group in try groups.list() { study.riskGroups.append(try riskGroup(group)) }
        }
        if let given = keys["given"] { study.given = try AxisReader.axes(given) }
        if let variations = keys["variations"] { study.axes = try AxisReader.axes(variations) }
        if let assertions = keys["assertions"] {
            for value in try assertions.list() {
                study.assertions.append(try assertion(value, axes: study.axes.map(\.name)))
            }
        }
        if let questions = keys["questions"] { study.questions = try self.questions(questions) }
        do throws(StudyError) {
            try study.checkContradictions()
        } catch {
            throw InputError(file: file.name, line: error.line, message: error.message)
        }
        return study
    }

    private static func compose(_ file: InputFile) throws(InputError) -> Node {
        guard file.bytes.count <= sizeLimit else {
            throw InputError(file: file.name, line: 1, message: "is larger than \(sizeLimit) bytes; expected less")
        }
        if let line = NestingCheck.tooDeep(file.bytes) {
            throw InputError(
                file: file.name, line: line, message: "is nested more than \(NestingCheck.limit) deep; expected less")
        }
        do {
            guard let node = try Yams.compose(yaml: String(decoding: file.bytes, as: UTF8.self)) else {
                throw InputError(file: file.name, line: 1, message: "holds nothing; expected a scenario with a 'base'")
            }
            return node
        } catch let error as InputError {
            throw error
        } catch let error as YamlError {
            throw refusal(error, file: file.name)
        } catch {
            throw InputError(file: file.name, line: 1, message: "cannot be read as YAML: \(error)")
        }
    }

    private static func refusal(_ error: YamlError, file: String) -> InputError {
        func line(_ line: Int, _ what: String) -> InputError {
            InputError(file: file, line: max(1, line), message: "is no YAML: \(what)")
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return line(mark.line, problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            return InputError(
                file: file, line: max(1, context.mark.line),
                message: "has the duplicate key '\(duplicates.sorted().first ?? "")'; expected each key once")
        case .reader(let problem, let offset, _, _):
            return line(1, "\(problem)\(offset.map { " at byte \($0)" } ?? "")")
        default: return line(1, "it cannot be read")
        }
    }

    private static func base(_ value: YAMLValue) throws(InputError) -> Study.Base {
        guard value.isMapping else { return .file(try value.text()) }
        let keys = try value.mapping(["snapshot", "url", "service", "generate"])
        guard keys.count == 1 else {
            throw value.error("has \(keys.count) keys; expected one of snapshot, service, url, generate")
        }
        if let snapshot = keys["snapshot"] { return .file(try snapshot.text()) }
        if let url = keys["url"] { return .service(try address(url)) }
        if let service = keys["service"] {
            let root = try address(service)
            return .service((root.hasSuffix("/") ? String(root.dropLast()) : root) + "/v1/snapshot")
        }
        let generate = try keys.required("generate", of: value)
        let numbers = try generate.mapping([
            "sites", "sessions", "participants", "measured-sites", "local-percent", "slack", "seed",
        ])
        var parameters = WorldParameters(sites: 40, sessions: 1, participants: 200)
        if let sites = numbers["sites"] { parameters.sites = try sites.integer(in: 1...10_000) }
        if let sessions = numbers["sessions"] { parameters.sessions = try sessions.integer(in: 1...1_000_000) }
        if let people = numbers["participants"] { parameters.participants = try people.integer(in: 0...10_000_000) }
        if let measured = numbers["measured-sites"] { parameters.measuredSites = try measured.integer(in: 0...10_000) }
        if let local = numbers["local-percent"] { parameters.localPercent = try local.integer(in: 0...100) }
        if let slack = numbers["slack"] { parameters.slack = try slack.number(in: 0...1_000) }
        return .generated(parameters, seed: UInt64(try numbers["seed"]?.integer(in: 0...Int.max) ?? 1))
    }

    private static func address(_ value: YAMLValue) throws(InputError) -> String {
        let text = try value.text()
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
            throw value.error("is '\(text)'; expected a URL that starts with http:// or https://")
        }
        return text
    }

    private static func riskGroup(_ value: YAMLValue) throws(InputError) -> RiskGroup {
        let keys = try value.mapping(["name", "sites", "links"])
        var group = RiskGroup(name: try keys.required("name", of: value).text(), line: value.line)
        for site in try keys["sites"]?.list() ?? [] { group.sites.append(.init(try site.text())) }
        for link in try keys["links"]?.list() ?? [] {
            let ends = try link.list()
            guard ends.count == 2 else { throw link.error("has \(ends.count) ends; expected two sites") }
            group.links.append(SitePair(from: .init(try ends[0].text()), to: .init(try ends[1].text())))
        }
        guard !group.sites.isEmpty || !group.links.isEmpty else {
            throw value.error("holds nothing that can fail; expected 'sites' or 'links'")
        }
        return group
    }

    private static func assertion(_ value: YAMLValue, axes: [String]) throws(InputError) -> Assertion {
        do throws(StudyError) {
            return try Assertion(try text(value), line: value.line, axes: axes)
        } catch {
            throw InputError(file: value.file, line: error.line, path: value.path, message: error.message)
        }
    }

    private static func text(_ value: YAMLValue) throws(StudyError) -> String {
        do throws(InputError) {
            return try value.text()
        } catch {
            throw StudyError(line: value.line, error.message)
        }
    }

    private static func questions(_ value: YAMLValue) throws(InputError) -> Questions {
        let keys = try value.mapping([
            "frontier", "shadow-prices", "hours", "peak", "low", "weekend", "fewest-servers", "purchases", "regret",
            "bandwidth",
        ])
        var questions = Questions()
        if let frontier = keys["frontier"] { questions.frontierSites = try frontier.integer(in: 1...1_000) }
        if let shadow = keys["shadow-prices"] { questions.shadowPrices = try shadow.flag() }
        if let hours = keys["hours"] { questions.hours = try hours.numbers(in: 0...1_000) }
        questions.curve = try AxisReader.curve(keys)
        if let target = keys["fewest-servers"] { questions.serverTarget = try assertion(target, axes: []) }
        if let purchases = keys["purchases"] { questions.purchase = try purchases.integer(in: 0...1_000) }
        if let regret = keys["regret"] { questions.regret = try regret.flag() }
        if let bandwidth = keys["bandwidth"] {
            questions.bandwidthPerParticipant = try bandwidth.number(in: 0.000_001...1e6)
        }
        if questions.regret && questions.hours.isEmpty {
            throw value.error("asks for regret without 'hours'; expected such as 'hours: 0-167'")
        }
        return questions
    }
}
