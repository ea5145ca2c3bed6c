internal import Optimization

extension FacilityReader {
    /// Reads a problem in JSON (the schema is `Models/Schemas/facility.schema.json`), which can state every variant.
    static func readJSON(
        _ file: InputFile, options: FacilityReadingOptions
    ) throws(InputError) -> FacilityProblem {
        var reader = JSONReader(file)
        let problem = try reader.facilityProblem(options)
        try reader.finish()
        return problem
    }
}

/// A facility as its file states it.
private struct StatedFacility {
    var opening: Double?
    var capacity = Double.infinity
    var limit = 1
    var serverCost = 0.0
    var congestion: [CongestionStep] = []
    var rule = SiteRuleWord.free
    var isOpen = false
    var closing = 0.0
    var discount = 0.0
}

/// A customer as its file states it.
private struct StatedCustomer {
    var demand = 1.0
    var costs: [Double]?
    var latencies: [Double]?
    var latencyCap: Double?
    var facility = -1
    var stayDiscount = 0.0
}

extension JSONReader {
    private static let amounts = -FacilityReader.magnitudeLimit...FacilityReader.magnitudeLimit
    private static let positive = 0...FacilityReader.magnitudeLimit

    mutating func facilityProblem(_ options: FacilityReadingOptions) throws(InputError) -> FacilityProblem {
        let start = mark()
        var version: Int?
        var facilities: [StatedFacility]?
        var customers: [StatedCustomer]?
        var rule = FacilityProblem.AssignmentRule.split
        var (minimumOpen, maximumOpen): (Int?, Int?)
        var latencyCap: Double?
        var constant = 0.0
        try object(FacilityProblemKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .version: version = try reader.integer(in: 1...1)
            case .facilities: facilities = try reader.facilities()
            case .customers: customers = try reader.customers()
            case .assignmentRule: rule = try reader.assignmentRule()
            case .minimumOpen: minimumOpen = try reader.integer(in: 0...JSONReader.largestInteger)
            case .maximumOpen: maximumOpen = try reader.integer(in: 0...JSONReader.largestInteger)
            case .latencyCap: latencyCap = try reader.number()
            case .constant: constant = try reader.number(in: JSONReader.amounts)
            }
        }
        _ = try required(version, FacilityProblemKey.version, at: start)
        let sites = try required(facilities, FacilityProblemKey.facilities, at: start)
        let people = try required(customers, FacilityProblemKey.customers, at: start)
        let (least, most) = (minimumOpen ?? 0, maximumOpen ?? sites.count)
        guard least <= most else {
            throw error("minimum-open is \(least), maximum-open \(most); expected no more than that", at: start)
        }
        do throws(ProblemError) {
            let hasCapacities = !options.isUncapacitated && sites.contains { $0.capacity < .infinity }
            let indices = sites.indices
            let problem = try FacilityProblem(
                openingCosts: sites.map { $0.opening ?? 0 }, assignmentCosts: people.flatMap { $0.costs ?? [] },
                demands: people.map(\.demand), customerCount: people.count,
                capacities: hasCapacities ? sites.map(\.capacity) : nil,
                assignmentRule: options.isSingleSource ? .singleSource : rule, openCount: least...most,
                required: indices.filter { sites[$0].rule == .required },
                forbidden: indices.filter { sites[$0].rule == .forbidden },
                servers: ServerMenu(limits: sites.map(\.limit), costs: sites.map(\.serverCost)),
                congestion: sites.map(\.congestion), constant: constant)
            return try limit(problem, customers: people, cap: latencyCap).continuing(
                FacilityHistory(
                    open: indices.filter { sites[$0].isOpen }, closingCosts: sites.map(\.closing),
                    openingDiscounts: sites.map(\.discount), assignment: people.map(\.facility),
                    stayDiscounts: people.map(\.stayDiscount)))
        } catch {
            throw self.error(error.description, at: start)
        }
    }

    private func limit(
        _ problem: FacilityProblem, customers: [StatedCustomer], cap: Double?
    ) throws(ProblemError) -> FacilityProblem {
        guard customers.contains(where: { $0.latencies != nil }) else { return problem }
        let width = problem.facilityCount
        return try problem.limiting(
            latencies: customers.flatMap { $0.latencies ?? Array(repeating: 0, count: width) },
            to: customers.map { $0.latencies == nil ? .infinity : $0.latencyCap ?? cap ?? .infinity })
    }

    private mutating func assignmentRule() throws(InputError) -> FacilityProblem.AssignmentRule {
        let word = try string()
        guard let rule = FacilityProblem.AssignmentRule(rawValue: word) else {
            throw error("is \(InputError.quoted(word.utf8)); expected split or single-source")
        }
        return rule
    }

    private mutating func facilities() throws(InputError) -> [StatedFacility] {
        var facilities: [StatedFacility] = []
        try array { (reader, _) throws(InputError) in
            let start = reader.mark()
            var facility = StatedFacility()
            try reader.object(FacilityKey.self) { (reader, key) throws(InputError) in
                switch key {
                case .opening: facility.opening = try reader.number(in: JSONReader.amounts)
                case .capacity:
                    facility.capacity = try reader.null() ? .infinity : reader.number(in: JSONReader.positive)
                case .servers: (facility.limit, facility.serverCost) = try reader.servers()
                case .congestion: facility.congestion = try reader.congestion()
                case .rule: facility.rule = try reader.choice(SiteRuleWord.self)
                case .open: facility.isOpen = try reader.boolean()
                case .closing: facility.closing = try reader.number(in: JSONReader.amounts)
                case .discount: facility.discount = try reader.number(in: JSONReader.amounts)
                }
            }
            _ = try reader.required(facility.opening, FacilityKey.opening, at: start)
            facilities.append(facility)
        }
        return facilities
    }

    private mutating func servers() throws(InputError) -> (limit: Int, cost: Double) {
        let start = mark()
        var (limit, cost): (Int?, Double) = (nil, 0)
        try object(FacilityServersKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .limit: limit = try reader.integer(in: 1...FacilityProblem.serverCeiling)
            case .cost: cost = try reader.number(in: JSONReader.amounts)
            }
        }
        return (try required(limit, FacilityServersKey.limit, at: start), cost)
    }

    private mutating func congestion() throws(InputError) -> [CongestionStep] {
        var steps: [CongestionStep] = []
        try array { (reader, _) throws(InputError) in
            let start = reader.mark()
            var (load, cost): (Double?, Double?)
            try reader.object(CongestionKey.self) { (reader, key) throws(InputError) in
                switch key {
                case .load: load = try reader.number(in: JSONReader.positive)
                case .cost: cost = try reader.number(in: JSONReader.positive)
                }
            }
            steps.append(
                CongestionStep(
                    load: try reader.required(load, CongestionKey.load, at: start),
                    unitCost: try reader.required(cost, CongestionKey.cost, at: start)))
        }
        return steps
    }

    private mutating func customers() throws(InputError) -> [StatedCustomer] {
        var customers: [StatedCustomer] = []
        try array { (reader, _) throws(InputError) in
            let start = reader.mark()
            var customer = StatedCustomer()
            try reader.object(CustomerKey.self) { (reader, key) throws(InputError) in
                switch key {
                case .demand: customer.demand = try reader.number(in: JSONReader.positive)
                case .costs: customer.costs = try reader.row()
                case .latencies: customer.latencies = try reader.row()
                case .latencyCap: customer.latencyCap = try reader.number()
                case .facility: customer.facility = try reader.null() ? -1 : reader.integer(in: 0...Int(Int32.max))
                case .stayDiscount: customer.stayDiscount = try reader.number(in: JSONReader.amounts)
                }
            }
            let costs = try reader.required(customer.costs, CustomerKey.costs, at: start)
            if let latencies = customer.latencies, latencies.count != costs.count {
                throw reader.error(
                    "has \(latencies.count) latencies; expected \(costs.count), as many as costs", at: start)
            }
            if let first = customers.first?.costs?.count, first != costs.count {
                throw reader.error("has \(costs.count) costs; expected \(first), as the first customer has", at: start)
            }
            customers.append(customer)
        }
        return customers
    }

    /// Numbers of which `null` stands for infinity: a forbidden pair.
    private mutating func row() throws(InputError) -> [Double] {
        var values: [Double] = []
        try array { (reader, _) throws(InputError) in
            values.append(try reader.null() ? .infinity : reader.number(in: JSONReader.amounts))
        }
        return values
    }
}
