public import Hummingbird

extension Router where Context == ServiceContext {
  /// Adds styles, scripts and pictures of the pages' own, under `/assets/`.
  public func addAssets(_ assets: [Asset]) {
    let byName = Dictionary(assets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    get("/assets/:name") { request, context -> Response in
      guard let asset = byName[try context.parameters.require("name")] else { throw HTTPFault.notFound }
      return asset.response(to: request)
    }
  }
}
