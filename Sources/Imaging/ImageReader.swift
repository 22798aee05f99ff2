/// Reads one image: its header at once, its picture on demand, feeding any number of renditions from one decode.
///
/// All work happens on the calling thread, and pulling from the source may block it: keep it off Swift concurrency's
/// own threads.
public final class ImageReader {
  /// What the first bytes told.
  public let header: ImageHeader
  private var metadata: SourceMetadata
  private let input: ImageInput
  private let limits: ImageLimits
  private let log: DamageLog
  private var hasRendered = false
  /// Up to which size PNGs are held whole.
  package var coding = PNGCoding.standard

  /// Reads only the first bytes: through the frame header of a JPEG or the IHDR of a PNG, and the metadata up to the
  /// picture data.
  /// - Parameter damaged: what ``render(_:into:)`` does with a picture of which a part is missing
  /// - Throws: ``ImagingError``; what `source` throws.
  @available(*, noasync, message: "blocks the calling thread")
  public init(
    source: any ByteSource, limits: ImageLimits = ImageLimits(), damaged: DamagedPictures = .reject
  ) throws {
    let input = ImageInput(source)
    self.input = input
    self.limits = limits
    metadata = try input.withBytes {
      guard try input.has(1) else { throw ImagingError.emptyInput }
      // A shorter file is recognised by what there is of it.
      _ = try input.has(RecognisedFormat.bytesNeeded)
      switch RecognisedFormat(firstBytes: input.bytes(0..<RecognisedFormat.bytesNeeded)) {
      case .supported(.jpeg): return try JPEGHeader.scan(input, limits)
      case .supported(.png): return try PNGHeader.scan(input, limits)
      case .unsupported(let name): throw ImagingError.unsupportedFormat(name: name)
      }
    }
    header = metadata.header
    log = DamageLog(header.format, limits, damaged)
  }

  /// How many bytes have been taken from the source so far.
  public var bytesRead: Int { input.bytesRead }

  /// What rendering will take.
  ///
  /// Nothing more is read for it. For renditions that cannot be made, the estimate covers the decoding alone.
  public func estimate(_ renditions: [Rendition]) -> ResourceEstimate {
    if let plan = try? DecodePlan(renditions, metadata, limits) { return plan.estimate }
    return ResourceEstimate([], [], metadata, scale: 8)
  }

  /// Decodes the picture once, makes all renditions of it and reads the source to its end.
  ///
  /// With an empty list the picture is decoded all the same, and described.
  ///
  /// A picture of which a part is missing is an error, unless the reader is to render damaged ones. One that is all
  /// there is rendered, whatever is wrong behind its last row, and that is counted in
  /// ``ImageDescription/warningCount``. There is one exception: arithmetic-coded JPEG data that were cut, and given an
  /// end marker again, cannot be told from whole ones, whose coder leaves zeros at the end out (ITU-T T.81, D.1.8).
  /// They are rendered, and counted too.
  /// - Throws: ``ImagingError``; what the source or `sink` throws. Renditions whose `end` has not come are not whole.
  @available(*, noasync, message: "blocks the calling thread")
  public func render(_ renditions: [Rendition], into sink: any RenditionSink) throws -> ImageDescription {
    guard !hasRendered else { throw ImagingError.alreadyRead }
    var plan = try DecodePlan(renditions, metadata, limits)
    try limits.check(memory: plan.estimate.peakMemoryBytes)
    hasRendered = true
    var transform: ColourTransform?
    // A picture whose profile turns out to be broken is one without.
    while transform == nil, plan.needsTransform, let profile = metadata.colour.profile {
      transform = ColourTransform(profile, from: ColourTransform.Samples(header))
      if transform == nil {
        metadata.colour.dropProfile(isCMYK: header.isCMYK)
        plan = try DecodePlan(renditions, metadata, limits)
      }
    }
    return try input.withBytes { try render(renditions, plan, transform, sink) }
  }

  private func render(
    _ renditions: [Rendition], _ plan: DecodePlan, _ transform: ColourTransform?, _ sink: any RenditionSink
  ) throws -> ImageDescription {
    let tail = header.format == .png ? PNGTail() : nil
    input.tail = tail
    let omitted = renditions.flatMap { KeptBlocks.omissions($0, metadata) }
    let decoder = try decoder(plan, inks: header.isCMYK ? transform : nil)
    let pipelines = try pipelines(renditions, plan, transform, decoder, sink)
    let leaders = pipelines.indices.filter { plan.bases[$0] == nil }.map { pipelines[$0] }
    let rings = RowRing.rings(decoder.planes, for: leaders)
    for leader in leaders { leader.connect(to: rings) }
    for (index, pipeline) in pipelines.enumerated() {
      pipeline.lead(pipelines.indices.filter { plan.bases[$0] == index }.map { pipelines[$0] })
    }
    let sampler = PictureSampler(decoder.planes, header)
    for pipeline in pipelines { try pipeline.begin() }
    while try decoder.decodeRows(into: rings) {
      sampler.advance(rings)
      for leader in leaders { try leader.advance() }
      sink.decoded(rows: rings[0].count, of: decoder.planes[0].height)
    }
    // No rendition ends before it is known how much of the picture is there.
    try decoder.finish()
    try input.drain()
    for pipeline in pipelines { try pipeline.finish() }
    tail?.complete(&metadata, keepsRights: renditions.contains { $0.keeps.contains(.copyright) })
    var omissions = metadata.rights.omissions.map(\.rawValue)
    // Renditions leave the same out.
    for omission in omitted where !omissions.contains(omission) { omissions.append(omission) }
    return ImageDescription(
      header: metadata.header, differenceHash: sampler.differenceHash, dominantColour: sampler.dominantColour,
      thumbhash: sampler.thumbhash, warningCount: metadata.colour.warnings.count + log.count + omissions.count,
      firstWarning: metadata.colour.warnings.first ?? log.first ?? omissions.first, pixelsOpaque: decoder.isOpaque,
      decodedShare: log.rendersDamaged && decoder.decodedShare < 1 ? decoder.decodedShare : nil,
      iccName: metadata.colour.profileName, hasXMP: metadata.rights.hasXMP)
  }

  /// One pipeline per rendition, in their order.
  private func pipelines(
    _ renditions: [Rendition], _ plan: DecodePlan, _ transform: ColourTransform?, _ decoder: any PictureDecoder,
    _ sink: any RenditionSink
  ) throws -> [RenditionPipeline] {
    var made: [Int: RenditionPipeline] = [:]
    // Larger ones first: one that others are made from comes before them.
    for index in renditions.indices.sorted(by: { plan.geometries[$0].width > plan.geometries[$1].width }) {
      made[index] = try RenditionPipeline(
        renditions[index], plan.geometries[index], metadata,
        planes: plan.bases[index].flatMap { made[$0]?.results } ?? decoder.planes,
        transform: plan.converts[index] ? transform : nil,
        jpegTransform: plan.convertsAsJPEG[index] ? transform : nil, coding: coding,
        output: RenditionOutput(index: index, sink: sink))
    }
    return renditions.indices.compactMap { made[$0] }
  }

  private func decoder(_ plan: DecodePlan, inks: ColourTransform?) throws -> any PictureDecoder {
    if header.format == .png {
      if !coding.decodesByLibpng, let decoder = try NoninterlacedPNGDecoder(input, metadata, limits, log) {
        return decoder
      }
      return try LibpngDecoder(input, metadata, limits, log)
    }
    if let frame = metadata.frame, frame.hasSeveralScans, let bytes = input.wholeBytes {
      try ScanCount.check(bytes, from: frame.scanOffset, limits)
    }
    let (scale, alike) = (plan.scale, plan.scalesChromaAlike)
    if let decoder = try SequentialDecoder(input, metadata, log, scale: scale, scalesChromaAlike: alike) {
      return decoder
    }
    if let decoder = try ProgressiveDecoder(input, metadata, limits, log, scale: scale, scalesChromaAlike: alike) {
      return decoder
    }
    return try LibjpegDecoder(input, metadata, limits, log, scale: scale, scalesChromaAlike: alike, inks: inks)
  }
}
