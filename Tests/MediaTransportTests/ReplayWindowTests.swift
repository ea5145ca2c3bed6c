import MediaTransport
import TestSupport
import Testing

@Suite("Replay window")
struct ReplayWindowTests {
    @Test("It tells new from seen as a set does, within its span")
    func model() {
        var random = SplitMix64(seed: 804)
        for round in 0..<40 {
            var (window, seen, top) = (ReplayWindow(), Set<UInt64>(), UInt64(0))
            for _ in 0..<4_000 {
                let jump = [3, 70, 900, 1_500, 100_000][round % 5]
                let sequence = UInt64(max(0, Int(top) + random.integer(-1_100...jump)))
                let isOld = sequence < top && top - sequence > ReplayWindow.span
                #expect(window.admits(sequence) == (!isOld && !seen.contains(sequence)))
                if window.admits(sequence), random.chance(0.8) {
                    window.record(sequence)
                    seen.insert(sequence)
                    top = max(top, sequence + 1)
                    #expect(!window.admits(sequence))
                }
            }
        }
    }

    @Test("The greatest sequence is taken once")
    func greatest() {
        var window = ReplayWindow()
        #expect(window.admits(MediaWire.greatestSequence))
        window.record(MediaWire.greatestSequence)
        #expect(!window.admits(MediaWire.greatestSequence))
        #expect(window.admits(MediaWire.greatestSequence - 1))
        #expect(!window.admits(0))
    }
}
