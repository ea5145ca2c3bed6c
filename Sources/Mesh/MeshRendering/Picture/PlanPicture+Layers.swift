internal import MeshTypes

extension PlanPicture {
    /// Sites that the plan does not use.
    var candidateLayer: String {
        guard !scene.candidates.isEmpty else { return "" }
        return group("candidate", scene.candidates.map { circle($0, radius: 2.6) })
    }

    /// A line from everybody to the site that serves them.
    var accessLayer: String {
        var lines = Array(repeating: "", count: scene.sites.count)
        for people in scene.people {
            guard let index = people.site else { continue }
            let site = scene.sites[index].point
            // Around the back of a world map there is no straight way.
            guard abs(site.x - people.point.x) < scene.extent.width / 2 else { continue }
            lines[index] += Markup.path([people.point, site])
        }
        return group(
            "access", strokeOpacity: Self.opacity(0.34, of: scene.people.count, fullBelow: 200),
            lines.enumerated().filter { !$0.element.isEmpty }.map { index, data in
                "<path class=\"c\(scene.sites[index].colour)\" d=\"\(data)\"/>"
            })
    }

    /// The links of the meshes, wider the more pairs they join.
    var linkLayer: String {
        group(
            "link", strokeOpacity: Self.opacity(0.45, of: scene.links.count, fullBelow: 30),
            scene.links.map { link in
                let data = link.pieces.map { Markup.path($0) }.joined()
                return "<path stroke-width=\"\(Markup.number(0.8 + 2.4 * link.weight))\" d=\"\(data)\"/>"
            })
    }

    /// The participants, in the colour of their site.
    var peopleLayer: String {
        group(
            "people",
            scene.people.map { people in
                let radius = min(2 + 0.5 * Double(people.count - 1).squareRoot(), 5)
                let colour = people.site.map { "c\(scene.sites[$0].colour)" } ?? "none"
                return "<circle class=\"\(colour)\" " + circle(people.point, radius: radius).dropFirst(8)
            })
    }

    /// The sites and their names, the largest below.
    var siteLayer: String {
        let circles = scene.sites.map { site in
            let title = "\(site.figures.name): \(PlanText.count(site.figures.participants, "participant"))"
            return "<circle class=\"c\(site.colour)\" cx=\"\(Markup.number(site.point.x))\" "
                + "cy=\"\(Markup.number(site.point.y))\" r=\"\(Markup.number(site.radius))\">"
                + "<title>\(Markup.escaped(title))</title></circle>"
        }
        var placement = LabelPlacement(scene)
        var leaders: [String] = []
        var labels: [String] = []
        for site in scene.sites {
            let count = Numerals.grouped(site.figures.participants)
            let width = Markup.width(of: site.figures.name, size: 13.5) + 5 + Markup.width(of: count, size: 13)
            guard let label = placement.place(site, width: width) else { continue }
            if let leader = label.leader { leaders.append("<path d=\"\(Markup.path([leader.0, leader.1]))\"/>") }
            labels.append(
                "<text x=\"\(Markup.number(label.center.x))\" y=\"\(Markup.number(label.center.y + 4.5))\">"
                    + "\(Markup.escaped(site.figures.name))<tspan class=\"count\" dx=\"5\">\(count)</tspan></text>")
        }
        return group("site", circles) + group("leader", leaders) + group("label", labels)
    }

    /// Many lines are drawn fainter than few, so that the map stays readable below them.
    private static func opacity(_ full: Double, of count: Int, fullBelow limit: Int) -> Double {
        full * max(0.4, min(1, (Double(limit) / Double(max(1, count))).squareRoot()))
    }

    private func group(_ name: String, strokeOpacity: Double? = nil, _ elements: [String]) -> String {
        let opacity = strokeOpacity.map { " stroke-opacity=\"\(Numerals.fixed($0, decimals: 2))\"" } ?? ""
        return elements.isEmpty
            ? "" : "<g class=\"\(name)\"\(opacity)>\n" + elements.joined(separator: "\n") + "\n</g>\n"
    }

    private func circle(_ point: PlanePoint, radius: Double) -> String {
        "<circle cx=\"\(Markup.number(point.x))\" cy=\"\(Markup.number(point.y))\" r=\"\(Markup.number(radius))\"/>"
    }

    /// What the signs mean, below the map.
    var legend: String {
        var x = 18.0
        let middle = scene.extent.height + Self.legendHeight / 2 + 2
        var parts: [String] = []
        func entry(_ sign: String, _ words: String) {
            parts.append(
                "<g transform=\"translate(\(Markup.number(x)) \(Markup.number(middle)))\">\(sign)"
                    + "<text class=\"note\" x=\"18\" y=\"4.5\">\(Markup.escaped(words))</text></g>")
            x += 18 + Markup.width(of: words, size: 13) + 26
        }
        entry("<g class=\"site\"><circle class=\"c0\" r=\"9\"/></g>", "site, area by load, with its participants")
        entry("<g class=\"people\"><circle class=\"c0\" r=\"3\"/></g>", "participants, in their site's colour")
        if !scene.links.isEmpty {
            entry("<g class=\"link\"><path stroke-width=\"2\" d=\"M-10 0L10 0\"/></g>", "link of the mesh")
        }
        if !scene.candidates.isEmpty {
            entry("<g class=\"candidate\"><circle r=\"3\"/></g>", "site not used")
        }
        if scene.people.contains(where: { $0.site == nil }) {
            entry("<g class=\"people\"><circle class=\"none\" r=\"3\"/></g>", "not served")
        }
        var credit = "Map: Natural Earth"
        if let bar = scene.extent.scaleBar {
            let (right, y) = (Self.width - 16, scene.extent.height - 14)
            let kilometres = Markup.number(bar.kilometres)
            parts.append(
                "<g class=\"scale\"><path d=\"M\(Markup.number(right - bar.pixels)) \(Markup.number(y - 5))v5H"
                    + "\(Markup.number(right))v-5\"/><text class=\"note\" text-anchor=\"end\" "
                    + "x=\"\(Markup.number(right))\" y=\"\(Markup.number(y - 8))\">\(kilometres) km</text></g>")
            if bar.kilometres < 20 { credit += ", too coarse for coasts at this scale" }
        }
        parts.append(
            "<text class=\"note\" text-anchor=\"end\" x=\"\(Markup.number(Self.width - 16))\" "
                + "y=\"\(Markup.number(middle + 4.5))\">\(credit)</text>")
        return parts.joined(separator: "\n")
    }
}
