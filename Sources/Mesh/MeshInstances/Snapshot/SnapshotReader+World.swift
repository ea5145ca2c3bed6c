internal import MeshTypes

extension SnapshotReader {
    mutating func readSites() throws(InputError) -> [Site] {
        var reader = try outline.required(.sites)
        var sites: [Site] = []
        var index: [SiteID: Int] = [:]
        try reader.array { (reader, number) throws(InputError) in
            guard number < SnapshotLimits.sites else {
                throw reader.error("is one site too many; expected at most \(SnapshotLimits.sites)")
            }
            sites.append(
                try reader.site { (reader, id) throws(InputError) in
                    guard index.updateValue(number, forKey: id) == nil else {
                        throw reader.error("is the duplicate site \(id); expected each identifier once")
                    }
                })
        }
        guard !sites.isEmpty else { throw reader.error("holds no site; expected one at least") }
        siteIndex = index
        return sites
    }

    func readSessions() throws(InputError) -> [Session] {
        var reader = try outline.required(.sessions)
        var sessions: [Session] = []
        var seen: Set<SessionID> = []
        try reader.array { (reader, number) throws(InputError) in
            guard number < SnapshotLimits.participants else {
                throw reader.error("is one session too many; expected at most \(SnapshotLimits.participants)")
            }
            sessions.append(
                try reader.session { (reader, id) throws(InputError) in
                    guard seen.insert(id).inserted else {
                        throw reader.error("is the duplicate session \(id); expected each identifier once")
                    }
                })
        }
        return sessions
    }

    func readProfiles() throws(InputError) -> [Profile] {
        guard var reader = outline.value(.profiles) else { return [] }
        var profiles: [Profile] = []
        var seen: Set<String> = []
        try reader.array { (reader, _) throws(InputError) in
            profiles.append(
                try reader.profile { (reader, name) throws(InputError) in
                    guard seen.insert(name).inserted else {
                        throw reader.error("is the duplicate profile \(name); expected each name once")
                    }
                })
        }
        return profiles
    }

    mutating func readParticipants(
        sessions: Set<SessionID>, profiles: Set<String>
    ) throws(InputError) -> [Participant] {
        _ = try outline.required(.participants)
        guard let (part, isFile) = try valueOrFile(.participants) else { return [] }
        var reader = part
        // Both limits, whichever is met first.
        let limit = min(SnapshotLimits.participants, SnapshotLimits.tableCells / siteIndex.count)
        var participants: [Participant] = []
        var index: [ParticipantID: Int] = [:]
        try reader.array { (reader, number) throws(InputError) in
            guard number < limit else {
                throw reader.error("is one participant too many; expected at most \(limit) with so many sites")
            }
            participants.append(
                try reader.participant(sessions: sessions, profiles: profiles) { (reader, id) throws(InputError) in
                    guard index.updateValue(number, forKey: id) == nil else {
                        throw reader.error("is the duplicate participant \(id); expected each identifier once")
                    }
                })
        }
        if isFile { try reader.finish() }
        participantIndex = index
        return participants
    }
}

extension JSONReader {
    /// Reads a site; the check sees its identifier where it stands.
    mutating func site(_ check: (JSONReader, SiteID) throws(InputError) -> Void) throws(InputError) -> Site {
        let start = mark()
        var id: SiteID?
        var name: String?
        var (latitude, longitude, price): (Double?, Double?, Double?)
        var servers: (free: Int, total: Int)?
        var loadPerServer: Int?
        var (provider, region): (String?, String?)
        try object(SiteKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .id:
                let found: SiteID = try reader.identifier()
                try check(reader, found)
                id = found
            case .name: name = try reader.name()
            case .latitude: latitude = try reader.latitude()
            case .longitude: longitude = try reader.longitude()
            case .servers: servers = try reader.servers()
            case .loadPerServer: loadPerServer = try reader.integer(in: 1...SnapshotLimits.count)
            case .price: price = try reader.number(in: 0...SnapshotLimits.price)
            case .provider: provider = try reader.null() ? nil : reader.name()
            case .region: region = try reader.null() ? nil : reader.name()
            }
        }
        let identifier = try required(id, SiteKey.id, at: start)
        let coordinate = GeoCoordinate(
            latitude: try required(latitude, SiteKey.latitude, at: start),
            longitude: try required(longitude, SiteKey.longitude, at: start))
        let (free, total) = try required(servers, SiteKey.servers, at: start)
        return Site(
            id: identifier, name: name ?? identifier.description, coordinate: coordinate, freeServers: free,
            totalServers: total, loadPerServer: try required(loadPerServer, SiteKey.loadPerServer, at: start),
            price: try required(price, SiteKey.price, at: start), provider: provider, region: region)
    }

    private mutating func servers() throws(InputError) -> (free: Int, total: Int) {
        let start = mark()
        var (free, total): (Int?, Int?)
        try object(ServersKey.self) { (reader, key) throws(InputError) in
            let count = try reader.integer(in: 0...SnapshotLimits.count)
            switch key {
            case .free: free = count
            case .total: total = count
            }
        }
        let servers = (
            free: try required(free, ServersKey.free, at: start),
            total: try required(total, ServersKey.total, at: start)
        )
        guard servers.free <= servers.total else {
            throw error("has \(servers.free) free servers of \(servers.total); expected at most all", at: start)
        }
        return servers
    }

    /// Reads a session; the check sees its identifier where it stands.
    mutating func session(_ check: (JSONReader, SessionID) throws(InputError) -> Void) throws(InputError) -> Session {
        let start = mark()
        var id: SessionID?
        var type: String?
        var policy = SessionPolicy()
        try object(SessionKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .id:
                let found: SessionID = try reader.identifier()
                try check(reader, found)
                id = found
            case .type: type = try reader.name()
            case .policy: policy = try reader.policy()
            }
        }
        return Session(
            id: try required(id, SessionKey.id, at: start), type: try required(type, SessionKey.type, at: start),
            policy: policy)
    }

    /// Reads a profile; the check sees its name where it stands.
    mutating func profile(_ check: (JSONReader, String) throws(InputError) -> Void) throws(InputError) -> Profile {
        let start = mark()
        var name: String?
        var load: Int?
        var publishes = true
        try object(ProfileKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .name:
                let found = try reader.name()
                try check(reader, found)
                name = found
            case .load: load = try reader.integer(in: 1...SnapshotLimits.count)
            case .publishes: publishes = try reader.boolean()
            }
        }
        return Profile(
            name: try required(name, ProfileKey.name, at: start), load: try required(load, ProfileKey.load, at: start),
            publishes: publishes)
    }

    /// Reads a participant; the check sees its identifier where it stands.
    mutating func participant(
        sessions: Set<SessionID>, profiles: Set<String>,
        _ check: (JSONReader, ParticipantID) throws(InputError) -> Void
    ) throws(InputError) -> Participant {
        let start = mark()
        var id: ParticipantID?
        var session: SessionID?
        var (latitude, longitude): (Double?, Double?)
        var profile = Profile.standardName
        var waiting = 0.0
        try object(ParticipantKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .id:
                let found: ParticipantID = try reader.identifier()
                try check(reader, found)
                id = found
            case .session:
                let found: SessionID = try reader.identifier()
                guard sessions.contains(found) else { throw reader.unknown("session", found.description) }
                session = found
            case .latitude: latitude = try reader.latitude()
            case .longitude: longitude = try reader.longitude()
            case .profile:
                profile = try reader.name()
                guard profiles.contains(profile) else { throw reader.unknown("profile", profile) }
            case .waiting: waiting = try reader.number(in: 0...SnapshotLimits.quantity)
            }
        }
        let coordinate = GeoCoordinate(
            latitude: try required(latitude, ParticipantKey.latitude, at: start),
            longitude: try required(longitude, ParticipantKey.longitude, at: start))
        return Participant(
            id: try required(id, ParticipantKey.id, at: start),
            session: try required(session, ParticipantKey.session, at: start), coordinate: coordinate, profile: profile,
            waiting: waiting)
    }

    /// A refusal of a reference to what is not there.
    func unknown(_ kind: StaticString, _ name: String) -> InputError {
        error("is \(InputError.quoted(name.utf8)), which no \(kind) is called; expected one of the snapshot's")
    }
}
