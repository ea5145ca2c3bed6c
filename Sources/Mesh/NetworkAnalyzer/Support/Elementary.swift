internal import Glibc

/// The natural logarithm; a name of its own, because several modules overload `log`.
@inline(__always) func logarithm(_ value: Double) -> Double { Glibc.log(value) }
/// The natural logarithm.
@inline(__always) func logarithm(_ value: Float) -> Float { Glibc.logf(value) }
/// e to a power.
@inline(__always) func exponential(_ value: Double) -> Double { Glibc.exp(value) }
/// e to a power.
@inline(__always) func exponential(_ value: Float) -> Float { Glibc.expf(value) }
/// The cosine of an angle in radians.
@inline(__always) func cosine(_ value: Double) -> Double { Glibc.cos(value) }
/// The sine of an angle in radians.
@inline(__always) func sine(_ value: Double) -> Double { Glibc.sin(value) }
