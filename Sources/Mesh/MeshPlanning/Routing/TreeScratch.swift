/// A tree under construction, and the marks of the sites it reaches; kept to be used again.
struct TreeScratch: Sendable {
    private var marks: [Int32]
    private var stamp: Int32 = 0
    private var stack: [Int32] = []
    /// Microseconds from the source to each marked site, along the tree.
    private(set) var delay: [Int64]
    /// What is lost on the way, nanonepers.
    private(set) var loss: [Int64]
    /// Receivers at or below each marked site.
    private var below: [Int64]
    /// The links, each after the one that leads to it.
    private(set) var links: [Int32] = []
    /// The source.
    private(set) var source = 0

    init(siteCount: Int) {
        marks = Array(repeating: 0, count: siteCount)
        delay = Array(repeating: 0, count: siteCount)
        loss = Array(repeating: 0, count: siteCount)
        below = Array(repeating: 0, count: siteCount)
    }

    /// Starts a tree that consists of its source.
    mutating func begin(at source: Int) {
        beginEmpty()
        self.source = source
        reach(source, delay: 0, loss: 0)
    }

    /// Starts with no site marked.
    mutating func beginEmpty() {
        if stamp == .max {
            marks = Array(repeating: 0, count: marks.count)
            stamp = 0
        }
        stamp += 1
        links.removeAll(keepingCapacity: true)
    }

    /// Marks a site; false when it is marked already.
    mutating func mark(_ site: Int) -> Bool {
        guard marks[site] != stamp else { return false }
        marks[site] = stamp
        return true
    }

    /// Whether the tree reaches the site.
    func reaches(_ site: Int) -> Bool { marks[site] == stamp }

    private mutating func reach(_ site: Int, delay: Int64, loss: Int64) {
        marks[site] = stamp
        self.delay[site] = delay
        self.loss[site] = loss
        below[site] = 0
    }

    /// Adds the path to `target` that `paths` has, from the last site on it that the tree reaches. False when there is
    /// no path, or it starts outside the tree.
    mutating func add(_ target: Int, along paths: PathTree, network: RoutingNetwork) -> Bool {
        stack.removeAll(keepingCapacity: true)
        var site = target
        while marks[site] != stamp {
            let link = paths.link[site]
            guard link >= 0 else { return false }
            stack.append(link)
            site = Int(network.from[Int(link)])
        }
        while let link = stack.popLast() { append(Int(link), network: network) }
        return true
    }

    /// Adds a link that leaves a reached site.
    mutating func append(_ link: Int, network: RoutingNetwork) {
        let from = Int(network.from[link])
        links.append(Int32(link))
        reach(
            Int(network.to[link]), delay: delay[from] + network.latency[link], loss: loss[from] + network.loss[link])
    }

    /// What the tree costs each unit of its rate: latency as the receivers feel it, and carriage; nanoseconds.
    func cost(receivers: [Int], weight: Int64, carriage: Int64, network: RoutingNetwork) -> TreeCost {
        var felt: Int64 = 0
        for receiver in receivers where receiver != source && reaches(receiver) { felt += delay[receiver] }
        var carried: Int64 = 0
        for link in links { carried += network.latency[Int(link)] }
        return TreeCost(latency: Int128(felt) * Int128(weight), carriage: Int128(carried) * Int128(carriage))
    }

    /// How many receivers the tree does not reach, and at how many it loses more than is tolerated.
    func defects(receivers: [Int], tolerance: Int64) -> TreeDefects {
        var defects = TreeDefects()
        for receiver in receivers where receiver != source {
            if !reaches(receiver) {
                defects.unreached += 1
            } else if loss[receiver] > tolerance {
                defects.lossy += 1
            }
        }
        return defects
    }

    /// Cuts off links at the end that lead to no receiver.
    mutating func prune(receivers: [Int], network: RoutingNetwork) {
        for receiver in receivers where reaches(receiver) { below[receiver] = 1 }
        for link in links.reversed() {
            let (from, to) = (Int(network.from[Int(link)]), Int(network.to[Int(link)]))
            below[from] += below[to]
        }
        let isIdle = links.contains { below[Int(network.to[Int($0)])] == 0 }
        guard isIdle else { return }
        for link in links where below[Int(network.to[Int(link)])] == 0 { marks[Int(network.to[Int(link)])] = 0 }
        links.removeAll { below[Int(network.to[Int($0)])] == 0 }
    }
}

/// What a tree costs each unit of its rate, nanoseconds.
struct TreeCost: Sendable {
    var latency: Int128 = 0
    var carriage: Int128 = 0
}

/// What is wrong with a tree.
struct TreeDefects: Sendable, Hashable, Comparable {
    var unreached: Int32 = 0
    var lossy: Int32 = 0

    var isNone: Bool { unreached == 0 && lossy == 0 }

    static func < (left: Self, right: Self) -> Bool {
        left.unreached != right.unreached ? left.unreached < right.unreached : left.lossy < right.lossy
    }
}
