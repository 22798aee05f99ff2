internal import NIOCore
internal import NIOHTTPTypes

/// Ends connections whose client holds them without need: a request's head or body that trickles, a response that
/// nobody takes.
///
/// What counts against a client is only time in which it is its turn: while this server has not asked for more of a
/// body, nothing is due.
final class SlowClientHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let limits: SlowClientLimits
  private var check: RepeatedTask?
  private var isInBody = false
  /// Since when the client owes bytes that were asked for; nil while nothing is due.
  private var owesSince: NIODeadline?
  private var owed: TimeAmount = .zero
  private var received = 0
  private var pendingWrites = 0
  private var lastWrite = NIODeadline.now()

  init(_ limits: SlowClientLimits) { self.limits = limits }

  /// Bytes that are read from a socket at once.
  ///
  /// Up to ten such pieces wait for each body that is taken slowly: at NIO's 64 KiB, two hundred uploads would hold
  /// over 100 MB.
  private static let readBytes = 16 << 10

  func handlerAdded(context: ChannelHandlerContext) {
    _ = context.channel.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.readBytes))
    let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    check = context.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
      bound.value.handler.look(bound.value.context)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) { check?.cancel() }

  func channelInactive(context: ChannelHandlerContext) {
    check?.cancel()
    context.fireChannelInactive()
  }

  func read(context: ChannelHandlerContext) {
    if isInBody, owesSince == nil { owesSince = .now() }
    context.read()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      isInBody = true
      owed = .zero
      received = 0
    case .body(let bytes): received += bytes.readableBytes
    case .end: isInBody = false
    }
    settle()
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if pendingWrites == 0 { lastWrite = .now() }
    pendingWrites += 1
    let promise = promise ?? context.eventLoop.makePromise(of: Void.self)
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    promise.futureResult.whenComplete { _ in
      bound.value.pendingWrites -= 1
      bound.value.lastWrite = .now()
    }
    context.write(data, promise: promise)
  }

  private func settle() {
    if let since = owesSince { owed = owed + (.now() - since) }
    owesSince = nil
  }

  private func look(_ context: ChannelHandlerContext) {
    let now = NIODeadline.now()
    if pendingWrites > 0, now - lastWrite > limits.writeDeadline {
      context.close(promise: nil)
      return
    }
    guard isInBody else { return }
    let waited = owed + (owesSince.map { now - $0 } ?? .zero)
    guard waited > limits.grace else { return }
    let due = Double(waited.nanoseconds - limits.grace.nanoseconds) / 1e9 * Double(limits.bytesPerSecond)
    if Double(received) < due { context.close(promise: nil) }
  }
}

/// What a client has to keep up with.
struct SlowClientLimits: Sendable {
  /// What a body must bring on average, once the grace is over.
  var bytesPerSecond: Int
  /// For how long a body may bring nothing.
  var grace: TimeAmount
  /// In which a piece of a response must have been taken.
  var writeDeadline: TimeAmount
}
