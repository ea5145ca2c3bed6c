internal import Foundation

/// Writes a line at once, so that whoever watches sees how far it is.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
