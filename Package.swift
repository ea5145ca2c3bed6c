// swift-tools-version: 6.2
import PackageDescription

/// The settings every Swift target is built with; ARCHITECTURE.md says why.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
]

func library(_ name: String, in wing: String, uses dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(wing)/\(name)", swiftSettings: strict)
}

func tests(_ name: String, uses dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: ["TestSupport"] + dependencies, path: "Tests/\(name)", swiftSettings: strict)
}

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "regional-mesh-controller",
    products: [
        .library(
            name: "MeshEngine",
            targets: ["MeshEngine", "MeshTypes", "MeshInstances", "MeshVerification", "Optimization"]),
        .library(name: "Optimization", targets: ["Optimization"]),
        .library(name: "NetworkFlow", targets: ["NetworkFlow"]),
        .library(name: "FacilityLocation", targets: ["FacilityLocation"]),
        .library(name: "GLPKSolver", targets: ["GLPKSolver"]),
        .library(name: "MeshInstances", targets: ["MeshInstances"]),
        .library(name: "MeshTypes", targets: ["MeshTypes"]),
        .library(name: "NetworkAnalyzer", targets: ["NetworkAnalyzer", "DenseMatrices"]),
        .executable(name: "rmc", targets: ["rmc"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.90.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        // Mathematics: knows nothing of meshes.
        .systemLibrary(name: "CGLPK", path: "Sources/Mathematics/CGLPK", providers: [.apt(["libglpk-dev"])]),
        .systemLibrary(
            name: "COpenBLAS", path: "Sources/Mathematics/COpenBLAS", pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"])]),
        .target(
            name: "CGLPKShims", dependencies: ["CGLPK"], path: "Sources/Mathematics/CGLPKShims",
            linkerSettings: [.linkedLibrary("glpk")]),
        library("Optimization", in: "Mathematics"),
        library("DenseMatrices", in: "Mathematics", uses: ["COpenBLAS"]),
        library("NetworkFlow", in: "Mathematics", uses: ["Optimization"]),
        library(
            "FacilityLocation", in: "Mathematics", uses: ["Optimization", "NetworkFlow", "DenseMatrices"]),
        library("GLPKSolver", in: "Mathematics", uses: ["Optimization", "CGLPK", "CGLPKShims"]),

        // Mesh: the engine, pure and synchronous.
        .systemLibrary(
            name: "CLZMA", path: "Sources/Mesh/CLZMA", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
        .systemLibrary(
            name: "CZlib", path: "Sources/Mesh/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        library("MeshTypes", in: "Mesh"),
        library("MeshInstances", in: "Mesh", uses: ["MeshTypes", "Optimization", "CLZMA", "CZlib"]),
        library("MeshVerification", in: "Mesh", uses: ["MeshTypes"]),
        .target(
            name: "MeshRendering", dependencies: ["MeshTypes"], path: "Sources/Mesh/MeshRendering",
            exclude: ["Resources/README.md"], resources: [.embedInCode("Resources/outlines.txt")],
            swiftSettings: strict),
        library("NetworkAnalyzer", in: "Mesh", uses: ["MeshTypes", "DenseMatrices"]),
        library("MeshPlanning", in: "Mesh", uses: ["MeshTypes", "DenseMatrices", "Optimization"]),
        library(
            "MeshEngine", in: "Mesh",
            uses: [
                "MeshTypes", "MeshInstances", "MeshVerification", "MeshPlanning", "Optimization", "NetworkFlow",
                "FacilityLocation", "GLPKSolver", "DenseMatrices",
            ]),

        library(
            "Scenarios", in: "Mesh",
            uses: ["MeshTypes", "MeshInstances", "MeshPlanning", "MeshEngine", "MeshVerification", "Optimization"]),
        library("Reporting", in: "Mesh", uses: ["Scenarios", "MeshRendering", "MeshTypes"]),
        library("ScenarioFiles", in: "Mesh", uses: ["Scenarios", "MeshTypes", "MeshInstances", yams]),

        // Edge: what runs beside participants and on edge servers; links neither GLPK nor BLAS.
        library("Probing", in: "Edge", uses: ["MeshTypes", nioCore, nioPosix, crypto]),

        // Commands: parse, validate, call, render.
        .executableTarget(
            name: "rmc",
            dependencies: [
                "MeshEngine", "MeshRendering", "MeshTypes", "MeshInstances", "MeshVerification", "MeshPlanning",
                "NetworkAnalyzer", "NetworkFlow", "FacilityLocation", "Optimization", "DenseMatrices", "Probing",
                "Scenarios", "ScenarioFiles", "Reporting", "GLPKSolver",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/Commands/rmc", swiftSettings: strict),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        tests("OptimizationTests", uses: ["Optimization"]),
        tests("DenseMatricesTests", uses: ["DenseMatrices"]),
        tests("NetworkFlowTests", uses: ["GLPKSolver", "NetworkFlow", "Optimization", "MeshInstances"]),
        tests(
            "FacilityLocationTests",
            uses: ["FacilityLocation", "GLPKSolver", "NetworkFlow", "Optimization", "MeshInstances"]),
        tests("GLPKSolverTests", uses: ["GLPKSolver", "Optimization"]),
        tests(
            "SolverConformanceTests",
            uses: [
                "GLPKSolver", "NetworkFlow", "FacilityLocation", "Optimization", "MeshInstances", "MeshTypes",
                "MeshPlanning",
            ]),
        tests("MeshTypesTests", uses: ["MeshTypes"]),
        tests("MeshVerificationTests", uses: ["MeshVerification", "MeshTypes"]),
        tests("MeshInstancesTests", uses: ["MeshInstances", "MeshTypes", "Optimization"]),
        tests("NetworkAnalyzerTests", uses: ["NetworkAnalyzer", "MeshTypes", "MeshInstances", "DenseMatrices"]),
        tests(
            "MeshPlanningTests",
            uses: [
                "MeshPlanning", "MeshTypes", "MeshVerification", "MeshInstances", "GLPKSolver", "NetworkFlow",
                "FacilityLocation",
                "Optimization",
            ]),
        tests(
            "MeshEngineTests", uses: ["MeshEngine", "MeshTypes", "MeshInstances", "MeshVerification", "Optimization"]),
        tests("MeshRenderingTests", uses: ["MeshRendering", "MeshTypes"]),
        tests(
            "ScenariosTests", uses: ["Scenarios", "MeshEngine", "MeshTypes", "MeshInstances"]),
        tests("ScenarioFilesTests", uses: ["ScenarioFiles", "Scenarios", "MeshInstances"]),
        tests("ReportingTests", uses: ["Reporting", "Scenarios", "MeshEngine", "MeshTypes", "MeshInstances"]),
        tests("ProbingTests", uses: ["Probing", "MeshTypes", "MeshInstances", nioCore, nioPosix]),
        tests("CommandLineTests", uses: ["MeshTypes"]),
    ]
)
