variable "name" {
  description = "The queue's name; its dead-letter queue adds -dead-letters."
  type        = string
}

variable "visibility_timeout_seconds" {
  description = "How long a message is hidden from others once taken."
  type        = number
}

variable "retention_hours" {
  description = "How long a message waits before it is lost."
  type        = number
}

variable "dead_letter_days" {
  description = "How long a dead letter is kept, counted from its arrival in the queue itself."
  type        = number
}

variable "max_receive_count" {
  description = "How often a message is tried."
  type        = number
}

variable "senders" {
  description = "AWS services that may send, each for resources of one ARN in one account."
  type = map(object({
    service    = string
    source_arn = string
    account    = string
  }))
  default = {}
}

variable "alarm_topic_arn" {
  description = "Where alarms go."
  type        = string
}

variable "work_seconds" {
  description = "The longest that may pass between the receipt of a message and its end, where all is well."
  type        = number
}
