import HTTPService
import Testing

@Suite struct SettingsReaderTests {
  private static let table = ServerSettings.table(prefix: "DARKROOM_WEB_", defaults: ServerSettings())

  private func faults(_ environment: [String: String], _ arguments: [String] = []) -> [String] {
    var reader = SettingsReader(Self.table, environment: environment, arguments: arguments)
    let server = ServerSettings(&reader, defaults: ServerSettings())
    _ = SignIn(&reader, server: server) { _ in .folder("") }
    return reader.faults.sorted()
  }

  @Test("a flag comes before a variable")
  func flags() {
    var reader = SettingsReader(
      Self.table, environment: ["DARKROOM_WEB_PORT": "1"], arguments: ["--port", "2", "--address=::1"])
    let settings = ServerSettings(&reader, defaults: ServerSettings())
    #expect(settings.port == 2)
    #expect(settings.address == "::1")
    #expect(reader.faults.isEmpty)
  }

  @Test("everything that is wrong is told at once, by name")
  func wrong() {
    let found = faults(["DARKROOM_WEB_PORT": "x", "DARKROOM_WEB_PROT": "1", "DARKROOM_WEB_HOSTS": ""], ["--nothing"])
    #expect(found.count == 4)
    #expect(found.contains { $0.hasPrefix("DARKROOM_WEB_PORT: \"x\" is not a whole number from 0 to 65535") })
    #expect(found.contains { $0.hasPrefix("DARKROOM_WEB_PROT: no such setting") })
    #expect(found.contains { $0.hasPrefix("DARKROOM_WEB_HOSTS: empty") })
  }

  @Test("without a sign-in only the loopback may be listened on")
  func openServer() {
    #expect(faults(["DARKROOM_WEB_ADDRESS": "0.0.0.0"]).first?.hasPrefix("DARKROOM_WEB_SIGN_IN: none") == true)
    #expect(faults(["DARKROOM_WEB_ADDRESS": "127.0.0.1"]).isEmpty)
  }

  @Test("the public address tells host, path and TLS")
  func publicAddress() {
    var reader = SettingsReader(
      Self.table, environment: ["DARKROOM_WEB_PUBLIC_URL": "https://images.example.org/darkroom/"],
      arguments: [])
    let settings = ServerSettings(&reader, defaults: ServerSettings())
    #expect(settings.hosts == ["images.example.org"])
    #expect(settings.basePath == "/darkroom")
    #expect(settings.isBehindTLS)
  }
}
