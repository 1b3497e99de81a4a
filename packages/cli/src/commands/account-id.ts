import { InvalidArgumentError } from 'commander'

/** The account of a flag. */
export function accountIdOf(text: string): string {
  if (/^\d{12}$/.test(text)) return text
  throw new InvalidArgumentError('an account id has 12 digits')
}
