# Every aws_iam_* resource of users, groups, roles and policies, once; the others are in sign-in.tf.
terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}

provider "aws" {
  region                      = "eu-west-1"
  skip_metadata_api_check     = true
  skip_region_validation      = true
}

variable "suffix" {
  type    = string
  default = "one"
}

resource "aws_iam_user" "ann" {
  name          = "ann"
  path          = "/staff/"
  force_destroy = true
  tags          = { team = "blue", step = var.suffix }
}

resource "aws_iam_user" "bob" {
  name                 = "bob-${var.suffix}"
  permissions_boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_group" "readers" {
  name = "readers-${var.suffix}"
  path = "/teams/"
}

resource "aws_iam_group_membership" "readers" {
  name  = "readers"
  group = aws_iam_group.readers.name
  users = [aws_iam_user.ann.name, aws_iam_user.bob.name]
}

resource "aws_iam_user_group_membership" "ann" {
  user   = aws_iam_user.ann.name
  groups = [aws_iam_group.writers.name]
}

resource "aws_iam_group" "writers" { name = "writers" }

resource "aws_iam_policy" "buckets" {
  name        = "buckets"
  path        = "/apps/"
  description = "Lists buckets"
  tags        = { step = var.suffix }
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:List*", Resource = "*", Sid = var.suffix }]
  })
}

resource "aws_iam_role" "app" {
  name                 = "app"
  path                 = "/apps/"
  description          = "Runs the app, ${var.suffix}"
  max_session_duration = var.suffix == "one" ? 3600 : 7200
  tags                 = { step = var.suffix }
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = aws_iam_user.ann.arn, Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_user_policy_attachment" "ann" {
  user       = aws_iam_user.ann.name
  policy_arn = aws_iam_policy.buckets.arn
}

resource "aws_iam_group_policy_attachment" "readers" {
  group      = aws_iam_group.readers.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_role_policy_attachment" "app" {
  role       = aws_iam_role.app.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_policy_attachment" "buckets" {
  name       = "buckets"
  policy_arn = aws_iam_policy.shared.arn
  users      = [aws_iam_user.bob.name]
  roles      = [aws_iam_role.app.name]
  groups     = [aws_iam_group.writers.name]
}

resource "aws_iam_policy" "shared" {
  name = "shared"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = "iam:DeleteAccountAlias", Resource = "*" }]
  })
}

locals {
  inline = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sqs:SendMessage", "sqs:Get*"], Resource = "*", Sid = var.suffix }]
  })
}

resource "aws_iam_user_policy" "ann" {
  name   = "queues"
  user   = aws_iam_user.ann.name
  policy = local.inline
}

resource "aws_iam_group_policy" "readers" {
  name   = "queues"
  group  = aws_iam_group.readers.name
  policy = local.inline
}

resource "aws_iam_role_policy" "app" {
  name   = "queues"
  role   = aws_iam_role.app.id
  policy = local.inline
}

resource "aws_iam_access_key" "ann" {
  user   = aws_iam_user.ann.name
  status = var.suffix == "one" ? "Active" : "Inactive"
}

data "aws_caller_identity" "current" {}
data "aws_iam_user" "ann" { user_name = aws_iam_user.ann.name }
data "aws_iam_role" "app" { name = aws_iam_role.app.name }
data "aws_iam_policy" "buckets" { arn = aws_iam_policy.buckets.arn }

output "account" { value = data.aws_caller_identity.current.account_id }
output "role_id" { value = data.aws_iam_role.app.unique_id }
