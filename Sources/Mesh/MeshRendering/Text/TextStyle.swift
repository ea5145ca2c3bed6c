/// How text looks where it is printed: whether it may be coloured, and how wide a line may be.
public struct TextStyle: Sendable, Hashable {
    /// Whether terminal colours may be used.
    public var isColoured: Bool
    /// The most columns of a line; names are cut where it would be longer. `Int.max` where nothing is cut.
    public var width: Int
    /// Whether only ASCII may be printed beside names.
    public var isASCII: Bool

    /// Plain text of a width.
    public init(isColoured: Bool = false, width: Int = 100, isASCII: Bool = false) {
        self.isColoured = isColoured
        self.width = max(40, width)
        self.isASCII = isASCII
    }

    /// What a cut name ends with.
    var ellipsis: Character { isASCII ? "~" : "\u{2026}" }
    /// The line below headings.
    var rule: String { isASCII ? "-" : "\u{2500}" }

    /// How many columns of a terminal a text takes: letters of East Asia and pictographs two, marks that combine none.
    package static func columns(of text: some StringProtocol) -> Int { text.reduce(0) { $0 + columns(of: $1) } }

    /// The columns of one character.
    static func columns(of character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0..<0x300: return 1
        // Unicode Standard Annex 11, the wide and fullwidth blocks.
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            return 2
        default: return scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
        }
    }

    /// A heading.
    func strong(_ text: String) -> String { escaped(text, "1") }
    /// Something less important.
    func faint(_ text: String) -> String { escaped(text, "2") }
    /// What the eye should find first.
    func accent(_ text: String) -> String { escaped(text, "1;36") }

    private func escaped(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
