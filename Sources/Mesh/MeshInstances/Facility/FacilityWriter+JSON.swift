internal import Optimization

extension FacilityWriter {
    /// The problem in JSON, every term of it, with a line for each facility and customer. What was folded into costs (a
    /// history, a latency cap) is written as the costs it became.
    static func json(_ problem: FacilityProblem) -> [UInt8] {
        var builder = JSONBuilder()
        builder.object { builder in
            builder.newLine(1)
            builder.key(FacilityProblemKey.version)
            builder.integer(1)
            builder.newLine(1)
            builder.key(FacilityProblemKey.assignmentRule)
            builder.string(problem.assignmentRule.rawValue)
            builder.newLine(1)
            builder.key(FacilityProblemKey.minimumOpen)
            builder.integer(problem.minimumOpen)
            builder.newLine(1)
            builder.key(FacilityProblemKey.maximumOpen)
            builder.integer(problem.maximumOpen)
            builder.newLine(1)
            builder.key(FacilityProblemKey.constant)
            builder.number(problem.constant)
            builder.newLine(1)
            builder.key(FacilityProblemKey.facilities)
            builder.array { builder in
                for facility in 0..<problem.facilityCount {
                    builder.newLine(2)
                    write(facility, of: problem, to: &builder)
                }
                builder.lastLine(1)
            }
            builder.newLine(1)
            builder.key(FacilityProblemKey.customers)
            builder.array { builder in
                for customer in 0..<problem.customerCount {
                    builder.newLine(2)
                    builder.object { builder in
                        builder.key(CustomerKey.demand)
                        builder.number(problem.demands[customer])
                        builder.key(CustomerKey.costs)
                        builder.array { builder in
                            for facility in 0..<problem.facilityCount {
                                let cost = problem.cost(customer: customer, facility: facility)
                                if cost < .infinity { builder.number(cost) } else { builder.null() }
                            }
                        }
                    }
                }
                builder.lastLine(1)
            }
            builder.lastLine(0)
        }
        return builder.bytes + [UInt8(ascii: "\n")]
    }

    private static func write(_ facility: Int, of problem: FacilityProblem, to builder: inout JSONBuilder) {
        builder.object { builder in
            builder.key(FacilityKey.opening)
            builder.number(problem.openingCosts[facility])
            if let capacity = problem.capacities?[facility], capacity < .infinity {
                builder.key(FacilityKey.capacity)
                builder.number(capacity)
            }
            if problem.serverLimits[facility] > 1 || problem.serverCosts[facility] != 0 {
                builder.key(FacilityKey.servers)
                builder.object { builder in
                    builder.key(FacilityServersKey.limit)
                    builder.integer(problem.serverLimits[facility])
                    builder.key(FacilityServersKey.cost)
                    builder.number(problem.serverCosts[facility])
                }
            }
            if !problem.congestion[facility].isEmpty {
                builder.key(FacilityKey.congestion)
                builder.array { builder in
                    for step in problem.congestion[facility] {
                        builder.object { builder in
                            builder.key(CongestionKey.load)
                            builder.number(step.load)
                            builder.key(CongestionKey.cost)
                            builder.number(step.unitCost)
                        }
                    }
                }
            }
            guard problem.siteRules[facility] != .free else { return }
            builder.key(FacilityKey.rule)
            let word: SiteRuleWord = problem.siteRules[facility] == .required ? .required : .forbidden
            builder.string(word.rawValue)
        }
    }
}
