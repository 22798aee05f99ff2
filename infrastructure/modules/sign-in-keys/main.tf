# The load balancer signs who a person is, and its public keys are on the internet, where no host here can go. So one
# address, and no other, can be asked from inside: a private API that fetches a key by its id. A NAT gateway would cost
# twice as much, and lead anywhere.

resource "aws_api_gateway_rest_api" "this" {
  name        = "${var.name}-sign-in-keys"
  description = "The load balancer's public keys, for the web hosts"

  endpoint_configuration {
    types            = ["PRIVATE"]
    vpc_endpoint_ids = [var.vpc_endpoint_id]
  }

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      # Public keys, which anybody may have: asked for without a signature, through this network's endpoint alone.
      Sid       = "ThroughOwnEndpoint"
      Effect    = "Allow"
      Principal = "*"
      Action    = "execute-api:Invoke"
      Resource  = "execute-api:/*/GET/*"
      Condition = { StringEquals = { "aws:SourceVpce" = var.vpc_endpoint_id } }
    }]
  })
}

resource "aws_api_gateway_resource" "key" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_rest_api.this.root_resource_id
  path_part   = "{id}"
}

resource "aws_api_gateway_method" "key" {
  rest_api_id        = aws_api_gateway_rest_api.this.id
  resource_id        = aws_api_gateway_resource.key.id
  http_method        = "GET"
  authorization      = "NONE"
  request_parameters = { "method.request.path.id" = true }
}

resource "aws_api_gateway_integration" "key" {
  rest_api_id             = aws_api_gateway_rest_api.this.id
  resource_id             = aws_api_gateway_resource.key.id
  http_method             = aws_api_gateway_method.key.http_method
  type                    = "HTTP_PROXY"
  integration_http_method = "GET"
  # Elastic Load Balancing User Guide, "Authenticate users using an Application Load Balancer".
  uri                  = "https://public-keys.auth.elb.${var.region}.${var.dns_suffix}/{id}"
  request_parameters   = { "integration.request.path.id" = "method.request.path.id" }
  timeout_milliseconds = 5000
}

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id

  # What is deployed is a copy: it is made anew whenever the original is other.
  triggers = {
    of = sha256(jsonencode([
      aws_api_gateway_rest_api.this.policy, aws_api_gateway_method.key.request_parameters,
      aws_api_gateway_integration.key.uri, aws_api_gateway_integration.key.request_parameters,
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "keys" {
  rest_api_id   = aws_api_gateway_rest_api.this.id
  deployment_id = aws_api_gateway_deployment.this.id
  stage_name    = "keys"
}
