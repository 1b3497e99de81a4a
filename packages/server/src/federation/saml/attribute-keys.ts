/** Condition keys of mapped attributes. Source: IAM User Guide, "Available keys for SAML". */

const eduPerson = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.'
const eduOrg = 'urn:oid:1.3.6.1.4.1.5923.1.2.1.'
const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/'

/** `list`: of several values, all; the others are of one, and of several the first. */
const keys: readonly (readonly [attribute: string, key: string, kind?: 'single'])[] = [
  [`${eduPerson}1`, 'saml:edupersonaffiliation'],
  [`${eduPerson}2`, 'saml:edupersonnickname'],
  [`${eduPerson}3`, 'saml:edupersonorgdn', 'single'],
  [`${eduPerson}4`, 'saml:edupersonorgunitdn'],
  [`${eduPerson}5`, 'saml:edupersonprimaryaffiliation', 'single'],
  [`${eduPerson}6`, 'saml:edupersonprincipalname', 'single'],
  [`${eduPerson}7`, 'saml:edupersonentitlement'],
  [`${eduPerson}8`, 'saml:edupersonprimaryorgunitdn', 'single'],
  [`${eduPerson}9`, 'saml:edupersonscopedaffiliation'],
  [`${eduPerson}10`, 'saml:edupersontargetedid'],
  [`${eduPerson}11`, 'saml:edupersonassurance'],
  [`${eduOrg}2`, 'saml:eduorghomepageuri'],
  [`${eduOrg}3`, 'saml:eduorgidentityauthnpolicyuri'],
  [`${eduOrg}4`, 'saml:eduorglegalname'],
  [`${eduOrg}5`, 'saml:eduorgsuperioruri'],
  [`${eduOrg}6`, 'saml:eduorgwhitepagesuri'],
  ['urn:oid:2.5.4.3', 'saml:cn'],
  ['urn:oid:2.5.4.3', 'saml:commonname'],
  ['urn:oid:2.5.4.4', 'saml:surname'],
  ['urn:oid:2.4.5.42', 'saml:givenname'],
  ['urn:oid:2.5.4.45', 'saml:x500uniqueidentifier'],
  ['urn:oid:0.9.2342.19200300100.1.1', 'saml:uid'],
  ['urn:oid:0.9.2342.19200300100.1.3', 'saml:mail'],
  ['urn:oid:0.9.2342.19200300100.1.45', 'saml:organizationstatus'],
  [`${claims}name`, 'saml:name'],
  [`${claims}givenname`, 'saml:givenname'],
  [`${claims}surname`, 'saml:surname'],
  [`${claims}emailaddress`, 'saml:mail'],
  ['http://schemas.xmlsoap.org/claims/CommonName', 'saml:commonname'],
  [
    'http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid',
    'saml:primarygroupsid',
  ],
]

export function attributeKeys(
  attributes: ReadonlyMap<string, readonly string[]>,
): Record<string, string | readonly string[]> {
  const found: Record<string, string | readonly string[]> = {}
  for (const [attribute, key, kind] of keys) {
    const [first, ...more] = attributes.get(attribute) ?? []
    if (first !== undefined) found[key] = kind === 'single' ? first : [first, ...more]
  }
  return found
}
