// The same function for aws-lambda-go, AWS's own runtime for Go.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type event struct {
	Key string `json:"key"`
}

type response struct {
	Hello string `json:"hello"`
}

func handle(_ context.Context, event event) (response, error) {
	return response{Hello: event.Key}, nil
}

func main() {
	lambda.Start(handle)
}
