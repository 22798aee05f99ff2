import AWSServices
import LambdaEvents
import LambdaRuntime

/// The resource's properties in the template; CloudFormation sends numbers as strings.
struct Table: Codable, Sendable {
  var name: String
  var rows: String?
}

let upload = try PresignedUpload()

Lambda.run(
  CustomResource.handler(put: { try await upload.put($0.body, to: $0.url) }) {
    (request: CustomResourceRequest<Table>, context: LambdaContext) in
    let table = request.resourceProperties
    guard table.name != "forbidden" else {
      throw FunctionError(type: "Forbidden", message: "no table may be called so")
    }
    // Made, changed or deleted here. Another id at an update has CloudFormation delete the old resource.
    context.log.info("\(request.requestType.rawValue) \(table.name)")
    return CustomResource.Result(
      physicalResourceID: "table/\(table.name)", data: ["Rows": .string(table.rows ?? "0")])
  })
