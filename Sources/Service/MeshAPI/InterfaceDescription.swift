/// The description of the HTTP interface.
public enum InterfaceDescription {
    /// `openapi.yaml`, OpenAPI 3.1: the text that the service serves and that its routes are compared with.
    public static var openAPI: [UInt8] { PackageResources.openapi_yaml }
}
