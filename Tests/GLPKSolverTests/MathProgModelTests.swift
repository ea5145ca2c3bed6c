import Foundation
import GLPKSolver
import Optimization
import TestSupport
import Testing

@Suite struct MathProgModelTests {
    private let diet = """
        set FOODS;
        param price{FOODS};
        param energy{FOODS};
        var eat{FOODS}, >= 0, <= 10;
        minimize cost: sum{f in FOODS} price[f] * eat[f];
        s.t. enough: sum{f in FOODS} energy[f] * eat[f] >= 30;
        solve;
        printf "eaten %g\\n", eat['rice'];
        display cost;
        data;
        param : FOODS : price energy := rice 2 4  'white bread' 3 5;
        end;
        """

    @Test func valuesComeBackByNameAndOutputIsKept() throws {
        let result = try MathProgModel(text: diet).solve()
        #expect(result.termination == .optimal)
        #expect(result.objective == 15)
        #expect(result.bound == 15)
        #expect(result.columns == ["eat[rice]": 7.5, "eat['white bread']": 0])
        #expect(result.value("eat", "rice") == 7.5)
        #expect(result.rows == ["cost": 15, "enough": 30])
        #expect(result.output.contains("eaten 7.5"))
        #expect(result.output.contains("cost.val = 15"))
    }

    @Test func separateDataReplacesTheModelsOwn() throws {
        let result = try MathProgModel(text: diet, data: "data; param : FOODS : price energy := rice 1 10; end;")
            .solve()
        #expect(result.objective == 3)
    }

    @Test func integersAreExactAndSubscriptsAreRead() throws {
        let model = MathProgModel(
            text: """
                var x{1..2, 1..2}, integer, >= 0, <= 7;
                maximize total: sum{i in 1..2, j in 1..2} (i + 3 * j) * x[i, j];
                s.t. weight: sum{i in 1..2, j in 1..2} (2 * i + 5 * j) * x[i, j] <= 40;
                end;
                """)
        let result = try model.solve()
        #expect(result.termination == .optimal)
        let value = try #require(result.value("x", 1, 2))
        #expect(value == value.rounded())
        #expect(result.objective == result.bound)
        #expect(result.rows["weight"].map { $0 <= 40 } == true)
    }

    @Test func infeasibleAndUnboundedAreResults() throws {
        let infeasible = MathProgModel(text: "var x >= 0; s.t. c: x >= 3; s.t. d: x <= 2; minimize o: x; end;")
        #expect(try infeasible.solve().termination == .infeasible)
        let unbounded = MathProgModel(text: "var x >= 0; maximize o: x; s.t. c: x >= 3; end;")
        #expect(try unbounded.solve().termination == .unbounded)
        let integers = MathProgModel(
            text: "var x integer >= 0; minimize o: x; s.t. c: 2 * x = 3; end;")
        #expect(try integers.solve().termination == .infeasible)
        let crossed = MathProgModel(text: "var x >= 3, <= 2; minimize o: x; end;")
        #expect(try crossed.solve().termination == .infeasible)
        let fractional = MathProgModel(text: "var x integer >= 0.5, <= 2.5; maximize o: x; end;")
        #expect(try fractional.solve().objective == 2)
    }

    @Test(arguments: [
        ("var x >= 0;\nminimize o: y;\nend;\n", "model.mod:2: y not defined"),
        ("var x >= 0;\nminimize o x;\nend;\n", "model.mod:2: colon missing where expected"),
        ("param p;\nvar x >= p;\nminimize o: x;\nend;\n", "model.mod:3: no value for p"),
        ("param p, >= 0;\nvar x >= p;\nminimize o: x;\ndata;\nparam p := -1;\nend;\n", "model.mod:3: p = -1 not >= 0"),
        ("var x >= 0;\nvar y >= 0;\nminimize o: x * y;\nend;\n", "model.mod:3:"),
        ("", "model.mod"),
    ])
    func errorsNameTheLine(text: String, expected: String) throws {
        let error = #expect(throws: SolverError.self) { try MathProgModel(text: text).solve() }
        #expect(error?.code == .unreadableModel)
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(FileManager.default.temporaryDirectory.path) == false)
    }

    @Test func errorsInDataNameTheDataFile() {
        let error = #expect(throws: SolverError.self) {
            try MathProgModel(text: diet, data: "data;\nparam : FOODS : price energy :=\n rice 1;\nend;\n").solve()
        }
        #expect(error?.message.contains("data.dat:3:") == true, "\(error?.message ?? "")")
    }

    @Test func aMissingFileIsNamed() {
        let error = #expect(throws: SolverError.self) { try MathProgModel(path: "no/such/model.mod").solve() }
        #expect(error?.code == .unreadableModel)
        #expect(error?.message.hasPrefix("no/such/model.mod: no such file") == true)
    }

    /// Any damage to a model ends as an error or an answer, and the next solve works.
    @Test func damagedModelsNeverHarm() throws {
        var refused = 0
        for seed in 0..<1_000 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            var bytes = Array(diet.utf8)
            for _ in 0..<random.integer(1...4) {
                switch random.integer(0...3) {
                case 0: bytes[random.integer(0...(bytes.count - 1))] = UInt8(random.integer(32...126))
                case 1: bytes.remove(at: random.integer(0...(bytes.count - 1)))
                case 2: bytes.removeLast(random.integer(0...(bytes.count / 2)))
                default: bytes.insert(contentsOf: Array("99999999".utf8), at: random.integer(0...bytes.count))
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            do throws(SolverError) {
                _ = try MathProgModel(text: text).solve(criteria: StoppingCriteria(iterationLimit: 1_000))
            } catch {
                refused += 1
                #expect(error.code == .unreadableModel || error.code == .libraryFailure, "seed \(seed): \(error)")
                #expect(!error.message.isEmpty)
            }
        }
        #expect(refused > 500)
        #expect(try MathProgModel(text: diet).solve().objective == 15)
    }
}
