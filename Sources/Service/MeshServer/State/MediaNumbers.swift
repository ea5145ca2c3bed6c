import MeshControl
import MeshTypes

/// The numbers that datagrams name sites, sessions and participants by. They follow from the log alone.
///
/// A site keeps its number while it is in the pool. A session's number is never given again, a participant's never again in its session: whoever joins a
/// second time is somebody new to replay windows.
struct MediaNumbers: Sendable, Codable {
    /// A session's.
    struct Session: Sendable, Codable {
        var number: UInt32
        var nextStream: UInt32 = 1
        var streams: [ParticipantID: UInt32] = [:]

        mutating func add(_ person: ParticipantID) {
            streams[person] = nextStream
            nextStream += 1
        }
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

    mutating func open(_ id: SessionID, _ people: [ParticipantID]) {
        sessions[id] = Session(number: nextSession)
        nextSession += 1
        join(id, people)
    }

    mutating func join(_ id: SessionID, _ people: [ParticipantID]) {
        for person in people { sessions[id]?.add(person) }
    }

    mutating func leave(_ id: SessionID, _ person: ParticipantID) { sessions[id]?.streams[person] = nil }

    mutating func close(_ id: SessionID) { sessions[id] = nil }

    init() {}

    /// Numbers for what a state holds that was kept without any.
    init(of controller: MeshController, sites: [SiteID]) {
        sites.sorted().forEach { add($0) }
        let people = Dictionary(grouping: controller.snapshot().participants) { $0.session }
        for id in controller.sessionIDs { open(id, (people[id] ?? []).map(\.id).sorted()) }
    }
}
