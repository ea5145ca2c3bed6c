internal import MeshRendering
internal import Scenarios

extension Answers {
    private static let rowLimit = 8

    /// The answers for people: a small table each.
    ///
    /// - Parameter questions: what was asked: a question without an answer is told why.
    func text(_ style: TextStyle, _ questions: Questions) -> String {
        var text = ""
        if !losses.isEmpty {
            var table = TextTable([
                .init("losses", .left), .init("planned"), .init("all served"), .init("all hold"), .init("worst cost"),
                .init("its p95"), .init("left out"), .init("which", .left),
            ])
            for loss in losses {
                table.add([
                    "\(loss.kind), \(loss.count) at a time", Numerals.grouped(loss.losses),
                    Numerals.grouped(loss.survived),
                    Numerals.grouped(loss.holding), Numerals.fixed(loss.worstCost, decimals: 0),
                    Numerals.fixed(loss.worstP95, decimals: 1), Numerals.grouped(loss.worstUnserved), loss.worst,
                ])
            }
            text += "\n" + table.text(style)
        }
        if !frontier.isEmpty {
            var table = TextTable([
                .init("sites at most", .left), .init("servers"), .init("rent"), .init("mean ms"), .init("p95"),
                .init("left out"), .init("cost"),
            ])
            for point in frontier {
                table.add([
                    String(point.sites), Numerals.grouped(point.servers), Numerals.fixed(point.rent, decimals: 0),
                    Numerals.fixed(point.mean, decimals: 1), Numerals.fixed(point.p95, decimals: 1),
                    Numerals.grouped(point.unserved), Numerals.fixed(point.cost, decimals: 0),
                ])
            }
            text += "\n" + table.text(style)
        }
        if !shadowPrices.isEmpty {
            var table = TextTable([
                .init("a server at", .left), .init("hour"), .init("one more saves"), .init("one less costs"),
            ])
            for price in shadowPrices.prefix(Self.rowLimit) {
                table.add([
                    price.site, price.hour.map { Numerals.fixed($0, decimals: 0) } ?? "",
                    Numerals.fixed(price.more, decimals: 1),
                    price.less.map { Numerals.fixed($0, decimals: 1) } ?? "",
                ])
            }
            let rest = shadowPrices.count - Self.rowLimit
            text += "\n" + table.text(style) + (rest > 0 ? "and \(rest) more; " : "")
            text += "where nothing is listed one server more or less changes nothing\n"
        }
        if !linkPrices.isEmpty {
            var table = TextTable([.init("a Gbit/s from", .left), .init("to", .left), .init("is worth")])
            for price in linkPrices.prefix(Self.rowLimit) {
                table.add([price.from, price.to, Numerals.fixed(price.gigabit, decimals: 1)])
            }
            text += "\n" + table.text(style)
        }
        if !purchases.isEmpty {
            var table = TextTable([
                .init("buy", .left), .init("saves a tick"), .init("mean ms"), .init("served more"),
            ])
            for purchase in purchases.prefix(Self.rowLimit) {
                table.add([
                    purchase.what, Numerals.fixed(purchase.saves, decimals: 1),
                    Numerals.fixed(purchase.mean, decimals: 1), Numerals.grouped(purchase.served),
                ])
            }
            text += "\n" + table.text(style)
        }
        if purchases.isEmpty, questions.purchase > 0 {
            text += "\nnothing to buy: no site is sold out and no session at its limit, so that more would stand idle\n"
        }
        if shadowPrices.isEmpty, questions.shadowPrices {
            text += "\na server more or less changes nothing: no site is sold out\n"
        }
        if let fewest = fewestServers {
            text +=
                fewest.limit.map { "\nfewest servers for '\(fewest.target)': \(fewest.servers) (limit \($0))\n" }
                ?? "\nfewest servers for '\(fewest.target)': no limit of \(fewest.tried.lowerBound) to "
                + "\(fewest.tried.upperBound) servers a session reaches it with everybody served\n"
        }
        if !regret.isEmpty {
            let total = regret.reduce(0) { $0 + $1.regret }
            let free = regret.reduce(0) { $0 + $1.free }
            text +=
                "\nregret of the base's plan kept over \(regret.count) hours: \(Numerals.fixed(total, decimals: 0)), "
                + "\(Numerals.percent(total / max(1e-9, free))) of what plans made each hour cost\n"
        }
        return text
    }

    /// The answers as a document.
    var json: JSONValue {
        [
            "losses": .array(
                losses.map {
                    [
                        "kind": .string($0.kind), "count": .integer(Int64($0.count)),
                        "losses": .integer(Int64($0.losses)),
                        "survived": .integer(Int64($0.survived)), "holding": .integer(Int64($0.holding)),
                        "worst": .string($0.worst), "worst-cost": .number($0.worstCost),
                        "worst-p95": .number($0.worstP95), "worst-unserved": .integer(Int64($0.worstUnserved)),
                    ]
                }),
            "frontier": .array(
                frontier.map {
                    [
                        "sites": .integer(Int64($0.sites)), "used": .integer(Int64($0.used)),
                        "servers": .integer(Int64($0.servers)), "rent": .number($0.rent), "mean": .number($0.mean),
                        "p95": .number($0.p95), "unserved": .integer(Int64($0.unserved)), "cost": .number($0.cost),
                    ]
                }),
            "shadow-prices": .array(
                shadowPrices.map {
                    [
                        "site": .string($0.site), "hour": .optional($0.hour, JSONValue.exact), "more": .number($0.more),
                        "less": .optional($0.less, JSONValue.number),
                    ]
                }),
            "link-prices": .array(
                linkPrices.map { ["from": .string($0.from), "to": .string($0.to), "gigabit": .number($0.gigabit)] }),
            "fewest-servers": .optional(fewestServers) {
                [
                    "target": .string($0.target), "limit": .optional($0.limit) { .integer(Int64($0)) },
                    "servers": .integer(Int64($0.servers)), "value": .number($0.value),
                ]
            },
            "purchases": .array(
                purchases.map {
                    [
                        "what": .string($0.what), "saves": .number($0.saves),
                        "mean": .number($0.mean), "served": .integer(Int64($0.served)),
                    ]
                }),
            "regret": .array(
                regret.map {
                    [
                        "hour": .exact($0.hour), "participants": .integer(Int64($0.participants)),
                        "fixed": .number($0.fixed), "free": .number($0.free), "regret": .number($0.regret),
                    ]
                }),
        ]
    }
}
