public import ArgumentParser
public import MeshEngine
public import MeshInstances
public import MeshTypes
public import Probing

// Enumerations of the libraries whose raw values are the words of the command line.
extension Endpoint: ExpressibleByArgument {}
extension FacilityFormat: ExpressibleByArgument {}
extension FacilityTerm: ExpressibleByArgument {}
extension FacilityMethod: ExpressibleByArgument {}
extension FlowMethod: ExpressibleByArgument {}
extension KoerkelGhoshParameters.OpeningClass: ExpressibleByArgument {}
extension RoutingMethod: ExpressibleByArgument {}
extension Strategy: ExpressibleByArgument {}
