import DemoWorld
import TestSupport
import Testing

@Suite("Lateness")
struct LatenessTests {
    @Test("Parts are those of the sorted values, to a quarter")
    func model() {
        var random = SplitMix64(seed: 897)
        for round in 0..<50 {
            var (lateness, values) = (Lateness(), [Double]())
            for _ in 0..<random.integer(1...2_000) {
                let late = UInt64(random.fraction() * random.fraction() * Double([1e5, 1e7, 1e9][round % 3]))
                lateness.take(due: 5_000_000_000, at: 5_000_000_000 + late)
                values.append(Double(late) / 1e6)
            }
            values.sort()
            #expect(lateness.count == values.count)
            for part in [0.5, 0.9, 0.99, 1] {
                let exact = values[max(0, Int((Double(values.count) * part).rounded(.up)) - 1)]
                let found = lateness.milliseconds(atMost: part)
                #expect(found >= exact - 1e-9 && found <= max(0.05, exact * 1.25 + 1e-9))
            }
        }
        var early = Lateness()
        early.take(due: .max, at: 0)
        early.take(due: 0, at: .max)
        #expect(early.count == 2)
    }

    @Test("Figures of a quiet machine count, those of a busy one do not")
    func objections() {
        var quiet = Lateness()
        for index in 0..<10_000 { quiet.take(due: 0, at: index < 9_950 ? 200_000 : 20_000_000) }
        #expect(quiet.objection == nil)
        var busy = quiet
        for _ in 0..<200 { busy.take(due: 0, at: 12_000_000) }
        #expect(busy.objection?.contains("one in a hundred datagrams was late by") == true)
        busy = quiet
        for _ in 0..<20 { busy.take(due: 0, at: 150_000_000) }
        #expect(busy.objection != nil)
        busy = Lateness()
        busy.add(quiet)
        #expect(busy == quiet)
    }
}
