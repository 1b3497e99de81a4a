/**
 * Signing in with a company's identity provider: what it signs says who somebody is and of which
 * department, and the role's trust decides. The provider runs here. Needs a running Bailiwick and
 * its administrator in the environment:
 *
 *   eval "$(npx bailiwick env)" && node examples/roles/saml.ts
 */
import { CreateSAMLProviderCommand } from '@aws-sdk/client-iam'
import { AssumeRoleWithSAMLCommand } from '@aws-sdk/client-sts'
import samlp from 'samlp'
import { selfSigned } from './certificate.ts'
import { admin, credentialsOf, identityOf, makeRole, present } from '../walk.ts'
import { refused, say, show, stsAs } from '../walk.ts'

const signIn = 'https://signin.aws.amazon.com/saml'
const attribute = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`
const company = await selfSigned('idp.example.com')
const stranger = await selfSigned('idp.example.com')
const entityId = 'https://idp.example.com/saml'

const base64 = company.certificate.replaceAll(/-----.*?-----|\s/g, '')
const metadata = `<?xml version="1.0"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing">
      <KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#">
        <X509Data><X509Certificate>${base64}</X509Certificate></X509Data>
      </KeyInfo>
    </KeyDescriptor>
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
      Location="https://idp.example.com/sso"/>
  </IDPSSODescriptor>
</EntityDescriptor>
`

say('The account knows the company’s provider, and a role trusts its engineers')
const Name = 'company'
const { SAMLProviderArn } = await admin.send(
  new CreateSAMLProviderCommand({ Name, SAMLMetadataDocument: metadata }),
)
const PrincipalArn = present(SAMLProviderArn, 'SAMLProviderArn')
show(PrincipalArn)
const RoleArn = await makeRole('engineer', {
  trust: {
    Effect: 'Allow',
    Principal: { Federated: PrincipalArn },
    Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
    Condition: {
      StringEquals: { 'saml:aud': signIn, 'aws:RequestTag/department': 'engineering' },
    },
  },
})

/** What the provider posts for hana, of this department. */
function responseOf(department: string, { certificate, key } = company): Promise<string> {
  const claims = {
    [attribute('Role')]: [`${RoleArn},${PrincipalArn}`],
    [attribute('RoleSessionName')]: ['hana@example.com'],
    [attribute('PrincipalTag:department')]: [department],
  }
  const config = {
    ...{ issuer: entityId, cert: certificate, key, lifetimeInSeconds: 300 },
    ...{ audience: 'urn:amazon:webservices', recipient: signIn },
    ...{ signatureAlgorithm: 'rsa-sha256', digestAlgorithm: 'sha256' },
    profileMapper: () => ({
      getClaims: () => claims,
      getNameIdentifier: () => ({ nameIdentifier: 'hana' }),
    }),
  }
  return new Promise((resolve, reject) => {
    samlp.getSamlResponse(config, {}, (error, response) => {
      if (error) reject(error)
      else resolve(Buffer.from(response).toString('base64'))
    })
  })
}
const enter = (SAMLAssertion: string) =>
  stsAs().send(new AssumeRoleWithSAMLCommand({ RoleArn, PrincipalArn, SAMLAssertion }))

say('An engineer is let in, once with each response')
const response = await responseOf('engineering')
const { Credentials, Subject } = await enter(response)
show(Subject)
show((await identityOf(stsAs(credentialsOf(Credentials)))).arn)
await refused('used before', enter(response))

say('Another department is not, and neither is what somebody else signed')
const no = 'Not authorized to perform sts:AssumeRoleWithSAML'
await refused(no, enter(await responseOf('sales')))
await refused('Response signature invalid', enter(await responseOf('engineering', stranger)))
say('Done: what the company’s provider signed decided.')
