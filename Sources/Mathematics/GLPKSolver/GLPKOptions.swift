/// How GLPK is to solve: tolerances, presolve, cuts and its memory limit. The defaults are GLPK's own, but for the
/// integrality tolerance, which is stricter.
public struct GLPKOptions: Sendable, Hashable {
    /// By how much a bound may be violated (`tol_bnd`); relative to the bound times 0.001 on top. Cutting planes want
    /// 1e-9, or a cut that is violated by less than the tolerance comes back for ever.
    public var feasibilityTolerance: Double
    /// By how much a reduced cost may have the wrong sign (`tol_dj`).
    public var dualTolerance: Double
    /// How far from an integer a value may be (`tol_int`).
    public var integralityTolerance: Double
    /// Whether mixed-integer programs are presolved. Not applied when rows are separated lazily.
    public var presolvesIntegers: Bool
    /// Whether Gomory, mixed-integer rounding, cover and clique cuts are generated.
    public var generatesCuts: Bool
    /// The most memory in MiB that GLPK may hold on a thread; `nil` for no limit. A call that meets it throws
    /// ``Optimization/SolverError/Code/memoryLimit``.
    public var memoryLimit: Int?

    /// Creates options.
    public init(
        feasibilityTolerance: Double = 1e-7, dualTolerance: Double = 1e-7, integralityTolerance: Double = 1e-6,
        presolvesIntegers: Bool = true, generatesCuts: Bool = false, memoryLimit: Int? = nil
    ) {
        self.feasibilityTolerance = feasibilityTolerance
        self.dualTolerance = dualTolerance
        self.integralityTolerance = integralityTolerance
        self.presolvesIntegers = presolvesIntegers
        self.generatesCuts = generatesCuts
        self.memoryLimit = memoryLimit
    }
}
