public import ArgumentParser
public import MeshEngine
public import MeshInstances
public import MeshTypes

// Enumerations of the libraries whose raw values are the words of the command line.
extension FacilityFormat: ExpressibleByArgument {}
extension FacilityMethod: ExpressibleByArgument {}
extension FlowMethod: ExpressibleByArgument {}
extension KoerkelGhoshParameters.OpeningClass: ExpressibleByArgument {}
extension RoutingMethod: ExpressibleByArgument {}
extension Strategy: ExpressibleByArgument {}
