# The account, what signs in, and what others vouch for; see main.tf for the rest.
variable "certificate" { type = object({ body = string, privateKey = string }) }
variable "second_certificate" { type = object({ body = string, privateKey = string }) }
variable "saml_metadata" { type = string }
variable "ssh_public_key" { type = string }

locals {
  active = var.suffix == "one" ? "Active" : "Inactive"
  tags   = { step = var.suffix }
}

resource "aws_iam_account_alias" "this" { account_alias = "terraform-${var.suffix}" }

resource "aws_iam_account_password_policy" "this" {
  minimum_password_length        = var.suffix == "one" ? 12 : 16
  require_symbols                = true
  require_numbers                = true
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  allow_users_to_change_password = true
  max_password_age               = 90
  password_reuse_prevention      = 3
  hard_expiry                    = false
}

resource "aws_iam_security_token_service_preferences" "this" {
  global_endpoint_token_version = var.suffix == "one" ? "v2Token" : "v1Token"
}

resource "aws_iam_organizations_features" "this" {
  enabled_features = var.suffix == "one" ? ["RootCredentialsManagement"] : ["RootCredentialsManagement", "RootSessions"]
}

resource "aws_iam_instance_profile" "app" {
  name = "app"
  path = "/apps/"
  role = var.suffix == "one" ? aws_iam_role.app.name : aws_iam_role.other.name
  tags = local.tags
}

resource "aws_iam_role" "other" {
  name_prefix           = "other-"
  force_detach_policies = true
  permissions_boundary  = "arn:aws:iam::aws:policy/PowerUserAccess"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.ci.arn }
      Condition = { StringEquals = { "ci.example.com:aud" = "sts.amazonaws.com" } }
    }]
  })
}

resource "aws_iam_service_linked_role" "batch" {
  aws_service_name = "batch.amazonaws.com"
  description      = "Runs jobs, ${var.suffix}"
  tags             = local.tags
}

resource "aws_iam_openid_connect_provider" "ci" {
  url             = "https://ci.example.com"
  client_id_list  = var.suffix == "one" ? ["sts.amazonaws.com"] : ["sts.amazonaws.com", "second"]
  thumbprint_list = [var.suffix == "one" ? "cf23df2207d99a74fbe169e3eba035e633b65d94" : "9e99a48a9960b14926bb7f3b02e22da2b0ab7280"]
  tags            = local.tags
}

resource "aws_iam_saml_provider" "staff" {
  name                   = "staff"
  saml_metadata_document = var.saml_metadata
  tags                   = local.tags
}

resource "aws_iam_server_certificate" "web" {
  name             = "web"
  path             = "/web/"
  certificate_body = var.certificate.body
  private_key      = var.certificate.privateKey
  tags             = local.tags
}

resource "aws_iam_signing_certificate" "ann" {
  user_name        = aws_iam_user.ann.name
  certificate_body = var.second_certificate.body
  status           = local.active
}

resource "aws_iam_user_ssh_key" "ann" {
  username   = aws_iam_user.ann.name
  encoding   = "SSH"
  public_key = var.ssh_public_key
  status     = local.active
}

resource "aws_iam_service_specific_credential" "ann" {
  user_name    = aws_iam_user.ann.name
  service_name = "codecommit.amazonaws.com"
  status       = local.active
}

resource "aws_iam_user_login_profile" "ann" {
  user                    = aws_iam_user.ann.name
  password_length         = 24
  password_reset_required = true
  depends_on              = [aws_iam_account_password_policy.this]
}

resource "aws_iam_user_policies_exclusive" "ann" {
  user_name    = aws_iam_user.ann.name
  policy_names = [aws_iam_user_policy.ann.name]
}

resource "aws_iam_user_policy_attachments_exclusive" "ann" {
  user_name   = aws_iam_user.ann.name
  policy_arns = [aws_iam_user_policy_attachment.ann.policy_arn]
}

resource "aws_iam_group_policies_exclusive" "readers" {
  group_name   = aws_iam_group.readers.name
  policy_names = [aws_iam_group_policy.readers.name]
}

resource "aws_iam_group_policy_attachments_exclusive" "readers" {
  group_name  = aws_iam_group.readers.name
  policy_arns = [aws_iam_group_policy_attachment.readers.policy_arn]
}

resource "aws_iam_role_policies_exclusive" "app" {
  role_name    = aws_iam_role.app.name
  policy_names = [aws_iam_role_policy.app.name]
}

resource "aws_iam_role_policy_attachments_exclusive" "other" {
  role_name   = aws_iam_role.other.name
  policy_arns = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
}

data "aws_iam_access_keys" "ann" { user = aws_iam_access_key.ann.user }

data "aws_iam_account_alias" "this" { depends_on = [aws_iam_account_alias.this] }

data "aws_iam_group" "readers" {
  group_name = aws_iam_group.readers.name
  depends_on = [aws_iam_group_membership.readers]
}

data "aws_iam_instance_profile" "app" { name = aws_iam_instance_profile.app.name }

data "aws_iam_instance_profiles" "app" {
  role_name  = aws_iam_role.app.name
  depends_on = [aws_iam_instance_profile.app]
}

data "aws_iam_openid_connect_provider" "ci" { arn = aws_iam_openid_connect_provider.ci.arn }

data "aws_iam_policy_document" "buckets" {
  statement {
    actions   = ["s3:ListBucket"]
    resources = ["*"]
  }
}

data "aws_iam_principal_policy_simulation" "ann" {
  policy_source_arn = aws_iam_user.ann.arn
  action_names      = ["s3:ListBucket", "s3:DeleteBucket"]
  depends_on        = [aws_iam_user_policy_attachment.ann]
}

data "aws_iam_roles" "apps" {
  path_prefix = "/apps/"
  depends_on  = [aws_iam_role.app]
}

data "aws_iam_saml_provider" "staff" { arn = aws_iam_saml_provider.staff.arn }

data "aws_iam_server_certificate" "web" { name = aws_iam_server_certificate.web.name }

data "aws_iam_session_context" "current" { arn = data.aws_caller_identity.current.arn }

data "aws_iam_user_ssh_key" "ann" {
  username          = aws_iam_user.ann.name
  encoding          = "SSH"
  ssh_public_key_id = aws_iam_user_ssh_key.ann.ssh_public_key_id
}

data "aws_iam_users" "staff" {
  path_prefix = "/staff/"
  depends_on  = [aws_iam_user.ann]
}

output "seen" {
  value = {
    keys      = length(data.aws_iam_access_keys.ann.access_keys)
    alias     = data.aws_iam_account_alias.this.account_alias
    members   = length(data.aws_iam_group.readers.users)
    simulated = { for result in data.aws_iam_principal_policy_simulation.ann.results : result.action_name => result.decision }
    roles     = tolist(data.aws_iam_roles.apps.names)
    users     = tolist(data.aws_iam_users.staff.names)
    session   = data.aws_iam_session_context.current.issuer_arn == data.aws_caller_identity.current.arn
  }
}

resource "aws_iam_virtual_mfa_device" "ann" {
  virtual_mfa_device_name = "ann"
  path                    = "/staff/"
  tags                    = local.tags
}
