internal import Foundation

/// `POST /v1/sessions/{id}/participants/{pid}/attachment`: all that a participant needs for media.
public struct Attachment: Sendable, Hashable, Codable {
    /// The participant's identifier.
    public var id: String
    /// What to show to the controller from now on.
    public var token: String
    /// The session's number.
    public var session: UInt32
    /// The number of this attachment in the session; the next attachment has another.
    public var stream: UInt32
    /// Who is served where.
    public var mesh: ParticipantMesh
    /// The keys of the present epoch.
    public var keys: ParticipantKeys

    /// Creates an attachment.
    public init(
        id: String, token: String, session: UInt32, stream: UInt32, mesh: ParticipantMesh, keys: ParticipantKeys
    ) {
        self.id = id
        self.token = token
        self.session = session
        self.stream = stream
        self.mesh = mesh
        self.keys = keys
    }
}

/// The keys of one epoch that a participant has.
public struct ParticipantKeys: Sendable, Hashable, Codable {
    /// The epoch.
    public var epoch: UInt8
    /// Of all media of the session.
    public var media: SecretBytes
    /// Of what the participant says to servers.
    public var up: SecretBytes
    /// Of what servers say to the participant.
    public var down: SecretBytes

    /// Creates a set of keys.
    public init(epoch: UInt8, media: SecretBytes, up: SecretBytes, down: SecretBytes) {
        self.epoch = epoch
        self.media = media
        self.up = up
        self.down = down
    }
}

/// The mesh as one participant is to see it: in its ``Attachment``, and in each event of `mesh/events?participant=`.
public struct ParticipantMesh: Sendable, Hashable, Codable {
    /// Grows with every change within an epoch.
    public var version: UInt64
    /// Whose view it is: the identity of the controller's data folder. Empty where there is only one.
    public var controller: String
    /// How often a controller has started from that folder. A participant follows no view of a lower one than it has seen.
    public var epoch: UInt64
    /// The site that serves the participant; `nil` while it waits for one.
    public var site: UInt16?
    /// The site that serves it when that one falls silent.
    public var spare: UInt16?
    /// The servers that the participant may have to do with: its own, its spare, and those to probe.
    public var servers: [Server]
    /// The keys of the present epoch, when it is another than the participant knows.
    public var keys: ParticipantKeys?

    /// Creates a view.
    public init(
        version: UInt64, controller: String = "", epoch: UInt64 = 0, site: UInt16?, spare: UInt16? = nil,
        servers: [Server], keys: ParticipantKeys? = nil
    ) {
        self.version = version
        self.controller = controller
        self.epoch = epoch
        self.site = site
        self.spare = spare
        self.servers = servers
        self.keys = keys
    }

    /// A server and where it is.
    public struct Server: Sendable, Hashable, Codable {
        /// The number of its site.
        public var site: UInt16
        /// The site's identifier.
        public var id: String
        /// Where it takes datagrams.
        public var address: String
        /// Whether the controller asks for a probe.
        public var probe: Bool
        /// Degrees north of where it stands, for participants that look for their own place.
        public var latitude: Double?
        /// Degrees east.
        public var longitude: Double?

        /// Creates an entry.
        public init(
            site: UInt16, id: String, address: String, probe: Bool = false, latitude: Double? = nil,
            longitude: Double? = nil
        ) {
            self.site = site
            self.id = id
            self.address = address
            self.probe = probe
            self.latitude = latitude
            self.longitude = longitude
        }
    }
}

extension ParticipantMesh {
    /// Reads a view from JSON text, as an event carries it.
    public init(json text: String) throws {
        self = try JSONDecoder().decode(ParticipantMesh.self, from: Data(text.utf8))
    }

    /// JSON text on one line.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
