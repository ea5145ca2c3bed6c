/// The keys of the snapshot file, object by object.
package enum SnapshotKey: String, JSONKey {
    case version, name, source, time, sites, sessions, participants, profiles, links
    case siteLatency = "site-latency"
    case accessLatency = "access-latency"
    case history, previous
}

/// The keys of a site.
package enum SiteKey: String, JSONKey {
    case id, name, latitude, longitude, servers
    case loadPerServer = "load-per-server"
    case price, provider, region
}

/// The keys of a site's servers.
package enum ServersKey: String, JSONKey {
    case free, total
}

/// The keys of a session.
package enum SessionKey: String, JSONKey {
    case id, type, policy
}

/// The keys of a session's policy.
package enum PolicyKey: String, JSONKey {
    case latencyCap = "latency-cap"
    case siteLimit = "site-limit"
    case serverLimit = "server-limit"
    case moveBudget = "move-budget"
    case redundancy
    case movePrice = "move-price"
    case latencyValue = "latency-value"
    case unservedPrice = "unserved-price"
    case interaction, reach
    case softLatencyCap = "soft-latency-cap"
    case softCapPrice = "soft-cap-price"
    case capRelaxation = "cap-relaxation"
    case cooldown, risk
    case degreeLimit = "degree-limit"
    case twoEdgeConnected = "two-edge-connected"
    case media
}

/// The names of the patterns of interaction.
package enum InteractionName: String, CaseIterable, Sendable {
    case everyone, nearby, audience
}

/// The keys of a media stream.
package enum MediaStreamKey: String, JSONKey {
    case mediaClass = "class"
    case rate
    case latencyWeight = "latency-weight"
    case lossTolerance = "loss-tolerance"
}

/// The keys of a participant.
package enum ParticipantKey: String, JSONKey {
    case id, session, latitude, longitude, profile, waiting
}

/// The keys of a profile.
package enum ProfileKey: String, JSONKey {
    case name, load, publishes
}

/// The keys of a link.
package enum LinkKey: String, JSONKey {
    case from, to, latency, bandwidth, loss
}

/// The keys of one access measurement.
package enum MeasurementKey: String, JSONKey {
    case participant, site, latency, error, age
}

/// The keys of a dense table of access latencies.
package enum DenseTableKey: String, JSONKey {
    case dense, error, age
}

/// The keys of a demand series.
package enum DemandSeriesKey: String, JSONKey {
    case sessionType = "session-type"
    case region, start, step, values
}
