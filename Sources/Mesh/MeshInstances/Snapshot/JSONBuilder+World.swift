internal import MeshTypes

extension JSONBuilder {
    private mutating func text(_ text: String, _ key: some JSONKey) {
        self.key(key)
        string(text)
    }

    private mutating func number(_ value: Double, _ key: some JSONKey) {
        self.key(key)
        number(value)
    }

    private mutating func integer(_ value: Int, _ key: some JSONKey) {
        self.key(key)
        integer(value)
    }

    private mutating func coordinate(
        _ coordinate: GeoCoordinate, _ latitude: some JSONKey, _ longitude: some JSONKey
    ) {
        number(coordinate.latitude, latitude)
        number(coordinate.longitude, longitude)
    }

    /// Writes an error or an age, `null` where it is unknown.
    mutating func figure(_ value: Float) {
        guard value != LatencyTable.unknown else { return null() }
        number(value)
    }

    /// Writes an error or an age of a measurement, if it is known.
    mutating func figure(_ key: MeasurementKey, _ figures: [Float], _ cell: Int) {
        guard !figures.isEmpty, figures[cell] != LatencyTable.unknown else { return }
        self.key(key)
        figure(figures[cell])
    }

    /// Writes a row of a table of latencies.
    mutating func latencies(of row: Int, _ table: LatencyTable) {
        array { output in
            for column in 0..<table.columnCount {
                let value = table.microseconds[row * table.columnCount + column]
                if value == LatencyTable.missing { output.null() } else { output.milliseconds(value) }
            }
        }
    }

    /// Writes a site.
    mutating func site(_ site: Site) {
        object { output in
            output.text(site.id.description, SiteKey.id)
            output.text(site.name, SiteKey.name)
            output.coordinate(site.coordinate, SiteKey.latitude, SiteKey.longitude)
            output.key(SiteKey.servers)
            output.object { output in
                output.integer(site.freeServers, ServersKey.free)
                output.integer(site.totalServers, ServersKey.total)
            }
            output.integer(site.loadPerServer, SiteKey.loadPerServer)
            output.number(site.price, SiteKey.price)
            if let provider = site.provider { output.text(provider, SiteKey.provider) }
            if let region = site.region { output.text(region, SiteKey.region) }
        }
    }

    /// Writes a participant.
    mutating func participant(_ participant: Participant) {
        object { output in
            output.text(participant.id.description, ParticipantKey.id)
            output.text(participant.session.description, ParticipantKey.session)
            output.coordinate(participant.coordinate, ParticipantKey.latitude, ParticipantKey.longitude)
            if participant.profile != Profile.standardName { output.text(participant.profile, ParticipantKey.profile) }
            if participant.waiting != 0 { output.number(participant.waiting, ParticipantKey.waiting) }
        }
    }

    /// Writes a profile.
    mutating func profile(_ profile: Profile) {
        object { output in
            output.text(profile.name, ProfileKey.name)
            output.integer(profile.load, ProfileKey.load)
            if !profile.publishes { output.boolean(profile.publishes, ProfileKey.publishes) }
        }
    }

    /// Writes a link.
    mutating func link(_ link: Link) {
        object { output in
            output.text(link.from.description, LinkKey.from)
            output.text(link.to.description, LinkKey.to)
            output.key(LinkKey.latency)
            output.milliseconds(link.latency.microseconds)
            if let bandwidth = link.bandwidth { output.number(bandwidth, LinkKey.bandwidth) }
            if let loss = link.loss { output.number(loss, LinkKey.loss) }
        }
    }

    /// Writes a demand series.
    mutating func demandSeries(_ series: DemandSeries) {
        object { output in
            output.text(series.sessionType, DemandSeriesKey.sessionType)
            if let region = series.region { output.text(region, DemandSeriesKey.region) }
            output.text(series.start, DemandSeriesKey.start)
            output.number(series.step, DemandSeriesKey.step)
            output.key(DemandSeriesKey.values)
            output.array { output in
                for value in series.values { output.number(value) }
            }
        }
    }
}
