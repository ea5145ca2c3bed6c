import Optimization

/// Swift problems written as data of the MathProg models.
enum ModelData {
    static func flow(_ problem: FlowProblem) -> String {
        let arcs = problem.arcs.enumerated().map { index, arc in
            let upper = arc.upper == FlowProblem.unlimited ? -1 : arc.upper
            return "\(index) \(arc.tail) \(arc.head) \(arc.lower) \(upper) \(arc.cost)"
        }
        return """
            data;
            param nodes := \(problem.nodeCount);
            param at_most := \(problem.supplyRule == .atMost ? 1 : 0);
            \(vector("supply", problem.supplies))
            \(table("ARCS", columns: "tail head lower upper cost", rows: arcs))
            end;
            """
    }

    static func facility(_ problem: FacilityProblem) -> String {
        var pairs: [String] = []
        for customer in 0..<problem.customerCount {
            for facility in 0..<problem.facilityCount {
                let cost = problem.cost(customer: customer, facility: facility)
                if cost < .infinity { pairs.append("\(customer) \(facility) \(cost)") }
            }
        }
        var text = """
            data;
            param facilities := \(problem.facilityCount);
            param customers := \(problem.customerCount);
            param minimum_open := \(problem.minimumOpen);
            param maximum_open := \(problem.maximumOpen);
            \(vector("opening", problem.openingCosts))
            \(table("PAIRS", columns: "cost", rows: pairs))

            """
        if let capacities = problem.capacities {
            let demand = problem.demands.reduce(0, +)
            // The model wants finite capacities; all of the demand is as good as none.
            text += """
                \(vector("capacity", capacities.map { min($0, demand) }))
                \(vector("demand", problem.demands))
                param single_source := \(problem.assignmentRule == .singleSource ? 1 : 0);

                """
        }
        return text + "end;\n"
    }

    static func variants(_ problem: FacilityProblem) -> String {
        var pairs: [String] = []
        for customer in 0..<problem.customerCount {
            for facility in 0..<problem.facilityCount {
                let cost = problem.cost(customer: customer, facility: facility)
                if cost < .infinity { pairs.append("\(customer) \(facility) \(cost)") }
            }
        }
        var steps: [String] = []
        for (facility, list) in problem.congestion.enumerated() {
            for (index, step) in list.enumerated() {
                let rise = step.unitCost - (index > 0 ? list[index - 1].unitCost : 0)
                steps.append("\(facility) \(index) \(step.load) \(rise)")
            }
        }
        let capacities = problem.capacities ?? problem.openingCosts.map { _ in .infinity }
        return """
            data;
            param facilities := \(problem.facilityCount);
            param customers := \(problem.customerCount);
            param minimum_open := \(problem.minimumOpen);
            param maximum_open := \(problem.maximumOpen);
            param single_source := \(problem.assignmentRule == .singleSource ? 1 : 0);
            param constant := \(problem.constant);
            \(vector("opening", problem.openingCosts))
            \(vector("capacity", capacities.map { $0 < .infinity ? $0 : -1 }))
            \(vector("server_limit", problem.serverLimits))
            \(vector("server_cost", problem.serverCosts))
            \(vector("rule", problem.siteRules.map { $0 == .free ? 0 : $0 == .required ? 1 : -1 }))
            \(vector("demand", problem.demands))
            \(table("PAIRS", columns: "cost", rows: pairs))
            \(table("STEPS", columns: "step_load step_rise", rows: steps))
            end;

            """
    }

    static func median(_ problem: FacilityProblem) -> String {
        let distances = (0..<problem.customerCount).flatMap { customer in
            (0..<problem.facilityCount).map { "\(customer) \($0) \(problem.cost(customer: customer, facility: $0))" }
        }
        return """
            data;
            param facilities := \(problem.facilityCount);
            param customers := \(problem.customerCount);
            param p := \(problem.minimumOpen);
            param distance := \(distances.joined(separator: ", "));
            end;
            """
    }

    /// `param name := 0 a 1 b ...;`
    static func vector<Number>(_ name: String, _ values: [Number]) -> String {
        "param \(name) := " + values.enumerated().map { "\($0.offset) \($0.element)" }.joined(separator: ", ") + ";"
    }

    /// `param : SET : columns := rows;`
    static func table(_ set: String, columns: String, rows: [String]) -> String {
        "param : \(set) : \(columns) :=\n" + rows.joined(separator: "\n") + ";"
    }
}
