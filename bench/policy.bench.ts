/**
 * Decisions per CPU-second of this process, ours and two peers' in the same run, in interleaved
 * rounds; latencies in batches; what compiling all AWS managed policies costs. Answers are checked
 * against the reference interpreter before anything is timed.
 */
import { compilePolicy, decide, parsePolicy } from '@bailiwick/policy'
import type { AuthorizationRequest, PolicyDocument } from '@bailiwick/policy'
import { decideReference } from '../packages/policy/src/reference/decide.ts'
import { equalDecisions } from '../packages/policy/src/testing/equal-decisions.ts'
import { compileSet } from '../packages/policy/src/testing/compile-set.ts'
import { casbinPeer, cedarPeer } from './policy-peers.ts'
import type { Peer } from './policy-peers.ts'
import { managedPolicyTexts, w1, w2, w3 } from './policy-workloads.ts'
import type { Workload } from './policy-workloads.ts'
import { reportResults } from './results.ts'
import type { Row } from './results.ts'

const roundsMax = 6
const roundMicros = 120_000
/** Latencies are of so many decisions together, so much that the clock does not count. */
const batchSize = 64
const batchesPerRound = 256
const chunkMax = 2048
const checkedRequests = 24

interface Subject {
  readonly name: string
  readonly requests: readonly AuthorizationRequest[]
  readonly isAllowed: Peer
  readonly perSecond: number[]
  readonly batchNanos: number[]
  target?: number | undefined
}

function subject(name: string, workload: Workload, isAllowed: Peer, target?: number): Subject {
  const { requests } = workload
  return { name, requests, isAllowed, perSecond: [], batchNanos: [], target }
}

function ours(workload: Workload, target?: number): Subject {
  const policies = compileSet(workload.policies)
  for (const request of workload.requests.slice(0, checkedRequests)) {
    const expected = decideReference(request, workload.policies)
    for (let use = 0; use < 3; use++) {
      const decision = decide(request, policies)
      if (!equalDecisions(decision, expected)) throw new Error(`${workload.name}: wrong answer`)
    }
  }
  const isAllowed: Peer = (request) => decide(request, policies).decision === 'allowed'
  return subject(workload.name, workload, isAllowed, target)
}

/** A peer on the same workload, its answers checked against ours. */
function peer(name: string, workload: Workload, isAllowed: Peer): Subject {
  const policies = compileSet(workload.policies)
  for (const request of workload.requests.slice(0, checkedRequests)) {
    const expected = decide(request, policies).decision === 'allowed'
    if (isAllowed(request) !== expected) throw new Error(`${name}: another answer than ours`)
  }
  return subject(name, workload, isAllowed)
}

let allowed = 0 // Used, so that no decision can be left out.

function runBatch({ requests, isAllowed }: Subject, from: number, size: number): void {
  for (let index = from; index < from + size; index++) {
    const request = requests[index % requests.length]
    if (request !== undefined && isAllowed(request)) allowed++
  }
}

/** Decisions between two looks at the clock, which would cost more than they do. */
function chunkSize({ perSecond }: Subject): number {
  return (perSecond.at(-1) ?? 0) > 50_000 ? chunkMax : 4
}

function measureRound(measured: Subject): void {
  const started = process.cpuUsage()
  const size = chunkSize(measured)
  let decisions = 0
  for (;;) {
    runBatch(measured, decisions, size)
    decisions += size
    const { user, system } = process.cpuUsage(started)
    if (user + system < roundMicros) continue
    measured.perSecond.push((decisions / (user + system)) * 1e6)
    break
  }
  measureLatencies(measured)
}

function measureLatencies(measured: Subject): void {
  const size = Math.min(batchSize, chunkSize(measured))
  for (let batch = 0; batch < batchesPerRound / (batchSize / size); batch++) {
    const before = process.hrtime.bigint()
    runBatch(measured, batch * size, size)
    measured.batchNanos.push(Number(process.hrtime.bigint() - before) / size)
  }
}

function rowOf({ name, perSecond, batchNanos, target }: Subject): Row {
  const rates = perSecond.slice(1).sort((left, right) => left - right) // The first round warms up.
  const nanos = batchNanos.sort((left, right) => left - right)
  const at = (share: number) => Math.round(nanos[Math.floor(nanos.length * share)] ?? 0)
  const median = Math.round(rates[Math.floor(rates.length / 2)] ?? 0)
  return {
    name,
    'decisions per CPU-second': median,
    'best round': Math.round(rates.at(-1) ?? 0),
    target: target ?? '',
    met: target === undefined ? '' : median >= target ? 'yes' : 'no',
    'p50 ns': at(0.5),
    'p99 ns': at(0.99),
  }
}

function managedDocuments(): Map<string, PolicyDocument> {
  const documents = new Map<string, PolicyDocument>()
  for (const [name, text] of managedPolicyTexts()) {
    const parsed = parsePolicy(text, 'identityPolicy', { awsManaged: true, anyVersion: true })
    if (parsed.ok) documents.set(name, parsed.document)
  }
  return documents
}

function compileRow(documents: ReadonlyMap<string, PolicyDocument>): Row {
  globalThis.gc?.()
  const heapBefore = process.memoryUsage().heapUsed
  const started = process.cpuUsage()
  const compiled = [...documents.values()].map(compilePolicy)
  const { user, system } = process.cpuUsage(started)
  globalThis.gc?.()
  const bytes = process.memoryUsage().heapUsed - heapBefore
  return {
    policies: compiled.length,
    'CPU ms': Math.round((user + system) / 1000),
    'heap MB': globalThis.gc === undefined ? 'unknown' : Math.round(bytes / 1e5) / 10,
  }
}

const documents = managedDocuments()
const powerUser = documents.get('PowerUserAccess')
const readOnly = documents.get('ReadOnlyAccess')
if (powerUser === undefined || readOnly === undefined) throw new Error('managed policies missing')

const flat = w3('W3 flat', 100, { crossAccount: false })
const subjects: Subject[] = [
  ours(w1(), 3_000_000),
  ours(w2(powerUser, readOnly), 2_000_000),
  ours(w3('W3', 100, {}), 300_000),
  ours(w3('W3 starred', 100, { shape: 'starred' }), 300_000),
  ours(w3('W3 negated', 100, { shape: 'negated' }), 300_000),
  ours(w3('W3s', 100, { s3Only: true }), 100_000),
  ours(w3('W3s starred', 100, { s3Only: true, shape: 'starred' }), 100_000),
  ours(w3('W3s negated', 100, { s3Only: true, shape: 'negated' }), 100_000),
  ours(w3('W3, 10 policies', 10, {})),
  ours(w3('W3, 1,000 policies', 1000, {})),
  ours(w3('W3s, 1,000 policies', 1000, { s3Only: true })),
  peer('Cedar, W1', w1(), cedarPeer(w1())),
  peer('casbin, W1', w1(), await casbinPeer(w1())),
  ours(flat),
  peer('Cedar, W3 flat', flat, cedarPeer(flat)),
  peer('casbin, W3 flat', flat, await casbinPeer(flat)),
]
for (let round = 0; round < roundsMax; round++) for (const one of subjects) measureRound(one)
reportResults('policy', subjects.map(rowOf))
reportResults('policy-compile', [compileRow(documents)])
console.log(`${allowed} decisions allowed`)
