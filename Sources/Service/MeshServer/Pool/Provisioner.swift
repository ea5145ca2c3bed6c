import MeshTypes

/// Gets servers to run when sessions rent them, and lets them go when nobody does.
///
/// Calls return at once; what fails is said by failing the server, so that the controller serves its people elsewhere.
protocol Provisioner: Sendable {
    /// A site is rented from now on.
    func acquire(_ site: SiteID)
    /// Nobody rents at a site any more.
    func release(_ site: SiteID)
    /// The service stops.
    func stop()
}

/// Servers that run by themselves and registered: they hear in their heartbeats what they are leased to.
struct AgentProvisioner: Provisioner {
    func acquire(_ site: SiteID) {}
    func release(_ site: SiteID) {}
    func stop() {}
}

/// Which provisioner the configuration names.
enum ProvisionerSelection {
    static func make(_ configuration: ServerConfiguration, _ service: MeshService) -> any Provisioner {
        switch configuration.text("provisioner") {
        case "processes": ProcessProvisioner(configuration, service)
        case "hook": HookProvisioner(configuration, service)
        default: AgentProvisioner()
        }
    }
}
