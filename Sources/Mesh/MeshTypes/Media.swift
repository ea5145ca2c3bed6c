/// A kind of media that participants send each other.
public enum MediaClass: String, Sendable, Hashable, Comparable, Codable, CaseIterable {
    /// Speech and game state: little of it, and it cannot wait.
    case audio
    /// Moving pictures.
    case video
    /// Shared content, such as slides and files: it must arrive, late if need be.
    case content

    /// The class's place in ``allCases``: audio 0, video 1, content 2.
    public var number: Int {
        switch self {
        case .audio: 0
        case .video: 1
        case .content: 2
        }
    }

    /// Audio before video before content.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// What one publishing participant sends of a class, and what its delay and loss are worth.
public struct MediaStream: Sendable, Hashable, Codable {
    /// The class.
    public var media: MediaClass
    /// What one publishing participant sends, Mbit/s.
    public var rate: Double
    /// What a millisecond counts for a megabit of this class against one of weight 1.
    public var latencyWeight: Double
    /// The fraction of packets that may be lost on the way between sites; 1 for any.
    public var lossTolerance: Double

    /// Creates a stream.
    public init(media: MediaClass, rate: Double, latencyWeight: Double = 1, lossTolerance: Double = 1) {
        self.media = media
        self.rate = rate
        self.latencyWeight = latencyWeight
        self.lossTolerance = lossTolerance
    }

    private enum CodingKeys: String, CodingKey {
        case media = "class"
        case rate
        case latencyWeight = "latency-weight"
        case lossTolerance = "loss-tolerance"
    }

    /// Speech: 64 kbit/s; a millisecond weighs most, and one packet in fifty may go missing.
    public static let audio = MediaStream(media: .audio, rate: 0.064, latencyWeight: 8, lossTolerance: 0.02)
    /// A camera picture: 1.5 Mbit/s.
    public static let video = MediaStream(media: .video, rate: 1.5, latencyWeight: 1, lossTolerance: 0.01)
    /// A shared screen: 0.5 Mbit/s; it may come a little later, but whole.
    public static let content = MediaStream(media: .content, rate: 0.5, latencyWeight: 0.25, lossTolerance: 0.002)
}
