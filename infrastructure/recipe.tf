# What is made of every image, as function and tasks are both given it. The limits are the same in both: what the
# function rejects is never handed over, so they have to be those of the largest place there is.

locals {
  # What the processor keeps for itself, which is its own default in the function; a task's other processes take more.
  function_jobs_mb = var.function_memory_mb - 48
  task_jobs_mb     = var.fargate_memory_mb - 256

  recipe = jsondecode(file(var.recipe_file))

  # What functions/image-processor/recipe.json comes with; a file that says anything else knows why.
  shipped_limits = {
    max_megabytes         = 64
    max_megapixels        = 200
    max_memory_megabytes  = 224
    max_decoded_megabytes = 128
  }
  # The recipe itself takes no more than 2,000 megapixels, of up to 8 bytes in a PNG, and 65,536 MiB.
  limits_here = var.fargate_enabled ? {
    max_megabytes         = 1024
    max_megapixels        = 2000
    max_memory_megabytes  = min(local.task_jobs_mb, 65536)
    max_decoded_megabytes = 16000
    } : {
    max_megabytes         = local.shipped_limits.max_megabytes
    max_megapixels        = local.shipped_limits.max_megapixels
    max_memory_megabytes  = local.function_jobs_mb
    max_decoded_megabytes = local.shipped_limits.max_decoded_megabytes
  }

  deployed_recipe = jsonencode(merge(local.recipe, {
    limits = merge(try(local.recipe.limits, {}), {
      for name, shipped in local.shipped_limits : name => local.limits_here[name]
      if try(local.recipe.limits[name], shipped) == shipped
    })
  }))
}
