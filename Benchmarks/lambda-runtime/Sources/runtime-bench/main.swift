import Glibc

// runtime-bench STARTS INVOCATIONS NAME COMMAND [ARGUMENT…] [-- NAME COMMAND …]
//
// Measures functions in turn, so that whatever else the machine does meets them all; prints medians.

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
}

func text(_ value: Double, _ decimals: Int) -> String {
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let digits = String(Int((value * scale).rounded()))
  if decimals == 0 { return digits }
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  return "\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 4, let starts = Int(arguments[0]), let invocations = Int(arguments[1]) else {
  print("usage: runtime-bench STARTS INVOCATIONS NAME COMMAND [ARGUMENT…] [-- NAME COMMAND …]")
  exit(2)
}
var functions = arguments.dropFirst(2).split(separator: "--").map {
  Function(name: $0.first ?? "", command: Array($0.dropFirst()))
}
do {
  for _ in 0..<starts {
    for index in functions.indices { try functions[index].measure(invocations: 0) }
  }
  for _ in 0..<9 {
    for index in functions.indices { try functions[index].measure(invocations: invocations) }
  }
} catch {
  print("\(error)")
  exit(1)
}
print("| | start → first `/next`, ms | round trip, ms | invocations/s | peak memory, MB |")
print("|---|---:|---:|---:|---:|")
for function in functions {
  print(
    "| \(function.name) | \(text(median(function.starts), 2)) | \(text(median(function.roundTrips), 3)) |"
      + " \(text(median(function.rates), 0)) | \(text(median(function.peaks), 1)) |")
}
