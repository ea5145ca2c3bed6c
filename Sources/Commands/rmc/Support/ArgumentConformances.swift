public import ArgumentParser
public import MeshInstances

// Enumerations of the libraries whose raw values are the words of the command line.
extension FacilityFormat: ExpressibleByArgument {}
