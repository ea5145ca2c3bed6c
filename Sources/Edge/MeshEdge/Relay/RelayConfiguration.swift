extension Relay {
    /// Limits and times of a relay. Times are nanoseconds.
    public struct Configuration: Sendable, Hashable {
        /// The number of the site, 0 to 4,095.
        public var site: UInt16
        /// The most participants that are served at once.
        public var participantCapacity = 1_000
        /// The most participants that are kept in reserve at once.
        public var reserveCapacity = 4_000
        /// Mbit/s that may leave, headers of IP and UDP included; `nil` for as much as the machine sends.
        public var megabitsPerSecond: Double?
        /// How many datagrams can be held at once, each in a room of 1,536 bytes.
        public var roomCount = 2_048
        /// How many datagrams may wait to be sent in each class; a datagram for ten is ten.
        public var queueLength = 8_192
        /// What has waited so long is dropped instead of sent.
        public var staleAfter: UInt64 = 250_000_000
        /// A participant to whom nothing was sent for so long gets a beat.
        public var beatEvery: UInt64 = 40_000_000
        /// A participant in reserve gets a beat so often.
        public var reserveBeatEvery: UInt64 = 200_000_000
        /// A neighbour gets a beat so often.
        public var linkBeatEvery: UInt64 = 40_000_000
        /// A neighbour from whom nothing came for so long is silent: its spares are used.
        public var silentAfter: UInt64 = 150_000_000
        /// A participant from whom nothing came for so long is let go.
        public var participantTimeout: UInt64 = 6_000_000_000
        /// For so long after a new table, what the old one forwarded goes on, so that no datagram under way falls between the two.
        public var overlap: UInt64 = 500_000_000
        /// How many requests of participants are looked at in a second; each costs a keyed hash.
        public var requestsPerSecond = 5_000.0

        /// The usual limits for a site.
        public init(site: UInt16) { self.site = site & 0xFFF }
    }
}
