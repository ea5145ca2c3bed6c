public import MeshTypes

/// A picture of a plan on a map: the sites sized by their load, the participants, who is served where, and the links
/// between the sites of a mesh.
///
/// Self-contained: no script, no font, nothing from a network. Light or dark, as the viewer prefers. The same plan gives
/// the same bytes.
public struct PlanPicture {
    let snapshot: Snapshot
    let plan: Plan
    let comparison: [Plan]
    let scene: PictureScene
    let latency: @Sendable (Plan) -> LatencyStatistics?

    /// The width of a picture in pixels.
    static let width = 1200.0

    /// - Parameters:
    ///   - snapshot: the snapshot that was planned.
    ///   - plan: the plan to show.
    ///   - comparison: other strategies' plans for the same snapshot, for the table below the map of a page.
    ///   - colours: the numbers of sites' colours, for pictures that stand beside each other; without them colours follow
    ///     the sites' load.
    ///   - latency: the latencies of all pairs of all sessions of a plan; without it they are taken from the sessions' own.
    public init(
        snapshot: Snapshot, plan: Plan, comparison: [Plan] = [], colours: [SiteID: Int] = [:],
        latency: @escaping @Sendable (Plan) -> LatencyStatistics? = { _ in nil }
    ) {
        self.latency = latency
        self.snapshot = snapshot
        self.plan = plan
        self.comparison = comparison
        scene = PictureScene(snapshot: snapshot, plan: plan, width: Self.width, colours: colours)
    }

    /// The picture as an SVG document with a title and a legend.
    public func svg() -> String {
        let head = 70.0
        let (width, height) = (Markup.number(Self.width), Markup.number(scene.extent.height + head + Self.legendHeight))
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)">
            <title>\(Markup.escaped(title))</title>
            <style>\(PictureStyle.svg)</style>
            <rect class="page" width="\(width)" height="\(height)"/>
            <text class="title" x="16" y="32">\(Markup.escaped(title))</text>
            <text class="note" x="16" y="54">\(Markup.escaped(subtitle))</text>
            <g transform="translate(0 \(Markup.number(head)))">
            \(drawing)</g>
            </svg>

            """
    }

    /// What the picture is of.
    var title: String { snapshot.name ?? "Mesh plan" }

    /// The plan in one line.
    var subtitle: String {
        let latency = PlanFigures(plan, latency: latency(plan)).latency
        let count = scene.sites.count
        let left = plan.totals.participants - plan.totals.served
        return [
            PlanText.count(plan.totals.participants, "participant"), PlanText.count(plan.sessions.count, "session"),
            PlanText.count(count, "site"), "mean pair latency \(Numerals.fixed(latency.mean, decimals: 1)) ms",
            "p95 \(Numerals.fixed(latency.p95, decimals: 1)) ms",
            left > 0 ? "\(Numerals.grouped(left)) left out" : "", "strategy \(plan.strategy.rawValue)",
        ].filter { !$0.isEmpty }.joined(separator: "  \u{00B7}  ")
    }

    /// The number of each used site's colour.
    package var colours: [SiteID: Int] {
        Dictionary(scene.sites.map { ($0.figures.id, $0.colour) }) { first, _ in first }
    }

    /// The height of the strip below the map.
    static let legendHeight = 44.0

    /// Map and legend as an SVG element of a page that has ``PictureStyle/svg`` among its styles.
    ///
    /// - Parameter name: an identifier that no other element of the page has.
    package func figure(name: String) -> String {
        let (width, height) = (Markup.number(Self.width), Markup.number(scene.extent.height + Self.legendHeight))
        return """
            <svg viewBox="0 0 \(width) \(height)" role="img" aria-label="\(Markup.escaped(subtitle))">
            \(drawing(clip: name))
            </svg>

            """
    }

    /// Map and legend, with the map's upper left corner at the origin.
    var drawing: String { drawing(clip: "map") }

    private func drawing(clip: String) -> String {
        let (width, height) = (Markup.number(Self.width), Markup.number(scene.extent.height))
        return """
            <clipPath id="\(clip)"><rect width="\(width)" height="\(height)" rx="10"/></clipPath>
            <g clip-path="url(#\(clip))">
            \(BaseMap(extent: scene.extent).svg())\(candidateLayer)\(accessLayer)\(linkLayer)\(peopleLayer)\(siteLayer)</g>
            \(legend)
            """
    }
}
