import HTTPTypes

/// What each route must answer to whom.
struct RouteCase: Sendable, CustomStringConvertible {
    enum Who: String, Sendable, CaseIterable {
        case nobody, stranger, `operator`, edge, otherEdge, participant, otherParticipant
    }

    /// Method and path as the table of routes has them.
    let route: String
    /// A path that exists, and one that does not (`nil` where there is no such thing).
    let path: String
    var missing: String?
    /// A body that is right.
    var body: String?
    /// What it answers when all is right.
    let status: Int
    /// Who may ask; all others get 401 or 403.
    let allowed: Set<Who>
    /// A body that is understood but wrong, and a pointer that the answer names.
    var wrong: (body: String, pointer: String)?
    /// Whether the body must be JSON.
    var takesBody: Bool { wrong != nil }
    /// What the second of two equal requests gets without an idempotency key.
    var again: Int?

    var method: HTTPRequest.Method { HTTPRequest.Method(rawValue: String(route.prefix { $0 != " " })) ?? .get }
    var isMutation: Bool { method != .get }
    var description: String { route }

    private static let operators: Set<Who> = [.operator]
    private static let inside: Set<Who> = [.operator, .participant]
    private static let servers: Set<Who> = [.operator, .edge]
    private static let open = Set(Who.allCases)

    static let all: [RouteCase] = [
        RouteCase(route: "GET /healthz", path: "/healthz", status: 200, allowed: open),
        RouteCase(route: "GET /readyz", path: "/readyz", status: 200, allowed: open),
        RouteCase(route: "GET /openapi.yaml", path: "/openapi.yaml", status: 200, allowed: open),
        RouteCase(route: "GET /metrics", path: "/metrics", status: 200, allowed: open),
        RouteCase(
            route: "POST /v1/tokens", path: "/v1/tokens", body: #"{"role": "edge"}"#, status: 201, allowed: operators,
            wrong: (#"{"role": "king"}"#, "/role")),
        RouteCase(
            route: "DELETE /v1/tokens/{token}", path: "/v1/tokens/some", status: 204, allowed: operators, again: 204),
        RouteCase(
            route: "POST /v1/sessions", path: "/v1/sessions", body: #"{"id": "new", "type": "match"}"#, status: 201,
            allowed: operators,
            wrong: (#"{"type": "match", "participants": [{"id": "x"}]}"#, "/participants/0/latitude"),
            again: 409),
        RouteCase(route: "GET /v1/sessions", path: "/v1/sessions?limit=1", status: 200, allowed: operators),
        RouteCase(
            route: "GET /v1/sessions/{id}", path: "/v1/sessions/s1", missing: "/v1/sessions/none", status: 200,
            allowed: inside),
        RouteCase(
            route: "DELETE /v1/sessions/{id}", path: "/v1/sessions/s1", missing: "/v1/sessions/none", status: 204,
            allowed: operators, again: 404),
        RouteCase(
            route: "GET /v1/sessions/{id}/participants", path: "/v1/sessions/s1/participants",
            missing: "/v1/sessions/none/participants", status: 200, allowed: inside),
        RouteCase(
            route: "POST /v1/sessions/{id}/participants", path: "/v1/sessions/s1/participants",
            missing: "/v1/sessions/none/participants", body: #"[{"id": "n1", "latitude": 50, "longitude": 8}]"#,
            status: 201, allowed: inside,
            wrong: (#"[{"id": "n2", "latitude": 91, "longitude": 8}]"#, "/0/latitude"), again: 409),
        RouteCase(
            route: "PATCH /v1/sessions/{id}/participants", path: "/v1/sessions/s1/participants",
            missing: "/v1/sessions/none/participants",
            body: #"[{"id": "s1-p0", "latitude": 51, "longitude": 8}]"#, status: 200, allowed: inside,
            wrong: (#"[{"id": "s1-p0", "latitude": "north", "longitude": 8}]"#, "/0/latitude"), again: 200),
        RouteCase(
            route: "DELETE /v1/sessions/{id}/participants", path: "/v1/sessions/s1/participants",
            missing: "/v1/sessions/none/participants", body: #"["s1-p0"]"#, status: 200, allowed: inside,
            wrong: (#"[7]"#, "/0"), again: 404),
        RouteCase(
            route: "GET /v1/sessions/{id}/participants/{pid}", path: "/v1/sessions/s1/participants/s1-p0",
            missing: "/v1/sessions/s1/participants/none", status: 200, allowed: inside),
        RouteCase(
            route: "PATCH /v1/sessions/{id}/participants/{pid}", path: "/v1/sessions/s1/participants/s1-p0",
            missing: "/v1/sessions/s1/participants/none", body: #"{"latitude": 51, "longitude": 8}"#, status: 200,
            allowed: inside, wrong: (#"{"latitude": 51}"#, "/longitude"), again: 200),
        RouteCase(
            route: "DELETE /v1/sessions/{id}/participants/{pid}", path: "/v1/sessions/s1/participants/s1-p0",
            missing: "/v1/sessions/s1/participants/none", status: 204, allowed: inside, again: 404),
        RouteCase(
            route: "POST /v1/sessions/{id}/participants/{pid}/attachment",
            path: "/v1/sessions/s1/participants/s1-p0/attachment",
            missing: "/v1/sessions/s1/participants/none/attachment", status: 200, allowed: inside, again: 200),
        RouteCase(
            route: "GET /v1/sessions/{id}/mesh", path: "/v1/sessions/s1/mesh", missing: "/v1/sessions/none/mesh",
            status: 200, allowed: inside),
        RouteCase(
            route: "GET /v1/sessions/{id}/explain", path: "/v1/sessions/s1/explain",
            missing: "/v1/sessions/none/explain", status: 200, allowed: inside),
        RouteCase(
            route: "GET /v1/servers/{id}", path: "/v1/servers/fra", missing: "/v1/servers/none", status: 200,
            allowed: servers),
        RouteCase(
            route: "PUT /v1/servers/{id}", path: "/v1/servers/fra",
            body: #"{"latitude": 50, "longitude": 8, "capacity": 60, "price": 3}"#, status: 200, allowed: servers,
            wrong: (#"{"latitude": 50, "longitude": 8, "capacity": 0, "price": 3}"#, "/capacity"), again: 200),
        RouteCase(
            route: "DELETE /v1/servers/{id}", path: "/v1/servers/fra", missing: "/v1/servers/none", status: 204,
            allowed: servers, again: 404),
        RouteCase(
            route: "POST /v1/servers/{id}/heartbeat", path: "/v1/servers/fra/heartbeat",
            missing: "/v1/servers/none/heartbeat", body: #"{"available": 0.5}"#, status: 200, allowed: servers,
            wrong: (#"{"available": 2}"#, "/available"), again: 200),
        RouteCase(
            route: "POST /v1/servers/{id}/drain", path: "/v1/servers/fra/drain", missing: "/v1/servers/none/drain",
            status: 200, allowed: servers, again: 200),
        RouteCase(
            route: "POST /v1/servers/{id}/fail", path: "/v1/servers/fra/fail", missing: "/v1/servers/none/fail",
            status: 200, allowed: servers, again: 200),
        RouteCase(
            route: "POST /v1/measurements", path: "/v1/measurements",
            body: #"{"from": "fra", "to": "nyc", "rtt": 85.5}"#, status: 202, allowed: [.operator, .edge],
            wrong: (#"{"from": "fra", "to": "nyc", "rtt": -1}"#, "/0/rtt"), again: 202),
        RouteCase(route: "GET /v1/density", path: "/v1/density?atLeast=1", status: 200, allowed: operators),
        RouteCase(route: "GET /v1/forecast", path: "/v1/forecast", status: 200, allowed: operators),
        RouteCase(
            route: "POST /v1/forecast/expectations", path: "/v1/forecast/expectations",
            body: #"{"type": "match", "from": "2026-01-01T20:00:00Z", "to": "2026-01-01T22:00:00Z", "factor": 3}"#,
            status: 204, allowed: operators,
            wrong: (#"{"type": "match", "from": "soon", "to": "2026-01-01T22:00:00Z", "factor": 3}"#, "/from"),
            again: 204),
        RouteCase(route: "GET /v1/snapshot", path: "/v1/snapshot", status: 200, allowed: operators),
        RouteCase(route: "GET /v1/plan", path: "/v1/plan", status: 200, allowed: operators),
        RouteCase(route: "GET /v1/tick", path: "/v1/tick", status: 200, allowed: operators),
        RouteCase(
            route: "GET /v1/servers", path: "/v1/servers", status: 200, allowed: servers.union([.otherEdge])),
        RouteCase(route: "GET /v1/pool", path: "/v1/pool", status: 200, allowed: servers.union([.otherEdge])),
    ]
}
