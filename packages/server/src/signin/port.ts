/** What signing in with temporary credentials proves, for the console to make a session of. */
import type { Caller } from '@bailiwick/gateway'
import type { HttpAnswer, HttpRequest } from '@bailiwick/wire'
import type { SessionClaims } from '../credentials/port.ts'

/** Proved once: its token was good, and will be no more. */
export interface ConsoleSignIn {
  /** As the credentials stand at the sign-in: with their role deleted there is none. */
  readonly caller: Caller
  /**
   * The console's session, to be issued: that of the credentials, with its own end. It keeps their
   * time of issue, so that what revokes older sessions ends it too, and cannot be extended again.
   */
  readonly claims: SessionClaims
  /** Where on the console: a path with its query and fragment, never another origin. */
  readonly destination: string
  /** Where to sign in again: an http or https URL, as whoever made the link says. Not verified. */
  readonly issuer?: string
}

/** Opens the console: a cookie and a redirect are its own business. */
export type OpenConsole = (signIn: ConsoleSignIn) => Promise<HttpAnswer>

/** One request to the federation endpoint, for the log; of who is known, for the ledger too. */
export interface SignInEvent {
  /** Absent where it is neither. */
  readonly name?: 'GetSigninToken' | 'ConsoleLogin'
  readonly requestId: string
  readonly at: Date
  /** Absent where nothing proved who it is. */
  readonly caller?: Caller
  readonly status: number
  /** Why it was refused; absent where it succeeded. */
  readonly error?: string
  readonly sourceIp: string
  readonly userAgent: string
  readonly secure: boolean
  readonly tls?: HttpRequest['tls']
  readonly host: string
}
