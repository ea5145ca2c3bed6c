package import MeshAPI
package import MeshControl
package import MeshTypes

/// What the log holds: everything that changes the state of the service, in the order in which it is carried out.
///
/// Heartbeats and single measurements are not in it: what follows from them is (a server that failed, a digest).
package enum Command: Sendable, Hashable, Codable {
    /// Something for the controller.
    case control(ControlEvent)
    /// A server is registered, or registered anew.
    case register(SiteID, ServerRequest)
    /// A server is to be emptied.
    case drain(SiteID)
    /// A server's lease ran out, or somebody said that it failed.
    case fail(SiteID)
    /// A server is heard of for the first time, or again after it failed.
    case restore(SiteID)
    /// A server leaves the pool.
    case remove(SiteID)
    /// A token is revoked, by its identifier; that is remembered until it would have expired.
    case revoke(String, until: ControlTime)
    /// The service started; the build is named for those who compare two.
    case started(build: String)
}

/// A server as the pool keeps it.
package struct ServerRecord: Sendable, Hashable, Codable {
    /// Its identifier.
    package var id: SiteID
    /// What was registered.
    package var registration: ServerRequest
    /// The equal parts that sessions rent.
    package var slots: Int
    /// Load units that a part carries.
    package var loadPerSlot: Int
    /// Whether it is being emptied.
    package var isDraining = false
    /// Whether it failed.
    package var isFailed = false
    /// Whether it ever sent a heartbeat.
    package var isBeating = false

    /// Cuts a capacity into parts: of half to all of `wanted` parts the number that wastes least, the larger of equals.
    package init(id: SiteID, registration: ServerRequest, wanted: Int) {
        self.id = id
        self.registration = registration
        let most = max(1, min(wanted, registration.capacity))
        let least = max(1, (most + 1) / 2)
        slots =
            (least...most).reversed().min { registration.capacity % $0 < registration.capacity % $1 } ?? 1
        loadPerSlot = max(1, registration.capacity / slots)
    }

    /// The site that the controller knows it as.
    var site: SiteReport {
        SiteReport(
            id: id, name: registration.name ?? id.description, latitude: registration.latitude,
            longitude: registration.longitude, servers: slots, loadPerServer: loadPerSlot,
            price: registration.price / Double(slots), provider: registration.provider, region: registration.region)
    }
}

/// What a command led to.
package struct Outcome: Sendable {
    /// What the controller wants done.
    package var directives: [Directive] = []
    /// What whoever asked is told.
    package var answer: Answer
}

/// What whoever asked is told: built where the command is carried out, encoded where the request waits.
package enum Answer: Sendable, Hashable, Codable {
    /// Nothing more to say.
    case done
    /// So many were concerned.
    case count(Int)
    /// A session was created.
    case created(SessionResponse)
    /// People joined.
    case joined(JoinResponse)
    /// A server was registered.
    case server(ServerRecord, isNew: Bool)
    /// Measurements were taken in.
    case receipt(MeasurementReceipt)
    /// A token was signed: what it says, from which it is signed again.
    case issued(IssuedToken)
    /// The command was refused; it changed nothing.
    case refused(Problem)
}
