/// A 0-1 knapsack with whole weights: greedy and linear bounds fix most items, dynamic programming does the rest.
///
/// Source: Martello and Toth, "Knapsack Problems" (1990), sections 2.6 and 3.2 (reduction), 2.3 (recursion).
struct BinaryKnapsack {
    /// An item on offer; `index` is the caller's.
    struct Item {
        var index: Int32
        var weight: Int
        var profit: Double
        var isTaken = false
    }

    private(set) var items: [Item] = []
    private var rows: [Double] = []
    private var core: [Int] = []

    mutating func clear() { items.removeAll(keepingCapacity: true) }

    mutating func offer(_ index: Int, weight: Int, profit: Double) {
        items.append(Item(index: Int32(index), weight: weight, profit: profit))
    }

    /// Marks the items of a best choice within `room` as taken and returns their profit.
    mutating func solve(room: Int) -> Double {
        var total = 0.0
        if items.reduce(0, { $0 + $1.weight }) <= room {
            for index in items.indices {
                items[index].isTaken = true
                total += items[index].profit
            }
            return total
        }
        items.sort {
            let (left, right) = ($0.profit * Double($1.weight), $1.profit * Double($0.weight))
            return left != right ? left > right : $0.index < $1.index
        }
        // The break item is the first that does not fit; its ratio prices the room.
        var left = room
        var broken = 0
        while items[broken].weight <= left {
            left -= items[broken].weight
            total += items[broken].profit
            broken += 1
        }
        let critical = items[broken].profit / Double(items[broken].weight)
        let upper = total + critical * Double(left)
        var lower = total
        var spare = left
        for index in broken..<items.count where items[index].weight <= spare {
            spare -= items[index].weight
            lower += items[index].profit
        }
        var free = room
        var fixed = 0.0
        core.removeAll(keepingCapacity: true)
        for index in items.indices {
            let regret = abs(items[index].profit - critical * Double(items[index].weight))
            let isIn = index < broken
            if upper - regret < lower - 1e-12 * abs(lower) {
                items[index].isTaken = isIn
                if isIn {
                    free -= items[index].weight
                    fixed += items[index].profit
                }
            } else {
                core.append(index)
            }
        }
        return fixed + fill(room: free)
    }

    /// Solves for the items that the bounds left open, row by row, and reads the choice back from the rows.
    private mutating func fill(room: Int) -> Double {
        let width = room + 1
        let size = width * (core.count + 1)
        if rows.count < size { rows = Array(repeating: 0, count: size) }
        for filled in 0..<width { rows[filled] = 0 }
        for (step, index) in core.enumerated() {
            let (weight, profit) = (items[index].weight, items[index].profit)
            let before = step * width
            let after = before + width
            for filled in 0..<min(weight, width) { rows[after + filled] = rows[before + filled] }
            for filled in stride(from: weight, to: width, by: 1) {
                rows[after + filled] = max(rows[before + filled], rows[before + filled - weight] + profit)
            }
        }
        var filled = room
        for step in stride(from: core.count - 1, through: 0, by: -1) {
            let isTaken = rows[(step + 1) * width + filled] != rows[step * width + filled]
            items[core[step]].isTaken = isTaken
            if isTaken { filled -= items[core[step]].weight }
        }
        return rows[core.count * width + room]
    }
}
