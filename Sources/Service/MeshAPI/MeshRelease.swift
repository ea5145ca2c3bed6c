/// The product's release.
public enum MeshRelease {
    /// What `--version` prints, of every command.
    public static let version = "0.1.0"
}
