/// Turns resampled rows into the interleaved rows of 8 bits that row encoders take.
protocol RowFinisher: AnyObject {
  /// Whether the resampler is to keep `Wide` samples.
  var isWide: Bool { get }
  /// Of the finished rows.
  var channels: Int { get }
  /// The finished row at `index`: valid until the next call.
  func finish(_ resamplers: [PlaneResampler], row index: Int, pixels: Int) -> UnsafePointer<UInt8>
}

/// Leaves colours as they are.
final class PixelFinisher: RowFinisher {
  private enum Step {
    case asIs
    case fromYCbCr
    case straightenAlpha
    case flattenAlpha(RGB)
  }

  /// Where alpha is still to be divided out or laid over something.
  let isWide: Bool
  let channels: Int
  private let sourceChannels: Int
  private let step: Step

  init(planes: [PlaneLayout], keepsAlpha: Bool, background: RGB) {
    sourceChannels = planes[0].channels
    if planes.count == 3 {
      (step, channels, isWide) = (.fromYCbCr, 3, false)
    } else if sourceChannels % 2 == 1 {
      (step, channels, isWide) = (.asIs, sourceChannels, false)
    } else if keepsAlpha {
      (step, channels, isWide) = (.straightenAlpha, sourceChannels, true)
    } else {
      let isGray = sourceChannels == 2 && background.red == background.green && background.green == background.blue
      (step, channels, isWide) = (.flattenAlpha(background), isGray ? 1 : 3, true)
    }
  }

  func finish(_ resamplers: [PlaneResampler], row index: Int, pixels: Int) -> UnsafePointer<UInt8> {
    let source = UnsafeRawPointer(resamplers[0].rows.row(index))
    let bytes = source.assumingMemoryBound(to: UInt8.self)
    // Vectors are written whole.
    let target = buffer(pixels * channels + 1)
    switch step {
    case .asIs: return bytes
    case .fromYCbCr:
      ColourConversion.rgb(
        y: bytes, cb: UnsafePointer(resamplers[1].rows.row(index).assumingMemoryBound(to: UInt8.self)),
        cr: UnsafePointer(resamplers[2].rows.row(index).assumingMemoryBound(to: UInt8.self)), pixels: pixels,
        to: target)
    case .straightenAlpha:
      WideSamples.straighten(
        source.assumingMemoryBound(to: Int16.self), channels: sourceChannels, pixels: pixels, to: target)
    case .flattenAlpha(let background):
      WideSamples.flatten(
        source.assumingMemoryBound(to: Int16.self), channels: sourceChannels, pixels: pixels, over: background,
        targetChannels: channels, to: target)
    }
    return UnsafePointer(target)
  }

  private var memory: UnsafeMutablePointer<UInt8>?
  private var capacity = 0

  private func buffer(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    if let memory, capacity >= count { return memory }
    memory?.deallocate()
    let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
    memory = fresh
    capacity = count
    return fresh
  }

  deinit { memory?.deallocate() }
}
