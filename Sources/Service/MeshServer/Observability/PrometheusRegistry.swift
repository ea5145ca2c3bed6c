package import CoreMetrics
import Foundation
import Synchronization

/// A backend of swift-metrics that prints the Prometheus text format (version 0.0.4).
///
/// Timers and recorders are histograms with fixed bounds. Names are taken as they are; dimensions become labels.
package final class PrometheusRegistry: MetricsFactory, Sendable {
    private struct Name: Hashable, Comparable {
        var label: String
        var dimensions: String

        static func < (left: Self, right: Self) -> Bool {
            (left.label, left.dimensions) < (right.label, right.dimensions)
        }
    }

    private struct State {
        var counters: [Name: CounterCell] = [:]
        var gauges: [Name: GaugeCell] = [:]
        var histograms: [Name: HistogramCell] = [:]
    }

    private let state = Mutex(State())

    /// A registry of nothing.
    package init() {}

    private static func name(_ label: String, _ dimensions: [(String, String)]) -> Name {
        let labels = dimensions.map { key, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            return "\(key)=\"\(escaped)\""
        }
        return Name(label: label, dimensions: labels.joined(separator: ","))
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        state.withLock { $0.counters.cell(Self.name(label, dimensions)) { CounterCell() } }
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        state.withLock { $0.counters.cell(Self.name(label, dimensions)) { CounterCell() } }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        state.withLock { $0.gauges.cell(Self.name(label, dimensions)) { GaugeCell() } }
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if !aggregate { return state.withLock { $0.gauges.cell(Self.name(label, dimensions)) { GaugeCell() } } }
        return state.withLock {
            $0.histograms.cell(Self.name(label, dimensions)) { HistogramCell(bounds: HistogramCell.counts) }
        }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        state.withLock {
            $0.histograms.cell(Self.name(label, dimensions)) { HistogramCell(bounds: HistogramCell.seconds) }
        }
    }

    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    /// All figures in the text format, sorted by name.
    ///
    /// - Parameter help: what each is, by name.
    package func text(help: [String: String] = [:]) -> String {
        let (counters, gauges, histograms) = state.withLock { ($0.counters, $0.gauges, $0.histograms) }
        var text = ""
        var last = ""
        func heading(_ label: String, _ type: String) {
            if label != last {
                if let words = help[label] { text += "# HELP \(label) \(words)\n" }
                text += "# TYPE \(label) \(type)\n"
            }
            last = label
        }
        func line(_ label: String, _ labels: String, _ value: Double) {
            let figure = Int64(exactly: value).map(String.init) ?? "\(value)"
            text += labels.isEmpty ? "\(label) \(figure)\n" : "\(label){\(labels)} \(figure)\n"
        }
        for (name, cell) in counters.sorted(by: { $0.key < $1.key }) {
            heading(name.label, "counter")
            line(name.label, name.dimensions, cell.value)
        }
        for (name, cell) in gauges.sorted(by: { $0.key < $1.key }) {
            heading(name.label, "gauge")
            line(name.label, name.dimensions, cell.value)
        }
        for (name, cell) in histograms.sorted(by: { $0.key < $1.key }) {
            heading(name.label, "histogram")
            let figures = cell.figures
            let comma = name.dimensions.isEmpty ? "" : ","
            var sum = 0
            for (bound, count) in zip(cell.bounds.map { "\($0)" } + ["+Inf"], figures.buckets) {
                sum += count
                line("\(name.label)_bucket", "\(name.dimensions)\(comma)le=\"\(bound)\"", Double(sum))
            }
            line("\(name.label)_sum", name.dimensions, figures.sum)
            line("\(name.label)_count", name.dimensions, Double(sum))
        }
        return text
    }
}

extension Dictionary {
    /// The value of a key, made if there is none.
    fileprivate mutating func cell(_ key: Key, _ make: () -> Value) -> Value {
        if let known = self[key] { return known }
        let made = make()
        self[key] = made
        return made
    }
}
