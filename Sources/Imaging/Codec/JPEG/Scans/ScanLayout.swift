/// How the blocks of an interleaved scan become planes of a reduced size (ITU-T T.81, A.2).
struct ScanLayout {
  /// Samples per block and direction, of each component.
  var sizes: [Int]
  /// Blocks per MCU of each component.
  var sampling: [(horizontal: Int, vertical: Int)]
  var mcusAcross: Int
  var planes: [PlaneLayout] = []

  /// Rows of MCUs.
  static func mcusDown(_ frame: JPEGFrame) -> Int {
    let height = 8 * (frame.components.count == 1 ? 1 : frame.largestVertical)
    return (frame.height + height - 1) / height
  }

  var blocksPerMCU: Int { sampling.reduce(0) { $0 + $1.horizontal * $1.vertical } }

  /// - Parameters:
  ///   - scale: eighths that the component of the densest sampling is reduced to
  ///   - scalesChromaAlike: whether all others are reduced to the same; or else to twice as much, 8 at most, where they
  ///     have no more than half the samples in both directions
  init?(_ frame: JPEGFrame, scale: Int, scalesChromaAlike: Bool) {
    let (across, down) = (frame.largestHorizontal, frame.largestVertical)
    sizes = frame.components.map { component in
      let isHalved = 2 * component.horizontal <= across && 2 * component.vertical <= down
      return isHalved && !scalesChromaAlike ? min(2 * scale, 8) : scale
    }
    // A scan of one component is not interleaved: its MCU is one block, whatever its sampling.
    let isSingle = frame.components.count == 1
    sampling = frame.components.map { isSingle ? (1, 1) : ($0.horizontal, $0.vertical) }
    let mcuWidth = 8 * (isSingle ? 1 : across)
    mcusAcross = (frame.width + mcuWidth - 1) / mcuWidth
    guard blocksPerMCU <= 10 else { return nil }
    for (index, component) in frame.components.enumerated() {
      let extentX = Double(frame.width * component.horizontal * sizes[index]) / Double(8 * across)
      let extentY = Double(frame.height * component.vertical * sizes[index]) / Double(8 * down)
      planes.append(
        PlaneLayout(
          width: Int(extentX.rounded(.up)), height: Int(extentY.rounded(.up)), channels: 1,
          isWide: ScaledInverseDCT.isWide(size: sizes[index]),
          stride: mcusAcross * sampling[index].horizontal * sizes[index],
          rowsPerBand: sampling[index].vertical * sizes[index], extentX: extentX, extentY: extentY,
          averaged: sizes[index] == 1 ? 8 : 1))
    }
  }
}
