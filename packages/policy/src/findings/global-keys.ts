/**
 * The global condition keys, in lower case, with their types; `ArrayOf…` are multivalued.
 * Source: IAM User Guide, "AWS global condition context keys" (2026).
 */
export const globalKeys: Readonly<Record<string, string>> = {
  'aws:principalarn': 'ARN',
  'aws:principalaccount': 'String',
  'aws:principalorgid': 'String',
  'aws:principalorgpaths': 'ArrayOfString',
  'aws:principalisawsservice': 'Bool',
  'aws:principalservicename': 'String',
  'aws:principalservicenameslist': 'ArrayOfString',
  'aws:principaltype': 'String',
  'aws:userid': 'String',
  'aws:username': 'String',
  'aws:assumedroot': 'Bool',
  'aws:federatedprovider': 'String',
  'aws:tokenissuetime': 'Date',
  'aws:signinsessionarn': 'ARN',
  'aws:multifactorauthpresent': 'Bool',
  'aws:multifactorauthage': 'Numeric',
  'aws:chatbotsourcearn': 'ARN',
  'aws:ec2instancesourcevpc': 'String',
  'aws:ec2instancesourceprivateipv4': 'IPAddress',
  'aws:sourceidentity': 'String',
  'aws:sourceip': 'IPAddress',
  'aws:vpcsourceip': 'IPAddress',
  'aws:sourcevpc': 'String',
  'aws:sourcevpcarn': 'ARN',
  'aws:sourcevpce': 'String',
  'aws:vpceaccount': 'String',
  'aws:vpceorgid': 'String',
  'aws:vpceorgpaths': 'ArrayOfString',
  'aws:resourceaccount': 'String',
  'aws:resourceorgid': 'String',
  'aws:resourceorgpaths': 'ArrayOfString',
  'aws:calledvia': 'ArrayOfString',
  'aws:calledviafirst': 'String',
  'aws:calledvialast': 'String',
  'aws:viaawsservice': 'Bool',
  'aws:calledviaawsmcp': 'String',
  'aws:viaawsmcpservice': 'Bool',
  'aws:ismcpserviceaction': 'Bool',
  'aws:currenttime': 'Date',
  'aws:epochtime': 'Date',
  'aws:referer': 'String',
  'aws:useragent': 'String',
  'aws:requestedregion': 'String',
  'aws:tagkeys': 'ArrayOfString',
  'aws:securetransport': 'Bool',
  'aws:sourceaccount': 'String',
  'aws:sourcearn': 'ARN',
  'aws:sourceorgid': 'String',
  'aws:sourceorgpaths': 'ArrayOfString',
}

/** Keys with a tag key after the slash; all String. */
export const tagKeyPrefixes = ['aws:principaltag/', 'aws:requesttag/', 'aws:resourcetag/'] as const

/** Retired names and what replaced them. Source: the same page, and IAM's release notes. */
export const deprecatedKeys: Readonly<Record<string, string>> = {
  'aws:sourceowner': 'aws:SourceAccount',
}

/** Type of a global key; undefined if there is none of that name. */
export function globalKeyType(key: string): string | undefined {
  const lower = key.toLowerCase()
  if (tagKeyPrefixes.some((prefix) => lower.startsWith(prefix) && lower !== prefix)) return 'String'
  return Object.hasOwn(globalKeys, lower) ? globalKeys[lower] : undefined
}
