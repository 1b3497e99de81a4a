/**
 * The locks on the rooms: one rule per row of the import table in docs/architecture.md, with the
 * row's own sentence as its `comment`. `node tools/rooms/main.ts` holds them.
 */
import type { ICruiseOptions, IForbiddenRuleType } from 'dependency-cruiser'

/** A lock; dependency-cruiser's rule, which here always has a name and a sentence. */
type Lock = IForbiddenRuleType & {
  readonly name: string
  readonly comment: string
}

const test = '\\.test\\.tsx?$|/testing/|/conformance/|\\.bench\\.tsx?$'
const server = '^packages/server/src'
const npm = (name: string): string => `(^|/)node_modules/${name}/`

/** Only what `allowed` matches may be imported from files that match `from`; tests are free. */
function only(
  name: string,
  from: string,
  allowed: string[],
  comment: string,
  fromNot: readonly string[] = [],
): Lock {
  return {
    name,
    severity: 'error',
    comment,
    from: { path: from, pathNot: [test, ...fromNot] },
    to: { pathNot: allowed },
  }
}

/** What `banned` matches may not be imported from files that match `from`, tests included. */
function never(
  name: string,
  from: string,
  banned: string,
  comment: string,
  fromNot: string[] = [],
): Lock {
  return {
    name,
    severity: 'error',
    comment,
    from: { path: from, pathNot: fromNot },
    to: { path: banned },
  }
}

const policySentence =
  'policy imports nothing but jsonc-parser, in document/: no other package, no node:, no DOM: a decision is a function of its arguments, and runs in a browser'

const policy: readonly Lock[] = [
  only('policy', '^packages/policy/src/', ['^packages/policy/(src|action-data)/'], policySentence, [
    '^packages/policy/src/document/',
  ]),
  only(
    'policy-document',
    '^packages/policy/src/document/',
    ['^packages/policy/src/', npm('jsonc-parser')],
    policySentence,
  ),
  never('policy-tests', '^packages/policy/', '^packages/(?!policy/)', policySentence),
  only(
    'policy-reference',
    '^packages/policy/src/reference/',
    ['^packages/policy/src/(reference|document)/', '^packages/policy/src/(?!index)[^/]+$'],
    'policy/src/reference imports document and types, nothing of compile or match: an oracle that shares code shares bugs',
  ),
  {
    name: 'policy-oracle-unexported',
    severity: 'error',
    comment: 'the slow, obvious interpreter is the oracle, never exported',
    from: {
      path: '^packages/',
      pathNot: [test, '^packages/policy/src/reference/'],
    },
    to: { path: '^packages/policy/src/reference/' },
  },
]

const packages: readonly Lock[] = [
  never(
    'wire',
    '^packages/wire/',
    '^packages/(?!wire/)',
    'wire imports nothing of ours: no knowledge of what an operation does',
  ),
  never(
    'embedded',
    '^packages/embedded/',
    '^packages/(?!embedded/|wire/)',
    'embedded imports wire alone: it is a backend like any other, and decides nothing',
  ),
  never(
    'embedded-is-a-process',
    '^packages/(?!embedded/)',
    '^packages/embedded/src/(?!index\\.ts$|settings\\.ts$)',
    'the embedded backends run in processes of their own: nobody loads them',
  ),
  never(
    'gateway',
    '^packages/gateway/',
    '^packages/(?!gateway/|wire/|policy/)',
    'gateway imports wire and policy, never server: it is handed its ports, in process from main.ts or, one day, from a remote control plane',
  ),
  never(
    'clients',
    '^packages/(console|cli)/',
    '^packages/(server|gateway)/',
    'console and cli import wire and policy, never server or gateway: what they need and the API lacks is a gap in the API',
    ['^packages/cli/src/(commands/)?(start|recover)\\.ts$'],
  ),
  never(
    'clients-load-server',
    '^packages/cli/src/(commands/)?(start|recover)\\.ts$',
    `^packages/gateway/|${server}/(?!main\\.ts$)`,
    'bailiwick start and recover load server, and only by its front door',
  ),
  never(
    'conformance',
    '^conformance/',
    '^packages/',
    'conformance imports nothing of ours: if it needs our code, it is not black box',
  ),
]

const services: readonly Lock[] = [
  only(
    'server-services',
    `${server}/services/`,
    [
      `${server}/(services|domain|credentials)/`,
      `${server}/store/port\\.ts$`,
      '^packages/(wire|gateway|policy)/',
    ],
    'server/services imports domain, store/port, credentials, wire types, gateway and policy: no SQL, HTTP status or XML',
  ),
  {
    name: 'server-services-wire-types',
    severity: 'error',
    comment:
      'server/services imports the types of wire, not its code: no SQL, HTTP status or XML in a service',
    from: { path: `${server}/services/`, pathNot: test },
    to: { path: '^packages/wire/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'server-services-apart',
    severity: 'error',
    comment: 'one service never imports another, they meet in domain',
    from: { path: `${server}/services/([^/]+)/`, pathNot: test },
    to: { path: `${server}/services/[^/]+/`, pathNot: `${server}/services/$1/` },
  },
]

const rooms: readonly Lock[] = [
  only(
    'server-domain',
    `${server}/domain/`,
    [`${server}/domain/`, '^packages/policy/'],
    'server/domain imports policy, neither wire nor store: rules outlive protocols and databases',
  ),
  ...services,
  only(
    'server-store-port',
    `${server}/store/port\\.ts$`,
    [`${server}/domain/`],
    'server/store/port imports domain: it says what services need from storage, in their words, not what SQL offers',
  ),
  {
    name: 'server-store',
    severity: 'error',
    comment:
      'server/store/{sql,sqlite,postgres} imports store/port, domain, kysely and its driver, not services',
    from: { path: `${server}/store/.+/`, pathNot: test },
    to: {
      pathNot: [`${server}/(store|domain)/`, npm('(@types/)?(kysely|better-sqlite3|pg)')],
      dependencyTypesNot: ['core'],
    },
  },
  only(
    'server-principals',
    `${server}/principals/`,
    [
      `${server}/(principals|domain|credentials)/`,
      `${server}/store/port\\.ts$`,
      '^packages/(gateway|policy)/',
    ],
    'server/principals imports domain, store/port, credentials, gateway and policy: it answers who is calling and what binds them, for every service alike',
  ),
  only(
    'server-resources',
    `${server}/resources/`,
    [`${server}/(resources|domain)/`, `${server}/store/port\\.ts$`, '^packages/(gateway|policy)/'],
    'server/resources imports domain, store/port, gateway and policy: it answers whose a resource is and what is kept of it, and decides nothing',
  ),
  only(
    'server-managed-policies',
    `${server}/managed-policies/`,
    [`${server}/(managed-policies|domain)/`, '^(node:)?(zlib|crypto|fs|url)$'],
    'server/managed-policies imports domain: it is data that AWS publishes, and knows no account',
  ),
  only(
    'server-federation',
    `${server}/federation/`,
    [
      `${server}/(federation|domain|credentials)/`,
      `${server}/store/port\\.ts$`,
      '^packages/gateway/',
      npm('(jose|@node-saml/node-saml|xml-crypto|@xmldom/xmldom|(@types/)?xml-encryption)'),
      '^(node:)?(crypto|dns|http|https|net|tls)$',
    ],
    'server/federation imports domain, store/port, credentials, gateway and the libraries of its standards: it answers who a token or an assertion proves, and decides nothing',
  ),
  only(
    'server-signin',
    `${server}/signin/`,
    [
      `${server}/(signin|domain|credentials)/`,
      `${server}/http/json-answer\\.ts$`,
      '^packages/(wire|gateway)/',
      '^(node:)?crypto$',
    ],
    'server/signin imports domain, credentials, wire and gateway: it proves who signs in, and what a console makes of it is handed in',
  ),
  never(
    'server-credentials',
    `${server}/credentials/`,
    `${server}/(services|http|principals|main)[/.]`,
    'server/credentials is asked by services, principals and http, and asks none of them: what touches a secret stays small',
    [test],
  ),
  never(
    'server-main',
    '^packages/server/',
    `${server}/main\\.ts$`,
    'server/main.ts is the composition root: the only file that knows every room, and no room knows it',
    [test],
  ),
]

const everywhere: readonly Lock[] = [
  {
    name: 'no-circles',
    severity: 'error',
    comment: 'files that need each other are one thing, or want a third: no import circles',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'no-orphans',
    severity: 'error',
    comment: 'nobody imports it and it imports nobody: dead code goes',
    from: {
      orphan: true,
      path: '^packages/[^/]+/src/',
      pathNot: ['\\.d\\.ts$', '/(index|main)\\.ts$', test],
    },
    to: {},
  },
  {
    name: 'resolvable',
    severity: 'error',
    comment: 'the imported file or package is not there',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'declared',
    severity: 'error',
    comment: 'what a package imports stands among the dependencies of its own package.json',
    from: { path: '^packages/[^/]+/src/', pathNot: test },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
  },
  {
    name: 'tests-apart',
    severity: 'error',
    comment: 'what runs in production imports no test and no generator of tests',
    from: { path: '^packages/[^/]+/src/', pathNot: test },
    to: { path: '\\.test\\.tsx?$|/src/testing/' },
  },
]

export const locks: readonly Lock[] = [...policy, ...packages, ...rooms, ...everywhere]

/** How imports are found and resolved: as Node does, types included. */
export const options: ICruiseOptions = {
  doNotFollow: { path: ['node_modules', '/dist/', '^packages/wire/models/.*\\.json$'] },
  exclude: { path: ['/dist/', '^packages/cli/bin/'] },
  tsPreCompilationDeps: true,
  combinedDependencies: false,
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['import', 'types', 'node', 'default'],
    extensions: ['.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
  },
}
