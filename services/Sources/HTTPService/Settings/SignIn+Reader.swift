internal import FoundationEssentials

extension SignIn {
  /// Reads how people sign in; what is wrong is noted in the reader.
  /// - Parameter keys: Makes whatever asks an address, or the region's own where it is nil, for a load balancer's key.
  public init(
    _ reader: inout SettingsReader, server: ServerSettings, keys: (_ address: String?) throws -> LoadBalancerKeys
  ) {
    self = .none
    switch reader.choice("\(reader.prefix)SIGN_IN", of: ["none", "htpasswd", "alb"], default: "none") {
    case "htpasswd": if let passwords = Self.passwords(&reader) { self = .passwords(passwords) }
    case "alb":
      let rules = LoadBalancerSignIn.Rules(
        signer: Self.required("\(reader.prefix)ALB_SIGNER", &reader),
        client: Self.required("\(reader.prefix)ALB_CLIENT", &reader),
        issuer: Self.required("\(reader.prefix)ALB_ISSUER", &reader))
      let place = reader.text("\(reader.prefix)ALB_KEYS")
      do {
        let isFolder = place.map { !$0.contains("://") } ?? false
        self = .loadBalancer(
          LoadBalancerSignIn(rules, keys: isFolder ? .folder(place ?? "") : try keys(place)))
      } catch {
        reader.refuse("\(reader.prefix)ALB_KEYS", "\(error)")
      }
    default:
      if !server.isLoopback {
        reader.refuse(
          "\(reader.prefix)SIGN_IN", "none, and \(server.address) can be reached from elsewhere; set htpasswd or alb")
      }
    }
  }

  private static func passwords(_ reader: inout SettingsReader) -> PasswordSignIn? {
    guard let path = reader.text("\(reader.prefix)HTPASSWD") else {
      reader.refuse("\(reader.prefix)HTPASSWD", "not set; name the file that htpasswd -B has written")
      return nil
    }
    do {
      let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
      return PasswordSignIn(try PasswordFile(text: text, path: path))
    } catch let error as PasswordFile.FileError {
      reader.refuse("\(reader.prefix)HTPASSWD", error.description)
    } catch {
      reader.refuse("\(reader.prefix)HTPASSWD", "\(path) cannot be read as UTF-8 text")
    }
    return nil
  }

  private static func required(_ name: String, _ reader: inout SettingsReader) -> String {
    if let text = reader.text(name) { return text }
    reader.refuse(name, "not set; the load balancer's sign-in needs it")
    return ""
  }
}
