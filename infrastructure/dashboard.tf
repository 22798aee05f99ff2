locals {
  queue_names       = concat([module.images], module.large_jobs, module.index)[*].queue.name
  dead_letter_names = concat([module.images], module.large_jobs, module.index)[*].dead_letter_queue.name

  # Title, statistic, and metrics as CloudWatch's dashboards write them.
  graphs = concat(
    [
      {
        title = "Images: invocations, errors, throttles"
        stat  = "Sum"
        metrics = [for metric in ["Invocations", "Errors", "Throttles"] :
        ["AWS/Lambda", metric, "FunctionName", module.processing.function.name]]
      },
      {
        title   = "Function: duration, 95 % below, ms"
        stat    = "p95"
        metrics = [["AWS/Lambda", "Duration", "FunctionName", module.processing.function.name]]
      },
      {
        title   = "Function: running at once"
        stat    = "Maximum"
        metrics = [["AWS/Lambda", "ConcurrentExecutions", "FunctionName", module.processing.function.name]]
      },
      {
        title   = "Waiting messages"
        stat    = "Maximum"
        metrics = [for name in local.queue_names : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name]]
      },
      {
        title   = "Age of the oldest message, s"
        stat    = "Maximum"
        metrics = [for name in local.queue_names : ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", name]]
      },
      {
        title   = "Dead letters"
        stat    = "Maximum"
        metrics = [for name in local.dead_letter_names : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name]]
      },
    ],
    [for service in module.fargate[*].service : {
      title   = "Running tasks"
      stat    = "SampleCount"
      metrics = [["AWS/ECS", "CPUUtilization", "ClusterName", service.cluster, "ServiceName", service.name]]
    }],
    [for hosts in module.web[*].hosts : {
      title   = "Web hosts"
      stat    = "Maximum"
      metrics = [["AWS/AutoScaling", "GroupInServiceInstances", "AutoScalingGroupName", hosts.autoscaling_group]]
    }],
    [for load_balancer in module.load_balancer[*].load_balancer : {
      title = "Page: requests, errors of the hosts, errors of the load balancer"
      stat  = "Sum"
      metrics = [for metric in ["RequestCount", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"] :
      ["AWS/ApplicationELB", metric, "LoadBalancer", load_balancer.arn_suffix]]
    }],
    [for host in module.stream[*].host : {
      title   = "Stream: messages that wait"
      stat    = "Maximum"
      metrics = [["Darkroom/Hosts", "${var.name}-stream-lag"]]
    }],
    [for host in module.stream[*].host : {
      title   = "Stream: the broker answers, its volume in percent"
      stat    = "Maximum"
      metrics = [for metric in ["broker-answers", "volume-used"] : ["Darkroom/Hosts", "${var.name}-stream-${metric}"]]
    }],
  )
}

resource "aws_cloudwatch_dashboard" "this" {
  # Dashboards belong to the account, in all regions at once.
  dashboard_name = "${var.name}-${local.region}"

  dashboard_body = jsonencode({
    widgets = [for index, graph in local.graphs : {
      type   = "metric"
      x      = 12 * (index % 2)
      y      = 6 * floor(index / 2)
      width  = 12
      height = 6
      properties = {
        title   = graph.title
        region  = local.region
        stat    = graph.stat
        period  = 60
        view    = "timeSeries"
        metrics = graph.metrics
        yAxis   = { left = { min = 0 } }
      }
    }]
  })
}
