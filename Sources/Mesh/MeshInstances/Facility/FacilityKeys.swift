/// The keys of a facility location problem (JSON, version 1).
package enum FacilityProblemKey: String, JSONKey {
    case version, facilities, customers
    case assignmentRule = "assignment-rule"
    case minimumOpen = "minimum-open"
    case maximumOpen = "maximum-open"
    case latencyCap = "latency-cap"
    case constant
}

/// The keys of a facility.
package enum FacilityKey: String, JSONKey {
    case opening, capacity, servers, congestion, rule, open, closing, discount
}

/// The keys of a facility's servers.
package enum FacilityServersKey: String, JSONKey {
    case limit, cost
}

/// The keys of a step of congestion.
package enum CongestionKey: String, JSONKey {
    case load, cost
}

/// The keys of a customer.
package enum CustomerKey: String, JSONKey {
    case demand, costs, latencies
    case latencyCap = "latency-cap"
    case facility
    case stayDiscount = "stay-discount"
}

/// The words for site rules.
package enum SiteRuleWord: String, CaseIterable {
    case free, required, forbidden
}
