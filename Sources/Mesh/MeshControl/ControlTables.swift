import MeshTypes

/// Profiles and access classes by number.
struct ProfileTable: Sendable, Codable {
    private(set) var profiles: [Profile] = [.standard]
    /// Classes by number; the first is that of nobody in particular. `nil` for a number that is free.
    private var names: [String?] = [""]
    private var numbers: [String: Int32] = ["": 0]
    private var uses: [Int32] = [0]
    /// Numbers that are free, the least last.
    private var vacant: [Int32] = []

    init(_ more: [Profile] = []) {
        for profile in more {
            if profile.name == Profile.standardName { profiles[0] = profile } else { profiles.append(profile) }
        }
    }

    /// The number of a profile; the standard one's for a name that is not known.
    func number(of name: String) -> Int32 { Int32(profiles.firstIndex { $0.name == name } ?? 0) }

    func isKnown(_ name: String) -> Bool { profiles.contains { $0.name == name } }

    /// Whether so many numbers are free that the others are to be given anew.
    var isSparse: Bool { vacant.count > max(32, (names.count - vacant.count) / 16) }

    /// Classes that somebody has, and the one of nobody in particular.
    var classCount: Int { names.count - vacant.count }

    /// The number of an access class, for one participant more; given when it is new. O(1) on average.
    mutating func take(class name: String) -> Int32 {
        if let known = numbers[name] {
            uses[Int(known)] += 1
            return known
        }
        let number: Int32
        if let free = vacant.popLast() {
            number = free
        } else {
            number = Int32(names.count)
            names.append(nil)
            uses.append(0)
        }
        names[Int(number)] = name
        uses[Int(number)] = 1
        numbers[name] = number
        return number
    }

    /// A participant less has a class.
    mutating func release(class number: Int32) {
        uses[Int(number)] -= 1
        guard number > 0, uses[Int(number)] <= 0 else { return }
        free(number)
        vacant.insert(number, at: vacant.firstIndex { $0 < number } ?? vacant.count)
    }

    private mutating func free(_ number: Int32) {
        if let name = names[Int(number)] { numbers[name] = nil }
        names[Int(number)] = nil
        uses[Int(number)] = 0
    }

    /// Gives the classes that somebody has other numbers, in their order; the new number of each, -1 for the others.
    mutating func close() -> [Int32] {
        var numbering = [Int32](repeating: -1, count: names.count)
        let kept = names.indices.filter { names[$0] != nil }
        for (new, old) in kept.enumerated() { numbering[old] = Int32(new) }
        (names, uses, vacant) = (kept.map { names[$0] }, kept.map { uses[$0] }, [])
        numbers = [:]
        for (number, name) in names.enumerated() { if let name { numbers[name] = Int32(number) } }
        return numbering
    }

    // MARK: State

    private enum CodingKeys: String, CodingKey {
        case profiles
        case names = "classes"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        profiles = try container.decode([Profile].self, forKey: .profiles)
        names = try container.decode([String?].self, forKey: .names)
        guard !profiles.isEmpty, names.first == "" else {
            throw DecodingError.dataCorruptedError(
                forKey: .names, in: container, debugDescription: "the standard profile or class is missing")
        }
        for (number, name) in names.enumerated() { if let name { numbers[name] = Int32(number) } }
        uses = Array(repeating: 0, count: names.count)
    }

    /// Takes over how many have each class; those that nobody has are free.
    mutating func count(uses counted: [Int32]) {
        for number in names.indices {
            uses[number] = number < counted.count ? counted[number] : 0
            if number > 0, uses[number] == 0 { free(Int32(number)) }
        }
        vacant = names.indices.reversed().filter { names[$0] == nil }.map { Int32($0) }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(profiles, forKey: .profiles)
        try container.encode(names, forKey: .names)
    }
}

/// The sites' names and descriptions, by number. When a site leaves, the last one gets its number.
struct SiteTable: Sendable, Codable {
    private(set) var reports: [SiteReport] = []
    private var numbers: [SiteID: Int] = [:]

    func number(of id: SiteID) -> Int? { numbers[id] }

    func id(_ number: Int) -> SiteID { reports[number].id }

    mutating func set(_ report: SiteReport, number: Int) {
        if number == reports.count { reports.append(report) } else { reports[number] = report }
        numbers[report.id] = number
    }

    mutating func remove(_ number: Int) {
        numbers[reports[number].id] = nil
        let last = reports.removeLast()
        guard number < reports.count else { return }
        reports[number] = last
        numbers[last.id] = number
    }

    init() {}

    init(from decoder: any Decoder) throws {
        reports = try decoder.singleValueContainer().decode([SiteReport].self)
        for (number, report) in reports.enumerated() { numbers[report.id] = number }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(reports)
    }
}
