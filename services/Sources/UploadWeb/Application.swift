internal import FoundationEssentials
internal import HTTPService
internal import ImageProcessing
internal import ObjectStorage

/// What the routes share.
struct UploadApplication: Sendable {
  let settings: UploadSettings
  let store: any ObjectStore
  /// How browsers reach S3 by themselves; nil where there is none.
  let direct: DirectUploads?
  let catalog: ImageCatalog
  let pages: Pages
  let frame: PageFrame
  let metrics: Metrics
  let uploads: UploadGate
  let partial: PartialUploads
  let streams: StreamSlots
  let audience: Audience
  let clock: @Sendable () -> Date

  var base: String { settings.server.basePath }
}
