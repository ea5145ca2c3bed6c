/// How text looks where it is printed: whether it may be coloured, and how wide a line may be.
public struct TextStyle: Sendable, Hashable {
    /// Whether terminal colours may be used.
    public var isColoured: Bool
    /// The most characters of a line.
    public var width: Int

    /// Plain text of a width.
    public init(isColoured: Bool = false, width: Int = 100) {
        self.isColoured = isColoured
        self.width = max(40, width)
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
