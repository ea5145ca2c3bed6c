import MeshControl
import MeshTypes

/// The numbers that datagrams name sites and sessions by. They follow from the log alone.
///
/// A site keeps its number while it is in the pool. A session's number is not given again before four thousand million others were. Attachments get theirs from
/// ``RelayState``: they are not in the log.
struct MediaNumbers: Sendable, Codable {
    /// A session's.
    struct Session: Sendable, Codable {
        var number: UInt32
    }

    /// The most sites that tables can name.
    static let siteLimit = 4095

    private(set) var sites: [SiteID: UInt16] = [:]
    private(set) var sessions: [SessionID: Session] = [:]
    private var nextSession: UInt32 = 1
    private var nextSite = 1

    /// A site is in the pool; it gets no number when all are given. A number is given again as late as can be.
    mutating func add(_ site: SiteID) {
        guard sites[site] == nil, sites.count < Self.siteLimit else { return }
        let taken = Set(sites.values)
        while taken.contains(UInt16(nextSite)) { nextSite = nextSite % Self.siteLimit + 1 }
        sites[site] = UInt16(nextSite)
        nextSite = nextSite % Self.siteLimit + 1
    }

    mutating func remove(_ site: SiteID) { sites[site] = nil }

    mutating func open(_ id: SessionID) {
        sessions[id] = Session(number: nextSession)
        // 0 is of no session.
        nextSession = max(1, nextSession &+ 1)
    }

    mutating func close(_ id: SessionID) { sessions[id] = nil }

    init() {}

    /// Numbers for what a state holds that was kept without any.
    init(of controller: MeshController, sites: [SiteID]) {
        sites.sorted().forEach { add($0) }
        for id in controller.sessionIDs { open(id) }
    }
}
