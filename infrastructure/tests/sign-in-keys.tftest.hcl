# The way to the load balancer's public keys, which are on the internet, from hosts that have no way there.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  name            = "darkroom"
  region          = "eu-central-1"
  dns_suffix      = "amazonaws.com"
  vpc_endpoint_id = "vpce-1"
}

run "keys" {
  module { source = "./modules/sign-in-keys" }

  override_resource {
    target = aws_api_gateway_rest_api.this
    values = { id = "abcdef1234" }
  }

  assert {
    condition = (
      aws_api_gateway_rest_api.this.endpoint_configuration[0].types == tolist(["PRIVATE"]) &&
      jsondecode(aws_api_gateway_rest_api.this.policy).Statement[0].Condition == { StringEquals = { "aws:SourceVpce" = "vpce-1" } }
    )
    error_message = "it is asked for through this network's endpoint alone"
  }
  assert {
    condition = (
      aws_api_gateway_integration.key.uri == "https://public-keys.auth.elb.eu-central-1.amazonaws.com/{id}" && aws_api_gateway_integration.key.type == "HTTP_PROXY" &&
      aws_api_gateway_integration.key.integration_http_method == "GET" && aws_api_gateway_method.key.http_method == "GET" && aws_api_gateway_resource.key.path_part == "{id}"
    )
    error_message = "one address can be asked from inside, for a key by its id, and nothing sent there"
  }
  assert {
    condition     = output.url == "https://abcdef1234.execute-api.eu-central-1.amazonaws.com/keys"
    error_message = "hosts are told the address, to which they add an id"
  }
}
