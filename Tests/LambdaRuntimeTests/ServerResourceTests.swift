import CLinux
import Foundation
import LambdaRuntime
import LambdaTesting
import Testing
import Threads

/// What becomes of the test server and its functions when the process runs short, or has odd signals.
@Suite("The test server's process", .timeLimit(.minutes(1)))
struct ServerResourceTests {
  @Test("a server that had no descriptor left for a connection serves it once there is one")
  func descriptors() async {
    await #expect(processExitsWith: .success) {
      let server = try HTTPServer { _ in .reply(.status(200, "{}")) }
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var limit = rlimit()
      try #require(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
      var none = rlimit(rlim_cur: 3, rlim_max: limit.rlim_max)
      try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &none) == 0)
      let endpoint = Endpoint(loopbackPort: server.port)
      try #require(withSocketAddress(endpoint) { connect(client, $0, $1) } == 0)
      // Long enough for the server to fail at it; if it has not yet, it does not now.
      usleep(100_000)
      try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
      let status = try await withDedicatedThread {
        let connection = Socket(adopting: client)
        _ = try connection.send(HTTPRequest("GET", "/").bytes(host: endpoint))
        return try HTTPReader(connection).response(bodyLimit: 100).head.status
      }
      #expect(status == 200)
    }
  }

  @Test("a program is ended by a broken pipe as it would be in Lambda, whatever this process does about those")
  func brokenPipe() async {
    await #expect(processExitsWith: .success) {
      signal(SIGPIPE, SIG_IGN)
      let status = try await FunctionUnderTest.binary("/bin/sh", arguments: ["-c", "kill -PIPE $$"]).test {
        await $0.exitStatus()
      }
      #expect(status == 128 + SIGPIPE)
    }
  }

  /// Opens and closes a descriptor without a pause; for most of that time it is open.
  private static func pipes() {
    var ends: [Int32] = [-1, -1]
    guard clinux_pipe(&ends) == 0 else { return }
    for end in ends { _ = close(end) }
  }

  @Test("a program inherits no pipe that another thread opens as it starts")
  func pipesAreNotInherited() async throws { try await expectNoInheritance { Self.pipes() } }

  @Test("a program inherits no connection that another thread accepts as it starts")
  func connectionsAreNotInherited() async throws {
    let (listener, port) = try Socket.listen(port: 0)
    try await expectNoInheritance {
      // Ended with a reset, so that the many connections leave no ports behind.
      guard let client = try? Socket.connect(to: Endpoint(loopbackPort: port)) else { return }
      let served = listener.accept()
      client.reset()
      _ = served
    }
  }

  /// Starts programs while another thread does `opening` over and over: each must see what one sees that starts alone.
  private func expectNoInheritance(_ opening: @escaping @Sendable () -> Void) async throws {
    let descriptors: () async throws -> [String] = {
      try await FunctionUnderTest.binary("/bin/ls", arguments: ["/proc/self/fd"]).test { function in
        _ = await function.exitStatus()
        return function.logs
      }
    }
    let alone = try await descriptors()
    let isOver = Monitor(false)
    let opener = try ThreadFuture { while !isOver.change({ $0 }) { opening() } }
    var seen: Set<[String]> = []
    for _ in 0..<300 { seen.insert(try await descriptors()) }
    isOver.change { $0 = true }
    try await withDedicatedThread { try opener.get() }
    #expect(seen == [alone])
  }

  @Test("a program finds the variables that Lambda sets, and its own folder")
  func variables() async throws {
    let script = #"echo "$_HANDLER $LAMBDA_TASK_ROOT $AWS_REGION $AWS_LAMBDA_FUNCTION_NAME""#
    try await FunctionUnderTest.binary("/bin/sh", arguments: ["-c", script]).test { function in
      #expect(await function.exitStatus() == 0)
      #expect(function.logs == ["sh /bin eu-west-1 test"])
    }
  }
}
