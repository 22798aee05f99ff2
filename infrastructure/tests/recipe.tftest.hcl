# The recipe that function and tasks are given: what the function rejects never reaches a task, so both have the limits
# of the larger of them.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  function_package = "main.tf" # The mock provider opens no package: any file will do.
}

run "the_shipped_recipe_has_a_tasks_limits" {
  command = plan
  variables { fargate_memory_mb = 8192 }

  assert {
    condition = (
      jsondecode(local.deployed_recipe).limits.max_memory_megabytes == 7936 &&
      jsondecode(local.deployed_recipe).limits.max_megapixels == 2000 &&
      jsondecode(local.deployed_recipe).limits.max_megabytes == 1024 &&
      jsondecode(local.deployed_recipe).limits.max_decoded_megabytes == 16000
    )
    error_message = "what a task has for jobs is what an image may take, wherever it comes by first"
  }
  assert {
    condition     = jsondecode(local.deployed_recipe).limits.max_memory_megabytes > var.function_memory_mb
    error_message = "with the defaults there are jobs that only a task can do"
  }
  assert {
    condition = (
      jsondecode(local.deployed_recipe).renditions == jsondecode(file(var.recipe_file)).renditions &&
      jsondecode(local.deployed_recipe).limits.max_scans == 100
    )
    error_message = "the rest is as the file says"
  }
  assert {
    condition = local.shipped_limits == {
      for name, value in jsondecode(file("../functions/image-processor/recipe.json")).limits : name => value
      if contains(keys(local.shipped_limits), name)
    }
    error_message = "the limits that are told from a person's own are those of the shipped file"
  }
}

run "the_shipped_recipe_has_the_functions_limits_without_tasks" {
  command = plan
  variables {
    fargate_enabled    = false
    function_memory_mb = 3008
  }

  assert {
    condition = (
      jsondecode(local.deployed_recipe).limits.max_memory_megabytes == 2960 &&
      jsondecode(local.deployed_recipe).limits.max_megapixels == 200 &&
      jsondecode(local.deployed_recipe).limits.max_decoded_megabytes == 128
    )
    error_message = "an image may take what the function has, less what the processor keeps for itself"
  }
}

run "the_largest_task_has_more_than_a_recipe_takes" {
  command = plan
  variables {
    fargate_cpu       = 16384
    fargate_memory_mb = 122880
  }

  assert {
    condition     = jsondecode(local.deployed_recipe).limits.max_memory_megabytes == 65536
    error_message = "the processor would refuse a recipe with a larger limit, and not start"
  }
}

run "a_recipe_with_limits_of_its_own_keeps_them" {
  command = plan
  variables { recipe_file = "tests/recipes/own-limits.json" }

  assert {
    condition = (
      jsondecode(local.deployed_recipe).limits.max_megapixels == 50 &&
      jsondecode(local.deployed_recipe).limits.max_memory_megabytes == 1000 &&
      jsondecode(local.deployed_recipe).limits.max_megabytes == 1024
    )
    error_message = "what a person has set stands"
  }
}

run "a_recipe_without_limits_gets_them" {
  command = plan
  variables { recipe_file = "tests/recipes/no-limits.json" }

  assert {
    condition = jsondecode(local.deployed_recipe).limits == {
      max_megabytes = 1024, max_megapixels = 2000, max_memory_megabytes = 16128, max_decoded_megabytes = 16000
    }
    error_message = "a recipe that says nothing means the shipped limits"
  }
}

run "no_such_file" {
  command = plan
  variables { recipe_file = "no-such.json" }
  expect_failures = [var.recipe_file]
}

run "no_recipe" {
  command = plan
  variables { recipe_file = "main.tf" }
  expect_failures = [var.recipe_file]
}

run "a_recipe_too_long_for_an_environment" {
  command = plan
  variables { recipe_file = "tests/recipes/too-long.json" }
  expect_failures = [var.recipe_file]
}
