public import Optimization

/// Reads facility location problems in the formats of the published collections.
///
/// Costs, capacities and demands are refused when negative; costs and demands above ``magnitudeLimit`` too, so that
/// sums stay exact enough to prove optimality with.
public struct FacilityReader {
    /// The largest cost or demand: 1e15.
    public static let magnitudeLimit = 1e15

    /// Reads a problem.
    ///
    /// - Parameters:
    ///   - file: the text.
    ///   - options: the format if it is known, and how to understand the file.
    /// - Throws: ``InputError`` with the line for whatever does not follow the format.
    /// - Complexity: O(bytes); for p-median graphs `n` shortest path trees, O(n * edges * log n).
    public static func read(
        _ file: InputFile, options: FacilityReadingOptions = FacilityReadingOptions()
    ) throws(InputError) -> FacilityProblem {
        if let capacity = options.capacity, !(capacity >= 0) {
            throw InputError(file: file.name, line: 1, message: "capacity is given as \(capacity); expected 0 or more")
        }
        var reader = FacilityReader(scanner: TextScanner(file), options: options)
        let format: FacilityFormat = if let format = options.format { format } else { try recognize(file) }
        let problem: FacilityProblem
        switch format {
        case .json: return try readJSON(file, options: options)
        case .orlib: problem = try reader.readORLibrary()
        case .ufllib: problem = try reader.readUflLib()
        case .holmberg: problem = try reader.readHolmberg()
        case .pmed: problem = try reader.readMedianGraph()
        }
        if let extra = reader.scanner.token() {
            throw reader.scanner.error("\(reader.scanner.quoted(extra)) comes after the end of the problem", at: extra)
        }
        return problem
    }

    var scanner: TextScanner
    let options: FacilityReadingOptions

    /// `m n`, capacities, then demand and costs customer by customer.
    private mutating func readORLibrary() throws(InputError) -> FacilityProblem {
        let size = try readSize()
        let facilities = try readFacilities(size.facilities)
        var demands: [Double] = []
        var costs: [Double] = []
        demands.reserveCapacity(size.customers)
        costs.reserveCapacity(size.facilities * size.customers)
        for _ in 0..<size.customers {
            demands.append(try amount("demand"))
            for _ in 0..<size.facilities { costs.append(try amount("cost")) }
        }
        return try problem(facilities, costs: costs, demands: demands)
    }

    /// `m n`, capacities, demands, then costs facility by facility.
    private mutating func readHolmberg() throws(InputError) -> FacilityProblem {
        let size = try readSize()
        let facilities = try readFacilities(size.facilities)
        var demands: [Double] = []
        demands.reserveCapacity(size.customers)
        for _ in 0..<size.customers { demands.append(try amount("demand")) }
        var costs = [Double](repeating: 0, count: size.facilities * size.customers)
        for facility in 0..<size.facilities {
            for customer in 0..<size.customers { costs[customer * size.facilities + facility] = try amount("cost") }
        }
        return try problem(facilities, costs: costs, demands: demands)
    }

    /// `FILE: name`, `n m 0`, then a line for each facility.
    private mutating func readUflLib() throws(InputError) -> FacilityProblem {
        guard let first = scanner.tokenInLine(), scanner.matches(first, "FILE:") else {
            throw scanner.error("the file does not start with 'FILE: name'; expected a UflLib file")
        }
        _ = scanner.nextLine()
        let size = try readSize()
        let zero = try scanner.integer("third number")
        guard zero == 0 else { throw scanner.error("third number is \(zero); expected 0") }
        var openingCosts: [Double] = []
        openingCosts.reserveCapacity(size.facilities)
        var costs = [Double](repeating: 0, count: size.facilities * size.customers)
        for facility in 0..<size.facilities {
            let id = try scanner.integer("facility number")
            guard id == facility + 1 else {
                throw scanner.error("facility number is \(id); expected \(facility + 1)")
            }
            openingCosts.append(try amount("opening cost"))
            for customer in 0..<size.customers { costs[customer * size.facilities + facility] = try amount("cost") }
        }
        return try problem((nil, openingCosts), costs: costs, demands: nil)
    }

    /// The numbers of facilities and customers, which the file must be long enough for.
    private mutating func readSize() throws(InputError) -> (facilities: Int, customers: Int) {
        let facilities = try count("number of facilities")
        let customers = try count("number of customers")
        let (cells, overflow) = facilities.multipliedReportingOverflow(by: customers)
        // Each cost takes a digit and a separator at least.
        guard !overflow, cells <= scanner.remaining / 2 + 1 else {
            throw scanner.error(
                "\(facilities) facilities x \(customers) customers; the file is too short for their costs")
        }
        return (facilities, customers)
    }

    /// A number that counts something, at least 1.
    mutating func count(_ what: StaticString) throws(InputError) -> Int {
        let count = try scanner.integer(what)
        guard count >= 1, count < Int64(Int32.max) else {
            throw scanner.error("\(what) is \(count); expected 1 to \(Int32.max - 1)")
        }
        return Int(count)
    }

    /// Capacity and opening cost of each facility.
    private mutating func readFacilities(_ count: Int) throws(InputError) -> (capacities: [Double]?, opening: [Double])
    {
        var capacities: [Double] = []
        var openingCosts: [Double] = []
        for _ in 0..<count {
            capacities.append(try readCapacity())
            openingCosts.append(try amount("opening cost"))
        }
        return (options.isUncapacitated ? nil : capacities, openingCosts)
    }

    /// A capacity: a number, or the word that stands for one.
    private mutating func readCapacity() throws(InputError) -> Double {
        guard let token = scanner.token() else {
            throw scanner.error("the file ends before the capacity; expected a number")
        }
        if scanner.matches(token, "capacity") {
            if let capacity = options.capacity { return capacity }
            guard options.isUncapacitated else {
                throw scanner.error(
                    "capacity is the word 'capacity'; expected a number, or its value to be given (--capacity)",
                    at: token)
            }
            return .infinity
        }
        let capacity = try scanner.number(token, "capacity")
        guard capacity >= 0 else { throw scanner.error("capacity is \(capacity); expected 0 or more", at: token) }
        return capacity
    }

    /// A cost or a demand.
    mutating func amount(_ what: StaticString) throws(InputError) -> Double {
        let value = try scanner.number(what)
        guard value >= 0, value <= FacilityReader.magnitudeLimit else {
            throw scanner.error("\(what) is \(value); expected 0 to \(FacilityReader.magnitudeLimit)")
        }
        return value
    }

    private func problem(
        _ facilities: (capacities: [Double]?, opening: [Double]), costs: [Double], demands: [Double]?
    ) throws(InputError) -> FacilityProblem {
        do throws(ProblemError) {
            return try FacilityProblem(
                openingCosts: facilities.opening, assignmentCosts: costs,
                demands: options.isUncapacitated ? nil : demands, customerCount: costs.count / facilities.opening.count,
                capacities: facilities.capacities, assignmentRule: options.assignmentRule)
        } catch {
            throw scanner.error(error.description)
        }
    }
}
