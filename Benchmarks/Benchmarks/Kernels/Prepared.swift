import Synchronization

/// A value that is made when it is first asked for: the benchmark plugin also starts the process just to list names.
final class Prepared<Value: Sendable>: Sendable {
    private let make: @Sendable () throws -> Value
    private let made = Mutex<Value?>(nil)

    init(_ make: @escaping @Sendable () throws -> Value) {
        self.make = make
    }

    func value() throws -> Value {
        try made.withLock { made in
            if let made { return made }
            let value = try make()
            made = value
            return value
        }
    }
}

/// What makes a benchmark fail: an answer that is not the one it measures the way to.
struct UnexpectedAnswer: Error, CustomStringConvertible {
    var description: String
}
