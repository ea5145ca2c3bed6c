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
    // Tests that mostly call the product are not optimised themselves: a clean build is minutes shorter.
    let isCaller = callers.contains(name)
    return .testTarget(
        name: name, dependencies: ["TestSupport"] + dependencies, path: "Tests/\(name)",
        swiftSettings: strict + (isCaller ? [.unsafeFlags(["-Onone"])] : []))
}

/// The test targets that compute little on their own.
let callers: Set = [
    "CommandLineTests", "DemoWorldTests", "GLPKSolverTests", "MediaTransportTests", "MeshClientTests",
    "MeshEngineTests", "MeshInstancesTests", "MeshRenderingTests", "MeshServerTests", "MeshTypesTests",
    "MeshVerificationTests", "ProbingTests", "ReportingTests", "ScenarioFilesTests", "ScenariosTests",
    "SolverConformanceTests",
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
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
        .library(name: "Forecasting", targets: ["Forecasting"]),
        .library(name: "MeshControl", targets: ["MeshControl", "MeshSimulation"]),
        .executable(name: "rmc", targets: ["rmc"]),
        .executable(name: "mesh-load", targets: ["mesh-load"]),
        .library(name: "MeshEdge", targets: ["MeshEdge", "MeshAPI", "MediaTransport"]),
        .library(name: "MeshClient", targets: ["MeshClient"]),
        .executable(name: "mesh-edge", targets: ["mesh-edge"]),
        .executable(name: "mesh-client", targets: ["mesh-client"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.90.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.9.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.9.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
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
        .target(
            name: "MeshInstances", dependencies: ["MeshTypes", "Optimization", "CLZMA", "CZlib"],
            path: "Sources/Mesh/MeshInstances", exclude: ["Resources/README.md"],
            resources: [.embedInCode("Resources/cloud-regions.csv")], swiftSettings: strict),
        library("MeshVerification", in: "Mesh", uses: ["MeshTypes"]),
        .target(
            name: "MeshRendering", dependencies: ["MeshTypes"], path: "Sources/Mesh/MeshRendering",
            exclude: ["Resources/README.md"], resources: [.embedInCode("Resources/outlines.txt")],
            swiftSettings: strict),
        library("NetworkAnalyzer", in: "Mesh", uses: ["MeshTypes", "DenseMatrices"]),
        library("Forecasting", in: "Mesh", uses: ["MeshTypes", "DenseMatrices"]),
        library("MeshPlanning", in: "Mesh", uses: ["MeshTypes", "DenseMatrices", "Optimization"]),
        library(
            "MeshControl", in: "Mesh", uses: ["MeshPlanning", "MeshTypes", "Optimization", "Forecasting"]),
        library("MeshSimulation", in: "Mesh", uses: ["MeshControl", "MeshTypes", "MeshInstances"]),
        library(
            "MeshEngine", in: "Mesh",
            uses: [
                "MeshTypes", "MeshInstances", "MeshVerification", "MeshPlanning", "MeshControl", "Optimization",
                "NetworkFlow", "FacilityLocation", "GLPKSolver", "DenseMatrices",
            ]),

        library(
            "Scenarios", in: "Mesh",
            uses: ["MeshTypes", "MeshInstances", "MeshPlanning", "MeshEngine", "MeshVerification", "Optimization"]),
        library("Reporting", in: "Mesh", uses: ["Scenarios", "MeshRendering", "MeshTypes"]),
        library("ScenarioFiles", in: "Mesh", uses: ["Scenarios", "MeshTypes", "MeshInstances", yams]),

        // Service: the shell around the controller.
        .target(
            name: "MeshAPI", dependencies: ["MeshTypes"], path: "Sources/Service/MeshAPI",
            resources: [.embedInCode("openapi.yaml")], swiftSettings: strict),
        .target(
            name: "MeshServer",
            dependencies: [
                "MeshAPI", "MeshControl", "MeshEngine", "MeshInstances", "MeshTypes", "NetworkAnalyzer", "Optimization",
                "MediaTransport",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "HummingbirdHTTP2", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Yams", package: "Yams"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                nioCore, crypto,
            ],
            path: "Sources/Service/MeshServer", swiftSettings: strict),

        // Edge: what runs beside participants and on edge servers; links neither GLPK nor BLAS.
        library("Probing", in: "Edge", uses: ["MeshTypes", nioCore, nioPosix, crypto]),
        library(
            "MeshClient", in: "Edge",
            uses: ["MediaTransport", "MeshAPI", "ControlTransport", "MeshTypes", "Probing", nioCore]),
        .target(name: "CDatagrams", path: "Sources/Edge/CDatagrams"),
        library("MediaTransport", in: "Edge", uses: ["CDatagrams", crypto]),
        library(
            "ControlTransport", in: "Edge",
            uses: [
                "MeshAPI", nioCore, nioPosix, nioHTTP1, .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ]),
        library("MeshEdge", in: "Edge", uses: ["MediaTransport", "MeshAPI", "ControlTransport", "Probing", nioCore]),

        // The service as a process and a network in user space, for demonstrations and tests.
        library(
            "DemoWorld", in: "Service",
            uses: ["ControlTransport", "MeshInstances", "MeshTypes", "MeshAPI", "MediaTransport"]),

        // Commands: parse, validate, call, render.
        .executableTarget(
            name: "rmc",
            dependencies: [
                "MeshEngine", "MeshControl", "MeshSimulation", "MeshRendering", "MeshTypes", "MeshInstances",
                "MeshVerification", "MeshPlanning", "NetworkAnalyzer", "NetworkFlow", "FacilityLocation",
                "Optimization", "DenseMatrices", "Probing", "Forecasting", "MeshServer", "Scenarios",
                "ScenarioFiles", "Reporting", "GLPKSolver", "ControlTransport", "MeshAPI",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/Commands/rmc", swiftSettings: strict),

        .executableTarget(
            name: "mesh-load",
            dependencies: [
                nioCore, nioPosix, .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/Commands/mesh-load", swiftSettings: strict),

        .executableTarget(
            name: "mesh-edge",
            dependencies: [
                "MeshEdge", "MeshAPI", "MediaTransport", "ControlTransport", "Probing",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/Commands/mesh-edge", swiftSettings: strict),

        .executableTarget(
            name: "mesh-client",
            dependencies: [
                "MeshClient", "MeshAPI", "MeshTypes", "MediaTransport", "ControlTransport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/Commands/mesh-client", swiftSettings: strict),

        .executableTarget(
            name: "mesh-demo",
            dependencies: [
                "DemoWorld", "MeshAPI", "MeshTypes", "MeshInstances", "MediaTransport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/Commands/mesh-demo", swiftSettings: strict),

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
        tests("ForecastingTests", uses: ["Forecasting", "MeshTypes", "MeshInstances", "DenseMatrices"]),
        tests(
            "MeshPlanningTests",
            uses: [
                "MeshPlanning", "MeshTypes", "MeshVerification", "MeshInstances", "GLPKSolver", "NetworkFlow",
                "FacilityLocation",
                "Optimization",
            ]),
        tests(
            "MeshEngineTests", uses: ["MeshEngine", "MeshTypes", "MeshInstances", "MeshVerification", "Optimization"]),
        tests(
            "MeshControlTests",
            uses: [
                "MeshControl", "MeshEngine", "MeshSimulation", "MeshTypes", "MeshVerification", "MeshPlanning",
                "Optimization",
            ]),
        tests("MeshRenderingTests", uses: ["MeshRendering", "MeshTypes"]),
        tests(
            "ScenariosTests", uses: ["Scenarios", "MeshEngine", "MeshTypes", "MeshInstances"]),
        tests("ScenarioFilesTests", uses: ["ScenarioFiles", "Scenarios", "MeshInstances"]),
        tests("ReportingTests", uses: ["Reporting", "Scenarios", "MeshEngine", "MeshTypes", "MeshInstances"]),
        tests("ProbingTests", uses: ["Probing", "MeshTypes", "MeshInstances", nioCore, nioPosix]),
        tests("MediaTransportTests", uses: ["MediaTransport"]),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        tests("MeshEdgeTests", uses: ["MeshEdge", "MeshAPI", "MediaTransport", "CAllocationCounter"]),
        tests("MeshClientTests", uses: ["MeshClient", "MeshEdge", "MeshAPI", "MeshTypes", "MediaTransport"]),
        tests(
            "DemoWorldTests",
            uses: [
                "DemoWorld", "ControlTransport", "MeshClient", "MeshEdge", "MeshAPI", "MeshTypes", "MeshInstances",
                "MediaTransport", nioCore, nioPosix,
            ]),
        tests("CommandLineTests", uses: ["MeshTypes"]),
        tests(
            "MeshServerTests",
            uses: [
                "MeshServer", "MeshAPI", "MeshControl", "MeshEngine", "MeshInstances", "MeshTypes", "MeshVerification",
                "MediaTransport",
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"), nioCore,
            ]),
    ]
)
