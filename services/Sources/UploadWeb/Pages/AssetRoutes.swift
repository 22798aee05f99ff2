internal import HTTPService
internal import HTTPTypes
internal import Hummingbird

extension UploadApplication {
  /// Styles, scripts and pictures of the pages' own.
  func addAssetRoutes(to router: Router<ServiceContext>) {
    router.get("/assets/:name") { request, context -> Response in
      guard let asset = assets[try context.parameters.require("name")] else { throw HTTPFault.notFound }
      return asset.response(to: request)
    }
  }
}
