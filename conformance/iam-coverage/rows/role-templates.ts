import type { Rows } from '../row.ts'

/** AWS publishes no template, and nothing makes one: see exceptions.json. */
const TemplateArn = 'arn:aws:iam::aws:role-template/product.amazonaws.com/Template:1'
const errors = {
  NoSuchEntity: { TemplateArn },
  InvalidInput: { TemplateArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
}

export const roleTemplateRows: Rows = {
  GetRoleTemplateVersion: { refused: { TemplateArn }, errors },
  AcquireRole: { refused: { TemplateArn }, errors },
}
