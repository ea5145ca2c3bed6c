/// Small pieces of SVG and HTML.
package enum Markup {
    /// Text between tags or in an attribute.
    package static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            // XML has no way to write these.
            case _ where scalar.value < 0x20 && scalar != "\t" && scalar != "\n": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A coordinate with at most one decimal.
    package static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let (whole, part) = tenths.quotientAndRemainder(dividingBy: 10)
        if part == 0 { return String(whole) }
        return (tenths < 0 && whole == 0 ? "-0" : String(whole)) + ".\(abs(part))"
    }

    /// About how wide a text is in pixels. Fonts differ: this is a little more than most take.
    package static func width(of text: String, size: Double) -> Double {
        size
            * text.reduce(0) { width, character in
                switch character {
                case "i", "j", "l", "I", "t", "f", "r", ".", ",", "'", " ", "-": width + 0.36
                case "m", "w", "M", "W": width + 0.92
                case "A"..."Z": width + 0.72
                default: width + 0.59
                }
            }
    }

    /// The data of a path along the points, without points that fall on the one before.
    static func path(_ points: [PlanePoint], closed: Bool = false) -> String {
        var data = ""
        var last = ""
        for point in points {
            let place = "\(number(point.x)) \(number(point.y))"
            guard place != last else { continue }
            data += (last.isEmpty ? "M" : "L") + place
            last = place
        }
        return data.isEmpty ? "" : data + (closed ? "Z" : "")
    }
}
