/// What kind of stream a session carries between its sites.
public enum MediaClass: String, Sendable, Hashable, Codable, CaseIterable {
    /// Speech: narrow, and late is lost.
    case audio
    /// Live pictures: wide, little time to send again.
    case video
    /// What is shown or shared: must arrive whole, and may take its time.
    case content
}

/// A stream that every publishing participant of a session sends, relayed once to each remote site.
public struct MediaStream: Sendable, Hashable {
    /// Its class.
    public var mediaClass: MediaClass
    /// Mbit/s of one publishing participant.
    public var rate: Double
    /// How much a millisecond of its latency counts against one of the others.
    public var latencyWeight: Double
    /// The part of its packets that may be lost, 0 to 1.
    public var lossTolerance: Double

    /// Creates a stream.
    public init(mediaClass: MediaClass, rate: Double, latencyWeight: Double = 1, lossTolerance: Double = 0.01) {
        self.mediaClass = mediaClass
        self.rate = rate
        self.latencyWeight = latencyWeight
        self.lossTolerance = lossTolerance
    }

    /// Speech of 64 kbit/s.
    public static let audio = MediaStream(mediaClass: .audio, rate: 0.064, latencyWeight: 1, lossTolerance: 0.02)
    /// Pictures of 2.5 Mbit/s.
    public static let video = MediaStream(mediaClass: .video, rate: 2.5, latencyWeight: 0.5, lossTolerance: 0.005)
    /// A shared screen or file of 1 Mbit/s.
    public static let content = MediaStream(mediaClass: .content, rate: 1, latencyWeight: 0.1, lossTolerance: 0)
}
