/// What a stream carries; it decides what waits and what is dropped when there is more than fits.
public enum TrafficClass: UInt8, Sendable, Hashable, CaseIterable {
    /// Voice: sent first, dropped last.
    case audio = 0
    /// Moving pictures: sent last, dropped first.
    case video = 1
    /// Shared content, such as slides or the state of a game: between the two.
    case content = 2

    /// 0 is sent first.
    public var rank: Int {
        switch self {
        case .audio: 0
        case .content: 1
        case .video: 2
        }
    }

    /// The classes in the order in which they are sent.
    public static let ranked: [TrafficClass] = [.audio, .content, .video]
}
