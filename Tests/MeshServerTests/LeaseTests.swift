import MeshServer
import MeshTypes
import Testing

/// Leases: who fails, and who does not.
@Suite struct LeaseTests {
    private func table() -> LeaseTable { LeaseTable(lease: .seconds(10), registration: .seconds(100)) }

    /// Looks every second, from one time to another; who failed when.
    private func watch(
        _ table: LeaseTable, from: Int, to: Int, beating: [SiteID] = []
    ) -> [SiteID: Int] {
        var failed: [SiteID: Int] = [:]
        for second in from..<to {
            for id in beating { table.renew(id, at: Double(second) * 1000) }
            for id in table.expired(at: Double(second) * 1000) { failed[id] = second }
        }
        return failed
    }

    @Test func aSilentServerIsSuspectThenFails() {
        let table = table()
        let others: [SiteID] = ["b", "c", "d", "e"]
        for id in others + ["a"] { table.renew(id, at: 0) }
        _ = watch(table, from: 0, to: 12, beating: others)
        #expect(table.isSuspect("a") && !table.isSuspect("b"))
        let failed = watch(table, from: 12, to: 40, beating: others)
        #expect(failed == ["a": 16])
    }

    @Test func aRegistrationHoldsUntilTheFirstHeartbeat() {
        let table = table()
        table.register("a", at: 0)
        #expect(watch(table, from: 0, to: 100).isEmpty)
        #expect(watch(table, from: 100, to: 120) == ["a": 106])
    }

    @Test func heartbeatsThatAreLateByLessThanHalfALeaseMoveNobody() {
        let table = table()
        table.renew("a", at: 0)
        _ = watch(table, from: 0, to: 14)
        #expect(table.isSuspect("a"))
        table.renew("a", at: 14_000)
        #expect(!table.isSuspect("a"))
        #expect(watch(table, from: 14, to: 24).isEmpty)
    }

    @Test func aServiceThatWasAwayBlamesNobody() {
        let table = table()
        table.renew("a", at: 0)
        _ = watch(table, from: 0, to: 5)
        // Stopped for an hour: nobody could have been heard.
        #expect(table.expired(at: 3_605_000).isEmpty)
        #expect(watch(table, from: 3606, to: 3609).isEmpty)
    }

    @Test func silenceOfMostAtOnceIsGivenTime() {
        let table = table()
        let all = (0..<8).map { SiteID("s\($0)") }
        for id in all { table.renew(id, at: 0) }
        // All fall silent: the service's own network, most likely. They come back within two leases.
        #expect(watch(table, from: 0, to: 30).isEmpty)
        #expect(watch(table, from: 30, to: 60, beating: all).isEmpty)
        // All fall silent again soon: now it is believed.
        #expect(watch(table, from: 60, to: 90).count == 8)
    }

    @Test func aRestartGivesTime() {
        let table = table()
        table.restart([("beating", true), ("registered", false)], now: 0)
        #expect(watch(table, from: 0, to: 20).isEmpty)
        #expect(watch(table, from: 20, to: 60) == ["beating": 26])
    }
}
