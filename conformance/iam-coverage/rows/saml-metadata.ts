/** Of a key that nobody has any more: it signs nothing. */
const certificate = [
  'MIIDFzCCAf+gAwIBAgIUFegtFP/bEyCNKEYHmAYtB1KaR/0wDQYJKoZIhvcNAQELBQAwGjEYMBYGA1UEAwwPaWRw',
  'LmV4YW1wbGUuY29tMCAXDTI2MTEyNDA2NDM0MFoYDzIxMjYxMDMxMDY0MzQwWjAaMRgwFgYDVQQDDA9pZHAuZXhh',
  'bXBsZS5jb20wggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQDQl5KFDZWqx4Q0Vosk87IvaxaNCr+Qq9Ta',
  'd7rXO4NIZKCjnK0u0Z8tpOgcTcST1jQV9yPnewpwf9wfPNTILsq+mYLuauo4SlLeBDezSmTRugwkXSE4qFzSCvb3',
  'rd6cKK3oNInxeGBdoMeb2Nz3rtOGGOUMMPLQqjJl1hsRelWeHv8qDbc5gZYMgxPmwQFZpunv7kTspPCfjewfUlBD',
  'kKBLEuDpOr05z+G4gLXVAfyrQcU9Xn6w5irbrYA/nFDvLws7GEf6CxRHdmj+4ubByxjhpPYrAhogVDa8yslu5sB3',
  'VeCJ8I0DI4tnCorQP/QK9iPptKHuV7+NzhHId5Pr0FRvAgMBAAGjUzBRMB0GA1UdDgQWBBSpIOXbSZHmNme3acIS',
  'agLVlY9+TTAfBgNVHSMEGDAWgBSpIOXbSZHmNme3acISagLVlY9+TTAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3',
  'DQEBCwUAA4IBAQBlE7OKHHGF/6euxxpd1SSdK1IBrUTetUBo35f4K6UbZ0kHBKX7BkGjZBBNY5W7QL1M8hdl8+C1',
  'ytsHDZuzSFYiZeVIGr+91GdjQsxmO1jTqPN5vUWvbzKZZo4VVHfspfvjgLQJl+LXDwQVSudlAzbnlMc26ahwbnK7',
  'cKmL7EnoF+anEtWpFMpF8WahClBV45hXMhCGFWvfRRLwqwILN2tbE0Ea9JyyZpHM1IMNPDgg6FtGzvEi8Y4sqcwN',
  'lKzq3icbv+ELgZ2trObpDj4hvhD4U0wa2cJZXiGu8/wtl/SacwwUvU2rEkB3F8ZDjfHJnNUf9PeAaksJYP93VcEZ',
  'Z/tU',
].join('\n')

const namespaces =
  'xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'

/** Metadata of a SAML identity provider, as such write it. */
export const SAMLMetadataDocument = `<?xml version="1.0" encoding="UTF-8"?>
<EntityDescriptor ${namespaces} entityID="https://idp.example.com/saml">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing">
      <ds:KeyInfo><ds:X509Data><ds:X509Certificate>
${certificate}
      </ds:X509Certificate></ds:X509Data></ds:KeyInfo>
    </KeyDescriptor>
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
      Location="https://idp.example.com/sso" />
  </IDPSSODescriptor>
</EntityDescriptor>`
