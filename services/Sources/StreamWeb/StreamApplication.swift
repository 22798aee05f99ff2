internal import FoundationEssentials
internal import HTTPService
internal import HTTPTypes
internal import Hummingbird
internal import ObjectStorage
internal import RowIndex

/// What the routes share.
struct StreamApplication: Sendable {
  let settings: StreamSettings
  let producer: ImageProducer
  let budget: ByteBudget
  let answers: AnswerMemory
  let gate: UploadGate
  let watch: ClusterWatch
  let index: RowIndex
  let store: any ObjectStore
  let rejected: RejectedMessages
  let pages: Pages
  let frame: PageFrame
  let metrics: Metrics
  let log: ServiceLog
  let interest: Interest

  var base: String { frame.base }

  /// All routes.
  func router(_ server: WebServer) -> Router<ServiceContext> {
    let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
    server.addHealth(to: router) { watch.missing(topic: settings.topic) }
    addSendRoutes(to: router)
    addOverviewRoutes(to: router)
    addGroupRoutes(to: router)
    addResetRoutes(to: router)
    addImageRoutes(to: router)
    addRejectedRoutes(to: router)
    router.addAssets(Templates.assets)
    return router
  }

  /// Refuses what only operators may do.
  /// - Throws: `HTTPFault` 403.
  func requireOperator(_ context: ServiceContext) throws {
    guard let operators = settings.operators else { return }
    guard let person = context.person, operators.contains(person.name) else {
      throw HTTPFault(
        .forbidden, code: "not_an_operator",
        message: "Only those whom DARKROOM_STREAM_OPERATORS names may do this; ask one of them.")
    }
  }

  /// Whether a person would be let do it: so that pages show no buttons that refuse.
  func isOperator(_ context: ServiceContext) -> Bool { (try? requireOperator(context)) != nil }

  func page(_ name: String, title: String, _ context: ServiceContext, _ values: [String: Any]) -> Response {
    pages.response(name, frame.model(name, title: title, person: context.person).merging(values) { _, own in own })
  }
}
