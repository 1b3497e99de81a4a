import { CreateUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import { adminKey, startServer, temporaryFolder } from './server.ts'

// Goal: SIGKILL at any moment loses no answered write. Method: clients create users until the
// server is killed; after a restart on the same folder every acknowledged one is listed.
// BAILIWICK_KILL_ROUNDS=1000 is the long run.
const rounds = Number(process.env['BAILIWICK_KILL_ROUNDS'] ?? 50)
const clientCount = 8
const secondsPerRound = 3

test(
  `${String(rounds)} rounds of SIGKILL lose no acknowledged user`,
  async () => {
    const dataDir = await temporaryFolder()
    const acknowledged = new Set<string>()
    const args = ['--quota', 'UsersPerAccount=1000000']
    for (let round = 0; round < rounds; round++) {
      const server = await startServer({ dataDir, args })
      const iam = clientOf(server.url)
      const listed = await allUserNames(iam)
      for (const name of acknowledged) expect(listed, `round ${String(round)}`).toContain(name)
      const killed = new Promise<void>((resolve) => {
        setTimeout(
          () => {
            void server.stop('SIGKILL').then(() => resolve())
          },
          20 + ((round * 37) % 230),
        )
      })
      await Promise.all([
        killed,
        ...Array.from({ length: clientCount }, (_, client) =>
          createUsers(iam, `r${String(round)}-${String(client)}`, acknowledged),
        ),
      ])
      iam.destroy()
    }
    expect(acknowledged.size).toBeGreaterThan(rounds)
    const server = await startServer({ dataDir, args })
    const listed = await allUserNames(clientOf(server.url))
    expect([...acknowledged].filter((name) => !listed.has(name))).toEqual([])
    await server.stop()
    await server.removeData()
  },
  rounds * secondsPerRound * 1000 + 60_000,
)

function clientOf(endpoint: string): IAMClient {
  return new IAMClient({ endpoint, region: 'us-east-1', credentials: adminKey, maxAttempts: 1 })
}

/** Until the server is gone; what was answered is noted. */
async function createUsers(iam: IAMClient, prefix: string, acknowledged: Set<string>) {
  for (let i = 0; ; i++) {
    const UserName = `${prefix}-${String(i)}`
    try {
      await iam.send(new CreateUserCommand({ UserName }))
    } catch {
      return
    }
    acknowledged.add(UserName)
  }
}

async function allUserNames(iam: IAMClient): Promise<Set<string>> {
  const names = new Set<string>()
  let Marker: string | undefined
  do {
    const page = await iam.send(new ListUsersCommand({ MaxItems: 1000, ...(Marker && { Marker }) }))
    for (const user of page.Users ?? []) names.add(user.UserName ?? '')
    Marker = page.Marker
  } while (Marker !== undefined)
  return names
}
