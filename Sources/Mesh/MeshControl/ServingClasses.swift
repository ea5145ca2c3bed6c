/// Which sessions lack servers for some of their members, and what sessions pay for each who is left out: what tells in constant time
/// that nobody has a claim on others' servers.
///
/// Follows from the sessions, so it is no part of the stored state.
struct ServingClasses: Sendable {
    /// Sessions, by number, with members who are not served.
    private(set) var short: Set<Int> = []
    /// How many sessions pay a price for each who is left out.
    private var sessions: [Double: Int] = [:]

    /// The least that any session pays.
    ///
    /// - Complexity: O(different prices).
    var lowestPrice: Double? { sessions.keys.min() }

    mutating func begin(paying price: Double) { sessions[price, default: 0] += 1 }

    mutating func end(_ number: Int, paying price: Double) {
        short.remove(number)
        let left = (sessions[price] ?? 1) - 1
        sessions[price] = left > 0 ? left : nil
    }

    mutating func note(_ number: Int, isShort: Bool) {
        if isShort { short.insert(number) } else { short.remove(number) }
    }

    /// Takes sessions by other numbers.
    mutating func renumber(_ numbers: [Int32]) { short = Set(short.map { Int(numbers[$0]) }.filter { $0 >= 0 }) }
}
