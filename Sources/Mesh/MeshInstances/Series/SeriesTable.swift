/// Time series as a file has them.
public struct SeriesTable: Sendable, Hashable {
    /// One series.
    public struct Series: Sendable, Hashable {
        /// What the file calls it.
        public let name: String
        /// Its values, oldest first; not a number where the file has none.
        public let values: [Double]
        /// The line it is on.
        public let line: Int
    }

    /// The series, in the file's order; names are distinct.
    public let series: [Series]
}
