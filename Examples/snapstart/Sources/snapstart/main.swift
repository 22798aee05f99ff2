import LambdaRuntime
import Synchronization

/// Stands for a connection, which no copy of a snapshot may share with another: its number, or nil while it is closed.
let connection = Mutex<Int?>(nil)

@Sendable func open() { connection.withLock { $0 = Int.random(in: 1...Int.max) } }

Lambda.run(makeHandler: { () async throws -> Lambda.Handler in
  open()
  Lambda.lifecycle.beforeSnapshot {
    Log.process.info("Closing the connection")
    connection.withLock { $0 = nil }
  }
  Lambda.lifecycle.afterRestore {
    Log.process.info("Opening a connection of this copy's own")
    open()
  }
  return { _, _ in Array("{\"open\":\(connection.withLock { $0 != nil })}".utf8) }
})
