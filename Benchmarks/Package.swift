// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "regional-mesh-controller", path: ".."),
        // Without its traits: those count allocations, which nothing here gates on, and need more packages.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "Kernels",
            dependencies: [
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "FacilityLocation", package: "regional-mesh-controller"),
                .product(name: "GLPKSolver", package: "regional-mesh-controller"),
                .product(name: "MeshControl", package: "regional-mesh-controller"),
                .product(name: "MeshEdge", package: "regional-mesh-controller"),
                .product(name: "MeshEngine", package: "regional-mesh-controller"),
                .product(name: "MeshInstances", package: "regional-mesh-controller"),
                .product(name: "MeshTypes", package: "regional-mesh-controller"),
                .product(name: "NetworkAnalyzer", package: "regional-mesh-controller"),
                .product(name: "NetworkFlow", package: "regional-mesh-controller"),
                .product(name: "Optimization", package: "regional-mesh-controller"),
            ],
            path: "Benchmarks/Kernels",
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ],
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
    ]
)
