import Glibc

/// The certificates that servers are checked against.
package struct TrustStore: Sendable {
  /// A file of PEM certificates; nil for libcurl's own choice.
  package let file: String?

  /// - Parameter environment: `AWS_CA_BUNDLE` names the file. Without it the system's own is looked for, because a
  ///   libcurl that was built for one Linux distribution may run on another; and where there is none, as in a container
  ///   image with nothing else in it, the deployed bundle's, in the folder that `LAMBDA_TASK_ROOT` names.
  package init(environment: [String: String], exists: (String) -> Bool = { access($0, R_OK) == 0 }) {
    let usual = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"]
    let bundled = environment["LAMBDA_TASK_ROOT"].map { ["\($0)/share/ca-certificates.crt"] } ?? []
    file = environment["AWS_CA_BUNDLE"].flatMap { $0.isEmpty ? nil : $0 } ?? (usual + bundled).first(where: exists)
  }
}
