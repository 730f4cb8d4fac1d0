import type { z } from 'zod'
import type { MemberRole } from '../documents/market-descriptor.ts'

/** Who may ask: any member, certain roles, an applicant without a certificate yet, or the role's own operator. */
export type Asker = MemberRole | 'applicant' | 'operator'

/**
 * One operation of a role. A command changes state: it passes the role's commit queue, is journalled and its reply is stored (SIG3).
 * An inquiry reads committed state: repeated, it is answered afresh.
 */
export interface Operation<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> {
  readonly kind: 'command' | 'inquiry'
  readonly askers: readonly Asker[]
  readonly request: Request
  readonly reply: Reply
}

export function command<Request extends z.ZodType, Reply extends z.ZodType>(
  askers: readonly Asker[],
  request: Request,
  reply: Reply,
): Operation<Request, Reply> {
  return { kind: 'command', askers, request, reply }
}

export function inquiry<Request extends z.ZodType, Reply extends z.ZodType>(
  askers: readonly Asker[],
  request: Request,
  reply: Reply,
): Operation<Request, Reply> {
  return { kind: 'inquiry', askers, request, reply }
}
