/// What servers at one site would gain at given prices of members, in whole servers: the subproblem of one site in the certificate.
package struct ServerGains {
    private var entries: [(gain: Double, load: Double)] = []
    private var plain: [Double] = []
    private var total = 0.0
    private var wholeLoad = 0.0
    /// The servers that ``best(price:perServer:servers:)`` found to gain the most; one at least.
    package private(set) var rented = 0

    package init() {}

    package mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        (total, wholeLoad) = (0, 0)
    }

    /// Counts a member whose price is above what serving them there costs.
    package mutating func add(gain: Double, load: Double) {
        entries.append((gain, load))
        total += gain
        wholeLoad += load
    }

    /// Sorts by gain a load unit, the highest first; equal loads, which is the rule, as plain numbers.
    private mutating func sort() {
        let load = entries.first?.load ?? 0
        guard entries.allSatisfy({ $0.load == load }) else {
            entries.sort { $0.gain * $1.load > $1.gain * $0.load }
            return
        }
        plain.removeAll(keepingCapacity: true)
        for entry in entries { plain.append(entry.gain) }
        plain.sort(by: >)
        for index in entries.indices { entries[index].gain = plain[index] }
    }

    /// The most that one server or more can gain beyond their price, and the gain a load unit from which on a member is taken.
    ///
    /// For members of equal load this is the best choice of members and servers; else the last member of a server may be taken
    /// by the fraction (Dantzig 1957), so it is no less than that. What servers bring falls with their number: the first that does
    /// not pay ends it.
    ///
    /// - Complexity: O(members log members); O(1) when one server carries all.
    package mutating func best(price: Double, perServer: Int, servers: Int) -> (value: Double, threshold: Double) {
        guard servers > 0, perServer > 0 else { return (-.infinity, .infinity) }
        rented = 1
        if wholeLoad <= Double(perServer) { return (total - price, 0) }
        sort()
        var (value, threshold, place, used) = (0.0, 0.0, 0, 0.0)
        for number in 1...servers {
            var (room, brought) = (Double(perServer), 0.0)
            while place < entries.count {
                let entry = entries[place]
                let left = entry.load - used
                let taken = min(left, room)
                brought += left > 0 ? entry.gain * taken / entry.load : entry.gain
                guard taken == left else {
                    used += taken
                    break
                }
                room -= taken
                (place, used) = (place + 1, 0)
            }
            if number > 1, brought <= price { break }
            value += brought - price
            rented = number
            threshold = place < entries.count ? entries[place].gain / entries[place].load : 0
            if place == entries.count { break }
        }
        return (value, threshold)
    }
}
