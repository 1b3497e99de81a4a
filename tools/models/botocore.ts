import { execFileSync } from 'node:child_process'

/** A shape as botocore's service-2.json has it, without its documentation. */
export interface BotocoreShape {
  type: string
  min?: number
  max?: number
  pattern?: string
  enum?: string[]
  sensitive?: boolean
  members?: Record<string, { shape: string }>
  member?: { shape: string }
  key?: { shape: string }
  value?: { shape: string }
  error?: { code: string }
}

/** One service as botocore knows it: facts only. */
export interface BotocoreService {
  /** Absent in older versions of botocore. */
  metadata: { protocols?: string[] }
  operations: Record<
    string,
    { input?: { shape: string }; output?: { shape: string }; errors?: { shape: string }[] }
  >
  shapes: Record<string, BotocoreShape>
  paginators: Record<
    string,
    {
      input_token: string
      output_token: string
      limit_key?: string
      more_results?: string
      result_key: string | string[]
    }
  >
}

export interface Botocore {
  version: string
  services: Record<string, BotocoreService>
}

const script = `
import botocore, gzip, json, os, sys
root = os.path.join(os.path.dirname(botocore.__file__), 'data')
def strip(value):
    if isinstance(value, dict):
        return {k: strip(v) for k, v in value.items() if not (k == 'documentation' and isinstance(v, str))}
    return [strip(v) for v in value] if isinstance(value, list) else value
def load(path):
    if os.path.exists(path + '.gz'):
        return json.load(gzip.open(path + '.gz'))
    return json.load(open(path)) if os.path.exists(path) else {}
out = {}
for spec in sys.argv[1:]:
    service, version = spec.split('/')
    folder = os.path.join(root, service, version)
    model = load(os.path.join(folder, 'service-2.json'))
    out[service] = {
        'metadata': {'protocols': model['metadata'].get('protocols', [])},
        'operations': strip(model['operations']),
        'shapes': strip(model['shapes']),
        'paginators': load(os.path.join(folder, 'paginators-1.json')).get('pagination', {}),
    }
print(json.dumps({'version': botocore.__version__, 'services': out}))
`

/**
 * The facts of the installed botocore for `specs` (`iam/2010-05-08`), or undefined where python3 or
 * botocore is missing.
 */
export function readBotocore(specs: readonly string[]): Botocore | undefined {
  try {
    const text = execFileSync('python3', ['-c', script, ...specs], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return JSON.parse(text) as Botocore
  } catch {
    return undefined
  }
}
