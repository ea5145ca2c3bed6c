internal import ArgumentParser
internal import DenseMatrices
internal import Forecasting
internal import Foundation
internal import MeshInstances
internal import MeshRendering

struct EvaluateForecastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast", abstract: "Forecast series of demand, and score against what came.",
        discussion: """
            A table has one series a line, its name first, then its values, oldest first, separated by commas. Empty
            cells at the end end the series; empty ones before are missing. With --test, everything in TRAIN is known and
            the series that TEST names are scored on TEST's values. Without, the ends of TRAIN's own series are held back,
            once for each origin.

            MASE is scaled by the error of the seasonal naive forecast in the training part, at the first season, and undefined
            (null) where that is 0;
            sMAPE is in percent, 0 to 200; coverage is that of the 90 % interval.

            EXAMPLE
              printf 'evening,%s\\n' "$(seq -s , 1 24 | tr -d '\\n'),$(seq -s , 1 24)" >train.csv
              printf 'evening,1,2,3,4,5,6\\n' >test.csv
              rmc evaluate forecast train.csv --test test.csv --seasons 24 --horizon 6 --format json
            """)

    @Argument(help: "The table to learn from; - for the standard input. gzip and xz are unpacked.", completion: .file())
    var train: String

    @Option(help: "The table with what came after.", completion: .file())
    var test: String?

    @Option(help: "Seasons in steps, separated by commas.")
    var seasons: SeasonList = SeasonList(lengths: [24, 168])

    @Option(help: "How many steps are forecast.")
    var horizon: Int = 48

    @Option(help: "Without --test: how often the ends are held back, a horizon apart.")
    var origins: Int?

    @Option(help: "How many threads work; the result is the same.")
    var jobs: Int?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(horizon) else {
            throw ValidationError("--horizon is \(horizon); expected 1 to 10000 steps")
        }
        if let origins {
            guard (1...100).contains(origins) else {
                throw ValidationError("--origins is \(origins); expected 1 to 100")
            }
            guard test == nil else { throw ValidationError("--origins goes without --test") }
        }
        if let jobs, !(1...256).contains(jobs) {
            throw ValidationError("--jobs is \(jobs); expected 1 to 256")
        }
        guard train != "-" || test != "-" else {
            throw ValidationError("TRAIN and --test are both -; expected one of them to be a file")
        }
    }

    func run() throws {
        BLAS.threadCount = 1
        let table = try InputFile.read(train)
        let training = try SeriesTableReader.read(table).series
        if let first = training.first, training.count > 2, training.allSatisfy({ Self.isTime($0.name) }) {
            throw InputError(
                file: table.name, line: first.line,
                message:
                    "has times such as '\(first.name.prefix(25))' in its first column; expected a series a line, its "
                    + "values side by side: turn the table")
        }
        let forecaster = EnsembleForecaster(
            seasons: seasons.lengths, horizon: horizon,
            workers: jobs ?? min(2, ProcessInfo.processInfo.activeProcessorCount))
        let season = seasons.lengths.first ?? 1
        let truths = try test.map { try Self.truths(of: training, in: try InputFile.read($0)) }
        let scored = try ProgressLine.during("forecasting") {
            try Stopwatch.measure {
                if let truths { return Self.score(forecaster, training.map(\.values), truths, season) }
                return try rollingOrigin(forecaster, training, season)
            }
        }
        try report(scored.value, seconds: scored.seconds)
    }

    /// What came after each training series, where the test table says; in the training table's order.
    private static func truths(of training: [SeriesTable.Series], in file: InputFile) throws -> [[Double]?] {
        var truths = [[Double]?](repeating: nil, count: training.count)
        let places = Dictionary(training.indices.map { (training[$0].name, $0) }) { first, _ in first }
        for series in try SeriesTableReader.read(file).series {
            guard let place = places[series.name] else {
                throw InputError(
                    file: file.name, line: series.line,
                    message:
                        "names '\(series.name.prefix(40))', which the training table does not have; expected one of its series"
                )
            }
            truths[place] = series.values
        }
        return truths
    }

    private static func score(
        _ forecaster: EnsembleForecaster, _ training: [[Double]], _ truths: [[Double]?], _ season: Int
    ) -> ForecastScore {
        var score = ForecastScore()
        let forecasts = forecaster.forecast(training)
        for (index, truth) in truths.enumerated() {
            guard let truth else { continue }
            score.add(training: training[index], truth: truth, forecast: forecasts[index], season: season)
        }
        return score
    }

    /// Holds back the last horizon of each series, then the one before, and so on, as the lengths allow.
    private func rollingOrigin(
        _ forecaster: EnsembleForecaster, _ training: [SeriesTable.Series], _ season: Int
    ) throws -> ForecastScore {
        var score = ForecastScore()
        var rounds = 0
        for origin in 1...(origins ?? 3) {
            let long = training.filter { $0.values.count > origin * horizon + season }
            guard !long.isEmpty else { break }
            score.add(
                Self.score(
                    forecaster, long.map { Array($0.values.dropLast(origin * horizon)) },
                    long.map { series in
                        let start = series.values.count - origin * horizon
                        return Array(series.values[start..<start + horizon])
                    }, season))
            rounds += 1
        }
        guard rounds > 0 else {
            throw InputError(
                file: train == "-" ? InputFile.standardInputName : train, line: training[0].line,
                message:
                    "has no series of more than \(season + horizon) values; expected a season and a horizon to hold back"
            )
        }
        return score
    }

    private func report(_ score: ForecastScore, seconds: Double) throws {
        let document: JSONValue = [
            "series": .integer(Int64(score.series)),
            "mase": .number(score.mase), "smape": .number(score.smape),
            "seasonal-naive-mase": .number(score.seasonalNaiveMASE), "coverage-90": .number(score.coverage90),
            "seconds": .number(seconds),
        ]
        var table = TextTable([.init("method", .left), .init("MASE"), .init("sMAPE"), .init("coverage")])
        table.add([
            "ensemble", Self.figure(score.mase, 3), Self.figure(score.smape, 2),
            score.coverage90.isFinite ? Numerals.percent(score.coverage90) : "undefined",
        ])
        table.add(["seasonal naive", Self.figure(score.seasonalNaiveMASE, 3), "", ""])
        try output.print(
            text: table.text(Terminal.style) + "\n\(Numerals.grouped(score.series)) series, \(horizon) steps ahead; "
                + "\(Numerals.fixed(seconds, decimals: 2)) s\n",
            json: document)
    }

    /// Whether a name is a date or a time, as tables with a line a time have them.
    private static func isTime(_ name: String) -> Bool {
        let parts = name.split { !$0.isNumber }
        return parts.count >= 3 && parts.allSatisfy { $0.count <= 4 } && name.first?.isNumber == true
            && parts.contains { $0.count == 4 || parts.count > 3 }
    }

    /// A figure, or that there is none: what cannot be scored is not perfect.
    private static func figure(_ value: Double, _ decimals: Int) -> String {
        value.isFinite ? Numerals.fixed(value, decimals: decimals) : "undefined"
    }
}

/// Lengths of seasons on the command line.
struct SeasonList: ExpressibleByArgument {
    /// In steps, as given; the first is the scale's.
    let lengths: [Int]

    init(lengths: [Int]) { self.lengths = lengths }

    /// Whole numbers of 1 to 100000 separated by commas; at most 8.
    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...8).contains(parts.count), parts.allSatisfy({ $0.map((1...100_000).contains) ?? false }) else {
            return nil
        }
        lengths = parts.compactMap { $0 }
    }

    var defaultValueDescription: String { lengths.map(String.init).joined(separator: ",") }
}
