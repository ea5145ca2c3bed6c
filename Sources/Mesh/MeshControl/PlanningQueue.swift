/// Sessions that wait to be planned, each once.
struct PlanningQueue: Sendable, Codable {
    private(set) var urgent: [Int32] = []
    private(set) var usual: [Int32] = []
    private var isWaiting: [Bool] = []

    var count: Int { urgent.count + usual.count }

    mutating func add(_ session: Int, isUrgent: Bool = false) {
        while isWaiting.count <= session { isWaiting.append(false) }
        guard !isWaiting[session] else { return }
        isWaiting[session] = true
        if isUrgent { urgent.append(Int32(session)) } else { usual.append(Int32(session)) }
    }

    /// Takes sessions by other numbers; those that are gone have -1.
    mutating func renumber(_ numbers: [Int32]) {
        let (first, others) = (urgent, usual)
        self = PlanningQueue()
        for session in first where numbers[Int(session)] >= 0 { add(Int(numbers[Int(session)]), isUrgent: true) }
        for session in others where numbers[Int(session)] >= 0 { add(Int(numbers[Int(session)])) }
    }

    /// Takes all out, the urgent ones first; those that are not planned are to be put back.
    mutating func takeAll() -> [Int32] {
        let all = urgent + usual
        urgent.removeAll(keepingCapacity: true)
        usual.removeAll(keepingCapacity: true)
        for session in all { isWaiting[Int(session)] = false }
        return all
    }
}
