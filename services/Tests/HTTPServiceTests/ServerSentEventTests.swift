import HTTPService
import NIOCore
import Testing

@Suite struct ServerSentEventTests {
  @Test("data of several lines stays data, and no id or name can end its own line")
  func lines() {
    let event = ServerSentEvent(id: "1\n2", event: "im\rage", data: "a\nevent: b\r\nc\rd")
    #expect(String(buffer: event.bytes) == "id: 12\nevent: image\ndata: a\ndata: event: b\ndata: c\ndata: d\n\n")
  }
}
