/// Figures for people: few digits, always the same form, no locale.
public enum Numerals {
    /// An integer with its digits in groups of three, `12,345`.
    public static func grouped(_ value: Int) -> String {
        var groups: [Substring] = []
        var digits = Substring(String(value.magnitude))
        while !digits.isEmpty {
            groups.append(digits.suffix(3))
            digits = digits.dropLast(3)
        }
        return (value < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }

    /// A number with a fixed count of decimals and grouped digits; `-` when it is not finite.
    public static func fixed(_ value: Double, decimals: Int) -> String {
        let scale = (0..<max(0, decimals)).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled.isFinite, scaled < 9e15 else { return value.isFinite ? "\(value)" : "-" }
        let (whole, part) = Int(scaled).quotientAndRemainder(dividingBy: Int(scale))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + grouped(whole) }
        let digits = String(part)
        return sign + grouped(whole) + "." + String(repeating: "0", count: decimals - digits.count) + digits
    }

    /// A fraction as a percentage: two significant decimals below one percent, one above.
    public static func percent(_ fraction: Double) -> String {
        let value = fraction * 100
        if value == 0 { return "0 %" }
        if abs(value) < 0.01 { return (value < 0 ? "> -" : "< ") + "0.01 %" }
        return fixed(value, decimals: abs(value) < 1 ? 2 : 1) + " %"
    }

    /// A change in percent, always with its sign.
    public static func signedPercent(_ fraction: Double) -> String {
        (fraction > 0 ? "+" : "") + fixed(fraction * 100, decimals: 1) + " %"
    }

    /// Seconds, more digits the shorter it was.
    public static func seconds(_ value: Double) -> String {
        switch value {
        case ..<0.01: fixed(value, decimals: 5)
        case ..<1: fixed(value, decimals: 3)
        default: fixed(value, decimals: 2)
        }
    }
}
