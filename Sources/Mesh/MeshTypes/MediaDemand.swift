/// What a session asks of the network between its sites: what is published where, and who must receive it.
public struct MediaDemand: Sendable, Hashable, Codable {
    /// One stream a class of media, by class.
    public var streams: [Stream]

    /// What is asked for one class.
    public struct Stream: Sendable, Hashable, Codable {
        /// The class.
        public var media: MediaClass
        /// What a millisecond counts, as in ``MediaStream/latencyWeight``; kept to a thousandth.
        public var latencyWeight: Double
        /// The fraction of packets that may be lost on the way.
        public var lossTolerance: Double
        /// What is published at each source site, Mbit/s; kept to a kilobit.
        public var volumes: [SiteID: Double]
        /// The sites that must receive what the others publish, ascending.
        public var receivers: [SiteID]

        /// Creates a stream's demand.
        public init(
            media: MediaClass, latencyWeight: Double = 1, lossTolerance: Double = 1, volumes: [SiteID: Double],
            receivers: [SiteID]
        ) {
            self.media = media
            self.latencyWeight = latencyWeight
            self.lossTolerance = lossTolerance
            self.volumes = volumes
            self.receivers = receivers
        }

        private enum CodingKeys: String, CodingKey {
            case media = "class"
            case latencyWeight = "latency-weight"
            case lossTolerance = "loss-tolerance"
            case volumes, receivers
        }
    }

    /// Creates a demand.
    public init(streams: [Stream]) { self.streams = streams }

    /// The demand of a mesh: `publishers` counts the publishing participants at each site, `listeners` are the sites
    /// that serve somebody.
    ///
    /// - Complexity: O(streams * sites).
    public init(media: [MediaStream], publishers: [SiteID: Int], listeners: [SiteID]) {
        streams = media.map { stream in
            Stream(
                media: stream.media, latencyWeight: stream.latencyWeight, lossTolerance: stream.lossTolerance,
                volumes: publishers.filter { $0.value > 0 }.mapValues { Double($0) * stream.rate },
                receivers: listeners.sorted())
        }
    }
}
