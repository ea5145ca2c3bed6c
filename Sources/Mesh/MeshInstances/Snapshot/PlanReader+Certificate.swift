internal import MeshTypes

extension JSONReader {
    /// Reads how a bound was made: a word, or the data of a bound by potentials.
    mutating func boundCertificate() throws(InputError) -> BoundCertificate {
        if peek() == UInt8(ascii: "{") { return .potentials(try pairPotentials()) }
        switch try choice(CertificateName.self) {
        case .path: return .path
        case .openPath: return .openPath
        case .access: return .access
        case .search: return .search
        }
    }

    private mutating func pairPotentials() throws(InputError) -> PairPotentials {
        let start = mark()
        var (sites, groups, tables): ([SiteID]?, [Int]?, [[Int64]]?)
        var (values, loadPrices): ([Double]?, [SiteID: Double])
        (values, loadPrices) = (nil, [:])
        var serverValue = 0.0
        let limit = JSONReader.largestInteger
        try object(PotentialsKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .sites:
                var found: [SiteID] = []
                try reader.array { (reader, _) throws(InputError) in found.append(try reader.identifier()) }
                sites = found
            case .groups: groups = try reader.integers(in: 0...limit)
            case .tables:
                var found: [[Int64]] = []
                try reader.array { (reader, _) throws(InputError) in
                    found.append(try reader.integers(in: -limit...limit).map { Int64($0) })
                }
                tables = found
            case .values:
                var found: [Double] = []
                try reader.array { (reader, _) throws(InputError) in found.append(try reader.number()) }
                values = found
            case .loadPrices:
                try reader.object { (reader, site) throws(InputError) in loadPrices[SiteID(site)] = try reader.number()
                }
            case .serverValue: serverValue = try reader.number()
            }
        }
        return PairPotentials(
            sites: try required(sites, PotentialsKey.sites, at: start),
            groups: try required(groups, PotentialsKey.groups, at: start),
            tables: try required(tables, PotentialsKey.tables, at: start),
            values: try required(values, PotentialsKey.values, at: start), loadPrices: loadPrices,
            serverValue: serverValue)
    }

    private mutating func integers(in range: ClosedRange<Int>) throws(InputError) -> [Int] {
        var numbers: [Int] = []
        try array { (reader, _) throws(InputError) in numbers.append(try reader.integer(in: range)) }
        return numbers
    }
}

extension JSONBuilder {
    /// Writes how a bound was made.
    mutating func boundCertificate(_ certificate: BoundCertificate) {
        switch certificate {
        case .path: string(CertificateName.path.rawValue)
        case .openPath: string(CertificateName.openPath.rawValue)
        case .access: string(CertificateName.access.rawValue)
        case .search: string(CertificateName.search.rawValue)
        case .potentials(let potentials): pairPotentials(potentials)
        }
    }

    private mutating func pairPotentials(_ potentials: PairPotentials) {
        object { output in
            output.key(PotentialsKey.sites)
            output.array { output in
                for site in potentials.sites { output.string(site.description) }
            }
            output.key(PotentialsKey.groups)
            output.array { output in
                for group in potentials.groups { output.integer(group) }
            }
            output.key(PotentialsKey.tables)
            output.array { output in
                for table in potentials.tables {
                    output.array { output in
                        for value in table { output.integer(value) }
                    }
                }
            }
            output.key(PotentialsKey.values)
            output.array { output in
                for value in potentials.values { output.number(value) }
            }
            if potentials.serverValue != 0 {
                output.key(PotentialsKey.serverValue)
                output.number(potentials.serverValue)
            }
            guard !potentials.loadPrices.isEmpty else { return }
            output.key(PotentialsKey.loadPrices)
            output.object { output in
                for (site, price) in potentials.loadPrices.sorted(by: { $0.key < $1.key }) {
                    output.key(site.description)
                    output.number(price)
                }
            }
        }
    }
}
