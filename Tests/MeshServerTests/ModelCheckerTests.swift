import Foundation
import MeshServer
import Testing

/// Seeded sequences of every call against a service in memory, with invariants after each.
@Suite struct ModelCheckerTests {
    /// `RMC_MODEL_SEEDS` says how many; `make model` runs two hundred.
    private static let seeds = ProcessInfo.processInfo.environment["RMC_MODEL_SEEDS"].flatMap(UInt64.init) ?? 6

    @Test("what the interface says holds after every call", arguments: 0..<seeds)
    func everyCallKeepsTheInvariants(seed: UInt64) async throws {
        let time = Box(1_790_000_000_000.0)
        let clock = ServiceClock(wall: { time.value }, monotonic: { time.value })
        // One place a slot, and slots of several.
        let slots = seed % 3 == 0 ? "4" : "1000000"
        try await TestService.run(settings: ["slots": slots, "log-level": "critical"], clock: clock) {
            test async throws in
            let checker = ModelChecker(test, clock: time, seed: seed)
            for _ in 0..<160 where checker.broken.count < 3 { try await checker.act() }
            try await checker.endAll()
            #expect(checker.broken.isEmpty, "seed \(seed): \(checker.broken.prefix(3).joined(separator: "\n"))")
        }
    }
}
